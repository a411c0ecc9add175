//! What models have no words for, in a comparison with models. Pure.

use glim_schema::{Deferral, Index, Schema};

/// Takes from `live` what no model could have said, so that it is no difference from one that does not say it: collations,
/// how columns are computed, indexes of other things than columns, keys of several columns and when they are checked.
pub fn leave_unsaid(live: &mut Schema, wanted: &Schema) {
    for table in live.tables.values_mut() {
        let Some(other) = wanted.table(&table.name) else { continue };
        for column in &mut table.columns {
            let Some(other) = other.find_column(&column.name) else { continue };
            column.collation.clone_from(&other.collation);
            column.generated.clone_from(&other.generated);
        }
        table.indexes.retain(is_sayable);
        table.foreign_keys.retain(|key| key.columns.len() == 1);
        for key in &mut table.foreign_keys {
            key.deferral = Deferral::Never;
        }
    }
}

fn is_sayable(index: &Index) -> bool {
    let plain = index.predicate.is_none() && index.method.is_none() && index.include.is_empty();
    plain && index.is_of_columns() && index.parts.iter().all(|part| !part.descending)
}

#[cfg(test)]
mod tests {
    use glim_schema::{Column, ColumnType, Deferral, ForeignKey, Index, Schema, Table};

    use super::leave_unsaid;

    #[test]
    fn only_what_models_can_say_is_left() {
        let table = || {
            Table::new("t")
                .column(Column::new("a", ColumnType::Int32))
                .index(Index::new(["a"]))
                .foreign_key(ForeignKey::new(["a"], "t", ["a"]))
        };
        let wanted = Schema::new([table()]).expect("one table");
        let mut more = table()
            .index(Index { predicate: Some("a > 0".to_owned()), ..Index::new(["a"]) })
            .index(Index { method: Some("gin".to_owned()), ..Index::new(["a"]) })
            .foreign_key(ForeignKey::new(["a", "b"], "t", ["a", "b"]));
        more.foreign_keys[0].deferral = Deferral::Initial;
        more.columns[0].collation = Some("C".to_owned());
        let mut live = Schema::new([more]).expect("one table");
        leave_unsaid(&mut live, &wanted);
        assert_eq!(live, wanted);
        let mut live = Schema::new([table().index(Index::new(["a"]).unique())]).expect("one table");
        leave_unsaid(&mut live, &wanted);
        assert_ne!(live, wanted);
    }
}
