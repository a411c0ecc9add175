//! What a person should know about a plan.

use std::fmt;

/// Something to say about a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// The migration that was asked for is applied already.
    AlreadyApplied {
        /// The migration.
        name: String,
    },
    /// The migration that was to be undone is not applied.
    NotApplied {
        /// The migration.
        name: String,
    },
    /// A migration is applied because the one that was asked for comes after it.
    AppliedFirst {
        /// The migration.
        name: String,
        /// The one that comes after it.
        needed_by: String,
    },
    /// A migration was interrupted, or failed in the middle, and goes on from there.
    GoesOn {
        /// The migration.
        name: String,
    },
    /// A migration's code has changed since it was applied.
    Changed {
        /// The migration.
        name: String,
    },
    /// A migration is applied, and its code is gone.
    Gone {
        /// The migration.
        name: String,
        /// Whether the original tool applied it.
        original: bool,
    },
    /// A migration is applied although a later one is applied already.
    OutOfOrder {
        /// The migration.
        name: String,
        /// The applied one that comes after it in the order.
        later: String,
    },
}

impl Note {
    /// Whether it says that something may be wrong.
    pub fn is_warning(&self) -> bool {
        match self {
            Self::Changed { .. } | Self::OutOfOrder { .. } => true,
            Self::Gone { original, .. } => !original,
            Self::AlreadyApplied { .. } | Self::NotApplied { .. } | Self::AppliedFirst { .. } | Self::GoesOn { .. } => {
                false
            }
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AlreadyApplied { name } => write!(f, "Migration {name} already migrated"),
            Self::NotApplied { name } => write!(f, "Migration {name} is not migrated"),
            Self::AppliedFirst { name, needed_by } => {
                write!(f, "`{name}` is applied first: `{needed_by}` comes after it")
            }
            Self::GoesOn { name } => write!(f, "`{name}` was not finished: it goes on where it stopped"),
            Self::Changed { name } => write!(f, "migration `{name}` has changed since it was applied"),
            Self::Gone { name, original: true } => {
                write!(f, "migration `{name}` was applied by the original glim and is not registered")
            }
            Self::Gone { name, original: false } => write!(f, "migration `{name}` is applied, but its code is gone"),
            Self::OutOfOrder { name, later } => {
                write!(f, "`{name}` comes before `{later}`, which is applied already")
            }
        }
    }
}
