//! Indexes.

use crate::name::{generated_name, hash, names};

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name; `None` for the name that [`Index::name_in`] makes.
    pub name: Option<String>,
    /// What it is over, in order, at least one.
    pub parts: Vec<IndexPart>,
    /// Whether two rows may not share the parts' values.
    pub unique: bool,
    /// Which rows it has, as a condition in SQL; `None` for all.
    pub predicate: Option<String>,
    /// Its kind, in the database's own name, such as `gin` or `fulltext`; `None` for an ordered one.
    pub method: Option<String>,
    /// Columns that it holds beside its parts.
    pub include: Vec<String>,
}

/// One part of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexPart {
    /// What is indexed.
    pub of: Indexed,
    /// Whether from the greatest to the least.
    pub descending: bool,
}

/// What one part of an index is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Indexed {
    /// The column of that name.
    Column(String),
    /// An expression, in SQL.
    Expression(String),
}

impl Index {
    /// An index over those columns, not unique.
    pub fn new<N: Into<String>>(columns: impl IntoIterator<Item = N>) -> Self {
        Self::over(columns.into_iter().map(IndexPart::column))
    }

    /// An index over those parts, not unique.
    pub fn over(parts: impl IntoIterator<Item = IndexPart>) -> Self {
        let parts = parts.into_iter().collect();
        Self { name: None, parts, unique: false, predicate: None, method: None, include: Vec::new() }
    }

    /// Names the index.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Forbids two rows to share the parts' values.
    #[must_use]
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// Keeps only rows that meet the condition, which is SQL.
    #[must_use]
    pub fn predicate(mut self, condition: impl Into<String>) -> Self {
        self.predicate = Some(condition.into());
        self
    }

    /// Sets the kind of index, in the database's own name.
    #[must_use]
    pub fn method(mut self, name: impl Into<String>) -> Self {
        self.method = Some(name.into());
        self
    }

    /// Holds those columns beside the parts.
    #[must_use]
    pub fn include<N: Into<String>>(mut self, columns: impl IntoIterator<Item = N>) -> Self {
        self.include = names(columns);
        self
    }

    /// The names of the columns that are parts.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match &part.of {
            Indexed::Column(name) => Some(name.as_str()),
            Indexed::Expression(_) => None,
        })
    }

    /// Whether every part is a column.
    pub fn is_of_columns(&self) -> bool {
        self.columns().count() == self.parts.len()
    }

    /// The index's name on that table: its own, or `<table>_<columns>_idx`, with a hash for an expression.
    pub fn name_in(&self, table: &str) -> String {
        let parts = || -> Vec<String> {
            let each = self.parts.iter().map(|part| match &part.of {
                Indexed::Column(name) => name.clone(),
                Indexed::Expression(sql) => hash([sql.trim()]),
            });
            each.collect()
        };
        self.name.clone().unwrap_or_else(|| generated_name(table, &parts(), "idx"))
    }
}

impl IndexPart {
    /// That column, from the least to the greatest.
    pub fn column(name: impl Into<String>) -> Self {
        Self { of: Indexed::Column(name.into()), descending: false }
    }

    /// That expression, from the least to the greatest.
    pub fn expression(sql: impl Into<String>) -> Self {
        Self { of: Indexed::Expression(sql.into()), descending: false }
    }

    /// From the greatest to the least.
    #[must_use]
    pub fn descending(mut self) -> Self {
        self.descending = true;
        self
    }
}
