//! Altering tables on SQLite: by ALTER TABLE where that can do it, else by making the table anew, without loss.
//!
//! A rebuild follows <https://sqlite.org/lang_altertable.html>, section 7. What is kept is kept as a text: the table's
//! own CREATE TABLE is edited where an alteration says so and nowhere else, and the statements of indexes and triggers
//! are run again as they are stored. Views, and triggers of other tables, are never touched.
//!
//! Foreign keys are not enforced while the old table is dropped: its rows would be deleted first, and rows that refer
//! to them with ON DELETE CASCADE. `PRAGMA foreign_keys` does nothing inside a transaction, and the transaction is open
//! before anybody knows what a migration will do. To open each with enforcement off would be no way out: a DELETE of
//! the migration itself would then leave behind what it is to cascade to. So the driver sets SQLite's switch itself,
//! which works at any time, for the length of the rebuild; and violations are looked for before and after. If the
//! switch does not move, nothing is done.
//!
//! After the copy, each row is compared with its original, column by column. Whatever is wrong, the table is as before.

mod compiles;
pub(crate) mod constraint;
mod contents;
mod cursor;
pub(crate) mod definition;
mod draft;
mod dropped;
mod foreign_keys;
mod in_place;
mod kept;
mod query;
mod refusal;
mod remake;
mod rendered;
mod retyped;
mod splice;
mod stored;
#[cfg(all(test, feature = "sqlite"))]
mod tests;
pub(crate) mod tokens;

use glim_schema::{AlterTable, Alteration};

use self::draft::Draft;
use self::refusal::{Failure, Refusal};
pub(crate) use self::rendered::affinity;
use self::stored::{Object, Stored};
use self::tokens::{quoted, same};
use crate::driver::{Connection, Transaction};

/// Makes the alterations, all or none of them.
///
/// # Errors
/// One of them would lose or break something, or SQLite refuses it; then the table is as before.
pub(crate) fn alter(conn: &mut dyn Connection, alter: &AlterTable) -> glim::Result<()> {
    alter_by(conn, alter, Way::Least)
}

/// How a table is altered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// With as little work as it takes.
    Least,
    /// By a rebuild, also where there is another way.
    #[cfg_attr(not(all(test, feature = "sqlite")), expect(dead_code, reason = "tests compare both"))]
    Rebuild,
}

fn alter_by(conn: &mut dyn Connection, alter: &AlterTable, way: Way) -> glim::Result<()> {
    let nested = conn.transaction() != Transaction::None;
    let (begin, end, undo) = if nested {
        ("SAVEPOINT glim_alter", "RELEASE glim_alter", "ROLLBACK TO glim_alter; RELEASE glim_alter")
    } else {
        ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
    };
    conn.batch(begin)?;
    let mut table = alter.table.clone();
    let made = all(conn, &mut table, &alter.alterations, way)
        .map_err(|failure| failure.explain(&table))
        .and_then(|()| Ok(conn.batch(end)?));
    // An interrupted statement has ended the transaction already.
    if made.is_err() && conn.transaction() != Transaction::None {
        conn.batch(undo)?;
    }
    made
}

/// Makes alterations one after the other. New names go to ALTER TABLE, which carries them into all that refers to them;
/// what stands between two of them is made at once.
fn all(conn: &mut dyn Connection, table: &mut String, alterations: &[Alteration], way: Way) -> Result<(), Failure> {
    let mut rest = alterations;
    while let Some(first) = rest.first() {
        if let Alteration::RenameIndex { from, to } = first
            && rename_index(conn, table, from, to)?
        {
            rest = &rest[1..];
            continue;
        }
        let names = |each: &Alteration| matches!(each, Alteration::RenameTo(_) | Alteration::RenameColumn { .. });
        if names(first) {
            in_place::native(conn, table, first)?;
            if let Alteration::RenameTo(name) = first {
                table.clone_from(name);
            }
            rest = &rest[1..];
            continue;
        }
        let stop = |each: &Alteration| names(each) || matches!(each, Alteration::RenameIndex { .. });
        let length = 1 + rest[1..].iter().position(stop).unwrap_or(rest.len() - 1);
        let (group, after) = rest.split_at(length);
        together(conn, table, group, way)?;
        rest = after;
    }
    Ok(())
}

/// Makes alterations by ALTER TABLE if it can do all of them, else by one rebuild.
fn together(conn: &mut dyn Connection, table: &str, group: &[Alteration], way: Way) -> Result<(), Failure> {
    let stored = Stored::find(conn, table)?;
    let mut draft = Draft::new(&stored.name, &stored.sql);
    let modern = in_place::is_modern(conn)?;
    let mut statements = (way == Way::Least).then(Vec::new);
    for alteration in group {
        let own = in_place::statements(&stored, &draft, alteration, modern)?;
        statements = statements.zip(own).map(|(all, own)| [all, own].concat());
        draft.alter(alteration)?;
    }
    // What it refuses is tried by a rebuild, which knows the reason.
    if let Some(statements) = statements
        && in_place::run(conn, &draft, &statements)?
    {
        return Ok(());
    }
    remake::remake(conn, &stored, &draft)
}

/// Makes an index anew under another name; `false` where there is no such index.
fn rename_index(conn: &mut dyn Connection, table: &str, from: &str, to: &str) -> Result<bool, Failure> {
    let stored = Stored::find(conn, table)?;
    let Some(Object { name, sql }) = stored.indexes.iter().find(|index| same(&index.name, from)) else {
        return Ok(false);
    };
    let tokens = tokens::read(sql)?;
    let Some(place) = tokens.iter().position(|token| token.is("index")).and_then(|at| tokens.get(at + 1)) else {
        return Err(Refusal::new(format!("the definition of the index `{name}` cannot be read")).into());
    };
    let mut renamed = sql.clone();
    renamed.replace_range(place.start..place.end(), &quoted(to));
    conn.batch(&format!("DROP INDEX main.{}", quoted(name)))?;
    conn.batch(&renamed)?;
    Ok(true)
}
