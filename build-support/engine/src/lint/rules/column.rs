//! Columns that are added or changed.

use super::super::rule::{Hit, POSTGRES, Rule, Severity};
use super::data::added_columns;
use super::destructive::action;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "type-change",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "a column's type changed",
        effect: "most changes rewrite the table and its indexes, and nobody can read it meanwhile; a widened varchar or numeric does not",
        safe: "ALTER TABLE {table} ADD COLUMN {column}_new its_new_type;   -- write both, copy in batches, read the new one,\nALTER TABLE {table} DROP COLUMN {column};   -- and drop the old one a release later",
        squawk: &["changing-column-type"],
        supposes_rewrite: true,
        ..Rule::NEW
    },
    Rule {
        id: "volatile-default",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "a column added with a default that is computed for each row",
        effect: "the table is rewritten, and nobody can read it meanwhile",
        safe: "ALTER TABLE {table} ADD COLUMN {column} its_type;\nALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT the_expression;\n-- then, in a migration of its own, fill the rows that are there in batches",
        squawk: &["adding-field-with-default"],
        supposes_rewrite: true,
        ..Rule::NEW
    },
    Rule {
        id: "set-not-null",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "SET NOT NULL on a column that is there",
        effect: "the whole table is read under an exclusive lock, and a row with NULL ends it",
        safe: "ALTER TABLE {table} ADD CONSTRAINT {name}_set CHECK ({column} IS NOT NULL) NOT VALID;\n-- in the next migration:\nALTER TABLE {table} VALIDATE CONSTRAINT {name}_set;\nALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;   -- reads nothing any more\nALTER TABLE {table} DROP CONSTRAINT {name}_set;",
        squawk: &["adding-not-nullable-field"],
        ..Rule::NEW
    },
    Rule {
        id: "stored-generated",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "a stored generated column added",
        effect: "the table is rewritten, and nobody can read it meanwhile",
        safe: "ALTER TABLE {table} ADD COLUMN {column} its_type;   -- a trigger fills it for new rows, batches for the others",
        supposes_rewrite: true,
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let mut columns = added_columns(statement);
            let column = columns.find(|(_, it)| it.has_outside("stored") && it.has("generated always as ("));
            column.map(|(column, _)| Hit::of(Some(table)).column(Some(column)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "add-identity-or-serial",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "an identity or serial column added",
        effect: "the table is rewritten to number its rows, and nobody can read it meanwhile",
        safe: "CREATE SEQUENCE {name}_seq;\nALTER TABLE {table} ADD COLUMN {column} bigint;\nALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT nextval('{name}_seq');\n-- then, in a migration of its own, number the rows that are there in batches",
        supposes_rewrite: true,
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let serial = ["serial", "bigserial", "smallserial", "serial4", "serial8", "serial2"];
            let column = added_columns(statement)
                .find(|(_, it)| it.has("as identity") || serial.iter().any(|serial| it.begins(serial)));
            column.map(|(column, _)| Hit::of(Some(table)).column(Some(column)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "collation-change",
        dialects: POSTGRES,
        finds: "a column's collation changed",
        effect: "each index on the column is built again under an exclusive lock",
        safe: "CREATE INDEX CONCURRENTLY {name}_new ON {table} ({column} COLLATE \"the_new_one\");   -- and use it in queries",
        look: Some(|m, at| action(m, at, |it| it.begins("alter") && it.has("type") && it.has_outside("collate"))),
        ..Rule::NEW
    },
    Rule {
        id: "set-logged",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "SET LOGGED or SET UNLOGGED",
        effect: "the table is rewritten, and nobody can read it meanwhile",
        safe: "CREATE TABLE {table}_logged (LIKE {table} INCLUDING ALL);   -- copy in batches, then swap the names",
        supposes_rewrite: true,
        look: Some(|m, at| action(m, at, |it| it.begins("set logged") || it.begins("set unlogged"))),
        ..Rule::NEW
    },
    Rule {
        id: "access-method",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "SET ACCESS METHOD",
        effect: "the table is rewritten, and nobody can read it meanwhile",
        safe: "CREATE TABLE {table}_new (LIKE {table} INCLUDING ALL) USING the_method;   -- copy in batches, then swap the names",
        supposes_rewrite: true,
        look: Some(|m, at| action(m, at, |it| it.begins("set access method"))),
        ..Rule::NEW
    },
    Rule {
        id: "autovacuum-off",
        dialects: POSTGRES,
        finds: "autovacuum turned off",
        effect: "dead rows stay, the table grows, and one day the whole database stops for transaction numbers",
        safe: "ALTER TABLE {table} SET (autovacuum_vacuum_scale_factor = 0.01);",
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let text = statement.text.to_lowercase().replace(' ', "");
            let off = [
                "autovacuum_enabled=false",
                "autovacuum_enabled=off",
                "autovacuum_enabled=0",
                "autovacuum_enabled='false'",
            ];
            off.iter().any(|off| text.contains(off)).then(|| Hit::of(Some(table)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "json-column",
        dialects: POSTGRES,
        finds: "a column of the type json",
        effect: "it has no equality: SELECT DISTINCT and GROUP BY of the last release fail",
        safe: "ALTER TABLE {table} ADD COLUMN {column} jsonb;",
        existing: false,
        look: Some(|m, at| {
            let statement = &m.statements[at];
            let added = added_columns(statement).find(|(_, it)| it.begins("json")).map(|(column, _)| column);
            let made = || statement.items().find(|it| it.at(1, "json")).and_then(|it| it.name(0)).map(|(name, _)| name);
            let column = added.or_else(made)?;
            Some(Hit::of(statement.table()).column(Some(column)))
        }),
        ..Rule::NEW
    },
];
