//! Indexes that are built, dropped or built again.

use super::super::migration::same;
use super::super::rule::{Hit, POSTGRES, Rule, Severity};
use super::super::statement::{Form, Statement};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "create-index-nonconcurrent",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "CREATE INDEX on a table that is there, without CONCURRENTLY",
        effect: "nobody can write to the table while the index is built",
        safe: "-- glim:no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} (its_columns);\n-- if that fails: DROP INDEX CONCURRENTLY {name}; then again",
        squawk: &["require-concurrent-index-creation"],
        ..Rule::NEW
    },
    Rule {
        id: "drop-index-nonconcurrent",
        dialects: POSTGRES,
        finds: "DROP INDEX without CONCURRENTLY",
        effect: "it waits for all that reads the table, and whoever comes after it waits too",
        safe: "-- glim:no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS {name};",
        squawk: &["require-concurrent-index-deletion"],
        existing: false,
        ..Rule::NEW
    },
    Rule {
        id: "concurrently-in-tx",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "CONCURRENTLY in a transaction",
        effect: "PostgreSQL refuses it",
        safe: "-- glim:no-transaction   -- at the head of the file; a Rust migration: `transaction = false`",
        existing: false,
        look: Some(|m, at| {
            let words = m.statements[at].words();
            let index = words.has("index concurrently") || words.begins("reindex") && words.has("concurrently");
            (m.subject.transaction && index).then(|| Hit::of(m.statements[at].table()))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "concurrent-build-and-others",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "other statements beside CREATE INDEX CONCURRENTLY in one migration",
        effect: "where the index cannot be built, the others stay done and are not undone",
        safe: "-- glim:no-transaction   -- one migration for each index, with nothing else in it",
        existing: false,
        look: Some(|m, at| {
            let statement = &m.statements[at];
            let Form::CreateIndex { concurrently: true, .. } = statement.form else { return None };
            let counts = |it: &Statement<'_>| !it.words().begins("set");
            let drops = |it: &Statement<'_>| it.words().begins("drop index");
            let others = m.statements.iter().filter(|it| counts(it) && !drops(it)).count() > 1;
            others.then(|| Hit::of(statement.table()))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "reindex-nonconcurrent",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "REINDEX without CONCURRENTLY",
        effect: "nobody can write to the table, nor use the index, while it is built",
        safe: "-- glim:no-transaction\nREINDEX TABLE CONCURRENTLY {table};",
        existing: false,
        look: Some(|m, at| {
            let words = m.statements[at].words();
            (words.begins("reindex") && !words.has("concurrently")).then(|| Hit::of(m.statements[at].table()))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "create-index-only-parent",
        dialects: POSTGRES,
        finds: "a unique index or key that is left invalid: ON ONLY a partitioned table, with no partition attached",
        effect: "the index is not used until each partition has one that is attached to it",
        safe: "CREATE INDEX CONCURRENTLY {name}_p1 ON the_partition (its_columns);   -- for each partition\nALTER INDEX {name} ATTACH PARTITION {name}_p1;",
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let Form::CreateIndex { name, .. } = &statement.form else { return None };
            let attached = m.statements[at..].iter().any(|it| it.words().has("attach partition"));
            (statement.words().has("on only") && !attached).then(|| Hit::of(Some(table)).name(name.clone()))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "redundant-index",
        finds: "an index whose columns are the first ones of another index of the migration",
        effect: "each write to the table has to keep both, and no query needs the shorter one",
        safe: "-- leave {name} out: the longer index serves the same queries",
        existing: false,
        look: Some(|m, at| {
            let (table, columns) = plain_columns(&m.statements[at])?;
            let Form::CreateIndex { name, unique: false, .. } = &m.statements[at].form else { return None };
            let serves = m.statements.iter().enumerate().filter(|(other, _)| *other != at).any(|(other, statement)| {
                plain_columns(statement).is_some_and(|(there, longer)| {
                    let is_other = longer.len() > columns.len() || other < at;
                    is_other && same(there, table) && longer.starts_with(&columns)
                })
            });
            serves.then(|| Hit::of(Some(table)).name(name.clone()))
        }),
        ..Rule::NEW
    },
];

/// The table and the columns of an index of nothing but whole columns, over all rows, in the order of their values.
fn plain_columns<'m>(statement: &'m Statement<'_>) -> Option<(&'m str, Vec<String>)> {
    let Form::CreateIndex { table, .. } = &statement.form else { return None };
    let words = statement.words();
    if ["where", "using", "include", "fulltext", "spatial"].iter().any(|word| words.has(word)) {
        return None;
    }
    let (_, open) = words.name(words.skip(words.find("on")? + 1, &["only"]))?;
    let inside = words.group(open)?;
    let (columns, end) = words.of(inside.clone()).names(0);
    (end == inside.len()).then(|| (table.as_str(), columns.iter().map(|it| it.to_lowercase()).collect()))
}
