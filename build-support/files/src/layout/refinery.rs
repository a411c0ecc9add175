//! refinery's layout: `V1__name.sql` and `U1__name.sql`, in the folder or in any folder below.
//!
//! The rules are those of `refinery_core/src/util.rs`: `^([U|V])(\d+(?:\.\d+)?)__(\w+)\.sql$`.

use super::draft::Draft;
use super::{File, Listing, Migration, Problem, Script, Version, sections};

pub(super) fn parse(listing: &Listing) -> Draft {
    let mut draft = Draft::default();
    folder(listing, &mut draft);
    draft
}

fn folder(listing: &Listing, draft: &mut Draft) {
    for file in &listing.files {
        match matched(&file.name) {
            Ok(Some(found)) => draft_migration(listing, file, &found, draft),
            Ok(None) => {
                if file.looks_like_sql() {
                    let warning = Problem::new(listing.path_of(file), "the file is passed over");
                    draft.warnings.push(warning.help("refinery reads `V1__name.sql` and `U1__name.sql` only"));
                } else if file.name.strip_suffix(".rs").is_some_and(named_like) {
                    let warning = Problem::new(listing.path_of(file), "migrations in refinery's Rust are not read");
                    draft.warnings.push(warning.help("write it anew, as SQL or as glim's Rust"));
                }
            }
            Err((message, help)) => {
                draft.errors.push(Problem::new(listing.path_of(file), message).help(help));
            }
        }
    }
    // Like refinery's walk, this one follows no links.
    for inner in listing.folders.iter().filter(|folder| !folder.link) {
        folder(inner, draft);
    }
}

/// The parts of a name.
struct Name<'a> {
    version: i64,
    name: &'a str,
}

fn draft_migration(listing: &Listing, file: &File, found: &Name<'_>, draft: &mut Draft) {
    let Some(text) = draft.check(listing.text(file)) else { return };
    let path = listing.path_of(file);
    // refinery has no mark for it, so ours holds.
    let sections = sections::parse(&path, &text, &mut draft.errors);
    if sections.has_any() {
        let problem = Problem::new(&path, "sections in a file of refinery's, all of which is run");
        draft.errors.push(problem.help("of glim's lines, only `-- glim:no-transaction` and `-- glim:after` hold here"));
    }
    draft.migrations.push(Migration {
        name: file.name.strip_suffix(".sql").unwrap_or(&file.name).to_owned(),
        version: Version::Number(found.version),
        title: found.name.replace('_', " "),
        run: Script::whole(path, &text, !sections.no_transaction),
        after: sections.after,
        rollback: None,
    });
}

/// Whether a folder, or one below, has a file that shows this layout.
pub(super) fn first(listing: &Listing) -> Option<std::path::PathBuf> {
    let file = listing.files.iter().find(|file| is_named(file));
    file.map(|file| listing.path_of(file))
        .or_else(|| listing.folders.iter().filter(|folder| !folder.link).find_map(first))
}

/// Whether a file's name is that of a migration.
pub(super) fn is_named(file: &File) -> bool {
    file.name.strip_suffix(".sql").is_some_and(named_like)
}

fn named_like(stem: &str) -> bool {
    parts(stem).is_some()
}

/// The prefix, the version and the name.
fn parts(stem: &str) -> Option<(&str, &str, &str)> {
    // Within `[U|V]`, the bar is no alternative but a third letter.
    let rest = stem.strip_prefix(['U', 'V', '|'])?;
    let prefix = &stem[..stem.len() - rest.len()];
    let (version, name) = rest.split_once("__")?;
    let (whole, part) = version.split_once('.').unwrap_or((version, "0"));
    let digits = |text: &str| !text.is_empty() && text.chars().all(is_digit);
    let name_fits = !name.is_empty() && name.chars().all(|c| is_word(c) != Some(false));
    (digits(whole) && digits(part) && name_fits).then_some((prefix, version, name))
}

fn matched(file: &str) -> Result<Option<Name<'_>>, (String, &'static str)> {
    let Some(stem) = file.strip_suffix(".sql") else { return Ok(None) };
    let Some((prefix, version, name)) = parts(stem) else { return Ok(None) };
    if prefix == "|" {
        let message = "the name begins with `|`, on which refinery panics";
        return Err((message.to_owned(), "begin it with `V` or `U`"));
    }
    if let Some(odd) = name.chars().find(|&c| is_word(c).is_none()) {
        let message = format!("`{odd}` in the name: it is not certain that refinery reads the file");
        return Err((message, "use letters, digits and `_`"));
    }
    match version.parse() {
        Ok(version) => Ok(Some(Name { version, name })),
        Err(_) => Err((
            format!("`{version}` is no version: refinery keeps whole numbers of 64 bits"),
            "name it like `V20261122150203__name.sql`",
        )),
    }
}

/// `\d` knows the digits of all scripts. A version that has such is refused by refinery afterwards.
fn is_digit(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_digit() } else { c.is_numeric() }
}

/// `\w`, as far as it is known here.
fn is_word(c: char) -> Option<bool> {
    if c.is_ascii() {
        Some(c.is_ascii_alphanumeric() || c == '_')
    } else if c.is_alphabetic() || matches!(c, '\u{300}'..='\u{36f}') {
        // Accents of their own letter are how macOS writes file names.
        Some(true)
    } else {
        None
    }
}
