//! `adopt`: takes over a database that another migration tool has kept.

use glim_engine::adopt::{self, AdoptError, Adoption, Record, Verified};
use glim_engine::driver::Access;
use glim_engine::lock::Wait;
use glim_engine::migrator::Locked;
use glim_engine::progress::Progress as _;
use serde::Serialize;

use super::context::{Context, interruptible};
use super::options::{Adopt, Taking};
use super::progress::Reported;
use super::project::Project;
use super::{database, planned};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::report::{Shell, plural};

/// One line of `--format json`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event<'e> {
    Recorded(Line<'e>),
    Planned(Line<'e>),
    Verified(Line<'e>),
    Disagreement { version: u32, message: &'e str },
}

#[derive(Serialize)]
struct Line<'e> {
    version: u32,
    migration: &'e str,
    /// The tool; nothing for a baseline.
    from: Option<&'static str>,
    applied_at: Option<String>,
    /// How sure it is that its code is what was applied.
    code: &'static str,
}

pub(crate) fn run(options: &Adopt, context: &mut Context<'_>) -> Result<Exit> {
    let (project, catalog) = Project::open(context, None)?;
    let alias = &project.settings.alias;
    let mut connection = database::open(alias, Access::ReadOnly)?;
    let request = &options.request;
    let seen = match options.taking {
        Taking::Verify => adopt::verify(&mut *connection, request, &catalog),
        Taking::DryRun | Taking::Record => adopt::look(&mut *connection, request, &catalog),
    };
    drop(connection);
    let seen = seen.map_err(|error| failure(&error, context.shell))?;
    found(&seen, context.shell);
    doubts(&seen, context.shell);
    if options.taking != Taking::Record || seen.records.is_empty() {
        show(&seen, options.taking, context.shell);
        return Ok(Exit::Done);
    }
    let done = record(options, &project, &catalog, context.shell)?;
    show(&done, options.taking, context.shell);
    Ok(Exit::Done)
}

/// Compares again, under the lock, and records.
fn record<'a>(
    options: &Adopt,
    project: &Project,
    catalog: &'a glim_engine::catalog::Catalog,
    shell: &mut Shell,
) -> Result<Adoption<'a>> {
    let mut connection = database::open(&project.settings.alias, Access::ReadWrite)?;
    project.watch.cancel_with(connection.canceller());
    let adoption = interruptible(&project.watch, || {
        let mut on_wait = |holder: &_| Reported::new(shell, &project.workspace.root).waiting(holder);
        let stopped = || project.watch.is_interrupted();
        let timeout = options.lock_timeout.unwrap_or(Locked::LOCK_TIMEOUT);
        let mut wait = Wait { timeout, on_wait: &mut on_wait, stopped: &stopped };
        let adoption = adopt::adopt(&mut *connection, &mut wait, &options.request, catalog);
        adoption.map_err(|error| failure(&error, shell))
    })?;
    drop(connection);
    if project.settings.alias.protected && !adoption.records.is_empty() {
        // There is a ledger now, which is to know it.
        let (migrator, _) = project.lock(catalog, options.lock_timeout, shell)?;
        planned::release(migrator, shell);
    }
    Ok(adoption)
}

/// Says what the database holds.
fn found(adoption: &Adoption<'_>, shell: &mut Shell) {
    if let Some((tool, table)) = &adoption.history {
        let applied = plural(adoption.records.len() + adoption.recorded, "applied migration");
        shell.status("Found", &format!("{tool}'s history in `{table}`: {applied}"));
    }
}

/// Says how far it is not certain that the project's code is what was applied.
fn doubts(adoption: &Adoption<'_>, shell: &mut Shell) {
    let those = |verified: Verified| -> Vec<&str> {
        adoption.records.iter().filter(|it| it.verified == verified).map(|it| it.name.as_str()).collect()
    };
    let Some((tool, _)) = adoption.history else { return };
    let line_ends = those(Verified::ButForLineEnds);
    if !line_ends.is_empty() {
        shell.note(&format!("when {tool} applied it, the lines ended otherwise: {}", line_ends.join(", ")));
    }
    let ignored = those(Verified::ButForIgnored);
    if !ignored.is_empty() {
        let ignored = ignored.join(", ");
        shell
            .note(&format!("only characters that {tool} may be told to ignore differ from what it applied: {ignored}"));
    }
    let unseen = those(Verified::Not);
    if unseen.is_empty() {
        return;
    }
    if tool.keeps_checksums() {
        shell.note(&format!("what {tool} applied cannot be compared with code in Rust: {}", unseen.join(", ")));
    } else if tool.has_files() {
        shell.note(&format!("{tool} keeps no checksums: that the files are still what it applied cannot be seen"));
    } else {
        shell.note(&format!("migrations of {tool} are Rust code that is not run here: they are recorded by name"));
    }
}

/// Says what was, or would be, recorded.
fn show(adoption: &Adoption<'_>, taking: Taking, shell: &mut Shell) {
    let from = adoption.history.as_ref().map(|(tool, _)| tool.name());
    for record in &adoption.records {
        let line = line(record, from);
        let (event, verb) = match taking {
            Taking::Record => (Event::Recorded(line), "Recorded"),
            Taking::DryRun => (Event::Planned(line), "Would record"),
            Taking::Verify if record.verified == Verified::Not => (Event::Verified(line), "Applied"),
            Taking::Verify => (Event::Verified(line), "Verified"),
        };
        shell.event(&event);
        shell.result(&format!("{verb} {}", record.name));
    }
    let count = plural(adoption.records.len(), "migration");
    let summary = match taking {
        Taking::Verify => format!("{count} compared, nothing was changed"),
        Taking::DryRun => format!("dry run: {count} to record, nothing was changed"),
        Taking::Record if adoption.records.is_empty() => "nothing to record".to_owned(),
        Taking::Record => format!("recorded {count}"),
    };
    let recorded = match adoption.recorded {
        0 => String::new(),
        recorded => format!("; {} recorded already", plural(recorded, "migration")),
    };
    let pending = match (taking, adoption.pending.len()) {
        (Taking::Verify, _) | (_, 0) => String::new(),
        (_, pending) => format!("; {} left for `cargo glim run`", plural(pending, "migration")),
    };
    shell.status("Finished", &format!("{summary}{recorded}{pending}"));
}

fn line<'e>(record: &'e Record<'_>, from: Option<&'static str>) -> Line<'e> {
    Line {
        version: 1,
        migration: &record.name,
        from,
        applied_at: record.at.map(|at| format!("{}T{}Z", at.date, at.time)),
        code: match record.verified {
            Verified::Exactly => "verified",
            Verified::ButForLineEnds => "verified_but_for_line_ends",
            Verified::ButForIgnored => "verified_but_for_ignored_characters",
            Verified::Not => "not_verified",
        },
    }
}

/// Why nothing was taken over.
fn failure(error: &AdoptError, shell: &mut Shell) -> Failure {
    let exit = match error {
        AdoptError::Lock(error) => return database::lock_failure(error),
        AdoptError::Ledger(error) => return database::ledger_failure(error),
        AdoptError::Several { .. } | AdoptError::UnknownBaseline { .. } | AdoptError::AmbiguousBaseline { .. } => {
            Exit::Usage
        }
        _ => Exit::No,
    };
    let mut diagnostic = Diagnostic::error(error.to_string());
    for detail in error.details() {
        shell.event(&Event::Disagreement { version: 1, message: &detail });
        diagnostic = diagnostic.note(detail);
    }
    Failure::new(exit, error.helps().into_iter().fold(diagnostic, Diagnostic::help))
}
