//! What the tables of models are otherwise in a database, for commands that speak of models and not of whole schemas.

use glim_engine::introspect::{self, Described};
use glim_parse::Library;
use glim_parse::scan::FoundModel;
use glim_schema::{Schema, Table, lock};

use super::items::{Change, Item, items};
use super::side;
use crate::commands::sources;
use crate::failure::Result;
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;
use crate::settings::Alias;
use crate::workspace::Workspace;

/// A model whose table is not as it describes it.
pub(in crate::commands) struct Drift<'m> {
    /// The model.
    pub(in crate::commands) model: &'m FoundModel,
    /// What would have to be done to the table.
    pub(in crate::commands) items: Vec<Item>,
}

impl Drift<'_> {
    /// What is wrong, in one line.
    pub(in crate::commands) fn title(&self) -> String {
        let FoundModel { name, table, .. } = self.model;
        if self.items.iter().any(|item| item.object == "table" && item.change == Change::Add) {
            return format!("there is no table `{}` of the model `{name}`", table.name);
        }
        format!("the table `{}` differs from the model `{name}`", table.name)
    }

    /// Adds what differs to a message.
    pub(in crate::commands) fn notes(&self, diagnostic: Diagnostic) -> Diagnostic {
        self.items.iter().fold(diagnostic, |diagnostic, item| diagnostic.note(item.to_string()))
    }
}

/// Whether a scratch database is asked what the server makes of the models.
pub(in crate::commands) enum Exactness<'e> {
    /// No: what servers rewrite is left out of the comparison.
    AsWritten,
    /// Yes, where one may be made, and something is left out without it.
    Made(&'e mut Shell),
}

/// The models whose tables are otherwise. What models have no words for is no difference, nor are other tables.
pub(in crate::commands) fn of_models<'m>(
    models: impl IntoIterator<Item = &'m FoundModel>,
    library: Library,
    live: &Described,
    alias: &Alias,
    workspace: &Workspace,
    exactness: Exactness<'_>,
) -> Result<Vec<Drift<'m>>> {
    let models: Vec<&FoundModel> = models.into_iter().collect();
    let mut source = Schema::default();
    for model in &models {
        sources::add(&mut source, model, workspace)?;
    }
    if !library.says_all() {
        side::mean(&mut source, live, alias.target.dialect());
    }
    let (mut wanted, mut own) = (source.clone(), live.schema.clone());
    let left_out = introspect::loosen(&mut own, &mut wanted, alias.target.dialect());
    let mut found = between(own, wanted, &source, library, alias);
    if let Exactness::Made(shell) = exactness
        && !(left_out.is_empty() && found.is_empty())
        && let Some(wanted) = side::made(&source, live, alias, workspace, shell)?
    {
        found = between(live.schema.clone(), wanted, &source, library, alias);
    }
    let mut drifts: Vec<Drift<'m>> = models.into_iter().map(|model| Drift { model, items: Vec::new() }).collect();
    for item in found {
        let is_about = |table: &Table| match item.object.as_str() {
            "enum" => table.columns.iter().any(|column| column.ty.enum_type().is_some_and(|ty| ty.name == item.name)),
            _ => item.table() == lock::name(&table.name),
        };
        if let Some(drift) = drifts.iter_mut().find(|drift| is_about(&drift.model.table)) {
            drift.items.push(item);
        }
    }
    drifts.retain(|drift| !drift.items.is_empty());
    Ok(drifts)
}

/// What differs in the tables that are wanted.
fn between(mut live: Schema, mut wanted: Schema, source: &Schema, library: Library, alias: &Alias) -> Vec<Item> {
    let dialect = alias.target.dialect();
    introspect::align(&mut live, &wanted, Some(source), dialect);
    introspect::leave_unsaid(&mut live, &wanted);
    if !library.says_all() {
        introspect::take_unsaid(&mut wanted, &live, Some(dialect));
    }
    live.tables.retain(|name, _| wanted.tables.contains_key(name));
    live.enums.retain(|name, _| wanted.enums.contains_key(name));
    items(&live, &wanted)
}
