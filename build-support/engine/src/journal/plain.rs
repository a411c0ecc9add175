//! Tables that no transaction covers, such as those of `MyISAM` and Aria: what is done to their rows stays, whatever
//! becomes of the transaction.

use std::ops::ControlFlow;

use glim::error::DatabaseError;
use glim::value::FromValue as _;
use glim_files::split::tokens;
use glim_schema::Dialect;

use crate::driver::Connection;

/// The tables of the current database that no transaction covers, the names of other databases, of which nothing is known,
/// and whether there are triggers, which may reach any table.
const ASK: &str = "SELECT 'table', table_name FROM information_schema.tables WHERE table_schema = DATABASE() \
     AND table_type = 'BASE TABLE' AND (engine IS NULL OR engine NOT IN (SELECT engine FROM information_schema.engines \
     WHERE transactions = 'YES')) \
     UNION ALL SELECT 'schema', schema_name FROM information_schema.schemata WHERE schema_name <> DATABASE() \
     UNION ALL SELECT 'trigger', '' FROM DUAL WHERE EXISTS (SELECT 1 FROM information_schema.triggers \
     WHERE trigger_schema = DATABASE()) \
     UNION ALL SELECT 'default', '' FROM DUAL WHERE @@default_storage_engine NOT IN \
     (SELECT engine FROM information_schema.engines WHERE transactions = 'YES')";

/// What is known of such tables.
#[derive(Debug, Default)]
pub(super) struct Plain {
    tables: Vec<String>,
    schemas: Vec<String>,
    has_triggers: bool,
    /// New tables are such, unless they say otherwise.
    by_default: bool,
}

impl Plain {
    pub(super) fn read(conn: &mut dyn Connection) -> Result<Self, DatabaseError> {
        let mut plain = Self::default();
        conn.ask(ASK, &[], &mut |_, row| {
            let text = |at: usize| row.get(at).and_then(|value| String::from_value(value).ok()).unwrap_or_default();
            match text(0).as_str() {
                "table" => plain.tables.push(text(1)),
                "schema" => plain.schemas.push(text(1)),
                "trigger" => plain.has_triggers = true,
                _ => plain.by_default = true,
            }
            ControlFlow::Continue(())
        })?;
        Ok(plain)
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// Whether what a statement does to rows may stay when its transaction is rolled back. Errs to the side of caution.
    pub(super) fn may_stay(&self, statement: &str) -> bool {
        const READS: [&str; 6] = ["select", "show", "explain", "describe", "desc", "prepare"];
        let Ok(tokens) = tokens(statement, Dialect::Mysql) else { return true };
        // A stored function may write, where a query calls one; a trigger, wherever rows are written.
        if tokens.first().is_some_and(|first| first.is_any(&READS)) && self.tables.is_empty() {
            return false;
        }
        if self.has_triggers && !self.tables.is_empty() {
            return true;
        }
        let name = |text: &[u8]| String::from_utf8_lossy(text).trim_matches('`').to_owned();
        let is = |names: &[String], text: &[u8]| names.iter().any(|it| it.eq_ignore_ascii_case(&name(text)));
        tokens.iter().enumerate().any(|(at, token)| {
            let is_qualifier = tokens.get(at + 1).is_some_and(|next| next.is_mark(b'.'));
            is(&self.tables, token.text) || is_qualifier && is(&self.schemas, token.text)
        })
    }

    /// Whether a statement may make another such table, so that it has to be asked again.
    pub(super) fn may_grow(&self, statement: &str) -> bool {
        let words = ["engine", "storage_engine", "default_storage_engine", "like"];
        self.by_default
            || tokens(statement, Dialect::Mysql).is_ok_and(|tokens| tokens.iter().any(|token| token.is_any(&words)))
    }
}

#[cfg(test)]
mod tests {
    use super::Plain;

    #[test]
    fn a_statement_that_names_such_a_table_may_stay() {
        let plain = Plain { tables: vec!["old".to_owned()], schemas: vec!["other".to_owned()], ..Plain::default() };
        for sql in ["INSERT INTO old VALUES (1)", "UPDATE new, `Old` SET a = 1", "DELETE FROM other.t"] {
            assert!(plain.may_stay(sql), "{sql}");
        }
        for sql in ["INSERT INTO new VALUES ('old')", "UPDATE new SET new.a = 1"] {
            assert!(!plain.may_stay(sql), "{sql}");
        }
        assert!(Plain { has_triggers: true, ..plain }.may_stay("INSERT INTO new VALUES (1)"));
        assert!(!Plain { has_triggers: true, ..Plain::default() }.may_stay("INSERT INTO new VALUES (1)"));
    }
}
