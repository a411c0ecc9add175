//! How PostgreSQL gets the values of a column whose type changes.

use crate::sql::{quote, type_name};
use crate::{ColumnType, Dialect};

/// The expression for `USING`; `None` where the server converts unasked, which it does with a check: an explicit cast to
/// `varchar(n)` would cut what is longer.
pub(super) fn using(column: &str, from: &ColumnType, to: &ColumnType) -> Option<String> {
    let name = quote(Dialect::Postgres, column);
    let target = type_name(Dialect::Postgres, to);
    match (from, to) {
        (ColumnType::Bytes { .. }, ColumnType::Text { .. }) => Some(format!("convert_from({name}, 'UTF8')")),
        (ColumnType::Text { .. }, ColumnType::Bytes { .. }) => Some(format!("convert_to({name}, 'UTF8')")),
        // The session's zone must not come into it: instants are in UTC.
        (ColumnType::Timestamp, ColumnType::TimestampTz) | (ColumnType::TimestampTz, ColumnType::Timestamp) => {
            Some(format!("{name} AT TIME ZONE 'UTC'"))
        }
        (ColumnType::TimestampTz, ColumnType::Date | ColumnType::Time) => {
            Some(format!("({name} AT TIME ZONE 'UTC')::{target}"))
        }
        (ColumnType::Date, ColumnType::TimestampTz) => Some(format!("{name}::timestamp AT TIME ZONE 'UTC'")),
        (ColumnType::Date, ColumnType::Timestamp) | (ColumnType::Timestamp, ColumnType::Date | ColumnType::Time) => {
            None
        }
        (ColumnType::Bool, to) if is_number(to) => Some(format!("CASE WHEN {name} THEN 1 WHEN NOT {name} THEN 0 END")),
        (from, ColumnType::Bool) if is_number(from) => Some(format!("{name} <> 0")),
        (from, to) if is_number(from) && is_number(to) => None,
        // Of types in the database's own words we do not know which cast loses something.
        (_, ColumnType::Text { .. } | ColumnType::Native(_)) => None,
        _ => Some(format!("{name}::text::{target}")),
    }
}

fn is_number(ty: &ColumnType) -> bool {
    ty.is_integer() || matches!(ty, ColumnType::Float32 | ColumnType::Float64 | ColumnType::Decimal { .. })
}
