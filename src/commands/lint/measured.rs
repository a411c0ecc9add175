//! What the migrations that are judged do on a scratch database.

use std::collections::HashMap;

use glim_engine::lint::probe::{self, Measured};
use glim_engine::plan::Step;

use crate::commands::project::Project;
use crate::commands::rehearsal::{NotRehearsed, Rehearsal, Tables, failed};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;

/// What was seen of each migration by its name, as far as they ran, and why not all did.
pub(super) struct Measurement {
    pub(super) seen: HashMap<String, Vec<Measured>>,
    /// What it was seen on.
    pub(super) server: Option<String>,
    pub(super) failure: Option<Failure>,
}

/// Runs all steps from the first that is judged, after those that come before it.
pub(super) fn measure(
    steps: &[Step<'_>],
    is_judged: impl Fn(&str) -> bool,
    tables: &mut Tables<'_>,
    project: &mut Project,
    shell: &mut Shell,
) -> Result<Measurement> {
    let first = steps.iter().position(|step| is_judged(&step.entry.name)).unwrap_or(steps.len());
    let (before, from) = steps.split_at(first);
    loop {
        let mut seen = HashMap::new();
        let mut rehearsal = match Rehearsal::after(before, tables, project, shell) {
            Ok((rehearsal, _)) => rehearsal,
            Err(NotRehearsed::Failed(failure) | NotRehearsed::NoDatabase(failure)) => {
                return ended(Measurement { seen, server: None, failure: Some(failure) });
            }
        };
        let server = Some(rehearsal.server()?);
        let ran = from.iter().try_for_each(|step| {
            let measured = probe::run(rehearsal.connection(), step, project.code())?;
            seen.insert(step.entry.name.clone(), measured);
            Ok(())
        });
        rehearsal.end(shell);
        match ran {
            Ok(()) => return Ok(Measurement { seen, server, failure: None }),
            Err(error) if tables.learn(&error) => {}
            Err(error) => return ended(Measurement { seen, server, failure: Some(failed(error, project)) }),
        }
    }
}

/// A user who wants to end gets no judgement.
fn ended(measurement: Measurement) -> Result<Measurement> {
    match measurement.failure {
        Some(failure) if matches!(failure.exit, Exit::Interrupted | Exit::Bug) => Err(failure),
        _ => Ok(measurement),
    }
}
