//! Structs that stand for a type of the database: `#[diesel(postgres_type(name = "mood"))] pub struct Mood;`

use syn::punctuated::Punctuated;
use syn::{DeriveInput, Expr, ExprLit, Lit, Meta, MetaList, Token};

use crate::names;

/// A type of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlType {
    /// The struct's name.
    pub name: String,
    /// What the type is called on PostgreSQL or, failing that, on SQLite; `None` where only a number is given, or MySQL's
    /// word for the kind of type.
    pub native: Option<String>,
}

/// The type that a struct stands for; `None` for other structs.
pub fn sql_type(input: &DeriveInput) -> Option<SqlType> {
    let mut is_type = false;
    let mut native = [None, None];
    for attr in &input.attrs {
        match &attr.meta {
            Meta::List(list) if list.path.is_ident("diesel") => {
                for meta in items(list) {
                    is_type |= read(&meta, &mut native);
                }
            }
            // Before diesel 2 they were attributes of their own.
            meta => is_type |= read(meta, &mut native),
        }
    }
    let [postgres, sqlite] = native;
    is_type.then(|| SqlType { name: names::plain(&input.ident), native: postgres.or(sqlite) })
}

/// Whether an attribute is about a type of the database; with its names on PostgreSQL and SQLite.
fn read(meta: &Meta, native: &mut [Option<String>; 2]) -> bool {
    match backend(meta) {
        Some("postgres_type") => native[0] = name(meta),
        Some("sqlite_type") => native[1] = name(meta),
        Some(_) => {}
        None => return false,
    }
    true
}

/// The database that such an attribute is about.
fn backend(meta: &Meta) -> Option<&'static str> {
    ["postgres_type", "sqlite_type", "mysql_type", "mariadb_type"].into_iter().find(|known| meta.path().is_ident(known))
}

/// `name = "..."` in the parentheses, or the text itself.
fn name(meta: &Meta) -> Option<String> {
    match meta {
        Meta::List(list) => items(list).iter().find(|inner| inner.path().is_ident("name")).and_then(text),
        Meta::NameValue(_) => text(meta),
        Meta::Path(_) => None,
    }
}

fn text(meta: &Meta) -> Option<String> {
    match meta {
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn items(list: &MetaList) -> Vec<Meta> {
    let items = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
    items.map(|items| items.into_iter().collect()).unwrap_or_default()
}
