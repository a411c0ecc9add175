//! A struct's tokens to a model. Everything that is wrong is found in one go.

use glim_schema::{Check, Index, Table, Unique};
use proc_macro2::Ident;
use syn::{Data, DeriveInput, Fields, Generics};

use crate::attrs::{Columns, StructAttrs, Text};
use crate::field::ReadField;
use crate::model::ModelDef;
use crate::problem::Problems;
use crate::{check, names};

/// Parses a struct with `#[derive(Model)]`, of which `cfg` and `cfg_attr` are already evaluated, as a derive sees it.
///
/// # Errors
/// All that is wrong with it.
pub fn parse(input: DeriveInput) -> Result<ModelDef, Problems> {
    let mut problems = Problems::new();
    let DeriveInput { attrs, ident, generics, data, .. } = input;
    let attrs = StructAttrs::read(&attrs, &mut problems);
    generic_free(&generics, &mut problems);
    let fields = named_fields(&ident, data, &mut problems);
    let key = check::key(attrs.primary_key.as_ref(), &fields, &mut problems);
    check::fields(&fields, &key, &mut problems);
    let uniques = attrs.uniques.iter().map(|columns| unique(columns, &fields, &mut problems)).collect();
    let indexes = attrs.indexes.iter().map(|columns| index(columns, &fields, &mut problems)).collect();
    if !problems.is_empty() {
        return Err(problems);
    }
    let mut table = Table {
        name: text(attrs.table).unwrap_or_else(|| names::snake_case(&names::plain(&ident))),
        columns: Vec::with_capacity(fields.len()),
        primary_key: key.iter().filter_map(|at| fields[*at].column_name().map(str::to_owned)).collect(),
        uniques,
        indexes,
        foreign_keys: Vec::new(),
        checks: attrs.checks.into_iter().map(|check| Check { name: None, expression: check.text }).collect(),
        comment: text(attrs.comment),
    };
    let fields = fields.into_iter().map(|field| field.place_in(&mut table)).collect();
    Ok(ModelDef {
        ident,
        table,
        fields,
        key,
        db: text(attrs.db),
        was: text(attrs.was),
        frozen: attrs.frozen,
        crate_path: attrs.crate_path,
    })
}

fn named_fields(ident: &Ident, data: Data, problems: &mut Problems) -> Vec<ReadField> {
    let found = match data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) if fields.named.is_empty() => "a struct without fields",
            Fields::Named(fields) => {
                return fields.named.into_iter().filter_map(|field| ReadField::read(field, problems)).collect();
            }
            Fields::Unnamed(_) => "a tuple struct",
            Fields::Unit => "a unit struct",
        },
        Data::Enum(_) => "an enum",
        Data::Union(_) => "a union",
    };
    let problem = problems.add(ident, format_args!("`{ident}` is {found} and cannot be a model"));
    problem.help_is("a model is a struct with a named field for each column");
    Vec::new()
}

fn generic_free(generics: &Generics, problems: &mut Problems) {
    if generics.params.is_empty() {
        return;
    }
    let problem = problems.add(generics, "a model cannot have generic parameters");
    problem.help_is("write one struct for each table, with concrete types");
}

fn unique(columns: &Columns, fields: &[ReadField], problems: &mut Problems) -> Unique {
    Unique {
        name: columns.name.as_ref().map(|name| name.text.clone()),
        columns: check::listed_columns(columns, fields, problems),
    }
}

fn index(columns: &Columns, fields: &[ReadField], problems: &mut Problems) -> Index {
    Index {
        name: columns.name.as_ref().map(|name| name.text.clone()),
        unique: columns.unique,
        ..Index::new(check::listed_columns(columns, fields, problems))
    }
}

fn text(text: Option<Text>) -> Option<String> {
    text.map(|text| text.text)
}
