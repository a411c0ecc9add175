//! What a session's state is, as the server reports it with its answers.
//!
//! The crate keeps the status flags to itself, but hands over what the server says of changes to the session
//! (`CLIENT_SESSION_TRACK`): whether a transaction is open, which variables were set, and whether the default database
//! is another one. A server says it with the next answer that is no result and no error, and only what has changed since
//! it last did.

use mysql::Conn;
use mysql::session_state_change::SessionStateChange;

use super::statement::Answers;
use crate::driver::Transaction;

/// What is known of a session.
#[derive(Debug)]
pub(super) struct Tracker {
    /// Whether the server reports anything; it does not to an application's connection that has not asked it to.
    reports: bool,
    /// What the server said last.
    reported: Transaction,
    transaction: Transaction,
    no_backslash_escapes: bool,
    changes: Changes,
    /// Counts the changes of the default database; 0 where it is the first one.
    database: u32,
    databases: u32,
    /// The connection broke in the middle of something; what is read next could be anything.
    is_broken: bool,
}

/// What a session's statements have set since the last reset.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changes {
    /// The variables that the server named.
    pub(super) variables: Vec<String>,
    /// Whether the default database may be another one.
    pub(super) database: bool,
    /// Whether something may have been set that the server did not name.
    pub(super) unknown: bool,
}

/// What an answer leaves to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing.
    All,
    /// Whether a transaction is open.
    AllButTransaction,
}

impl Tracker {
    /// A session whose last answer was to a statement that has set variables, outside a transaction.
    pub(super) fn after_setting(conn: &Conn) -> Self {
        let mut tracker = Self {
            reports: conn.session_state_changes().is_ok_and(|changes| !changes.is_empty()),
            reported: Transaction::None,
            transaction: Transaction::None,
            no_backslash_escapes: conn.no_backslash_escape(),
            changes: Changes::default(),
            database: 0,
            databases: 0,
            is_broken: false,
        };
        tracker.read(conn);
        tracker.changes = Changes::default();
        tracker.database = 0;
        tracker
    }

    pub(super) fn transaction(&self) -> Transaction {
        self.transaction
    }

    /// Whether a backslash in a string is an escape.
    pub(super) fn backslash_escapes(&self) -> bool {
        !self.no_backslash_escapes
    }

    pub(super) fn is_broken(&self) -> bool {
        self.is_broken
    }

    /// Takes note of what the server answered to a text.
    pub(super) fn note(&mut self, conn: &Conn, sql: &str, answers: Answers) -> Known {
        self.no_backslash_escapes = conn.no_backslash_escape();
        let said = self.read(conn);
        let is_plain = is_plain(sql);
        if self.reports && answers.count == 1 {
            // A result comes without such news, which then come with the answer after it.
            if !answers.last_is_rows {
                self.transaction = self.reported;
            }
            return Known::All;
        }
        // The news of all answers but the last are lost.
        if !is_plain {
            self.changes.unknown = true;
            self.leave_database();
        }
        if said {
            self.transaction = self.reported;
            Known::All
        } else if is_plain {
            Known::All
        } else {
            Known::AllButTransaction
        }
    }

    /// Takes note of an error that the server has answered, which comes without news: DDL may have ended the transaction
    /// before it failed, and some errors end it, so that the server is to be asked.
    pub(super) fn note_error(&mut self, sql: &str, answers: Answers) -> Known {
        self.changes.unknown |= !self.reports;
        if answers.count > 0 && !is_plain(sql) {
            self.changes.unknown = true;
            self.leave_database();
            return Known::AllButTransaction;
        }
        match self.transaction {
            Transaction::None => Known::All,
            Transaction::Open | Transaction::Failed | Transaction::Unknown => Known::AllButTransaction,
        }
    }

    /// Takes note of what the server was asked.
    pub(super) fn set_transaction(&mut self, transaction: Transaction) {
        self.transaction = transaction;
        if transaction != Transaction::Unknown {
            self.reported = transaction;
        }
    }

    /// A number for the default database: a statement that was prepared in one means that one's tables.
    pub(super) fn database(&self) -> u32 {
        self.database
    }

    fn leave_database(&mut self) {
        self.databases = self.databases.wrapping_add(1).max(1);
        self.database = self.databases;
    }

    /// Takes note that the default database is the first one again.
    pub(super) fn return_to_database(&mut self) {
        self.database = 0;
    }

    /// Gives the connection up.
    pub(super) fn break_off(&mut self) {
        self.is_broken = true;
        self.transaction = Transaction::Unknown;
    }

    /// What was set since this was last asked.
    pub(super) fn take_changes(&mut self) -> Changes {
        std::mem::take(&mut self.changes)
    }

    /// Keeps changes for the next time.
    pub(super) fn put_back(&mut self, changes: Changes) {
        self.changes = changes;
    }

    /// Reads the news of the last answer, and gives whether the transaction was among them.
    fn read(&mut self, conn: &Conn) -> bool {
        let mut said = false;
        for news in conn.session_state_changes().unwrap_or_default() {
            match news.decode() {
                Ok(SessionStateChange::TransactionState(state)) => {
                    // The first letter: explicit, implicit, or none.
                    let is_open = state.as_str().starts_with(['T', 'I']);
                    self.reported = if is_open { Transaction::Open } else { Transaction::None };
                    said = true;
                }
                Ok(SessionStateChange::SystemVariables(variables)) => {
                    for variable in variables {
                        let name = variable.name_str().into_owned();
                        if !self.changes.variables.contains(&name) {
                            self.changes.variables.push(name);
                        }
                    }
                }
                Ok(SessionStateChange::Schema(_)) => {
                    self.changes.database = true;
                    self.leave_database();
                }
                _ => {}
            }
        }
        said
    }
}

/// Whether no statement of the text can begin or end a transaction or set something, as far as each one's first word
/// tells. The text is cut at each semicolon, also at one in a string, whose rest then counts as a statement.
fn is_plain(sql: &str) -> bool {
    const PLAIN: [&str; 11] =
        ["", "insert", "update", "delete", "replace", "select", "with", "values", "show", "savepoint", "release"];
    sql.split(';').all(|statement| {
        let mut rest = statement.trim_start();
        loop {
            let after = if rest.starts_with("/*!") || rest.starts_with("/*M!") {
                return false;
            } else if let Some(comment) = rest.strip_prefix("/*") {
                comment.split_once("*/").map_or("", |(_, after)| after)
            } else if rest.starts_with("--") || rest.starts_with('#') {
                rest.split_once('\n').map_or("", |(_, after)| after)
            } else {
                break;
            };
            rest = after.trim_start();
        }
        let rest = rest.trim_start_matches(|c: char| c == '(' || c.is_whitespace());
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let is_empty = rest.is_empty();
        let word = &rest[..end];
        (is_empty || end > 0) && PLAIN.iter().any(|plain| plain.eq_ignore_ascii_case(word))
    })
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn what_can_change_the_session_is_not_plain() {
        for sql in [
            "INSERT INTO t VALUES (1); select 2;",
            "UPDATE t SET a = 1;\n-- a comment\nDELETE FROM t;\n",
            "/* a */ (SELECT 1)",
        ] {
            assert!(is_plain(sql), "{sql}");
        }
        for sql in [
            "SET foreign_key_checks = 0; SELECT 1",
            "SELECT 1; USE other",
            "SELECT 1; /*!40101 SET NAMES latin1 */;",
            "SELECT 1; CREATE TABLE t (id int)",
            "CALL p()",
            "SELECT 'a; SET b'",
            "SELECT 1; @",
        ] {
            assert!(!is_plain(sql), "{sql}");
        }
    }
}
