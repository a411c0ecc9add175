//! What can be told of a statement from its first words.

/// The keyword with which a statement begins, ends or abandons a transaction, if it does. Savepoints are no such
/// statements: they stay inside the transaction.
pub fn transaction_control(sql: &str) -> Option<&'static str> {
    let mut words = Words(sql);
    let first = words.next()?;
    let is = |keyword: &str| first.eq_ignore_ascii_case(keyword);
    let second = words.next().unwrap_or_default();
    if is("commit") {
        Some("COMMIT")
    } else if is("begin") {
        Some("BEGIN")
    } else if is("start") && second.eq_ignore_ascii_case("transaction") {
        Some("START TRANSACTION")
    } else if is("end") {
        Some("END")
    } else if is("abort") {
        Some("ABORT")
    } else if is("rollback") {
        // `ROLLBACK TO x`, `ROLLBACK TRANSACTION TO x`, `ROLLBACK WORK TO x`.
        let third = words.next().unwrap_or_default();
        let to = [second, third].iter().any(|word| word.eq_ignore_ascii_case("to"));
        (!to).then_some("ROLLBACK")
    } else {
        None
    }
}

/// The words at the front of a statement, without comments and white space.
struct Words<'s>(&'s str);

impl<'s> Iterator for Words<'s> {
    type Item = &'s str;

    fn next(&mut self) -> Option<&'s str> {
        loop {
            self.0 = self.0.trim_start_matches(|c: char| c.is_whitespace() || c == ';' || c == '\u{feff}');
            if let Some(rest) = self.0.strip_prefix("--") {
                self.0 = rest.split_once('\n').map_or("", |(_, rest)| rest);
            } else if let Some(rest) = self.0.strip_prefix("/*") {
                self.0 = rest.split_once("*/").map_or("", |(_, rest)| rest);
            } else {
                break;
            }
        }
        let end = self.0.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.0.len());
        let (word, rest) = self.0.split_at(end);
        self.0 = rest;
        (!word.is_empty()).then_some(word)
    }
}

#[cfg(test)]
mod tests {
    use super::transaction_control;

    #[test]
    fn statements_that_end_or_begin_a_transaction_are_told_by_their_first_words() {
        for (sql, keyword) in [
            ("COMMIT", "COMMIT"),
            ("  -- done\n /* really */ commit work", "COMMIT"),
            ("BEGIN IMMEDIATE", "BEGIN"),
            ("start  transaction", "START TRANSACTION"),
            ("ROLLBACK", "ROLLBACK"),
            ("rollback work", "ROLLBACK"),
            ("END;", "END"),
            ("abort", "ABORT"),
        ] {
            assert_eq!(transaction_control(sql), Some(keyword), "{sql}");
        }
    }

    #[test]
    fn other_statements_are_let_through() {
        for sql in [
            "",
            "/* commit */",
            "SELECT 'commit'",
            "rollback to a",
            "ROLLBACK TRANSACTION TO SAVEPOINT a",
            "committed",
            "START SLAVE",
            "SAVEPOINT a",
        ] {
            assert_eq!(transaction_control(sql), None, "{sql}");
        }
    }
}
