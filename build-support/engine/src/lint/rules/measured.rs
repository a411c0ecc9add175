//! What only a measurement, the database itself, or the suppressions tell.

use super::super::rule::{MYSQL, POSTGRES, Rule, SQLITE, Severity};

pub(in super::super) const TABLE_REWRITE: &Rule = &RULES[0];
pub(in super::super) const MANY_TABLES_LOCKED: &Rule = &RULES[1];
pub(in super::super) const BLOCKING_ALTER: &Rule = &RULES[2];
pub(in super::super) const ASSERT_ALGORITHM: &Rule = &RULES[3];
pub(in super::super) const SQLITE_REBUILD: &Rule = &RULES[4];
pub(in super::super) const SQLITE_REBUILD_LOSES: &Rule = &RULES[5];
pub(in super::super) const ALLOW_UNUSED: &Rule = &RULES[7];
pub(in super::super) const ALLOW_EXPIRED: &Rule = &RULES[8];
pub(in super::super) const ALLOW_UNREASONED: &Rule = &RULES[9];
pub(in super::super) const ALLOW_UNKNOWN: &Rule = &RULES[10];

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "table-rewrite",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "a statement that was seen to rewrite a table, or to build its indexes again (its relfilenode changed)",
        effect: "nobody can read the table until all of it is written anew",
        safe: "ALTER TABLE {table} ADD COLUMN {column}_new its_new_type;   -- copy in batches, switch, drop the old one later",
        ..Rule::NEW
    },
    Rule {
        id: "many-tables-locked",
        dialects: POSTGRES,
        finds: "a transaction that was seen to hold strong locks on several tables at once",
        effect: "all of them are blocked until the last statement is done, and a deadlock with the application is likely",
        safe: "-- one migration for each table",
        ..Rule::NEW
    },
    Rule {
        id: "blocking-alter",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "a statement for which the server was seen to accept no ALGORITHM and LOCK that lets others write",
        effect: "nobody can write to the table until it is copied or built anew",
        safe: "gh-ost --table={table} --alter='what is to change' --execute   # or pt-online-schema-change",
        ..Rule::NEW
    },
    Rule {
        id: "assert-algorithm",
        dialects: MYSQL,
        finds: "a statement that was seen to run online, and does not say so",
        effect: "on another server, or when the table has changed, it copies the table instead of failing at once",
        safe: "-- write behind the statement: {name}",
        ..Rule::NEW
    },
    Rule {
        id: "sqlite-rebuild",
        dialects: SQLITE,
        finds: "a migration that was seen to build a table anew",
        effect: "all rows are copied while nobody can write to the database",
        safe: "-- glim:allow(sqlite-rebuild, reason = \"the table is small\")",
        ..Rule::NEW
    },
    Rule {
        id: "sqlite-rebuild-loses",
        dialects: SQLITE,
        severity: Severity::Error,
        finds: "a table that was seen to be built anew without an index or trigger that it had",
        effect: "what was lost no longer speeds queries up, or keeps rows right, and nobody is told",
        safe: "-- create it again after the rebuild, from: SELECT sql FROM sqlite_schema WHERE tbl_name = '{table}';",
        ..Rule::NEW
    },
    Rule {
        id: "invalid-index-left",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "an invalid index in the database, left by a CREATE INDEX CONCURRENTLY that failed",
        effect: "it costs each write and helps no query, and IF NOT EXISTS takes it for the wanted one",
        safe: "DROP INDEX CONCURRENTLY {name};   -- then create it again",
        ..Rule::NEW
    },
    Rule {
        id: "allow-unused",
        finds: "a suppression that suppresses nothing",
        effect: "it hides the finding that comes next, which nobody has thought about",
        safe: "-- delete the line",
        ..Rule::NEW
    },
    Rule {
        id: "allow-expired",
        severity: Severity::Error,
        finds: "a suppression whose date has passed",
        effect: "what was to be mended by then is not",
        safe: "-- mend what it is about, or set a new date in `until`",
        ..Rule::NEW
    },
    Rule {
        id: "allow-unreasoned",
        severity: Severity::Error,
        finds: "a suppression that gives no reason, or that cannot be read; it suppresses nothing",
        effect: "nobody can judge it later",
        safe: "-- glim:allow(drop-table, reason = \"unused since 1.4\", until = \"2027-01-01\")",
        ..Rule::NEW
    },
    Rule {
        id: "allow-unknown",
        severity: Severity::Error,
        finds: "a suppression of a rule that does not exist",
        effect: "it suppresses nothing",
        safe: "-- docs/lint.md lists all rules",
        ..Rule::NEW
    },
];
