//! glim's own layout: `20261122_150203_name.sql` with `-- glim:run` and `-- glim:rollback`, or a pair of files,
//! `.run.sql` and `.rollback.sql`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::draft::Draft;
use super::sections::{self, Sections};
use super::{File, Listing, Migration, Problem, Script, Version};

/// More digits than any numbering needs, and few enough for a column.
const MAX_DIGITS: usize = 100;

/// What a file is, by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Run,
    Rollback,
}

/// The stem of a file's name, and which part of a migration it is.
fn part(name: &str) -> Option<(&str, Part)> {
    let stem = name.strip_suffix(".sql")?;
    Some(if let Some(stem) = stem.strip_suffix(".run") {
        (stem, Part::Run)
    } else if let Some(stem) = stem.strip_suffix(".rollback") {
        (stem, Part::Rollback)
    } else {
        (stem, Part::Whole)
    })
}

/// Whether the name alone shows this layout.
pub(super) fn is_named(file: &File) -> bool {
    part(&file.name).is_some_and(|(stem, part)| part != Part::Whole && version(stem).is_some())
}

/// The version in a name, and what follows it: `^(\d{8}_\d{6}|\d+)_`. Eight digits and six are taken for one number,
/// not for a time: `20269999_999999_x` is as good.
pub(super) fn version(stem: &str) -> Option<(Version, &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let first = digits(stem);
    let after = stem[first..].strip_prefix('_')?;
    let second = digits(after);
    if first == 8 && second == 6 && after[second..].starts_with('_') {
        let digits = format!("{}{}", &stem[..first], &after[..second]);
        return Some((Version::digits(&digits), &after[second + 1..]));
    }
    (first > 0 && first <= MAX_DIGITS).then(|| (Version::digits(&stem[..first]), after))
}

/// The two files of a migration.
#[derive(Default)]
struct Pair<'a> {
    run: Option<&'a File>,
    rollback: Option<&'a File>,
}

pub(super) fn parse(listing: &Listing) -> Draft {
    let mut draft = Draft::default();
    let mut pairs: BTreeMap<&str, Pair<'_>> = BTreeMap::new();
    for file in &listing.files {
        let Some((stem, part)) = part(&file.name).filter(|_| !file.name.starts_with('.')) else {
            if file.looks_like_sql() {
                let warning = Problem::new(listing.path_of(file), "the file is passed over: it does not end in `.sql`");
                draft.warnings.push(warning.help("rename it if it is a migration"));
            }
            continue;
        };
        match part {
            Part::Run => pairs.entry(stem).or_default().run = Some(file),
            Part::Rollback => pairs.entry(stem).or_default().rollback = Some(file),
            Part::Whole => {
                let found = named(listing, file, stem).and_then(|named| Ok((named, listing.text(file)?)));
                if let Some((named, text)) = draft.check(found) {
                    whole(&listing.path_of(file), named, &text, &mut draft);
                }
            }
        }
    }
    for (stem, both) in &pairs {
        match (both.run, both.rollback) {
            (Some(run), rollback) => pair(listing, stem, run, rollback, &mut draft),
            (None, Some(rollback)) => draft.errors.push(alone(listing, stem, rollback, &pairs)),
            (None, None) => {}
        }
    }
    draft
}

/// What a name says.
struct Named {
    name: String,
    version: Version,
    title: String,
}

fn named(listing: &Listing, file: &File, stem: &str) -> Result<Named, Problem> {
    match version(stem) {
        Some((version, title)) => Ok(Named { name: stem.to_owned(), version, title: title.replace('_', " ") }),
        None => Err(Problem::new(listing.path_of(file), "the file's name has no version")
            .help("migrations are named like `20261122_150203_name.sql`; keep other SQL in another folder")),
    }
}

/// A migration in one file.
fn whole(path: &Path, named: Named, text: &Arc<str>, draft: &mut Draft) {
    let sections = sections::parse(path, text, &mut draft.errors);
    let transaction = !sections.no_transaction;
    let script = |(range, line)| Script::part(path.to_owned(), text, range, line, transaction);
    let has_any = sections.has_any();
    let Sections { after, run, rollback, .. } = sections;
    let run = match run {
        Some(section) => script(section),
        None => {
            if has_any {
                draft.errors.push(
                    Problem::new(path, "the file has a rollback, but nothing to run")
                        .help("put what it undoes after a line `-- glim:run`"),
                );
            }
            Script::whole(path.to_owned(), text, transaction)
        }
    };
    let Named { name, version, title } = named;
    draft.migrations.push(Migration { name, version, title, after, run, rollback: rollback.map(script) });
}

/// A migration in two files.
fn pair(listing: &Listing, stem: &str, run: &File, rollback: Option<&File>, draft: &mut Draft) {
    let named = named(listing, run, stem);
    let Some(Named { name, version, title }) = draft.check(named) else { return };
    let Some((run, after)) = half(listing, run, draft) else { return };
    let rollback = match rollback.map(|file| half(listing, file, draft)) {
        Some(None) => return,
        Some(Some((script, after))) => {
            if !after.is_empty() {
                let problem = Problem::new(&script.path, "`-- glim:after` in what rolls back");
                draft.errors.push(problem.help("it belongs in the `.run.sql`"));
            }
            Some(script)
        }
        None => None,
    };
    draft.migrations.push(Migration { name, version, title, after, run, rollback });
}

fn half(listing: &Listing, file: &File, draft: &mut Draft) -> Option<(Script, Vec<String>)> {
    let text = draft.check(listing.text(file))?;
    let path = listing.path_of(file);
    let sections = sections::parse(&path, &text, &mut draft.errors);
    if sections.has_any() {
        draft.errors.push(
            Problem::new(&path, "sections in a file that is one section by its name")
                .help("keep both in one file named `.sql`, or each in its own file without `-- glim:run`"),
        );
    }
    Some((Script::whole(path, &text, !sections.no_transaction), sections.after))
}

/// What to say of a rollback without anything to roll back.
fn alone(listing: &Listing, stem: &str, rollback: &File, pairs: &BTreeMap<&str, Pair<'_>>) -> Problem {
    let problem = Problem::new(listing.path_of(rollback), format!("there is no `{stem}.run.sql` that this rolls back"));
    let single = format!("{stem}.sql");
    if listing.file(&single).is_some() {
        return problem.help(format!("rename `{single}` to `{stem}.run.sql`"));
    }
    let title = |stem| version(stem).map(|(_, title)| title);
    let near = pairs.iter().find(|(other, pair)| pair.rollback.is_none() && title(other) == title(stem));
    match near {
        Some((other, _)) => problem.help(format!("`{other}.run.sql` has none: the two must differ in nothing else")),
        None => problem,
    }
}
