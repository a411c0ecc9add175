//! A history beside the project's migrations: what to record, or everything in which the two disagree. Pure.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use glim::value::Timestamp;

use super::history::{Applied, Checksum, History};
use super::{Problem, Tool, refinery, sqlx};
use crate::catalog::Entry;
use crate::ledger::{Row, State};

/// What is to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption<'a> {
    /// Whose history, and its table; `None` for a baseline.
    pub history: Option<(Tool, String)>,
    /// What the ledger lacks, in the order in which it was applied.
    pub records: Vec<Record<'a>>,
    /// How many of the migrations the ledger has already.
    pub recorded: usize,
    /// What is applied neither by the ledger nor by the history, and is left for `run`.
    pub pending: Vec<&'a Entry>,
}

/// A migration to be recorded as applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// The name in the ledger.
    pub name: String,
    /// The project's migration; `None` for one that only the history knows by name.
    pub entry: Option<&'a Entry>,
    /// When it was applied, in UTC, where the history says so.
    pub at: Option<Timestamp>,
    /// How long it took, where the history says so.
    pub duration_ms: Option<i64>,
    /// How sure it is that its code is what was applied.
    pub verified: Verified,
}

/// How sure it is that a migration's code is what was applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verified {
    /// The checksum is that of the file.
    Exactly,
    /// The checksum is that of the file with other line ends.
    ButForLineEnds,
    /// The checksum is that of the file without some characters, as sqlx can be told to compute it.
    ButForIgnored,
    /// There is nothing to compare: no checksum is kept, or no file has it.
    Not,
}

/// Compares a history with the project's migrations, which come in the order in which they are applied, and with the
/// ledger's rows. What the ledger has already is not looked at again; give no rows to check all.
///
/// # Errors
/// Everything in which they disagree, in the order of the history's rows.
pub fn compare<'a>(history: &History, entries: &'a [Entry], rows: &[Row]) -> Result<Adoption<'a>, Vec<Problem>> {
    let tool = history.tool;
    let by_key = by_key(tool, entries);
    let ledger = Recorded::new(tool, rows);
    let mut seen = HashSet::new();
    let (mut found, mut problems, mut recorded) = (Vec::new(), Vec::new(), 0);
    for applied in &history.rows {
        if !seen.insert(applied.key.as_str()) {
            problems.push(Problem::TwoRows { key: applied.key.clone() });
            continue;
        }
        let position = match by_key.get(applied.key.as_str()).map(Vec::as_slice) {
            Some([position]) => Some(*position),
            Some(several) => {
                let files = several.iter().map(|&at| entries[at].file.clone()).collect();
                problems.push(Problem::TwoFiles { key: applied.key.clone(), files });
                continue;
            }
            None => None,
        };
        let entry = position.map(|at| &entries[at]);
        match ledger.standing(applied, entry) {
            Standing::Recorded => recorded += 1,
            Standing::Unfinished(problem) => problems.push(problem),
            Standing::Missing => match record(tool, applied, entry) {
                Ok(_) if ledger.was_undone(applied) => problems.push(Problem::Undone { key: applied.key.clone() }),
                Ok(record) => found.push((position, record)),
                Err(problem) => problems.push(problem),
            },
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    // Times of one second, and those that are not kept, leave the order to the project.
    found.sort_by(|(a, x), (b, y)| {
        let order = (x.at, a.unwrap_or(usize::MAX)).cmp(&(y.at, b.unwrap_or(usize::MAX)));
        order.then_with(|| x.name.cmp(&y.name))
    });
    let records: Vec<_> = found.into_iter().map(|(_, record)| record).collect();
    let pending = pending(entries, rows, &records);
    Ok(Adoption { history: Some((tool, history.table.clone())), records, recorded, pending })
}

/// What neither the ledger has nor will be recorded.
pub(super) fn pending<'a>(entries: &'a [Entry], rows: &[Row], records: &[Record<'_>]) -> Vec<&'a Entry> {
    let applied: HashSet<_> =
        rows.iter().map(|row| row.name.as_str()).chain(records.iter().map(|it| it.name.as_str())).collect();
    entries.iter().filter(|entry| !applied.contains(entry.name.as_str())).collect()
}

fn by_key(tool: Tool, entries: &[Entry]) -> HashMap<String, Vec<usize>> {
    let mut by_key: HashMap<_, Vec<_>> = HashMap::with_capacity(entries.len());
    for (at, entry) in entries.iter().enumerate() {
        if let Some(key) = tool.key(&entry.name) {
            by_key.entry(key).or_default().push(at);
        }
    }
    by_key
}

/// The ledger as it matters here.
struct Recorded<'a> {
    by_name: HashMap<&'a str, &'a Row>,
    /// What the tool would call the migrations, should their files be gone meanwhile.
    keys: HashSet<String>,
    /// When the tool's history was taken over last.
    adopted_at: Option<Timestamp>,
}

enum Standing {
    Recorded,
    Unfinished(Problem),
    Missing,
}

impl<'a> Recorded<'a> {
    fn new(tool: Tool, rows: &'a [Row]) -> Self {
        let is_adopted = |row: &&Row| row.glim_version.as_deref() == Some(tool.name());
        let adopted = rows.iter().filter(is_adopted);
        Self {
            by_name: rows.iter().map(|row| (row.name.as_str(), row)).collect(),
            keys: adopted.clone().filter_map(|row| tool.key(&row.name)).collect(),
            adopted_at: adopted.filter_map(Row::written_at).max(),
        }
    }

    fn standing(&self, applied: &Applied, entry: Option<&Entry>) -> Standing {
        let name = entry.map_or(applied.key.as_str(), |entry| &entry.name);
        match self.by_name.get(name) {
            Some(row) if row.state != State::Applied => {
                Standing::Unfinished(Problem::Unfinished { name: name.to_owned(), state: row.state })
            }
            Some(_) => Standing::Recorded,
            None if entry.is_none() && self.keys.contains(&applied.key) => Standing::Recorded,
            None => Standing::Missing,
        }
    }

    /// Whether the row must have been in the ledger once: it is older than the last time that the history was taken
    /// over, or has no time that could say otherwise.
    fn was_undone(&self, applied: &Applied) -> bool {
        self.adopted_at.is_some_and(|adopted_at| applied.at.is_none_or(|at| at <= adopted_at))
    }
}

fn record<'a>(tool: Tool, applied: &Applied, entry: Option<&'a Entry>) -> Result<Record<'a>, Problem> {
    let (key, at, duration_ms) = (applied.key.clone(), applied.at, applied.duration_ms);
    if applied.is_dirty {
        return Err(Problem::Dirty { key, name: applied.name.clone(), at });
    }
    let Some(entry) = entry else {
        if tool.has_files() {
            return Err(Problem::NoFile { key, name: applied.name.clone() });
        }
        // A name that the ledger's column cannot hold, or that no command could name.
        if key.trim() != key || key.is_empty() || key.chars().count() > 255 || key.chars().any(char::is_control) {
            return Err(Problem::BadName { key });
        }
        return Ok(Record { name: key, entry: None, at, duration_ms, verified: Verified::Not });
    };
    let verified = verify(applied, entry).ok_or_else(|| {
        let file = entry.file.clone();
        match &applied.name {
            // refinery's checksum covers the name.
            Some(name) if tool == Tool::Refinery && refinery::name(&entry.name).as_ref() != Some(name) => {
                Problem::NameDiffers { key, recorded: name.clone(), file }
            }
            _ => Problem::ChecksumDiffers { key, file },
        }
    })?;
    Ok(Record { name: entry.name.clone(), entry: Some(entry), at, duration_ms, verified })
}

/// How far the file is what was applied; `None` where it is something else.
fn verify(applied: &Applied, entry: &Entry) -> Option<Verified> {
    // All of the file, byte by byte: that is what the tools take their checksums of.
    let text = entry.code.sql().map(|sql| &**sql.migration.run.file());
    let (Some(checksum), Some(text)) = (&applied.checksum, text) else { return Some(Verified::Not) };
    let matches = |text: &str| match checksum {
        Checksum::SipHash(sum) => refinery::checksums(&entry.name, text).contains(sum),
        Checksum::Sha384(sum) => sqlx::checksum(text) == *sum,
    };
    if matches(text) {
        return Some(Verified::Exactly);
    }
    let unix = text.replace("\r\n", "\n");
    if matches(&unix) || matches(&unix.replace('\n', "\r\n")) {
        return Some(Verified::ButForLineEnds);
    }
    // `ignored-chars` of sqlx.toml: the sets that its documentation recommends.
    let bare = |spaces: &[char]| -> Cow<'_, str> { text.replace(spaces, "").into() };
    let sets: [&[char]; 4] = [&['\r'], &['\u{feff}'], &[' ', '\t', '\r', '\n'], &[' ', '\t', '\r', '\n', '\u{feff}']];
    let ignored = matches!(checksum, Checksum::Sha384(_)) && sets.into_iter().any(|set| matches(&bare(set)));
    ignored.then_some(Verified::ButForIgnored)
}
