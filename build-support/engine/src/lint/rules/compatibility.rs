//! What breaks the code of the last release, which runs until the new one has taken over.

use super::super::rule::{Hit, MYSQL, POSTGRES, Rule, Severity};
use super::super::statement::Form;
use super::super::words::Words;
use super::destructive::action;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "rename-table",
        finds: "a table renamed",
        effect: "code of the last release no longer finds it",
        safe: "CREATE VIEW new_name AS SELECT * FROM {table};   -- now\nBEGIN; DROP VIEW new_name; ALTER TABLE {table} RENAME TO new_name; COMMIT;   -- when all code uses the new name",
        squawk: &["renaming-table"],
        look: Some(|m, at| {
            let words = m.statements[at].words();
            if words.begins("rename table") {
                return m.existing(at).map(|(_, table)| Hit::of(Some(table)));
            }
            action(m, at, |action| {
                let to = action.skip(0, &["rename to", "rename as"]);
                // A table that takes the place of one that was dropped is a rebuild.
                to > 0
                    && action.name(to).is_some_and(|(name, _)| {
                        !m.statements[..at]
                            .iter()
                            .any(|it| matches!(&it.form, Form::Drop { names, .. } if names.contains(&name)))
                    })
            })
        }),
        ..Rule::NEW
    },
    Rule {
        id: "rename-column",
        finds: "a column renamed",
        effect: "code of the last release that names the column fails",
        safe: "ALTER TABLE {table} ADD COLUMN new_name type_of_it;   -- write both, copy in batches, read the new one,\nALTER TABLE {table} DROP COLUMN {column};   -- and drop the old one a release later",
        squawk: &["renaming-column"],
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let column = statement.actions().find_map(|action| {
                let place = action.skip(0, &["rename column", "rename"]);
                if place > 0 {
                    let (from, next) = action.name(place)?;
                    return (action.at(next, "to")
                        && !["to", "as", "index", "key", "constraint"].contains(&from.as_str()))
                    .then_some(from);
                }
                let place = action.skip(0, &["change column", "change"]);
                let (from, next) = action.name(place).filter(|_| place > 0)?;
                let (to, _) = action.name(next)?;
                (from != to).then_some(from)
            });
            column.map(|column| Hit::of(Some(table)).column(Some(column)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "rename-schema",
        dialects: POSTGRES,
        finds: "a schema renamed",
        effect: "code of the last release finds none of its tables",
        safe: "CREATE SCHEMA new_name;   -- with a view for each table, until all code uses it",
        existing: false,
        look: Some(|m, at| {
            let words = m.statements[at].words();
            (words.begins("alter schema") && words.has("rename to")).then(Hit::default)
        }),
        ..Rule::NEW
    },
    Rule {
        id: "rename-enum-value",
        dialects: POSTGRES,
        finds: "a value of an enum renamed",
        effect: "code of the last release writes and expects the old one, and fails",
        safe: "ALTER TYPE my_type ADD VALUE 'new';   -- then move the rows in batches, and stop using the old one",
        existing: false,
        look: Some(|m, at| {
            let words = m.statements[at].words();
            (words.begins("alter type") && words.has("rename value")).then(Hit::default)
        }),
        ..Rule::NEW
    },
    Rule {
        id: "drop-not-null",
        finds: "DROP NOT NULL",
        effect: "code of the last release reads NULL where it expects a value",
        safe: "-- when all code that reads {column} handles NULL:\n-- glim:allow(drop-not-null, reason = \"readers handle NULL\")",
        dialects: POSTGRES,
        squawk: &["ban-drop-not-null"],
        ..Rule::NEW
    },
    Rule {
        id: "replica-identity",
        dialects: POSTGRES,
        finds: "REPLICA IDENTITY FULL or NOTHING",
        effect: "subscribers get all columns of each changed row, or can no longer follow updates",
        safe: "ALTER TABLE {table} REPLICA IDENTITY USING INDEX a_unique_index;",
        look: Some(|m, at| {
            action(m, at, |it| it.begins("replica identity full") || it.begins("replica identity nothing"))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "inline-references",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "REFERENCES behind a column",
        effect: "MySQL reads it and makes no foreign key, MariaDB makes one: the same file gives two schemas",
        safe: "ALTER TABLE {table} ADD CONSTRAINT {name}_fkey FOREIGN KEY ({column}) REFERENCES parent (id);",
        existing: false,
        look: Some(|m, at| {
            let statement = &m.statements[at];
            let inline = |words: Words<'_, '_>| words.has_outside("references") && !words.has("foreign key");
            let added = statement.actions().filter(|action| action.begins("add")).any(inline);
            (added || statement.items().any(inline)).then(|| Hit::of(statement.table()))
        }),
        ..Rule::NEW
    },
];
