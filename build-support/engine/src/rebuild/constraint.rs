//! Constraints in a CREATE TABLE, those of a column and those of the table.

use std::ops::Range;

use super::Refusal;
use super::cursor::Cursor;
use super::tokens::same;

/// A constraint, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Constraint {
    /// Its tokens, with its name.
    pub(crate) tokens: Range<usize>,
    /// Its tokens without `CONSTRAINT name`.
    pub(crate) body: Range<usize>,
    pub(crate) name: Option<String>,
    pub(crate) kind: Kind,
}

/// What a constraint demands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The columns are those of the table's own constraint; a column's own has none.
    PrimaryKey {
        columns: Vec<String>,
        autoincrement: bool,
    },
    Unique {
        columns: Vec<String>,
    },
    Check {
        inside: Range<usize>,
    },
    ForeignKey {
        columns: Vec<String>,
    },
    /// `DEFERRABLE`, which belongs to the foreign key before it.
    Deferral,
    NotNull,
    Null,
    Default,
    Collate,
    Generated {
        inside: Range<usize>,
    },
    /// `CONSTRAINT name` and nothing more.
    Nothing,
}

impl Constraint {
    /// Whether it has that name.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        self.name.as_deref().is_some_and(|own| same(own, name))
    }
}

/// With what a constraint of a table begins.
pub(crate) const OF_TABLE: &[&str] = &["constraint", "primary", "unique", "check", "foreign"];

/// Whether a column's constraint begins here, and its type ends.
pub(crate) fn begins(cursor: &Cursor<'_, '_>) -> bool {
    const OF_COLUMN: &[&str] = &[
        "constraint",
        "default",
        "collate",
        "primary",
        "unique",
        "not",
        "null",
        "check",
        "references",
        "deferrable",
        "as",
    ];
    cursor.is_any(OF_COLUMN) || cursor.are(&["generated", "always"])
}

/// Reads one constraint of a column.
pub(crate) fn of_column(cursor: &mut Cursor<'_, '_>) -> Result<Constraint, Refusal> {
    read(cursor, |cursor| {
        if cursor.skip("default") {
            if cursor.parentheses()?.is_none() {
                cursor.literal()?;
            }
            return Ok(Kind::Default);
        }
        if cursor.skip("collate") {
            cursor.any()?;
            return Ok(Kind::Collate);
        }
        if cursor.are(&["not", "deferrable"]) || cursor.is("deferrable") {
            deferral(cursor)?;
            return Ok(Kind::Deferral);
        }
        if cursor.skip("not") {
            cursor.expect("null")?;
            conflict(cursor)?;
            return Ok(Kind::NotNull);
        }
        if cursor.skip("null") {
            conflict(cursor)?;
            return Ok(Kind::Null);
        }
        if cursor.skip("primary") {
            cursor.expect("key")?;
            if cursor.is_any(&["asc", "desc"]) {
                cursor.any()?;
            }
            conflict(cursor)?;
            return Ok(Kind::PrimaryKey { columns: Vec::new(), autoincrement: cursor.skip("autoincrement") });
        }
        if cursor.skip("unique") {
            conflict(cursor)?;
            return Ok(Kind::Unique { columns: Vec::new() });
        }
        if cursor.is("references") {
            references(cursor)?;
            return Ok(Kind::ForeignKey { columns: Vec::new() });
        }
        if cursor.is("check") {
            return check(cursor);
        }
        if cursor.are(&["generated", "always"]) {
            cursor.at += 2;
        }
        cursor.expect("as")?;
        let inside = cursor.parentheses()?.ok_or_else(|| cursor.unreadable())?;
        if cursor.is_any(&["stored", "virtual"]) {
            cursor.any()?;
        }
        Ok(Kind::Generated { inside })
    })
}

/// Reads one constraint of a table.
pub(crate) fn of_table(cursor: &mut Cursor<'_, '_>) -> Result<Constraint, Refusal> {
    read(cursor, |cursor| {
        if cursor.skip("primary") {
            cursor.expect("key")?;
            let start = cursor.at;
            let columns = cursor.columns()?;
            let autoincrement = cursor.tokens[start..cursor.at].iter().any(|token| token.is("autoincrement"));
            conflict(cursor)?;
            return Ok(Kind::PrimaryKey { columns, autoincrement });
        }
        if cursor.skip("unique") {
            let columns = cursor.columns()?;
            conflict(cursor)?;
            return Ok(Kind::Unique { columns });
        }
        if cursor.is("check") {
            return check(cursor);
        }
        cursor.expect("foreign")?;
        cursor.expect("key")?;
        let columns = cursor.columns()?;
        references(cursor)?;
        if cursor.are(&["not", "deferrable"]) || cursor.is("deferrable") {
            deferral(cursor)?;
        }
        Ok(Kind::ForeignKey { columns })
    })
}

fn read(
    cursor: &mut Cursor<'_, '_>,
    kind: impl FnOnce(&mut Cursor<'_, '_>) -> Result<Kind, Refusal>,
) -> Result<Constraint, Refusal> {
    let start = cursor.at;
    let name = if cursor.skip("constraint") { Some(cursor.name()?) } else { None };
    let body = cursor.at;
    // SQLite allows a name that nothing follows.
    let nothing = name.is_some() && (cursor.is_mark(b',') || cursor.is_mark(b')') || cursor.is("constraint"));
    let kind = if nothing { Kind::Nothing } else { kind(cursor)? };
    Ok(Constraint { tokens: start..cursor.at, body: body..cursor.at, name, kind })
}

fn check(cursor: &mut Cursor<'_, '_>) -> Result<Kind, Refusal> {
    cursor.expect("check")?;
    let inside = cursor.parentheses()?.ok_or_else(|| cursor.unreadable())?;
    conflict(cursor)?;
    Ok(Kind::Check { inside })
}

/// `REFERENCES table (columns) ON DELETE ... MATCH ...`.
fn references(cursor: &mut Cursor<'_, '_>) -> Result<(), Refusal> {
    cursor.expect("references")?;
    cursor.name()?;
    cursor.parentheses()?;
    loop {
        if cursor.is("on") {
            cursor.at += 2;
            // `SET NULL`, `SET DEFAULT`, `NO ACTION`; the others are one word.
            cursor.at += if cursor.is_any(&["set", "no"]) { 2 } else { 1 };
        } else if cursor.is("match") {
            cursor.at += 2;
        } else {
            return Ok(());
        }
    }
}

fn deferral(cursor: &mut Cursor<'_, '_>) -> Result<(), Refusal> {
    cursor.skip("not");
    cursor.expect("deferrable")?;
    if cursor.skip("initially") {
        cursor.any()?;
    }
    Ok(())
}

/// `ON CONFLICT word`.
fn conflict(cursor: &mut Cursor<'_, '_>) -> Result<(), Refusal> {
    if cursor.are(&["on", "conflict"]) {
        cursor.at += 2;
        cursor.any()?;
    }
    Ok(())
}
