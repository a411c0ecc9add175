//! Models and the tables of a database.

use glim::error::DatabaseError;
use glim_engine::driver::Connection;
use glim_engine::introspect;
use glim_parse::scan::FoundModel;

use crate::commands::{explain, sources};
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::workspace::Workspace;

/// How the tables differ from the models: an error for each model whose table is missing or otherwise.
pub(super) fn models(
    models: &[FoundModel],
    connection: &mut dyn Connection,
    workspace: &Workspace,
) -> Result<Vec<Diagnostic>> {
    let mut found = Vec::new();
    for model in models {
        let (name, table) = (&model.name, &model.table.name);
        let live = introspect::table(connection, table).map_err(|error| refused("read a table", &error))?;
        let diagnostic = match live {
            None => Diagnostic::error(format!("there is no table `{table}` of the model `{name}`")),
            Some(live) => {
                let differences = introspect::compare(&model.table, &live, connection.dialect());
                if differences.is_empty() {
                    continue;
                }
                let error = Diagnostic::error(format!("the table `{table}` differs from the model `{name}`"));
                differences.iter().fold(error, |error, difference| error.note(difference.to_string()))
            }
        };
        let place = glim_engine::catalog::Place {
            file: sources::relative(&model.place.file, workspace),
            line: u32::try_from(model.place.line).unwrap_or(u32::MAX),
        };
        found.push(match explain::line(&place, &workspace.root) {
            Some(snippet) => diagnostic.at(crate::report::diagnostic::Snippet { label: String::new(), ..snippet }),
            None => diagnostic,
        });
    }
    Ok(found)
}

/// That the database does not let us look.
pub(super) fn refused(what: &str, error: &DatabaseError) -> Failure {
    Failure::no(explain::database(Diagnostic::error(format!("cannot {what}")), error))
}
