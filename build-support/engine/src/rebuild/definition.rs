//! A CREATE TABLE as SQLite has stored it, taken apart without losing a byte.

use std::ops::Range;

use glim_files::split::{Kind as TokenKind, Token};

use super::Refusal;
use super::constraint::{self, Constraint, Kind, OF_TABLE};
use super::cursor::Cursor;
use super::tokens::{bytes, name, read, same};

/// The parts of a CREATE TABLE.
#[derive(Clone, Debug)]
pub(crate) struct Definition<'s> {
    pub(crate) text: &'s str,
    pub(crate) tokens: Vec<Token<'s>>,
    /// The token that names the table.
    pub(crate) name: usize,
    pub(crate) columns: Vec<ColumnText>,
    pub(crate) constraints: Vec<Constraint>,
    pub(crate) strict: bool,
    pub(crate) without_rowid: bool,
}

/// A column's definition.
#[derive(Clone, Debug)]
pub(crate) struct ColumnText {
    /// All of its tokens, the first of which is its name.
    pub(crate) tokens: Range<usize>,
    pub(crate) name: String,
    /// The tokens of its type, which may be none.
    pub(crate) ty: Range<usize>,
    pub(crate) constraints: Vec<Constraint>,
}

impl<'s> Definition<'s> {
    /// Takes a statement apart.
    pub(crate) fn parse(text: &'s str) -> Result<Self, Refusal> {
        let tokens = read(text)?;
        let mut cursor = Cursor { tokens: &tokens, at: 0 };
        cursor.expect("create")?;
        if cursor.is("virtual") {
            return Err(Refusal::new("it is a virtual table"));
        }
        cursor.expect("table")?;
        let name = cursor.at;
        cursor.name()?;
        if !cursor.is_mark(b'(') {
            return Err(cursor.unreadable());
        }
        let (mut columns, mut constraints) = (Vec::new(), Vec::new());
        let mut in_constraints = false;
        loop {
            // A comma, or the opening parenthesis; none has to stand between two constraints of the table.
            cursor.at += usize::from(!in_constraints || cursor.is_mark(b','));
            if cursor.is_any(OF_TABLE) {
                in_constraints = true;
                constraints.push(constraint::of_table(&mut cursor)?);
            } else if in_constraints {
                return Err(cursor.unreadable());
            } else {
                columns.push(column(&mut cursor)?);
            }
            if cursor.is_mark(b')') {
                break;
            }
            let goes_on = cursor.is_mark(b',') || (in_constraints && cursor.is_any(OF_TABLE));
            if !goes_on {
                return Err(cursor.unreadable());
            }
        }
        cursor.at += 1;
        let options = &tokens[cursor.at..];
        let strict = options.iter().any(|token| token.is("strict"));
        let without_rowid = options.iter().any(|token| token.is("without"));
        Ok(Self { text, tokens, name, columns, constraints, strict, without_rowid })
    }

    /// The column of that name.
    pub(crate) fn column(&self, name: &str) -> Option<&ColumnText> {
        self.columns.iter().find(|column| same(&column.name, name))
    }

    /// The column of that name, which has to be there.
    pub(crate) fn demand_column(&self, name: &str) -> Result<&ColumnText, Refusal> {
        self.column(name).ok_or_else(|| Refusal::new(format!("it has no column `{name}`")))
    }

    /// The bytes of some tokens.
    pub(crate) fn bytes(&self, tokens: &Range<usize>) -> Range<usize> {
        bytes(&self.tokens, tokens)
    }

    /// The text of some tokens.
    pub(crate) fn text(&self, tokens: &Range<usize>) -> &'s str {
        &self.text[self.bytes(tokens)]
    }

    /// Some tokens as a text that is the same however they are spaced and whatever case keywords have.
    pub(crate) fn normal(&self, tokens: &Range<usize>) -> String {
        let each = self.tokens[tokens.clone()].iter().map(|token| {
            let text = String::from_utf8_lossy(token.text);
            match token.kind {
                TokenKind::Word => text.to_lowercase(),
                TokenKind::Name => name(token).unwrap_or_default().to_lowercase(),
                _ => text.into_owned(),
            }
        });
        each.collect::<Vec<_>>().join(" ")
    }

    /// All that it says, however it is spaced and in whatever order the constraints of a column stand.
    pub(super) fn parts(&self) -> Vec<String> {
        let columns = self.columns.iter().map(|column| {
            let mut own: Vec<_> = column.constraints.iter().map(|each| self.normal(&each.tokens)).collect();
            own.sort();
            format!(
                "{} {} {}",
                self.normal(&(column.tokens.start..column.tokens.start + 1)),
                self.normal(&column.ty),
                own.join(" ")
            )
        });
        let constraints = self.constraints.iter().map(|each| self.normal(&each.tokens));
        columns.chain(constraints).chain([format!("{} {}", self.strict, self.without_rowid)]).collect()
    }

    /// The columns of the primary key, and the column that it is a constraint of, if it is one's.
    pub(crate) fn primary_key(&self) -> Option<(Vec<String>, Option<&ColumnText>, &Constraint)> {
        let own = self.columns.iter().find_map(|column| {
            let key = column.constraints.iter().find(|each| matches!(each.kind, Kind::PrimaryKey { .. }))?;
            Some((vec![column.name.clone()], Some(column), key))
        });
        own.or_else(|| {
            self.constraints.iter().find_map(|each| match &each.kind {
                Kind::PrimaryKey { columns, .. } => Some((columns.clone(), None, each)),
                _ => None,
            })
        })
    }
}

impl ColumnText {
    /// The constraint of a kind.
    pub(crate) fn find(&self, is: impl Fn(&Kind) -> bool) -> Option<&Constraint> {
        self.constraints.iter().find(|each| is(&each.kind))
    }
}

fn column(cursor: &mut Cursor<'_, '_>) -> Result<ColumnText, Refusal> {
    let start = cursor.at;
    let name = cursor.name()?;
    let ty = cursor.at;
    let is_name = |token: &Token<'_>| matches!(token.kind, TokenKind::Word | TokenKind::Name | TokenKind::Text);
    while cursor.peek().is_some_and(is_name) && !constraint::begins(cursor) {
        cursor.at += 1;
    }
    if cursor.at > ty {
        cursor.parentheses()?;
    }
    let ty = ty..cursor.at;
    let mut constraints = Vec::new();
    while cursor.peek().is_some() && !cursor.is_mark(b',') && !cursor.is_mark(b')') {
        constraints.push(constraint::of_column(cursor)?);
    }
    Ok(ColumnText { tokens: start..cursor.at, name, ty, constraints })
}
