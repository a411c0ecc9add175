//! The tools whose histories can be taken over.

use std::fmt;

use super::{dbmate, diesel, refinery, sea_orm, sqlx};

/// A tool that keeps a history of its own in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// refinery, its library or its command.
    Refinery,
    /// diesel, by `diesel_cli` or `diesel_migrations`.
    Diesel,
    /// sqlx, by `sqlx-cli` or `sqlx::migrate!`.
    Sqlx,
    /// SeaORM, by a crate on `sea-orm-migration`.
    SeaOrm,
    /// dbmate.
    Dbmate,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Refinery, Self::Diesel, Self::Sqlx, Self::SeaOrm, Self::Dbmate];

    /// The name, as options and the ledger have it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Refinery => "refinery",
            Self::Diesel => "diesel",
            Self::Sqlx => "sqlx",
            Self::SeaOrm => "sea-orm",
            Self::Dbmate => "dbmate",
        }
    }

    /// The tool of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tool| tool.name() == name)
    }

    /// The table of its history, unless its user has chosen another.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Refinery => refinery::TABLE,
            Self::Diesel => diesel::TABLE,
            Self::Sqlx => sqlx::TABLE,
            Self::SeaOrm => sea_orm::TABLE,
            Self::Dbmate => dbmate::TABLE,
        }
    }

    /// The columns of that table that are read.
    pub(super) const fn columns(self) -> &'static [Column] {
        match self {
            Self::Refinery => &refinery::COLUMNS,
            Self::Diesel => &diesel::COLUMNS,
            Self::Sqlx => &sqlx::COLUMNS,
            Self::SeaOrm => &sea_orm::COLUMNS,
            Self::Dbmate => &dbmate::COLUMNS,
        }
    }

    /// Whether it keeps checksums, so that a file that has changed since shows.
    pub const fn keeps_checksums(self) -> bool {
        matches!(self, Self::Refinery | Self::Sqlx)
    }

    /// Whether its migrations are files. Those of SeaORM are Rust code, of which the history knows the names.
    pub const fn has_files(self) -> bool {
        !matches!(self, Self::SeaOrm)
    }

    /// What it calls the migration that goes by this name on disk; `None` for what it would not take for one of its own.
    pub(super) fn key(self, stem: &str) -> Option<String> {
        match self {
            Self::Refinery => refinery::key(stem),
            Self::Diesel => diesel::key(stem),
            Self::Sqlx => sqlx::key(stem),
            Self::SeaOrm => sea_orm::key(stem),
            Self::Dbmate => dbmate::key(stem),
        }
    }
}

/// A column of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: &'static str,
    /// Whether it holds times, which MySQL is asked for as text: a zero date is none that a driver could give.
    pub(super) is_time: bool,
}

impl Column {
    pub(super) const fn plain(name: &'static str) -> Self {
        Self { name, is_time: false }
    }

    pub(super) const fn time(name: &'static str) -> Self {
        Self { name, is_time: true }
    }
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SeaOrm => "SeaORM",
            Self::Refinery | Self::Diesel | Self::Sqlx | Self::Dbmate => self.name(),
        })
    }
}
