//! `#[glim(...)]`: reading its keys one by one, so that a broken one hides no other.

mod entry;
mod enumeration;
mod field;
mod record;
mod value;

pub(crate) use self::enumeration::{EnumAttrs, VariantAttrs};
pub(crate) use self::field::FieldAttrs;
pub(crate) use self::record::{Columns, StructAttrs};
pub use self::value::Literal;
pub(crate) use self::value::Text;

use syn::{Attribute, Meta};

use self::entry::Entry;
use crate::near::nearest;
use crate::problem::Problems;

/// The entries of all `#[glim(...)]` among those attributes.
fn entries(attrs: &[Attribute], problems: &mut Problems) -> Vec<Entry> {
    let mut all = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("glim")) {
        match &attr.meta {
            Meta::List(list) => all.extend(Entry::split(list.tokens.clone(), problems)),
            Meta::Path(_) | Meta::NameValue(_) => {
                problems.add(attr, "expected a list of keys").help_is("write `#[glim(key, key = value)]`");
            }
        }
    }
    all
}

/// Calls `read` for each entry whose key is one of `keys`; any other is a problem, as is a key that comes twice where
/// `repeated` does not allow it.
fn each_known(
    entries: Vec<Entry>,
    on: &str,
    keys: &[&str],
    repeated: &[&str],
    elsewhere: (&str, &[&str]),
    problems: &mut Problems,
    mut read: impl FnMut(&str, &Entry, &mut Problems),
) {
    let mut seen: Vec<String> = Vec::new();
    for entry in entries {
        let key = entry.name();
        if !keys.contains(&key.as_str()) {
            let problem = problems.add(entry.key(), format_args!("unknown key `{key}` on {on}"));
            let (other, others) = elsewhere;
            if others.contains(&key.as_str()) {
                problem.help_is(format_args!("`{key}` belongs on the {other}"));
            } else if let Some(meant) = nearest(&key, keys.iter().copied()) {
                problem.help_is(format_args!("did you mean `{meant}`?"));
            } else {
                problem.help_is(format_args!("the keys of {on} are {}", listed(keys)));
            }
        } else if seen.contains(&key) && !repeated.contains(&key.as_str()) {
            problems.add(entry.key(), format_args!("`{key}` is given twice")).help_is("keep one of them");
        } else {
            read(&key, &entry, problems);
            seen.push(key);
        }
    }
}

/// `a`, `b` and `c`.
fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
