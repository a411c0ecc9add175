//! Rendering of changes to the SQL of one dialect. Pure: text out, nothing run.
//!
//! Names are always quoted, so that keywords, spaces and capitals mean what they say. What a database would cut,
//! fold together or ignore is a [`Problem`] instead.

mod alter;
mod alter_column;
mod column;
mod convert;
mod create;
mod default;
pub mod dml;
mod enums;
mod identifier;
mod index;
mod key;
mod literal;
mod problem;
mod script;
mod types;

pub use self::identifier::{check_identifier, quote};
pub use self::literal::literal;
pub use self::problem::Problem;
pub use self::script::script;
pub use self::types::type_name;

use crate::{Change, Dialect};

/// The statements that make the change, in order, without a semicolon at their ends; none where the database has nothing
/// to do for it.
///
/// # Errors
/// [`Problem`] when the database cannot do it, or when the change contradicts itself; then nothing should be run.
pub fn render(change: &Change, dialect: Dialect) -> Result<Vec<String>, Problem> {
    match change {
        Change::CreateTable(table) => create::create_table(table, dialect),
        Change::DropTable { table } => {
            check_identifier(dialect, table)?;
            Ok(vec![format!("DROP TABLE {}", quote(dialect, table))])
        }
        Change::AlterTable(alter) => alter::alter_table(alter, dialect),
        Change::CreateIndex { table, index } => Ok(vec![index::create_index(table, index, dialect)?]),
        Change::DropIndex { table, name } => Ok(vec![index::drop_index(table, name, dialect)?]),
        Change::CreateEnum(ty) => enums::create_enum(ty, dialect),
        Change::AlterEnum(alter) => enums::alter_enum(alter, dialect),
        Change::DropEnum { name } => enums::drop_enum(name, dialect),
    }
}
