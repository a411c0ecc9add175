//! The databases we speak, and what each can do.

use std::fmt;

/// A kind of database. The set is closed: every `match` names each of them, so that the compiler lists the work of a
/// fourth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Dialect {
    /// SQLite 3.
    Sqlite,
    /// PostgreSQL 12 and later.
    Postgres,
    /// MySQL 8 and MariaDB 10.6 and later, which share their DDL as far as we use it.
    Mysql,
}

/// What a database can do, as facts that code can ask for instead of comparing dialects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, not states")]
pub struct Capabilities {
    /// DDL takes part in transactions, so that a migration and its ledger row commit together.
    pub transactional_ddl: bool,
    /// The longest identifier.
    pub identifier_limit: IdentifierLimit,
    /// An integer column can hold values above `i64::MAX`.
    pub unsigned_integers: bool,
    /// Tables and columns carry comments.
    pub comments: bool,
    /// `ALTER TABLE` can change a column's type, default and nullability, and add constraints.
    pub alter_column: bool,
}

/// How long an identifier may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdentifierLimit {
    /// No limit that a person would reach.
    None,
    /// So many bytes of UTF-8 (PostgreSQL's `NAMEDATALEN - 1`; the server truncates longer ones silently).
    Bytes(usize),
    /// So many characters (MySQL manual, "Identifier Length Limits").
    Characters(usize),
}

impl Dialect {
    /// All of them, in the order in which documents name them.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Mysql];

    /// The name used in configuration, messages and the protocol: `sqlite`, `postgres` or `mysql`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
        }
    }

    /// The name as its makers write it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MySQL/MariaDB",
        }
    }

    /// What this database can do.
    pub const fn capabilities(self) -> Capabilities {
        match self {
            Self::Sqlite => Capabilities {
                transactional_ddl: true,
                identifier_limit: IdentifierLimit::None,
                unsigned_integers: false,
                comments: false,
                alter_column: false,
            },
            Self::Postgres => Capabilities {
                transactional_ddl: true,
                identifier_limit: IdentifierLimit::Bytes(63),
                unsigned_integers: false,
                comments: true,
                alter_column: true,
            },
            Self::Mysql => Capabilities {
                transactional_ddl: false,
                identifier_limit: IdentifierLimit::Characters(64),
                unsigned_integers: true,
                comments: true,
                alter_column: true,
            },
        }
    }

    /// Whether `name` fits this database's identifier limit.
    pub fn fits_identifier(self, name: &str) -> bool {
        match self.capabilities().identifier_limit {
            IdentifierLimit::None => true,
            IdentifierLimit::Bytes(limit) => name.len() <= limit,
            IdentifierLimit::Characters(limit) => name.chars().count() <= limit,
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
