//! dbmate's layout: `VERSION_NAME.sql` with `-- migrate:up` and `-- migrate:down`.
//!
//! The rules are those of `pkg/dbmate/migration.go` and `db.go`, 2.35.

use std::ops::Range;
use std::sync::Arc;

use memchr::memmem;

use super::draft::Draft;
use super::migration::without_mark;
use super::{File, Listing, Migration, Problem, Script, Version};

/// The digits that a name begins with, and the rest: `^(\d+).*\.sql$`. So `schema.sql` is none.
pub(super) fn split(name: &str) -> Option<(&str, &str)> {
    let digits = name.bytes().take_while(u8::is_ascii_digit).count();
    let (version, rest) = name.split_at(digits);
    let rest = rest.strip_suffix(".sql").filter(|_| !version.is_empty() && !name.contains('\n'))?;
    Some((version, rest))
}

/// Whether a file has the line that every file of this layout must have.
pub(super) fn has_up(text: &str) -> bool {
    directives(without_mark(text), "migrate:up").next().is_some()
}

pub(super) fn parse(listing: &Listing) -> Draft {
    let mut draft = Draft::default();
    for file in &listing.files {
        let Some((version, rest)) = split(&file.name) else {
            // Its own dump of the schema may well be here.
            if file.looks_like_sql() && !matches!(&*file.name, "schema.sql" | "structure.sql") {
                let warning = Problem::new(listing.path_of(file), "the file is passed over");
                draft.warnings.push(warning.help("dbmate reads `VERSION_NAME.sql` only, the extension in lower case"));
            }
            continue;
        };
        let Some(text) = draft.check(listing.text(file)) else { continue };
        let Some((run, rollback)) = scripts(listing, file, &text, &mut draft) else { continue };
        draft.migrations.push(Migration {
            name: file.name.strip_suffix(".sql").unwrap_or(&file.name).to_owned(),
            version: Version::Text(version.to_owned()),
            title: rest.trim_start_matches(['_', '-']).replace('_', " "),
            after: Vec::new(),
            run,
            rollback,
        });
    }
    draft
}

/// The two blocks of a file. Each begins with the line that opens it, which dbmate sends along.
fn scripts(listing: &Listing, file: &File, text: &Arc<str>, draft: &mut Draft) -> Option<(Script, Option<Script>)> {
    let path = listing.path_of(file);
    let problem = |at, message: &str| Problem::new(&path, message).line(line(text, at));
    if without_mark(text).len() < text.len() {
        let message = "the file begins with a byte order mark, behind which dbmate does not look for `-- migrate:up`";
        draft.errors.push(problem(0, message).help("save the file without the mark"));
        return None;
    }
    let mut ups = directives(text, "migrate:up");
    let Some(up) = ups.next() else {
        draft.errors.push(
            Problem::new(&path, "the file has no line `-- migrate:up`")
                .help("dbmate wants one before the SQL, at the beginning of the line"),
        );
        return None;
    };
    if let Some(second) = ups.next() {
        draft.errors.push(
            problem(second, "a second `-- migrate:up`")
                .help("make it a file of its own: dbmate would run the two in transactions of their own"),
        );
    }
    if let Some((at, _)) = stray(&text[..up]) {
        draft.errors.push(
            problem(at, "SQL before `-- migrate:up`, which would never run")
                .help("put it after the line, or delete it"),
        );
    }
    let mut downs = directives(text, "migrate:down").skip_while(|&down| down < up);
    let down = downs.next();
    if let Some(second) = downs.next() {
        draft.errors.push(problem(second, "a second `-- migrate:down`").help("a file has one of each"));
    }
    if down.is_none() {
        draft.warnings.push(
            Problem::new(&path, "the file has no line `-- migrate:down` after `-- migrate:up`")
                .help("the migration cannot be undone, and dbmate refuses the file since version 2"),
        );
    }
    let script = |range: Range<usize>| {
        let (line, transaction) = (line(text, range.start), transaction(&text[range.clone()]));
        Script::part(path.clone(), text, range, line, transaction)
    };
    Some((script(up..down.unwrap_or(text.len())), down.map(|down| script(down..text.len()))))
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// Where lines like `-- migrate:up` begin: `(?m)^--\s*migrate:up(\s*$|\s+\S+)`. White space may be any, even line ends.
fn directives<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = text.as_bytes();
    memmem::find_iter(bytes, word).filter_map(move |at| {
        let ends = bytes.get(at + word.len()).is_none_or(|&byte| is_space(byte));
        let before = bytes[..at].iter().rposition(|&byte| !is_space(byte))?;
        let start = (ends && before > 0 && &bytes[before - 1..=before] == b"--").then(|| before - 1)?;
        (start == 0 || bytes[start - 1] == b'\n').then_some(start)
    })
}

/// The first line that is neither blank nor a comment: dbmate knows those of `--` only.
fn stray(head: &str) -> Option<(usize, &str)> {
    let mut at = 0;
    head.split_inclusive('\n')
        .map(|line| {
            at += line.len();
            (at - line.len(), line)
        })
        .find(|(_, line)| {
            let line = line.trim_start();
            !line.is_empty() && !line.starts_with("--")
        })
}

/// Whether a block runs in a transaction: unless its first line has the word `transaction:false`. The last word counts.
fn transaction(block: &str) -> bool {
    let first = block.split('\n').next().unwrap_or_default();
    let values = first.split(|c: char| c.is_ascii() && is_space(c as u8));
    let mut values = values.filter_map(|word| word.strip_prefix("transaction:")).filter(|value| !value.contains(':'));
    values.next_back() != Some("false")
}

fn line(text: &str, at: usize) -> u32 {
    u32::try_from(memchr::memchr_iter(b'\n', &text.as_bytes()[..at]).count() + 1).unwrap_or(u32::MAX)
}
