//! What holds a lock that others feel, whatever it does meanwhile.

use super::super::rule::{Hit, POSTGRES, Rule, Severity};
use super::super::statement::Form;
use super::destructive::action;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "create-trigger",
        dialects: POSTGRES,
        finds: "CREATE TRIGGER on a table that is there",
        effect: "nobody can write to the table until the migration ends",
        safe: "SET lock_timeout = '2s';   -- in a migration of its own, in a quiet hour",
        look: Some(|m, at| {
            let (statement, table) = m.existing(at)?;
            let words = statement.words();
            (words.begins("create") && words.has("trigger") && words.has("execute")).then(|| Hit::of(Some(table)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "partition-detach",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "DETACH PARTITION without CONCURRENTLY",
        effect: "nobody can read the table, nor any of its partitions",
        safe: "-- glim:no-transaction\nALTER TABLE {table} DETACH PARTITION the_partition CONCURRENTLY;",
        look: Some(|m, at| action(m, at, |it| it.begins("detach partition") && !it.has("concurrently"))),
        ..Rule::NEW
    },
    Rule {
        id: "partition-attach-scan",
        dialects: POSTGRES,
        finds: "a partition made in place, or attached without a check",
        effect: "CREATE ... PARTITION OF locks the table exclusively; ATTACH reads all rows of the new partition",
        safe: "CREATE TABLE the_partition (LIKE {table} INCLUDING ALL, CHECK (the_bounds));\nALTER TABLE {table} ATTACH PARTITION the_partition FOR VALUES FROM (1) TO (2);",
        existing: false,
        look: Some(|m, at| {
            let words = m.statements[at].words();
            let of = words.find("partition of").filter(|_| words.begins("create table"));
            let parent = of.and_then(|place| words.name(place + 2)).map(|(name, _)| name);
            parent.filter(|parent| m.exists(parent, at)).map(|parent| Hit::of(Some(&parent)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "vacuum-full-cluster",
        dialects: POSTGRES,
        severity: Severity::Error,
        finds: "VACUUM FULL or CLUSTER",
        effect: "the table is rewritten, and nobody can read it meanwhile",
        safe: "VACUUM {table};   -- or pg_repack, which lets others read and write",
        existing: false,
        look: Some(|m, at| {
            let words = m.statements[at].words();
            (words.begins("vacuum full") || words.begins("vacuum ( full") || words.begins("cluster"))
                .then(|| Hit::of(m.statements[at].table()))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "refresh-matview",
        dialects: POSTGRES,
        finds: "REFRESH MATERIALIZED VIEW without CONCURRENTLY",
        effect: "nobody can read the view while it is made anew",
        safe: "REFRESH MATERIALIZED VIEW CONCURRENTLY {table};   -- it needs a unique index",
        existing: false,
        look: Some(|m, at| {
            let words = m.statements[at].words();
            (words.begins("refresh materialized view") && !words.has("concurrently"))
                .then(|| Hit::of(m.statements[at].table()))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "missing-lock-timeout",
        dialects: POSTGRES,
        finds: "a lock that others feel, and no bound on the wait for it",
        effect: "while it waits for one long query, everybody who comes after it waits too, readers as well",
        safe: "lock_timeout = \"2s\"   # in glim.toml, below [db.default]; or in the file: SET lock_timeout = '2s';",
        look: Some(|m, at| {
            let bounded = m.subject.lock_timeout || m.statements[..at].iter().any(|it| it.words().has("lock_timeout"));
            let (statement, table) = m.existing(at).filter(|_| !bounded)?;
            let first = (0..at).all(|at| m.existing(at).is_none_or(|(it, _)| !locks(&it.form)));
            (locks(&statement.form) && first).then(|| Hit::of(Some(table)))
        }),
        ..Rule::NEW
    },
    Rule {
        id: "missing-statement-timeout",
        dialects: POSTGRES,
        finds: "an ALTER TABLE without a bound on its time",
        effect: "a statement that takes hours holds its lock for hours",
        safe: "statement_timeout = \"5m\"   # in glim.toml, below [db.default]; or in the file: SET statement_timeout = '5min';",
        look: Some(|m, at| {
            let bounded =
                m.subject.statement_timeout || m.statements[..at].iter().any(|it| it.words().has("statement_timeout"));
            let (statement, table) = m.existing(at).filter(|_| !bounded)?;
            let first = (0..at).all(|at| m.existing(at).is_none_or(|(it, _)| !locks(&it.form)));
            (locks(&statement.form) && first).then(|| Hit::of(Some(table)))
        }),
        ..Rule::NEW
    },
];

fn locks(form: &Form) -> bool {
    match form {
        Form::AlterTable { .. } => true,
        Form::CreateIndex { concurrently, .. } => !concurrently,
        Form::Drop { kind, .. } => kind == "table",
        Form::CreateTable { .. } | Form::Other { .. } => false,
    }
}
