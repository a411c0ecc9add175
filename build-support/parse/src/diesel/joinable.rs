//! `joinable!(child -> parent (column));`

use proc_macro2::{Ident, TokenStream};
use syn::parse::{ParseStream, Parser};
use syn::{Path, Token, parenthesized};

use crate::names;
use crate::problem::Problems;

/// That a column refers to the primary key of a table.
pub struct Joinable {
    /// The table that has the column, as its `table!` calls it.
    pub child: Ident,
    /// The table that is referred to.
    pub parent: Ident,
    /// The column, as its `table!` calls it.
    pub column: Ident,
}

/// Reads the inside of a `joinable!`.
///
/// # Errors
/// It has another form.
pub fn joinable(tokens: TokenStream) -> Result<Joinable, Problems> {
    let read = |input: ParseStream<'_>| {
        let child = last_name(input)?;
        input.parse::<Token![->]>()?;
        let parent = last_name(input)?;
        let inside;
        parenthesized!(inside in input);
        let column = inside.parse()?;
        inside.parse::<Option<Token![,]>>()?;
        input.parse::<Option<Token![,]>>()?;
        Ok(Joinable { child, parent, column })
    };
    read.parse2(tokens).map_err(|error| {
        let mut problems = Problems::new();
        problems.add_error(&error).help_is("write `joinable!(child -> parent (column_of_the_child));`");
        problems
    })
}

/// The name at the end of a path such as `schema::users`.
fn last_name(input: ParseStream<'_>) -> syn::Result<Ident> {
    let path: Path = input.call(Path::parse_mod_style)?;
    match path.segments.last() {
        Some(segment) => Ok(segment.ident.clone()),
        None => Err(input.error("expected the name of a table")),
    }
}

impl Joinable {
    /// The names, without `r#`: child, parent, column.
    pub fn names(&self) -> [String; 3] {
        [&self.child, &self.parent, &self.column].map(names::plain)
    }
}
