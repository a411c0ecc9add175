//! What a database has, beside what it should have.

use glim::error::DatabaseError;
use glim_engine::driver::Connection;
use glim_engine::introspect::{self, Described};
use glim_parse::Library;
use glim_parse::scan::FoundModel;
use glim_schema::Dialect;

use crate::commands::diff::{self, Exactness};
use crate::commands::project::Project;
use crate::commands::{explain, sources};
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::{Diagnostic, Snippet};

/// How the tables differ from the models: an error for each model whose table is missing or otherwise.
pub(super) fn models(
    (models, library): (&[FoundModel], Library),
    connection: &mut dyn Connection,
    project: &Project,
    shell: &mut Shell,
) -> Result<Vec<Diagnostic>> {
    let live = describe(connection)?;
    let (settings, workspace) = project.here();
    let drifts = diff::of_models(models, library, &live, &settings.alias, workspace, Exactness::Made(shell))?;
    let errors = drifts.iter().map(|drift| {
        let model = drift.model;
        let place = glim_engine::catalog::Place {
            file: sources::relative(&model.place.file, workspace),
            line: u32::try_from(model.place.line).unwrap_or(u32::MAX),
        };
        let error = drift.notes(Diagnostic::error(drift.title()));
        match explain::line(&place, &workspace.root) {
            Some(snippet) => error.at(Snippet { label: String::new(), ..snippet }),
            None => error,
        }
    });
    Ok(errors.collect())
}

/// What is missing or otherwise in a database, a line for each object, but for these tables. What it has besides does not
/// count.
pub(super) fn lost(wanted: Described, found: Described, without: &[&str], dialect: Dialect) -> Vec<String> {
    let Described { schema: mut wanted, others } = wanted;
    let Described { schema: mut live, others: there } = found;
    wanted.tables.retain(|name, _| !without.contains(&name.as_str()));
    live.tables.retain(|name, _| wanted.tables.contains_key(name));
    live.enums.retain(|name, _| wanted.enums.contains_key(name));
    introspect::align(&mut live, &wanted, None, dialect);
    let differs = diff::items(&live, &wanted).into_iter().map(|item| item.to_string());
    let missing = others.into_iter().filter(|other| !there.contains(other));
    differs.chain(missing.map(|other| format!("{} {} is missing or otherwise", other.kind, other.name))).collect()
}

/// All that a database holds.
pub(super) fn describe(connection: &mut dyn Connection) -> Result<Described> {
    introspect::describe(connection).map_err(|error| refused("read the schema", &error))
}

/// That the database does not let us look.
pub(super) fn refused(what: &str, error: &DatabaseError) -> Failure {
    Failure::no(explain::database(Diagnostic::error(format!("cannot {what}")), error))
}
