//! What glim itself would write for a column or a constraint, taken from a CREATE TABLE of a stand-in.

use glim_schema::{Change, Check, Column, ColumnType, Dialect, ForeignKey, Table, Unique, sql};

use super::Refusal;
use super::constraint::Kind;
use super::definition::{ColumnText, Definition};

/// A column's definition as glim writes it, in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Rendered {
    /// The whole.
    pub(super) text: String,
    pub(super) ty: String,
    pub(super) not_null: bool,
    /// `DEFAULT ...`
    pub(super) default: Option<String>,
    /// `COLLATE ...`
    pub(super) collate: Option<String>,
    /// `GENERATED ALWAYS AS ...`
    pub(super) generated: Option<String>,
    /// `CHECK (...)`, which a type may bring along.
    pub(super) check: Option<String>,
    pub(super) auto_increment: bool,
}

/// The definition of a column; in a STRICT table, with one of the few types that it takes.
pub(super) fn column(table: &str, column: &Column, strict: bool) -> Result<Rendered, Refusal> {
    // A table needs a column that is not computed.
    let mut stand_in = Table::new(table).column(column.clone());
    if column.auto_increment {
        stand_in = stand_in.primary_key([column.name.clone()]);
    } else {
        stand_in = stand_in.column(Column::new(format!("{}_", column.name), ColumnType::Int64).nullable());
    }
    let text = create(stand_in)?;
    let definition = Definition::parse(&text)?;
    let Some(part) = definition.columns.first() else { return Err(Refusal::new("a column has no definition")) };
    let body = |is: fn(&Kind) -> bool| part.find(is).map(|each| definition.text(&each.body).to_owned());
    let written = definition.text(&part.ty);
    let ty = if strict { strict_type(written) } else { written };
    let range = definition.bytes(&part.tokens);
    let mut whole = definition.text(&part.tokens).to_owned();
    if !part.ty.is_empty() {
        let place = definition.bytes(&part.ty);
        whole.replace_range(place.start - range.start..place.end - range.start, ty);
    }
    Ok(Rendered {
        text: whole,
        ty: ty.to_owned(),
        not_null: !column.nullable,
        default: body(|kind| *kind == Kind::Default),
        collate: body(|kind| *kind == Kind::Collate),
        generated: body(|kind| matches!(kind, Kind::Generated { .. })),
        check: body(|kind| matches!(kind, Kind::Check { .. })),
        auto_increment: is_autoincrement(part),
    })
}

fn is_autoincrement(part: &ColumnText) -> bool {
    part.find(|kind| matches!(kind, Kind::PrimaryKey { autoincrement: true, .. })).is_some()
}

/// A unique constraint as glim writes it.
pub(super) fn unique(table: &str, unique: &Unique) -> Result<String, Refusal> {
    let mut stand_in = with_columns(table, &unique.columns, true);
    stand_in.uniques.push(unique.clone());
    constraint(stand_in)
}

/// A foreign key as glim writes it.
pub(super) fn foreign_key(table: &str, key: &ForeignKey) -> Result<String, Refusal> {
    let mut stand_in = with_columns(table, &key.columns, true);
    stand_in.foreign_keys.push(key.clone());
    constraint(stand_in)
}

/// A check as glim writes it.
pub(super) fn check(table: &str, check: &Check) -> Result<String, Refusal> {
    let mut stand_in = with_columns(table, &["c".to_owned()], true);
    stand_in.checks.push(check.clone());
    constraint(stand_in)
}

/// A primary key as glim writes it.
pub(super) fn primary_key(table: &str, columns: &[String]) -> Result<String, Refusal> {
    constraint(with_columns(table, columns, false).primary_key(columns.iter().cloned()))
}

fn with_columns(table: &str, columns: &[String], nullable: bool) -> Table {
    columns.iter().fold(Table::new(table), |table, name| {
        let column = Column::new(name.as_str(), ColumnType::Text { length: None });
        table.column(if nullable { column.nullable() } else { column })
    })
}

fn constraint(stand_in: Table) -> Result<String, Refusal> {
    let text = create(stand_in)?;
    let definition = Definition::parse(&text)?;
    let part = definition.constraints.first().ok_or_else(|| Refusal::new("a constraint has no definition"))?;
    Ok(definition.text(&part.tokens).to_owned())
}

fn create(table: Table) -> Result<String, Refusal> {
    let change = Change::CreateTable(table);
    let statements = sql::render(&change, Dialect::Sqlite).map_err(|problem| Refusal::new(problem.to_string()))?;
    statements.into_iter().next().ok_or_else(|| Refusal::new("a table has no definition"))
}

/// How SQLite stores what is declared with a type ("Datatypes In SQLite", section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

impl Affinity {
    /// Whether values of both are compared as what they are.
    pub(crate) fn compares_with(self, other: Self) -> bool {
        let is_number = |it| matches!(it, Self::Integer | Self::Real | Self::Numeric);
        self == other || is_number(self) && is_number(other)
    }
}

/// The affinity of a declared type.
pub(crate) fn affinity(ty: &str) -> Affinity {
    let ty = ty.to_ascii_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| ty.contains(word));
    match () {
        () if has(&["INT"]) => Affinity::Integer,
        () if has(&["CHAR", "CLOB", "TEXT"]) => Affinity::Text,
        () if ty.is_empty() || has(&["BLOB"]) => Affinity::Blob,
        () if has(&["REAL", "FLOA", "DOUB"]) => Affinity::Real,
        () => Affinity::Numeric,
    }
}

/// The type that a STRICT table takes in the place of `ty`.
fn strict_type(ty: &str) -> &str {
    if ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"].iter().any(|known| ty.eq_ignore_ascii_case(known)) {
        return ty;
    }
    match affinity(ty) {
        Affinity::Integer => "INTEGER",
        Affinity::Real => "REAL",
        Affinity::Blob => "BLOB",
        // The one number among those with numeric affinity; dates and times are texts.
        Affinity::Numeric if ty.eq_ignore_ascii_case("boolean") => "INTEGER",
        Affinity::Text | Affinity::Numeric => "TEXT",
    }
}
