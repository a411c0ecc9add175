//! What goes and comes, and may have been renamed. Nobody but a person knows.

use std::collections::BTreeSet;

use crate::diff::renames::Renamed;
use crate::diff::tables::Tables;
use crate::{Column, ColumnType, Schema, Table};

/// Something that goes and something like it that comes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ambiguity {
    /// Two tables.
    Table {
        /// The one that goes.
        dropped: String,
        /// The one that comes.
        added: String,
    },
    /// Two columns of one table.
    Column {
        /// The table, by its name from now on.
        table: String,
        /// The one that goes.
        dropped: String,
        /// The one that comes.
        added: String,
    },
}

pub(super) fn ambiguities(from: &Schema, to: &Schema, renamed: &Renamed) -> Vec<Ambiguity> {
    let tables = Tables::of(from, to, renamed);
    let mut found: Vec<_> = tables.stay.iter().flat_map(|(old, new)| columns(old, new, renamed)).collect();
    for old in &tables.dropped {
        let like = tables.created.iter().filter(|new| tables_are_alike(old, new));
        found.extend(like.map(|new| Ambiguity::Table { dropped: old.name.clone(), added: new.name.clone() }));
    }
    found
}

fn columns(old: &Table, new: &Table, renamed: &Renamed) -> Vec<Ambiguity> {
    let new_name = |column: &Column| renamed.new_column(&old.name, &column.name).to_owned();
    let olds: BTreeSet<String> = old.columns.iter().map(new_name).collect();
    let added: Vec<&Column> = new.columns.iter().filter(|column| !olds.contains(&column.name)).collect();
    let dropped = old.columns.iter().filter(|column| new.find_column(&new_name(column)).is_none());
    let pairs = dropped.flat_map(|old| added.iter().map(move |new| (old, *new)));
    let like = pairs
        .filter(|(old, new)| family(&old.ty) == family(&new.ty) && old.generated.is_some() == new.generated.is_some());
    let each = like.map(|(old, column)| Ambiguity::Column {
        table: new.name.clone(),
        dropped: old.name.clone(),
        added: column.name.clone(),
    });
    each.collect()
}

/// Whether at least half of their columns have the same names and kinds.
fn tables_are_alike(old: &Table, new: &Table) -> bool {
    let same =
        |column: &&Column| new.find_column(&column.name).is_some_and(|other| family(&other.ty) == family(&column.ty));
    let shared = old.columns.iter().filter(same).count();
    shared > 0 && 2 * shared >= old.columns.len().max(new.columns.len())
}

/// What a value is, whatever its size.
fn family(ty: &ColumnType) -> &str {
    match ty {
        ColumnType::Bool => "boolean",
        ColumnType::Float32 | ColumnType::Float64 | ColumnType::Decimal { .. } => "number",
        ColumnType::Text { .. } | ColumnType::Enum(_) => "text",
        ColumnType::Bytes { .. } => "bytes",
        ColumnType::Date | ColumnType::Timestamp | ColumnType::TimestampTz => "date",
        ColumnType::Time => "time",
        ColumnType::Uuid => "uuid",
        ColumnType::Json => "json",
        ColumnType::Array(_) => "array",
        ColumnType::Native(name) => name,
        ColumnType::Int8
        | ColumnType::Int16
        | ColumnType::Int32
        | ColumnType::Int64
        | ColumnType::Uint8
        | ColumnType::Uint16
        | ColumnType::Uint32
        | ColumnType::Uint64 => "integer",
    }
}
