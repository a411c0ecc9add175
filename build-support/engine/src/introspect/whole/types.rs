//! Native types to those of the neutral schema.

use glim_schema::sql::type_name;
use glim_schema::{Action, ColumnType, Dialect, Index, Schema, Table, Unique};

use crate::introspect::native::normal;

/// The neutral type that the database spells so; its own words where none fits.
///
/// Several types may be spelt alike, such as `i8` and `i16` on PostgreSQL: then the one that needs no second thought.
pub(super) fn column_type(dialect: Dialect, native: &str) -> ColumnType {
    if let (Dialect::Postgres, Some(element)) = (dialect, native.strip_suffix("[]")) {
        return match column_type(dialect, element) {
            ColumnType::Native(_) | ColumnType::Array(_) => ColumnType::Native(native.to_owned()),
            ty => ColumnType::Array(Box::new(ty)),
        };
    }
    if dialect == Dialect::Mysql && native.eq_ignore_ascii_case("json") {
        return ColumnType::Json;
    }
    let wanted = normal(dialect, native);
    let with_arguments = arguments(&wanted);
    let fits = |ty: &ColumnType| normal(dialect, &type_name(dialect, ty)) == wanted;
    let native = || ColumnType::Native(native.to_owned());
    PLAIN.iter().chain(&with_arguments).find(|ty| fits(ty)).cloned().unwrap_or_else(native)
}

/// The types without parameters.
const PLAIN: [ColumnType; 19] = [
    ColumnType::Bool,
    ColumnType::Int16,
    ColumnType::Int32,
    ColumnType::Int64,
    ColumnType::Int8,
    ColumnType::Uint8,
    ColumnType::Uint16,
    ColumnType::Uint32,
    ColumnType::Uint64,
    ColumnType::Float32,
    ColumnType::Float64,
    ColumnType::Text { length: None },
    ColumnType::Bytes { length: None },
    ColumnType::Date,
    ColumnType::Time,
    ColumnType::Timestamp,
    ColumnType::TimestampTz,
    ColumnType::Uuid,
    ColumnType::Json,
];

/// The types that take the numbers between the parentheses.
fn arguments(ty: &str) -> Vec<ColumnType> {
    let inside = ty.split_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inside, _)| inside);
    let mut numbers =
        inside.into_iter().flat_map(|inside| inside.split(',')).map(|number| number.trim().parse::<u32>());
    match (numbers.next(), numbers.next()) {
        (Some(Ok(length)), None) => {
            let length = Some(length);
            vec![ColumnType::Text { length }, ColumnType::Bytes { length }]
        }
        (Some(Ok(precision)), Some(Ok(scale))) => match (u16::try_from(precision), u16::try_from(scale)) {
            (Ok(precision), Ok(scale)) => vec![ColumnType::Decimal { precision, scale }],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// The schema with each type as it would be read again from a database that has it. For a comparison without a database
/// in which the schema could be made.
#[must_use]
pub fn canonical(mut schema: Schema, dialect: Dialect) -> Schema {
    if dialect == Dialect::Mysql {
        schema.tables.values_mut().for_each(unique_indexes);
        // InnoDB takes `RESTRICT` and `NO ACTION` for one and the same.
        for key in schema.tables.values_mut().flat_map(|table| &mut table.foreign_keys) {
            for action in [&mut key.on_delete, &mut key.on_update] {
                if *action == Action::Restrict {
                    *action = Action::NoAction;
                }
            }
        }
    }
    for column in schema.tables.values_mut().flat_map(|table| &mut table.columns) {
        let numbered = dialect == Dialect::Sqlite && column.auto_increment;
        column.ty = match &column.ty {
            ColumnType::Enum(_) => continue,
            // The only type that lets SQLite number the rows.
            _ if numbered => ColumnType::Int32,
            ty => column_type(dialect, &type_name(dialect, ty)),
        };
    }
    schema
}

/// MySQL and MariaDB know no unique constraints beside unique indexes.
fn unique_indexes(table: &mut Table) {
    let name = table.name.clone();
    let is_plain = |index: &Index| {
        let of_columns = index.is_of_columns() && index.parts.iter().all(|part| !part.descending);
        index.unique && of_columns && index.predicate.is_none() && index.method.is_none()
    };
    for index in table.indexes.extract_if(.., |index| is_plain(index)) {
        table.uniques.push(Unique::new(index.columns()).name(index.name_in(&name)));
    }
}

#[cfg(test)]
mod tests {
    use glim_schema::sql::type_name;
    use glim_schema::{ColumnType, Dialect};

    use super::{PLAIN, column_type};

    #[test]
    fn every_type_is_read_as_one_that_is_spelt_like_it() {
        let more = [
            ColumnType::Text { length: Some(20) },
            ColumnType::Bytes { length: Some(20) },
            ColumnType::Decimal { precision: 10, scale: 2 },
        ];
        for dialect in Dialect::ALL {
            for ty in PLAIN.iter().chain(&more) {
                let native = type_name(dialect, ty);
                let read = column_type(dialect, &native);
                assert!(!matches!(read, ColumnType::Native(_)), "{native} on {dialect}");
                assert_eq!(type_name(dialect, &read), native, "{ty:?} on {dialect}");
            }
        }
    }

    #[test]
    fn what_has_no_neutral_name_keeps_its_own() {
        let cases = [
            (Dialect::Postgres, "inet"),
            (Dialect::Postgres, "character(3)"),
            (Dialect::Postgres, "inet[]"),
            (Dialect::Mysql, "mediumtext"),
            (Dialect::Mysql, "timestamp"),
            (Dialect::Sqlite, "MONEY"),
        ];
        for (dialect, native) in cases {
            assert_eq!(column_type(dialect, native), ColumnType::Native(native.to_owned()));
        }
        let array = ColumnType::Array(Box::new(ColumnType::Int32));
        assert_eq!(column_type(Dialect::Postgres, "integer[]"), array);
    }
}
