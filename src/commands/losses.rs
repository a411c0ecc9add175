//! What a plan takes away, as far as the statements of its SQL migrations say it, with the number of rows.

use glim::Direction;
use glim_engine::driver::Connection;
use glim_engine::plan::{Plan, Step};
use glim_engine::script;
use glim_files::statement::{Loss, Object, losses};
use glim_schema::Dialect;
use glim_schema::sql::quote;

use super::database;
use crate::report::Shell;

/// So many rows are counted in a table, and no more.
const COUNTED: u64 = 1_000_000;

/// Says what will be lost by what the plan undoes. Rows are counted in the database.
pub(super) fn show(plan: &Plan<'_>, conn: &mut dyn Connection, shell: &mut Shell) {
    let mut untold = Vec::new();
    for step in plan.steps.iter().filter(|step| step.direction == Direction::Rollback) {
        if step.entry.script(step.direction).is_none() {
            untold.push(format!("`{}`", step.entry.name));
        }
        for loss in of_step(step, conn.dialect()) {
            shell.status("Losing", &described(&loss, conn));
        }
    }
    if !untold.is_empty() {
        shell.note(&format!("what is lost by {} cannot be told in advance: it is code", untold.join(", ")));
    }
}

fn of_step(step: &Step<'_>, dialect: Dialect) -> Vec<Loss> {
    let statements = script::listed(step.entry, step.direction, dialect);
    statements.iter().flat_map(|(_, text)| losses(text, dialect)).collect()
}

fn described(loss: &Loss, conn: &mut dyn Connection) -> String {
    match loss {
        Loss::Table(table) => format!("table `{}`{}", table.name, rows(table, None, conn)),
        Loss::Rows(table) => format!("all rows of table `{}`{}", table.name, rows(table, None, conn)),
        Loss::SomeRows(table) => format!("rows of table `{}`", table.name),
        Loss::Column(table, column) => {
            format!("column `{column}` of table `{}`{}", table.name, rows(table, Some(column), conn))
        }
    }
}

/// How many rows there are, in parentheses; of a column, how many have a value. Empty where it cannot be counted: an earlier
/// step may be about to make the table.
fn rows(table: &Object, column: Option<&str>, conn: &mut dyn Connection) -> String {
    let dialect = conn.dialect();
    let schema = table.schema.as_ref().map(|schema| format!("{}.", quote(dialect, schema))).unwrap_or_default();
    let filter = column.map(|column| format!(" WHERE {} IS NOT NULL", quote(dialect, column))).unwrap_or_default();
    let table = format!("{schema}{}", quote(dialect, &table.name));
    let most = COUNTED + 1;
    let sql = format!("SELECT count(*) FROM (SELECT 1 AS one FROM {table}{filter} LIMIT {most}) AS counted");
    match database::number(conn, &sql) {
        Ok(Some(count)) if count > COUNTED => format!(" (more than {} rows)", grouped(COUNTED)),
        Ok(Some(1)) => " (1 row)".to_owned(),
        Ok(Some(count)) => format!(" ({} rows)", grouped(count)),
        Ok(None) | Err(_) => String::new(),
    }
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn thousands_stand_apart() {
        let shown = [0, 999, 1_000, 12_345, 1_000_000].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "12,345", "1,000,000"]);
    }
}
