//! The primary key of a table: its columns, and how their values are read and written without loss.

use glim::Backfill;
use glim::error::DatabaseError;
use glim::value::{FromValue as _, Value};
use glim_schema::Dialect;
use glim_schema::sql::{literal, quote};

use super::text;
use crate::driver::{Connection, fetch};

/// A primary key.
#[derive(Debug)]
pub(super) struct Key {
    pub(super) columns: Vec<Column>,
}

/// A column of a primary key.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: String,
    ty: String,
    is_nullable: bool,
    form: Option<Form>,
}

/// In which form the values of a column travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// As the database writes them as a text, which it reads as a literal of whatever type.
    Text,
    /// As digits.
    Number,
    /// By their place in the type's list, which is what they are ordered by.
    Place,
    /// Characters of any set, as the digits of their UTF-8.
    Characters,
    /// Digits.
    Bytes,
    /// Whatever SQLite holds: its kind, and then digits.
    Any,
}

/// Name, type and whether it may be NULL, in the key's order.
const SQLITE: &str =
    "SELECT name, type, CASE \"notnull\" WHEN 0 THEN 1 ELSE 0 END FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk";

const POSTGRES: &str = "SELECT a.attname::text, a.atttypid::regtype::text, 0 FROM pg_catalog.pg_index i \
     CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (number, place) \
     JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number \
     WHERE i.indrelid = pg_catalog.to_regclass($1::text) AND i.indisprimary AND k.place <= i.indnkeyatts \
     ORDER BY k.place";

const MYSQL: &str = "SELECT s.column_name, c.data_type, 0 FROM information_schema.statistics s \
     JOIN information_schema.columns c ON c.table_schema = s.table_schema AND c.table_name = s.table_name \
     AND c.column_name = s.column_name \
     WHERE s.table_schema = DATABASE() AND s.table_name = $1 AND s.index_name = 'PRIMARY' ORDER BY s.seq_in_index";

impl Key {
    /// The key of a table, which has no column where there is none.
    pub(super) fn read(conn: &mut dyn Connection, table: &str) -> Result<Self, DatabaseError> {
        let dialect = conn.dialect();
        let (sql, name) = match dialect {
            Dialect::Sqlite => (SQLITE, table.to_owned()),
            Dialect::Postgres => (POSTGRES, quote(dialect, table)),
            Dialect::Mysql => (MYSQL, table.to_owned()),
        };
        // A table that is not there is the database's own error.
        fetch(conn, &format!("SELECT 1 FROM {} WHERE 1 = 0", quote(dialect, table)), &[])?;
        let rows = fetch(conn, sql, &[Value::Text(name)])?;
        let column = |row: &Vec<Value>| {
            let text = |at: usize| row.get(at).and_then(|value| String::from_value(value).ok()).unwrap_or_default();
            let (name, ty) = (text(0), text(1));
            let is_rowid = rows.len() == 1 && ty.eq_ignore_ascii_case("integer");
            let is_nullable = row.get(2).and_then(|value| i64::from_value(value).ok()) == Some(1) && !is_rowid;
            let form = Form::of(dialect, &ty);
            Column { name, ty, is_nullable, form }
        };
        Ok(Self { columns: rows.iter().map(column).collect() })
    }

    /// Why batches cannot go by this key.
    pub(super) fn problem(
        &self,
        conn: &mut dyn Connection,
        backfill: &Backfill,
    ) -> Result<Option<String>, DatabaseError> {
        if self.columns.is_empty() {
            return Ok(Some(
                "the table has no primary key to go by; give it one first, or change all rows with one \
                 `db.execute(\"UPDATE ..\", ())`"
                    .to_owned(),
            ));
        }
        if let Some(column) = self.columns.iter().find(|column| column.form.is_none()) {
            return Ok(Some(format!(
                "the column `{}` of its primary key has the type {}, whose values cannot be told apart exactly",
                column.name, column.ty
            )));
        }
        let dialect = conn.dialect();
        let set = text::assigned(backfill, dialect);
        if let Some(column) = self.columns.iter().find(|it| set.iter().any(|set| set.eq_ignore_ascii_case(&it.name))) {
            return Ok(Some(format!(
                "it sets `{}`, which is part of the primary key that its batches go by; change it with \
                 `db.execute(\"UPDATE ..\", ())`",
                column.name
            )));
        }
        let nullable: Vec<_> = self.columns.iter().filter(|column| column.is_nullable).collect();
        if !nullable.is_empty() {
            let nulls: Vec<_> =
                nullable.iter().map(|column| format!("{} IS NULL", quote(dialect, &column.name))).collect();
            let table = quote(dialect, &backfill.table);
            if !fetch(conn, &format!("SELECT 1 FROM {table} WHERE {} LIMIT 1", nulls.join(" OR ")), &[])?.is_empty() {
                return Ok(Some("its primary key is NULL in some rows; give these rows a key first".to_owned()));
            }
        }
        Ok(None)
    }

    /// Values as SQL; `None` where they are no values of this key.
    pub(super) fn literals(&self, key: &[String], dialect: Dialect) -> Option<Vec<String>> {
        if key.len() != self.columns.len() {
            return None;
        }
        let each = self.columns.iter().zip(key);
        each.map(|(column, text)| column.form?.literal(text, dialect)).collect()
    }
}

impl Column {
    /// What is compared and ordered by.
    pub(super) fn compared(&self, dialect: Dialect) -> String {
        let name = quote(dialect, &self.name);
        if self.form == Some(Form::Place) { format!("({name} + 0)") } else { name }
    }

    /// What reads its value.
    pub(super) fn read(&self, dialect: Dialect) -> String {
        let name = quote(dialect, &self.name);
        match (dialect, self.form.unwrap_or(Form::Text)) {
            (Dialect::Postgres, _) => format!("{name}::text"),
            (Dialect::Sqlite, _) => format!(
                "CASE typeof({name}) WHEN 'text' THEN 't' || hex({name}) WHEN 'blob' THEN 'b' || hex({name}) \
                 ELSE 'n' || quote({name}) END"
            ),
            (Dialect::Mysql, Form::Place) => format!("CAST({name} + 0 AS CHAR)"),
            (Dialect::Mysql, Form::Characters) => format!("HEX(CONVERT({name} USING utf8mb4))"),
            (Dialect::Mysql, Form::Bytes) => format!("HEX({name})"),
            (Dialect::Mysql, Form::Text | Form::Number | Form::Any) => format!("CAST({name} AS CHAR)"),
        }
    }
}

impl Form {
    /// The form for a type; `None` for one whose values change on the way.
    fn of(dialect: Dialect, ty: &str) -> Option<Self> {
        match dialect {
            Dialect::Sqlite => Some(Self::Any),
            Dialect::Postgres => Some(Self::Text),
            Dialect::Mysql => Some(match ty.to_ascii_lowercase().as_str() {
                "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "decimal" | "year" => Self::Number,
                "bit" | "enum" | "set" => Self::Place,
                "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" => Self::Characters,
                "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Self::Bytes,
                "date" | "time" | "datetime" | "timestamp" | "uuid" | "inet4" | "inet6" => Self::Text,
                _ => return None,
            }),
        }
    }

    /// A value as SQL. What comes from the journal may have been changed by somebody: it is a value, or it is refused.
    fn literal(self, text: &str, dialect: Dialect) -> Option<String> {
        match self {
            Self::Text => literal(dialect, text).ok(),
            Self::Number | Self::Place => is_number(text).then(|| text.to_owned()),
            Self::Characters => is_hexadecimal(text).then(|| format!("_utf8mb4 X'{text}'")),
            Self::Bytes => is_hexadecimal(text).then(|| format!("X'{text}'")),
            Self::Any => match text.split_at_checked(1)? {
                ("n", number) => is_number(number).then(|| number.to_owned()),
                ("b", digits) => is_hexadecimal(digits).then(|| format!("X'{digits}'")),
                // Not made from its digits: what an expression gives is compared in another way than a text.
                ("t", digits) => literal(dialect, &characters(digits)?).ok(),
                _ => None,
            },
        }
    }
}

fn is_number(text: &str) -> bool {
    text.starts_with(|char: char| char.is_ascii_digit() || char == '-')
        && text.chars().all(|char| char.is_ascii_digit() || matches!(char, '-' | '+' | '.' | 'e' | 'E'))
        && text.ends_with(|char: char| char.is_ascii_digit())
        && !text.contains("--")
}

fn is_hexadecimal(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The text of these digits, which has no NUL.
fn characters(digits: &str) -> Option<String> {
    let pairs = digits.as_bytes().chunks(2);
    let bytes =
        pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect::<Option<_>>()?;
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use glim_schema::Dialect;

    use super::Form;

    #[test]
    fn values_of_every_form_become_literals() {
        for (form, text, expected) in [
            (Form::Number, "-9223372036854775808", "-9223372036854775808"),
            (Form::Number, "12.50", "12.50"),
            (Form::Place, "3", "3"),
            (Form::Text, "2026-01-02 03:04:05.6", "'2026-01-02 03:04:05.6'"),
            (Form::Characters, "C3A9", "_utf8mb4 X'C3A9'"),
            (Form::Bytes, "", "X''"),
        ] {
            assert_eq!(form.literal(text, Dialect::Mysql).as_deref(), Some(expected));
        }
        for (text, expected) in [("n1.5e+300", "1.5e+300"), ("b00FF", "X'00FF'"), ("t4F2748", "'O''H'"), ("t", "''")] {
            assert_eq!(Form::Any.literal(text, Dialect::Sqlite).as_deref(), Some(expected));
        }
        assert_eq!(Form::Text.literal("O'H", Dialect::Postgres).as_deref(), Some("'O''H'"));
    }

    #[test]
    fn what_is_no_value_is_refused() {
        for (form, text) in [
            (Form::Number, "1 OR 1=1"),
            (Form::Number, ""),
            (Form::Number, "1--"),
            (Form::Number, "e1"),
            (Form::Characters, "C3'"),
            (Form::Bytes, "0"),
            (Form::Any, ""),
            (Form::Any, "n1;"),
            (Form::Any, "nNULL"),
            (Form::Any, "t00"),
            (Form::Any, "tFF"),
            (Form::Any, "x1"),
            (Form::Any, "ü1"),
        ] {
            assert_eq!(form.literal(text, Dialect::Sqlite), None, "{form:?} {text}");
        }
    }

    #[test]
    fn a_type_whose_values_are_not_exact_as_texts_has_no_form() {
        assert_eq!(Form::of(Dialect::Mysql, "double"), None);
        assert_eq!(Form::of(Dialect::Mysql, "ENUM"), Some(Form::Place));
    }
}
