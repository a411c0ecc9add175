//! Bringing the ledger's own schema to the newest version, through refinery, on the engine's own connection.

use std::fmt;

use glim::error::DatabaseError;
use glim_schema::Dialect;
use refinery_core::traits::sync::{Migrate, Query, Transaction};
use refinery_core::{Migration, Runner, Target};

use super::LedgerError;
use super::history;
use super::names::Names;
use super::versions::{self, JOURNAL, LEDGER, LOG, SETTINGS};
use crate::driver::{self, Connection, fetch};

/// What has to be done to a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Run the versions that the history does not name.
    Run,
    /// The columns are all there and the history does not say so: the last attempt was killed between the two, which
    /// only a database without transactional DDL allows, or somebody dropped the history. Write it anew.
    Record,
}

/// Does the work, in one transaction where the database has transactional DDL. The history must have been checked.
pub(super) fn upgrade(conn: &mut dyn Connection, names: &Names, work: Work) -> Result<(), LedgerError> {
    let failed = LedgerError::database("create or upgrade the ledger");
    // A caller's own transaction is as good as ours.
    let begin = match (names.dialect, conn.transaction()) {
        (Dialect::Mysql, _) | (_, driver::Transaction::Open) => None,
        (Dialect::Sqlite, _) => Some("BEGIN IMMEDIATE"),
        (Dialect::Postgres, _) => Some("BEGIN"),
    };
    let Some(begin) = begin else { return run(conn, names, work) };
    conn.batch(begin).map_err(failed)?;
    let done = run(conn, names, work);
    let end = conn.batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" });
    done.and_then(|()| end.map_err(LedgerError::database("create or upgrade the ledger")))
}

fn run(conn: &mut dyn Connection, names: &Names, work: Work) -> Result<(), LedgerError> {
    let migration = |(name, sql): (&str, &str)| Migration::unapplied(name, sql).map_err(|error| refused(&error));
    if work == Work::Record {
        let backfill = versions::backfill(names.dialect);
        let failed = LedgerError::database("create or upgrade the ledger");
        Session { conn, names }.batch(backfill).map_err(failed)?;
    }
    let versions = versions::versions(names.dialect).into_iter().map(migration).collect::<Result<Vec<_>, _>>()?;
    let mut session = Session { conn, names };
    let mut to = |target| {
        let mut runner = Runner::new(&versions).set_grouped(true).set_target(target);
        runner.set_migration_table_name(&names.history);
        runner.run(&mut session).map_err(|error| refused(&error)).map(drop)
    };
    if work == Work::Record {
        to(Target::FakeVersion(versions::COLUMNS))?;
    }
    to(Target::Latest)
}

/// The engine's connection, as refinery wants it.
struct Session<'a> {
    conn: &'a mut dyn Connection,
    names: &'a Names,
}

impl Session<'_> {
    fn batch(&mut self, sql: &str) -> Result<(), DatabaseError> {
        let Names { table, journal, log, settings, .. } = self.names;
        let named = [(LEDGER, table), (JOURNAL, journal), (LOG, log), (SETTINGS, settings)];
        self.conn.batch(&named.iter().fold(sql.to_owned(), |sql, (stand_in, name)| sql.replace(stand_in, name)))
    }
}

impl Transaction for Session<'_> {
    type Error = Refused;

    fn execute<'a, T: Iterator<Item = &'a str>>(&mut self, queries: T) -> Result<usize, Refused> {
        let mut count = 0;
        for query in queries {
            self.batch(query).map_err(|error| Refused(LedgerError::database("create or upgrade the ledger")(error)))?;
            count += 1;
        }
        Ok(count)
    }
}

impl Query<Vec<Migration>> for Session<'_> {
    fn query(&mut self, query: &str) -> Result<Vec<Migration>, Refused> {
        let failed = LedgerError::database("read the history of the ledger");
        let rows = fetch(self.conn, query, &[]).map_err(|error| Refused(failed(error)))?;
        let applied = |values: &Vec<_>| {
            let row = history::recorded(values).map_err(Refused)?;
            let seconds = row.applied_on.microseconds_since_epoch().unwrap_or(0).div_euclid(1_000_000);
            let applied_on =
                time::OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(time::OffsetDateTime::UNIX_EPOCH);
            Ok(Migration::applied(row.version, row.name, applied_on, row.checksum))
        };
        rows.iter().map(applied).collect()
    }
}

impl Migrate for Session<'_> {}

/// An error on its way through refinery.
#[derive(Debug)]
struct Refused(LedgerError);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refused {}

/// The error that refinery carries, or what it says itself.
fn refused(error: &refinery_core::Error) -> LedgerError {
    if let refinery_core::error::Kind::Connection(_, source) = error.kind()
        && let Some(Refused(error)) = source.downcast_ref()
    {
        return error.clone();
    }
    LedgerError::History { problem: error.to_string(), help: "restore the table from a backup".to_owned() }
}
