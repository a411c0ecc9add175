//! A struct's text to a model and an enum's to its values, by the parser of the derives.

use std::ops::Range;

use proc_macro2::Span;
use proc_macro2::extra::invalidate_current_thread_spans;
use syn::DeriveInput;
use syn::spanned::Spanned;

use super::candidate::{Found, RawProblem, UNKNOWN_CFG};
use super::cfg::CfgSet;
use super::declared::{DeclaredField, FoundEnum};
use super::found::{FoundField, FoundModel};
use super::lexer::{Kind, Lexer};
use super::path::{NamePath, plain};
use super::place::File;
use super::strip;
use crate::model::{Declared, FieldDef, ModelDef};
use crate::names;
use crate::problem::Problems;

/// The model that the struct in that range describes, whose name stands at `name`, with the fields whose types are enums.
pub(super) fn model(
    file: &File<'_>,
    range: Range<usize>,
    name: usize,
    cfg: &CfgSet,
) -> (Option<(FoundModel, Vec<DeclaredField>)>, Vec<RawProblem>) {
    let offset = range.start;
    let found = |model| found_model(file, offset, name, model);
    match parsed(file.text, range, name, cfg, ["this model", "fields"], |input| crate::parse(input).map(found)) {
        Ok(found) => (Some(found), Vec::new()),
        Err(problems) => (None, problems),
    }
}

/// The values of the enum in that range.
pub(super) fn enumeration(
    file: &File<'_>,
    range: Range<usize>,
    name: Range<usize>,
    cfg: &CfgSet,
) -> (Found, Vec<RawProblem>) {
    let read = |input| crate::parse_enum(input).map(|found| found.ty);
    let (ty, problems) = match parsed(file.text, range, name.start, cfg, ["this enum", "variants"], read) {
        Ok(ty) => (Some(ty), Vec::new()),
        Err(problems) => (None, problems),
    };
    (Found::Enum(FoundEnum { name: plain(&file.text[name]), ty }), problems)
}

/// What `read` makes of the item in that range, of which the conditions are evaluated.
fn parsed<T>(
    text: &str,
    range: Range<usize>,
    name: usize,
    cfg: &CfgSet,
    [what, parts]: [&str; 2],
    read: impl FnOnce(DeriveInput) -> Result<T, Problems>,
) -> Result<T, Vec<RawProblem>> {
    let offset = range.start;
    let problem = |span: Span, message: String, help: Option<&str>| RawProblem {
        span: within(span, offset),
        message,
        help: help.map(str::to_owned),
    };
    if is_too_deep(text, range.clone()) {
        return Err(vec![RawProblem { span: name..name, message: format!("{what} is nested too deeply"), help: None }]);
    }
    let read = match syn::parse_str::<DeriveInput>(&text[range]) {
        Err(error) => Err(vec![problem(error.span(), error.to_string(), None)]),
        Ok(mut input) => {
            let unknown = strip::evaluate(&mut input, cfg);
            if unknown.is_empty() {
                read(input).map_err(|problems| {
                    let all = problems.iter().map(|p| problem(p.span(), p.message().to_owned(), p.help()));
                    all.collect()
                })
            } else {
                let message = format!("whether {parts} of {what} are compiled depends on `{}`", unknown.join("`, `"));
                Err(vec![RawProblem { span: name..name, message, help: Some(UNKNOWN_CFG.to_owned()) }])
            }
        }
    };
    // The tables of spans of this thread would otherwise grow with every item.
    invalidate_current_thread_spans();
    read
}

/// A place in an item's text as one in its file.
fn within(span: Span, offset: usize) -> Range<usize> {
    let range = span.byte_range();
    range.start + offset..range.end + offset
}

/// Whether types or groups are nested so deeply that parsing them, which recurs, could run out of stack.
pub(super) fn is_too_deep(text: &str, range: Range<usize>) -> bool {
    const LIMIT: usize = 64;
    let mut lexer = Lexer::range(text, range);
    let (mut depth, mut prefixes) = (0_usize, 0_usize);
    while let Ok(Some(token)) = lexer.next() {
        match token.kind {
            Kind::Open(_) | Kind::Punct(b'<') => depth += 1,
            Kind::Close(_) | Kind::Punct(b'>') => depth = depth.saturating_sub(1),
            Kind::Punct(b',') => prefixes = 0,
            _ => {}
        }
        if matches!(token.kind, Kind::Punct(b'&' | b'*' | b'-' | b'!')) {
            prefixes += 1;
        }
        if depth > LIMIT || prefixes > LIMIT {
            return true;
        }
    }
    false
}

fn found_model(file: &File<'_>, offset: usize, name: usize, model: ModelDef) -> (FoundModel, Vec<DeclaredField>) {
    let ModelDef { ident, table, fields, key: _, db, was, frozen, crate_path: _ } = model;
    let mut declared = Vec::new();
    let columns = fields.iter().filter(|field| field.column.is_some());
    for (column, FieldDef { ty, declared: each, .. }) in columns.enumerate() {
        let Some(Declared { ty: inner, default }) = each else { continue };
        let path = within(inner.span(), offset);
        declared.push(DeclaredField {
            column,
            path: NamePath::read(file.text, path),
            written: names::in_one_line(ty),
            span: within(ty.span(), offset),
            default: default.as_ref().map(|(text, tokens)| (text.clone(), within(tokens.span(), offset))),
        });
    }
    let fields = fields.into_iter().map(|field| FoundField {
        line: file.line(offset + field.ident.span().byte_range().start),
        name: plain(&field.ident.to_string()),
        column: field.column,
        was: field.was,
        rust_type: names::in_one_line(&field.ty),
    });
    let model = FoundModel {
        fields: fields.collect(),
        name: plain(&ident.to_string()),
        place: file.place(name),
        table,
        schema: None,
        db,
        was,
        frozen,
    };
    (model, declared)
}
