//! Taking over a database that another migration tool has kept: its history is read, compared with the project's
//! migrations, and recorded in our ledger. The other tool's table is left alone, so that going back is possible.

mod baseline;
mod compare;
mod dbmate;
mod diesel;
mod error;
mod find;
mod history;
mod problem;
mod read;
mod record;
mod refinery;
mod request;
mod sea_orm;
mod sqlx;
mod stand_in;
#[cfg(test)]
mod tests;
mod tool;
mod unadopted;

pub use self::baseline::baseline;
pub use self::compare::{Adoption, Record, Verified, compare};
pub use self::error::AdoptError;
pub use self::find::{Found, find};
pub use self::history::{Applied, BadValue, Checksum, History};
pub use self::problem::Problem;
pub use self::read::{read, read_of};
pub use self::request::Request;
pub use self::stand_in::stand_in;
pub use self::tool::Tool;
pub use self::unadopted::unadopted;

use crate::catalog::Catalog;
use crate::driver::{Access, Connection};
use crate::ledger::{Ledger, Row};
use crate::lock::{Lock, Wait};

/// Says what would be recorded. Changes nothing, and needs no right to.
///
/// # Errors
/// There is nothing to take over, or it cannot be believed.
pub fn look<'a>(
    conn: &mut dyn Connection,
    request: &Request,
    catalog: &'a Catalog,
) -> Result<Adoption<'a>, AdoptError> {
    let (_, rows) = Ledger::open(conn, Access::ReadOnly)?;
    examine(conn, request, catalog, &catalog.recognise(rows))
}

/// Checks all of the history, also what the ledger has already. Changes nothing.
///
/// # Errors
/// As [`look`].
pub fn verify<'a>(
    conn: &mut dyn Connection,
    request: &Request,
    catalog: &'a Catalog,
) -> Result<Adoption<'a>, AdoptError> {
    examine(conn, request, catalog, &[])
}

/// Takes the lock, and records what is missing: all of it, or nothing.
///
/// # Errors
/// As [`look`]; or the lock was not had, or the ledger cannot be written.
pub fn adopt<'a>(
    conn: &mut dyn Connection,
    wait: &mut Wait<'_>,
    request: &Request,
    catalog: &'a Catalog,
) -> Result<Adoption<'a>, AdoptError> {
    let lock = Lock::acquire(conn, wait)?;
    let adoption = adopt_locked(conn, &lock, request, catalog);
    // It goes with the connection at the latest; what is recorded by now stays so.
    let _ = lock.release(conn);
    adoption
}

fn adopt_locked<'a>(
    conn: &mut dyn Connection,
    lock: &Lock,
    request: &Request,
    catalog: &'a Catalog,
) -> Result<Adoption<'a>, AdoptError> {
    // What is refused leaves no ledger behind.
    let adoption = look(conn, request, catalog)?;
    if !adoption.records.is_empty() {
        let (mut ledger, _) = Ledger::open(conn, Access::ReadWrite)?;
        lock.verify(conn)?;
        record::record(conn, &mut ledger, &adoption)?;
    }
    Ok(adoption)
}

fn examine<'a>(
    conn: &mut dyn Connection,
    request: &Request,
    catalog: &'a Catalog,
    rows: &[Row],
) -> Result<Adoption<'a>, AdoptError> {
    let history = match request {
        Request::Found => read(conn)?,
        Request::Of { tool, table } => read_of(conn, *tool, table.as_deref())?,
        Request::Baseline { to, overlook } => {
            let histories = if *overlook { Vec::new() } else { read::read_all(conn)? };
            if !histories.is_empty() {
                return Err(AdoptError::HistoryPresent { histories });
            }
            return baseline(catalog.entries(), rows, to);
        }
    };
    compare(&history, catalog.entries(), rows).map_err(|problems| {
        let History { tool, table, .. } = history;
        AdoptError::Disagree { tool, table, problems }
    })
}
