//! The project as the commands on migrations see it: its runner started, its migrations known, its database chosen.

use std::path::Path;
use std::time::Duration;

use glim::Direction;
use glim_engine::catalog::{Catalog, CatalogError, Entry, Packages, Place, Scope};
use glim_engine::driver::Access;
use glim_engine::ledger::Row;
use glim_engine::migrator::{Journaling, Locked, MigrateError};
use glim_engine::plan::Plan;
use glim_engine::script;
use glim_parse::scan::{FoundRegistration, Scan};

use super::code::Code;
use super::context::{Context, watch};
use super::crash::StandIn;
use super::losses::{self, Losses};
use super::onlooker::Sight;
use super::progress::{self, Reported};
use super::protection::{self, Deed};
use super::{database, explain, files, registered, sources};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;
use crate::runner::{self, Peer, PeerError, Start, Watch};
use crate::settings::Settings;
use crate::workspace::{Selection, Workspace};

/// A project, ready for work on its migrations.
pub(super) struct Project {
    pub(super) workspace: Workspace,
    pub(super) settings: Settings,
    code: Code,
    pub(super) watch: Watch,
    /// What the sources say, where they were read.
    pub(super) scan: Option<Scan>,
    /// What is used in place of the alias's database, and where it is to stop.
    stand_in: Option<StandIn>,
}

impl Project {
    /// Builds and starts the runner, and joins what it reports with what the sources say. A time-out is for each
    /// migration.
    pub(super) fn open(context: &mut Context<'_>, timeout: Option<Duration>) -> Result<(Self, Catalog)> {
        let (project, found) = Self::find(context, timeout)?;
        let Found { entries, scope, selection, models_disagree, migrations_disagree, allows: _ } = found;
        for warning in models_disagree.iter().chain(&migrations_disagree) {
            context.shell.diagnostic(warning);
        }
        let catalog = Catalog::new(entries, &scope).map_err(|errors| {
            let diagnostics = errors.iter().map(|error| catalog_problem(error, &project.workspace)).collect();
            Failure { exit: Exit::No, diagnostics }
        })?;
        if catalog.entries().is_empty() {
            context.shell.diagnostic(&no_migrations(&project.workspace, &selection, &project.settings));
        }
        Ok((project, catalog))
    }

    /// The same, with what is wrong with it for the caller to say.
    pub(super) fn find(context: &mut Context<'_>, timeout: Option<Duration>) -> Result<(Self, Found)> {
        let workspace = context.workspace()?;
        let settings = context.settings(&workspace)?;
        let watch = watch(timeout)?;
        let selection = workspace.select(context.cargo)?;
        let mut entries = files::read(&settings.folders, &workspace.root, context.shell)?;
        let (mut models_disagree, mut migrations_disagree, mut scan) = (Vec::new(), Vec::new(), None);
        // With SQL files alone, nothing has to be built.
        let peer = if selection.dependents.is_empty() && (!entries.is_empty() || !settings.folders.paths.is_empty()) {
            None
        } else {
            let linked = link(&workspace, &selection, &entries, &watch, context)?;
            entries.extend(linked.entries);
            (models_disagree, migrations_disagree) = (linked.models_disagree, linked.migrations_disagree);
            scan = Some(linked.scan);
            Some(linked.peer)
        };
        let scope = Scope { alias: settings.alias.name.clone(), packages: packages(&workspace, &selection) };
        let allows = scan.as_ref().map_or_else(Vec::new, |scan| allows(scan, &workspace.root));
        let found = Found { entries, scope, selection, models_disagree, migrations_disagree, allows };
        let stand_in = context.stand_in.clone();
        Ok((Self { workspace, settings, code: Code { peer, watch: watch.clone() }, watch, scan, stand_in }, found))
    }

    /// The configuration and the workspace.
    pub(super) fn here(&self) -> (&Settings, &Workspace) {
        (&self.settings, &self.workspace)
    }

    /// What runs the migrations.
    pub(super) fn code(&mut self) -> &mut Code {
        &mut self.code
    }

    /// What the sources say of the Rust migrations.
    fn sources(&self) -> losses::Code<'_> {
        let scan = self.scan.as_ref();
        let known = self.code.peer.as_ref().map(Peer::registry).zip(scan);
        let by_name = known.map(|(registry, scan)| registered::sources(registry, scan)).unwrap_or_default();
        losses::Code { by_name, scan }
    }

    /// What the steps of a plan that go in one direction take away.
    pub(super) fn losses(&self, direction: Direction, plan: &Plan<'_>) -> Losses {
        Losses::by(direction, plan, &self.sources(), self.settings.alias.target.dialect())
    }

    /// Asks a person whether to do something to the database, where that is to be asked, unless `yes` was said.
    pub(super) fn confirm(
        &self,
        deed: &Deed<'_>,
        yes: bool,
        migrator: &mut Locked<'_>,
        shell: &mut Shell,
    ) -> Result<()> {
        protection::confirm(deed, yes, &self.settings.alias, (migrator, &self.watch), shell)
    }

    /// How many models and migrations are registered in the runner, if there is one.
    pub(super) fn registered(&self) -> Option<(usize, usize)> {
        let registry = self.code.peer.as_ref()?.registry();
        Some((registry.models.len(), registry.migrations.len()))
    }

    /// Connects without changing anything, and reads the ledger.
    pub(super) fn look(&self, catalog: &Catalog) -> Result<Vec<Row>> {
        database::look(&self.settings.alias).map(|rows| catalog.recognise(rows))
    }

    /// Connects and takes the lock.
    pub(super) fn lock(
        &self,
        catalog: &Catalog,
        timeout: Option<Duration>,
        shell: &mut Shell,
    ) -> Result<(Locked<'static>, Vec<Row>)> {
        let connection = database::open(&self.settings.alias, Access::ReadWrite)?;
        self.watch.cancel_with(connection.canceller());
        let connection = match &self.stand_in {
            Some(stand_in) => stand_in.stopping(connection, self.code.peer.as_ref())?,
            None => connection,
        };
        let timeout = timeout.unwrap_or(Locked::LOCK_TIMEOUT);
        let journaling =
            if self.settings.alias.keeps_answers { Journaling::WithAnswers } else { Journaling::WithoutAnswers };
        let (mut migrator, rows) =
            Locked::lock(connection, timeout, &mut Reported::new(shell, &self.workspace.root), &|| {
                self.watch.is_interrupted()
            })
            .map(|(migrator, rows)| (migrator.journaling(journaling), catalog.recognise(rows)))
            .map_err(|error| explain::migrate_error(error, &self.workspace.root))?;
        protection::remember(&mut migrator, &self.settings.alias)?;
        Ok((migrator, rows))
    }

    /// Says what is wrong with the SQL migrations of a plan, without having sent anything.
    pub(super) fn check(&self, plan: &Plan<'_>, shell: &mut Shell) -> Result<()> {
        let (warnings, errors): (Vec<_>, Vec<_>) = script::check(plan, self.settings.alias.target.dialect())
            .into_iter()
            .partition(|problem| problem.fault.is_warning());
        for warning in &warnings {
            shell.diagnostic(&explain::script_problem(warning, &self.workspace.root));
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(explain::migrate_error(MigrateError::Script(errors), &self.workspace.root))
        }
    }

    /// Does what is planned.
    pub(super) fn apply(&mut self, migrator: &mut Locked<'_>, plan: &Plan<'_>, shell: &mut Shell) -> Result<()> {
        let Self { code, watch, workspace, settings, stand_in, .. } = self;
        // Where calls to the database are counted, there is to be one connection.
        let observed = migrator.observed().filter(|_| stand_in.is_none());
        let sight = observed.map(|observed| Sight { observed, target: settings.alias.target.clone() });
        let mut reported = Reported::new(shell, &workspace.root).seen_from(sight);
        let result = migrator.apply(plan, code, &mut reported, &|| watch.is_interrupted());
        drop(reported);
        result.map_err(|error| {
            let migration = match &error {
                MigrateError::Step(failure) => Some((failure.entry.name.clone(), failure.direction)),
                MigrateError::Stuck { entry, direction, .. } => Some((entry.name.clone(), *direction)),
                _ => None,
            };
            let failure = explain::migrate_error(error, &workspace.root);
            if let Some((name, direction)) = migration {
                progress::failed(&name, direction, &failure.message(), shell);
            }
            failure
        })
    }
}

/// The migrations of a project as they were found, not yet checked.
pub(super) struct Found {
    pub(super) entries: Vec<Entry>,
    pub(super) scope: Scope,
    pub(super) selection: Selection,
    /// The models that only the sources or only the runner know of.
    pub(super) models_disagree: Vec<Diagnostic>,
    /// The migrations that only the sources know of.
    pub(super) migrations_disagree: Vec<Diagnostic>,
    /// What is suppressed in Rust migrations.
    pub(super) allows: Vec<FoundAllow>,
}

/// An `allow(...)` where a Rust migration is registered.
pub(super) struct FoundAllow {
    /// The migration.
    pub(super) migration: String,
    /// What stands in its parentheses.
    pub(super) inside: String,
    pub(super) place: Place,
}

/// A runner that was started, and what is in it.
struct Linked {
    peer: Peer,
    /// The migrations that are not on disk.
    entries: Vec<Entry>,
    models_disagree: Vec<Diagnostic>,
    migrations_disagree: Vec<Diagnostic>,
    scan: Scan,
}

/// Builds and starts the runner.
fn link(
    workspace: &Workspace,
    selection: &Selection,
    on_disk: &[Entry],
    watch: &Watch,
    context: &mut Context<'_>,
) -> Result<Linked> {
    let runner = match runner::prepare(workspace, selection, context.cargo, context.shell) {
        Err(_) if watch.is_interrupted() => return Err(Failure::already_said(Exit::Interrupted)),
        runner => runner?,
    };
    let scan = sources::scan(workspace, selection);
    let start = Start {
        executable: &runner.executable,
        directory: &workspace.root,
        folder: runner.own_folder(),
        library_path: runner.library_path(),
    };
    let peer = Peer::start(&start, watch.clone()).map_err(|error| runner_failure(&error))?;
    drop(runner);
    let names: Vec<_> = selection.dependents.iter().map(|it| workspace.packages[it.package].name.as_str()).collect();
    let mut entries = registered::join(peer.registry(), &scan, &names, &workspace.root);
    entries.extend(files::registered(peer.registry().migrations.iter(), on_disk, &workspace.root, context.shell));
    let models_disagree = sources::models_disagree(peer.registry(), &scan, workspace, selection);
    let migrations_disagree = sources::migrations_disagree(peer.registry(), &scan, workspace, selection);
    Ok(Linked { peer, entries, models_disagree, migrations_disagree, scan })
}

fn allows(scan: &Scan, root: &Path) -> Vec<FoundAllow> {
    let of = |registration: &FoundRegistration| {
        let migration = registration.name.clone().unwrap_or_else(|| registration.type_name.clone());
        let file = registered::relative(&registration.place.file.display().to_string(), root);
        let found = registration.allows.iter().map(move |(inside, line)| FoundAllow {
            migration: migration.clone(),
            inside: inside.clone(),
            place: Place { file: file.clone(), line: u32::try_from(*line).unwrap_or(u32::MAX) },
        });
        found.collect::<Vec<_>>()
    };
    scan.registrations.iter().flat_map(of).collect()
}

/// What is known of the workspace's packages: only when all of them take part does a row without code mean that the code
/// is gone.
fn packages(workspace: &Workspace, selection: &Selection) -> Packages {
    let is_whole = selection.packages.len() == workspace.packages.len() && selection.unlinked.is_empty();
    if is_whole {
        return Packages::All;
    }
    let names = selection.dependents.iter().map(|it| workspace.packages[it.package].name.clone());
    Packages::Only(names.collect())
}

fn runner_failure(error: &PeerError) -> Failure {
    let diagnostic = Diagnostic::error("cannot work with the runner").caused_by(error);
    let (exit, diagnostic) = match error {
        PeerError::Version { .. } => (
            Exit::Usage,
            diagnostic.help("bring both to one version: `cargo update glim-migrations`, or `cargo install cargo-glim`"),
        ),
        _ => (Exit::No, diagnostic),
    };
    Failure::new(exit, diagnostic)
}

/// What is wrong with the registrations, at its places.
pub(super) fn catalog_problem(error: &CatalogError, workspace: &Workspace) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(error.to_string());
    for place in error.places() {
        match explain::line(place, &workspace.root) {
            Some(snippet) => diagnostic = diagnostic.at(snippet),
            None => diagnostic = diagnostic.note(format!("at {place}")),
        }
    }
    diagnostic.help(error.help())
}

fn no_migrations(workspace: &Workspace, selection: &Selection, settings: &Settings) -> Diagnostic {
    if selection.dependents.is_empty() {
        let title = format!("there are no migrations for `{}`", settings.alias.name);
        return Diagnostic::warning(title).help("write one into a folder that `migrations` names in `glim.toml`");
    }
    let names = selection.dependents.iter().map(|it| workspace.packages[it.package].name.as_str());
    let packages = crate::workspace::listed(names);
    Diagnostic::warning(format!("no migration for `{}` is registered in {packages}", settings.alias.name)).help(
        "write a type that implements `glim::Migration`, register it with \
         `inventory::submit! { glim::migration!(YourType) }`, and see that its module is declared",
    )
}
