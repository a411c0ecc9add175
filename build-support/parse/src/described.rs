//! A table as another library's item describes it, before other items have said what they know of it.

use glim_schema::{ColumnType, Table};
use proc_macro2::Ident;

/// A table, with the names of its item and fields.
pub struct Described {
    /// What the item is called.
    pub ident: Ident,
    /// The schema that the table is in, where the item names one.
    pub schema: Option<String>,
    /// The table; the columns are those of `fields`, in their order.
    pub table: Table,
    /// What the columns are made of.
    pub fields: Vec<DescribedField>,
}

/// The field of a column.
pub struct DescribedField {
    /// The field's name.
    pub ident: Ident,
    /// Its type as it is written, in one line.
    pub written: String,
    /// The path of a type that some other item declares, if only that can tell what the column holds.
    pub declared: Option<String>,
    /// What its column is called as a variant, where that does not follow from the field's name.
    pub variant: Option<String>,
    /// The column's name before it was renamed.
    pub was: Option<String>,
}

/// An array of that, also of what is not known yet.
pub(crate) fn array(of: ColumnType) -> ColumnType {
    match of {
        ColumnType::Native(name) if !name.is_empty() => ColumnType::Native(format!("{name}[]")),
        of => ColumnType::array(of),
    }
}

/// Whether nothing is known of a column's type.
pub(crate) fn is_unknown(ty: &ColumnType) -> bool {
    match ty {
        ColumnType::Native(name) => name.is_empty(),
        ColumnType::Array(of) => is_unknown(of),
        _ => false,
    }
}

/// Puts what another item says of a type in the place where it was not known.
pub(crate) fn settle(ty: &mut ColumnType, known: ColumnType) {
    *ty = match ty {
        ColumnType::Array(_) => array(known),
        _ => known,
    };
    if is_unknown(ty) {
        *ty = ColumnType::native("");
    }
}
