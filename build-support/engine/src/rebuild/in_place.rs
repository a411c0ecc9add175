//! What SQLite's own ALTER TABLE can do, and whether it did what was meant.

use glim::error::ErrorClass;
use glim_schema::{AlterTable, Alteration, Change, Dialect, sql};

use super::constraint::Kind;
use super::definition::Definition;
use super::draft::{Draft, all};
use super::rendered::{self, Rendered};
use super::stored::Stored;
use super::tokens::{self, quoted, same};
use super::{Failure, Refusal};
use crate::driver::Connection;

/// From this version on, ALTER TABLE adds checks, drops constraints, and makes columns NOT NULL or not.
const CONSTRAINTS: (u32, u32) = (3, 53);

/// Whether ALTER TABLE can do what it could not do in old versions.
pub(super) fn is_modern(conn: &mut dyn Connection) -> Result<bool, Failure> {
    let version = conn.server()?.version;
    let mut parts = version.split('.').map_while(|part| part.parse::<u32>().ok());
    Ok((parts.next().unwrap_or_default(), parts.next().unwrap_or_default()) >= CONSTRAINTS)
}

/// The statements of ALTER TABLE for an alteration of the table as the draft has it; `None` where there are none that
/// do it whatever rows the table has.
pub(super) fn statements(
    stored: &Stored,
    draft: &Draft,
    alteration: &Alteration,
    modern: bool,
) -> Result<Option<Vec<String>>, Refusal> {
    let definition = Definition::parse(&draft.text)?;
    let start = format!("ALTER TABLE main.{}", quoted(&draft.table));
    let possible = match alteration {
        // A column of a STRICT table takes a type of its own, and one that is stored has to be computed.
        Alteration::AddColumn(column) => {
            !definition.strict && column.generated.as_ref().is_none_or(|generated| !generated.stored)
        }
        Alteration::SetComment(_) => true,
        // SQLite itself would refuse a column with a constraint, and keep a trigger that fires on it.
        Alteration::DropColumn(name) => {
            let named = |text: &str, times| mentions(text, name) > times;
            definition.column(name).is_some_and(|column| column.constraints.is_empty())
                && !named(&draft.text, 1)
                && !stored.indexes.iter().chain(&stored.triggers).any(|object| named(&object.sql, 0))
        }
        Alteration::AddCheck(check) if modern => {
            return Ok(Some(vec![format!("{start} ADD {}", rendered::check(&draft.table, check)?)]));
        }
        Alteration::DropConstraint(name) if modern => {
            let named: Vec<_> = all(&definition).filter(|(_, each)| each.is_named(name)).collect();
            let is_check = matches!(named[..], [(_, each)] if matches!(each.kind, Kind::Check { .. }));
            return Ok(is_check.then(|| vec![format!("{start} DROP CONSTRAINT {}", quoted(name))]));
        }
        Alteration::AlterColumn { from, to } => {
            let old = rendered::column(&draft.table, from, definition.strict)?;
            let new = rendered::column(&draft.table, to, definition.strict)?;
            let plain = |column: &Rendered| Rendered { not_null: false, text: String::new(), ..column.clone() };
            if plain(&old) != plain(&new) {
                return Ok(None);
            }
            let action = match (old.not_null, new.not_null) {
                (false, true) => "SET NOT NULL",
                (true, false) => "DROP NOT NULL",
                _ => return Ok(Some(Vec::new())),
            };
            return Ok(modern.then(|| vec![format!("{start} ALTER COLUMN {} {action}", quoted(&to.name))]));
        }
        _ => false,
    };
    // What it cannot do with rows has no statement.
    Ok(if possible { render(&draft.table, alteration).ok() } else { None })
}

/// Runs the statements, and says whether they went well and the table is as in the draft. If not, it is as before.
pub(super) fn run(conn: &mut dyn Connection, draft: &Draft, statements: &[String]) -> Result<bool, Failure> {
    conn.batch("SAVEPOINT glim_in_place")?;
    let ran = statements.iter().try_for_each(|statement| conn.batch(statement)).map_err(Failure::from);
    let made = ran.and_then(|()| {
        let stored = Stored::find(conn, &draft.table)?;
        Ok(Definition::parse(&stored.sql)?.parts() == Definition::parse(&draft.text)?.parts())
    });
    match made {
        Ok(true) => {
            conn.batch("RELEASE glim_in_place")?;
            return Ok(true);
        }
        // Somebody wants it to end; that is no reason to try another way.
        Err(Failure::Database(error)) if error.class == ErrorClass::Cancelled => return Err(error.into()),
        Ok(false) | Err(_) => {}
    }
    conn.batch("ROLLBACK TO glim_in_place; RELEASE glim_in_place")?;
    Ok(false)
}

/// Runs an alteration as it stands.
pub(super) fn native(conn: &mut dyn Connection, table: &str, alteration: &Alteration) -> Result<(), Failure> {
    for statement in render(table, alteration)? {
        conn.batch(&statement)?;
    }
    Ok(())
}

/// How often a column of that name may be meant in a statement.
fn mentions(text: &str, column: &str) -> usize {
    let tokens = tokens::read(text).unwrap_or_default();
    tokens.iter().filter_map(tokens::name).filter(|name| same(name, column)).count()
}

fn render(table: &str, alteration: &Alteration) -> Result<Vec<String>, Refusal> {
    let alter = AlterTable { table: table.to_owned(), alterations: vec![alteration.clone()] };
    let change = Change::AlterTable(alter);
    sql::render(&change, Dialect::Sqlite).map_err(|problem| Refusal::new(problem.to_string()))
}
