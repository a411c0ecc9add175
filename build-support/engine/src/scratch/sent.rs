//! A statement that was sent, as a person reads it.

use std::fmt;

use glim::value::Value;

/// How many rows of parameters are kept; of the others, only their number.
pub(super) const ROWS_KEPT: usize = 5;
/// How many characters of a text, or half of its digits of bytes, are shown.
const SHOWN: usize = 200;

/// A statement that was sent, with its parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    /// The statement, without a semicolon at its end.
    pub sql: String,
    /// Its parameters, a list for each time that it was run; the first few of them.
    pub rows: Vec<Vec<Value>>,
    /// How many more lists there were.
    pub more: usize,
}

impl Sent {
    pub(super) fn new(sql: &str, params: &[Value]) -> Self {
        let sql = sql.trim().trim_end_matches(';').trim_end().to_owned();
        let rows = if params.is_empty() { Vec::new() } else { vec![params.to_vec()] };
        Self { sql, rows, more: 0 }
    }

    /// The parameters of each row that was kept, as SQL would write them, each text on one line.
    pub fn parameters(&self) -> Vec<Vec<String>> {
        self.rows.iter().map(|row| row.iter().map(literal).collect()).collect()
    }
}

/// The statement, ended with a semicolon, and its parameters as comments below it.
impl fmt::Display for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sql)?;
        // A semicolon in a comment would end nothing.
        let last = self.sql.lines().next_back().unwrap_or_default();
        let is_comment = last.contains("--") || last.contains('#');
        f.write_str(if is_comment { "\n;" } else { ";" })?;
        for row in self.parameters() {
            let numbered = row.iter().zip(1..).map(|(value, number)| format!("${number} = {value}"));
            write!(f, "\n-- {}", numbered.collect::<Vec<_>>().join(", "))?;
        }
        if self.more > 0 {
            write!(f, "\n-- and {} more", self.more)?;
        }
        Ok(())
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::Bool(truth) => truth.to_string().to_uppercase(),
        Value::Int(number) => number.to_string(),
        Value::Uint(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::Decimal(number) => number.to_string(),
        Value::Text(text) | Value::Json(text) => quoted(text),
        Value::Bytes(bytes) => {
            let digits =
                bytes.iter().take(SHOWN / 2).fold(String::new(), |digits, byte| digits + &format!("{byte:02X}"));
            match bytes.len().checked_sub(SHOWN / 2) {
                None | Some(0) => format!("X'{digits}'"),
                Some(_) => format!("X'{digits}…' ({} bytes)", bytes.len()),
            }
        }
        Value::Date(date) => format!("'{date}'"),
        Value::Time(time) => format!("'{time}'"),
        Value::Timestamp(at) => format!("'{at}'"),
        Value::TimestampTz(at) => format!("'{at}Z'"),
        Value::Uuid(uuid) => format!("'{uuid}'"),
        Value::Array(elements) => {
            let shown: Vec<String> = elements.iter().take(SHOWN / 2).map(literal).collect();
            match elements.len().checked_sub(SHOWN / 2) {
                None | Some(0) => format!("ARRAY[{}]", shown.join(", ")),
                Some(_) => format!("ARRAY[{}, …] ({} elements)", shown.join(", "), elements.len()),
            }
        }
    }
}

/// A text on one line: what would end the comment that it stands in is written as an escape.
fn quoted(text: &str) -> String {
    let mut shown = String::from("'");
    let mut characters = text.chars();
    for character in characters.by_ref().take(SHOWN) {
        match character {
            '\'' => shown += "''",
            control if control.is_control() || matches!(control, '\u{2028}' | '\u{2029}') => {
                shown.extend(control.escape_default());
            }
            other => shown.push(other),
        }
    }
    if characters.next().is_some() {
        return format!("{shown}…' ({} characters)", text.chars().count());
    }
    shown + "'"
}

#[cfg(test)]
mod tests {
    use glim::value::Value;

    use super::Sent;

    #[test]
    fn a_statement_ends_with_one_semicolon() {
        assert_eq!(Sent::new("SELECT 1", &[]).to_string(), "SELECT 1;");
        assert_eq!(Sent::new("  SELECT 1 ; \n", &[]).to_string(), "SELECT 1;");
        assert_eq!(Sent::new("SELECT 1 -- one", &[]).to_string(), "SELECT 1 -- one\n;");
    }

    #[test]
    fn parameters_stand_below_on_one_line() {
        let params = [Value::Int(5), Value::Text("O'Hara\nDROP TABLE users;".to_owned()), Value::Null];
        let sent = Sent::new("INSERT INTO t VALUES ($1, $2, $3)", &params);
        assert_eq!(
            sent.to_string(),
            "INSERT INTO t VALUES ($1, $2, $3);\n-- $1 = 5, $2 = 'O''Hara\\nDROP TABLE users;', $3 = NULL"
        );
    }

    #[test]
    fn what_is_long_is_cut_and_measured() {
        let sent = Sent { more: 995, ..Sent::new("X", &[Value::Text("ä".repeat(300)), Value::Bytes(vec![1; 300])]) };
        let shown = sent.to_string();
        assert!(shown.contains("ä…' (300 characters)") && shown.contains("01…' (300 bytes)"), "{shown}");
        assert!(shown.ends_with("\n-- and 995 more"), "{shown}");
    }
}
