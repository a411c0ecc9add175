//! Rehearsals: migrations run for real, on a scratch database, with what they send noted.

use std::collections::BTreeSet;

use glim::error::{DatabaseError, ErrorClass};
use glim_engine::driver::Connection;
use glim_engine::ledger::{Ledger, Row};
use glim_engine::migrator::{Aftermath, Journaling, Locked, MigrateError};
use glim_engine::plan::{Plan, Step};
use glim_engine::progress::Silent;
use glim_engine::scratch::snapshot::Snapshot;
use glim_engine::scratch::{Recorder, Scratch, Sent};
use glim_engine::session::Session;
use glim_engine::source::Stopped;
use glim_engine::sync::{creation, waiting};
use glim_schema::Table;

use super::project::Project;
use super::{database, explain, scratch};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;

/// A scratch database on which migrations run.
pub(super) struct Rehearsal {
    // Dropped in this order: the connections before the database.
    migrator: Locked<'static>,
    recorder: Recorder,
    scratch: Scratch,
}

/// Why migrations have not all run.
pub(super) enum NotRehearsed {
    /// There is no scratch database, or the user wants to end.
    NoDatabase(Failure),
    /// A migration failed.
    Failed(Failure),
}

impl From<NotRehearsed> for Failure {
    fn from(why: NotRehearsed) -> Self {
        match why {
            NotRehearsed::NoDatabase(failure) | NotRehearsed::Failed(failure) => failure,
        }
    }
}

/// The tables of models, and which of them migrations take for granted.
#[derive(Default)]
pub(super) struct Tables<'t> {
    /// All of them.
    pub(super) all: Vec<&'t Table>,
    /// Those that are made before the migrations run, by name.
    made_first: BTreeSet<String>,
    /// Those that migrations make, by name.
    made_later: BTreeSet<String>,
}

impl<'t> Tables<'t> {
    pub(super) fn new(all: Vec<&'t Table>) -> Self {
        Self { all, ..Self::default() }
    }

    /// Those that stand before the first migration runs.
    pub(super) fn first(&self) -> Vec<&'t Table> {
        self.all.iter().copied().filter(|table| self.made_first.contains(&table.name)).collect()
    }

    /// Learns from a failure which tables are to be there when migrations begin. Gives whether it is worth another try:
    /// where a table was missing, all that no migration is known to make are made first; where a migration makes one
    /// that was, it is left to it.
    pub(super) fn learn(&mut self, failure: &MigrateError) -> bool {
        let Some(error) = database_error(failure) else { return false };
        if error.class == ErrorClass::UndefinedObject {
            let names = self.all.iter().map(|table| table.name.clone());
            let before = self.made_first.len();
            self.made_first = names.filter(|name| !self.made_later.contains(name)).collect();
            return self.made_first.len() > before;
        }
        let statement = error.statement.as_deref().unwrap_or_default();
        if !statement.trim_start().to_lowercase().starts_with("create table") {
            return false;
        }
        let named: Vec<_> = self.made_first.iter().filter(|name| names(statement, name)).cloned().collect();
        for name in &named {
            self.made_first.remove(name);
            self.made_later.insert(name.clone());
        }
        !named.is_empty()
    }
}

/// Whether a statement creates a table of that name: the first name in it, with or without quotes and a schema.
fn names(statement: &str, table: &str) -> bool {
    let head = statement.split('(').next().unwrap_or_default();
    head.split(|c: char| c.is_whitespace() || "\"`[].".contains(c)).any(|word| word.eq_ignore_ascii_case(table))
}

fn database_error(failure: &MigrateError) -> Option<&DatabaseError> {
    let MigrateError::Step(failure) = failure else { return None };
    match &failure.stopped {
        Stopped::Error(error) => error.as_database(),
        Stopped::Statement { error, .. } => Some(error),
        _ => None,
    }
}

impl Rehearsal {
    /// Makes a scratch database for the project's alias.
    pub(super) fn open(project: &Project, shell: &mut Shell) -> Result<Self> {
        let alias = &project.settings.alias;
        let scratch = scratch::create(alias, &project.workspace, shell)?;
        let recorder = Recorder::default();
        let connection = scratch.connect().map_err(|error| scratch::failure(&alias.name, &error))?;
        project.watch.cancel_with(connection.canceller());
        let connection = recorder.connection(connection);
        let interrupted = || project.watch.is_interrupted();
        let (migrator, _) = Locked::lock(connection, Locked::LOCK_TIMEOUT, &mut Silent, &interrupted)
            .map_err(|error| explain::migrate_error(error, &project.workspace.root))?;
        // Nobody goes on with what is thrown away.
        let migrator = migrator.journaling(Journaling::Off);
        Ok(Self { migrator, recorder, scratch })
    }

    /// Makes one on which the steps have run, and gives what each has sent. Tables of models that migrations take for
    /// granted are made first, as `run --sync` does.
    pub(super) fn after(
        steps: &[Step<'_>],
        tables: &mut Tables<'_>,
        project: &mut Project,
        shell: &mut Shell,
    ) -> Result<(Self, Vec<Vec<Sent>>), NotRehearsed> {
        loop {
            let mut rehearsal = Self::open(project, shell).map_err(NotRehearsed::NoDatabase)?;
            rehearsal.make_first(tables).map_err(NotRehearsed::Failed)?;
            let sent: Result<Vec<_>, _> = steps.iter().map(|step| rehearsal.run(step, project)).collect();
            match sent {
                Ok(sent) => return Ok((rehearsal, sent)),
                Err(error) if tables.learn(&error) => {}
                Err(error) => {
                    let failure = failed(error, project);
                    let is_answer = failure.exit == Exit::No;
                    return Err(if is_answer {
                        NotRehearsed::Failed(failure)
                    } else {
                        NotRehearsed::NoDatabase(failure)
                    });
                }
            }
        }
    }

    /// Runs one step, and gives what it has sent, where it is not an SQL migration.
    pub(super) fn run(&mut self, step: &Step<'_>, project: &mut Project) -> Result<Vec<Sent>, MigrateError> {
        let plan = Plan { steps: vec![step.clone()], notes: Vec::new() };
        let watch = project.watch.clone();
        let mut source = self.recorder.source(project.code());
        self.migrator.apply(&plan, &mut source, &mut Silent, &|| watch.is_interrupted())?;
        Ok(self.recorder.take())
    }

    /// Creates the tables that migrations take for granted. What refers to one that only migrations make follows later.
    pub(super) fn make_first(&mut self, tables: &Tables<'_>) -> Result<usize> {
        make_first(self.migrator.connection(), tables)
    }

    /// Creates those of the tables that are missing, and gives how many they were.
    pub(super) fn make(&mut self, tables: &[&Table]) -> Result<usize> {
        make(self.migrator.connection(), tables)
    }

    /// What it is on, such as `PostgreSQL 15.18`.
    pub(super) fn server(&mut self) -> Result<String> {
        let server = self.migrator.connection().server().map_err(|error| refused("ask for the version", &error))?;
        Ok(format!("{} {}", server.product, server.version))
    }

    /// All that it holds besides rows.
    pub(super) fn snapshot(&mut self) -> Result<Snapshot> {
        Snapshot::take(self.migrator.connection()).map_err(|error| refused("read the schema", &error))
    }

    /// The rows of its ledger.
    pub(super) fn rows(&mut self) -> Result<Vec<Row>> {
        let ledger = Ledger::open(self.migrator.connection(), glim_engine::driver::Access::ReadOnly);
        ledger.map(|(_, rows)| rows).map_err(|error| database::ledger_failure(&error))
    }

    /// Its connection.
    pub(super) fn connection(&mut self) -> &mut dyn Connection {
        self.migrator.connection()
    }

    /// Drops the database, and says so where that fails.
    pub(super) fn end(self, shell: &mut Shell) {
        let Self { migrator, recorder: _, scratch } = self;
        drop(migrator);
        scratch::remove(scratch, shell);
    }
}

/// Creates the tables that migrations take for granted, as [`Rehearsal::make_first`] does.
pub(super) fn make_first(connection: &mut dyn Connection, tables: &Tables<'_>) -> Result<usize> {
    let first = tables.first();
    let existing = existing(connection)?;
    let is_late =
        |name: &str| existing.iter().all(|there| there != name) && first.iter().all(|table| table.name != name);
    let waiting = waiting(&first, &existing, is_late);
    let waits = |table: &Table| waiting.iter().any(|(other, _)| other.name == table.name);
    make(connection, &first.iter().copied().filter(|table| !waits(table)).collect::<Vec<_>>())
}

fn make(connection: &mut dyn Connection, tables: &[&Table]) -> Result<usize> {
    let existing = existing(connection)?;
    let creation = creation(tables, &existing, None, connection.dialect())
        .map_err(|error| Failure::no(Diagnostic::error(error.to_string()).help(error.help())))?;
    let mut session = Session::unguarded(connection);
    for (table, changes) in &creation.tables {
        for change in changes {
            session.change(change).map_err(|error| {
                let title = format!("cannot create table `{}` of a model on a scratch database", table.name);
                Failure::no(explain::error(Diagnostic::error(title), &error))
            })?;
        }
    }
    Ok(creation.tables.len())
}

fn existing(connection: &mut dyn Connection) -> Result<Vec<String>> {
    glim_engine::introspect::tables(connection).map_err(|error| refused("list the tables", &error))
}

/// What to say of a migration that failed on a scratch database.
pub(super) fn failed(mut error: MigrateError, project: &Project) -> Failure {
    let alias = &project.settings.alias.name;
    let aftermath = format!("it ran on a scratch database; `{alias}` is as it was");
    if let MigrateError::Step(failure) = &mut error {
        // What it leaves behind goes with the database.
        failure.aftermath = Aftermath::RolledBack;
        failure.unrecorded = None;
    }
    let mut failure = explain::migrate_error(error, &project.workspace.root);
    for diagnostic in &mut failure.diagnostics {
        diagnostic.notes.retain(|note| note != explain::ROLLED_BACK);
        diagnostic.notes.push(aftermath.clone());
    }
    failure
}

fn refused(what: &str, error: &DatabaseError) -> Failure {
    Failure::no(explain::database(Diagnostic::error(format!("cannot {what} of a scratch database")), error))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_statement_names_the_table_that_it_creates() {
        for statement in
            ["CREATE TABLE users (id int)", "create table \"app\".\"users\"(id int)", "CREATE TABLE `users`"]
        {
            assert!(names(statement, "users"), "{statement}");
        }
        assert!(!names("CREATE TABLE orders (users int)", "users"));
    }
}
