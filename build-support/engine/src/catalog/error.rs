//! What can be wrong with the registrations, and how to put it right.

use std::fmt;

use super::{Entry, Place, Version};
use crate::near::did_you_mean;

/// Something wrong with the registered migrations. Nothing is done while there is any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CatalogError {
    /// Migrations share a name.
    Duplicate {
        /// The name.
        name: String,
        /// Where each is registered, at least two.
        places: Vec<Place>,
    },
    /// Migrations wait for one another.
    Cycle {
        /// Each waits for the next, and the last for the first.
        steps: Vec<(String, Place)>,
    },
    /// A name in `after` that no migration has.
    UnknownAfter {
        /// The migration.
        name: String,
        /// Where it is registered.
        place: Place,
        /// The name that is unknown.
        after: String,
        /// Names that may have been meant.
        near: Vec<String>,
    },
    /// A migration waits for one of another database.
    AfterOtherAlias {
        /// The migration.
        name: String,
        /// Where it is registered.
        place: Place,
        /// Its alias.
        db: String,
        /// The one that it waits for.
        after: String,
        /// The alias of that one.
        other: String,
    },
    /// Some migrations have a version, and this one has neither that nor `after`.
    NoVersion {
        /// The migration.
        name: String,
        /// Where it is registered.
        place: Place,
        /// A version that puts it last.
        next: Version,
        /// A migration that has a version.
        versioned: String,
        /// Where that one is registered.
        versioned_place: Place,
    },
    /// A version that is no number.
    BadVersion {
        /// The migration.
        name: String,
        /// Where it is registered.
        place: Place,
        /// The version.
        version: String,
    },
    /// A name that the ledger cannot keep.
    BadName {
        /// The name.
        name: String,
        /// Where the migration is registered.
        place: Place,
        /// What is wrong with it.
        reason: &'static str,
    },
}

pub(super) fn check_name(entry: &Entry) -> Option<CatalogError> {
    let name = &entry.name;
    let reason = if name.trim().is_empty() {
        "it is empty"
    } else if name.trim() != name {
        "it begins or ends with a space"
    } else if name.chars().any(char::is_control) {
        "it contains a control character"
    } else if name.chars().count() > 255 {
        "it is longer than 255 characters"
    } else {
        return None;
    };
    Some(CatalogError::BadName { name: name.clone(), place: entry.place(), reason })
}

impl CatalogError {
    /// The places in the sources that it is about, the most telling first.
    pub fn places(&self) -> Vec<&Place> {
        match self {
            Self::Duplicate { places, .. } => places.iter().collect(),
            Self::Cycle { steps } => steps.iter().map(|(_, place)| place).collect(),
            Self::NoVersion { place, versioned_place, .. } => vec![place, versioned_place],
            Self::UnknownAfter { place, .. }
            | Self::AfterOtherAlias { place, .. }
            | Self::BadVersion { place, .. }
            | Self::BadName { place, .. } => vec![place],
        }
    }

    /// How to put it right.
    pub fn help(&self) -> String {
        match self {
            Self::Duplicate { name, .. } => {
                format!("give one of them another name: `glim::migration!({name}, name = \"..\")`")
            }
            Self::Cycle { .. } => "take one of these names out of its `after`".to_owned(),
            Self::UnknownAfter { near, .. } => did_you_mean(near).unwrap_or_else(|| {
                "`after` takes names of registered migrations; `cargo glim status` lists them".to_owned()
            }),
            Self::AfterOtherAlias { other, .. } => {
                format!("the order holds within one database; take it out of `after`, or give both `db = \"{other}\"`")
            }
            Self::NoVersion { name, next, .. } => {
                format!(
                    "write `glim::migration!({name}, version = \"{next}\")`, or `after = [..]` with what it follows"
                )
            }
            Self::BadVersion { .. } => "a version is a whole number; `_` and `-` may separate its digits".to_owned(),
            Self::BadName { .. } => "name it with `glim::migration!(.., name = \"..\")`".to_owned(),
        }
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Duplicate { name, places } => {
                write!(f, "{} migrations are named `{name}`: ", places.len())?;
                for (at, place) in places.iter().enumerate() {
                    write!(f, "{}{place}", if at > 0 { " and " } else { "" })?;
                }
                Ok(())
            }
            Self::Cycle { steps } => {
                f.write_str("migrations wait for one another: ")?;
                for (name, place) in steps {
                    write!(f, "`{name}` ({place}) after ")?;
                }
                match steps.first() {
                    Some((name, _)) => write!(f, "`{name}`"),
                    None => Ok(()),
                }
            }
            Self::UnknownAfter { name, place, after, .. } => {
                write!(f, "migration `{name}` ({place}) comes after `{after}`, which is not registered")
            }
            Self::AfterOtherAlias { name, place, db, after, other } => {
                write!(f, "migration `{name}` ({place}) of `{db}` comes after `{after}`, which belongs to `{other}`")
            }
            Self::NoVersion { name, place, versioned, versioned_place, .. } => write!(
                f,
                "migration `{name}` ({place}) has neither a version nor `after`, and others have a version, such as \
                 `{versioned}` ({versioned_place})"
            ),
            Self::BadVersion { name, place, version } => {
                write!(f, "migration `{name}` ({place}) has the version {version:?}, which is no number")
            }
            Self::BadName { name, place, reason } => {
                write!(f, "migration {name:?} ({place}) has an unusable name: {reason}")
            }
        }
    }
}

impl std::error::Error for CatalogError {}
