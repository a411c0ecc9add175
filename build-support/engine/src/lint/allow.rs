//! Suppressions: `glim:allow(rule, reason = "...", until = "2027-01-01")`, before a statement or for a whole migration.

use std::ops::Range;

use glim_files::split::Statement;

use super::rule::Rule;
use super::rules;

/// A suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allow {
    /// The rules that it names.
    pub rules: Vec<String>,
    /// Why.
    pub reason: Option<String>,
    /// The last day on which it holds, as `2027-01-01`.
    pub until: Option<String>,
    /// The statement that it holds for; all of the migration's where there is none.
    pub statement: Option<usize>,
    /// Where it stands in its file, in bytes.
    pub range: Range<usize>,
    /// Whether it could be read in full.
    pub is_sound: bool,
}

impl Allow {
    /// Reads what stands in the parentheses.
    pub fn read(inside: &str, range: Range<usize>) -> Self {
        let mut allow = Self { rules: Vec::new(), reason: None, until: None, statement: None, range, is_sound: true };
        let mut rest = inside.trim();
        while !rest.is_empty() {
            let end = rest.find([',', '=']).unwrap_or(rest.len());
            let (word, after) = (rest[..end].trim(), &rest[end..]);
            let Some(value) = after.strip_prefix('=') else {
                allow.is_sound &= !word.is_empty() && !word.contains(char::is_whitespace);
                allow.rules.push(word.to_owned());
                rest = after.strip_prefix(',').unwrap_or_default().trim_start();
                continue;
            };
            let quoted = value.trim_start().strip_prefix('"').and_then(|value| value.split_once('"'));
            let Some((value, after)) = quoted else {
                allow.is_sound = false;
                break;
            };
            match word {
                "reason" if !value.trim().is_empty() => allow.reason = Some(value.to_owned()),
                "until" if is_date(value) => allow.until = Some(value.to_owned()),
                _ => allow.is_sound = false,
            }
            let after = after.trim_start();
            allow.is_sound &= after.is_empty() || after.starts_with(',');
            rest = after.strip_prefix(',').unwrap_or_default().trim_start();
        }
        allow.is_sound &= !allow.rules.is_empty();
        allow
    }

    /// What is wrong with it, whatever was found.
    pub(super) fn fault(&self, today: &str) -> Option<&'static Rule> {
        if !self.is_sound || self.reason.is_none() {
            Some(rules::ALLOW_UNREASONED)
        } else if self.rules.iter().any(|id| rules::find(id).is_none()) {
            Some(rules::ALLOW_UNKNOWN)
        } else if self.until.as_deref().is_some_and(|until| until < today) {
            Some(rules::ALLOW_EXPIRED)
        } else {
            None
        }
    }

    /// Whether it is about a finding of that rule in that statement.
    pub(super) fn covers(&self, rule: &Rule, at: usize) -> bool {
        self.rules.iter().any(|id| id == rule.id) && self.statement.is_none_or(|statement| statement == at)
    }
}

fn is_date(text: &str) -> bool {
    text.parse::<jiff::civil::Date>().is_ok_and(|date| date.to_string() == text)
}

/// The suppressions of an SQL migration. `file` is the whole file, of which the statements stand in `script`, with their
/// places counted from its start. One above the first statement, with a blank line or `-- glim:run` between, is for all.
pub fn in_sql(file: &str, script: &Range<usize>, statements: &[Statement<'_>]) -> Vec<Allow> {
    let mut allows = Vec::new();
    let mut start = 0;
    for line in file.split_inclusive('\n') {
        let range = start..start + line.trim_end().len();
        start += line.len();
        let said = line.trim_start().strip_prefix("--").map(str::trim_start);
        let Some(said) = said.and_then(|said| said.strip_prefix("glim:allow")) else { continue };
        let at = |statement: &Statement<'_>| script.start + statement.start;
        let is_text = statements.iter().any(|it| at(it) <= range.start && range.start < script.start + it.end());
        if is_text || range.start >= script.end || (range.start >= script.start && statements.is_empty()) {
            continue;
        }
        let inside = said.trim().strip_prefix('(').and_then(|said| said.strip_suffix(')'));
        let mut allow = match inside {
            Some(inside) => Allow::read(inside, range.clone()),
            None => Allow { is_sound: false, ..Allow::read("", range.clone()) },
        };
        let next = statements.iter().position(|it| at(it) > range.start);
        let is_head = range.start < script.start
            || next == Some(0)
                && file[range.end..at(&statements[0])].lines().skip(1).any(|line| line.trim().is_empty());
        allow.statement = if is_head { None } else { next.or(Some(usize::MAX)) };
        allows.push(allow);
    }
    allows
}

#[cfg(test)]
mod tests {
    use glim_files::split::split;
    use glim_schema::Dialect;

    use super::*;

    fn of(sql: &str) -> Vec<Allow> {
        let statements = split(sql, Dialect::Postgres).expect("it can be split");
        in_sql(sql, &(0..sql.len()), &statements)
    }

    #[test]
    fn one_before_a_statement_is_for_that_statement() {
        let found =
            of("DROP TABLE a;\n-- glim:allow(drop-table, reason = \"x, y\", until = \"2027-01-01\")\nDROP TABLE b;\n");
        assert_eq!((found[0].statement, found[0].is_sound), (Some(1), true));
        assert_eq!(found[0].reason.as_deref(), Some("x, y"));
        assert_eq!(found[0].until.as_deref(), Some("2027-01-01"));
    }

    #[test]
    fn one_at_the_head_of_the_file_is_for_all_of_it() {
        assert_eq!(of("-- glim:allow(drop-table, reason = \"x\")\n\nDROP TABLE a;")[0].statement, None);
        assert_eq!(of("-- glim:allow(drop-table, reason = \"x\")\nDROP TABLE a;")[0].statement, Some(0));
        assert_eq!(of("SELECT '\n-- glim:allow(drop-table, reason = \"x\")\n';"), []);
    }

    #[test]
    fn what_cannot_be_read_is_unsound() {
        for inside in [
            "",
            "drop table",
            "a, reason = x",
            "a, until = \"tomorrow\"",
            "a, why = \"x\"",
            "a, reason = \"\"",
            "a,, b",
        ] {
            assert!(!Allow::read(inside, 0..0).is_sound, "{inside}");
        }
        let two = Allow::read("drop-table, drop-column, reason = \"x\"", 0..0);
        assert_eq!((two.rules.len(), two.is_sound), (2, true));
    }
}
