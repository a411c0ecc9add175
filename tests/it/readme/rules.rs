//! docs/lint.md lists every rule, and is written from the rules themselves: `UPDATE_DESIGN=1 cargo test --test it readme`.

use std::fmt::Write as _;
use std::fs;

use glim_engine::lint::{Rule, Severity, all};

use crate::support::repository;

const HEAD: &str = "\
# The rules of `cargo glim lint`

Written by a test from the rules themselves. For each: on which databases it holds, what it finds, what that does to a live
table, the safe way, and the test that shows it. A rule that is *measured* speaks of what a scratch database was seen to
do. Rules that squawk stands for on PostgreSQL name its own.

```sql
-- glim:allow(drop-table, reason = \"unused since 1.4\", until = \"2027-01-01\")
DROP TABLE old_users;
```

suppresses a finding: above a statement for that statement; at the head of the file, with a blank line or `-- glim:run`
after it, for all of the file. A Rust migration has it where it is registered:
`glim::submit!(Type, allow(drop-table, reason = \"...\"))`. A reason is demanded.
";

const ELSEWHERE: &str = "
## Found by other stages of `cargo glim check`

| what | stage |
|---|---|
| a migration changed after it was applied or released | `registry` |
| one without a rollback, a file name that means nothing | `registry` |
| a script that cannot be split or sent | `registry` |
| a column dropped that a view reads; a server too old for a statement; what SQLite refuses | `scratch-apply` |
| a migration that fails on rows, or loses them | `upgrade` |
| a migration after which the models of the last release no longer fit: a table or column gone, or one that must have a value (a warning, since whether the old programs still run is not known) | `upgrade` |
| a migration that comes before one that is applied | `cargo glim run --strict` |
| a database that differs from what its models and migrations say | `target` |

## Known elsewhere under other names, or not there

| rule of other linters | here |
|---|---|
| a member of an ENUM or SET removed, moved or put in the middle; a SET that grows past 8, 16, 24 or 32 members; a key dropped alone; a generated column, a nullability or a type changed by copying | `blocking-alter`, as the server was seen to do it |
| NOT VALID and VALIDATE in one transaction | `constraint-validating` |
| a primary key over columns that may be NULL | `add-primary-key` |
| a type made narrower, or with checks on it | `type-change`, `lossy-cast-using`; that rows fit, the stage `upgrade` |
| further statements under a strong lock | `many-tables-locked`, `backfill-in-ddl-tx` |
| an AUTO_INCREMENT column whose numbers differ between replicas | `auto-increment-add` |
| NOT NULL, or a column dropped, that SQLite refuses | `scratch-apply`; `db.alter_table` rebuilds the table |
| a column assigned twice; a syntax error; a foreign key without its parent's key, or on MySQL and MariaDB of another type; CREATE INDEX CONCURRENTLY on a partitioned table | `scratch-apply`: the database itself refuses it |
| BEGIN without COMMIT | `nested-transaction`; without a transaction around it, the run fails and says so |
| somebody else writes to SQLite meanwhile | none: a migration takes the write lock at its beginning, and waits for it |
| CREATE INDEX CONCURRENTLY on PostgreSQL 14.0 to 14.3 | none: the fault is of the server, and mended in 14.4 |
| a data migration that uses today's model | none: a `frozen` row shape is the remedy, and only the compiler knows what a name means |
";

fn rendered() -> String {
    let mut page = HEAD.to_owned();
    for rule in all() {
        let databases: Vec<_> = rule.dialects.iter().map(|dialect| dialect.title()).collect();
        let severity = match rule.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let measured = if rule.is_measured() && !rule.id.starts_with("allow-") { ", measured" } else { "" };
        let language = if rule.safe.starts_with("lock_timeout") || rule.safe.starts_with("statement_timeout") {
            "toml"
        } else {
            "sql"
        };
        let (id, finds, effect, test) = (rule.id, rule.finds, rule.effect, test(rule));
        let _ = write!(
            page,
            "\n## `{id}`\n\n{severity}{measured}; {}\n\nFinds: {finds}.\n\nWhat it does: {effect}.\n\n```{language}\n{}\n```\n\nTest: `{test}`.\n",
            databases.join(", "),
            rule.example(),
        );
        if !rule.squawk.is_empty() {
            let _ = writeln!(page, "On PostgreSQL: squawk's `{}`.", rule.squawk.join("`, `"));
        }
    }
    page + ELSEWHERE
}

/// The name of a rule's test.
fn test(rule: &Rule) -> String {
    match rule.id {
        "invalid-index-left" => "lint::an_invalid_index_is_found".to_owned(),
        "auto-inc-capacity" => "lint::numbers_that_run_out_are_found".to_owned(),
        _ => rule.test(),
    }
}

#[test]
fn each_rule_of_lint_is_on_its_page() {
    let file = repository().join("docs/lint.md");
    if std::env::var_os("UPDATE_DESIGN").is_some() {
        fs::create_dir_all(repository().join("docs")).expect("writable");
        fs::write(&file, rendered()).expect("writable");
        return;
    }
    let text = fs::read_to_string(&file).unwrap_or_default();
    assert!(text == rendered(), "docs/lint.md is not current; `UPDATE_DESIGN=1 cargo test --test it readme` writes it");
}
