//! sqlx's layout: `VERSION_NAME.sql`, or `.up.sql` and `.down.sql`.
//!
//! The rules are those of `sqlx-core/src/migrate/source.rs` and `migration_type.rs`, 0.8.6 and 0.9.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::draft::Draft;
use super::listing::SQL;
use super::{File, Listing, Migration, Problem, Script, Version};

/// What sqlx looks for at the very beginning of a file.
const NO_TRANSACTION: &str = "-- no-transaction";

/// What a file is, by the end of its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Simple,
    Up,
    Down,
}

impl Kind {
    pub(super) fn of(name: &str) -> Self {
        if name.ends_with(Self::Up.suffix()) {
            Self::Up
        } else if name.ends_with(Self::Down.suffix()) {
            Self::Down
        } else {
            Self::Simple
        }
    }

    fn suffix(self) -> &'static str {
        match self {
            Self::Simple => ".sql",
            Self::Up => ".up.sql",
            Self::Down => ".down.sql",
        }
    }
}

/// The version and the rest of a name that sqlx takes for a migration's. All else it passes over.
pub(super) fn split(name: &str) -> Option<(&str, &str)> {
    name.split_once('_').filter(|(_, rest)| rest.ends_with(SQL))
}

/// A file that undoes a migration.
struct Down {
    name: String,
    title: String,
    script: Script,
}

pub(super) fn parse(listing: &Listing) -> Draft {
    let mut draft = Draft::default();
    let mut downs: HashMap<i64, Down> = HashMap::new();
    let mut ups: HashMap<i64, Kind> = HashMap::new();
    for file in &listing.files {
        let Some((version, rest)) = split(&file.name) else {
            if file.looks_like_sql() {
                let warning = Problem::new(listing.path_of(file), "the file is passed over");
                draft.warnings.push(warning.help("sqlx reads `VERSION_NAME.sql` only, the extension in lower case"));
            }
            continue;
        };
        let path = listing.path_of(file);
        let Some(number) = draft.check(number(&path, version)) else { continue };
        let Some((text, transaction)) = draft.check(text(listing, file)) else { continue };
        let kind = Kind::of(rest);
        // As sqlx keeps it in the column `description`: a suffix is dropped as often as it is there.
        let title = rest.trim_end_matches(kind.suffix()).replace('_', " ");
        let name = file.name.strip_suffix(kind.suffix()).unwrap_or(&file.name).to_owned();
        let script = Script::whole(path, &text, transaction);
        if kind == Kind::Down {
            if let Some(other) = downs.insert(number, Down { name, title, script }) {
                let path = &other.script.path;
                draft.errors.push(
                    Problem::new(path, format!("a second file undoes version {number}"))
                        .help("delete or rename one of the two: sqlx would run both, in any order"),
                );
            }
            continue;
        }
        ups.insert(number, kind);
        let version = Version::Number(number);
        draft.migrations.push(Migration { name, version, title, after: Vec::new(), run: script, rollback: None });
    }
    attach(&mut draft, downs, &ups);
    draft
}

fn number(path: &PathBuf, version: &str) -> Result<i64, Problem> {
    version.parse().map_err(|_| {
        let digits = version.trim_start_matches(['+', '-']);
        let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let message = if number {
            format!("version {version} is out of range: sqlx keeps 64 bits")
        } else {
            format!("`{version}` is no version, and sqlx refuses such a file")
        };
        Problem::new(path, message).help("name it like `20261122150203_name.sql`, or move it to another folder")
    })
}

/// The text, and whether it runs in a transaction.
fn text(listing: &Listing, file: &File) -> Result<(Arc<str>, bool), Problem> {
    let text = listing.text(file)?;
    if text.strip_prefix('\u{feff}').is_some_and(|text| text.starts_with(NO_TRANSACTION)) {
        let message = "a byte order mark hides `-- no-transaction` from sqlx, which uses a transaction";
        return Err(Problem::new(listing.path_of(file), message)
            .help("save the file without the mark; where sqlx has applied it, its checksum changes"));
    }
    let transaction = !text.starts_with(NO_TRANSACTION);
    Ok((text, transaction))
}

/// Brings together what applies and what undoes one version: sqlx looks at nothing else.
fn attach(draft: &mut Draft, mut downs: HashMap<i64, Down>, ups: &HashMap<i64, Kind>) {
    let mut lone = Vec::new();
    for migration in &mut draft.migrations {
        let Version::Number(number) = migration.version else { continue };
        match downs.remove(&number) {
            Some(down) => {
                if down.name != migration.name {
                    let message = format!("the file undoes `{}`, whose version it has", migration.name);
                    let help = "the two names differ: check that they belong together";
                    draft.warnings.push(Problem::new(&down.script.path, message).help(help));
                }
                migration.rollback = Some(down.script);
            }
            None if ups.get(&number) == Some(&Kind::Up) => lone.push((&migration.title, &migration.run.path)),
            None => {}
        }
    }
    let mut downs: Vec<_> = downs.into_iter().collect();
    downs.sort_by_key(|(number, _)| *number);
    // By title: what the version of a pair's other half ought to have been.
    let titles: HashMap<&str, &PathBuf> = lone.iter().map(|(title, path)| (title.as_str(), *path)).collect();
    for (number, down) in &downs {
        let warning = Problem::new(&down.script.path, format!("no migration has version {number}, so this never runs"));
        draft.warnings.push(match titles.get(down.title.as_str()) {
            Some(up) => warning.help(format!("`{}` has nothing that undoes it: give both one version", up.display())),
            None => warning.help("delete the file, or add what it undoes"),
        });
    }
    for (_, path) in lone {
        draft.warnings.push(
            Problem::new(path, "there is no `.down.sql` with this version")
                .help("the migration cannot be undone; a name in `.sql` alone says so"),
        );
    }
}
