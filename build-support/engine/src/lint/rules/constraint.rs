//! Constraints that are added, and what checking them costs.

use super::super::migration::same;
use super::super::rule::{Hit, POSTGRES, Rule, Severity};
use super::super::statement::{Form, Statement};
use super::destructive::action;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "add-primary-key",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "a primary key added to a table that is there",
        effect: "its index is built under an exclusive lock",
        safe: "CREATE UNIQUE INDEX CONCURRENTLY {table}_pkey ON {table} ({column});   -- in a migration without a transaction\nALTER TABLE {table} ADD PRIMARY KEY USING INDEX {table}_pkey;   -- in the next one",
        squawk: &["adding-serial-primary-key-field"],
        ..Rule::NEW
    },
    Rule {
        id: "redefine-pk",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "a primary key dropped and another one built",
        effect: "nobody can read the table while the new index is built, and in between nothing keeps rows apart",
        safe: "CREATE UNIQUE INDEX CONCURRENTLY {table}_new ON {table} ({column});\nALTER TABLE {table} DROP CONSTRAINT {table}_pkey, ADD CONSTRAINT {table}_pkey PRIMARY KEY USING INDEX {table}_new;",
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let adds =
                statement.actions().any(|it| it.begins("add") && it.has("primary key") && !it.has("using index"));
            let drops = m.statements[..=at].iter().filter(|it| it.table().is_some_and(|other| same(other, table)));
            let drops = drops.flat_map(Statement::actions).any(|it| {
                it.begins("drop constraint")
                    && it.name(2).is_some_and(|(name, _)| name.ends_with("pkey") || name.ends_with("_pk"))
            });
            (adds && drops).then(|| Hit::of(Some(table)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "add-unique",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "a unique constraint added",
        effect: "its index is built under an exclusive lock",
        safe: "CREATE UNIQUE INDEX CONCURRENTLY {name}_key ON {table} ({column});   -- in a migration without a transaction\nALTER TABLE {table} ADD CONSTRAINT {name}_key UNIQUE USING INDEX {name}_key;   -- in the next one",
        squawk: &["disallowed-unique-constraint"],
        ..Rule::NEW
    },
    Rule {
        id: "add-exclude",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "an exclusion constraint added",
        effect: "its index is built under an exclusive lock, and there is no other way",
        safe: "CREATE TABLE {table}_new (LIKE {table} INCLUDING ALL, EXCLUDE USING gist (period WITH &&));   -- copy in batches, swap",
        look: Some(|m, at| action(m, at, |it| it.begins("add") && it.has_outside("exclude"))),
        ..Rule::NEW
    },
    Rule {
        id: "constraint-validating",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "a check or foreign key added without NOT VALID, or validated in the transaction that adds it",
        effect: "the whole table is read while nobody can write to it; a foreign key locks the other table too",
        safe: "ALTER TABLE {table} ADD CONSTRAINT {name} the_constraint NOT VALID;\n-- in the next migration, which lets others read and write:\nALTER TABLE {table} VALIDATE CONSTRAINT {name};",
        squawk: &["constraint-missing-not-valid", "adding-foreign-key-constraint"],
        ..Rule::NEW
    },
    Rule {
        id: "domain-with-constraint",
        dialects: POSTGRES,
        finds: "a domain with a constraint",
        effect: "each later change of it reads every table that uses it",
        safe: "ALTER TABLE {table} ADD CONSTRAINT {name} CHECK (the_condition) NOT VALID;   -- on the column, instead",
        squawk: &["ban-create-domain-with-constraint"],
        existing: false,
        ..Rule::NEW
    },
    Rule {
        id: "alter-domain-add-constraint",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "a constraint added to a domain",
        effect: "every table that uses the domain is read, while nobody can write to any of them",
        safe: "ALTER DOMAIN my_domain ADD CONSTRAINT {name} CHECK (the_condition) NOT VALID;\n-- in the next migration:\nALTER DOMAIN my_domain VALIDATE CONSTRAINT {name};",
        squawk: &["ban-alter-domain-with-add-constraint"],
        existing: false,
        ..Rule::NEW
    },
    Rule {
        id: "many-fks-one-migration",
        dialects: POSTGRES,
        finds: "several foreign keys added in one transaction",
        effect: "the locks on all the tables pile up and are held together: a deadlock with the application is likely",
        safe: "-- one migration for each foreign key",
        look: Some(|m, at| {
            let adds = |at: usize| {
                let foreign = |(statement, _): (&Statement<'_>, &str)| {
                    statement.actions().filter(|it| it.begins("add") && it.has("references")).count()
                };
                m.existing(at).map_or(0, foreign)
            };
            let before: usize = (0..at).map(adds).sum();
            let more = adds(at) > 0 && before > 0 || adds(at) > 1;
            (m.subject.transaction && more).then(|| Hit::of(m.statements[at].table()))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "fk-without-index",
        dialects: POSTGRES,
        finds: "a foreign key of a new table whose columns no index begins with",
        effect: "each delete from the other table reads all of this one",
        safe: "CREATE INDEX {name}_idx ON {table} ({column});",
        existing: false,
        look: Some(|m, at| {
            let statement = &m.statements[at];
            let Form::CreateTable { table, .. } = &statement.form else { return None };
            let columns = statement.items().filter_map(|item| {
                if let Some(place) = item.find("foreign key (") {
                    return item.name(place + 3).map(|(column, _)| column);
                }
                let keyed = item.has_outside("unique") || item.has_outside("primary key");
                (item.has_outside("references") && !keyed).then(|| item.name(0)).flatten().map(|(column, _)| column)
            });
            let mut columns = columns.filter(|column| {
                let of_key = statement.items().any(|item| {
                    let key =
                        item.find("primary key (").or_else(|| item.find("unique (").map(|place| place.wrapping_sub(1)));
                    key.and_then(|place| item.name(place.wrapping_add(3))).is_some_and(|(first, _)| first == *column)
                });
                let of_index = m.statements.iter().any(|it| {
                    matches!(&it.form, Form::CreateIndex { table: other, .. } if same(other, table))
                        && it
                            .words()
                            .find("(")
                            .and_then(|open| it.words().name(open + 1))
                            .is_some_and(|(first, _)| first == *column)
                });
                !of_key && !of_index
            });
            columns.next().map(|column| Hit::of(Some(table)).column(Some(column)))
        }),
        ..Rule::NEW
    },
];
