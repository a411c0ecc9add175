//! Structs that describe tables.

use glim_schema::Table;

use crate::error::Result;
use crate::row::Row;
use crate::value::Value;

/// A struct whose values are rows of a table. Derived, never written by hand: `#[derive(glim::Model)]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no model",
    note = "add `#[derive(glim::Model)]` to the struct, with `#[glim(primary_key)]` on its key"
)]
pub trait Model: Sized + 'static {
    /// The type of the primary key: the field's, a tuple for several fields, `()` for none.
    type Key;

    /// The struct's name.
    const NAME: &'static str;

    /// The table that the struct describes.
    fn table() -> &'static Table;

    /// The fields' values, in the order of the table's columns.
    fn values(&self) -> Vec<Value>;

    /// Reads a row that has the table's columns in their order.
    ///
    /// # Errors
    /// A value cannot be read as its field's type.
    fn from_row(row: &Row) -> Result<Self>;

    /// The primary key's values of this row, in the key's order.
    fn key(&self) -> Vec<Value>;

    /// The values of a primary key, in the key's order.
    fn key_values(key: Self::Key) -> Vec<Value>;
}

/// What can stand for a primary key of type `K`: the key itself, a reference to it, and `&str` for a `String`.
pub trait IntoKey<K> {
    /// The key.
    fn into_key(self) -> K;
}

impl<K> IntoKey<K> for K {
    fn into_key(self) -> K {
        self
    }
}

impl<K: Clone> IntoKey<K> for &K {
    fn into_key(self) -> K {
        self.clone()
    }
}

impl IntoKey<String> for &str {
    fn into_key(self) -> String {
        self.to_owned()
    }
}
