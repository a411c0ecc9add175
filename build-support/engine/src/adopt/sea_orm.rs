//! SeaORM: the names of Rust migrations and the second in which each was applied.

use glim::value::Timestamp;

use super::history::{Applied, BadValue, Cells};
use super::tool::Column;

pub(super) const TABLE: &str = "seaql_migrations";

pub(super) const COLUMNS: [Column; 2] = [Column::plain("version"), Column::plain("applied_at")];

pub(super) fn row(cells: &mut Cells<'_>) -> Result<Applied, BadValue> {
    let key: String = cells.required()?;
    cells.named(&key);
    let seconds: Option<i64> = cells.optional()?;
    let microseconds = seconds.and_then(|seconds| seconds.checked_mul(1_000_000));
    Ok(Applied { key, at: microseconds.and_then(Timestamp::from_microseconds_since_epoch), ..Applied::default() })
}

/// The whole name.
pub(super) fn key(stem: &str) -> Option<String> {
    (!stem.is_empty()).then(|| stem.to_owned())
}
