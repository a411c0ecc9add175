//! Model operations: rows as structs.

use glim_schema::sql::dml::{self, Condition};
use glim_schema::{Column, Dialect, Table};

use crate::db::Db;
use crate::error::{Kind, Result, ValueError};
use crate::model::{IntoKey, Model};
use crate::row::Row;
use crate::value::{ToValue, Value, fit};

impl Db {
    /// Inserts a row. A key that the database numbers is left out when it is zero.
    ///
    /// # Errors
    /// [`Kind::Value`] when a value does not fit its column, [`Kind::Database`] when the database refuses the row.
    pub fn insert<M: Model>(&mut self, row: &M) -> Result<()> {
        let (columns, values) = insertable(row, self.dialect())?;
        self.execute(dml::insert(self.dialect(), &M::table().name, &columns), values)?;
        Ok(())
    }

    /// Inserts a row and gives it back as the database keeps it, with the key that the database gave it.
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    pub fn insert_returning<M: Model>(&mut self, row: &M) -> Result<M> {
        let (table, dialect) = (M::table(), self.dialect());
        let (columns, values) = insertable(row, dialect)?;
        let returning: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        if let Some(sql) = dml::insert_returning(dialect, &table.name, &columns, &returning) {
            return read(&self.query_one(sql, values)?);
        }
        let numbered =
            table.columns.iter().any(|column| column.auto_increment && !columns.contains(&column.name.as_str()));
        self.execute(dml::insert(dialect, &table.name, &columns), values)?;
        let key = if numbered { self.query_one("SELECT LAST_INSERT_ID()", ())?.into_values() } else { row.key() };
        let row = self.find_by_key::<M>(key)?;
        row.ok_or_else(|| Kind::Usage(format!("the row just inserted into `{}` is not there", table.name)).into())
    }

    /// Finds a row by its primary key.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the model has no primary key, and as [`query`](Self::query).
    pub fn find<M: Model>(&mut self, key: impl IntoKey<M::Key>) -> Result<Option<M>> {
        self.find_by_key(M::key_values(key.into_key()))
    }

    /// Finds the rows whose column has that value; NULL finds those where it is NULL.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the model has no such column, and as [`query`](Self::query).
    pub fn find_by<M: Model>(&mut self, column: &str, value: impl ToValue) -> Result<Vec<M>> {
        let table = M::table();
        if table.find_column(column).is_none() {
            let columns: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
            let columns = columns.join(", ");
            return Err(Kind::Usage(format!("`{}` has no column `{column}`; it has: {columns}", M::NAME)).into());
        }
        let value = value.to_value();
        let (condition, params) = match value {
            Value::Null => (Condition::IsNull(column), vec![]),
            value => (Condition::Equals(column), vec![value]),
        };
        let rows = self.query(dml::select(self.dialect(), table, &[condition]), params)?;
        rows.iter().map(read).collect()
    }

    /// Writes all columns of a row, found by its primary key. Gives whether there is such a row.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the model has no primary key, [`Kind::Value`] when a value does not fit its column, and as
    /// [`execute`](Self::execute).
    pub fn update<M: Model>(&mut self, row: &M) -> Result<bool> {
        let (table, key) = (M::table(), key_columns::<M>()?);
        let (mut set, mut values) = (Vec::new(), Vec::new());
        for (column, value) in table.columns.iter().zip(row.values()) {
            check(table, column, &value, self.dialect())?;
            if !key.contains(&column.name.as_str()) {
                set.push(column.name.as_str());
                values.push(value);
            }
        }
        if set.is_empty() {
            return Ok(self.find_by_key::<M>(row.key())?.is_some());
        }
        values.extend(row.key());
        Ok(self.execute(dml::update(self.dialect(), &table.name, &set, &key), values)? > 0)
    }

    /// Deletes a row, found by its primary key. Gives whether there was such a row.
    ///
    /// # Errors
    /// [`Kind::Usage`] when the model has no primary key, and as [`execute`](Self::execute).
    pub fn delete<M: Model>(&mut self, row: &M) -> Result<bool> {
        let key = key_columns::<M>()?;
        Ok(self.execute(dml::delete(self.dialect(), &M::table().name, &key), row.key())? > 0)
    }

    fn find_by_key<M: Model>(&mut self, key: Vec<Value>) -> Result<Option<M>> {
        let conditions: Vec<_> = key_columns::<M>()?.into_iter().map(Condition::Equals).collect();
        let row = self.query_opt(dml::select(self.dialect(), M::table(), &conditions), key)?;
        row.as_ref().map(read).transpose()
    }
}

/// The columns and values that an insert of this row names.
fn insertable<M: Model>(row: &M, dialect: Dialect) -> Result<(Vec<&'static str>, Vec<Value>)> {
    let table = M::table();
    let (mut columns, mut values) = (Vec::new(), Vec::new());
    for (column, value) in table.columns.iter().zip(row.values()) {
        if column.auto_increment && value == Value::Int(0) {
            continue;
        }
        check(table, column, &value, dialect)?;
        columns.push(column.name.as_str());
        values.push(value);
    }
    Ok((columns, values))
}

fn check(table: &Table, column: &Column, value: &Value, dialect: Dialect) -> Result<()> {
    fit(value, column, dialect)
        .map_err(|reason| ValueError { table: Some(table.name.clone()), column: column.name.clone(), reason }.into())
}

fn key_columns<M: Model>() -> Result<Vec<&'static str>> {
    let key = &M::table().primary_key;
    if key.is_empty() {
        let help = "add `#[glim(primary_key)]` to a field, or use `query` and `execute`";
        return Err(Kind::Usage(format!("`{}` has no primary key to find a row by; {help}", M::NAME)).into());
    }
    Ok(key.iter().map(String::as_str).collect())
}

/// Reads a row, and names the table when a value cannot be read.
fn read<M: Model>(row: &Row) -> Result<M> {
    M::from_row(row).map_err(|error| match error.into_kind() {
        Kind::Value(error) => ValueError { table: Some(M::table().name.clone()), ..error }.into(),
        kind => kind.into(),
    })
}
