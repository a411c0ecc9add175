//! Large schemas take no longer than their size.

use std::time::{Duration, Instant};

use glim_schema::diff::{Renames, diff};
use glim_schema::{Column, ColumnType, ForeignKey, Index, Schema, Table, lock};

use crate::schema;

fn large(column: &str) -> Schema {
    schema((0..2000).map(|number| {
        let mut table = Table::new(format!("table_{number}"))
            .column(Column::new("id", ColumnType::Int64).auto_increment())
            .column(Column::new(column, ColumnType::Int64))
            .primary_key(["id"])
            .unique([column])
            .index(Index::new([column, "id"]))
            .foreign_key(ForeignKey::new([column], format!("table_{}", (number * 7) % 2000), ["id"]))
            .check(format!("{column} > 0"));
        table.columns.extend((0..8).map(|at| Column::new(format!("c{at}"), ColumnType::Json).nullable()));
        table
    }))
}

/// Not a benchmark: a limit that only something quadratic would reach, built without optimisation.
#[test]
fn two_thousand_tables_are_compared_and_written_down_in_seconds() {
    let (from, to) = (large("one"), large("other"));
    let begin = Instant::now();
    let found = diff(&from, &to, &Renames::default()).expect("valid schemas");
    assert_eq!(found.ambiguous.len(), 2000);
    assert!(found.run.len() >= 2000);
    assert!(diff(&from, &from, &Renames::default()).expect("valid schemas").is_empty());
    assert_eq!(lock::read(&lock::write(&from)).expect("what was written").tables.len(), 2000);
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(20), "{took:?}");
}
