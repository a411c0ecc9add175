//! What makes migrations hard to repeat, to undo or to read.

use glim_files::split::{Kind, Statement};
use glim_files::statement::{outside_transaction, uses_new_enum_value};
use glim_schema::Dialect;

use super::super::migration::same;
use super::super::rule::{Hit, POSTGRES, Rule, SERVERS, Severity};
use super::super::statement::Form;
use super::super::words::Words;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "nested-transaction",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "BEGIN or COMMIT in a migration that runs in a transaction",
        effect: "a part of it is committed, and stays when the rest fails",
        safe: "-- glim:no-transaction   -- or leave BEGIN and COMMIT out",
        squawk: &["transaction-nesting", "ban-uncommitted-transaction"],
        existing: false,
        ..Rule::NEW
    },
    Rule {
        id: "not-idempotent",
        dialects: POSTGRES,
        finds: "CREATE, DROP or ADD COLUMN without IF [NOT] EXISTS in a migration without a transaction",
        effect: "when it is interrupted, it cannot simply be run again",
        safe: "CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {table} (its_columns);",
        existing: false,
        look: Some(|m, at| {
            let statement = &m.statements[at];
            let words = statement.words();
            if m.subject.transaction || words.has("if not exists") || words.has("if exists") {
                return None;
            }
            let asks = match &statement.form {
                Form::CreateTable { .. } | Form::CreateIndex { .. } | Form::Drop { .. } => true,
                Form::AlterTable { .. } => {
                    statement.actions().any(|it| it.begins("add column") || it.begins("drop column"))
                }
                Form::Other { .. } => false,
            };
            asks.then(|| Hit::of(statement.table()))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "enum-add-in-tx",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "a value of an enum used in the transaction that adds it",
        effect: "PostgreSQL refuses it",
        safe: "ALTER TYPE my_type ADD VALUE IF NOT EXISTS 'new';   -- in a migration of its own, before this one",
        existing: false,
        look: Some(|m, at| {
            if !m.subject.transaction || !m.statements[at].words().begins("alter type") {
                return None;
            }
            let rest = m.subject.statements.iter().map(|text| Statement { text, start: 0 }).collect::<Vec<_>>();
            uses_new_enum_value(&rest).is_some().then(Hit::default)
        }),
        ..Rule::NEW
    },
    Rule {
        id: "identifier-too-long",
        dialects: SERVERS,
        severity: Severity::Error,
        finds: "a name of more than 63 bytes on PostgreSQL, or 64 characters on MySQL and MariaDB",
        effect: "PostgreSQL cuts it in silence, so that two names can become one; MySQL and MariaDB refuse it",
        safe: "-- a shorter name",
        existing: false,
        look: Some(|m, at| {
            let words = m.statements[at].words();
            let too_long = (0..words.0.len()).filter_map(|place| {
                let token = &words.0[place];
                let is_name = matches!(token.kind, Kind::Word | Kind::Name);
                words.of(place..place + 1).name(0).filter(|_| is_name).map(|(name, _)| name)
            });
            let long = |name: &String| match m.subject.dialect {
                Dialect::Postgres => name.len() > 63,
                _ => name.chars().count() > 64,
            };
            too_long.filter(long).map(|name| Hit::of(m.statements[at].table()).name(Some(name))).next()
        }),
        ..Rule::NEW
    },
    Rule {
        id: "opaque-sql",
        dialects: SERVERS,
        finds: "SQL that is put together while it runs: DO, EXECUTE, PREPARE",
        effect: "what it does cannot be seen before it runs, by a person or by this command",
        safe: "-- write the statements out; or a Rust migration, whose statements are seen as it sends them",
        existing: false,
        look: Some(|m, at| {
            let words = m.statements[at].words();
            let dynamic = words.begins("do") || words.begins("execute") || words.begins("prepare");
            dynamic.then(Hit::default)
        }),
        ..Rule::NEW
    },
    Rule {
        id: "sql-injection",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "EXECUTE of a text that is joined with || and not quoted",
        effect: "whoever chooses the value chooses what is run",
        safe: "EXECUTE format('DROP TABLE %I', table_name);",
        existing: false,
        look: Some(|m, at| {
            let text = m.statements[at].text.to_lowercase();
            let unsafe_text = text.split("execute").skip(1).any(|rest| {
                let call = rest.split(';').next().unwrap_or_default();
                call.contains("||") && !call.contains("quote_") && !call.contains("format(")
            });
            unsafe_text.then(Hit::default)
        }),
        ..Rule::NEW
    },
    Rule {
        id: "security-definer-path",
        dialects: POSTGRES,
        finds: "a SECURITY DEFINER function without a search_path of its own",
        effect: "whoever calls it decides which tables and functions its names mean, with its owner's rights",
        safe: "ALTER FUNCTION my_function SET search_path = pg_catalog, my_schema;",
        existing: false,
        look: Some(|m, at| {
            let words = m.statements[at].words();
            (words.has("security definer") && !words.has("search_path")).then(Hit::default)
        }),
        ..Rule::NEW
    },
    Rule {
        id: "empty-migration",
        finds: "a migration without a statement",
        effect: "it is recorded as applied, and did nothing",
        safe: "-- write what it is for, or delete the file",
        existing: false,
        ..Rule::NEW
    },
    Rule {
        id: "unnamed-constraint",
        finds: "a constraint added without a name",
        effect: "each database chooses a name, so that no later migration can drop it everywhere",
        safe: "ALTER TABLE {table} ADD CONSTRAINT {table}_what_it_says CHECK (the_condition);",
        existing: false,
        look: Some(|m, at| {
            let statement = &m.statements[at];
            let kinds = ["add foreign key", "add check", "add unique (", "add exclude"];
            let unnamed = statement.actions().any(|it| kinds.iter().any(|kind| it.begins(kind)));
            unnamed.then(|| Hit::of(statement.table()))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "no-primary-key",
        finds: "a table without a primary key",
        effect: "its rows cannot be told apart; replication of updates and online changes need a key",
        safe: "ALTER TABLE {table} ADD PRIMARY KEY (id);",
        existing: false,
        look: Some(|m, at| {
            let statement = &m.statements[at];
            let Form::CreateTable { table, temporary: false, items } = &statement.form else { return None };
            let has_key = |words: Words<'_, '_>| words.has("primary key");
            let later =
                m.statements[at..].iter().any(|it| it.table().is_some_and(|it| same(it, table)) && has_key(it.words()));
            let like = statement.items().any(|it| it.begins("like")) || statement.words().has_outside("as select");
            (!items.is_empty() && !later && !like).then(|| Hit::of(Some(table)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "prefer-bigint",
        dialects: POSTGRES,
        finds: "a 32-bit integer as the type of a key",
        effect: "after 2,147,483,647 rows inserts fail, and the change to bigint rewrites the table",
        safe: "id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY",
        existing: false,
        look: Some(|m, at| {
            let statement = &m.statements[at];
            let small = ["int", "integer", "int4", "serial", "serial4"];
            let item = statement
                .items()
                .find(|it| it.has_outside("primary key") && small.iter().any(|kind| it.at(1, kind)))?;
            Some(Hit::of(statement.table()).column(item.name(0).map(|(name, _)| name)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "prefer-timestamptz",
        dialects: POSTGRES,
        finds: "timestamp without time zone",
        effect: "it says a different moment to each session; the later change may rewrite the table",
        safe: "{column} timestamptz",
        squawk: &["prefer-timestamp-tz"],
        existing: false,
        ..Rule::NEW
    },
    Rule {
        id: "no-char",
        dialects: POSTGRES,
        finds: "char(n)",
        effect: "values are padded with spaces, and a change of the length rewrites the table",
        safe: "{column} text CHECK (length({column}) <= 10)",
        squawk: &["ban-char-field"],
        existing: false,
        ..Rule::NEW
    },
    Rule {
        id: "mixed-tx-statements",
        dialects: SERVERS,
        severity: Severity::Error,
        finds: "a statement that cannot run in a transaction, in a migration that runs in one",
        effect: "the server refuses it",
        safe: "-- glim:no-transaction   -- at the head of the file; a Rust migration: `transaction = false`",
        existing: false,
        look: Some(|m, at| {
            let statement = &m.statements[at];
            let concurrent = statement.words().has("concurrently");
            let outside = outside_transaction(statement.text, m.subject.dialect).is_some();
            (m.subject.transaction && outside && !concurrent).then(|| Hit::of(statement.table()))
        }),
        ..Rule::NEW
    },
];
