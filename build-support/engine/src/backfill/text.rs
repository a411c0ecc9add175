//! The statements of a backfill.

use glim::Backfill;
use glim_files::split::{Kind, split, tokens};
use glim_schema::Dialect;
use glim_schema::sql::quote;

use super::key::Key;

/// What statements are made of.
pub(super) struct Texts<'b> {
    pub(super) backfill: &'b Backfill,
    pub(super) key: &'b Key,
    pub(super) dialect: Dialect,
}

impl Texts<'_> {
    fn table(&self) -> String {
        quote(self.dialect, &self.backfill.table)
    }

    /// Changes the rows behind one key up to another.
    pub(super) fn update(&self, after: Option<&[String]>, upto: Option<&[String]>) -> String {
        let assignments: Vec<_> = self.backfill.assignments.iter().map(|text| ended(text.trim())).collect();
        format!("UPDATE {} SET {}{}", self.table(), assignments.join(", "), self.condition(after, upto))
    }

    /// Counts the rows behind a key.
    pub(super) fn count(&self, after: Option<&[String]>) -> String {
        format!("SELECT count(*) FROM {}{}", self.table(), self.condition(after, None))
    }

    /// Finds the key of the last row of the batch behind a key.
    pub(super) fn bound(&self, after: Option<&[String]>) -> String {
        let columns = &self.key.columns;
        let names = list(columns.iter().map(|column| quote(self.dialect, &column.name)));
        let read = list(columns.iter().map(|column| column.read(self.dialect)));
        let order = list(columns.iter().map(|column| column.compared(self.dialect)));
        let back = list(columns.iter().map(|column| column.compared(self.dialect) + " DESC"));
        let (table, rows, condition) = (self.table(), self.backfill.batch, self.condition(after, None));
        format!(
            "SELECT {read} FROM (SELECT {names} FROM {table}{condition} ORDER BY {order} LIMIT {rows}) AS glim_batch \
             ORDER BY {back} LIMIT 1"
        )
    }

    /// What a batch looks like: with parameters for the keys that it lies between.
    pub(super) fn shown(&self) -> String {
        let parameters = |first: usize| -> Vec<String> {
            (first..).take(self.key.columns.len()).map(|number| format!("${number}")).collect()
        };
        let (after, upto) = (parameters(1), parameters(1 + self.key.columns.len()));
        let rows = self.backfill.batch;
        let plural = if rows == 1 { "row" } else { "rows" };
        let update = self.update(Some(&after), Some(&upto));
        format!("-- in batches of {rows} {plural}, each committed, by primary key\n{update}")
    }

    fn condition(&self, after: Option<&[String]>, upto: Option<&[String]>) -> String {
        let own = self.backfill.conditions.iter().map(|text| format!("({})", ended(text.trim())));
        let after = after.map(|key| self.compared(key, ">", ">"));
        let upto = upto.map(|key| self.compared(key, "<", "<="));
        let all: Vec<_> = own.chain(after).chain(upto).collect();
        if all.is_empty() { String::new() } else { format!(" WHERE {}", all.join(" AND ")) }
    }

    /// Keys beyond another, or up to it. MySQL and MariaDB use no index for a comparison of rows.
    fn compared(&self, key: &[String], strictly: &str, last: &str) -> String {
        let names: Vec<_> = self.key.columns.iter().map(|column| column.compared(self.dialect)).collect();
        let is_one = names.len() == 1;
        if self.dialect != Dialect::Mysql && !is_one {
            return format!("({}) {last} ({})", names.join(", "), key.join(", "));
        }
        let mut each = names.iter().zip(key).rev();
        let Some((name, value)) = each.next() else { return "1 = 1".to_owned() };
        each.fold(format!("{name} {last} {value}"), |further, (name, value)| {
            format!("({name} {strictly} {value} OR ({name} = {value} AND {further}))")
        })
    }
}

/// What is wrong with the words of a backfill, as far as they can be read without the database.
pub(super) fn check(backfill: &Backfill, dialect: Dialect) -> Result<(), String> {
    let parts = backfill.assignments.iter().chain(&backfill.conditions);
    for part in parts {
        let tokens = tokens(part, dialect).map_err(|error| format!("{error} in `{part}`"))?;
        let mut depth = 0_u32;
        for token in &tokens {
            match token.kind {
                Kind::Mark(b'(') => depth += 1,
                Kind::Mark(b')') if depth > 0 => depth -= 1,
                Kind::Mark(b')') => return Err(format!("a `)` without its `(` in `{part}`")),
                _ => {}
            }
        }
        if depth > 0 {
            return Err(format!("a `(` without its `)` in `{part}`"));
        }
        if tokens.is_empty() {
            return Err(format!("nothing but a comment in `{part}`"));
        }
        if split(part, dialect).is_ok_and(|all| all.len() > 1) || tokens.iter().any(|it| it.kind == Kind::Semicolon) {
            return Err(format!("a semicolon in `{part}`, which is a part of one statement"));
        }
    }
    Ok(())
}

/// The columns that are set, as they are written, without quotes.
pub(super) fn assigned(backfill: &Backfill, dialect: Dialect) -> Vec<String> {
    let mut columns = Vec::new();
    for assignment in &backfill.assignments {
        let Ok(tokens) = tokens(assignment, dialect) else { continue };
        let (mut depth, mut is_target) = (0_u32, true);
        for token in tokens {
            match token.kind {
                Kind::Mark(b'(') => depth += 1,
                Kind::Mark(b')') => depth = depth.saturating_sub(1),
                Kind::Mark(b'=') if depth == 0 => is_target = false,
                Kind::Mark(b',') if depth == 0 => is_target = true,
                Kind::Word | Kind::Name if is_target => {
                    let text = String::from_utf8_lossy(token.text);
                    columns.push(text.trim_matches(['"', '`', '[', ']']).to_owned());
                }
                _ => {}
            }
        }
    }
    columns
}

fn list(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join(", ")
}

/// A part of a statement, with its last line ended where that may be a comment.
fn ended(text: &str) -> String {
    let last = text.lines().next_back().unwrap_or_default();
    if last.contains("--") || last.contains('#') { format!("{text}\n") } else { text.to_owned() }
}
