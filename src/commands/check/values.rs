//! Values for the columns of a row that nobody has written, in SQL, as a table's constraints may allow them.

use glim_engine::introspect::{Live, LiveColumn};
use glim_files::split::{self, Kind, Token};
use glim_schema::sql::quote;
use glim_schema::{ColumnType, Dialect, Table};

/// What may stand in the columns of a table.
pub(super) struct Values<'t> {
    pub(super) table: &'t Live,
    /// The same table with its enumerations, checks and computed columns.
    pub(super) described: Option<&'t Table>,
    pub(super) dialect: Dialect,
}

/// A text longer than this is not tried.
const LONGEST: u32 = 64;

/// For a type of which nothing is known, such as a domain.
const GUESSES: [&str; 5] = ["'1'", "'{}'", "'(1,1)'", "'2024-01-01'", "1"];

impl Values<'_> {
    /// What may stand in a column of the row of that number: first what its type suggests, then what its checks speak of.
    /// Nothing where the database computes it, or where it is better left out.
    pub(super) fn of(&self, column: &LiveColumn, number: usize) -> Vec<String> {
        let described = self.described.and_then(|table| table.find_column(&column.name));
        if described.is_some_and(|column| column.generated.is_some()) {
            return Vec::new();
        }
        if let Some(found) = self.of_key(column, number) {
            return found;
        }
        let suggested = |number: usize| match described.map(|column| &column.ty) {
            Some(ColumnType::Enum(ty)) => {
                ty.values.get((number - 1) % ty.values.len().max(1)).map(|value| quoted(value))
            }
            _ => of_type(column, number, self.dialect),
        };
        let mut found: Vec<String> = suggested(number).into_iter().collect();
        let checks = self.described.into_iter().flat_map(|table| &table.checks);
        for check in checks {
            let tokens = split::tokens(&check.expression, self.dialect).unwrap_or_default();
            if tokens.iter().any(|token| names(token, &column.name)) {
                let more = [number + 1, number + 2].into_iter().filter_map(suggested);
                spoken_of(&tokens, is_text(&column.ty), &mut found);
                found.extend(more);
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        found.retain(|value| seen.insert(value.clone()));
        found
    }

    /// What may stand in a column of which nothing is known, where something must.
    pub(super) fn guesses(&self, column: &LiveColumn) -> Vec<String> {
        let described = self.described.and_then(|table| table.find_column(&column.name));
        let is_computed = described.is_some_and(|column| column.generated.is_some());
        if column.nullable || column.default.is_some() || is_computed {
            return Vec::new();
        }
        GUESSES.map(str::to_owned).to_vec()
    }

    /// The key of a row that there is, where the column refers to one.
    fn of_key(&self, column: &LiveColumn, number: usize) -> Option<Vec<String>> {
        let is_of = |name: &String| *name == column.name;
        let key = self.table.foreign_keys.iter().find(|key| key.columns.iter().any(is_of))?;
        let at = key.columns.iter().position(is_of)?;
        if key.references == self.table.name {
            // A row may refer to itself, where it must.
            let own = key.referenced_columns.get(at).or(self.table.primary_key.get(at));
            let own = own.and_then(|name| self.table.columns.iter().find(|column| column.name == *name));
            return Some(match own {
                _ if column.nullable => vec!["NULL".to_owned()],
                Some(own) if own.name != column.name => self.of(own, number).into_iter().take(1).collect(),
                _ => Vec::new(),
            });
        }
        let referenced = quote(self.dialect, key.referenced_columns.get(at)?);
        let other = quote(self.dialect, &key.references);
        Some(vec![format!("(SELECT {referenced} FROM {other} ORDER BY 1 LIMIT 1 OFFSET {})", number - 1)])
    }
}

/// The value of that number of a type, as the database writes the type; none for a type that is not known.
fn of_type(column: &LiveColumn, number: usize, dialect: Dialect) -> Option<String> {
    let ty = column.ty.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| ty.contains(word));
    let text = match () {
        () if ty.ends_with("[]") => "'{}'".to_owned(),
        () if ty.starts_with("enum(") || ty.starts_with("set(") => ty_first(&column.ty)?,
        () if is(&["interval"]) => "'1 day'".to_owned(),
        () if is(&["multirange"]) => "'{}'".to_owned(),
        () if is(&["range"]) => "'empty'".to_owned(),
        () if is(&["point", "geometry"]) && dialect == Dialect::Mysql => format!("POINT({number}, 1)"),
        () if is(&["point"]) && dialect == Dialect::Postgres => format!("'({number},1)'"),
        () if ty.starts_with("bit") && dialect != Dialect::Sqlite => {
            let length = ty.split(['(', ')']).nth(1).and_then(|length| length.parse().ok());
            format!("B'{}'", "1".repeat(length.unwrap_or(1)))
        }
        () if is(&["xml"]) => format!("'<row>{number}</row>'"),
        () if is(&["tsvector", "tsquery"]) => format!("'{number}'"),
        () if is(&["macaddr"]) => format!("'08:00:2b:01:02:0{number}'"),
        () if is(&["inet6"]) => format!("'::{number}'"),
        () if ty == "tinyint(1)" => (number % 2).to_string(),
        () if is(&["bool"]) && dialect == Dialect::Postgres => {
            if number % 2 == 1 { "TRUE" } else { "FALSE" }.to_owned()
        }
        () if is(&["bool"]) => (number % 2).to_string(),
        () if is(&["datetime", "timestamp"]) => format!("'2024-01-0{number} 12:00:00'"),
        () if is(&["date"]) => format!("'2024-01-0{number}'"),
        () if is(&["time"]) => format!("'12:00:0{number}'"),
        () if ty.starts_with("year") => format!("202{number}"),
        () if is(&["decimal_text"]) => format!("'{number}'"),
        () if is(&["int", "serial", "numeric", "decimal", "real", "double", "float", "money"]) => number.to_string(),
        () if is(&["uuid"]) => format!("'00000000-0000-4000-8000-00000000000{number}'"),
        () if is(&["json"]) => format!("'{{\"row\": {number}}}'"),
        () if is(&["bytea"]) => format!("'\\x0{number}'"),
        () if is(&["blob", "binary"]) => format!("X'0{number}'"),
        () if is_text(&ty) => format!("'{number}'"),
        () if is(&["inet", "cidr"]) => format!("'10.0.0.{number}'"),
        // SQLite takes anything for a type, or none.
        () if dialect == Dialect::Sqlite => format!("'{number}'"),
        () => return None,
    };
    Some(text)
}

fn is_text(ty: &str) -> bool {
    let ty = ty.to_lowercase();
    ["char", "text", "clob", "name"].iter().any(|word| ty.contains(word))
}

/// The first value of an enumeration of MySQL, with its quotes.
fn ty_first(ty: &str) -> Option<String> {
    let values = ty.split_once('(')?.1;
    let end = values.get(1..)?.find('\'')? + 2;
    values.get(..end).map(str::to_owned)
}

/// Whether a token of a condition is that column.
fn names(token: &Token<'_>, column: &str) -> bool {
    let text = String::from_utf8_lossy(token.text);
    match token.kind {
        Kind::Word => text.eq_ignore_ascii_case(column),
        Kind::Name => text.get(1..text.len() - 1).is_some_and(|name| name.eq_ignore_ascii_case(column)),
        _ => false,
    }
}

/// Adds the values that a condition speaks of, and those next to a number: a text may be one of a list, a number a bound
/// or a length.
fn spoken_of(tokens: &[Token<'_>], is_text: bool, found: &mut Vec<String>) {
    for token in tokens {
        let text = String::from_utf8_lossy(token.text);
        match token.kind {
            Kind::Text => found.push(text.into_owned()),
            Kind::Word => {
                let Ok(number) = text.parse::<u32>() else { continue };
                let around = [number, number.saturating_add(1), number.saturating_sub(1)];
                found.extend(around.iter().filter(|_| !is_text).map(u32::to_string));
                let lengths = around.into_iter().filter(|length| is_text && *length <= LONGEST);
                found.extend(
                    lengths.filter_map(|length| usize::try_from(length).ok()).map(|it| quoted(&"1".repeat(it))),
                );
            }
            _ => {}
        }
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use glim_engine::introspect::LiveForeignKey;
    use glim_schema::{Check, Column};

    use super::*;

    fn column(name: &str, ty: &str) -> LiveColumn {
        LiveColumn { name: name.to_owned(), ty: ty.to_owned(), nullable: false, default: None }
    }

    fn of(ty: &str, check: &str) -> Vec<String> {
        let (live, plain) = (column("a", ty), Column::new("a", ColumnType::Native(ty.to_owned())));
        let described = Table { checks: vec![Check::new(check)], ..Table::new("t").column(plain) };
        let table = Live { name: "t".to_owned(), columns: vec![live.clone()], ..Live::default() };
        Values { table: &table, described: Some(&described), dialect: Dialect::Sqlite }.of(&live, 1)
    }

    #[test]
    fn the_first_value_of_an_enumeration_is_one_of_it() {
        assert_eq!(ty_first("enum('new','old')").as_deref(), Some("'new'"));
        assert_eq!(ty_first("enum").as_deref(), None);
    }

    #[test]
    fn what_a_check_speaks_of_is_tried_after_what_the_type_suggests() {
        assert_eq!(of("int", "b > 17"), ["1"]);
        assert_eq!(of("int", "A > 17"), ["1", "17", "18", "16", "2", "3"]);
        assert_eq!(of("varchar(9)", "\"a\" IN ('new', 'it''s')"), ["'1'", "'new'", "'it''s'", "'2'", "'3'"]);
        assert_eq!(of("text", "length(a) = 2"), ["'1'", "'11'", "'111'", "'2'", "'3'"]);
    }

    #[test]
    fn a_row_that_must_refer_to_one_of_its_own_table_refers_to_itself() {
        let key = LiveForeignKey {
            columns: vec!["parent".to_owned()],
            references: "t".to_owned(),
            referenced_columns: vec!["id".to_owned()],
        };
        let mut table = Live {
            name: "t".to_owned(),
            columns: vec![column("id", "int"), column("parent", "int")],
            foreign_keys: vec![key],
            ..Live::default()
        };
        let of = |table: &Live| Values { table, described: None, dialect: Dialect::Sqlite }.of(&table.columns[1], 2);
        assert_eq!(of(&table), ["2"]);
        table.columns[1].nullable = true;
        assert_eq!(of(&table), ["NULL"]);
    }

    #[test]
    fn an_enumeration_has_its_own_values_and_what_is_computed_has_none() {
        let ty = ColumnType::Enum(glim_schema::EnumType::new("mood", ["sad", "it's"]));
        let described =
            Table::new("t").column(Column::new("a", ty)).column(Column::new("b", ColumnType::Int32).stored("1"));
        let live = [column("a", "mood"), column("b", "integer")];
        let table = Live { name: "t".to_owned(), columns: live.to_vec(), ..Live::default() };
        let values = Values { table: &table, described: Some(&described), dialect: Dialect::Postgres };
        assert_eq!(values.of(&live[0], 1), ["'sad'"]);
        assert_eq!(values.of(&live[0], 2), ["'it''s'"]);
        assert_eq!(values.of(&live[1], 1), Vec::<String>::new());
    }
}
