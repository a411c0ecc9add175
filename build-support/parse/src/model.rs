//! A parsed model, still with the tokens that the derive writes code from.

use glim_schema::Table;
use proc_macro2::{Ident, TokenStream};
use syn::{Path, Type};

/// A model.
pub struct ModelDef {
    /// The struct's name.
    pub ident: Ident,
    /// The table that it describes.
    pub table: Table,
    /// The fields in their order, with those that are no column.
    pub fields: Vec<FieldDef>,
    /// Which of `fields` are the primary key, in the key's order.
    pub key: Vec<usize>,
    /// The alias that the model belongs to, if only to one.
    pub db: Option<String>,
    /// The table's name before it was renamed.
    pub was: Option<String>,
    /// Whether it is only a row shape for one migration, and no part of the schema.
    pub frozen: bool,
    /// Where generated code finds glim, when not at `::glim`.
    pub crate_path: Option<Path>,
}

/// A field of a model.
pub struct FieldDef {
    /// The field's name.
    pub ident: Ident,
    /// The field's type.
    pub ty: Type,
    /// The column's name; `None` for a field that is skipped.
    pub column: Option<String>,
    /// The column's name before it was renamed.
    pub was: Option<String>,
    /// The enum that the column holds, whose values only its own item tells.
    pub declared: Option<Declared>,
}

/// A type that must be an enum, by its path.
pub struct Declared {
    /// The type itself, without what it stands in: `Mood` of `Option<Mood>`.
    pub ty: TokenStream,
    /// The column's default, which must be one of the values, with its tokens.
    pub default: Option<(String, TokenStream)>,
}
