//! What only the texts say that SQLite has stored: names of constraints, checks, collations, expressions.

use std::ops::Range;

use glim_files::split::{Kind as TokenKind, Token};
use glim_schema::Deferral;

use crate::rebuild::constraint::{Constraint, Kind};
use crate::rebuild::definition::{ColumnText, Definition};
use crate::rebuild::tokens::{name, read, same};

/// A CREATE TABLE.
pub(super) struct Statement {
    columns: Vec<StoredColumn>,
    pub(super) checks: Vec<StoredCheck>,
    /// Names, and columns in order.
    pub(super) uniques: Vec<(Option<String>, Vec<String>)>,
    /// In the order in which they stand.
    pub(super) keys: Vec<StoredKey>,
    /// What stands behind the parentheses.
    pub(super) options: Vec<&'static str>,
}

/// A column.
pub(super) struct StoredColumn {
    name: String,
    pub(super) autoincrement: bool,
    pub(super) collation: Option<String>,
    pub(super) generated: Option<String>,
    /// The values of an enum, if a check of its own is what makes one.
    pub(super) values: Option<Vec<String>>,
}

/// A check.
pub(super) struct StoredCheck {
    pub(super) name: Option<String>,
    pub(super) sql: String,
    /// It is what makes its column an enum.
    pub(super) is_of_enum: bool,
}

/// A foreign key.
pub(super) struct StoredKey {
    pub(super) name: Option<String>,
    pub(super) deferral: Deferral,
}

/// A CREATE INDEX.
pub(super) struct StoredIndex {
    /// The parts without their order and collation.
    pub(super) parts: Vec<String>,
    pub(super) predicate: Option<String>,
    pub(super) sql: String,
}

impl Statement {
    /// `None` for what is no CREATE TABLE, such as a virtual table.
    pub(super) fn read(sql: &str) -> Option<Self> {
        let definition = Definition::parse(sql).ok()?;
        let mut statement = Self {
            columns: Vec::new(),
            checks: Vec::new(),
            uniques: Vec::new(),
            keys: Vec::new(),
            options: Vec::new(),
        };
        for column in &definition.columns {
            statement.read_column(column, &definition);
        }
        for constraint in &definition.constraints {
            statement.read_constraint(constraint, &definition);
        }
        let options = [("STRICT", definition.strict), ("WITHOUT ROWID", definition.without_rowid)];
        statement.options.extend(options.into_iter().filter(|(_, is_set)| *is_set).map(|(option, _)| option));
        Some(statement)
    }

    /// The column of that name.
    pub(super) fn column(&self, name: &str) -> Option<&StoredColumn> {
        self.columns.iter().find(|column| same(&column.name, name))
    }

    fn read_column(&mut self, text: &ColumnText, definition: &Definition<'_>) {
        let mut column = StoredColumn {
            name: text.name.clone(),
            autoincrement: false,
            collation: None,
            generated: None,
            values: None,
        };
        let is_text = definition.text(&text.ty).eq_ignore_ascii_case("text");
        for constraint in &text.constraints {
            match &constraint.kind {
                Kind::PrimaryKey { autoincrement, .. } => column.autoincrement = *autoincrement,
                Kind::Unique { .. } => self.uniques.push((constraint.name.clone(), vec![text.name.clone()])),
                Kind::Collate => column.collation = definition.tokens[constraint.body.clone()].last().and_then(name),
                Kind::Generated { inside } => column.generated = Some(definition.text(inside).to_owned()),
                Kind::Check { inside } => {
                    let values = enum_values(&definition.tokens[inside.clone()], &text.name);
                    let is_of_enum = is_text && constraint.name.is_none() && values.is_some();
                    if is_of_enum {
                        column.values = values;
                    }
                    self.check(constraint, inside, is_of_enum, definition);
                }
                Kind::ForeignKey { .. } => self.key(constraint, definition),
                Kind::Deferral => {
                    if let Some(key) = self.keys.last_mut() {
                        key.deferral = deferral(&definition.tokens[constraint.body.clone()]);
                    }
                }
                Kind::NotNull | Kind::Null | Kind::Default | Kind::Nothing => {}
            }
        }
        self.columns.push(column);
    }

    fn read_constraint(&mut self, constraint: &Constraint, definition: &Definition<'_>) {
        match &constraint.kind {
            Kind::Unique { columns } => self.uniques.push((constraint.name.clone(), columns.clone())),
            Kind::Check { inside } => self.check(constraint, inside, false, definition),
            Kind::ForeignKey { .. } => self.key(constraint, definition),
            Kind::PrimaryKey { columns, autoincrement: true } => {
                let key = columns.first().map(String::as_str).unwrap_or_default();
                if let Some(column) = self.columns.iter_mut().find(|column| same(&column.name, key)) {
                    column.autoincrement = true;
                }
            }
            _ => {}
        }
    }

    fn check(&mut self, constraint: &Constraint, inside: &Range<usize>, is_of_enum: bool, from: &Definition<'_>) {
        let sql = from.text(inside).to_owned();
        self.checks.push(StoredCheck { name: constraint.name.clone(), sql, is_of_enum });
    }

    fn key(&mut self, constraint: &Constraint, from: &Definition<'_>) {
        let deferral = deferral(&from.tokens[constraint.body.clone()]);
        self.keys.push(StoredKey { name: constraint.name.clone(), deferral });
    }
}

/// The values, if the tokens are `column IN ('a', 'b')`.
fn enum_values(tokens: &[Token<'_>], column: &str) -> Option<Vec<String>> {
    let [first, is_in, open, list @ .., close] = tokens else { return None };
    let is_form = name(first).is_some_and(|first| same(&first, column)) && first.kind != TokenKind::Text;
    if !is_form || !is_in.is("in") || !open.is_mark(b'(') || !close.is_mark(b')') {
        return None;
    }
    let each = list.iter().enumerate().filter_map(|(at, token)| match (at % 2, token.kind) {
        (0, TokenKind::Text) => Some(name(token)),
        (1, TokenKind::Mark(b',')) => None,
        _ => Some(None),
    });
    each.collect::<Option<Vec<_>>>().filter(|values| !values.is_empty())
}

fn deferral(tokens: &[Token<'_>]) -> Deferral {
    let Some(at) = tokens.iter().rposition(|token| token.is("deferrable")) else { return Deferral::Never };
    let is_not = at > 0 && tokens[at - 1].is("not");
    match tokens.get(at + 2) {
        _ if is_not => Deferral::Never,
        Some(word) if word.is("deferred") => Deferral::Initial,
        _ => Deferral::Possible,
    }
}

impl StoredIndex {
    /// `None` for what cannot be read.
    pub(super) fn read(sql: &str) -> Option<Self> {
        let tokens = read(sql).ok()?;
        let open = tokens.iter().position(|token| token.is_mark(b'('))?;
        let (mut depth, mut start, mut parts) = (0_usize, open + 1, Vec::new());
        for (at, token) in tokens.iter().enumerate().skip(open) {
            depth += usize::from(token.is_mark(b'('));
            let ends = token.is_mark(b')') && depth == 1;
            if ends || depth == 1 && token.is_mark(b',') {
                parts.push(part(sql, &tokens[start..at])?);
                start = at + 1;
            }
            depth -= usize::from(token.is_mark(b')'));
            if ends {
                break;
            }
        }
        let condition = tokens.get(start).filter(|token| token.is("where")).and_then(|_| tokens.get(start + 1));
        let predicate = condition.map(|first| sql[first.start..].trim_end().trim_end_matches(';').to_owned());
        Some(Self { parts, predicate, sql: sql.to_owned() })
    }
}

/// One part, without the words that say its order or collation.
fn part(sql: &str, mut tokens: &[Token<'_>]) -> Option<String> {
    if let [rest @ .., last] = tokens
        && last.is_any(&["asc", "desc"])
    {
        tokens = rest;
    }
    if let [rest @ .., collate, _] = tokens
        && collate.is("collate")
        && !rest.is_empty()
    {
        tokens = rest;
    }
    let (first, last) = (tokens.first()?, tokens.last()?);
    Some(sql[first.start..last.end()].to_owned())
}

#[cfg(test)]
mod tests {
    use glim_schema::Deferral;

    use super::{Statement, StoredIndex};

    #[test]
    fn names_checks_and_collations_are_read() {
        let sql = "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, name text COLLATE NOCASE CONSTRAINT n UNIQUE, \
                   mood text CHECK (\"mood\" IN ('a', 'it''s')), p int REFERENCES t DEFERRABLE INITIALLY DEFERRED, \
                   up AS (upper(name)), CONSTRAINT c CHECK (id > 0), FOREIGN KEY (p) REFERENCES t (id) NOT DEFERRABLE) \
                   STRICT";
        let statement = Statement::read(sql).expect("a table");
        let column = |name: &str| statement.column(name).expect("a column");
        assert!(column("ID").autoincrement && !column("name").autoincrement);
        assert_eq!(column("name").collation.as_deref(), Some("NOCASE"));
        assert_eq!(column("up").generated.as_deref(), Some("upper(name)"));
        assert_eq!(column("mood").values.as_deref(), Some(["a", "it's"].map(str::to_owned).as_slice()));
        assert_eq!(statement.uniques, [(Some("n".to_owned()), vec!["name".to_owned()])]);
        let checks: Vec<_> = statement.checks.iter().filter(|check| !check.is_of_enum).collect();
        assert_eq!((checks.len(), checks[0].name.as_deref(), checks[0].sql.as_str()), (1, Some("c"), "id > 0"));
        let deferrals: Vec<_> = statement.keys.iter().map(|key| key.deferral).collect();
        assert_eq!(deferrals, [Deferral::Initial, Deferral::Never]);
        assert_eq!(statement.options, ["STRICT"]);
    }

    #[test]
    fn the_parts_and_the_condition_of_an_index_are_read() {
        let sql = "CREATE INDEX i ON t (a COLLATE NOCASE DESC, lower(b, 'x') ASC) WHERE a > (1) ";
        let index = StoredIndex::read(sql).expect("an index");
        assert_eq!(index.parts, ["a", "lower(b, 'x')"]);
        assert_eq!(index.predicate.as_deref(), Some("a > (1)"));
        assert_eq!(StoredIndex::read("CREATE INDEX i ON t (a)").expect("an index").predicate, None);
    }
}
