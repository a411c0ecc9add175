//! Migrations that speak of their own tool's history: sqlx's table is there before the first of its migrations runs, and
//! some projects have migrations that read or mend it.

use glim_schema::Dialect;

use super::find::find_one;
use super::{AdoptError, Tool};
use crate::driver::Connection;
use crate::plan::Plan;
use crate::script;

/// Makes the empty history of the tool whose files the plan would apply, where one of them names it, it is not there, and
/// all of them can be run as they stand. Gives the table that was made.
///
/// # Errors
/// The database refuses.
pub fn stand_in(conn: &mut dyn Connection, plan: &Plan<'_>) -> Result<Option<&'static str>, AdoptError> {
    let names = |tool: &Tool| {
        let table = tool.table();
        plan.steps.iter().any(|step| step.entry.script(step.direction).is_some_and(|it| it.text().contains(table)))
    };
    let layout = plan.steps.iter().find_map(|step| step.entry.code.sql()).map(|sql| sql.layout.name());
    let Some(tool) = layout.and_then(Tool::from_name).filter(names) else { return Ok(None) };
    // Where a migration is about to be refused, nothing is to be changed.
    let is_refused = script::check(plan, conn.dialect()).iter().any(|problem| !problem.fault.is_warning());
    if is_refused || find_one(conn, tool, tool.table())?.is_some() {
        return Ok(None);
    }
    let sql = format!("CREATE TABLE {} ({})", tool.table(), columns(tool, conn.dialect()));
    conn.batch(&sql).map_err(AdoptError::database("make the table that the migrations name"))?;
    Ok(Some(tool.table()))
}

/// The columns as the tool itself makes them.
fn columns(tool: Tool, dialect: Dialect) -> String {
    let (time, now, bytes) = match dialect {
        Dialect::Postgres => ("timestamptz", "now()", "bytea"),
        Dialect::Sqlite | Dialect::Mysql => ("timestamp", "CURRENT_TIMESTAMP", "blob"),
    };
    match tool {
        Tool::Sqlx => format!(
            "version bigint PRIMARY KEY, description text NOT NULL, installed_on {time} NOT NULL DEFAULT {now}, \
             success boolean NOT NULL, checksum {bytes} NOT NULL, execution_time bigint NOT NULL"
        ),
        Tool::Diesel => {
            "version varchar(50) PRIMARY KEY NOT NULL, run_on timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP".to_owned()
        }
        Tool::Refinery => {
            "version int PRIMARY KEY, name varchar(255), applied_on varchar(255), checksum varchar(255)".to_owned()
        }
        Tool::SeaOrm => "version varchar(255) PRIMARY KEY NOT NULL, applied_at bigint NOT NULL".to_owned(),
        Tool::Dbmate => "version varchar(128) PRIMARY KEY NOT NULL".to_owned(),
    }
}
