//! The schema that the models describe, and which names in it were others before.

use glim_parse::scan::{FoundModel, Scan};
use glim_schema::Schema;
use glim_schema::diff::Renames;

use super::super::context::Context;
use super::super::sources;
use crate::failure::Result;
use crate::settings::Outline;
use crate::workspace::{CargoOptions, Selection, Workspace};

/// What is wanted.
pub(super) struct Intent {
    /// The schema.
    pub(super) schema: Schema,
    /// What `was` says.
    pub(super) renames: Renames,
    /// The alias, where it is about the models of one that is not the configured one.
    pub(super) alias: Option<String>,
    /// All that the sources say.
    pub(super) scan: Scan,
}

impl Intent {
    /// Reads the models of the whole workspace: a part of them would look as if the rest had been dropped.
    pub(super) fn find(workspace: &Workspace, outline: &Outline, context: &mut Context<'_>) -> Result<Self> {
        Self::find_in(None, workspace, outline, context)
    }

    /// The same, where the sources of a selection were read before, which may be all that there is.
    pub(super) fn find_in(
        read: Option<(&Selection, Scan)>,
        workspace: &Workspace,
        outline: &Outline,
        context: &mut Context<'_>,
    ) -> Result<Self> {
        let whole =
            CargoOptions { workspace: true, packages: Vec::new(), exclude: Vec::new(), ..context.cargo.clone() };
        let selection = workspace.select(&whole)?;
        let read = read.filter(|(of, _)| **of == selection).map(|(_, scan)| scan);
        let scan = read.unwrap_or_else(|| sources::scan(workspace, &selection));
        let scan = sources::with_models(scan, workspace, &selection, outline.models)?;
        sources::refuse_errors(&scan, workspace, context.shell)?;
        let is_of = |model: &FoundModel, alias: &str| model.db.as_deref() == Some(alias);
        let has_own = scan.models.iter().any(|model| !model.frozen && is_of(model, &outline.alias));
        let alias = (has_own && outline.alias != outline.default).then(|| outline.alias.clone());
        let (mut schema, mut renames) = (Schema::default(), Renames::default());
        for model in scan.models.iter().filter(|model| !model.frozen) {
            let takes_part = match &alias {
                Some(alias) => is_of(model, alias),
                None => model.db.is_none() || is_of(model, &outline.default),
            };
            if !takes_part {
                continue;
            }
            if let Some(other) = schema.table(&model.table.name) {
                let first = scan.models.iter().find(|model| !model.frozen && model.table.name == other.name);
                return Err(sources::described_twice(first.unwrap_or(model), model, workspace));
            }
            sources::add(&mut schema, model, workspace)?;
            renames = model.hints(renames);
        }
        Ok(Self { schema, renames, alias, scan })
    }

    /// The model of a table.
    pub(super) fn model(&self, table: &str) -> Option<&FoundModel> {
        self.scan.models.iter().find(|model| !model.frozen && model.table.name == table)
    }
}
