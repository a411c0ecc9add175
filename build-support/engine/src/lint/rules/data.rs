//! What depends on the rows that are there: it may fail on them, or change them silently.

use super::super::migration::same;
use super::super::rule::{Hit, MYSQL, POSTGRES, Rule, Severity};
use super::super::statement::{Form, Statement};
use super::super::words::Words;

use glim_schema::Dialect;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "unique-on-existing",
        finds: "uniqueness demanded of rows that are there",
        effect: "it fails at the first pair of equal rows, after the table was read",
        safe: "SELECT {column}, count(*) FROM {table} GROUP BY {column} HAVING count(*) > 1;   -- must give nothing",
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let by_index = matches!(statement.form, Form::CreateIndex { unique: true, .. });
            let added = statement.actions().any(|it| it.begins("add") && it.has("unique") && !it.has("using index"));
            (by_index || added).then(|| Hit::of(Some(table)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "index-to-unique",
        finds: "an index dropped and built again as a unique one",
        effect: "where the unique one cannot be built, there is none at all, and queries read whole tables",
        safe: "CREATE UNIQUE INDEX CONCURRENTLY {name}_unique ON {table} ({column});   -- first\nDROP INDEX CONCURRENTLY the_old_index;   -- then",
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let Form::CreateIndex { unique: true, .. } = statement.form else { return None };
            let before = m.statements[..at].iter();
            let dropped =
                before.clone().any(|it| matches!(&it.form, Form::Drop { kind, .. } if kind.starts_with("index")));
            let altered = before.clone().any(|it| it.actions().any(|action| action.begins("drop index")));
            (dropped || altered).then(|| Hit::of(Some(table)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "add-required-column",
        severity: Severity::Error,
        finds: "a column that is NOT NULL and has no default",
        effect: "PostgreSQL and SQLite refuse it where there is a row; MySQL and MariaDB fill in zeros and empty texts silently; inserts of the last release fail",
        safe: "ALTER TABLE {table} ADD COLUMN {column} its_type NOT NULL DEFAULT a_constant;\n-- or without NOT NULL; fill it in batches; then NOT NULL: cargo glim lint --explain set-not-null",
        squawk: &["adding-required-field"],
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let column = added_columns(statement).find_map(|(column, definition)| {
                let generated = ["default", "generated", "auto_increment", "identity", "as"];
                let filled = generated.iter().any(|word| definition.has_outside(word));
                let required = definition.has_outside("not null") || definition.has_outside("primary key");
                (required && !filled && !definition.has_outside("references")).then_some(column)
            });
            column.map(|column| Hit::of(Some(table)).column(Some(column)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "not-null-nonstrict",
        dialects: MYSQL,
        severity: Severity::Error,
        finds: "a sql_mode without STRICT_TRANS_TABLES",
        effect: "values that do not fit are cut, and NULL becomes zero or an empty text, silently",
        safe: "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_TRANS_TABLES');",
        existing: false,
        look: Some(|m, at| {
            let words = m.statements[at].words();
            let lax = !m.statements[at].text.to_uppercase().contains("STRICT_");
            (words.begins("set") && words.has("sql_mode") && lax).then(Hit::default)
        }),
        ..Rule::NEW
    },
    Rule {
        id: "backfill-in-ddl-tx",
        severity: Severity::Error,
        finds: "rows changed in the transaction that has altered the table",
        effect: "the exclusive lock of the ALTER TABLE is held until all rows are written: nobody can read the table meanwhile",
        safe: "-- a Rust migration of its own, after this one, registered with transaction = false:\ndb.backfill(\"{table}\").set(\"{column} = a_value\").where_(\"{column} IS NULL\").batch(1000)?;",
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let writes = statement.words().begins("update") || statement.words().begins("delete");
            let altered = m.statements[..at]
                .iter()
                .any(|it| matches!(it.form, Form::AlterTable { .. }) && it.table().is_some_and(|it| same(it, table)));
            let together = m.subject.transaction && m.subject.dialect == Dialect::Postgres;
            (writes && altered && together).then(|| Hit::of(Some(table)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "dml-without-where",
        finds: "UPDATE or DELETE without WHERE",
        effect: "every row is locked and written in one statement; others wait, and the log grows by the whole table",
        safe: "-- a Rust migration of its own, registered with transaction = false:\ndb.backfill(\"{table}\").set(\"{column} = a_value\").batch(1000)?;",
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let words = statement.words();
            let all =
                (words.begins("update") || words.begins("delete from")) && !words.has("where") && !words.has("limit");
            all.then(|| Hit::of(Some(table)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "lossy-cast-using",
        dialects: POSTGRES,
        finds: "a type changed by an expression, with USING",
        effect: "one value that the expression cannot take ends the whole statement, after a long rewrite under an exclusive lock",
        safe: "SELECT count(*) FROM {table} WHERE {column} IS NOT NULL AND the_expression IS NULL;   -- try it on all rows first",
        look: Some(|m, at| {
            super::destructive::action(m, at, |it| it.begins("alter") && it.has("type") && it.has_outside("using"))
        }),
        ..Rule::NEW
    },
];

/// The columns that an ALTER TABLE adds, each with the words of its definition.
pub(super) fn added_columns<'w>(statement: &'w Statement<'_>) -> impl Iterator<Item = (String, Words<'w, 'w>)> {
    const OTHERS: [&str; 14] = [
        "constraint",
        "primary",
        "foreign",
        "unique",
        "check",
        "index",
        "key",
        "fulltext",
        "spatial",
        "exclude",
        "partition",
        "period",
        "system",
        "value",
    ];
    statement.actions().filter_map(|action| {
        let heads = ["add column if not exists", "add column", "add if not exists", "add"];
        let place = action.skip(0, &heads);
        let is_column = place > 0 && !OTHERS.iter().any(|other| action.at(place, other));
        let (column, next) = action.name(place).filter(|_| is_column)?;
        Some((column, action.of(next..action.0.len())))
    })
}
