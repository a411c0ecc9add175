//! `sync`: creates the tables of models that do not exist yet. Never alters or drops one.

use glim_engine::catalog::Entry;
use glim_engine::driver::{Access, Connection};
use glim_engine::introspect;
use glim_engine::migrator::Locked;
use glim_engine::near::{did_you_mean, nearest_first};
use glim_engine::session::Session;
use glim_engine::sync::{Creation, creation};
use glim_parse::Library;
use glim_parse::scan::{FoundModel, Scan};
use glim_schema::{Dialect, Table};
use serde::Serialize;

use super::context::{Context, interruptible, watch};
use super::diff::Exactness;
use super::options::Sync;
use super::owned::{self, Owned, Owner};
use super::progress::Reported;
use super::project::Project;
use super::{database, diff, explain, planned, protection, sources};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::report::{Shell, plural};
use crate::settings::{Outline, Settings};
use crate::workspace::{Selection, Workspace};

/// One line of `--format json`.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event<'e> {
    Created { version: u32, model: &'e str, table: &'e str },
    UpToDate { version: u32, model: &'e str, table: &'e str },
    Differs { version: u32, model: &'e str, table: &'e str, differences: Vec<String> },
    LeftToMigrations { version: u32, model: &'e str, table: &'e str, migration: Option<&'e str> },
    Waiting { version: u32, model: &'e str, table: &'e str, references: &'e str },
}

pub(crate) fn run(options: &Sync, context: &mut Context<'_>) -> Result<Exit> {
    let workspace = context.workspace()?;
    let settings = context.settings(&workspace)?;
    let entries = owned::on_disk(&workspace, &settings)?;
    let models = Models::find(&workspace, &settings, &entries, context)?;
    models.require(options.name.as_deref())?;
    models.check(options.name.as_deref(), &settings)?;
    let watch = watch(None)?;
    let connection = database::open(&settings.alias, Access::ReadWrite)?;
    watch.cancel_with(connection.canceller());
    let timeout = options.lock_timeout.unwrap_or(Locked::LOCK_TIMEOUT);
    let (mut migrator, _) =
        Locked::lock(connection, timeout, &mut Reported::new(context.shell, &workspace.root), &|| {
            watch.is_interrupted()
        })
        .map_err(|error| explain::migrate_error(error, &workspace.root))?;
    protection::remember(&mut migrator, &settings.alias)?;
    let name = options.name.as_deref();
    let here = (&settings, &workspace);
    interruptible(&watch, || models.create(name, Part::First, migrator.connection(), here, context.shell))?;
    planned::release(migrator, context.shell);
    Ok(Exit::Done)
}

/// The models of the alias: those whose tables are `sync`'s, and those whose tables belong to migrations.
pub(super) struct Models {
    pub(super) library: Library,
    own: Vec<FoundModel>,
    left: Vec<Left>,
}

/// A model whose table belongs to migrations.
struct Left {
    model: FoundModel,
    /// The migration that makes the table, where it is not in the recorded schema.
    maker: Option<String>,
}

/// What is to be created now.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What does not have to wait for migrations.
    First,
    /// What has waited for them.
    Rest,
}

/// What can be created, and what cannot yet.
struct Planned<'m> {
    creation: Creation<'m>,
    /// Models that refer to a table which migrations have not made yet, with that table.
    waiting: Vec<(&'m FoundModel, &'m str)>,
}

impl Models {
    /// Finds those of a project, in what was read of its sources before, if that was.
    pub(super) fn of_project(project: &mut Project, entries: &[Entry], context: &mut Context<'_>) -> Result<Self> {
        let scan = project.scan.take();
        let (settings, workspace) = project.here();
        let selection = workspace.select(context.cargo)?;
        let scan = scan.unwrap_or_else(|| sources::scan(workspace, &selection));
        Self::find_in(scan, &selection, workspace, settings, entries, context)
    }

    /// Finds them in the sources of the selected packages. `entries` are the SQL migrations that are known.
    fn find(workspace: &Workspace, settings: &Settings, entries: &[Entry], context: &mut Context<'_>) -> Result<Self> {
        let selection = workspace.select(context.cargo)?;
        Self::find_in(sources::scan(workspace, &selection), &selection, workspace, settings, entries, context)
    }

    /// The same, where glim's own sources were read before.
    fn find_in(
        scan: Scan,
        selection: &Selection,
        workspace: &Workspace,
        settings: &Settings,
        entries: &[Entry],
        context: &mut Context<'_>,
    ) -> Result<Self> {
        let scan = sources::with_models(scan, workspace, selection, settings.models)?;
        sources::refuse_errors(&scan, workspace, context.shell)?;
        let alias = &settings.alias.name;
        let library = scan.library;
        let ours = |model: &FoundModel| {
            !model.frozen && !model.is_elsewhere() && model.db.as_ref().is_none_or(|db| db == alias)
        };
        if !scan.models.iter().any(ours) {
            return Ok(Self { library, own: Vec::new(), left: Vec::new() });
        }
        let outline = Outline::load(&workspace.root, context.db)?;
        let owned = Owned::find(workspace, settings, &outline, &scan, entries)?;
        let models: Vec<_> = scan.models.into_iter().filter(ours).collect();
        for (index, model) in models.iter().enumerate() {
            if let Some(other) = models[..index].iter().find(|other| other.table.name == model.table.name) {
                return Err(sources::described_twice(other, model, workspace));
            }
        }
        let mut found = Self { library, own: Vec::new(), left: Vec::new() };
        for model in models {
            match owned.owner(&model.table.name) {
                // Models that do not say all can make no table.
                None if library.says_all() => found.own.push(model),
                None | Some(Owner::Record) => found.left.push(Left { model, maker: None }),
                Some(Owner::Migration(maker)) => found.left.push(Left { model, maker: Some(maker.to_owned()) }),
            }
        }
        Ok(found)
    }

    /// The models whose tables `sync` makes.
    pub(super) fn own(&self) -> &[FoundModel] {
        &self.own
    }

    /// All models: first those whose tables `sync` makes, and how many they are.
    pub(super) fn into_all(self) -> (Vec<FoundModel>, usize) {
        let own = self.own.len();
        (self.own.into_iter().chain(self.left.into_iter().map(|left| left.model)).collect(), own)
    }

    /// Refuses models of which no table can be made.
    fn require_all(&self) -> Result<()> {
        if self.library.says_all() {
            return Ok(());
        }
        let library = self.library.title();
        let error = Diagnostic::error(format!("`sync` makes no tables of {library}'s models"))
            .note("they leave unsaid what migrations say: defaults, indexes, how types are spelt");
        Err(Failure::usage(error.help("write a migration that makes them; `cargo glim diff` shows what differs")))
    }

    /// Refuses a name that no model has.
    fn require(&self, name: Option<&str>) -> Result<()> {
        let Some(name) = name else { return Ok(()) };
        let left = || self.left.iter().map(|left| &left.model);
        let names = || self.own.iter().chain(left()).map(|model| model.name.as_str());
        if names().any(|known| known == name) {
            return Ok(());
        }
        let error = Diagnostic::error(format!("unknown model `{name}`"));
        let help = did_you_mean(&nearest_first(name, names()))
            .unwrap_or_else(|| "`cargo glim models` lists the models".to_owned());
        Err(Failure::usage(error.help(help)))
    }

    /// Looks whether [`create`](Self::create) can be planned. Models that do not fit together must not make so much as a
    /// ledger.
    pub(super) fn check(&self, name: Option<&str>, settings: &Settings) -> Result<()> {
        self.require_all()?;
        let existing = match database::look_at(&settings.alias)? {
            Some(mut connection) => {
                introspect::tables(&mut *connection).map_err(|error| refused("list the tables", &error))?
            }
            None => Vec::new(),
        };
        self.plan(name, &existing, settings.alias.target.dialect()).map(drop)
    }

    /// Creates what is missing, and says of the rest whether it is as its model describes it. Gives whether something
    /// waits for migrations.
    pub(super) fn create(
        &self,
        name: Option<&str>,
        part: Part,
        connection: &mut dyn Connection,
        (settings, workspace): (&Settings, &Workspace),
        shell: &mut Shell,
    ) -> Result<bool> {
        let existing = introspect::tables(connection).map_err(|error| refused("list the tables", &error))?;
        let Planned { creation, waiting } = self.plan(name, &existing, connection.dialect())?;
        let is_wanted = |model: &FoundModel| name.is_none_or(|name| model.name == name);
        let is_made = |model: &FoundModel| creation.tables.iter().any(|(table, _)| table.name == model.table.name);
        let waits = |model: &FoundModel| waiting.iter().any(|(waits, _)| waits.table.name == model.table.name);
        if part == Part::First {
            for left in self.left.iter().filter(|left| is_wanted(&left.model)) {
                left.say(shell);
            }
            let there = |model: &&FoundModel| is_wanted(model) && !is_made(model) && !waits(model);
            let there: Vec<_> = self.own.iter().filter(there).collect();
            compare(&there, connection, settings, workspace, shell)?;
        }
        for (FoundModel { name: model, table, .. }, references) in waiting.iter().filter(|(model, _)| is_wanted(model))
        {
            let table = table.name.as_str();
            shell.event(&Event::Waiting { version: 1, model, table, references });
            let why = format!("table `{table}` refers to `{references}`, which migrations have not made yet");
            shell.status("Waiting", &format!("{model} ({why})"));
        }
        let rest = if waiting.is_empty() { "" } else { "; the rest follows after `cargo glim run`" };
        if creation.tables.is_empty() {
            if waiting.is_empty() && part == Part::First {
                shell.status("Finished", "no table is missing");
            }
            return Ok(!waiting.is_empty());
        }
        self.make(&creation, connection, shell)?;
        let count = plural(creation.tables.len(), "table");
        shell.status("Finished", &format!("created {count}{rest}"));
        Ok(!waiting.is_empty())
    }

    /// Says what [`create`](Self::create) would do.
    pub(super) fn preview(&self, connection: Option<&mut dyn Connection>, shell: &mut Shell) -> Result<()> {
        self.require_all()?;
        let (existing, dialect) = match connection {
            // Only SQLite has databases that are not there yet.
            None => (Vec::new(), Dialect::Sqlite),
            Some(connection) => {
                let existing = introspect::tables(connection).map_err(|error| refused("list the tables", &error))?;
                (existing, connection.dialect())
            }
        };
        let Planned { creation, waiting } = self.plan(None, &existing, dialect)?;
        let now = creation.tables.iter().map(|(table, _)| *table);
        let tables = now.chain(waiting.iter().map(|(model, _)| &model.table));
        for table in tables {
            shell.result(&format!("Would create table {}", table.name));
        }
        Ok(())
    }

    fn plan(&self, name: Option<&str>, existing: &[String], dialect: Dialect) -> Result<Planned<'_>> {
        if name.is_some_and(|name| self.left.iter().any(|left| left.model.name == name)) {
            return Ok(Planned { creation: Creation::default(), waiting: Vec::new() });
        }
        let waiting = self.waiting(existing);
        let waits = |table: &Table| waiting.iter().any(|(model, _)| model.table.name == table.name);
        let tables: Vec<_> = self.own.iter().map(|model| &model.table).filter(|table| !waits(table)).collect();
        let wanted =
            self.own.iter().find(|model| Some(model.name.as_str()) == name).map(|model| model.table.name.as_str());
        let creation = creation(&tables, existing, wanted, dialect)
            .map_err(|error| Failure::no(Diagnostic::error(error.to_string()).help(error.help())))?;
        Ok(Planned { creation, waiting })
    }

    /// The models whose tables are missing and refer to one that is missing, too, and is for migrations to make.
    fn waiting(&self, existing: &[String]) -> Vec<(&FoundModel, &str)> {
        let is_late = |name: &str| {
            self.left.iter().any(|left| left.model.table.name == name) && existing.iter().all(|there| there != name)
        };
        let tables: Vec<_> = self.own.iter().map(|model| &model.table).collect();
        let model = |table: &Table| self.own.iter().find(|model| model.table.name == table.name);
        let waiting = glim_engine::sync::waiting(&tables, existing, is_late).into_iter();
        waiting.filter_map(|(table, references)| Some((model(table)?, references))).collect()
    }

    /// Creates the tables: all or none where the database can, else one by one.
    fn make(&self, creation: &Creation<'_>, connection: &mut dyn Connection, shell: &mut Shell) -> Result<()> {
        let is_atomic = connection.dialect().capabilities().transactional_ddl;
        if is_atomic {
            connection.batch("BEGIN").map_err(|error| refused("begin a transaction", &error))?;
        }
        let mut session = Session::unguarded(connection);
        for (table, changes) in &creation.tables {
            for change in changes {
                if let Err(error) = session.change(change) {
                    return Err(self.abandon(table, &error, is_atomic, connection));
                }
            }
        }
        if is_atomic {
            connection.batch("COMMIT").map_err(|error| refused("commit", &error))?;
        }
        for (table, _) in &creation.tables {
            let model = self.of(table);
            shell.event(&Event::Created { version: 1, model, table: &table.name });
            shell.result(&format!("Syncing {model}.."));
            shell.result("Done.");
        }
        Ok(())
    }

    fn abandon(&self, table: &Table, error: &glim::Error, is_atomic: bool, connection: &mut dyn Connection) -> Failure {
        let title = format!("cannot create table `{}` of model `{}`", table.name, self.of(table));
        let diagnostic = explain::error(Diagnostic::error(title), error);
        if !is_atomic {
            return Failure::no(diagnostic.note("tables before it were created, and stay"));
        }
        let undone = connection.batch("ROLLBACK");
        Failure::no(match undone {
            Ok(()) => diagnostic.note("nothing was created"),
            Err(error) => diagnostic.note(format!("the transaction could not be rolled back: {error}")),
        })
    }

    fn of(&self, table: &Table) -> &str {
        self.own.iter().find(|model| model.table.name == table.name).map_or("", |model| model.name.as_str())
    }
}

impl Left {
    fn say(&self, shell: &mut Shell) {
        let Self { model: FoundModel { name: model, table, .. }, maker } = self;
        let (table, migration) = (table.name.as_str(), maker.as_deref());
        shell.event(&Event::LeftToMigrations { version: 1, model, table, migration });
        let by = migration.map_or_else(|| "see `cargo glim run`".to_owned(), |name| format!("`{name}` makes it"));
        shell.status("Left", &format!("{model} (table `{table}` belongs to migrations: {by})"));
    }
}

/// Says whether existing tables are as their models describe them.
fn compare(
    models: &[&FoundModel],
    connection: &mut dyn Connection,
    settings: &Settings,
    workspace: &Workspace,
    shell: &mut Shell,
) -> Result<()> {
    if models.is_empty() {
        return Ok(());
    }
    let live = introspect::describe(connection).map_err(|error| refused("read the schema", &error))?;
    let drifts = diff::of_models(
        models.iter().copied(),
        Library::Glim,
        &live,
        &settings.alias,
        workspace,
        Exactness::AsWritten,
    )?;
    for FoundModel { name: model, table, .. } in models {
        let table = table.name.as_str();
        let Some(drift) = drifts.iter().find(|drift| drift.model.table.name == table) else {
            shell.event(&Event::UpToDate { version: 1, model, table });
            shell.status("Up to date", &format!("{model} (table `{table}`)"));
            continue;
        };
        let differences = drift.items.iter().map(ToString::to_string).collect();
        let warning = Diagnostic::warning(drift.title());
        shell.event(&Event::Differs { version: 1, model, table, differences });
        let help = "`sync` never alters a table: write a migration that does; `cargo glim diff` shows all that differs";
        shell.diagnostic(&drift.notes(warning).help(help));
    }
    Ok(())
}

fn refused(what: &str, error: &glim::error::DatabaseError) -> Failure {
    Failure::no(explain::database(Diagnostic::error(format!("cannot {what}")), error))
}
