//! Names that a database takes for one, whatever their capitals. Pure.

use glim_schema::{Dialect, Indexed, Schema, Table};

/// Writes the names of `live` as `wanted` has them, where the database does not tell them apart: SQLite folds the letters
/// of ASCII, MySQL and MariaDB those of columns.
pub(super) fn fold(live: &mut Schema, wanted: &Schema, dialect: Dialect) {
    if dialect == Dialect::Postgres {
        return;
    }
    if dialect == Dialect::Sqlite {
        let tables: Vec<&String> = wanted.tables.keys().collect();
        for mut table in std::mem::take(&mut live.tables).into_values() {
            take(&mut table.name, &tables);
            for key in &mut table.foreign_keys {
                take(&mut key.references, &tables);
            }
            live.tables.insert(table.name.clone(), table);
        }
    }
    for table in live.tables.values_mut() {
        let Some(other) = wanted.table(&table.name) else { continue };
        columns(table, other);
        for key in &mut table.foreign_keys {
            let Some(other) = wanted.table(&key.references) else { continue };
            let known: Vec<&String> = other.columns.iter().map(|column| &column.name).collect();
            key.referenced_columns.iter_mut().for_each(|name| take(name, &known));
        }
    }
}

/// The names of the table's own columns, wherever they stand.
fn columns(table: &mut Table, wanted: &Table) {
    let known: Vec<&String> = wanted.columns.iter().map(|column| &column.name).collect();
    if table.columns.iter().all(|column| known.contains(&&column.name)) {
        return;
    }
    let own = table.columns.iter_mut().map(|column| &mut column.name);
    let parts = table.indexes.iter_mut().flat_map(|index| &mut index.parts).filter_map(|part| match &mut part.of {
        Indexed::Column(name) => Some(name),
        Indexed::Expression(_) => None,
    });
    let uniques = table.uniques.iter_mut().flat_map(|unique| &mut unique.columns);
    let keys = table.foreign_keys.iter_mut().flat_map(|key| &mut key.columns);
    own.chain(&mut table.primary_key).chain(parts).chain(uniques).chain(keys).for_each(|name| take(name, &known));
}

fn take(name: &mut String, known: &[&String]) {
    if known.contains(&&*name) {
        return;
    }
    if let Some(same) = known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        name.clone_from(same);
    }
}

#[cfg(test)]
mod tests {
    use glim_schema::{Column, ColumnType, Dialect, ForeignKey, Index, Schema, Table};

    use super::fold;

    fn schema(table: &str, column: &str) -> Schema {
        let table = Table::new(table)
            .column(Column::new(column, ColumnType::Int32))
            .primary_key([column])
            .unique([column])
            .index(Index::new([column]))
            .foreign_key(ForeignKey::new([column], table, [column]));
        Schema::new([table]).expect("one table")
    }

    #[test]
    fn capitals_count_where_the_database_tells_them_apart() {
        let wanted = schema("users", "id");
        let folded = |mut live: Schema, dialect| {
            fold(&mut live, &wanted, dialect);
            live
        };
        assert_eq!(folded(schema("Users", "ID"), Dialect::Sqlite), wanted);
        assert_eq!(folded(schema("users", "Id"), Dialect::Mysql), wanted);
        assert_ne!(folded(schema("Users", "id"), Dialect::Mysql), wanted);
        assert_ne!(folded(schema("users", "ID"), Dialect::Postgres), wanted);
    }
}
