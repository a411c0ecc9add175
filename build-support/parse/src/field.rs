//! A field of a model, and its column.

use glim_schema::{Action, Check, Column, ColumnType, Default, ForeignKey, Index, Table, Unique};
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Field, Type};

use crate::attrs::{FieldAttrs, Literal};
use crate::model::{Declared, FieldDef};
use crate::problem::Problems;
use crate::types::{self, FieldType, Known};
use crate::{default, names};

/// A field with its attributes and the column that they make.
pub(crate) struct ReadField {
    pub(crate) ident: Ident,
    pub(crate) ty: Type,
    pub(crate) attrs: FieldAttrs,
    /// `None` for a field that is skipped.
    pub(crate) column: Option<Column>,
    /// The type that must be an enum.
    declared: Option<TokenStream>,
}

impl ReadField {
    /// Reads a field. A column is made also where something is wrong with it, so that checks of other fields that
    /// mention it do not complain as well.
    pub(crate) fn read(field: Field, problems: &mut Problems) -> Option<Self> {
        let ident = field.ident?;
        let attrs = FieldAttrs::read(&field.attrs, problems);
        if attrs.skip {
            for key in &attrs.others {
                let problem = problems.add(key, format_args!("`{key}` on a field that is skipped"));
                problem.help_is("remove one of the two");
            }
            return Some(Self { ident, ty: field.ty, attrs, column: None, declared: None });
        }
        let FieldType { nullable, column: known, declared } = types::field_type(&field.ty);
        let declared = declared.filter(|_| attrs.sql_type.is_none()).map(ToTokens::to_token_stream);
        let ty = column_type(&field.ty, known, &attrs, problems);
        let default = ty.as_ref().and_then(|ty| default_of(ty, &attrs, problems));
        let column = Column {
            name: attrs.column.as_ref().map_or_else(|| names::plain(&ident), |name| name.text.clone()),
            ty: ty.unwrap_or_else(|| ColumnType::Native(String::new())),
            nullable,
            default,
            auto_increment: attrs.auto_increment.is_some(),
            collation: None,
            generated: None,
            comment: attrs.comment.as_ref().map(|comment| comment.text.clone()),
        };
        check_reference(&attrs, nullable, column.default.is_some(), problems);
        Some(Self { ident, ty: field.ty, attrs, column: Some(column), declared })
    }

    /// The column's name.
    pub(crate) fn column_name(&self) -> Option<&str> {
        self.column.as_ref().map(|column| column.name.as_str())
    }

    /// Adds the column, with its constraints and index, to the table.
    pub(crate) fn place_in(self, table: &mut Table) -> FieldDef {
        let name = self.column_name().map(str::to_owned);
        let attrs = self.attrs;
        let is_enum = self.column.as_ref().is_some_and(|column| matches!(column.ty, ColumnType::Enum(_)));
        if let (Some(name), Some(column)) = (&name, self.column) {
            table.columns.push(column);
            if let Some(unique) = attrs.unique {
                let constraint = unique.name.map(|name| name.text);
                table.uniques.push(Unique { name: constraint, columns: vec![name.clone()] });
            }
            if let Some(index) = attrs.index {
                let index_name = index.name.map(|name| name.text);
                table.indexes.push(Index { name: index_name, ..Index::new([name.clone()]) });
            }
            if let Some(reference) = attrs.references {
                let action = |action: Option<(_, Action)>| action.map_or(Action::NoAction, |(_, action)| action);
                let key = ForeignKey::new([name.clone()], reference.table, [reference.column]);
                let key = key.on_delete(action(attrs.on_delete)).on_update(action(attrs.on_update));
                table.foreign_keys.push(key);
            }
            table.checks.extend(attrs.checks.into_iter().map(|check| Check { name: None, expression: check.text }));
        }
        let declared = self.declared.map(|ty| {
            let default = attrs.default.and_then(|(literal, tokens)| match literal {
                Literal::Text(text) if is_enum => Some((text, tokens)),
                _ => None,
            });
            Declared { ty, default }
        });
        FieldDef { ident: self.ident, ty: self.ty, column: name, was: attrs.was.map(|was| was.text), declared }
    }
}

/// The column's type from the field's type and attributes; `None` when they do not make one.
fn column_type(ty: &Type, known: Known, attrs: &FieldAttrs, problems: &mut Problems) -> Option<ColumnType> {
    if let Some(sql_type) = &attrs.sql_type {
        let keys = [attrs.length.as_ref().map(|(key, _)| key), attrs.precision.as_ref().map(|(key, _)| key)];
        for key in keys.into_iter().chain([attrs.scale.as_ref().map(|(key, _)| key)]).flatten() {
            let problem = problems.add(key, format_args!("`{key}` beside `sql_type`"));
            problem.help_is("write it into the type, such as `sql_type = \"varchar(20)\"`");
        }
        return Some(ColumnType::Native(sql_type.text.clone()));
    }
    let read = match known {
        Known::Unknown(help) => {
            let message = format_args!("no column type is known for `{}`", names::in_one_line(ty)).to_string();
            problems.add(ty, message).help_is(help);
            return None;
        }
        Known::Decimal { array } => {
            let read = decimal(ty, attrs, problems)?;
            return Some(if array { ColumnType::array(read) } else { read });
        }
        Known::Type(ty) => with_length(ty, attrs, problems),
    };
    for key in [&attrs.precision, &attrs.scale].into_iter().flatten().map(|(key, _)| key) {
        problems.add(key, format_args!("`{key}` is for decimal numbers only")).help_is("remove it");
    }
    Some(read)
}

fn decimal(ty: &Type, attrs: &FieldAttrs, problems: &mut Problems) -> Option<ColumnType> {
    const HELP: &str = "say how many digits there are in all and after the point, such as \
                        `#[glim(precision = 10, scale = 2)]`";
    if let Some((key, _)) = &attrs.length {
        problems.add(key, "`length` is for text and bytes only").help_is(HELP);
    }
    match (&attrs.precision, &attrs.scale) {
        (Some((key, 0)), _) => {
            problems.add(key, "`precision` is at least 1").help_is(HELP);
        }
        (Some((_, precision)), Some((key, scale))) if scale > precision => {
            let message = format!("`scale` is greater than `precision`: {scale} > {precision}");
            problems.add(key, message).help_is("`precision` counts all digits, also those after the point");
        }
        (Some((_, precision)), scale) => {
            let scale = scale.as_ref().map_or(0, |(_, scale)| *scale);
            return Some(ColumnType::Decimal { precision: *precision, scale });
        }
        (None, Some((key, _))) => {
            problems.add(key, "`scale` without `precision`").help_is(HELP);
        }
        (None, None) => {
            problems.add(ty, "a decimal number needs `precision` and `scale`").help_is(HELP);
        }
    }
    None
}

/// The type with the attribute `length`, where it may have one.
fn with_length(ty: ColumnType, attrs: &FieldAttrs, problems: &mut Problems) -> ColumnType {
    let Some((key, length)) = &attrs.length else { return ty };
    match ty {
        _ if *length == 0 => {
            problems.add(key, "`length` is at least 1").help_is("leave it out for text or bytes of any length");
            ty
        }
        ColumnType::Array(of) => ColumnType::array(with_length(*of, attrs, problems)),
        ColumnType::Text { length: None } => ColumnType::Text { length: Some(*length) },
        ColumnType::Bytes { length: None } => ColumnType::Bytes { length: Some(*length) },
        ColumnType::Text { .. } | ColumnType::Bytes { .. } => {
            problems.add(key, "`length` on a type whose length is fixed").help_is("remove it");
            ty
        }
        _ => {
            problems.add(key, "`length` is for text and bytes only").help_is("remove it");
            ty
        }
    }
}

fn default_of(ty: &ColumnType, attrs: &FieldAttrs, problems: &mut Problems) -> Option<Default> {
    let (literal, tokens) = attrs.default.as_ref()?;
    if let Some(key) = &attrs.auto_increment {
        problems
            .add(key, "`auto_increment` beside `default`")
            .help_is("the database numbers the rows: keep one of them");
    }
    match default::of_type(literal, ty) {
        Ok(default) => Some(default),
        Err(unfit) => {
            problems.add(tokens, unfit.message).help_is(unfit.help);
            None
        }
    }
}

fn check_reference(attrs: &FieldAttrs, nullable: bool, has_default: bool, problems: &mut Problems) {
    for (text, action) in [&attrs.on_delete, &attrs.on_update].into_iter().flatten() {
        if attrs.references.is_none() && !attrs.others.iter().any(|key| key == "references") {
            let problem = problems.add(text, "an action without `references`");
            problem.help_is("say what the field refers to, such as `references = \"users.id\"`");
        } else if *action == Action::SetNull && !nullable {
            let problem = problems.add(text, "`set null` on a field that cannot be NULL");
            problem.help_is("make the field's type an `Option`, or choose another action");
        } else if *action == Action::SetDefault && !has_default && !nullable {
            problems.add(text, "`set default` on a field without `default`").help_is("add a `default`");
        }
    }
}
