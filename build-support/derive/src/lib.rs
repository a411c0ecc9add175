//! `#[derive(Model)]` and `#[derive(Enum)]`: wiring between the model parser and the code that is generated.

mod enumeration;
mod expand;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct with named fields a model: implements `glim::Model` for it and registers it.
///
/// Each field is a column. `Option<T>` may be NULL; anything else may not. Types of std, chrono, time, jiff, uuid,
/// `rust_decimal`, `serde_json` and glim have their column types, and so has an enum with `#[derive(glim::Enum)]`; any
/// other type needs `sql_type`, `glim::ToValue` and `glim::FromValue`.
///
/// `#[glim(...)]` on the struct:
///
/// | key | meaning |
/// |---|---|
/// | `table = "users"` | the table's name; the struct's name in `snake_case` unless said otherwise |
/// | `primary_key(a, b)` | the key, of several fields or in another order than theirs |
/// | `index(a, b)`, `index(a, name = "by_a", unique)` | an index |
/// | `unique(a, b)`, `unique(a, b, name = "n")` | a unique constraint |
/// | `check = "a > b"` | a condition that every row meets, in SQL |
/// | `comment = "..."` | what the table is for, for the database |
/// | `db = "alias"` | the model belongs to this alias only |
/// | `was = "people"` | the table's name before it was renamed |
/// | `frozen` | a row shape for one migration, and no part of the schema |
/// | `crate = "::path"` | where glim is, if its dependency is renamed |
///
/// `#[glim(...)]` on a field:
///
/// | key | meaning |
/// |---|---|
/// | `primary_key` | part of the primary key |
/// | `auto_increment` | the database numbers the rows; for an integer that is the whole key |
/// | `length = 255` | the greatest number of characters or bytes |
/// | `precision = 10, scale = 2` | a decimal number's digits: in all, and after the point |
/// | `sql_type = "citext"` | the column's type in the database's own words |
/// | `default = 0`, `default = "new"`, `default = sql("CURRENT_TIMESTAMP")` | what the column holds when it is left out |
/// | `unique`, `unique = "name"` | a unique constraint of this field |
/// | `index`, `index = "name"` | an index of this field |
/// | `references = "users.id"` | a foreign key, with `on_delete` and `on_update`: `"cascade"`, `"restrict"`, `"set null"`, `"set default"`, `"no action"` |
/// | `column = "name"` | the column's name, if it is not the field's |
/// | `was = "old"` | the column's name before it was renamed |
/// | `check = "price > 0"` | a condition that every row meets, in SQL |
/// | `comment = "..."` | what the column is for, for the database |
/// | `skip` | no column: the field has its `Default` in what is read |
///
/// The type of a field is known by its path as it is written. `Timestamp` needs its crate: `jiff::Timestamp` is an
/// instant, `glim::Timestamp` has no zone.
#[proc_macro_derive(Model, attributes(glim))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    match glim_parse::parse(input) {
        Ok(model) => expand::model(&model),
        Err(problems) => problems.to_compile_errors(),
    }
    .into()
}

/// Makes an enum the values of a column: implements `glim::Enum`, `glim::ToValue` and `glim::FromValue` for it, so that a
/// model can have a field of it.
///
/// Each variant is a text, and no variant has fields. The column's type is an enum of the database: a type of its own on
/// PostgreSQL, `enum(..)` on MySQL and MariaDB, a text with a check on SQLite.
///
/// `#[glim(...)]` on the enum:
///
/// | key | meaning |
/// |---|---|
/// | `name = "mood"` | the type's name; the enum's name in `snake_case` unless said otherwise |
/// | `crate = "::path"` | where glim is, if its dependency is renamed |
///
/// `#[glim(...)]` on a variant:
///
/// | key | meaning |
/// |---|---|
/// | `name = "so so"` | the value; the variant's name in `snake_case` unless said otherwise |
#[proc_macro_derive(Enum, attributes(glim))]
pub fn derive_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    match glim_parse::parse_enum(input) {
        Ok(found) => enumeration::expand(&found),
        Err(problems) => problems.to_compile_errors(),
    }
    .into()
}
