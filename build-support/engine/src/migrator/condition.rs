//! Conditions inside a message of several statements: unless they are met, the message ends there with an error.

use glim::error::DatabaseError;
use glim_schema::Dialect;

use crate::ledger::BEGAN;

/// A statement that fails unless the condition is true: it divides by zero, has two rows where one may be, or reads
/// a text that is no JSON. (`DO` would be the natural word on MySQL; MariaDB ignores errors in it.)
pub(super) fn demand(dialect: Dialect, condition: &str) -> String {
    match dialect {
        Dialect::Postgres => format!("SELECT 1 / ({condition})::int"),
        // To set a variable has no rows for an answer, which cost both sides more than the statement.
        Dialect::Mysql => format!("SET @glim_met = (SELECT 1 UNION ALL SELECT 2 FROM DUAL WHERE NOT ({condition}))"),
        Dialect::Sqlite => format!("SELECT CASE WHEN {condition} THEN 1 ELSE json('unmet') END"),
    }
}

/// The statements that make a change and fail unless it has changed exactly one row.
pub(super) fn demand_one_row(dialect: Dialect, change: String) -> Vec<String> {
    match dialect {
        // No function tells how many rows the statement before has changed, and several rows are refused by the key.
        Dialect::Postgres => {
            vec![format!("WITH changed AS ({change} RETURNING 1) SELECT 1 / count(*)::int FROM changed")]
        }
        Dialect::Mysql => vec![change, demand(dialect, "ROW_COUNT() = 1")],
        Dialect::Sqlite => vec![change, demand(dialect, "changes() = 1")],
    }
}

/// A [`demand`] of MySQL that also lets the server note when the migration began.
pub(super) fn demand_and_begin(condition: Option<&str>) -> String {
    format!("{}, {BEGAN}", demand(Dialect::Mysql, condition.unwrap_or("TRUE")))
}

/// Whether it is a [`demand`] that failed.
pub(super) fn is_unmet(dialect: Dialect, error: &DatabaseError) -> bool {
    match dialect {
        Dialect::Postgres => error.code.as_deref() == Some("22012"),
        Dialect::Mysql => error.code.as_deref().and_then(|code| code.split(' ').next()) == Some("1242"),
        Dialect::Sqlite => error.message == "malformed JSON",
    }
}

/// Sets the marker of a transaction of PostgreSQL, which lives as long as the transaction.
/// Fails unless the condition is true, if there is one.
pub(super) fn mark_transaction(condition: Option<&str>) -> String {
    match condition {
        Some(condition) => format!("SELECT set_config('glim.transaction', 'open', 1 / ({condition})::int = 1)"),
        None => "SET LOCAL glim.transaction = 'open'".to_owned(),
    }
}

/// An expression of PostgreSQL that is 1 in the transaction that was marked, and fails with [`is_unmarked`] anywhere else.
pub(super) const MARKED: &str = "CASE current_setting('glim.transaction', true) WHEN 'open' THEN '1' \
    ELSE concat('ended', current_setting('glim.transaction', true)) END::int";

/// Whether it is [`MARKED`] that failed: a text that is no number.
pub(super) fn is_unmarked(dialect: Dialect, error: &DatabaseError) -> bool {
    dialect == Dialect::Postgres && error.code.as_deref() == Some("22P02")
}
