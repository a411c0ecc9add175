//! A connection that we opened, and how it keeps its rollback journal.

use std::borrow::{Borrow, BorrowMut};
use std::time::Duration;

use rusqlite::Connection;

/// A connection that ends with us.
pub(super) struct Own {
    connection: Connection,
    /// Whether its journal is emptied after a transaction, and not removed.
    keeps_journal: bool,
}

impl Own {
    /// One that only reads.
    pub(super) fn reader(connection: Connection) -> Self {
        Self { connection, keeps_journal: false }
    }

    /// One that writes. Where the rollback journal would be removed at each commit and made again for the next, it is
    /// emptied instead: as safe, and much less to do for the file system, which shows with many small migrations. It is
    /// the connection's choice, not the file's (<https://sqlite.org/pragma.html#pragma_journal_mode>), and a database
    /// in any other mode keeps it.
    pub(super) fn writer(connection: Connection) -> rusqlite::Result<Self> {
        let removes = mode(&connection, "PRAGMA main.journal_mode")? == "delete";
        let keeps_journal = removes && mode(&connection, "PRAGMA main.journal_mode = TRUNCATE")? == "truncate";
        Ok(Self { connection, keeps_journal })
    }
}

/// Asks for the journal's mode, or for another one: the answer is the mode there is now.
fn mode(connection: &Connection, sql: &str) -> rusqlite::Result<String> {
    connection.query_row(sql, [], |row| row.get(0))
}

impl Borrow<Connection> for Own {
    fn borrow(&self) -> &Connection {
        &self.connection
    }
}

impl BorrowMut<Connection> for Own {
    fn borrow_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

impl Drop for Own {
    /// Removes the empty journal. One that stays, since somebody else writes now, is to SQLite as if it were not there.
    fn drop(&mut self) {
        if !self.keeps_journal || !self.connection.is_autocommit() {
            return;
        }
        let _ = self.connection.busy_timeout(Duration::ZERO);
        // A migration may have chosen another mode, which the file keeps.
        if mode(&self.connection, "PRAGMA main.journal_mode").is_ok_and(|mode| mode == "truncate") {
            let _ = mode(&self.connection, "PRAGMA main.journal_mode = DELETE");
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use rusqlite::Connection;
    use tempfile::tempdir;

    use super::{Own, mode};

    #[test]
    fn the_journal_is_emptied_and_gone_at_the_end() {
        let folder = tempdir().expect("a folder");
        let own = Own::writer(Connection::open(folder.path().join("a.db")).expect("opens")).expect("a writer");
        let journal = folder.path().join("a.db-journal");
        for sql in ["CREATE TABLE a (x)", "INSERT INTO a VALUES (1)"] {
            own.connection.execute(sql, []).expect(sql);
            assert_eq!(journal.metadata().map(|file| file.len()).expect("the journal"), 0);
        }
        drop(own);
        assert!(!journal.exists());
    }

    #[test]
    fn a_journal_that_another_one_writes_stays() {
        let folder = tempdir().expect("a folder");
        let own = Own::writer(Connection::open(folder.path().join("a.db")).expect("opens")).expect("a writer");
        own.connection.execute("CREATE TABLE a (x)", []).expect("a table");
        let other = Connection::open(folder.path().join("a.db")).expect("opens");
        other.execute_batch("BEGIN IMMEDIATE; INSERT INTO a VALUES (1)").expect("inserts");
        drop(own);
        let journal = folder.path().join("a.db-journal").metadata().expect("the journal");
        assert!(journal.len() > 0);
        other.execute_batch("ROLLBACK").expect("rolls back");
        let left: i64 = other.query_row("SELECT count(*) FROM a", [], |row| row.get(0)).expect("counts");
        assert_eq!(left, 0);
    }

    #[test]
    fn another_mode_is_kept() {
        let folder = tempdir().expect("a folder");
        for (file, set) in [("wal.db", "wal"), ("persist.db", "persist"), (":memory:", "memory")] {
            let path = if file == ":memory:" { PathBuf::from(file) } else { folder.path().join(file) };
            let connection = Connection::open(path).expect("opens");
            assert_eq!(mode(&connection, &format!("PRAGMA journal_mode = {set}")).expect("set"), set);
            let own = Own::writer(connection).expect("a writer");
            assert_eq!(mode(&own.connection, "PRAGMA journal_mode").expect("asked"), set);
        }
    }

    #[test]
    fn a_mode_that_was_chosen_meanwhile_is_kept() {
        let folder = tempdir().expect("a folder");
        let path = folder.path().join("a.db");
        let own = Own::writer(Connection::open(&path).expect("opens")).expect("a writer");
        assert_eq!(mode(&own.connection, "PRAGMA journal_mode = wal").expect("set"), "wal");
        drop(own);
        let connection = Connection::open(&path).expect("opens");
        assert_eq!(mode(&connection, "PRAGMA journal_mode").expect("asked"), "wal");
    }
}
