//! The keys of a model's struct.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::{Attribute, Path};

use super::entry::{Argument, Entry, split_at_commas};
use super::value::{Text, identifier};
use super::{each_known, entries, field, listed};
use crate::names;
use crate::problem::Problems;

/// The keys that a struct may have.
pub(super) const KEYS: [&str; 10] =
    ["table", "db", "was", "crate", "frozen", "primary_key", "index", "unique", "check", "comment"];

/// What the struct's attributes say.
#[derive(Default)]
pub(crate) struct StructAttrs {
    pub(crate) table: Option<Text>,
    pub(crate) db: Option<Text>,
    pub(crate) was: Option<Text>,
    pub(crate) crate_path: Option<Path>,
    pub(crate) frozen: bool,
    pub(crate) primary_key: Option<Columns>,
    pub(crate) indexes: Vec<Columns>,
    pub(crate) uniques: Vec<Columns>,
    pub(crate) checks: Vec<Text>,
    pub(crate) comment: Option<Text>,
}

/// `key(a, b, name = "n")`.
pub(crate) struct Columns {
    /// The key, for problems with the whole.
    pub(crate) key: Ident,
    /// The fields.
    pub(crate) fields: Vec<Ident>,
    /// The option `name`.
    pub(crate) name: Option<Text>,
    /// The option `unique`, of an index.
    pub(crate) unique: bool,
}

impl StructAttrs {
    /// Reads them.
    pub(crate) fn read(attrs: &[Attribute], problems: &mut Problems) -> Self {
        let mut read = Self::default();
        let entries = entries(attrs, problems);
        let repeated = ["index", "unique", "check"];
        let elsewhere = ("field that it is about", &field::KEYS[..]);
        each_known(entries, "a struct", &KEYS, &repeated, elsewhere, problems, |key, entry, problems| match key {
            "table" => read.table = entry.text(problems),
            "db" => read.db = entry.text(problems),
            "was" => read.was = entry.text(problems),
            "crate" => read.crate_path = crate_path(entry, problems),
            "frozen" => read.frozen = entry.flag(problems),
            "primary_key" => read.primary_key = columns(entry, &[], problems),
            "index" => read.indexes.extend(columns(entry, &["name", "unique"], problems)),
            "unique" => read.uniques.extend(columns(entry, &["name"], problems)),
            "check" => read.checks.extend(entry.text(problems)),
            _ => read.comment = entry.text(problems),
        });
        read
    }
}

pub(super) fn crate_path(entry: &Entry, problems: &mut Problems) -> Option<Path> {
    let text = entry.text(problems)?;
    let path = text.token.parse_with(Path::parse_mod_style);
    if path.is_err() {
        let message = format_args!("`{}` is no path of a crate", text.text).to_string();
        problems.add(&text, message).help_is("write the name that the dependency has, such as `crate = \"::glim\"`");
    }
    path.ok()
}

fn columns(entry: &Entry, options: &[&str], problems: &mut Problems) -> Option<Columns> {
    let key = entry.name();
    let Argument::List(tokens) = &entry.argument else {
        let problem = problems.add(entry.key(), format_args!("`{key}` on a struct needs fields"));
        problem.help_is(format_args!("write `{key}(first_field, second_field)`"));
        return None;
    };
    let mut read = Columns { key: entry.key().clone(), fields: Vec::new(), name: None, unique: false };
    for part in split_at_commas(tokens.clone()) {
        match identifier(&part) {
            Some(ident) if ident == "unique" && options.contains(&"unique") => read.unique = true,
            Some(ident) => read.fields.push(ident),
            None => read_option(&mut read, &part, options, problems),
        }
    }
    if read.fields.is_empty() {
        let problem = problems.add(entry.key(), format_args!("`{key}` names no field"));
        problem.help_is(format_args!("write `{key}(first_field, second_field)`"));
        return None;
    }
    Some(read)
}

fn read_option(read: &mut Columns, part: &[TokenTree], options: &[&str], problems: &mut Problems) {
    let key = names::plain(&read.key);
    let tokens: TokenStream = part.iter().cloned().collect();
    if options.is_empty() || !matches!(part, [TokenTree::Ident(_), ..]) {
        let problem = problems.add(tokens, format_args!("expected the name of a field in `{key}(...)`"));
        problem.help_is(format_args!("write `{key}(first_field, second_field)`"));
        return;
    }
    for option in Entry::split(tokens, problems) {
        if option.name() == "name" {
            read.name = option.text(problems);
        } else {
            let problem = problems.add(option.key(), format_args!("unknown option `{}`", option.name()));
            problem.help_is(format_args!("the options of `{key}` are {}", listed(options)));
        }
    }
}
