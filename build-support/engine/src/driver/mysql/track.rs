//! What a session's state is, as the server reports it with its answers.
//!
//! The crate keeps the status flags to itself, but hands over what the server says of changes to the session
//! (`CLIENT_SESSION_TRACK`): whether a transaction is open, which variables were set, and whether the default database
//! is another one. A server says it with the next answer that is no result and no error, and only what has changed since
//! it last did.

use glim_files::split::split;
use glim_files::statement::commits_implicitly;
use glim_schema::Dialect;
use mysql::Conn;
use mysql::session_state_change::SessionStateChange;

use super::statement::Answers;
use crate::driver::Transaction;

/// What begins a statement by which the engine makes a server sure of something.
pub(super) const DEMAND: &str = "SET @glim_met = ";

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

    /// Whether the server says what changes, and nothing has.
    pub(super) fn is_as_set(&self) -> bool {
        self.reports && self.changes == Changes::default()
    }

    /// Takes note of what the server answered to a text, of which `last` is the last statement, where that is known.
    pub(super) fn note(&mut self, conn: &Conn, sql: &str, last: Option<&str>, answers: Answers) -> Known {
        self.no_backslash_escapes = conn.no_backslash_escape();
        let said = self.read(conn);
        if self.reports && answers.count == 1 {
            // A result comes without such news, which then come with the answer after it.
            if !answers.last_is_rows {
                self.transaction = self.reported;
            }
            return Known::All;
        }
        // The news of all answers but the last are lost.
        let effect = Effect::of(sql);
        if effect == Effect::Session {
            self.changes.unknown = true;
            self.leave_database();
        }
        if said {
            self.transaction = self.reported;
        } else if effect != Effect::Data {
            let Some(transaction) = last.or_else(|| self.last_of(sql)).and_then(left_by) else {
                return Known::AllButTransaction;
            };
            self.set_transaction(transaction);
        }
        Known::All
    }

    /// The last statement of a text, where it can be told.
    fn last_of<'s>(&self, sql: &'s str) -> Option<&'s str> {
        // How strings end depends on the mode.
        if self.no_backslash_escapes {
            return None;
        }
        split(sql, Dialect::Mysql).ok()?.last().map(|statement| statement.text)
    }

    /// Takes note of an error that the server has answered, which comes without news: DDL may have ended the transaction
    /// before it failed, and some errors end it, so that the server is to be asked.
    pub(super) fn note_error(&mut self, sql: &str, answers: Answers) -> Known {
        self.changes.unknown |= !self.reports;
        let effect = if answers.count > 0 { Effect::of(sql) } else { Effect::Data };
        if effect == Effect::Session {
            self.changes.unknown = true;
            self.leave_database();
        }
        if effect != Effect::Data {
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

/// What the statements of a text can do to a session, as far as each one's first words tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Effect {
    /// Nothing.
    Data,
    /// Begin or end a transaction.
    Transaction,
    /// Set anything.
    Session,
}

impl Effect {
    /// The greatest effect of any statement. The text is cut at each semicolon, also at one in a string, whose rest then
    /// counts as a statement.
    fn of(sql: &str) -> Self {
        sql.split(';').map(Self::of_one).max().unwrap_or(Self::Data)
    }

    fn of_one(statement: &str) -> Self {
        const DATA: [&str; 10] =
            ["insert", "update", "delete", "replace", "select", "with", "values", "show", "savepoint", "release"];
        const TRANSACTION: [&str; 3] = ["begin", "commit", "truncate"];
        const DEFINING: [&str; 3] = ["create", "alter", "drop"];
        const DEFINED: [&str; 4] = ["table", "index", "unique", "view"];
        if statement.trim_start().starts_with(DEMAND) {
            return Self::Data;
        }
        let Some(rest) = without_comments(statement) else { return Self::Session };
        let rest = rest.trim_start_matches(|c: char| c == '(' || c.is_whitespace());
        if rest.is_empty() {
            return Self::Data;
        }
        let mut words = rest.split(|c: char| !c.is_alphanumeric() && c != '_');
        let mut word_is = |any: &[&str]| {
            let word = words.clone().next().unwrap_or_default();
            let is = any.iter().any(|known| known.eq_ignore_ascii_case(word));
            if is {
                words.next();
            }
            is
        };
        if word_is(&DATA) {
            Self::Data
        } else if word_is(&TRANSACTION)
            || word_is(&DEFINING) && word_is(&DEFINED)
            || word_is(&["start"]) && word_is(&["transaction"])
        {
            Self::Transaction
        } else {
            Self::Session
        }
    }
}

/// What comes after comments; `None` where one of them may be code.
fn without_comments(statement: &str) -> Option<&str> {
    let mut rest = statement.trim_start();
    loop {
        let after = if rest.starts_with("/*!") || rest.starts_with("/*M!") {
            return None;
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, after)| after)
        } else if rest.starts_with("--") || rest.starts_with('#') {
            rest.split_once('\n').map_or("", |(_, after)| after)
        } else {
            return Some(rest);
        };
        rest = after.trim_start();
    }
}

/// What a text leaves that ends in this statement, where that is certain: what the engine writes around migrations says it,
/// and after a change of the schema, which commits by itself, nothing is open.
fn left_by(last: &str) -> Option<Transaction> {
    let first = last.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let is_definition = ["create", "alter", "drop", "truncate"].iter().any(|word| word.eq_ignore_ascii_case(first));
    match last {
        "COMMIT" => Some(Transaction::None),
        "START TRANSACTION" => Some(Transaction::Open),
        _ => (is_definition && commits_implicitly(last)).then_some(Transaction::None),
    }
}

#[cfg(test)]
mod tests {
    use super::{Effect, left_by};
    use crate::driver::Transaction;

    #[test]
    fn what_statements_can_do_is_told_by_their_first_words() {
        for (sql, effect) in [
            ("INSERT INTO t VALUES (1); select 2;", Effect::Data),
            ("UPDATE t SET a = 1;\n-- a comment\nDELETE FROM t;\n", Effect::Data),
            ("/* a */ (SELECT 1)", Effect::Data),
            ("SELECT 1; CREATE TABLE t (id int)", Effect::Transaction),
            ("drop\nindex a ON t; -- gone", Effect::Transaction),
            ("SELECT 1; START TRANSACTION", Effect::Transaction),
            ("UPDATE t SET a = 1;\nCOMMIT", Effect::Transaction),
            ("SET foreign_key_checks = 0; SELECT 1", Effect::Session),
            ("SELECT 1; USE other", Effect::Session),
            ("SELECT 1; /*!40101 SET NAMES latin1 */;", Effect::Session),
            ("CREATE TABLE t (id int); DROP DATABASE here", Effect::Session),
            ("START SLAVE", Effect::Session),
            ("CALL p()", Effect::Session),
            ("SET @glim_met = (SELECT 1);\nUPDATE t SET a = 1", Effect::Data),
            ("SET @glim = 1", Effect::Session),
            ("SELECT 'a; SET b'", Effect::Session),
            ("SELECT 1; @", Effect::Session),
        ] {
            assert_eq!(Effect::of(sql), effect, "{sql}");
        }
    }

    #[test]
    fn what_the_last_statement_leaves_is_told_where_it_is_certain() {
        for (last, left) in [
            ("START TRANSACTION", Some(Transaction::Open)),
            ("COMMIT", Some(Transaction::None)),
            ("create index a on b (c)", Some(Transaction::None)),
            ("TRUNCATE a", Some(Transaction::None)),
            ("COMMIT AND CHAIN", None),
            ("start transaction read only", None),
            ("CREATE TEMPORARY TABLE a (b INT)", None),
            ("/* a */ CREATE TABLE a (b INT)", None),
            ("INSERT INTO a VALUES (1)", None),
        ] {
            assert_eq!(left_by(last), left, "{last}");
        }
    }
}
