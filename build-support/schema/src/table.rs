//! Tables and what they are made of.

use crate::ColumnType;

/// A table. Built by hand in a migration, or taken from a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The table's name, without a schema.
    pub name: String,
    /// The columns in their order.
    pub columns: Vec<Column>,
    /// The columns of the primary key, in its order; empty when there is none.
    pub primary_key: Vec<String>,
    /// Unique constraints.
    pub uniques: Vec<Unique>,
    /// Indexes that are no constraint.
    pub indexes: Vec<Index>,
    /// References to other tables.
    pub foreign_keys: Vec<ForeignKey>,
    /// Conditions that every row meets.
    pub checks: Vec<Check>,
    /// What the table is for, kept by databases that can.
    pub comment: Option<String>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// The column's name.
    pub name: String,
    /// What it holds.
    pub ty: ColumnType,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// What it holds when an insert leaves it out.
    pub default: Option<Default>,
    /// Whether the database numbers rows by it. Only for an integer that is the whole primary key.
    pub auto_increment: bool,
    /// What the column is for, kept by databases that can.
    pub comment: Option<String>,
}

/// A column's default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Default {
    /// `NULL`, `TRUE`, `FALSE`.
    Keyword(&'static str),
    /// A number, as it is written.
    Number(String),
    /// A text, without its quotes.
    Text(String),
    /// An SQL expression, passed through as it stands, such as `CURRENT_TIMESTAMP`.
    Expression(String),
}

/// A unique constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unique {
    /// Its name; `None` for the name that [`Unique::name_in`] makes.
    pub name: Option<String>,
    /// The columns, in order, at least one.
    pub columns: Vec<String>,
}

/// An index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name; `None` for the name that [`Index::name_in`] makes.
    pub name: Option<String>,
    /// The columns, in order, at least one.
    pub columns: Vec<String>,
    /// Whether two rows may not share the columns' values.
    pub unique: bool,
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

/// A check constraint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Its name; `None` lets the database choose one.
    pub name: Option<String>,
    /// The condition, in SQL.
    pub expression: String,
}

impl Table {
    /// An empty table of that name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            columns: Vec::new(),
            primary_key: Vec::new(),
            uniques: Vec::new(),
            indexes: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            comment: None,
        }
    }

    /// Adds a column.
    #[must_use]
    pub fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// Sets the primary key.
    #[must_use]
    pub fn primary_key<N: Into<String>>(mut self, columns: impl IntoIterator<Item = N>) -> Self {
        self.primary_key = names(columns);
        self
    }

    /// Adds a unique constraint.
    #[must_use]
    pub fn unique<N: Into<String>>(mut self, columns: impl IntoIterator<Item = N>) -> Self {
        self.uniques.push(Unique { name: None, columns: names(columns) });
        self
    }

    /// Adds an index.
    #[must_use]
    pub fn index(mut self, index: Index) -> Self {
        self.indexes.push(index);
        self
    }

    /// Adds a foreign key.
    #[must_use]
    pub fn foreign_key(mut self, key: ForeignKey) -> Self {
        self.foreign_keys.push(key);
        self
    }

    /// Adds a check constraint.
    #[must_use]
    pub fn check(mut self, expression: impl Into<String>) -> Self {
        self.checks.push(Check { name: None, expression: expression.into() });
        self
    }

    /// Says what the table is for.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }

    /// The column of that name.
    pub fn find_column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

impl Column {
    /// A column that may not be NULL and has no default.
    pub fn new(name: impl Into<String>, ty: ColumnType) -> Self {
        Self { name: name.into(), ty, nullable: false, default: None, auto_increment: false, comment: None }
    }

    /// Lets the column be NULL.
    #[must_use]
    pub fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// Sets what the column holds when an insert leaves it out.
    #[must_use]
    pub fn default(mut self, default: Default) -> Self {
        self.default = Some(default);
        self
    }

    /// Lets the database number the rows.
    #[must_use]
    pub fn auto_increment(mut self) -> Self {
        self.auto_increment = true;
        self
    }

    /// Says what the column is for.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }
}

impl Unique {
    /// The constraint's name on that table: its own, or `<table>_<columns>_key`.
    pub fn name_in(&self, table: &str) -> String {
        self.name.clone().unwrap_or_else(|| generated_name(table, &self.columns, "key"))
    }
}

impl Index {
    /// An index over those columns, not unique.
    pub fn new<N: Into<String>>(columns: impl IntoIterator<Item = N>) -> Self {
        Self { name: None, columns: names(columns), unique: false }
    }

    /// Names the index.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Forbids two rows to share the columns' values.
    #[must_use]
    pub fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    /// The index's name on that table: its own, or `<table>_<columns>_idx`.
    pub fn name_in(&self, table: &str) -> String {
        self.name.clone().unwrap_or_else(|| generated_name(table, &self.columns, "idx"))
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
        }
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

    /// The key's name on that table: its own, or `<table>_<columns>_fkey`.
    pub fn name_in(&self, table: &str) -> String {
        self.name.clone().unwrap_or_else(|| generated_name(table, &self.columns, "fkey"))
    }
}

impl From<&Self> for Table {
    fn from(table: &Self) -> Self {
        table.clone()
    }
}

/// `<table>_<columns>_<suffix>`. What is longer than the strictest database allows, 63 bytes, is cut and gets a hash of
/// the whole, so that the name is one and the same on every database and the cut never makes two names alike.
fn generated_name(table: &str, columns: &[String], suffix: &str) -> String {
    const LIMIT: usize = 63;
    let stem = format!("{table}_{}", columns.join("_"));
    if stem.len() + 1 + suffix.len() <= LIMIT {
        return format!("{stem}_{suffix}");
    }
    // FNV-1a, since these names outlive the standard library's hasher. The separator keeps `a_b`, `c` from `a`, `b_c`.
    let parts = std::iter::once(table).chain(columns.iter().map(String::as_str));
    let bytes = parts.flat_map(|part| part.bytes().chain([0]));
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let tail = format!("_{:08x}_{suffix}", hash >> 32);
    format!("{}{tail}", cut(&stem, LIMIT - tail.len()))
}

/// The longest beginning of a text that is no longer than so many bytes and ends between characters, which is how
/// PostgreSQL cuts names.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

fn names<N: Into<String>>(columns: impl IntoIterator<Item = N>) -> Vec<String> {
    columns.into_iter().map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::{Index, cut};

    #[test]
    fn long_generated_names_are_cut_alike_everywhere_and_stay_apart() {
        assert_eq!(Index::new(["a", "b"]).name_in("t"), "t_a_b_idx");
        let column = "é".repeat(40);
        let name = Index::new([column.clone()]).name_in("t");
        assert!(name.len() <= 63 && name.ends_with("_idx"), "{name}");
        assert_eq!(Index::new([column.clone()]).name_in("t"), name);
        assert_ne!(Index::new([format!("{column}x")]).name_in("t"), name);
        assert_eq!(Index::new([column.clone()]).name(column.clone()).name_in("t"), column);
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!((cut("aé", 2), cut("aé", 3), cut("aé", 9), cut("é", 0)), ("a", "aé", "aé", ""));
    }
}
