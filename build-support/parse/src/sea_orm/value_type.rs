//! Types that entities use for their columns: an enum of the database, a wrapper, a document.

use glim_schema::ColumnType;
use syn::{Data, DeriveInput, Fields};

use super::column_type::column_type;
use super::keys::Keys;
use super::types::{self, Held};
use crate::names;
use crate::problem::Problems;

/// A type that columns may have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueType {
    /// Its name.
    pub name: String,
    /// What a column of it holds.
    pub ty: ColumnType,
}

/// Reads a struct with `DeriveValueType`.
///
/// # Errors
/// All that is wrong with it.
pub fn value_type(input: DeriveInput) -> Result<ValueType, Problems> {
    let mut problems = Problems::new();
    let keys = Keys::read(&input.attrs, &mut problems);
    let written = keys.text("column_type", &mut problems).map(|text| column_type(&text.text));
    let held = match (written, keys.has("value_type"), input.data) {
        (Some(ty), ..) => ty,
        // It is kept as what `Display` makes of it.
        (None, true, _) => Some(ColumnType::Text { length: None }),
        (None, false, Data::Struct(data)) => match data.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                fields.unnamed.first().map(|field| types::held(&field.ty)).map(|Held { ty, .. }| ty)
            }
            _ => None,
        },
        (None, false, _) => None,
    };
    let ty = held.unwrap_or_else(|| ColumnType::native(""));
    if problems.is_empty() { Ok(ValueType { name: names::plain(&input.ident), ty }) } else { Err(problems) }
}
