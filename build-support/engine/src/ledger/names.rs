//! The ledger's tables and columns by name, qualified and quoted.

use glim_schema::Dialect;
use glim_schema::sql::quote;

use super::LedgerError;
use crate::driver::Server;

/// The ledger's table.
pub const TABLE: &str = "glim_migrations";

/// The table in which refinery keeps the versions of the ledger's own schema.
pub const HISTORY: &str = "glim_ledger_history";

/// The table in which the statements of a migration under way are noted.
pub const JOURNAL: &str = "glim_journal";

/// The table in which each action is noted, for good.
pub const LOG: &str = "glim_log";

/// The table of what holds for the database, whatever a configuration says.
pub const SETTINGS: &str = "glim_settings";

/// The columns of the original's table, in its order.
pub(super) const ORIGINAL_COLUMNS: [&str; 4] = ["id", "name", "created_at", "description"];

/// The columns that we add, in their order.
pub(super) const OUR_COLUMNS: [&str; 8] =
    ["applied_order", "version", "package", "checksum", "state", "duration_ms", "glim_version", "applied_by"];

/// The ledger's tables as they stand in statements: a migration that moves the search path or the current database does
/// not move the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) dialect: Dialect,
    /// The schema, or the database where there are no schemas, unquoted.
    pub(super) schema: String,
    pub(super) table: String,
    pub(super) history: String,
    pub(super) journal: String,
    pub(super) log: String,
    pub(super) settings: String,
    /// What a statement begins with that inserts a row of ours, up to its values.
    pub(super) insert: String,
    /// The same of the log.
    pub(super) insert_log: String,
    /// The same of the journal.
    pub(super) insert_journal: String,
}

impl Names {
    pub(super) fn new(dialect: Dialect, server: &Server) -> Result<Self, LedgerError> {
        let schema = match dialect {
            // Without it a temporary table of the same name would be taken.
            Dialect::Sqlite => "main".to_owned(),
            Dialect::Postgres => server.schema.clone().ok_or(LedgerError::NoSchema)?,
            Dialect::Mysql => server.database.clone(),
        };
        let qualified = |name: &str| format!("{}.{}", quote(dialect, &schema), quote(dialect, name));
        let (table, history, journal, log) = (qualified(TABLE), qualified(HISTORY), qualified(JOURNAL), qualified(LOG));
        let (settings, [insert, insert_log, insert_journal]) = (qualified(SETTINGS), [const { String::new() }; 3]);
        let mut names =
            Self { dialect, schema, table, history, journal, log, settings, insert, insert_log, insert_journal };
        let columns = names.columns(ORIGINAL_COLUMNS.iter().chain(&OUR_COLUMNS));
        names.insert = format!("INSERT INTO {} ({columns}) VALUES ", names.table);
        names.insert_log = format!("INSERT INTO {} ({}) VALUES ", names.log, names.columns(&super::log::COLUMNS));
        names.insert_journal =
            format!("INSERT INTO {} ({}) VALUES ", names.journal, names.columns(&super::journal::COLUMNS));
        Ok(names)
    }

    /// The column in the database's quotes.
    pub(super) fn column(&self, name: &str) -> String {
        quote(self.dialect, name)
    }

    /// Columns in the database's quotes, between commas.
    pub(super) fn columns<'a>(&self, names: impl IntoIterator<Item = &'a &'a str>) -> String {
        names.into_iter().map(|name| self.column(name)).collect::<Vec<_>>().join(", ")
    }
}
