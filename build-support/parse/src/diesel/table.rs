//! `table! { users (id) { id -> Integer, } }`

use glim_schema::{Column, Table};
use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Token, Type, braced, parenthesized, token};

use super::types::{self, Held};
use crate::described::{Described, DescribedField};
use crate::names;
use crate::near::nearest;
use crate::problem::Problems;

/// The key of a table that names none.
const DEFAULT_KEY: &str = "id";

/// What stands inside a `table!`.
struct Written {
    attrs: Vec<Attribute>,
    schema: Option<Ident>,
    name: Ident,
    key: Option<Punctuated<Ident, Token![,]>>,
    columns: Punctuated<WrittenColumn, Token![,]>,
}

/// `name -> Type`, with its attributes.
struct WrittenColumn {
    attrs: Vec<Attribute>,
    name: Ident,
    ty: Type,
}

/// Reads the inside of a `table!`. Of the attributes of columns, `compiled` decides which take part; it may change them.
///
/// # Errors
/// All that is wrong with it.
pub fn table(
    tokens: TokenStream,
    compiled: &mut dyn FnMut(&mut Vec<Attribute>) -> bool,
) -> Result<Described, Problems> {
    let mut problems = Problems::new();
    let Written { attrs, schema, name, key, columns } = match written.parse2(tokens) {
        Ok(written) => written,
        Err(error) => {
            problems.add_error(&error).help_is("write `table! { name (key) { column -> Type, } }`");
            return Err(problems);
        }
    };
    let mut table = Table::new(sql_name(&attrs, &name, &mut problems));
    let mut fields = Vec::with_capacity(columns.len());
    for mut column in columns {
        if compiled(&mut column.attrs) {
            fields.push(read(column, &mut table, &mut problems));
        }
    }
    table.primary_key = match &key {
        None if fields.iter().any(|field| names::plain(&field.ident) == DEFAULT_KEY) => {
            column_of(DEFAULT_KEY, &fields, &table).into_iter().collect()
        }
        None => {
            let problem = problems.add(&name, format_args!("the table `{name}` names no primary key and has no `id`"));
            problem.help_is(format_args!("write the key after the name: `{name} (column)`"));
            Vec::new()
        }
        Some(key) => key.iter().filter_map(|ident| keyed(ident, &fields, &table, &mut problems)).collect(),
    };
    // SQLite lets a key be NULL where nobody forbids it, and `diesel print-schema` says so; what identifies a row is not.
    for column in &mut table.columns {
        column.nullable &= !table.primary_key.contains(&column.name);
        // MySQL numbers rows by other columns too, which is between the table and its migrations.
        column.auto_increment &= table.primary_key == [column.name.as_str()];
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(Described { ident: name, schema: schema.as_ref().map(names::plain), table, fields })
}

/// The name of the view that a `view!` is about.
///
/// # Errors
/// It has another form than a `table!` without a key.
pub fn view(tokens: TokenStream) -> Result<String, Problems> {
    written.parse2(tokens).map(|written| names::plain(&written.name)).map_err(|error| {
        let mut problems = Problems::new();
        problems.add_error(&error).help_is("write `view! { name { column -> Type, } }`");
        problems
    })
}

fn written(input: ParseStream<'_>) -> syn::Result<Written> {
    // What a `use` imports matters to the compiler alone.
    while input.peek(Token![use]) {
        while !input.peek(Token![;]) {
            input.parse::<TokenTree>()?;
        }
        input.parse::<Token![;]>()?;
    }
    let attrs = input.call(Attribute::parse_outer)?;
    let first: Ident = input.parse()?;
    let (schema, name) = match input.parse::<Option<Token![.]>>()? {
        Some(_) => (Some(first), input.parse()?),
        None => (None, first),
    };
    let key = if input.peek(token::Paren) {
        let inside;
        parenthesized!(inside in input);
        Some(Punctuated::parse_terminated(&inside)?)
    } else {
        None
    };
    let inside;
    braced!(inside in input);
    let columns = inside.parse_terminated(column, Token![,])?;
    Ok(Written { attrs, schema, name, key, columns })
}

fn column(input: ParseStream<'_>) -> syn::Result<WrittenColumn> {
    let attrs = input.call(Attribute::parse_outer)?;
    let name = input.parse()?;
    input.parse::<Token![->]>()?;
    Ok(WrittenColumn { attrs, name, ty: input.parse()? })
}

/// Adds a column to the table.
fn read(written: WrittenColumn, table: &mut Table, problems: &mut Problems) -> DescribedField {
    let WrittenColumn { attrs, name, ty } = written;
    let length = max_length(&attrs, problems);
    let Held { ty: held, nullable, declared } = types::held(&ty, length);
    let mut column = Column::new(sql_name(&attrs, &name, problems), held);
    column.nullable = nullable;
    column.auto_increment = attrs.iter().any(|attr| attr.path().is_ident("auto_increment"));
    table.columns.push(column);
    DescribedField { ident: name, written: names::in_one_line(&ty), declared, variant: None, was: None }
}

/// The column of one of the key's names.
fn keyed(ident: &Ident, fields: &[DescribedField], table: &Table, problems: &mut Problems) -> Option<String> {
    let wanted = names::plain(ident);
    let found = column_of(&wanted, fields, table);
    if found.is_none() && !fields.is_empty() {
        let all: Vec<String> = fields.iter().map(|field| names::plain(&field.ident)).collect();
        let problem = problems.add(ident, format_args!("the primary key names `{wanted}`, which is no column"));
        match nearest(&wanted, all.iter().map(String::as_str)) {
            Some(meant) => problem.help_is(format_args!("did you mean `{meant}`?")),
            None => problem.help_is(format_args!("the columns are {}", all.join(", "))),
        }
    }
    found
}

fn column_of(field: &str, fields: &[DescribedField], table: &Table) -> Option<String> {
    let at = fields.iter().position(|other| names::plain(&other.ident) == field)?;
    table.columns.get(at).map(|column| column.name.clone())
}

/// `#[sql_name = "..."]`, or the name itself.
fn sql_name(attrs: &[Attribute], ident: &Ident, problems: &mut Problems) -> String {
    let Some(attr) = attrs.iter().find(|attr| attr.path().is_ident("sql_name")) else { return names::plain(ident) };
    match literal(attr) {
        Some(Lit::Str(text)) => {
            let text = text.value();
            text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
        }
        _ => {
            problems.add(attr, "`sql_name` needs a text").help_is("write `#[sql_name = \"...\"]`");
            names::plain(ident)
        }
    }
}

/// `#[max_length = 255]`
fn max_length(attrs: &[Attribute], problems: &mut Problems) -> Option<u32> {
    let attr = attrs.iter().find(|attr| attr.path().is_ident("max_length"))?;
    let length = match literal(attr) {
        Some(Lit::Int(number)) => number.base10_parse().ok().filter(|length| *length > 0),
        _ => None,
    };
    if length.is_none() {
        let problem = problems.add(attr, "`max_length` needs a number of characters");
        problem.help_is("write `#[max_length = 255]`");
    }
    length
}

fn literal(attr: &Attribute) -> Option<&Lit> {
    match &attr.meta {
        Meta::NameValue(pair) => match &pair.value {
            Expr::Lit(ExprLit { lit, .. }) => Some(lit),
            _ => None,
        },
        _ => None,
    }
}
