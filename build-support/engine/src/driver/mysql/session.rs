//! What a session is set to, and back to.

use std::borrow::BorrowMut;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use glim::error::DatabaseError;
use mysql::prelude::Queryable as _;
use mysql::{Conn, LocalInfileHandler, Row, Value};

use super::block::BEGUN;
use super::error::failure;
use super::opening::Opening;
use super::track::{Changes, Tracker};
use super::{Canceling, Mysql};
use crate::driver::{Result, Server, Transaction, refused};

/// What migrations set for their session, so that it is set back as one. What else they set goes back to the server's
/// default. The comments are code for one product each.
const VARIABLES: &str = "@@sql_mode, @@time_zone, @@autocommit, @@foreign_key_checks, @@unique_checks, \
     @@character_set_client, @@character_set_results, @@character_set_connection, @@collation_connection, \
     @@lock_wait_timeout, @@innodb_lock_wait_timeout, @@sql_safe_updates, @@sql_notes, @@group_concat_max_len, \
     @@default_storage_engine /*M! , @@max_statement_time, @@tx_isolation, @@tx_read_only */ \
     /*!50720 , @@max_execution_time, @@transaction_isolation, @@transaction_read_only */";

/// What a session is to have.
#[derive(Debug, Default)]
pub(super) struct Settings {
    /// Assignments for `SET`.
    values: Vec<(String, String)>,
    /// The default database, quoted.
    database: Option<String>,
    /// Whether the server has asked for a file of ours.
    wants_file: Arc<AtomicBool>,
}

impl Settings {
    fn set(&mut self, name: &str, value: String) {
        match self.values.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.values.push((name.to_owned(), value)),
        }
    }

    fn assignments(&self) -> String {
        let assignments: Vec<_> = self.values.iter().map(|(name, value)| format!("SESSION {name} = {value}")).collect();
        assignments.join(", ")
    }

    /// Whether the server ends a statement that takes too long.
    pub(super) fn limit_statements(&self) -> bool {
        let limit = self.values.iter().find(|(name, _)| name == "max_statement_time");
        limit.is_some_and(|(_, time)| time.parse() != Ok(0.0))
    }

    /// Whether the server has asked for a file of ours since this was last asked.
    pub(super) fn has_asked_for_a_file(&self) -> bool {
        self.wants_file.swap(false, Ordering::Relaxed)
    }
}

impl<C: BorrowMut<Conn>> Drop for Mysql<C> {
    fn drop(&mut self) {
        if let Some(sql) = &self.give_back
            && !self.tracker.is_broken()
        {
            let conn: &mut Conn = self.conn.borrow_mut();
            // Nobody is left to be told; a connection that refuses this does nothing else any more.
            let _ = conn.query_drop(sql);
        }
    }
}

impl<C: BorrowMut<Conn>> Mysql<C> {
    /// A session on a connection on which nothing is under way: no value is cut silently, timestamps are in UTC,
    /// statements commit by themselves, and the server reports what changes. `more` are further settings, for which it
    /// gets the product's name.
    pub(super) fn over(
        mut conn: C,
        canceling: Option<Arc<Canceling>>,
        more: impl FnOnce(&str) -> Vec<(&'static str, String)>,
    ) -> Result<Self> {
        let used: &mut Conn = conn.borrow_mut();
        let mut settings = Settings::default();
        let ask = format!("SELECT @@version, DATABASE(), @@max_allowed_packet, {VARIABLES}");
        let row: Row = used
            .query_first(&ask)
            .map_err(|error| failure(error, &ask))?
            .ok_or_else(|| refused(&ask, "the server gave an unexpected answer"))?;
        let names: Vec<_> = row.columns_ref().iter().map(|column| column.name_str().into_owned()).collect();
        let mut values = row.unwrap().into_iter();
        let mut next = || match values.next() {
            Some(Value::Bytes(bytes)) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            _ => None,
        };
        let (Some(version), database, Some(longest)) = (next(), next(), next()) else {
            return Err(refused(&ask, "the server gave an unexpected answer"));
        };
        let product = if version.contains("MariaDB") { "MariaDB" } else { "MySQL" };
        let mut modes = String::new();
        for name in &names[3..] {
            let (name, value) = (name.trim_start_matches('@'), next());
            if name == "sql_mode" {
                modes = value.clone().unwrap_or_default();
            }
            settings.set(name, literal(value.as_deref()));
        }
        let original = settings.assignments();
        for mode in ["STRICT_ALL_TABLES", "NO_ENGINE_SUBSTITUTION"] {
            if !modes.split(',').any(|known| known == mode) {
                let comma = if modes.is_empty() { "" } else { "," };
                let _ = write!(modes, "{comma}{mode}");
            }
        }
        settings.set("sql_mode", literal(Some(&modes)));
        settings.set("time_zone", "'+00:00'".to_owned());
        settings.set("autocommit", "1".to_owned());
        for (name, value) in more(product) {
            settings.set(name, value);
        }
        settings.database = database.as_deref().map(quoted);
        // Somebody else's connection keeps what it was given for this.
        if canceling.is_some() {
            let wants_file = Arc::clone(&settings.wants_file);
            used.set_local_infile_handler(Some(LocalInfileHandler::new(move |_, _| {
                // An empty file is sent; an error here would leave the server waiting for one.
                wants_file.store(true, Ordering::Relaxed);
                Ok(())
            })));
        }
        let set = format!(
            "SET SESSION session_track_transaction_info = 'STATE', SESSION session_track_system_variables = '*', \
             SESSION session_track_schema = 1, {BEGUN} = 0, {}",
            settings.assignments()
        );
        used.query_drop(&set).map_err(|error| failure(error, &set))?;
        let tracker = Tracker::after_setting(used);
        let server = Server {
            product,
            version: version.split('-').next().unwrap_or_default().to_owned(),
            address: String::new(),
            database: database.unwrap_or_default(),
            schema: None,
        };
        let max_allowed_packet = longest.parse().unwrap_or(usize::MAX);
        let give_back = canceling.is_none().then(|| format!("SET {original}"));
        Ok(Self {
            conn,
            server,
            tracker,
            opening: Opening::default(),
            numbered: 0,
            settings,
            max_allowed_packet,
            canceling,
            give_back,
        })
    }

    /// Sets back what statements have set for the session: nothing is sent where nothing was. What stays: user variables,
    /// temporary tables, prepared statements of SQL, locks of tables, roles.
    pub(super) fn reset_session(&mut self) -> Result<()> {
        let changes = self.tracker.take_changes();
        if changes == Changes::default() {
            return Ok(());
        }
        let outcome = self.set_back(&changes);
        // What setting back has changed is no change.
        let set = self.tracker.take_changes();
        if outcome.is_err() {
            self.tracker.put_back(Changes { unknown: changes.unknown || set.unknown, ..changes });
        }
        outcome
    }

    fn set_back(&mut self, changes: &Changes) -> Result<()> {
        let is_ours = |name: &String| self.settings.values.iter().any(|(ours, _)| ours == name);
        let others: Vec<_> = changes.variables.iter().filter(|name| !is_ours(name)).cloned().collect();
        if changes.unknown || others.len() < changes.variables.len() {
            self.execute_text(&format!("SET {}", self.settings.assignments()))?;
        }
        for name in others {
            // Some cannot be set back, such as the number that the next row gets, and end by themselves.
            match self.execute_text(&format!("SET SESSION {name} = DEFAULT")) {
                Err(error) if self.tracker.is_broken() => return Err(error),
                _ => {}
            }
        }
        if let Some(database) = self.settings.database.clone()
            && (changes.database || changes.unknown)
        {
            self.execute_text(&format!("USE {database}"))?;
            self.tracker.return_to_database();
        }
        Ok(())
    }

    /// Asks the server whether a transaction is open.
    pub(super) fn ask_transaction(&mut self) {
        let conn: &mut Conn = self.conn.borrow_mut();
        let is_open = if self.server.product == "MariaDB" {
            conn.query_first::<u8, _>("SELECT @@in_transaction").map(|answer| answer == Some(1))
        } else {
            // MySQL has no such variable, but a savepoint lives only in a transaction.
            match conn.query_drop("SAVEPOINT glim_probe").and_then(|()| conn.query_drop("RELEASE SAVEPOINT glim_probe"))
            {
                Err(mysql::Error::MySqlError(error)) if error.code == 1305 => Ok(false),
                outcome => outcome.map(|()| true),
            }
        };
        self.tracker.set_transaction(match is_open {
            Ok(true) => Transaction::Open,
            Ok(false) => Transaction::None,
            Err(_) => Transaction::Unknown,
        });
    }

    /// The error for a server that asked for a file of ours, and got an empty one.
    pub(super) fn file_refusal(&self, sql: &str) -> Option<DatabaseError> {
        let message = "the statement reads a file of this machine (LOAD DATA LOCAL), which is refused; an empty one was \
                       sent instead";
        self.settings.has_asked_for_a_file().then(|| refused(sql, message))
    }
}

/// A value as it is written in `SET`.
fn literal(value: Option<&str>) -> String {
    match value {
        None => "NULL".to_owned(),
        Some(number) if number.parse::<f64>().is_ok() => number.to_owned(),
        Some(text) => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")),
    }
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}
