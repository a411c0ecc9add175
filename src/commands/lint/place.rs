//! Where a finding stands: a statement in its file, or the call of a Rust migration that sends it.

use std::path::Path;

use glim::Direction;
use glim_engine::catalog::{Entry, Place};

use crate::commands::explain;
use crate::report::diagnostic::Snippet;

/// The first line of a statement of an SQL migration.
pub(super) fn in_script(entry: &Entry, start: usize, text: &str, root: &Path) -> Option<Snippet> {
    let script = entry.script(Direction::Run)?;
    let length = text.lines().next().unwrap_or_default().trim_end().len();
    Some(explain::place(script, start..start + length, root))
}

/// The call that sends a statement, as far as the source tells: it holds the statement, its first line, or the name of the
/// table; else where the migration is registered.
pub(super) fn in_source(entry: &Entry, sql: &str, table: Option<&str>, root: &Path) -> Option<Snippet> {
    let registered = explain::registration(entry, root)?;
    let source = registered.source.clone();
    let block = source.find(&format!("for {} ", entry.name)).unwrap_or(0);
    let first = sql.lines().next().unwrap_or_default().trim();
    let name = table.map(|table| format!("\"{}\"", table.rsplit('.').next().unwrap_or(table)));
    let wanted = [Some(sql), Some(first), name.as_deref()];
    let at = wanted.into_iter().flatten().filter(|text| !text.is_empty()).find_map(|text| source[block..].find(text));
    let Some(at) = at.map(|at| block + at) else { return Some(registered) };
    let line = source[..at].bytes().filter(|byte| *byte == b'\n').count() + 1;
    let place = Place { file: entry.file.clone(), line: u32::try_from(line).ok()? };
    explain::line(&place, root).map(|snippet| Snippet { label: "sent here".to_owned(), ..snippet })
}
