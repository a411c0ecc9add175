//! What MySQL and MariaDB copy, block, or take in another sense.

use super::super::migration::Migration;
use super::super::rule::{Hit, MYSQL, Rule, Severity};
use super::super::words::Words;
use super::data::added_columns;
use super::destructive::action;

const ONLINE: &str = "gh-ost --table={table} --alter='what is to change' --execute   # or pt-online-schema-change";

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "enum-256",
        dialects: MYSQL,
        finds: "an ENUM of more than 255 values",
        effect: "each value takes two bytes from now on: the table is copied",
        safe: "CREATE TABLE {table}_{column} (id SMALLINT UNSIGNED PRIMARY KEY, name VARCHAR(255) NOT NULL UNIQUE);",
        existing: false,
        look: Some(|m, at| {
            let statement = &m.statements[at];
            let words = statement.words();
            let group = words.find("enum (").and_then(|place| words.group(place + 1))?;
            (words.of(group).parts(0).len() > 255).then(|| Hit::of(statement.table()))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "add-fk",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "a foreign key added to a table that is there",
        effect: "the table is copied to check it, and nobody can write meanwhile",
        safe: "SET foreign_key_checks = 0;   -- only when no row refers to nothing\nALTER TABLE {table} ADD CONSTRAINT {name}_fkey FOREIGN KEY ({column}) REFERENCES parent (id), ALGORITHM=INPLACE, LOCK=NONE;\nSET foreign_key_checks = 1;",
        look: Some(|m, at| {
            let unchecked = m.statements[..at].iter().any(|it| {
                it.words().begins("set") && it.text.to_lowercase().replace(' ', "").contains("foreign_key_checks=0")
            });
            action(m, at, |it| !unchecked && it.begins("add") && it.has("foreign key"))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "add-pk",
        dialects: MYSQL,
        finds: "a primary key added to a table that is there",
        effect: "the table is built anew in the order of the key",
        safe: ONLINE,
        look: Some(|m, at| {
            action(m, at, |it| {
                it.begins("add") && it.has("primary key") && !it.has("auto_increment") && !drops_key(m, at)
            })
        }),
        ..Rule::NEW
    },
    Rule {
        id: "redefine-pk-my",
        dialects: MYSQL,
        finds: "a primary key dropped and another one added",
        effect: "the table and all of its indexes are built anew",
        safe: ONLINE,
        look: Some(|m, at| action(m, at, |it| it.begins("add primary key") && drops_key(m, at))),
        ..Rule::NEW
    },
    Rule {
        id: "fulltext",
        dialects: MYSQL,
        finds: "a FULLTEXT index added",
        effect: "nobody can write to the table while it is built",
        safe: "-- glim:allow(fulltext, reason = \"runs in a quiet hour\")",
        look: Some(|m, at| index(m, at, "fulltext")),
        ..Rule::NEW
    },
    Rule {
        id: "spatial",
        dialects: MYSQL,
        finds: "a SPATIAL index added",
        effect: "nobody can write to the table while it is built",
        safe: "-- glim:allow(spatial, reason = \"runs in a quiet hour\")",
        look: Some(|m, at| index(m, at, "spatial")),
        ..Rule::NEW
    },
    Rule {
        id: "charset-convert",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "CONVERT TO CHARACTER SET",
        effect: "the table is copied, nobody can write meanwhile, and a text that the new set lacks is changed",
        safe: ONLINE,
        look: Some(|m, at| action(m, at, |it| it.begins("convert to"))),
        ..Rule::NEW
    },
    Rule {
        id: "column-charset",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "a column's character set changed",
        effect: "the table is copied, and nobody can write meanwhile",
        safe: ONLINE,
        look: Some(|m, at| {
            let changes = |it: Words<'_, '_>| it.begins("modify") || it.begins("change");
            action(m, at, |it| changes(it) && (it.has("character set") || it.has("charset")))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "engine-change",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "ENGINE = in an ALTER TABLE",
        effect: "the table is built anew, even where the engine stays the same",
        safe: "-- leave the clause out",
        look: Some(|m, at| action(m, at, |it| it.begins("engine"))),
        ..Rule::NEW
    },
    Rule {
        id: "partitioning",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "PARTITION BY or REMOVE PARTITIONING",
        effect: "the table is copied whatever ALGORITHM says: the server takes the clause and does not heed it",
        safe: ONLINE,
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let words = statement.words();
            let parts = words.has_outside("partition by") || words.has_outside("remove partitioning");
            (words.begins("alter") && parts).then(|| Hit::of(Some(table)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "stored-generated-my",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "a stored generated column added",
        effect: "the table is copied, and nobody can write meanwhile",
        safe: "ALTER TABLE {table} ADD COLUMN {column} its_type AS (the_expression) VIRTUAL, ALGORITHM=INSTANT;",
        look: Some(|m, at| {
            column(m, at, |it| it.has("as (") && (it.has_outside("stored") || it.has_outside("persistent")))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "auto-increment-add",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "an AUTO_INCREMENT column added",
        effect: "nobody can write while the rows are numbered, and replication by statements numbers them otherwise on each replica",
        safe: "ALTER TABLE {table} ADD COLUMN {column} BIGINT UNSIGNED, ALGORITHM=INSTANT;   -- fill it in batches, then make it the key",
        look: Some(|m, at| column(m, at, |it| it.has_outside("auto_increment"))),
        ..Rule::NEW
    },
    Rule {
        id: "add-column-not-last",
        dialects: MYSQL,
        finds: "a column added FIRST or AFTER another",
        effect: "where the table has a virtual column, and on older servers always, the table is copied",
        safe: "ALTER TABLE {table} ADD COLUMN {column} its_type, ALGORITHM=INSTANT;   -- at the end",
        look: Some(|m, at| column(m, at, |it| it.has_outside("first") || it.has_outside("after"))),
        ..Rule::NEW
    },
    Rule {
        id: "add-check-my",
        dialects: MYSQL,
        finds: "a check added to a table that is there",
        effect: "the table is copied to check it, and nobody can write meanwhile; no way around it is known",
        safe: "-- glim:allow(add-check-my, reason = \"runs in a quiet hour\")",
        look: Some(|m, at| action(m, at, |it| it.begins("add") && it.has_outside("check"))),
        ..Rule::NEW
    },
    Rule {
        id: "check-enforce",
        dialects: MYSQL,
        finds: "a check that is enforced from now on, or no longer",
        effect: "the table is read and nobody can write meanwhile; MariaDB does not know the words",
        safe: "-- glim:allow(check-enforce, reason = \"runs in a quiet hour, on MySQL only\")",
        look: Some(|m, at| action(m, at, |it| it.begins("alter") && it.has("enforced"))),
        ..Rule::NEW
    },
    Rule {
        id: "copy-algorithm",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "ALGORITHM=COPY",
        effect: "the table is copied, and nobody can write meanwhile",
        safe: "-- leave the clause out, or write ALGORITHM=INPLACE, LOCK=NONE, and let it fail where that cannot be",
        look: Some(|m, at| clause(m, at, "algorithm", &["copy"])),
        ..Rule::NEW
    },
    Rule {
        id: "lock-option",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "LOCK=SHARED or LOCK=EXCLUSIVE",
        effect: "nobody can write, or even read, until it is done",
        safe: "-- write LOCK=NONE, and let it fail where that cannot be",
        look: Some(|m, at| clause(m, at, "lock", &["shared", "exclusive"])),
        ..Rule::NEW
    },
    Rule {
        id: "expression-default",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "a column added with an expression as its default",
        effect: "the table is copied to fill in a value for each row, and nobody can write meanwhile",
        safe: "ALTER TABLE {table} ADD COLUMN {column} its_type NULL, ALGORITHM=INSTANT;\nALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT (the_expression);   -- then fill the rows in batches",
        look: Some(|m, at| column(m, at, |it| it.has("default ("))),
        ..Rule::NEW
    },
];

fn column(m: &Migration<'_>, at: usize, is: impl Fn(Words<'_, '_>) -> bool) -> Option<Hit> {
    let (statement, table) = m.existing(at)?;
    let (column, _) = added_columns(statement).find(|(_, definition)| is(*definition))?;
    Some(Hit::of(Some(table)).column(Some(column)))
}

fn index(m: &Migration<'_>, at: usize, kind: &str) -> Option<Hit> {
    let (statement, table) = m.existing(at)?;
    let created = statement.words().at(0, "create") && statement.words().at(1, kind);
    (created || statement.actions().any(|it| it.at(0, "add") && it.at(1, kind))).then(|| Hit::of(Some(table)))
}

fn drops_key(m: &Migration<'_>, at: usize) -> bool {
    m.statements[at].actions().any(|it| it.begins("drop primary key"))
}

/// `ALGORITHM=...` or `LOCK=...`, with or without the sign.
fn clause(m: &Migration<'_>, at: usize, option: &str, values: &[&str]) -> Option<Hit> {
    let (statement, table) = m.existing(at)?;
    let words = statement.words();
    let found = (0..words.0.len()).any(|place| {
        let value = words.skip(place + 1, &["="]);
        words.at(place, option) && values.iter().any(|it| words.at(value, it))
    });
    found.then(|| Hit::of(Some(table)))
}
