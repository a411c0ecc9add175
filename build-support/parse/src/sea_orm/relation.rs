//! Relations that make foreign keys: `belongs_to`, in an enum with `DeriveRelation` or among an entity's fields.

use glim_schema::Action;
use proc_macro2::Ident;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Data, DeriveInput, Field, LitStr, Path, Token, Type, parenthesized, token};

use super::keys::{Keys, Text};
use super::types;
use crate::names;
use crate::problem::Problems;

/// That columns of an entity refer to another's.
pub struct Relation {
    /// The variant or field that says so.
    pub ident: Ident,
    /// The path of the other entity, such as `super::cake::Entity`.
    pub entity: String,
    /// The referring columns, as variants of `Column` or as fields.
    pub from: Vec<String>,
    /// The columns that are referred to, the same way.
    pub to: Vec<String>,
    /// What happens when the referred row is deleted, if that is said.
    pub on_delete: Option<Action>,
    /// What happens when the referred key changes, if that is said.
    pub on_update: Option<Action>,
    /// The foreign key's name, if it has one of its own.
    pub name: Option<String>,
}

/// The foreign keys of an enum with `DeriveRelation`.
///
/// # Errors
/// All that is wrong with it.
pub fn relations(input: DeriveInput) -> Result<Vec<Relation>, Problems> {
    let mut problems = Problems::new();
    let mut found = Vec::new();
    if let Data::Enum(data) = input.data {
        for variant in data.variants {
            let keys = Keys::read(&variant.attrs, &mut problems);
            let Some(entity) = keys.text("belongs_to", &mut problems) else { continue };
            let path = entity.text.split("::").map(|name| name.trim().to_owned()).collect::<Vec<_>>().join("::");
            found.extend(read(variant.ident, path, &keys, &mut problems));
        }
    }
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

/// Whether a field of that type is no column.
pub(super) fn is_relation(ty: &Type) -> bool {
    ["BelongsTo", "HasOne", "HasMany"].into_iter().any(|name| types::argument(ty, name).is_some())
}

/// The foreign key that a field makes, if it makes one.
pub(super) fn of_field(field: &Field, keys: &Keys, problems: &mut Problems) -> Option<Relation> {
    let owner = types::argument(&field.ty, "BelongsTo");
    let has_one = || types::argument(&field.ty, "HasOne").filter(|_| keys.has("belongs_to") || keys.has("self_ref"));
    let entity = owner.or_else(has_one)?;
    let entity = types::argument(entity, "Option").unwrap_or(entity);
    // In the compact form, the enum of relations says the rest.
    if keys.is_empty() || !keys.has("from") {
        return None;
    }
    read(field.ident.clone()?, types::path(entity), keys, problems)
}

fn read(ident: Ident, entity: String, keys: &Keys, problems: &mut Problems) -> Option<Relation> {
    let from = keys.text("from", problems);
    let to = keys.text("to", problems);
    let (Some(from), Some(to)) = (&from, &to) else {
        let problem = problems.add(&ident, format_args!("the relation `{ident}` does not say between which columns"));
        problem.help_is("write `from = \"...\"` and `to = \"...\"`");
        return None;
    };
    let (from, to) = (columns(&from.token, problems)?, columns(&to.token, problems)?);
    if from.len() != to.len() {
        let message = format_args!("the relation `{ident}` is from {} columns to {}", from.len(), to.len()).to_string();
        problems.add(&ident, message).help_is("name as many columns in `from` as in `to`");
        return None;
    }
    let mut action = |key: &str| keys.text(key, problems).and_then(|text| action(key, &text, problems));
    let (on_delete, on_update) = (action("on_delete"), action("on_update"));
    let name = keys.text("fk_name", problems).map(|name| name.text);
    // It is joined by, and is no constraint.
    (!keys.has("skip_fk")).then_some(Relation { ident, entity, from, to, on_delete, on_update, name })
}

/// The names at the ends of one path, or of several in parentheses.
fn columns(text: &LitStr, problems: &mut Problems) -> Option<Vec<String>> {
    let paths = |input: ParseStream<'_>| -> syn::Result<Vec<Path>> {
        if input.peek(token::Paren) {
            let inside;
            parenthesized!(inside in input);
            Ok(Punctuated::<Path, Token![,]>::parse_terminated_with(&inside, Path::parse_mod_style)?
                .into_iter()
                .collect())
        } else {
            Ok(vec![input.call(Path::parse_mod_style)?])
        }
    };
    match text.value().parse().map_err(syn::Error::from).and_then(|tokens| paths.parse2(tokens)) {
        Ok(paths) if !paths.is_empty() => {
            let last = |path: &Path| path.segments.last().map(|segment| names::plain(&segment.ident));
            Some(paths.iter().filter_map(last).collect())
        }
        _ => {
            let message = format_args!("`{}` names no columns", text.value()).to_string();
            problems.add(text, message).help_is("write `\"Column::Id\"`, or `\"(Column::A, Column::B)\"`");
            None
        }
    }
}

fn action(key: &str, text: &Text, problems: &mut Problems) -> Option<Action> {
    let action = match text.text.rsplit("::").next().unwrap_or_default() {
        "NoAction" => Action::NoAction,
        "Restrict" => Action::Restrict,
        "Cascade" => Action::Cascade,
        "SetNull" => Action::SetNull,
        "SetDefault" => Action::SetDefault,
        other => {
            let problem = problems.add(&text.token, format_args!("unknown action `{other}` in `{key}`"));
            problem.help_is("the actions are `NoAction`, `Restrict`, `Cascade`, `SetNull` and `SetDefault`");
            return None;
        }
    };
    Some(action)
}
