//! Items of other libraries, found by the names of their macros and derives, and read by syn.

use std::ops::Range;

use glim_schema::{Action, ColumnType};
use proc_macro2::Span;
use proc_macro2::extra::invalidate_current_thread_spans;
use syn::DeriveInput;
use syn::parse::{Parse, ParseStream};

use super::{FoundTable, Kind, Piece, Reference};
use crate::described::{Described, DescribedField};
use crate::library::Library;
use crate::scan::attributes::Attributes;
use crate::scan::candidate::{Candidate, Found, RawProblem, UNKNOWN_CFG};
use crate::scan::found::{FoundField, FoundModel, Severity};
use crate::scan::path::{NamePath, plain};
use crate::scan::source::Reader;
use crate::scan::{record, strip};
use crate::{Problems, diesel, names, sea_orm};

/// Tokens as they are.
struct Tokens(proc_macro2::TokenStream);

impl Parse for Tokens {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        input.parse().map(Self)
    }
}

/// The kinds of structs and enums that say something.
#[derive(Clone, Copy)]
enum ItemKind {
    SqlType,
    Entity,
    Relations,
    ActiveEnum,
    ValueType,
    Document,
}

/// What was read of an item, with spans that begin at its range.
type Read = Result<Option<Piece>, Vec<RawProblem>>;

impl Reader<'_> {
    /// Takes in a struct or enum, if it says something of a table.
    pub(in crate::scan) fn foreign_type(&mut self, range: Range<usize>, name: Range<usize>, attributes: &Attributes) {
        let derives = attributes.derives.iter().map(|path| NamePath::read(self.text, path.clone()));
        let derives: Vec<String> = derives.filter_map(|path| path.last().map(str::to_owned)).collect();
        let is = |derive: &str| derives.iter().any(|name| name == derive);
        let kind = match self.context.library {
            Library::Diesel if is("SqlType") => ItemKind::SqlType,
            Library::SeaOrm if is("DeriveEntityModel") => ItemKind::Entity,
            Library::SeaOrm if is("DeriveRelation") => ItemKind::Relations,
            Library::SeaOrm if is("DeriveActiveEnum") => ItemKind::ActiveEnum,
            Library::SeaOrm if is("DeriveValueType") => ItemKind::ValueType,
            Library::SeaOrm if is("FromJsonQueryResult") => ItemKind::Document,
            Library::SeaOrm if is("DeriveEntity") => return self.written_out(range.start, name, attributes),
            Library::Glim | Library::Diesel | Library::SeaOrm => return,
        };
        let read = match self.syntax::<DeriveInput>(range.clone()) {
            Ok(mut input) => {
                let unknown = strip::evaluate(&mut input, self.context.cfg);
                if unknown.is_empty() {
                    self.item(kind, input, range.start)
                } else {
                    Err(vec![undetermined(&unknown, &name)])
                }
            }
            Err(problem) => Err(vec![problem]),
        };
        self.take(read, range.start, name, attributes);
    }

    /// Takes in a macro's call, if it says something of a table.
    pub(in crate::scan) fn foreign_macro(
        &mut self,
        path: Range<usize>,
        arguments: Range<usize>,
        attributes: &Attributes,
    ) {
        if self.context.library != Library::Diesel {
            return;
        }
        let name = NamePath::read(self.text, path.clone());
        let read = match name.last() {
            Some("table") => self.table(arguments.clone(), &path),
            Some("joinable") => self.joinable(arguments),
            Some("view") => self.view(arguments),
            _ => return,
        };
        self.take(read, path.start, path, attributes);
    }

    /// Says that an entity is not read.
    fn written_out(&mut self, at: usize, name: Range<usize>, attributes: &Attributes) {
        let raw = RawProblem {
            span: name.clone(),
            message: "this entity is written out, and is not read: its table will seem to be missing here".to_owned(),
            help: Some("its short form is read: `#[derive(DeriveEntityModel)]` on `Model`".to_owned()),
        };
        let problems = vec![self.describe(raw, Severity::Warning)];
        let gate = self.scope().gate.clone().and(attributes.gate.clone());
        let candidate = Candidate { at, names: Vec::new(), evidence: true, found: Found::Nothing, problems };
        self.add(candidate, &gate, name);
    }

    fn take(&mut self, read: Read, at: usize, name: Range<usize>, attributes: &Attributes) {
        // The tables of spans of this thread would otherwise grow with every item.
        invalidate_current_thread_spans();
        let (found, raw) = match read {
            Ok(Some(piece)) => (Found::Piece(Box::new(piece)), Vec::new()),
            Ok(None) => return,
            Err(problems) => (Found::Nothing, problems),
        };
        let problems = raw.into_iter().map(|raw| self.describe(raw, Severity::Error)).collect();
        let gate = self.scope().gate.clone().and(attributes.gate.clone());
        self.add(Candidate { at, names: Vec::new(), evidence: true, found, problems }, &gate, name);
    }

    fn syntax<T: Parse>(&self, range: Range<usize>) -> Result<T, RawProblem> {
        if record::is_too_deep(self.text, range.clone()) {
            let message = "this is nested too deeply".to_owned();
            return Err(RawProblem { span: range.start..range.start, message, help: None });
        }
        syn::parse_str(&self.text[range.clone()]).map_err(|error| RawProblem {
            span: at(error.span(), range.start),
            message: error.to_string(),
            help: None,
        })
    }

    fn table(&mut self, arguments: Range<usize>, name: &Range<usize>) -> Read {
        let Tokens(tokens) = self.syntax(arguments.clone()).map_err(|problem| vec![problem])?;
        let mut unknown = Vec::new();
        let cfg = self.context.cfg;
        let read = diesel::table(tokens, &mut |attrs| strip::evaluate_attrs(attrs, cfg, &mut unknown));
        let described = read.map_err(|problems| raw(&problems, arguments.start))?;
        if !unknown.is_empty() {
            return Err(vec![undetermined(&unknown, name)]);
        }
        Ok(Some(self.found_table(described, Vec::new(), arguments.start)))
    }

    fn joinable(&mut self, arguments: Range<usize>) -> Read {
        let Tokens(tokens) = self.syntax(arguments.clone()).map_err(|problem| vec![problem])?;
        let joinable = diesel::joinable(tokens).map_err(|problems| raw(&problems, arguments.start))?;
        let [child, parent, column] = joinable.names();
        let place = self.file.place(arguments.start);
        let unfound = self.describe(
            RawProblem {
                span: arguments,
                message: format!("no `table!` is found for what `{child} -> {parent} ({column})` joins"),
                help: Some("its foreign key is not compared".to_owned()),
            },
            Severity::Warning,
        );
        let reference = Reference {
            child: Some(child),
            parent,
            from: vec![column],
            to: Vec::new(),
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            name: None,
            unfound,
        };
        Ok(Some(Piece { place, kind: Kind::References(vec![reference]) }))
    }

    fn view(&mut self, arguments: Range<usize>) -> Read {
        let Tokens(tokens) = self.syntax(arguments.clone()).map_err(|problem| vec![problem])?;
        let read = diesel::view(tokens).map_err(|problems| raw(&problems, arguments.start))?;
        Ok(Some(Piece { place: self.file.place(arguments.start), kind: Kind::View(read) }))
    }

    fn item(&mut self, kind: ItemKind, input: DeriveInput, start: usize) -> Read {
        let said = |problems: Problems| raw(&problems, start);
        let (name, ty) = match kind {
            ItemKind::Entity => {
                let sea_orm::Entity { described, relations } = sea_orm::entity(input).map_err(said)?;
                let references = relations.into_iter().map(|relation| self.reference(relation, start)).collect();
                return Ok(Some(self.found_table(described, references, start)));
            }
            ItemKind::Relations => {
                let place = self.file.place(start);
                let relations = sea_orm::relations(input).map_err(said)?;
                let references: Vec<_> =
                    relations.into_iter().map(|relation| self.reference(relation, start)).collect();
                return Ok((!references.is_empty()).then_some(Piece { place, kind: Kind::References(references) }));
            }
            ItemKind::SqlType => match diesel::sql_type(&input) {
                Some(found) => (found.name, ColumnType::Native(found.native.unwrap_or_default())),
                None => return Ok(None),
            },
            ItemKind::ActiveEnum | ItemKind::ValueType => {
                let is_enum = matches!(kind, ItemKind::ActiveEnum);
                let read = if is_enum { sea_orm::active_enum(&input) } else { sea_orm::value_type(input) };
                let found = read.map_err(said)?;
                (found.name, found.ty)
            }
            // A struct that is kept as a JSON document.
            ItemKind::Document => (names::plain(&input.ident), ColumnType::Json),
        };
        Ok(Some(Piece { place: self.file.place(start), kind: Kind::Type { name, ty } }))
    }

    fn reference(&mut self, relation: sea_orm::Relation, start: usize) -> Reference {
        let sea_orm::Relation { ident, entity, from, to, on_delete, on_update, name } = relation;
        let unfound = self.describe(
            RawProblem {
                span: at(ident.span(), start),
                message: format!("no entity, or no column of it, is found for the relation `{ident}` to `{entity}`"),
                help: Some("its foreign key is not compared".to_owned()),
            },
            Severity::Warning,
        );
        let (on_delete, on_update) = (on_delete.unwrap_or_default(), on_update.unwrap_or_default());
        Reference { child: None, parent: entity, from, to, on_delete, on_update, name, unfound }
    }

    fn found_table(&mut self, described: Described, references: Vec<Reference>, start: usize) -> Piece {
        let Described { ident, schema, table, fields } = described;
        let place = self.file.place(at(ident.span(), start).start);
        let (mut declared, mut variants) = (Vec::with_capacity(fields.len()), Vec::with_capacity(fields.len()));
        let mut found = Vec::with_capacity(fields.len());
        for (field, column) in fields.into_iter().zip(&table.columns) {
            let DescribedField { ident, written, declared: path, variant, was } = field;
            declared.push(path);
            variants.push(variant);
            found.push(FoundField {
                line: self.file.line(at(ident.span(), start).start),
                name: plain(&ident.to_string()),
                column: Some(column.name.clone()),
                was,
                rust_type: written,
            });
        }
        let model = FoundModel {
            name: plain(&ident.to_string()),
            place: place.clone(),
            table,
            schema,
            fields: found,
            db: None,
            was: None,
            frozen: false,
        };
        Piece { place, kind: Kind::Table(Box::new(FoundTable { model, declared, variants, references })) }
    }
}

fn at(span: Span, start: usize) -> Range<usize> {
    let range = span.byte_range();
    range.start + start..range.end + start
}

fn raw(problems: &Problems, start: usize) -> Vec<RawProblem> {
    let each = problems.iter().map(|problem| RawProblem {
        span: at(problem.span(), start),
        message: problem.message().to_owned(),
        help: problem.help().map(str::to_owned),
    });
    each.collect()
}

fn undetermined(unknown: &[String], name: &Range<usize>) -> RawProblem {
    let message = format!("whether parts of this are compiled depends on `{}`", unknown.join("`, `"));
    RawProblem { span: name.clone(), message, help: Some(UNKNOWN_CFG.to_owned()) }
}
