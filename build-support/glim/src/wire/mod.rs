//! The messages between the command and the runner. Not public API: both ends check [`PROTOCOL`] before the first.
//!
//! The command opens a listening socket and starts the runner, which connects twice and sends its [`hello`] each time. The
//! first connection is only held, so that the runner learns of the command's end; on the second it sends one
//! [`Registry`]. From there the command asks with [`Order`]s. While a migration runs, the runner sends
//! [`Call`]s and the command answers each with [`Answer`]s, until the runner says [`Call::Finished`].

pub mod codec;
pub mod hello;
mod schema;
mod value;

use glim_schema::{Change, Dialect};

use crate::db::Backfill;
use crate::error::Error;
use crate::migration::Direction;
use crate::value::Value;
use codec::{wire_enum, wire_struct};

/// The version of this protocol. Any change of a message, or of how the runner connects, is a new one.
pub const PROTOCOL: u16 = 6;

/// The longest message, in bytes: 256 MiB.
pub const MAX_MESSAGE: usize = 256 << 20;

/// How many bytes of rows are gathered before they are sent on.
pub const CHUNK: usize = 64 << 10;

/// What is registered in the runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registry {
    /// The migrations; their index here is what [`Order::Migrate`] names.
    pub migrations: Vec<RegisteredMigration>,
    /// The models.
    pub models: Vec<RegisteredModel>,
}

/// A migration as the runner knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredMigration {
    /// Its identity in the ledger.
    pub name: String,
    /// The type's name.
    pub type_name: String,
    /// What it says of itself.
    pub description: String,
    /// The option `version`.
    pub version: Option<String>,
    /// The option `after`.
    pub after: Vec<String>,
    /// The option `transaction`.
    pub transaction: bool,
    /// The option `db`.
    pub db: Option<String>,
    /// The option `irreversible`.
    pub irreversible: bool,
    /// Its texts, where it is SQL and not a type.
    pub sql: Option<RegisteredSql>,
    /// Its package's name.
    pub package: String,
    /// Its module's path.
    pub module: String,
    /// The file it is registered in, as the compiler was given it.
    pub file: String,
    /// The line it is registered at, from 1.
    pub line: u32,
}

/// The texts of a migration that is SQL. The command may have read the same file: then it sees whether the build is stale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredSql {
    /// The layout of the folder that it is from.
    pub layout: String,
    /// What makes the step.
    pub run: RegisteredText,
    /// What undoes it.
    pub rollback: Option<RegisteredText>,
}

/// An SQL text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredText {
    /// The file that it was read from when the runner was built.
    pub file: String,
    /// The line of the file at which it begins, from 1.
    pub line: u32,
    /// Whether it is to run in a transaction.
    pub transaction: bool,
    /// The text.
    pub text: String,
}

/// A model as the runner knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegisteredModel {
    /// The struct's name.
    pub name: String,
    /// The table's name.
    pub table: String,
    /// The option `db`.
    pub db: Option<String>,
    /// The option `frozen`.
    pub frozen: bool,
    /// Its package's name.
    pub package: String,
    /// Its module's path.
    pub module: String,
    /// The file, as the compiler was given it.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// What the command asks of the runner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Run a migration.
    Migrate {
        /// Its index in the [`Registry`].
        index: u32,
        /// Which way.
        direction: Direction,
        /// The database that it will speak to.
        dialect: Dialect,
    },
}

/// What a running migration asks of the command.
#[derive(Debug)]
pub enum Call {
    /// Run a statement; answered by [`Answer::Affected`].
    Execute {
        /// The statement.
        sql: String,
        /// Its parameters.
        params: Vec<Value>,
    },
    /// Run a query; answered by [`Answer::Columns`], any number of [`Answer::Rows`], and [`Answer::Done`].
    Query {
        /// The statement.
        sql: String,
        /// Its parameters.
        params: Vec<Value>,
    },
    /// Run statements without parameters; answered by [`Answer::Done`].
    Batch {
        /// The statements.
        sql: String,
    },
    /// Run a statement once for each row that follows in [`Call::Rows`] up to [`Call::RowsEnd`]; answered after that by
    /// [`Answer::Affected`].
    Many {
        /// The statement.
        sql: String,
    },
    /// Rows for [`Call::Many`].
    Rows(Vec<Vec<Value>>),
    /// No more rows for [`Call::Many`].
    RowsEnd,
    /// Change the schema; answered by [`Answer::Done`].
    Change(Change),
    /// Set columns of rows in batches; answered by [`Answer::Affected`].
    Backfill(Backfill),
    /// The migration has ended.
    Finished(Result<(), Error>),
    /// The migration has panicked.
    Panicked {
        /// What the panic said.
        message: String,
        /// Where, as `file:line:column`.
        location: Option<String>,
    },
}

/// What the command answers to a [`Call`]. Any of them may be [`Answer::Failed`].
#[derive(Debug)]
pub enum Answer {
    /// So many rows were changed.
    Affected(u64),
    /// The columns of the rows that follow.
    Columns(Vec<String>),
    /// Rows.
    Rows(Vec<Vec<Value>>),
    /// Done; no more rows.
    Done,
    /// It could not be done.
    Failed(Error),
}

wire_struct! {
    Registry { migrations, models }
    Backfill { table, assignments, conditions, batch, pause, share }
    RegisteredMigration {
        name, type_name, description, version, after, transaction, db, irreversible, sql, package, module, file, line,
    }
    RegisteredSql { layout, run, rollback }
    RegisteredText { file, line, transaction, text }
    RegisteredModel { name, table, db, frozen, package, module, file, line }
}

wire_enum! {
    Direction { 0 = Run, 1 = Rollback }
    Order { 0 = Migrate { index, direction, dialect } }
    Call {
        0 = Execute { sql, params },
        1 = Query { sql, params },
        2 = Batch { sql },
        3 = Many { sql },
        4 = Rows(rows),
        5 = RowsEnd,
        6 = Change(change),
        7 = Finished(result),
        8 = Panicked { message, location },
        9 = Backfill(backfill),
    }
    Answer { 0 = Affected(count), 1 = Columns(names), 2 = Rows(rows), 3 = Done, 4 = Failed(error) }
}

#[cfg(test)]
mod tests;
