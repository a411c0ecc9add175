//! Columns, and what they hold when nothing is said.

use crate::ColumnType;

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
    /// How its texts are compared and sorted, in the database's own name; `None` for what the database does unasked.
    pub collation: Option<String>,
    /// From what the database computes it, if it does.
    pub generated: Option<Generated>,
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

impl Default {
    /// A number, as it is written.
    pub fn number(digits: impl Into<String>) -> Self {
        Self::Number(digits.into())
    }

    /// A text, without quotes.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// An SQL expression, passed through as it stands.
    pub fn expression(sql: impl Into<String>) -> Self {
        Self::Expression(sql.into())
    }
}

/// How a column is computed from others of its row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generated {
    /// The value, in SQL.
    pub expression: String,
    /// Whether it is kept in the row; else it is computed when it is read.
    pub stored: bool,
}

impl Column {
    /// A column that may not be NULL and has no default.
    pub fn new(name: impl Into<String>, ty: ColumnType) -> Self {
        Self {
            name: name.into(),
            ty,
            nullable: false,
            default: None,
            auto_increment: false,
            collation: None,
            generated: None,
            comment: None,
        }
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

    /// Says how the column's texts are compared and sorted, in the database's own name for it.
    #[must_use]
    pub fn collation(mut self, name: impl Into<String>) -> Self {
        self.collation = Some(name.into());
        self
    }

    /// Lets the database compute the column, and keep it in the row.
    #[must_use]
    pub fn stored(mut self, expression: impl Into<String>) -> Self {
        self.generated = Some(Generated { expression: expression.into(), stored: true });
        self
    }

    /// Lets the database compute the column whenever it is read.
    #[must_use]
    pub fn computed(mut self, expression: impl Into<String>) -> Self {
        self.generated = Some(Generated { expression: expression.into(), stored: false });
        self
    }

    /// Says what the column is for.
    #[must_use]
    pub fn comment(mut self, comment: impl Into<String>) -> Self {
        self.comment = Some(comment.into());
        self
    }
}
