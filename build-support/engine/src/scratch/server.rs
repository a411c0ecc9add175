//! Scratch databases on servers, each held by the connection that made it.
//!
//! Whether that connection is still there is what tells one in use from a leftover, from its very first moment:
//! PostgreSQL's process and time are in the database's name; MySQL's lock has the database's name and is taken before.

use glim::error::{DatabaseError, ErrorClass};
use glim_schema::Dialect;
use glim_schema::sql::quote;
use uuid::Uuid;

use super::query::rows;
use super::{PREFIX, ScratchError};
use crate::driver::{self, Access, ConnectError, Connection};
use crate::target::{Place, Target};

/// A database that was made, and the connection that holds it.
pub(super) struct Database {
    admin: Box<dyn Connection>,
    name: String,
    is_there: bool,
}

impl Database {
    /// Makes one on the server of the target, and gives the names of the leftovers that were removed before.
    pub(super) fn create(target: &Target) -> Result<(Self, Vec<String>), ScratchError> {
        let mut admin = connect(target)?;
        let leftovers = sweep(&mut *admin)?;
        let failed = ScratchError::database("create a scratch database");
        let (name, options) = match admin.dialect() {
            Dialect::Postgres => postgres(&mut *admin),
            Dialect::Mysql | Dialect::Sqlite => mysql(&mut *admin),
        }
        .map_err(&failed)?;
        let sql = format!("CREATE DATABASE {}{options}", quote(admin.dialect(), &name));
        admin.batch(&sql).map_err(&failed)?;
        Ok((Self { admin, name, is_there: true }, leftovers))
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn remove(&mut self) -> Result<(), ScratchError> {
        if !self.is_there {
            return Ok(());
        }
        drop_database(&mut *self.admin, &self.name).map_err(ScratchError::database("drop a scratch database"))?;
        self.is_there = false;
        Ok(())
    }
}

/// Connects to the target's database, or where there is none to one that each server has.
fn connect(target: &Target) -> Result<Box<dyn Connection>, ConnectError> {
    // To copy a template may take longer than a statement of the alias may.
    let mut target = Target { lock_timeout: None, statement_timeout: None, ..target.clone() };
    match driver::connect(&target, Access::ReadWrite) {
        Err(error @ ConnectError::NoDatabase { .. }) => {
            match &mut target.place {
                Place::Postgres(server) => "postgres".clone_into(&mut server.database),
                Place::Mysql(server) => "information_schema".clone_into(&mut server.database),
                Place::Sqlite { .. } => return Err(error),
            }
            driver::connect(&target, Access::ReadWrite)
        }
        other => other,
    }
}

/// A new name, and the alias's encoding and collation. `template0` is empty, and the only one that takes them.
fn postgres(admin: &mut dyn Connection) -> Result<(String, String), DatabaseError> {
    // The columns of locales differ between versions.
    let sql = "SELECT pg_backend_pid()::text, floor(extract(epoch FROM clock_timestamp()))::bigint::text, \
               pg_encoding_to_char(encoding)::text, datcollate::text, datctype::text, to_jsonb(d)->>'datlocprovider', \
               coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale'), to_jsonb(d)->>'daticurules' \
               FROM pg_catalog.pg_database d WHERE datname = current_database()";
    let row = rows(admin, sql)?.into_iter().next().unwrap_or_default();
    let field = |at: usize| row.get(at).cloned().flatten();
    let random = &Uuid::now_v7().simple().to_string()[20..];
    let name = format!("{PREFIX}{}_{}_{random}", field(0).unwrap_or_default(), field(1).unwrap_or_default());
    let mut options = vec!["TEMPLATE template0".to_owned()];
    let provider = field(5);
    let locale = match provider.as_deref() {
        Some("i") => Some("ICU_LOCALE"),
        Some("b") => Some("BUILTIN_LOCALE"),
        _ => None,
    };
    let word = match provider.as_deref() {
        Some("i") => Some("icu"),
        Some("b") => Some("builtin"),
        _ => None,
    };
    let given = [
        ("ENCODING", field(2)),
        ("LC_COLLATE", field(3)),
        ("LC_CTYPE", field(4)),
        ("LOCALE_PROVIDER", word.map(str::to_owned)),
        (locale.unwrap_or_default(), field(6).filter(|_| locale.is_some())),
        ("ICU_RULES", field(7)),
    ];
    for (key, value) in given {
        if let Some(value) = value {
            options.push(format!("{key} '{}'", value.replace('\'', "''")));
        }
    }
    Ok((name, format!(" {}", options.join(" "))))
}

/// A new name, whose lock is taken, and the alias's character set and collation.
fn mysql(admin: &mut dyn Connection) -> Result<(String, String), DatabaseError> {
    // What somebody else does in a scratch database is not waited for.
    admin.batch("SET SESSION lock_wait_timeout = 10")?;
    let name = format!("{PREFIX}{}", Uuid::now_v7().simple());
    let taken = rows(admin, &format!("SELECT GET_LOCK('{name}', 0)"))?;
    if taken.first().and_then(|row| row.first()).and_then(Option::as_deref) != Some("1") {
        let message = "GET_LOCK failed, with which a scratch database is marked as used".to_owned();
        return Err(DatabaseError { message, ..DatabaseError::default() });
    }
    let sql = "SELECT default_character_set_name, default_collation_name FROM information_schema.schemata \
               WHERE schema_name = database() AND schema_name <> 'information_schema'";
    let options = match rows(admin, sql)?.as_slice() {
        [row] => match row.as_slice() {
            [Some(set), Some(collation)] => format!(" CHARACTER SET {set} COLLATE {collation}"),
            _ => String::new(),
        },
        _ => String::new(),
    };
    Ok((name, options))
}

/// Removes the databases whose makers are gone, and gives their names. One that may not be dropped stays.
fn sweep(admin: &mut dyn Connection) -> Result<Vec<String>, ScratchError> {
    let sql = match admin.dialect() {
        // Who may not see since when a process serves a connection takes it for the maker.
        Dialect::Postgres => {
            "SELECT d.datname::text FROM pg_catalog.pg_database d \
             WHERE d.datname ~ '^glim_scratch_[0-9]+_[0-9]+_[0-9a-f]+$' AND NOT EXISTS ( \
               SELECT 1 FROM pg_catalog.pg_stat_activity a WHERE a.pid::text = split_part(d.datname, '_', 3) \
               AND (a.backend_start IS NULL \
                    OR floor(extract(epoch FROM a.backend_start)) <= split_part(d.datname, '_', 4)::numeric))"
        }
        Dialect::Mysql | Dialect::Sqlite => {
            "SELECT schema_name FROM information_schema.schemata \
             WHERE schema_name REGEXP '^glim_scratch_[0-9a-f]+$' AND IS_FREE_LOCK(schema_name) = 1"
        }
    };
    let found = rows(admin, sql).map_err(ScratchError::database("look for scratch databases of earlier commands"))?;
    let names: Vec<String> = found.into_iter().filter_map(|mut row| row.pop().flatten()).collect();
    Ok(names.into_iter().filter(|name| drop_database(admin, name).is_ok()).collect())
}

/// Drops a database, and ends what is connected to it: a killed command's statement may still be running.
fn drop_database(admin: &mut dyn Connection, name: &str) -> Result<(), DatabaseError> {
    let dialect = admin.dialect();
    let sql = format!("DROP DATABASE IF EXISTS {}", quote(dialect, name));
    if dialect != Dialect::Postgres {
        // Without the right to see others, they are not seen.
        let connected = format!("SELECT id FROM information_schema.processlist WHERE db = '{name}'");
        for id in rows(admin, &connected)?.into_iter().filter_map(|mut row| row.pop().flatten()) {
            // It may have ended by itself.
            let _ = admin.batch(&format!("KILL {id}"));
        }
        return admin.batch(&sql);
    }
    // PostgreSQL 13 is the first that can.
    match admin.batch(&format!("{sql} WITH (FORCE)")) {
        Err(error) if error.class == ErrorClass::Syntax => admin.batch(&sql),
        other => other,
    }
}
