//! A rule: what it finds, what that does to a live table, and the safe way.

use std::fmt;

use glim_schema::Dialect;

use super::migration::Migration;

/// Where a rule holds.
pub(super) const ALL: &[Dialect] = &[Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql];
pub(super) const POSTGRES: &[Dialect] = &[Dialect::Postgres];
pub(super) const MYSQL: &[Dialect] = &[Dialect::Mysql];
pub(super) const SQLITE: &[Dialect] = &[Dialect::Sqlite];
pub(super) const SERVERS: &[Dialect] = &[Dialect::Postgres, Dialect::Mysql];

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// It stands against a release.
    Error,
    /// It should be known.
    Warning,
}

/// A rule.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Its name, which stays.
    pub id: &'static str,
    /// The databases for which it holds.
    pub dialects: &'static [Dialect],
    /// How bad it is.
    pub severity: Severity,
    /// What it finds.
    pub finds: &'static str,
    /// What that does to a live table.
    pub effect: &'static str,
    /// The safe way, to be pasted. `{table}`, `{column}` and `{name}` stand for what the statement names.
    pub safe: &'static str,
    /// The rules of squawk that stand for it on PostgreSQL.
    pub squawk: &'static [&'static str],
    /// Whether it is only about what was there before the migrations that are judged.
    pub(super) existing: bool,
    /// Whether it supposes that the table is rewritten, so that a measurement can refute it.
    pub(super) supposes_rewrite: bool,
    /// Looks at one statement of a migration; `None` where it is squawk, a probe or the suppressions that find it.
    pub(super) look: Option<Look>,
}

/// Looks at the statement of that number.
pub(super) type Look = fn(&Migration<'_>, usize) -> Option<Hit>;

/// What a rule has found in a statement.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Hit {
    pub(super) table: Option<String>,
    pub(super) column: Option<String>,
    pub(super) name: Option<String>,
}

impl Rule {
    /// What most rules have in common.
    pub(super) const NEW: Self = Self {
        id: "",
        dialects: ALL,
        severity: Severity::Warning,
        finds: "",
        effect: "",
        safe: "",
        squawk: &[],
        existing: true,
        supposes_rewrite: false,
        look: None,
    };

    /// The name of its test.
    pub fn test(&self) -> String {
        format!("lint::tests::{}", self.id.replace('-', "_"))
    }

    /// Whether it is only known after a measurement, or from the database itself.
    pub fn is_measured(&self) -> bool {
        self.look.is_none() && self.squawk.is_empty()
    }

    /// The safe way, with names that stand for any.
    pub fn example(&self) -> String {
        self.safe_for(&Hit::default())
    }

    /// The safe way, with the names of what was found.
    pub(super) fn safe_for(&self, hit: &Hit) -> String {
        let table = hit.table.as_deref().unwrap_or("my_table");
        let column = hit.column.as_deref().unwrap_or("my_column");
        let bare = table.rsplit('.').next().unwrap_or(table);
        let name = hit.name.clone().unwrap_or_else(|| format!("{bare}_{column}"));
        self.safe.replace("{table}", table).replace("{column}", column).replace("{name}", &name)
    }
}

impl Hit {
    pub(super) fn of(table: Option<&str>) -> Self {
        Self { table: table.map(str::to_owned), ..Self::default() }
    }

    pub(super) fn column(mut self, column: Option<String>) -> Self {
        self.column = column;
        self
    }

    pub(super) fn name(mut self, name: Option<String>) -> Self {
        self.name = name;
        self
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Rule {}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}
