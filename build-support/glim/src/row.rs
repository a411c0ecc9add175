//! A row that a query returned.

use std::sync::Arc;

use crate::error::{Kind, Result, ValueError};
use crate::value::{FromValue, Value};

/// A row: values by position or by column name.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

/// What a column can be named by: its name, or its position from 0.
pub trait ColumnIndex {
    /// The position in `columns`, if there is such a column.
    fn position(&self, columns: &[String]) -> Option<usize>;

    /// How a message names it.
    fn label(&self) -> String;
}

impl Row {
    /// A row of those columns. The values are as many as the columns.
    pub fn new(columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// Reads a column.
    ///
    /// # Errors
    /// There is no such column, or its value cannot be read as `T` without loss.
    #[expect(clippy::needless_pass_by_value, reason = "a name or a number: references would be in the way of literals")]
    pub fn get<T: FromValue>(&self, column: impl ColumnIndex) -> Result<T> {
        let value = column.position(&self.columns).and_then(|at| self.values.get(at).map(|value| (at, value)));
        let Some((at, value)) = value else {
            let columns = self.columns.join(", ");
            return Err(Kind::Usage(format!("no column {}; the row has: {columns}", column.label())).into());
        };
        T::from_value(value).map_err(|mismatch| {
            let column = self.columns.get(at).cloned().unwrap_or_default();
            ValueError { table: None, column, reason: mismatch.to_string() }.into()
        })
    }

    /// The columns' names.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The values, in the columns' order.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The values alone.
    pub fn into_values(self) -> Vec<Value> {
        self.values
    }
}

impl ColumnIndex for usize {
    fn position(&self, columns: &[String]) -> Option<usize> {
        (*self < columns.len()).then_some(*self)
    }

    fn label(&self) -> String {
        format!("at position {self}")
    }
}

impl ColumnIndex for &str {
    fn position(&self, columns: &[String]) -> Option<usize> {
        columns.iter().position(|column| column == self)
    }

    fn label(&self) -> String {
        format!("`{self}`")
    }
}

impl ColumnIndex for &String {
    fn position(&self, columns: &[String]) -> Option<usize> {
        self.as_str().position(columns)
    }

    fn label(&self) -> String {
        self.as_str().label()
    }
}

#[cfg(test)]
mod tests {
    use super::Row;
    use crate::value::Value;

    fn row() -> Row {
        Row::new(vec!["id".to_owned(), "name".to_owned()].into(), vec![Value::Int(5), Value::Null])
    }

    #[test]
    fn columns_are_read_by_name_and_position() {
        assert_eq!(row().get::<i32>("id").expect("an integer"), 5);
        assert_eq!(row().get::<Option<String>>(1).expect("a nullable text"), None);
    }

    #[test]
    fn a_missing_column_is_named_with_those_that_are_there() {
        let error = row().get::<i32>("idd").expect_err("no such column").to_string();
        assert_eq!(error, "no column `idd`; the row has: id, name");
        assert!(row().get::<i32>(2).is_err());
    }

    #[test]
    fn a_value_of_another_kind_names_the_column() {
        let error = row().get::<String>("id").expect_err("not a text").to_string();
        assert_eq!(error, "column `id`: expected text, found an integer");
    }
}
