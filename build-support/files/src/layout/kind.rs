//! The layouts that are known.

use std::fmt;
use std::str::FromStr;

/// How a folder of SQL migrations is laid out: by which tool's rules it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// `20261122_150203_name.sql` with `-- glim:run` and `-- glim:rollback`, or `.run.sql` and `.rollback.sql`.
    Glim,
    /// `2026-11-22-150203_name/up.sql` and `down.sql`.
    Diesel,
    /// `20261122150203_name.sql`, or `.up.sql` and `.down.sql`.
    Sqlx,
    /// `V1__name.sql` and `U1__name.sql`.
    Refinery,
    /// `20261122150203_name.sql` with `-- migrate:up` and `-- migrate:down`.
    Dbmate,
}

impl Layout {
    /// Every layout.
    pub const ALL: [Self; 5] = [Self::Glim, Self::Diesel, Self::Sqlx, Self::Refinery, Self::Dbmate];

    /// The name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Glim => "glim",
            Self::Diesel => "diesel",
            Self::Sqlx => "sqlx",
            Self::Refinery => "refinery",
            Self::Dbmate => "dbmate",
        }
    }

    /// What to write so that a migration runs without a transaction around it.
    pub const fn without_transaction(self) -> &'static str {
        match self {
            Self::Glim | Self::Refinery => "write `-- glim:no-transaction` on the first line of the file",
            Self::Diesel => "write `run_in_transaction = false` into `metadata.toml` beside the file",
            Self::Sqlx => "write `-- no-transaction` on the first line of the file",
            Self::Dbmate => "write `transaction:false` after `-- migrate:up`, or after `-- migrate:down`",
        }
    }

    /// What its files are called, for a person.
    pub(super) const fn example(self) -> &'static str {
        match self {
            Self::Glim => "20261122_150203_name.sql",
            Self::Diesel => "2026-11-22-150203_name/up.sql",
            Self::Refinery => "V1__name.sql",
            Self::Sqlx | Self::Dbmate => "20261122150203_name.sql",
        }
    }
}

impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no layout's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownLayout(String);

impl fmt::Display for UnknownLayout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Layout::ALL.map(Layout::name).join(", ");
        write!(f, "there is no layout `{}`: the layouts are {names}", self.0)
    }
}

impl std::error::Error for UnknownLayout {}

impl FromStr for Layout {
    type Err = UnknownLayout;

    fn from_str(name: &str) -> Result<Self, UnknownLayout> {
        Self::ALL.into_iter().find(|layout| layout.name() == name).ok_or_else(|| UnknownLayout(name.to_owned()))
    }
}
