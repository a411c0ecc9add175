//! The keys of a model's field.

use glim_schema::Action;
use proc_macro2::{Ident, TokenStream};
use syn::Attribute;

use super::entry::{Argument, Entry};
use super::value::{Literal, Text};
use super::{each_known, entries, record};
use crate::near::nearest;
use crate::problem::Problems;

/// The keys that a field may have.
pub(super) const KEYS: [&str; 17] = [
    "primary_key",
    "auto_increment",
    "length",
    "precision",
    "scale",
    "sql_type",
    "default",
    "unique",
    "index",
    "references",
    "on_delete",
    "on_update",
    "column",
    "was",
    "check",
    "comment",
    "skip",
];

/// What the field's attributes say. The identifiers are the keys, for problems.
#[derive(Default)]
pub(crate) struct FieldAttrs {
    pub(crate) primary_key: Option<Ident>,
    pub(crate) auto_increment: Option<Ident>,
    pub(crate) length: Option<(Ident, u32)>,
    pub(crate) precision: Option<(Ident, u16)>,
    pub(crate) scale: Option<(Ident, u16)>,
    pub(crate) sql_type: Option<Text>,
    pub(crate) default: Option<(Literal, TokenStream)>,
    pub(crate) unique: Option<Constraint>,
    pub(crate) index: Option<Constraint>,
    pub(crate) references: Option<Reference>,
    pub(crate) on_delete: Option<(Text, Action)>,
    pub(crate) on_update: Option<(Text, Action)>,
    pub(crate) column: Option<Text>,
    pub(crate) was: Option<Text>,
    pub(crate) checks: Vec<Text>,
    pub(crate) comment: Option<Text>,
    pub(crate) skip: bool,
    /// All keys but `skip`, for a field that has it.
    pub(crate) others: Vec<Ident>,
}

/// `unique`, or `unique = "name"`.
pub(crate) struct Constraint {
    pub(crate) name: Option<Text>,
}

/// `references = "table.column"`.
pub(crate) struct Reference {
    pub(crate) table: String,
    pub(crate) column: String,
}

impl FieldAttrs {
    /// Reads them.
    pub(crate) fn read(attrs: &[Attribute], problems: &mut Problems) -> Self {
        let mut read = Self::default();
        let entries = entries(attrs, problems);
        let elsewhere = ("struct", &record::KEYS[..]);
        each_known(entries, "a field", &KEYS, &["check"], elsewhere, problems, |key, entry, problems| {
            if key != "skip" {
                read.others.push(entry.key().clone());
            }
            read.read_key(key, entry, problems);
        });
        read
    }

    fn read_key(&mut self, key: &str, entry: &Entry, problems: &mut Problems) {
        let at = || entry.key().clone();
        match key {
            "primary_key" => self.primary_key = entry.flag(problems).then(at),
            "auto_increment" => self.auto_increment = entry.flag(problems).then(at),
            "length" => self.length = entry.number("from 1 to 4294967295", problems).map(|n| (at(), n)),
            "precision" => self.precision = entry.number("from 1 to 65535", problems).map(|n| (at(), n)),
            "scale" => self.scale = entry.number("from 0 to 65535", problems).map(|n| (at(), n)),
            "sql_type" => self.sql_type = entry.text(problems),
            "default" => self.default = entry.literal(problems),
            "unique" => self.unique = constraint(entry, problems),
            "index" => self.index = constraint(entry, problems),
            "references" => self.references = reference(entry, problems),
            "on_delete" => self.on_delete = action(entry, problems),
            "on_update" => self.on_update = action(entry, problems),
            "column" => self.column = entry.text(problems),
            "was" => self.was = entry.text(problems),
            "check" => self.checks.extend(entry.text(problems)),
            "comment" => self.comment = entry.text(problems),
            _ => self.skip = entry.flag(problems),
        }
    }
}

fn constraint(entry: &Entry, problems: &mut Problems) -> Option<Constraint> {
    match &entry.argument {
        Argument::None => Some(Constraint { name: None }),
        Argument::Value(_) => entry.text(problems).map(|name| Constraint { name: Some(name) }),
        Argument::List(_) => {
            let key = entry.name();
            let problem = problems.add(entry.key(), format_args!("`{key}` on a field takes no list"));
            problem.help_is(format_args!("write `{key}`, or put `{key}(first, second)` on the struct"));
            None
        }
    }
}

fn reference(entry: &Entry, problems: &mut Problems) -> Option<Reference> {
    let text = entry.text(problems)?;
    let parts: Vec<&str> = text.text.split('.').collect();
    match parts[..] {
        [table, column] if !table.is_empty() && !column.is_empty() => {
            Some(Reference { table: table.to_owned(), column: column.to_owned() })
        }
        _ => {
            let message = format_args!("`{}` is no reference to a column", text.text).to_string();
            problems.add(&text, message).help_is("write the table and its column, such as `references = \"users.id\"`");
            None
        }
    }
}

fn action(entry: &Entry, problems: &mut Problems) -> Option<(Text, Action)> {
    const ACTIONS: [(&str, Action); 5] = [
        ("cascade", Action::Cascade),
        ("restrict", Action::Restrict),
        ("set null", Action::SetNull),
        ("set default", Action::SetDefault),
        ("no action", Action::NoAction),
    ];
    let text = entry.text(problems)?;
    let wanted = text.text.to_lowercase().replace('_', " ");
    if let Some((_, action)) = ACTIONS.iter().find(|(name, _)| *name == wanted) {
        return Some((text, *action));
    }
    let names = ACTIONS.map(|(name, _)| name);
    let problem = problems.add(&text, format_args!("unknown action `{}`", text.text));
    match nearest(&wanted, names) {
        Some(meant) => problem.help_is(format_args!("did you mean `{meant}`?")),
        None => problem.help_is(format_args!("the actions are {}", super::listed(&names))),
    }
    None
}
