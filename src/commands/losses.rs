//! What a plan takes away, as far as the statements of its SQL migrations and the code of the others say it, with the
//! number of rows.

use std::collections::HashMap;

use glim::Direction;
use glim::error::{DatabaseError, ErrorClass};
use glim_engine::catalog::Entry;
use glim_engine::driver::Connection;
use glim_engine::plan::Plan;
use glim_engine::script;
use glim_files::split::Statements;
use glim_files::statement::{Loss, Object, ObjectKind, created_table, losses};
use glim_parse::scan::{FoundMigration, Lost, Made, Scan};
use glim_schema::Dialect;
use glim_schema::sql::quote;

use super::database;
use crate::report::Shell;

/// So many rows are counted in a table, and no more.
const COUNTED: u64 = 1_000_000;

/// How much of a text in code is shown.
const SHOWN: usize = 60;

/// What is lost.
pub(super) struct Losses {
    dialect: Dialect,
    told: Vec<Loss>,
    /// What takes away something that is not named: the migration, and what stands in its code.
    unnamed: Vec<(String, String)>,
    /// The migrations that delete rows of models.
    deleting: Vec<String>,
    /// The migrations of which nothing can be told.
    untold: Vec<String>,
    /// The tables that the plan makes.
    created: Vec<String>,
}

/// What the sources say of Rust migrations.
pub(super) struct Code<'s> {
    pub(super) by_name: HashMap<&'s str, &'s FoundMigration>,
    pub(super) scan: Option<&'s Scan>,
}

impl Losses {
    /// What is lost by the steps of a plan that go in one direction.
    pub(super) fn by(direction: Direction, plan: &Plan<'_>, code: &Code<'_>, dialect: Dialect) -> Self {
        let mut lost = Self::none(dialect);
        for entry in plan.steps.iter().filter(|step| step.direction == direction).map(|step| step.entry) {
            match (entry.script(direction), code.by_name.get(entry.name.as_str())) {
                (Some(script), _) if may_lose(script.text()) => lost.add_statements(entry, direction),
                (Some(_), _) => {}
                (None, Some(found)) => match direction {
                    Direction::Run => lost.add_code(&entry.name, &found.lost()),
                    Direction::Rollback => lost.add_code(&entry.name, &found.lost_by_rollback()),
                },
                (None, None) => lost.untold.push(entry.name.clone()),
            }
        }
        if direction == Direction::Run && lost.are_grave() {
            lost.created = plan.steps.iter().flat_map(|step| created(step.entry, code, dialect)).collect();
        }
        lost
    }

    fn none(dialect: Dialect) -> Self {
        let (told, unnamed) = (Vec::new(), Vec::new());
        Self { dialect, told, unnamed, deleting: Vec::new(), untold: Vec::new(), created: Vec::new() }
    }

    /// Whether more is lost than rows that were chosen, or may be.
    pub(super) fn are_grave(&self) -> bool {
        let is_grave = |loss: &Loss| !matches!(loss, Loss::SomeRows(_));
        self.told.iter().any(is_grave) || !self.unnamed.is_empty() || !self.untold.is_empty()
    }

    /// Leaves out what the plan makes itself before: it is not in the database yet.
    pub(super) fn forget_what_is_made(&mut self, conn: &mut dyn Connection) {
        let Self { told, created, dialect, .. } = self;
        told.retain(|loss| {
            let table = table_of(loss);
            let is_it = |name: &String| match dialect {
                Dialect::Postgres => *name == table.name,
                Dialect::Sqlite | Dialect::Mysql => name.eq_ignore_ascii_case(&table.name),
            };
            let is_missing = |error: DatabaseError| error.class == ErrorClass::UndefinedObject;
            !(created.iter().any(is_it) && count(table, None, conn).is_err_and(is_missing))
        });
    }

    /// Says what will be lost. Rows are counted in the database.
    pub(super) fn show(&self, conn: &mut dyn Connection, shell: &mut Shell) {
        for loss in &self.told {
            shell.status("Losing", &described(loss, conn));
        }
        for migration in &self.deleting {
            shell.status("Losing", &format!("rows that `{migration}` deletes one by one"));
        }
        for (migration, text) in &self.unnamed {
            shell.note(&format!("`{migration}` is code with `{text}`: what is lost by that cannot be told in advance"));
        }
        if !self.untold.is_empty() {
            let untold: Vec<_> = self.untold.iter().map(|name| format!("`{name}`")).collect();
            shell.note(&format!("what is lost by {} cannot be told in advance: it is code", untold.join(", ")));
        }
    }

    fn add_statements(&mut self, entry: &Entry, direction: Direction) {
        let statements = script::listed(entry, direction, self.dialect);
        self.told.extend(statements.iter().flat_map(|(_, statement)| losses(statement, self.dialect)));
    }

    fn add_code(&mut self, name: &str, found: &[Lost]) {
        let object =
            |name: &String| Object { kind: ObjectKind::Relation, schema: None, name: name.clone(), table: None };
        for lost in found {
            match lost {
                Lost::Table(table) => self.told.push(Loss::Table(object(table))),
                Lost::Column(table, column) => self.told.push(Loss::Column(object(table), column.clone())),
                Lost::Call(method) => self.unnamed.push((name.to_owned(), (*method).to_owned())),
                Lost::Rows if self.deleting.last().is_some_and(|last| last == name) => {}
                Lost::Rows => self.deleting.push(name.to_owned()),
                Lost::Sql(text) => self.add_sql(name, text),
            }
        }
    }

    /// A text in code, which may be SQL, or have places in it that are filled when it runs.
    fn add_sql(&mut self, name: &str, text: &str) {
        let before = self.told.len();
        let dialect = self.dialect;
        self.told.extend(split(text, dialect).flat_map(|statement| losses(statement, dialect)));
        if self.told.len() == before && takes_away(text) {
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            self.unnamed.push((name.to_owned(), line.chars().take(SHOWN).collect()));
        }
    }
}

/// The tables that a migration makes, which were not there before.
fn created(entry: &Entry, code: &Code<'_>, dialect: Dialect) -> Vec<String> {
    let by =
        |sql: &str| split(sql, dialect).filter_map(|statement| created_table(statement, dialect)).collect::<Vec<_>>();
    if let Some(script) = entry.script(Direction::Run) {
        return by(script.text());
    }
    let made = code.by_name.get(entry.name.as_str()).into_iter().flat_map(|found| found.made());
    let tables = made.flat_map(|made| match made {
        Made::Table(table) => vec![table],
        Made::Model(model) => {
            let models = code.scan.into_iter().flat_map(|scan| &scan.models);
            models.filter(|known| known.name == model).map(|known| known.table.name.clone()).collect()
        }
        Made::Sql(text) => by(&text),
        Made::Renamed(_) => Vec::new(),
    });
    tables.collect()
}

/// The statements of a text, as far as it can be split.
fn split(text: &str, dialect: Dialect) -> impl Iterator<Item = &str> {
    Statements::new(text, dialect).map_while(Result::ok).map(|statement| statement.text)
}

/// Whether one of the words is there without which nothing is lost.
fn may_lose(sql: &str) -> bool {
    let lower = sql.to_ascii_lowercase();
    ["drop", "truncate", "delete", "replace"].iter().any(|word| lower.contains(word))
}

/// Whether a text that is no whole statement may become one that takes something away.
fn takes_away(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let has = |word: &str| lower.contains(word);
    let is_filled = has("{") && (has("drop") || has("delete from") && !has("where"));
    is_filled || ["drop table", "drop column", "truncate"].iter().any(|words| has(words))
}

fn table_of(loss: &Loss) -> &Object {
    match loss {
        Loss::Table(table) | Loss::Rows(table) | Loss::SomeRows(table) | Loss::Column(table, _) => table,
    }
}

fn described(loss: &Loss, conn: &mut dyn Connection) -> String {
    let table = &table_of(loss).name;
    match loss {
        Loss::Table(object) => format!("table `{table}`{}", rows(object, None, conn)),
        Loss::Rows(object) => format!("all rows of table `{table}`{}", rows(object, None, conn)),
        Loss::SomeRows(_) => format!("rows of table `{table}`"),
        Loss::Column(object, column) => {
            format!("column `{column}` of table `{table}`{}", rows(object, Some(column), conn))
        }
    }
}

/// How many rows there are, in parentheses; of a column, how many have a value. Empty where it cannot be counted: an earlier
/// step may be about to make the table.
fn rows(table: &Object, column: Option<&str>, conn: &mut dyn Connection) -> String {
    match count(table, column, conn) {
        Ok(Some(count)) if count > COUNTED => format!(" (more than {} rows)", grouped(COUNTED)),
        Ok(Some(1)) => " (1 row)".to_owned(),
        Ok(Some(count)) => format!(" ({} rows)", grouped(count)),
        Ok(None) | Err(_) => String::new(),
    }
}

fn count(table: &Object, column: Option<&str>, conn: &mut dyn Connection) -> Result<Option<u64>, DatabaseError> {
    let dialect = conn.dialect();
    let schema = table.schema.as_ref().map(|schema| format!("{}.", quote(dialect, schema))).unwrap_or_default();
    let filter = column.map(|column| format!(" WHERE {} IS NOT NULL", quote(dialect, column))).unwrap_or_default();
    let table = format!("{schema}{}", quote(dialect, &table.name));
    let most = COUNTED + 1;
    database::number(
        conn,
        &format!("SELECT count(*) FROM (SELECT 1 AS one FROM {table}{filter} LIMIT {most}) AS counted"),
    )
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
    use super::{grouped, takes_away};

    #[test]
    fn thousands_stand_apart() {
        let shown = [0, 999, 1_000, 12_345, 1_000_000].map(grouped);
        assert_eq!(shown, ["0", "999", "1,000", "12,345", "1,000,000"]);
    }

    #[test]
    fn a_text_with_places_to_fill_may_take_something_away() {
        for text in ["DROP TABLE {name}", "ALTER TABLE {t} DROP {c}", "drop table ", "TRUNCATE {t}", "DELETE FROM {t}"]
        {
            assert!(takes_away(text), "{text}");
        }
        for text in ["DELETE FROM {t} WHERE id = {id}", "DROP INDEX by_name", "{n} rows", ""] {
            assert!(!takes_away(text), "{text}");
        }
    }
}
