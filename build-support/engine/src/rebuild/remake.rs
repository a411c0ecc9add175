//! The twelve steps.

use super::compiles::{self, Broken};
use super::constraint::Kind;
use super::contents::Copy;
use super::definition::Definition;
use super::draft::{Draft, without_qualifiers};
use super::dropped::{self, Fate};
use super::foreign_keys::Violations;
use super::kept::Kept;
use super::query::number;
use super::stored::{Object, Shape, Stored};
use super::tokens::quoted;
use super::{Failure, Refusal};
use crate::driver::{Connection, Switch};

/// Makes a table anew as the draft says.
pub(super) fn remake(conn: &mut dyn Connection, stored: &Stored, draft: &Draft) -> Result<(), Failure> {
    let objects = carried(stored, draft)?;
    demand_no_rows(conn, stored, draft)?;
    let provisional = stored.provisional(conn)?;
    let enforced = conn.switch(Switch::ForeignKeys, false)?;
    let made = unenforced(conn, stored, draft, &objects, &provisional);
    conn.switch(Switch::ForeignKeys, enforced)?;
    made.map_err(|failure| failure.with_name(&provisional, &stored.name))
}

/// What is done while foreign keys are not enforced.
fn unenforced(
    conn: &mut dyn Connection,
    stored: &Stored,
    draft: &Draft,
    objects: &[&Object],
    provisional: &str,
) -> Result<(), Failure> {
    if number(conn, "PRAGMA foreign_keys", &[])? != 0 {
        return Err(Refusal::new("enforcement of foreign keys cannot be switched off on this connection").into());
    }
    let broken = Broken::find(conn)?;
    let violations = Violations::find(conn, &stored.name)?;
    exchange(conn, stored, draft, objects, provisional)?;
    violations.allow(&Violations::find(conn, &stored.name)?)?;
    Ok(broken.allow(&Broken::find(conn)?)?)
}

/// Makes the new table, copies the rows, and puts it in the place of the old one.
fn exchange(
    conn: &mut dyn Connection,
    stored: &Stored,
    draft: &Draft,
    objects: &[&Object],
    provisional: &str,
) -> Result<(), Failure> {
    let text = without_qualifiers(&draft.text)?;
    let definition = Definition::parse(&text)?;
    let mut create = text.clone();
    create.replace_range(definition.bytes(&(definition.name..definition.name + 1)), &quoted(provisional));
    conn.batch(&create)?;
    let shape = Shape::of(conn, provisional)?;
    let read: Vec<_> = definition.columns.iter().map(|column| &column.name).collect();
    if shape.columns.iter().map(|(name, _)| name).ne(read) {
        return Err(Refusal::new("SQLite reads its definition otherwise than we do").into());
    }
    let (old, new, from, to) = (stored.name.as_str(), provisional, &stored.shape, &shape);
    let copy = Copy { old, new, from, to, dropped: &draft.dropped, retyped: &draft.retyped };
    demand_same_rowids(conn, &copy)?;
    copy.rows(conn)?;
    copy.compare(conn)?;
    let kept = Kept::read(conn, old)?;
    conn.batch(&format!("DROP TABLE main.{}", quoted(old)))?;
    rename(conn, provisional, old)?;
    for object in objects {
        conn.batch(&object.sql)?;
    }
    kept.write(conn, old, (is_numbered(&Definition::parse(&stored.sql)?), is_numbered(&definition)))
}

/// The indexes and triggers that are made again; some of them, as they stand, forbid the alteration.
fn carried<'s>(stored: &'s Stored, draft: &Draft) -> Result<Vec<&'s Object>, Refusal> {
    let mut carried = Vec::new();
    for index in &stored.indexes {
        match dropped::index(&index.sql, &stored.shape.names(), &draft.dropped)? {
            Fate::Kept => carried.push(index),
            Fate::Goes => {}
            Fate::Refused => {
                let reason = format!(
                    "the index `{}` is on a column that is dropped, and on others, and has to be dropped first",
                    index.name
                );
                return Err(Refusal::new(reason));
            }
        }
    }
    for trigger in &stored.triggers {
        compiles::fires_on(&trigger.name, &trigger.sql, &draft.dropped)?;
        carried.push(trigger);
    }
    Ok(carried)
}

/// Refuses a new column that every row needs a value for, if there are rows.
fn demand_no_rows(conn: &mut dyn Connection, stored: &Stored, draft: &Draft) -> Result<(), Failure> {
    let Some((column, _)) = draft.added.iter().find(|(_, needed)| *needed) else { return Ok(()) };
    if number(conn, &format!("SELECT EXISTS (SELECT 1 FROM main.{})", quoted(&stored.name)), &[])? == 0 {
        return Ok(());
    }
    let reason = format!(
        "the column `{column}` is NOT NULL and has no default, so that the rows that exist would have no value for it"
    );
    Err(Refusal::new(reason).into())
}

/// A column that becomes the rowid gives rows other rowids. Virtual tables, such as those of full-text search, may go
/// by the old ones.
fn demand_same_rowids(conn: &mut dyn Connection, copy: &Copy<'_>) -> Result<(), Failure> {
    let (None, Some(alias)) = (&copy.from.alias, copy.alias()) else { return Ok(()) };
    let (table, alias) = (quoted(copy.old), quoted(alias));
    let users = "SELECT count(*) FROM main.sqlite_schema \
        WHERE sql LIKE 'CREATE VIRTUAL%' AND instr(lower(sql), lower($1)) > 0";
    let differs = format!("SELECT count(*) FROM main.{table} WHERE {alias} IS NOT {}", copy.rowid()?);
    if number(conn, users, &[copy.old])? > 0 && number(conn, &differs, &[])? > 0 {
        let reason = format!("{alias} would become its rowid, and a virtual table goes by the rowids that it has now");
        return Err(Refusal::new(reason).into());
    }
    Ok(())
}

/// Gives the new table the old one's name. In this mode, and with foreign keys off, SQLite changes nothing else: what
/// refers to the old name is to go on doing so.
fn rename(conn: &mut dyn Connection, from: &str, to: &str) -> Result<(), Failure> {
    let legacy = number(conn, "PRAGMA legacy_alter_table", &[])?;
    conn.batch("PRAGMA legacy_alter_table = ON")?;
    let renamed = conn.batch(&format!("ALTER TABLE main.{} RENAME TO {}", quoted(from), quoted(to)));
    conn.batch(&format!("PRAGMA legacy_alter_table = {legacy}"))?;
    Ok(renamed?)
}

fn is_numbered(definition: &Definition<'_>) -> bool {
    let key = definition.primary_key();
    key.is_some_and(|(_, _, key)| matches!(key.kind, Kind::PrimaryKey { autoincrement: true, .. }))
}
