//! What was measured of a statement.

/// What a statement was seen to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Measured {
    /// The statement.
    pub sql: String,
    /// Whether its rewriting was looked at, so that a table that is not named was not rewritten.
    pub is_complete: bool,
    /// The locks that it took on tables, beyond those that the transaction had before (PostgreSQL).
    pub locks: Vec<Lock>,
    /// The tables that it rewrote, or whose indexes it built again (PostgreSQL).
    pub rewritten: Vec<String>,
    /// The table, and the best that the server accepted for it (MySQL, MariaDB).
    pub online: Option<(String, Online)>,
    /// The tables that were there when the migration began, and are built anew with it (SQLite).
    pub rebuilt: Vec<String>,
    /// The partitioned tables among those that it locked (PostgreSQL).
    pub partitioned: Vec<String>,
    /// Tables with a foreign key whose column has, from now on, another type than what it refers to; and what to say.
    pub mismatched: Vec<(String, String)>,
    /// Tables that were built anew, each with what it had and no longer has (SQLite).
    pub lost: Vec<(String, String)>,
}

/// A lock on a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// The table.
    pub table: String,
    /// Its mode.
    pub mode: Mode,
}

/// The modes of PostgreSQL's locks on tables that somebody else can feel, from the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// Of SELECT FOR UPDATE.
    RowShare,
    /// Of INSERT, UPDATE and DELETE.
    RowExclusive,
    /// Of VACUUM, ANALYZE, CREATE INDEX CONCURRENTLY, VALIDATE CONSTRAINT.
    ShareUpdateExclusive,
    /// Of CREATE INDEX.
    Share,
    /// Of CREATE TRIGGER and foreign keys.
    ShareRowExclusive,
    /// Of REFRESH MATERIALIZED VIEW CONCURRENTLY.
    Exclusive,
    /// Of most of ALTER TABLE, of DROP TABLE and TRUNCATE.
    AccessExclusive,
}

/// The best that a server accepts of a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Online {
    /// Such as `INSTANT`.
    pub algorithm: &'static str,
    /// Such as `NONE`; nothing with INSTANT, which has no use for it.
    pub lock: Option<&'static str>,
}

impl Measured {
    /// What was seen, in sentences.
    pub fn facts(&self) -> Vec<String> {
        let mut facts: Vec<String> = self
            .locks
            .iter()
            .map(|lock| format!("it takes {} on `{}`: {}", lock.mode.name(), lock.table, lock.mode.meaning()))
            .collect();
        facts.extend(self.rewritten.iter().map(|table| format!("it rewrites `{table}`")));
        if let Some((table, online)) = &self.online {
            let clause = online.clause();
            facts.push(format!("the best that the server accepts for `{table}` is {clause}: {}", online.meaning()));
        }
        facts.extend(self.rebuilt.iter().map(|table| format!("`{table}` is built anew, with all of its rows copied")));
        facts.extend(self.partitioned.iter().map(|table| format!("`{table}` is partitioned")));
        facts.extend(self.mismatched.iter().map(|(_, said)| said.clone()));
        facts.extend(self.lost.iter().map(|(table, lost)| format!("`{table}` no longer has {lost}")));
        facts
    }

    /// Whether it was seen that no table is rewritten.
    pub fn refutes_rewrite(&self) -> bool {
        self.is_complete && self.rewritten.is_empty()
    }
}

impl Mode {
    /// The mode of that name in `pg_locks`.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            "RowShareLock" => Self::RowShare,
            "RowExclusiveLock" => Self::RowExclusive,
            "ShareUpdateExclusiveLock" => Self::ShareUpdateExclusive,
            "ShareLock" => Self::Share,
            "ShareRowExclusiveLock" => Self::ShareRowExclusive,
            "ExclusiveLock" => Self::Exclusive,
            "AccessExclusiveLock" => Self::AccessExclusive,
            _ => return None,
        })
    }

    /// As the manual writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::RowShare => "ROW SHARE",
            Self::RowExclusive => "ROW EXCLUSIVE",
            Self::ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Self::Share => "SHARE",
            Self::ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Self::Exclusive => "EXCLUSIVE",
            Self::AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

    /// What others can no longer do.
    fn meaning(self) -> &'static str {
        match self {
            Self::RowShare | Self::RowExclusive => "others can read and write",
            Self::ShareUpdateExclusive => "others can read and write, but not change the table",
            Self::Share | Self::ShareRowExclusive | Self::Exclusive => "others can read, and nobody can write",
            Self::AccessExclusive => "nobody can read or write",
        }
    }

    /// Whether others cannot write meanwhile.
    pub fn blocks_writes(self) -> bool {
        self >= Self::Share
    }
}

impl Online {
    /// As it is written behind a statement.
    pub fn clause(self) -> String {
        match self.lock {
            Some(lock) => format!("ALGORITHM={}, LOCK={lock}", self.algorithm),
            None => format!("ALGORITHM={}", self.algorithm),
        }
    }

    /// Whether others cannot write meanwhile.
    pub fn blocks_writes(self) -> bool {
        matches!(self.lock, Some("SHARED" | "EXCLUSIVE"))
    }

    fn meaning(self) -> &'static str {
        match (self.algorithm, self.lock) {
            ("INSTANT", _) => "only the description of the table changes",
            ("COPY", _) => "the table is copied, and nobody can write meanwhile",
            (_, Some("NONE")) => "others can read and write",
            _ => "others can read, and nobody can write",
        }
    }
}
