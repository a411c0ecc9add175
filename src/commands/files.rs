//! The SQL migrations of the project, from the folders that the configuration names.

use std::collections::HashMap;
use std::path::{MAIN_SEPARATOR, Path};

use glim::wire::RegisteredMigration;
use glim_engine::catalog::Entry;
use glim_files::layout::{self, Problem};

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::{Diagnostic, Snippet};
use crate::settings::Folders;

/// The SQL migrations on disk.
///
/// # Errors
/// What is wrong with the folders, all of it.
pub(super) fn read(folders: &Folders, root: &Path, shell: &mut Shell) -> Result<Vec<Entry>> {
    let (entries, warnings) = find(folders, root)?;
    for warning in &warnings {
        shell.diagnostic(warning);
    }
    Ok(entries)
}

/// The same, with the warnings for the caller to say.
pub(super) fn find(folders: &Folders, root: &Path) -> Result<(Vec<Entry>, Vec<Diagnostic>)> {
    let (mut read, mut problems) = (Vec::with_capacity(folders.paths.len()), Vec::new());
    for path in &folders.paths {
        match layout::read(&root.join(path), folders.layout) {
            Ok(folder) => read.push(folder),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(failure(&problems, root));
    }
    let folder = layout::join(read).map_err(|problems| failure(&problems, root))?;
    let warnings = gathered(&folder.warnings, root);
    Ok((Entry::of_folder(folder, "", |path| relative(path, root)), warnings))
}

/// The SQL migrations that the runner has registered, without those that are also on disk. What is on disk counts: where
/// the two differ, the build is stale.
pub(super) fn registered<'r>(
    migrations: impl Iterator<Item = &'r RegisteredMigration>,
    on_disk: &[Entry],
    root: &Path,
    shell: &mut Shell,
) -> Vec<Entry> {
    let on_disk: HashMap<&str, &Entry> = on_disk.iter().map(|entry| (entry.name.as_str(), entry)).collect();
    let mut others = Vec::new();
    for migration in migrations {
        let Some(sql) = &migration.sql else { continue };
        match on_disk.get(migration.name.as_str()) {
            Some(entry) if entry.checksum.as_deref() == Some(&glim_files::checksum(&sql.run.text)) => {}
            Some(entry) => shell.diagnostic(
                &Diagnostic::warning(format!("the program was built with another text of `{}`", migration.name))
                    .note(format!("what `{}` says now is what counts here", entry.file))
                    .help("build again without `--no-build`, and deploy the program anew"),
            ),
            None => others.push(migration),
        }
    }
    Entry::of_texts(others, |path| relative(path, root))
}

fn failure(problems: &[Problem], root: &Path) -> Failure {
    let diagnostics = problems.iter().map(|problem| describe(Diagnostic::error, problem, root)).collect();
    Failure { exit: Exit::Usage, diagnostics }
}

fn describe(new: fn(String) -> Diagnostic, problem: &Problem, root: &Path) -> Diagnostic {
    let Problem { path, line, message, help } = problem;
    let place = path.as_deref().zip(*line);
    let diagnostic = match (place.and_then(|(path, line)| snippet(path, line, root)), path, line) {
        (Some(snippet), ..) => new(message.clone()).at(snippet),
        (None, Some(path), Some(line)) => new(format!("{}:{line}: {message}", relative(path, root))),
        (None, Some(path), None) => new(format!("{}: {message}", relative(path, root))),
        (None, None, _) => new(message.clone()),
    };
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// One warning for all files of which the same is to be said.
fn gathered(warnings: &[Problem], root: &Path) -> Vec<Diagnostic> {
    let alike =
        |a: &Problem, b: &Problem| a.line.is_none() && b.line.is_none() && a.message == b.message && a.help == b.help;
    let mut kinds: Vec<Vec<&Problem>> = Vec::new();
    for warning in warnings {
        match kinds.iter_mut().find(|kind| alike(kind[0], warning)) {
            Some(kind) => kind.push(warning),
            None => kinds.push(vec![warning]),
        }
    }
    let gather = |kind: Vec<&Problem>| {
        let others = kind[1..].iter().filter_map(|problem| problem.path.as_deref()).map(|path| relative(path, root));
        let others: Vec<_> = others.collect();
        let diagnostic = describe(Diagnostic::warning, kind[0], root);
        match others.len() {
            0 => diagnostic,
            1..=3 => diagnostic.note(format!("the same holds for {}", others.join(", "))),
            more => diagnostic.note(format!("the same holds for {} and {} more", others[..2].join(", "), more - 2)),
        }
    };
    kinds.into_iter().map(gather).collect()
}

fn snippet(path: &Path, line: u32, root: &Path) -> Option<Snippet> {
    let place = glim_engine::catalog::Place { file: relative(path, root), line };
    super::explain::line(&place, root).map(|snippet| Snippet { label: String::new(), ..snippet })
}

/// A file, relative to the workspace where it is inside. As texts, which for ten thousand files is much faster than part
/// by part.
fn relative(path: &Path, root: &Path) -> String {
    let rest =
        path.to_str().zip(root.to_str()).and_then(|(path, root)| path.strip_prefix(root)?.strip_prefix(MAIN_SEPARATOR));
    rest.map_or_else(|| path.strip_prefix(root).unwrap_or(path).display().to_string(), str::to_owned)
}
