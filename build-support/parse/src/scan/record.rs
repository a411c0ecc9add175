//! A struct's text to a model, by the parser of the derive.

use std::ops::Range;

use proc_macro2::Span;
use proc_macro2::extra::invalidate_current_thread_spans;
use syn::DeriveInput;

use super::candidate::{RawProblem, UNKNOWN_CFG};
use super::cfg::CfgSet;
use super::found::{FoundField, FoundModel};
use super::lexer::{Kind, Lexer};
use super::path::plain;
use super::place::File;
use super::strip;
use crate::model::ModelDef;
use crate::names;

/// The model that the struct in that range describes, whose name stands at `name`.
pub(super) fn model(
    file: &File<'_>,
    range: Range<usize>,
    name: usize,
    cfg: &CfgSet,
) -> (Option<FoundModel>, Vec<RawProblem>) {
    let (text, offset) = (file.text, range.start);
    let problem = |span: Span, message: String, help: Option<&str>| {
        let span = span.byte_range();
        RawProblem { span: span.start + offset..span.end + offset, message, help: help.map(str::to_owned) }
    };
    if is_too_deep(text, range.clone()) {
        let message = "this model is nested too deeply".to_owned();
        return (None, vec![RawProblem { span: name..name, message, help: None }]);
    }
    let parsed = match syn::parse_str::<DeriveInput>(&text[range.clone()]) {
        Err(error) => Err(vec![problem(error.span(), error.to_string(), None)]),
        Ok(mut input) => {
            let unknown = strip::evaluate(&mut input, cfg);
            if unknown.is_empty() {
                crate::parse(input).map_err(|problems| {
                    let all = problems.iter().map(|p| problem(p.span(), p.message().to_owned(), p.help()));
                    all.collect()
                })
            } else {
                let message =
                    format!("whether fields of this model are compiled depends on `{}`", unknown.join("`, `"));
                Err(vec![RawProblem { span: name..name, message, help: Some(UNKNOWN_CFG.to_owned()) }])
            }
        }
    };
    let read = match parsed {
        Ok(model) => (Some(found_model(file, offset, name, model)), Vec::new()),
        Err(problems) => (None, problems),
    };
    // The tables of spans of this thread would otherwise grow with every struct.
    invalidate_current_thread_spans();
    read
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

fn found_model(file: &File<'_>, offset: usize, name: usize, model: ModelDef) -> FoundModel {
    let ModelDef { ident, table, fields, key: _, db, was, frozen, crate_path: _ } = model;
    let fields = fields.into_iter().map(|field| FoundField {
        line: file.line(offset + field.ident.span().byte_range().start),
        name: plain(&field.ident.to_string()),
        column: field.column,
        was: field.was,
        rust_type: names::in_one_line(&field.ty),
    });
    FoundModel {
        fields: fields.collect(),
        name: plain(&ident.to_string()),
        place: file.place(name),
        table,
        schema: None,
        db,
        was,
        frozen,
    }
}
