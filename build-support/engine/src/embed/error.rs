//! Why an application's migrations were not applied, in full sentences for its log.

use std::fmt;

use glim::error::DatabaseError;

use crate::catalog::CatalogError;
use crate::lock::LockError;
use crate::migrator::MigrateError;
use crate::plan::{PlanError, Standing};

/// Why an application's migrations were not applied, or do not stand as they should. What is shown says all of it, but
/// for [`help`](Error::help).
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The connection could not be asked what it is, or be set back to what it was.
    Connection(Box<DatabaseError>),
    /// A transaction is open on the connection.
    TransactionOpen,
    /// This program has registered no migration at all, for no database.
    NothingRegistered,
    /// The registrations are wrong, or contradict one another. Nothing was sent.
    Catalog(Vec<CatalogError>),
    /// Nothing may be applied in this state of the ledger or the code. Nothing was applied.
    Plan(Box<PlanError>),
    /// The lock, the ledger or a migration failed.
    Migrate(Box<MigrateError>),
    /// The database is not as this program expects it: migrations, and how they stand.
    NotCurrent(Vec<(String, Standing)>),
}

impl Error {
    /// What to do about it, where that can be said.
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::Connection(error) => return error.hint.clone(),
            Self::TransactionOpen => "commit it, or roll it back, before the migrator gets the connection".to_owned(),
            Self::NothingRegistered => {
                "link the crate that registers them, such as with `use its_name as _;`, and see \
                                        that it depends on the same version of glim-migrations as glim-engine does"
                    .to_owned()
            }
            Self::Catalog(errors) => errors.iter().map(CatalogError::help).collect::<Vec<_>>().join("\n"),
            Self::Plan(error) => match &**error {
                PlanError::Gone { .. } => {
                    "if a newer release of this program has applied them, start that one, or let \
                                           this one go on with `accept_unknown`"
                        .to_owned()
                }
                PlanError::NeedsOutside { needed, .. } => {
                    format!("link the crate that registers `{needed}`, or correct the name in `after`")
                }
                PlanError::OutOfOrder { .. } => "give it a version after those that are applied".to_owned(),
                error => error.help(),
            },
            Self::Migrate(error) => match &**error {
                MigrateError::Lock(LockError::Busy { .. }) => {
                    "nothing was changed; try again, or wait longer with `lock_timeout`".to_owned()
                }
                MigrateError::Lock(error) => return error.help(),
                MigrateError::Ledger(error) => return error.help(),
                MigrateError::Stuck { entry, .. } => {
                    format!("see what is done with `cargo glim repair {}`, and settle it there", entry.name)
                }
                MigrateError::Script(_) | MigrateError::Step(_) | MigrateError::Interrupted { .. } => return None,
            },
            Self::NotCurrent(_) => "run the migrations, with `run` or with `cargo glim run`".to_owned(),
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(error) => write!(f, "the connection cannot be used: {error}"),
            Self::TransactionOpen => {
                f.write_str("a transaction is open on the connection, so that nothing can be applied")
            }
            Self::NothingRegistered => f.write_str("no migration is registered in this program"),
            Self::Catalog(errors) => list(f, errors.iter().map(ToString::to_string)),
            Self::Plan(error) => error.fmt(f),
            Self::Migrate(error) => match &**error {
                MigrateError::Script(problems) => list(f, problems.iter().map(ToString::to_string)),
                MigrateError::Step(failure) => failure.fmt(f),
                error => error.fmt(f),
            },
            Self::NotCurrent(behind) => {
                f.write_str("the database is not current: ")?;
                list(f, behind.iter().map(|(name, standing)| format!("`{name}` is {}", standing.name())))
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<PlanError> for Error {
    fn from(error: PlanError) -> Self {
        Self::Plan(Box::new(error))
    }
}

impl From<MigrateError> for Error {
    fn from(error: MigrateError) -> Self {
        Self::Migrate(Box::new(error))
    }
}

fn list(f: &mut fmt::Formatter<'_>, items: impl Iterator<Item = String>) -> fmt::Result {
    f.write_str(&items.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests {
    use super::Error;
    use crate::plan::Standing;

    fn can_be_sent<T: Send + Sync + 'static>() {}

    #[test]
    fn an_error_says_all_and_can_be_sent_to_another_thread() {
        can_be_sent::<Error>();
        let behind = Error::NotCurrent(vec![("A".to_owned(), Standing::Pending), ("B".to_owned(), Standing::Running)]);
        assert_eq!(behind.to_string(), "the database is not current: `A` is pending; `B` is interrupted");
    }
}
