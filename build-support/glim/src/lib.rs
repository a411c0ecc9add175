//! Migrations for Rust programs: models are plain structs, migrations are Rust types, and `cargo glim` keeps SQLite,
//! PostgreSQL, MySQL and MariaDB in step with them.
//!
//! ```
//! use glim::{Db, Migration, Model, Result, inventory};
//!
//! #[derive(Model)]
//! #[glim(table = "users")]
//! pub struct User {
//!     #[glim(primary_key)]
//!     pub id: i32,
//!     #[glim(length = 255)]
//!     pub name: String,
//!     #[glim(length = 255)]
//!     pub fullname: Option<String>,
//! }
//!
//! pub struct AddUserMigration;
//!
//! impl Migration for AddUserMigration {
//!     fn description(&self) -> &str {
//!         "creates a sample user in users table"
//!     }
//!
//!     fn run(&self, db: &mut Db) -> Result<()> {
//!         db.insert(&User { id: 5, name: "Aras".into(), fullname: None })
//!     }
//!
//!     fn rollback(&self, db: &mut Db) -> Result<()> {
//!         if let Some(user) = db.find::<User>(5)? {
//!             db.delete(&user)?;
//!         }
//!         Ok(())
//!     }
//! }
//!
//! inventory::submit! { glim::migration!(AddUserMigration) }
//! ```
//!
//! This crate holds no database driver. The command has the connection, and a [`Db`] sends it each statement.
//!
//! The features `chrono`, `jiff`, `rust_decimal`, `serde_json`, `time` and `uuid` let those crates' types be fields of
//! models, parameters and results.

#[doc(hidden)]
pub mod attempt;
#[doc(hidden)]
pub mod channel;
mod db;
mod enumeration;
pub mod error;
mod folder;
#[doc(hidden)]
pub mod host;
mod migration;
mod model;
pub mod registry;
mod row;
mod sql;
pub mod value;
#[doc(hidden)]
pub mod wire;

pub use glim_derive::{Enum, Model};
pub use glim_schema as schema;
pub use glim_schema::Dialect;
pub use inventory;

#[doc(hidden)]
pub use self::db::{Backend, Backfill, Line, Remote};
pub use self::db::{BackfillBuilder, Db};
pub use self::enumeration::Enum;
pub use self::error::{Error, Result};
pub use self::migration::{Direction, Migration};
pub use self::model::{IntoKey, Model};
pub use self::row::{ColumnIndex, Row};
pub use self::sql::{SqlMigration, SqlText};
pub use self::value::{Date, Decimal, FromValue, Params, Time, Timestamp, ToValue, Uuid, Value};

// Not public API. Used by generated code.
#[doc(hidden)]
pub mod __private {
    pub use std::sync::LazyLock;

    pub use glim_schema::{EnumType, Table};
    pub use inventory::submit;

    pub use crate::enumeration::{Enum, enum_type, is_value, of_enum, to_enum};
    pub use crate::error::Result;
    pub use crate::folder::same_folders;
    pub use crate::host::main as host;
    pub use crate::model::Model;
    pub use crate::registry::{ModelRegistration, Origin, Registration};
    pub use crate::row::Row;
    pub use crate::sql::{SqlMigration, SqlText};
    pub use crate::value::{Element, FromValue, Mismatch, ToValue, Value};

    /// The table of a model, as its derive wrote it down.
    pub fn table(compact: &str) -> Table {
        Table::from_compact(compact).expect("the derive is of this very version, which Cargo.toml pins")
    }

    /// The same, with those enums as the types of the columns whose enums the derive could not see, in their order.
    pub fn table_with_enums<const N: usize>(compact: &str, enums: [EnumType; N]) -> Table {
        let mut table = table(compact);
        let columns = table.columns.iter_mut().filter_map(|column| column.ty.enum_type_mut());
        for (open, known) in columns.zip(enums) {
            *open = known;
        }
        table
    }
}

// The derive writes `::glim`, also in this crate's own tests.
extern crate self as glim;
