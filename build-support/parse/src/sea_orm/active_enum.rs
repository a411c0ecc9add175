//! `#[derive(DeriveActiveEnum)]`: an enum whose values are texts or numbers in the database.

use glim_schema::ColumnType;
use syn::{Data, DeriveInput, Variant};

use super::case::Case;
use super::column_type::{column_type, one_of};
use super::keys::{Keys, Text};
use super::value_type::ValueType;
use crate::names;
use crate::problem::Problems;

/// Reads such an enum.
///
/// # Errors
/// All that is wrong with it.
pub fn active_enum(input: &DeriveInput) -> Result<ValueType, Problems> {
    let mut problems = Problems::new();
    let name = names::plain(&input.ident);
    let keys = Keys::read(&input.attrs, &mut problems);
    let enum_name = keys.text("enum_name", &mut problems).map_or_else(|| Case::Pascal.of(&name), |text| text.text);
    let style = keys.text("rename_all", &mut problems).and_then(|text| style(&text, &mut problems));
    let Some(db_type) = keys.text("db_type", &mut problems) else {
        problems.add(&input.ident, format_args!("the enum `{name}` does not say how it is kept")).help_is(
            "write `#[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"...\")]`, or another `db_type`",
        );
        return Err(problems);
    };
    let ty = if db_type.text.trim() == "Enum" {
        let mut values = Vec::new();
        if let Data::Enum(data) = &input.data {
            values.extend(data.variants.iter().filter_map(|variant| value(variant, style, &mut problems)));
        }
        one_of(enum_name, values)
    } else {
        column_type(&db_type.text).unwrap_or_else(|| {
            let message = format_args!("unknown column type `{}`", db_type.text).to_string();
            problems.add(&db_type.token, message).help_is("write a variant of SeaORM's `ColumnType`, or `\"Enum\"`");
            ColumnType::native("")
        })
    };
    if problems.is_empty() { Ok(ValueType { name, ty }) } else { Err(problems) }
}

/// What a variant is in the database.
fn value(variant: &Variant, of_all: Option<Case>, problems: &mut Problems) -> Option<String> {
    let keys = Keys::read(&variant.attrs, problems);
    if let Some(text) = keys.text("string_value", problems) {
        return Some(text.text);
    }
    let own = keys.text("rename", problems).and_then(|text| style(&text, problems));
    if let Some(style) = own.or(of_all) {
        return Some(style.of(&names::plain(&variant.ident)));
    }
    let problem = problems.add(&variant.ident, format_args!("the variant `{}` has no value", variant.ident));
    problem.help_is("write `#[sea_orm(string_value = \"...\")]` on it, or `rename_all` on the enum");
    None
}

fn style(text: &Text, problems: &mut Problems) -> Option<Case> {
    let style = Case::named(&text.text);
    if style.is_none() {
        let message = format_args!("unknown style `{}`", text.text).to_string();
        problems.add(&text.token, message).help_is("write `\"snake_case\"`, `\"camelCase\"` or another of SeaORM's");
    }
    style
}
