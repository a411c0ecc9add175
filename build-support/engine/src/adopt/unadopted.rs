//! Whether a database still has to be taken over before migrations are applied to it.

use super::find::find_one;
use super::{AdoptError, Found, Tool};
use crate::driver::{Connection, fetch};
use crate::ledger::Row;
use crate::plan::Plan;

/// The history of the tool whose files the plan would apply, where it has any rows and our ledger knows nothing of SQL
/// files: then what the plan would apply has very likely been applied by that tool.
///
/// # Errors
/// The database refuses.
pub fn unadopted(conn: &mut dyn Connection, plan: &Plan<'_>, rows: &[Row]) -> Result<Option<Found>, AdoptError> {
    let Some(sql) = plan.steps.iter().find_map(|step| step.entry.code.sql()) else { return Ok(None) };
    let Some(tool) = Tool::from_name(sql.layout.name()).filter(|_| !rows.iter().any(Row::is_sql)) else {
        return Ok(None);
    };
    let Some(found) = find_one(conn, tool, tool.table())? else { return Ok(None) };
    let any = format!("SELECT 1 FROM {} LIMIT 1", found.quoted(conn.dialect()));
    let rows = fetch(conn, &any, &[]).map_err(AdoptError::database("look into the history of another tool"))?;
    Ok((!rows.is_empty()).then_some(found))
}
