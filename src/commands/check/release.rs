//! The last release: what its sources say of migrations and models.

use std::collections::BTreeMap;

use glim_parse::scan::FoundModel;

use crate::commands::context::Context;
use crate::commands::project::Project;
use crate::commands::{files, sources};
use crate::failure::Result;
use crate::workspace::{Revision, Workspace};

/// What was released.
pub(in crate::commands) struct Release {
    /// The tag or revision.
    pub(in crate::commands) revision: String,
    /// Its migrations by name, with what their code amounts to, where that can be seen.
    pub(in crate::commands) migrations: BTreeMap<String, Option<String>>,
    /// Its models of the alias.
    pub(in crate::commands) models: Vec<FoundModel>,
}

/// The release of that revision, or of the newest tag; none where there is no tag.
pub(in crate::commands) fn find(
    since: Option<&str>,
    project: &Project,
    context: &Context<'_>,
) -> Result<Option<Release>> {
    let newest = match since {
        Some(_) => None,
        None => Revision::newest_tag(&project.workspace.root)?,
    };
    let Some(revision) = since.or(newest.as_deref()) else { return Ok(None) };
    match (Revision::write_out(revision, &project.workspace, context.cargo)?, since) {
        (Some(then), _) => read(revision, &then.workspace, project, context).map(Some),
        (None, Some(revision)) => Err(Revision::absent(revision)),
        // It was not part of that release.
        (None, None) => Ok(None),
    }
}

/// Reads the sources of a workspace as those of the project are read.
fn read(revision: &str, workspace: &Workspace, project: &Project, context: &Context<'_>) -> Result<Release> {
    let selection = workspace.select(context.cargo)?;
    let scan = sources::models(workspace, &selection, project.settings.models)?;
    // What was said of the release is not said again.
    let (of_files, _) = files::find(&project.settings.folders, &workspace.root)?;
    let mut migrations: BTreeMap<_, _> = of_files.into_iter().map(|entry| (entry.name, entry.checksum)).collect();
    for registration in &scan.registrations {
        let block = scan.migrations.iter().find(|block| block.type_name == registration.type_name);
        let name = registration.name.clone().unwrap_or_else(|| registration.type_name.clone());
        migrations.insert(name, block.map(|block| block.checksum.to_string()));
    }
    let alias = &project.settings.alias.name;
    // Of models that do not say all, no table can be made.
    let is_ours =
        |model: &FoundModel| scan.library.says_all() && !model.frozen && model.db.as_ref().is_none_or(|db| db == alias);
    let models = scan.models.into_iter().filter(is_ours).collect();
    Ok(Release { revision: revision.to_owned(), migrations, models })
}
