//! Tables as a database describes them.

/// A table of the database.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Live {
    /// Its name.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<LiveColumn>,
    /// The columns of its primary key, in the key's order.
    pub primary_key: Vec<String>,
    /// Its indexes and unique constraints, without partial ones, those over expressions, and the primary key's.
    pub indexes: Vec<LiveIndex>,
    /// Its references to other tables.
    pub foreign_keys: Vec<LiveForeignKey>,
}

/// A column of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveColumn {
    /// Its name.
    pub name: String,
    /// Its type, as the database writes it.
    pub ty: String,
    /// Whether it may be NULL.
    pub nullable: bool,
    /// Its default, as the database writes it.
    pub default: Option<String>,
}

/// An index or unique constraint of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveIndex {
    /// Its name.
    pub name: String,
    /// The columns, in order.
    pub columns: Vec<String>,
    /// Whether two rows may not share the columns' values.
    pub unique: bool,
}

/// A foreign key of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveForeignKey {
    /// The referring columns, in order.
    pub columns: Vec<String>,
    /// The table referred to.
    pub references: String,
    /// The columns referred to; empty where the database only says "the primary key".
    pub referenced_columns: Vec<String>,
}
