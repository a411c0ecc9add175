//! Which tables belong to migrations: those of the recorded schema, and those that migrations make, as far as their SQL
//! and their sources say it without being run.

use std::path::PathBuf;

use glim::Direction;
use glim_engine::catalog::Entry;
use glim_files::layout;
use glim_files::split::Statements;
use glim_files::statement::made_tables;
use glim_parse::scan::{FoundMigration, Made, Scan};
use glim_schema::{Dialect, Schema};

use super::files;
use super::make::recorded::Recorded;
use super::registered::crate_of;
use crate::failure::Result;
use crate::settings::{Outline, Settings};
use crate::workspace::Workspace;

/// What belongs to migrations.
pub(super) struct Owned {
    recorded: Schema,
    /// Tables, each with the migration that makes it.
    made: Vec<(String, String)>,
    dialect: Dialect,
}

/// Why a table belongs to migrations.
pub(super) enum Owner<'o> {
    /// It is recorded.
    Record,
    /// This migration makes it.
    Migration(&'o str),
}

impl Owned {
    /// Puts together what is recorded, what the sources say, and the SQL migrations that are known.
    pub(super) fn find(
        workspace: &Workspace,
        settings: &Settings,
        outline: &Outline,
        scan: &Scan,
        entries: &[Entry],
    ) -> Result<Self> {
        let alias = &settings.alias;
        let recorded = Recorded::of_all(workspace, outline)?;
        let mut owned = Self { recorded, made: Vec::new(), dialect: alias.target.dialect() };
        for entry in entries {
            owned.add_entry(entry);
        }
        // A build script takes in folders that the configuration need not name. What is wrong there ends the build.
        let is_named =
            |folder: &&PathBuf| settings.folders.paths.iter().any(|path| workspace.root.join(path) == **folder);
        let others = scan.folders.iter().filter(|folder| !is_named(folder));
        for folder in others.filter_map(|folder| layout::read(folder, None).ok()) {
            for migration in &folder.migrations {
                owned.add_sql(migration.run.text(), &migration.name);
            }
        }
        for migration in &scan.migrations {
            if let Some(name) = registered_as(migration, scan, &alias.name) {
                owned.add_code(migration, name, scan);
            }
        }
        Ok(owned)
    }

    /// Why the table belongs to migrations, if it does.
    pub(super) fn owner(&self, table: &str) -> Option<Owner<'_>> {
        if self.recorded.table(table).is_some() {
            return Some(Owner::Record);
        }
        let is_it = |made: &str| match self.dialect {
            Dialect::Postgres => made == table,
            Dialect::Sqlite | Dialect::Mysql => made.eq_ignore_ascii_case(table),
        };
        let (_, migration) = self.made.iter().find(|(made, _)| is_it(made))?;
        Some(Owner::Migration(migration))
    }

    fn add_entry(&mut self, entry: &Entry) {
        if let Some(script) = entry.script(Direction::Run) {
            self.add_sql(script.text(), &entry.name);
        }
    }

    /// What cannot be split into statements is said when it is to be run.
    fn add_sql(&mut self, sql: &str, migration: &str) {
        let statements = Statements::new(sql, self.dialect).map_while(std::result::Result::ok);
        let tables = statements.flat_map(|statement| made_tables(statement.text, self.dialect));
        self.made.extend(tables.map(|table| (table, migration.to_owned())));
    }

    fn add_code(&mut self, migration: &FoundMigration, name: &str, scan: &Scan) {
        for made in migration.made() {
            match made {
                Made::Table(table) | Made::Renamed(table) => self.made.push((table, name.to_owned())),
                Made::Model(model) => {
                    let tables = scan.models.iter().filter(|found| found.name == model);
                    self.made.extend(tables.map(|found| (found.table.name.clone(), name.to_owned())));
                }
                Made::Sql(sql) => self.add_sql(&sql, name),
            }
        }
    }
}

/// The SQL migrations of the folders that the configuration names, for commands that build nothing.
pub(super) fn on_disk(workspace: &Workspace, settings: &Settings) -> Result<Vec<Entry>> {
    files::find(&settings.folders, &workspace.root).map(|(entries, _)| entries)
}

/// The name under which a migration takes part for the alias, if the sources register it for that.
fn registered_as<'s>(migration: &'s FoundMigration, scan: &'s Scan, alias: &str) -> Option<&'s str> {
    let krate = crate_of(&migration.place.module);
    let of_type = scan.registrations.iter().filter(|known| known.type_name == migration.type_name);
    let mut of_crate = of_type.filter(|known| crate_of(&known.place.module) == krate);
    let found = of_crate.find(|known| known.db.as_ref().is_none_or(|db| db == alias))?;
    Some(found.name.as_deref().unwrap_or(&found.type_name))
}
