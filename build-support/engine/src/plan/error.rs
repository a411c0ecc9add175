//! Why there is no plan, and what to do about it.

use std::fmt;

use crate::catalog::Place;
use crate::ledger::{Row, State};
use crate::near::did_you_mean;

/// Why there is no plan. Nothing was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanError {
    /// No migration and no row has that name.
    Unknown {
        /// The name.
        name: String,
        /// Names that may have been meant.
        near: Vec<String>,
    },
    /// The migration belongs to another alias.
    OtherAlias {
        /// The migration.
        name: String,
        /// The alias.
        alias: String,
    },
    /// Migrations were begun and not finished.
    Unfinished {
        /// Their rows.
        rows: Vec<Row>,
    },
    /// Applied migrations have changed.
    Changed {
        /// Their names and places.
        migrations: Vec<(String, Place)>,
    },
    /// The code of applied migrations is gone.
    Gone {
        /// Their names.
        names: Vec<String>,
    },
    /// A migration comes before one that is applied already, and that is not to be.
    OutOfOrder {
        /// The migration.
        name: String,
        /// The applied one that comes after it in the order.
        later: String,
    },
    /// A migration comes after one of a package that was not selected, and that one is not applied.
    NeedsOutside {
        /// The migration.
        name: String,
        /// The one that it comes after.
        needed: String,
    },
    /// Not all that was to be undone can be.
    CannotUndo {
        /// Migrations that have no way back, and their places.
        irreversible: Vec<(String, Place)>,
        /// Migrations whose code is gone, and their packages as far as the ledger says.
        gone: Vec<(String, Option<String>)>,
    },
    /// An applied migration comes after the one that was to be undone.
    Needed {
        /// The one that was to be undone.
        name: String,
        /// What comes after it, newest applied first.
        by: Vec<String>,
    },
    /// The migration to go back to is not applied.
    NotApplied {
        /// The migration.
        name: String,
    },
}

impl PlanError {
    /// Whether the command line is wrong, rather than the state of the database or the code.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::Unknown { .. } | Self::OtherAlias { .. } => true,
            Self::Unfinished { .. }
            | Self::Changed { .. }
            | Self::Gone { .. }
            | Self::OutOfOrder { .. }
            | Self::NeedsOutside { .. }
            | Self::CannotUndo { .. }
            | Self::Needed { .. }
            | Self::NotApplied { .. } => false,
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        match self {
            Self::Unknown { near, .. } => {
                did_you_mean(near).unwrap_or_else(|| "`cargo glim status` lists the migrations".to_owned())
            }
            Self::OtherAlias { alias, .. } => format!("select that alias with `--db {alias}`"),
            Self::Unfinished { rows } => rows.iter().map(unfinished_help).collect::<Vec<_>>().join("\n"),
            Self::Changed { migrations } => format!(
                "take the change back and write a new migration; or, where the migration may be undone here, run \
                 `cargo glim rollback --name {0}` and apply it again; or, if the change does nothing, accept it: \
                 `UPDATE glim_migrations SET checksum = NULL WHERE name = '{0}'`",
                migrations.first().map_or("M", |(name, _)| name)
            ),
            Self::Gone { names } => format!(
                "bring the code back, or select its package or feature; if it is gone for good, delete its row: \
                 `DELETE FROM glim_migrations WHERE name = {}`",
                literal(names.first().map_or("M", String::as_str))
            ),
            Self::OutOfOrder { .. } => {
                "give it a version after those that are applied, or leave `--strict` out to apply it all the same"
                    .to_owned()
            }
            Self::NeedsOutside { needed, .. } => {
                format!("select the package that `{needed}` is part of with `-p`, or all with `--workspace`")
            }
            Self::CannotUndo { irreversible, gone } if gone.is_empty() && irreversible.len() == 1 => {
                "write a migration that does the opposite, or undo less with `--to` or `--steps`".to_owned()
            }
            Self::CannotUndo { .. } => {
                "undo less with `--to` or `--steps`, or bring back the code that is missing".to_owned()
            }
            Self::Needed { by, .. } => {
                let commands: Vec<_> = by.iter().map(|name| format!("`cargo glim rollback --name {name}`")).collect();
                format!("undo first what comes after it: {}", commands.join(", then "))
            }
            Self::NotApplied { .. } => "`cargo glim status` shows what is applied".to_owned(),
        }
    }
}

/// How to settle a migration that was begun and not finished.
fn unfinished_help(row: &Row) -> String {
    let name = &row.name;
    match row.state {
        State::Running | State::Failed | State::Applied => format!(
            "`cargo glim run` goes on where it stopped; `cargo glim repair {name}` shows how far it came, and can undo it"
        ),
        State::RollingBack | State::RollbackFailed => format!(
            "`cargo glim rollback --name {name}` goes on where it stopped; `cargo glim repair {name}` shows how far it came"
        ),
    }
}

/// A text as an SQL literal for a person to copy.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown { name, .. } => write!(f, "no migration is named `{name}`"),
            Self::OtherAlias { name, alias } => write!(f, "migration `{name}` belongs to the database `{alias}`"),
            Self::Unfinished { rows } => {
                for (at, row) in rows.iter().enumerate() {
                    write!(f, "{}{}", if at > 0 { "; " } else { "" }, Unfinished(row))?;
                }
                Ok(())
            }
            Self::Changed { migrations } => {
                f.write_str("changed since applied: ")?;
                list(f, migrations.iter().map(|(name, place)| format!("`{name}` ({place})")))
            }
            Self::Gone { names } => {
                f.write_str("applied, but not registered: ")?;
                list(f, names.iter().map(|name| format!("`{name}`")))
            }
            Self::OutOfOrder { name, later } => {
                write!(f, "migration `{name}` comes before `{later}`, which is applied already")
            }
            Self::NeedsOutside { name, needed } => write!(
                f,
                "migration `{name}` comes after `{needed}`, which is neither applied nor part of the selected packages"
            ),
            Self::CannotUndo { irreversible, gone } => {
                f.write_str("nothing is undone: ")?;
                let irreversible =
                    irreversible.iter().map(|(name, place)| format!("`{name}` ({place}) has no way back"));
                let gone = gone.iter().map(|(name, package)| match package {
                    Some(package) => format!("the code of `{name}` is gone from package `{package}`"),
                    None => format!("the code of `{name}` is gone"),
                });
                list(f, irreversible.chain(gone))
            }
            Self::Needed { name, by } => {
                write!(f, "`{name}` cannot be undone while these are applied, which come after it: ")?;
                list(f, by.iter().map(|name| format!("`{name}`")))
            }
            Self::NotApplied { name } => write!(f, "migration `{name}` is not applied"),
        }
    }
}

impl std::error::Error for PlanError {}

/// What is known of a migration that was begun and not finished.
struct Unfinished<'a>(&'a Row);

impl fmt::Display for Unfinished<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(row) = self;
        let name = &row.name;
        match row.state {
            State::Running | State::Applied => write!(f, "migration `{name}` was interrupted")?,
            State::Failed => write!(f, "migration `{name}` failed in the middle")?,
            State::RollingBack => write!(f, "the rollback of migration `{name}` was interrupted")?,
            State::RollbackFailed => write!(f, "the rollback of migration `{name}` failed in the middle")?,
        }
        match (&row.created_at, &row.applied_by) {
            (Some(at), Some(by)) => write!(f, " (begun {at} UTC by {by})"),
            (Some(at), None) => write!(f, " (begun {at} UTC)"),
            (None, Some(by)) => write!(f, " (begun by {by})"),
            (None, None) => Ok(()),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, items: impl Iterator<Item = String>) -> fmt::Result {
    /// More than a person wants to read in one line.
    const SHOWN: usize = 8;
    let items: Vec<_> = items.collect();
    f.write_str(&items[..items.len().min(SHOWN)].join(", "))?;
    match items.len().checked_sub(SHOWN) {
        Some(more @ 1..) => write!(f, " and {more} more"),
        _ => Ok(()),
    }
}
