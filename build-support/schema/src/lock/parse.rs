//! One line's parts, as its object.

use crate::lock::entry::Entry;
use crate::lock::token::{Token, tokens};
use crate::{
    Action, Check, Column, ColumnType, Default, Deferral, EnumType, ForeignKey, Index, IndexPart, Indexed, Unique,
};

/// Types without parameters.
pub(super) const PLAIN_TYPES: [(&str, ColumnType); 17] = [
    ("bool", ColumnType::Bool),
    ("int8", ColumnType::Int8),
    ("int16", ColumnType::Int16),
    ("int32", ColumnType::Int32),
    ("int64", ColumnType::Int64),
    ("uint8", ColumnType::Uint8),
    ("uint16", ColumnType::Uint16),
    ("uint32", ColumnType::Uint32),
    ("uint64", ColumnType::Uint64),
    ("float32", ColumnType::Float32),
    ("float64", ColumnType::Float64),
    ("date", ColumnType::Date),
    ("time", ColumnType::Time),
    ("timestamp", ColumnType::Timestamp),
    ("timestamptz", ColumnType::TimestampTz),
    ("uuid", ColumnType::Uuid),
    ("json", ColumnType::Json),
];

/// The line's object; the error says what is wrong with it. Enums of columns have no values yet.
pub(super) fn entry(line: &str) -> Result<Entry, String> {
    let mut parts = Parts { rest: tokens(line)?.into_iter().peekable() };
    let kind = parts.word()?;
    let entry = match kind.as_str() {
        "enum" => Entry::Enum(EnumType { name: parts.name()?, values: parts.list(Parts::text)? }),
        "table" => {
            let name = parts.name()?;
            let comment = if parts.keyword("comment") { Some(parts.text()?) } else { None };
            Entry::Table { name, comment }
        }
        "column" => {
            let table = parts.name()?;
            parts.mark('.')?;
            Entry::Column { table, column: column(&mut parts)? }
        }
        "primary_key" => Entry::PrimaryKey { table: parts.name()?, columns: parts.names()? },
        "unique" => {
            let (table, columns) = (parts.name()?, parts.names()?);
            Entry::Unique { table, unique: Unique { name: parts.given_name()?, columns } }
        }
        "index" => Entry::Index { table: parts.name()?, index: index(&mut parts)? },
        "foreign_key" => Entry::ForeignKey { table: parts.name()?, key: foreign_key(&mut parts)? },
        "check" => {
            let (table, expression) = (parts.name()?, parts.text()?);
            Entry::Check { table, check: Check { name: parts.given_name()?, expression } }
        }
        other => return Err(format!("`{other}` is no object of a schema")),
    };
    match parts.rest.next() {
        None => Ok(entry),
        Some(token) => Err(format!("{} does not belong there", shown(&token))),
    }
}

/// What is left of a line.
struct Parts {
    rest: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

fn column(parts: &mut Parts) -> Result<Column, String> {
    let name = parts.name()?;
    let mut column = Column::new(name, column_type(parts)?);
    column.nullable = parts.keyword("null");
    if parts.keyword("default") {
        column.default = Some(match parts.word()?.as_str() {
            "null" => Default::Keyword("NULL"),
            "true" => Default::Keyword("TRUE"),
            "false" => Default::Keyword("FALSE"),
            "number" => Default::Number(parts.text()?),
            "text" => Default::Text(parts.text()?),
            "sql" => Default::Expression(parts.text()?),
            other => return Err(format!("`{other}` is no default")),
        });
    }
    column.auto_increment = parts.keyword("auto_increment");
    if parts.keyword("collation") {
        column.collation = Some(parts.name()?);
    }
    if parts.keyword("stored") {
        column = column.stored(parts.text()?);
    } else if parts.keyword("computed") {
        column = column.computed(parts.text()?);
    }
    if parts.keyword("comment") {
        column.comment = Some(parts.text()?);
    }
    Ok(column)
}

fn column_type(parts: &mut Parts) -> Result<ColumnType, String> {
    let word = parts.word()?;
    if word != "array" {
        return single_type(&word, parts);
    }
    parts.mark('(')?;
    let of = parts.word()?;
    let of = single_type(&of, parts)?;
    parts.mark(')')?;
    Ok(ColumnType::Array(Box::new(of)))
}

fn single_type(word: &str, parts: &mut Parts) -> Result<ColumnType, String> {
    let length = |parts: &mut Parts| -> Result<Option<u32>, String> {
        if !parts.has_mark('(') {
            return Ok(None);
        }
        let number = parts.number()?;
        parts.mark(')')?;
        Ok(Some(number))
    };
    Ok(match word {
        "text" => ColumnType::Text { length: length(parts)? },
        "bytes" => ColumnType::Bytes { length: length(parts)? },
        "decimal" => {
            parts.mark('(')?;
            let precision = parts.number()?;
            parts.mark(',')?;
            let scale = parts.number()?;
            parts.mark(')')?;
            ColumnType::Decimal { precision, scale }
        }
        "enum" => {
            parts.mark('(')?;
            let name = parts.name()?;
            parts.mark(')')?;
            ColumnType::Enum(EnumType { name, values: Vec::new() })
        }
        "native" => {
            parts.mark('(')?;
            let words = parts.text()?;
            parts.mark(')')?;
            ColumnType::Native(words)
        }
        word => match PLAIN_TYPES.into_iter().find(|(known, _)| *known == word) {
            Some((_, ty)) => ty,
            None => return Err(format!("`{word}` is no type")),
        },
    })
}

fn index(parts: &mut Parts) -> Result<Index, String> {
    let mut index = Index::over(parts.list(|parts| {
        let of = match (parts.name()?, parts.rest.peek()) {
            (word, Some(Token::Text(_))) if word == "sql" => Indexed::Expression(parts.text()?),
            (name, _) => Indexed::Column(name),
        };
        Ok(IndexPart { of, descending: parts.keyword("desc") })
    })?);
    index.unique = parts.keyword("unique");
    if parts.keyword("using") {
        index.method = Some(parts.name()?);
    }
    if parts.keyword("include") {
        index.include = parts.names()?;
    }
    if parts.keyword("where") {
        index.predicate = Some(parts.text()?);
    }
    index.name = parts.given_name()?;
    Ok(index)
}

fn foreign_key(parts: &mut Parts) -> Result<ForeignKey, String> {
    let columns = parts.names()?;
    if !parts.keyword("references") {
        return Err("it does not say what it references".to_owned());
    }
    let references = parts.name()?;
    let mut key = ForeignKey::new(columns, references, parts.names()?);
    if parts.keyword("on_delete") {
        key.on_delete = parts.action()?;
    }
    if parts.keyword("on_update") {
        key.on_update = parts.action()?;
    }
    if parts.keyword("deferrable") {
        key.deferral = Deferral::Possible;
    } else if parts.keyword("deferred") {
        key.deferral = Deferral::Initial;
    }
    key.name = parts.given_name()?;
    Ok(key)
}

impl Parts {
    fn next(&mut self, wanted: &str) -> Result<Token, String> {
        self.rest.next().ok_or_else(|| format!("the line ends where {wanted} should be"))
    }

    fn word(&mut self) -> Result<String, String> {
        match self.next("a word")? {
            Token::Word(word) => Ok(word),
            other => Err(format!("{} stands where a word should be", shown(&other))),
        }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.next("a name")? {
            Token::Word(name) | Token::Text(name) => Ok(name),
            other @ Token::Mark(_) => Err(format!("{} stands where a name should be", shown(&other))),
        }
    }

    fn text(&mut self) -> Result<String, String> {
        match self.next("a text in quotes")? {
            Token::Text(text) => Ok(text),
            other => Err(format!("{} stands where a text in quotes should be", shown(&other))),
        }
    }

    fn number<N: std::str::FromStr>(&mut self) -> Result<N, String> {
        let word = self.word()?;
        word.parse().map_err(|_| format!("`{word}` is no number that fits"))
    }

    fn mark(&mut self, mark: char) -> Result<(), String> {
        match self.next(&format!("`{mark}`"))? {
            Token::Mark(found) if found == mark => Ok(()),
            other => Err(format!("{} stands where `{mark}` should be", shown(&other))),
        }
    }

    fn has_mark(&mut self, mark: char) -> bool {
        self.rest.next_if_eq(&Token::Mark(mark)).is_some()
    }

    fn keyword(&mut self, word: &str) -> bool {
        self.rest.next_if(|token| matches!(token, Token::Word(found) if found == word)).is_some()
    }

    fn list<T>(&mut self, mut each: impl FnMut(&mut Self) -> Result<T, String>) -> Result<Vec<T>, String> {
        self.mark('(')?;
        let mut list = Vec::new();
        if self.has_mark(')') {
            return Ok(list);
        }
        loop {
            list.push(each(self)?);
            if !self.has_mark(',') {
                self.mark(')')?;
                return Ok(list);
            }
        }
    }

    fn names(&mut self) -> Result<Vec<String>, String> {
        self.list(Self::name)
    }

    fn given_name(&mut self) -> Result<Option<String>, String> {
        if self.keyword("name") { self.name().map(Some) } else { Ok(None) }
    }

    fn action(&mut self) -> Result<Action, String> {
        Ok(match self.word()?.as_str() {
            "no_action" => Action::NoAction,
            "restrict" => Action::Restrict,
            "cascade" => Action::Cascade,
            "set_null" => Action::SetNull,
            "set_default" => Action::SetDefault,
            other => return Err(format!("`{other}` is no action")),
        })
    }
}

fn shown(token: &Token) -> String {
    match token {
        Token::Word(word) => format!("`{word}`"),
        Token::Text(text) => format!("{text:?}"),
        Token::Mark(mark) => format!("`{mark}`"),
    }
}
