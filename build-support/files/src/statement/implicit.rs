//! Statements that commit by themselves, on MySQL and MariaDB.

use glim_schema::Dialect;

use super::words::{Head, Words};

/// Whether a statement of MySQL or MariaDB commits the transaction that is open, whatever becomes of the statement.
/// (MySQL manual, "Statements That Cause an Implicit Commit"; MariaDB, "SQL statements That Cause an Implicit Commit".)
pub fn commits_implicitly(statement: &str) -> bool {
    commits(&Words::head(statement, Dialect::Mysql))
}

/// The same of a statement that begins so.
pub(super) fn commits(head: &Head<'_>) -> bool {
    match () {
        // Temporary tables, with `CREATE OR REPLACE` on MariaDB.
        () if head.is_any(0, &["create", "drop"]) => {
            let kind = if head.begins(&["create", "or", "replace"]) { 3 } else { 1 };
            !(head.is(kind, "temporary") || head.begins(&["drop", "prepare"]))
        }
        () if head.is(0, "load") => head.begins(&["load", "index"]),
        () if head.is(0, "reset") => !head.is(1, "persist"),
        () if head.is(0, "start") => head.is_any(1, &["transaction", "slave", "replica", "all", "group_replication"]),
        () if head.is(0, "stop") => head.is_any(1, &["slave", "replica", "all", "group_replication"]),
        () if head.is(0, "set") => head.is(1, "password") || head.begins(&["set", "default", "role"]),
        () if head.is(0, "begin") => !head.is(1, "not"),
        () if head.is_any(0, &["analyze", "check"]) => table_or_local(|place, words| head.is_any(place, words)),
        () => head.is_any(
            0,
            &[
                "alter",
                "backup",
                "cache",
                "change",
                "flush",
                "grant",
                "import",
                "install",
                "lock",
                "optimize",
                "rename",
                "repair",
                "revoke",
                "truncate",
                "uninstall",
                "unlock",
            ],
        ),
    }
}

/// `ANALYZE [LOCAL | NO_WRITE_TO_BINLOG] TABLE`: without `TABLE`, MariaDB's `ANALYZE` runs a query.
fn table_or_local(is_any: impl Fn(usize, &[&str]) -> bool) -> bool {
    is_any(1, &["table", "tables", "view", "local", "no_write_to_binlog"])
}

#[cfg(test)]
mod tests {
    use super::commits_implicitly;

    #[test]
    fn ddl_administration_and_locks_commit() {
        for sql in [
            "CREATE TABLE a (b INT)",
            "/*!50001 CREATE VIEW a AS SELECT 1 */",
            "ALTER TABLE a ADD b INT",
            "drop table if exists a",
            "DROP PROCEDURE p",
            "CREATE OR REPLACE TABLE a (b INT)",
            "RENAME TABLE a TO b",
            "TRUNCATE a",
            "GRANT ALL ON a.* TO b",
            "SET PASSWORD = 'x'",
            "LOCK TABLES a WRITE",
            "UNLOCK TABLES",
            "START TRANSACTION",
            "BEGIN",
            "START REPLICA",
            "ANALYZE TABLE a",
            "OPTIMIZE LOCAL TABLE a",
            "FLUSH TABLES",
            "LOAD INDEX INTO CACHE a",
            "RESET REPLICA",
            "CHANGE MASTER TO MASTER_HOST = 'a'",
        ] {
            assert!(commits_implicitly(sql), "{sql}");
        }
    }

    #[test]
    fn rows_settings_and_temporary_tables_do_not() {
        for sql in [
            "",
            "INSERT INTO a VALUES (1)",
            "CREATE TEMPORARY TABLE a (b INT)",
            "CREATE OR REPLACE TEMPORARY TABLE a (b INT)",
            "DROP TEMPORARY TABLE a",
            "DROP PREPARE a",
            "LOAD DATA INFILE 'a' INTO TABLE b",
            "SET NAMES utf8mb4",
            "RESET PERSIST a",
            "ANALYZE FORMAT=JSON SELECT 1",
            "ANALYZE SELECT 1",
            "BEGIN NOT ATOMIC SELECT 1; END",
            "START_it",
            "COMMIT",
            "/* ALTER TABLE */ SELECT 1",
        ] {
            assert!(!commits_implicitly(sql), "{sql}");
        }
    }
}
