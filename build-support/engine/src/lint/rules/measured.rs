//! What only a measurement, the database itself, or the suppressions tell.

use glim_schema::Dialect;

use super::super::rule::{MYSQL, POSTGRES, Rule, SERVERS, SQLITE, Severity};

pub(in super::super) const TABLE_REWRITE: &Rule = &RULES[0];
pub(in super::super) const MANY_TABLES_LOCKED: &Rule = &RULES[1];
pub(in super::super) const BLOCKING_ALTER: &Rule = &RULES[2];
pub(in super::super) const ASSERT_ALGORITHM: &Rule = &RULES[3];
pub(in super::super) const SQLITE_REBUILD: &Rule = &RULES[4];
pub(in super::super) const SQLITE_REBUILD_LOSES: &Rule = &RULES[5];
pub(in super::super) const INDEX_ON_PARTITIONED: &Rule = &RULES[6];
pub(in super::super) const FK_TYPE_MISMATCH: &Rule = &RULES[7];
pub(in super::super) const INVALID_INDEX_LEFT: &Rule = &RULES[8];
pub(in super::super) const AUTO_INC_CAPACITY: &Rule = &RULES[9];
pub(in super::super) const ALLOW_UNUSED: &Rule = &RULES[10];
pub(in super::super) const ALLOW_EXPIRED: &Rule = &RULES[11];
pub(in super::super) const ALLOW_UNREASONED: &Rule = &RULES[12];
pub(in super::super) const ALLOW_UNKNOWN: &Rule = &RULES[13];

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
        id: "index-on-partitioned",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "CREATE INDEX on a table that was seen to be partitioned",
        effect: "nobody can write to the table, nor to any of its partitions, until all of their indexes are built; and CONCURRENTLY is refused there",
        safe: "CREATE INDEX {name} ON ONLY {table} (its_columns);   -- at once; not used yet\n-- then, in a migration of its own for each partition, with -- glim:no-transaction at its head:\nCREATE INDEX CONCURRENTLY {name}_p1 ON the_partition (its_columns);\n-- and at last:\nALTER INDEX {name} ATTACH PARTITION {name}_p1;",
        ..Rule::NEW
    },
    Rule {
        id: "fk-type-mismatch",
        dialects: &[Dialect::Sqlite, Dialect::Postgres],
        finds: "a foreign key whose column was seen to have another type than the one that it refers to",
        effect: "each comparison of the two casts one of them, and the narrower one runs out of values first; MySQL and MariaDB refuse it",
        safe: "-- give {table}'s column the type of the one that it refers to, in the statement that makes it",
        existing: false,
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
        id: "auto-inc-capacity",
        dialects: SERVERS,
        severity: Severity::Error,
        finds: "a column in the database that numbers its rows, of whose numbers more than 85 % are given",
        effect: "when they run out, each insert fails; to change the type of a large table takes longer than to foresee it",
        safe: "ALTER TABLE {table} ADD COLUMN {column}_big bigint;   -- PostgreSQL: fill it in batches, keep both equal, then switch\ngh-ost --table={table} --alter='MODIFY {column} BIGINT UNSIGNED NOT NULL AUTO_INCREMENT' --execute   # MySQL, MariaDB",
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
