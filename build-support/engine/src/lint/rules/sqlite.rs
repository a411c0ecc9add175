//! What SQLite refuses, ignores, or loses in silence.

use super::super::migration::same;
use super::super::rule::{Hit, Rule, SQLITE, Severity};
use super::super::statement::Form;
use super::data::added_columns;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "sqlite-fk-pragma-in-tx",
        dialects: SQLITE,
        severity: Severity::Error,
        finds: "PRAGMA foreign_keys in a transaction",
        effect: "it does nothing, and says nothing: rows that refer to a table that is dropped go with it",
        safe: "-- glim:no-transaction   -- at the head of the file; or the schema operations of a Rust migration",
        existing: false,
        look: Some(|m, at| {
            let pragma = m.statements[at].words().begins("pragma foreign_keys");
            (pragma && m.subject.transaction && m.statements[at].text.contains('=')).then(Hit::default)
        }),
        ..Rule::NEW
    },
    Rule {
        id: "sqlite-rebuild-with-fk-on",
        dialects: SQLITE,
        severity: Severity::Error,
        finds: "a table dropped so that another takes its name, while foreign keys are enforced",
        effect: "rows of other tables that refer to it are deleted with it, or set to NULL, or the drop fails",
        safe: "-- glim:no-transaction\nPRAGMA foreign_keys = OFF;\n-- BEGIN; the rebuild; PRAGMA foreign_key_check; COMMIT;\nPRAGMA foreign_keys = ON;",
        look: Some(|m, at| {
            let Form::Drop { kind, names, .. } = &m.statements[at].form else { return None };
            let name = names.first().filter(|_| kind == "table")?;
            let off = m.statements[..at]
                .iter()
                .any(|it| it.words().begins("pragma foreign_keys") && !it.text.to_lowercase().contains("on"));
            let replaced = m.statements[at..].iter().any(|it| {
                it.actions().any(|it| it.begins("rename to") && it.name(2).is_some_and(|(to, _)| same(&to, name)))
            });
            let off = off && !m.subject.transaction;
            (replaced && !off).then(|| Hit::of(Some(name)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "sqlite-add-column-limits",
        dialects: SQLITE,
        severity: Severity::Error,
        finds: "a column that ALTER TABLE cannot add: a key, unique, stored, or with a default that is computed",
        effect: "SQLite refuses it, as soon as there is a row or always; the table must be built anew",
        safe: "db.alter_table(\"{table}\") ...   // in a Rust migration: glim builds the table anew, without loss",
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let computed = ["default (", "default current_timestamp", "default current_date", "default current_time"];
            let refused = ["primary key", "unique", "stored"];
            let (column, _) = added_columns(statement).find(|(_, it)| {
                refused.iter().any(|word| it.has_outside(word)) || computed.iter().any(|word| it.has(word))
            })?;
            Some(Hit::of(Some(table)).column(Some(column)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "sqlite-legacy-rename",
        dialects: SQLITE,
        finds: "PRAGMA legacy_alter_table = ON",
        effect: "a renamed table is not renamed in views, triggers and foreign keys of others",
        safe: "PRAGMA legacy_alter_table = OFF;",
        existing: false,
        look: Some(|m, at| {
            let words = m.statements[at].words();
            let on = words.has("on") || words.has("true") || m.statements[at].text.trim_end().ends_with('1');
            (words.begins("pragma legacy_alter_table") && on).then(Hit::default)
        }),
        ..Rule::NEW
    },
];
