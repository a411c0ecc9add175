//! `#[derive(DeriveEntityModel)] pub struct Model`: a table

use std::collections::BTreeMap;

use glim_schema::{Column, Index, Table, Unique};
use syn::{Data, DeriveInput, Field, Fields};

use super::case::Case;
use super::column_type::column_type;
use super::default;
use super::keys::Keys;
use super::relation::{self, Relation};
use super::types::{self, Held};
use crate::described::{Described, DescribedField};
use crate::names;
use crate::problem::Problems;

/// An entity.
pub struct Entity {
    /// The table.
    pub described: Described,
    /// What stands among the fields, in the form of `#[sea_orm::model]`.
    pub relations: Vec<Relation>,
}

/// What is collected from the fields.
struct Draft {
    table: Table,
    fields: Vec<DescribedField>,
    relations: Vec<Relation>,
    /// The columns of each `unique_key`.
    unique_keys: BTreeMap<String, Vec<String>>,
    /// The style of the columns' names.
    style: Option<Case>,
}

/// Reads an entity's struct, of which `cfg` and `cfg_attr` are already evaluated.
///
/// # Errors
/// All that is wrong with it.
pub fn entity(input: DeriveInput) -> Result<Entity, Problems> {
    let mut problems = Problems::new();
    let DeriveInput { attrs, ident, data, .. } = input;
    let keys = Keys::read(&attrs, &mut problems);
    let name = keys.text("table_name", &mut problems).map(|name| name.text);
    if name.is_none() && problems.is_empty() {
        let problem = problems.add(&ident, "the entity's table is named elsewhere");
        problem.help_is("write `#[sea_orm(table_name = \"...\")]` on the struct");
    }
    let style = keys.text("rename_all", &mut problems).and_then(|style| {
        let known = Case::named(&style.text);
        if known.is_none() {
            let message = format_args!("unknown style `{}` in `rename_all`", style.text).to_string();
            problems
                .add(&style.token, message)
                .help_is("write `\"snake_case\"`, `\"camelCase\"` or another of SeaORM's");
        }
        known
    });
    let mut table = Table::new(name.unwrap_or_default());
    table.comment = keys.text("comment", &mut problems).map(|comment| comment.text);
    let schema = keys.text("schema_name", &mut problems).map(|name| name.text);
    let mut draft = Draft { table, fields: Vec::new(), relations: Vec::new(), unique_keys: BTreeMap::new(), style };
    match data {
        Data::Struct(data) => match data.fields {
            Fields::Named(fields) => fields.named.iter().for_each(|field| draft.read(field, &mut problems)),
            Fields::Unnamed(_) | Fields::Unit => {
                problems.add(&ident, format_args!("the entity `{ident}` has no named fields"));
            }
        },
        Data::Enum(_) | Data::Union(_) => {
            problems.add(&ident, format_args!("the entity `{ident}` is no struct"));
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let Draft { mut table, fields, relations, unique_keys, .. } = draft;
    table.indexes.extend(unique_keys.into_values().map(|columns| Index::new(columns).unique()));
    Ok(Entity { described: Described { ident, schema, table, fields }, relations })
}

impl Draft {
    fn read(&mut self, field: &Field, problems: &mut Problems) {
        let Some(ident) = field.ident.clone() else { return };
        let keys = Keys::read(&field.attrs, problems);
        if relation::is_relation(&field.ty) {
            self.relations.extend(relation::of_field(field, &keys, problems));
            return;
        }
        if keys.has("ignore") {
            return;
        }
        let plain = names::plain(&ident);
        let name = keys.text("column_name", problems).map(|name| name.text);
        let of_field = || match self.style {
            Some(style) => style.of(&Case::Pascal.of(&plain)),
            None => Case::Snake.of(&plain),
        };
        let name = name.unwrap_or_else(of_field);
        let written = keys.text("column_type", problems);
        let Held { ty, nullable, declared } = types::held(&field.ty);
        let (ty, declared) = match &written {
            None => (ty, declared),
            Some(text) => match column_type(&text.text) {
                Some(ty) => (ty, None),
                None => {
                    let message = format_args!("unknown column type `{}`", text.text).to_string();
                    let problem = problems.add(&text.token, message);
                    problem.help_is("write a variant of SeaORM's `ColumnType`, such as `\"Text\"`");
                    (ty, declared)
                }
            },
        };
        let mut column = Column::new(name.clone(), ty);
        column.nullable = nullable || keys.has("nullable");
        column.comment = keys.text("comment", problems).map(|comment| comment.text);
        column.default = keys.value("default_value").and_then(default::of_value);
        if let Some(text) = keys.text("default_expr", problems) {
            column.default = default::of_expression(&text.text);
        }
        column.auto_increment = keys.truth("auto_increment", problems) == Some(true);
        if keys.has("primary_key") {
            self.table.primary_key.push(name.clone());
        }
        if keys.has("unique") {
            self.table.uniques.push(Unique::new([name.clone()]));
        } else if keys.has("indexed") {
            self.table.indexes.push(Index::new([name.clone()]));
        }
        if let Some(key) = keys.text("unique_key", problems) {
            self.unique_keys.entry(key.text).or_default().push(name);
        }
        self.table.columns.push(column);
        let was = keys.text("renamed_from", problems).map(|was| was.text);
        let variant = keys.text("enum_name", problems).map(|name| name.text);
        self.fields.push(DescribedField { ident, written: names::in_one_line(&field.ty), declared, variant, was });
    }
}
