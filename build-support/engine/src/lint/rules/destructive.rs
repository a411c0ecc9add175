//! What destroys data, or the ability to reach it.

use super::super::migration::{Migration, same};
use super::super::rule::{ALL, Hit, MYSQL, POSTGRES, Rule, SERVERS, Severity};
use super::super::statement::Form;
use super::super::words::Words;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "drop-schema",
        severity: Severity::Error,
        finds: "DROP SCHEMA or DROP DATABASE",
        effect: "all tables in it are gone at once, with their rows",
        safe: "pg_dump --schema={name} app > {name}.sql   # mysqldump {name} on MySQL; then:\n-- glim:allow(drop-schema, reason = \"dumped, and used by nothing\")",
        existing: false,
        look: Some(|m, at| dropped(m, at, &["schema", "database"])),
        ..Rule::NEW
    },
    Rule {
        id: "drop-table",
        severity: Severity::Error,
        finds: "DROP TABLE",
        effect: "its rows are gone, code of the last release that uses it fails, and on PostgreSQL each table that its foreign keys refer to is locked exclusively",
        safe: "-- in this release: no code uses {table}; its foreign keys are dropped one by one\n-- in the next one:\n-- glim:allow(drop-table, reason = \"unused since the last release, and saved\")\nDROP TABLE {table};",
        squawk: &["ban-drop-table"],
        look: Some(|m, at| match &m.statements[at].form {
            Form::Drop { kind, names, .. } if kind == "table" && !remade(m, at, names.first()?) => {
                Some(Hit::of(names.first().map(String::as_str)))
            }
            _ => None,
        }),
        ..Rule::NEW
    },
    Rule {
        id: "drop-column",
        severity: Severity::Error,
        finds: "DROP COLUMN",
        effect: "its values are gone, and code of the last release that names the column fails",
        safe: "-- in this release: no code reads or writes {column}\n-- in the next one:\n-- glim:allow(drop-column, reason = \"unused since the last release\")\nALTER TABLE {table} DROP COLUMN {column};",
        squawk: &["ban-drop-column"],
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let others = ["constraint", "index", "key", "primary", "foreign", "check", "partition", "period", "system"];
            let dropped = statement.actions().find_map(|action| {
                let place = action.skip(0, &["drop column if exists", "drop column", "drop if exists", "drop"]);
                let is_column = place > 0 && !others.iter().any(|other| action.at(place, other));
                is_column.then(|| action.name(place)).flatten()
            });
            dropped.map(|(column, _)| Hit::of(Some(table)).column(Some(column)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "drop-fk",
        dialects: SERVERS,
        finds: "a foreign key dropped",
        effect: "rows that refer to nothing can be written from now on; PostgreSQL locks both tables exclusively",
        safe: "SET lock_timeout = '2s';\nALTER TABLE {table} DROP CONSTRAINT {name};   -- in a migration of its own",
        look: Some(|m, at| dropped_constraint(m, at, &["drop foreign key"], &["fk", "fkey", "foreign"])),
        ..Rule::NEW
    },
    Rule {
        id: "drop-check",
        dialects: SERVERS,
        finds: "a check dropped",
        effect: "rows that the check refused can be written from now on, and stay when it comes back",
        safe: "-- glim:allow(drop-check, reason = \"why rows may break it from now on\")",
        look: Some(|m, at| dropped_constraint(m, at, &["drop check"], &["check", "chk", "ck"])),
        ..Rule::NEW
    },
    Rule {
        id: "drop-pk",
        severity: Severity::Error,
        finds: "a primary key dropped",
        effect: "rows can be doubled from now on; MariaDB copies the table and blocks writes meanwhile, and replication by rows gets slow",
        safe: "-- PostgreSQL: one statement, over an index that was built CONCURRENTLY before\nALTER TABLE {table} DROP CONSTRAINT {name}, ADD PRIMARY KEY USING INDEX new_index;\n-- MySQL and MariaDB: one statement\nALTER TABLE {table} DROP PRIMARY KEY, ADD PRIMARY KEY ({column}), ALGORITHM=INPLACE, LOCK=NONE;",
        dialects: SERVERS,
        look: Some(|m, at| {
            let (statement, _) = m.existing(at)?;
            if statement.actions().any(|it| it.has("add primary key") || it.has("primary key using index")) {
                return None;
            }
            dropped_constraint(m, at, &["drop primary key"], &["pk", "pkey"])
        }),
        ..Rule::NEW
    },
    Rule {
        id: "truncate",
        severity: Severity::Error,
        finds: "TRUNCATE",
        effect: "all rows are gone, under an exclusive lock",
        safe: "-- keep what is needed, and delete the rest in batches, each committed\nDELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE expired LIMIT 1000);",
        dialects: SERVERS,
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let words = statement.words();
            (words.begins("truncate") && !words.has("cascade")).then(|| Hit::of(Some(table)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "truncate-cascade",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "TRUNCATE ... CASCADE",
        effect: "all rows are gone, also those of every table that refers to it, directly or not",
        safe: "TRUNCATE {table}, each_table_that_refers_to_it;",
        squawk: &["ban-truncate-cascade"],
        ..Rule::NEW
    },
    Rule {
        id: "drop-cascade",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "DROP ... CASCADE",
        effect: "whatever depends on it goes too, which may be another set of objects in each database",
        safe: "-- name what is to go\nDROP VIEW dependent_view;\nDROP TABLE {table};",
        existing: false,
        look: Some(|m, at| {
            let statement = &m.statements[at];
            let words = statement.words();
            let drops = words.begins("drop") || statement.actions().any(|action| action.begins("drop"));
            (drops && words.has_outside("cascade")).then(|| Hit::of(statement.table()))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "drop-routine-view",
        dialects: ALL,
        finds: "a view, function, trigger, type, extension, role or policy dropped",
        effect: "code of the last release that uses it fails; a trigger or policy that is gone no longer protects the rows",
        safe: "-- glim:allow(drop-routine-view, reason = \"nothing of the last release uses it\")",
        existing: false,
        look: Some(|m, at| {
            let kinds = [
                "view",
                "materialized view",
                "function",
                "procedure",
                "trigger",
                "type",
                "domain",
                "extension",
                "role",
                "policy",
                "sequence",
                "aggregate",
                "event",
                "package",
            ];
            // What is made anew in the same migration, or was put aside there, is only replaced.
            let made = |name: &String| {
                m.statements.iter().any(|it| {
                    let text = it.text.to_lowercase();
                    (it.words().begins("create") && text.contains(name.as_str()))
                        || (it.words().has("rename to") && text.trim_end_matches(['"', ';']).ends_with(name.as_str()))
                })
            };
            dropped(m, at, &kinds).filter(|hit| !hit.name.as_ref().is_some_and(made))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "disable-rls",
        dialects: POSTGRES,
        finds: "DISABLE ROW LEVEL SECURITY",
        effect: "every role that may read the table sees all of its rows",
        severity: Severity::Error,
        safe: "ALTER TABLE {table} FORCE ROW LEVEL SECURITY;   -- and a policy for whoever needs more",
        look: Some(|m, at| action(m, at, |action| action.begins("disable row level security"))),
        ..Rule::NEW
    },
    Rule {
        id: "create-table-force",
        severity: Severity::Error,
        finds: "a table dropped and created again in one migration",
        effect: "its rows are gone, although the table is there afterwards",
        safe: "ALTER TABLE {table} RENAME TO {table}_old;   -- then create it, copy the rows, and drop the old one later",
        look: Some(|m, at| match &m.statements[at].form {
            Form::Drop { kind, names, .. } if kind == "table" => {
                let name = names.first().filter(|name| m.exists(name, at))?;
                let again = m.statements[at..]
                    .iter()
                    .any(|it| matches!(&it.form, Form::CreateTable { table, .. } if same(table, name)));
                again.then(|| Hit::of(Some(name)))
            }
            _ => None,
        }),
        ..Rule::NEW
    },
    Rule {
        id: "drop-system-versioning",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "DROP SYSTEM VERSIONING",
        effect: "the history of all rows is gone",
        safe: "CREATE TABLE {table}_history AS SELECT * FROM {table} FOR SYSTEM_TIME ALL;",
        look: Some(|m, at| action(m, at, |action| action.begins("drop system versioning"))),
        ..Rule::NEW
    },
];

/// A drop of one of these kinds.
fn dropped(m: &Migration<'_>, at: usize, kinds: &[&str]) -> Option<Hit> {
    match &m.statements[at].form {
        Form::Drop { kind, names, table } if kinds.contains(&kind.as_str()) => {
            Some(Hit::of(table.as_deref()).name(names.first().cloned()))
        }
        _ => None,
    }
}

/// Whether a table is made again, or another is renamed to it: then its rows are what other rules ask about.
fn remade(m: &Migration<'_>, at: usize, name: &str) -> bool {
    m.statements[at + 1..].iter().any(|statement| {
        statement
            .actions()
            .any(|action| action.begins("rename to") && action.name(2).is_some_and(|(to, _)| same(&to, name)))
    })
}

/// A constraint dropped, by words or, where the words do not say what it is, by what its name says.
fn dropped_constraint(m: &Migration<'_>, at: usize, words: &[&str], names: &[&str]) -> Option<Hit> {
    let (statement, table) = m.existing(at)?;
    statement.actions().find_map(|action| {
        if let Some(place) = words.iter().map(|it| action.skip(0, &[it])).find(|place| *place > 0) {
            return Some(Hit::of(Some(table)).name(action.name(place).map(|(name, _)| name)));
        }
        let place = action.skip(0, &["drop constraint if exists", "drop constraint"]);
        let (name, _) = action.name(place).filter(|_| place > 0)?;
        let says = name.split('_').any(|part| names.contains(&part.to_lowercase().as_str()));
        says.then(|| Hit::of(Some(table)).name(Some(name)))
    })
}

/// A hit where an action of an ALTER TABLE of a table that is there before is such a one.
pub(super) fn action(m: &Migration<'_>, at: usize, is: impl Fn(Words<'_, '_>) -> bool) -> Option<Hit> {
    let (statement, table) = m.existing(at)?;
    statement.actions().any(is).then(|| Hit::of(Some(table)))
}
