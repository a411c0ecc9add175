//! Constraints of tables: unique columns, references to other tables, conditions.

use crate::name::{generated_name, hash, names};

/// A unique constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unique {
    /// Its name; `None` for the name that [`Unique::name_in`] makes.
    pub name: Option<String>,
    /// The columns, in order, at least one.
    pub columns: Vec<String>,
}

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForeignKey {
    /// Its name; `None` for the name that [`ForeignKey::name_in`] makes.
    pub name: Option<String>,
    /// The referring columns, in order, at least one.
    pub columns: Vec<String>,
    /// The table referred to.
    pub references: String,
    /// The columns referred to, as many as `columns`.
    pub referenced_columns: Vec<String>,
    /// What happens when the referred row is deleted.
    pub on_delete: Action,
    /// What happens when the referred key changes.
    pub on_update: Action,
    /// When it is checked.
    pub deferral: Deferral,
}

/// What a foreign key does when the row that it refers to goes or changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, std::default::Default)]
pub enum Action {
    /// Refuse at the end of the statement; the default of every database.
    #[default]
    NoAction,
    /// Refuse at once.
    Restrict,
    /// Do the same to the referring rows.
    Cascade,
    /// Set the referring columns to NULL.
    SetNull,
    /// Set the referring columns to their defaults.
    SetDefault,
}

/// When a foreign key is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, std::default::Default)]
pub enum Deferral {
    /// With each statement.
    #[default]
    Never,
    /// With each statement, unless the transaction asks for its end.
    Possible,
    /// At the end of the transaction, unless it asks otherwise.
    Initial,
}

/// A check constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name; `None` for the name that [`Check::name_in`] makes.
    pub name: Option<String>,
    /// The condition, in SQL.
    pub expression: String,
}

impl Unique {
    /// Those columns, under a name that is made from theirs.
    pub fn new<N: Into<String>>(columns: impl IntoIterator<Item = N>) -> Self {
        Self { name: None, columns: names(columns) }
    }

    /// Names the constraint.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The constraint's name on that table: its own, or `<table>_<columns>_key`.
    pub fn name_in(&self, table: &str) -> String {
        self.name.clone().unwrap_or_else(|| generated_name(table, &self.columns, "key"))
    }
}

impl ForeignKey {
    /// A key from those columns to those of another table.
    pub fn new<A: Into<String>, B: Into<String>>(
        columns: impl IntoIterator<Item = A>,
        references: impl Into<String>,
        referenced_columns: impl IntoIterator<Item = B>,
    ) -> Self {
        Self {
            name: None,
            columns: names(columns),
            references: references.into(),
            referenced_columns: names(referenced_columns),
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            deferral: Deferral::Never,
        }
    }

    /// Names the key.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets what happens when the referred row is deleted.
    #[must_use]
    pub fn on_delete(mut self, action: Action) -> Self {
        self.on_delete = action;
        self
    }

    /// Sets what happens when the referred key changes.
    #[must_use]
    pub fn on_update(mut self, action: Action) -> Self {
        self.on_update = action;
        self
    }

    /// Sets when the key is checked.
    #[must_use]
    pub fn deferral(mut self, deferral: Deferral) -> Self {
        self.deferral = deferral;
        self
    }

    /// The key's name on that table: its own, or `<table>_<columns>_fkey`.
    pub fn name_in(&self, table: &str) -> String {
        self.name.clone().unwrap_or_else(|| generated_name(table, &self.columns, "fkey"))
    }
}

impl Check {
    /// That condition, under a name that is made from it.
    pub fn new(expression: impl Into<String>) -> Self {
        Self { name: None, expression: expression.into() }
    }

    /// Names the constraint.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The constraint's name on that table: its own, or `<table>_<hash of the condition>_check`. Databases would choose
    /// names by the order of checks, so that no later migration could name the one that it means.
    pub fn name_in(&self, table: &str) -> String {
        let condition = || generated_name(table, &[hash([self.expression.trim()])], "check");
        self.name.clone().unwrap_or_else(condition)
    }
}
