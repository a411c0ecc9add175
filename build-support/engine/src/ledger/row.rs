//! What the ledger knows of a migration.

use std::fmt;

use glim::value::Timestamp;

use crate::catalog::Entry;

/// A row of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The row's key.
    pub id: String,
    /// The migration's name.
    pub name: String,
    /// What the migration says that it does.
    pub description: Option<String>,
    /// When it was applied, in UTC.
    pub created_at: Option<Timestamp>,
    /// Its place among all that were ever applied; `None` in a ledger of the original tool that is only read.
    pub applied_order: Option<i64>,
    /// The migration's version, digits only.
    pub version: Option<String>,
    /// The package that it was part of.
    pub package: Option<String>,
    /// What its code amounted to.
    pub checksum: Option<String>,
    /// How far it has come.
    pub state: State,
    /// How long it took.
    pub duration_ms: Option<i64>,
    /// Which glim applied it; [`Row::ORIGINAL`] for the original tool.
    pub glim_version: Option<String>,
    /// Who applied it, and where.
    pub applied_by: Option<String>,
}

/// How far a migration has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It is applied.
    Applied,
    /// It was begun, and nothing was heard of its end.
    Running,
    /// It failed in the middle, and what it had done could not be undone.
    Failed,
    /// Its rollback was begun, and nothing was heard of its end.
    RollingBack,
    /// Its rollback failed in the middle.
    RollbackFailed,
}

impl Row {
    /// What `glim_version` is for rows that the original tool wrote.
    pub const ORIGINAL: &str = "original";

    /// The row of a migration that was begun before and goes on, with its code as it is now.
    pub(crate) fn of_now(&self, entry: &Entry) -> Self {
        Self {
            description: Some(entry.description.clone()),
            version: entry.version.clone(),
            checksum: entry.checksum.clone(),
            ..self.clone()
        }
    }

    /// Whether it stands for an SQL file.
    pub fn is_sql(&self) -> bool {
        self.checksum.as_deref().is_some_and(|checksum| checksum.starts_with("sql"))
    }

    /// What `glim_version` is for rows that were recorded on a person's word.
    pub const BASELINE: &str = "baseline";

    /// What `glim_version` is for rows taken over from SeaORM, whose migrations are no code that we could know.
    pub const SEA_ORM: &str = "sea-orm";

    /// Whether it is known by name only, so that no code of it is to be expected.
    pub fn is_name_only(&self) -> bool {
        self.glim_version.as_deref() == Some(Self::SEA_ORM)
    }

    /// When the row was written, which is not when the migration was applied if it was taken over from another tool. Only
    /// rows of ours know it.
    pub(crate) fn written_at(&self) -> Option<Timestamp> {
        let (seconds, nanoseconds) = uuid::Uuid::parse_str(&self.id).ok()?.get_timestamp()?.to_unix();
        let microseconds = i64::try_from(seconds).ok()?.checked_mul(1_000_000)?;
        Timestamp::from_microseconds_since_epoch(microseconds.checked_add(i64::from(nanoseconds / 1_000))?)
    }

    /// Whether the original tool wrote it.
    pub fn is_original(&self) -> bool {
        self.glim_version.as_deref() == Some(Self::ORIGINAL)
    }
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Applied, Self::Running, Self::Failed, Self::RollingBack, Self::RollbackFailed];

    /// The state as the ledger keeps it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Running => "running",
            Self::Failed => "failed",
            Self::RollingBack => "rolling_back",
            Self::RollbackFailed => "rollback_failed",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
