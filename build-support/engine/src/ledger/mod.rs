//! The ledger: the table `glim_migrations` of the target, which says what was applied.
//!
//! Its first columns are those of the original tool, so that a ledger of that tool is taken over as it is. Its own schema
//! has versions, which refinery keeps; while it is at the newest one, opening it costs two queries.

mod error;
mod history;
pub mod journal;
pub mod log;
mod names;
pub(crate) mod origin;
mod protection;
mod read;
mod row;
mod upgrade;
mod versions;
mod write;

use glim::error::ErrorClass;

pub use self::error::LedgerError;
use self::log::{Event, Origin};
pub use self::names::{HISTORY, JOURNAL, LOG, SETTINGS, TABLE};
pub use self::row::{Row, State};
pub(crate) use self::write::BEGAN;
use self::write::Statement;
pub use self::write::Took;

use self::names::{Names, ORIGINAL_COLUMNS, OUR_COLUMNS};
use self::read::Format;
use self::upgrade::Work;
use crate::catalog::Entry;
use crate::driver::{Access, Connection};

/// How many versions the history names where the ledger has all of its columns.
const COLUMNS: usize = 2;

/// The ledger of a database.
#[derive(Clone, Debug)]
pub struct Ledger {
    names: Names,
    /// What the next row gets as its place.
    next_order: i64,
    applied_by: String,
    origin: Origin,
}

impl Ledger {
    /// Opens the ledger and reads its rows. For writing it is created or upgraded where needed, under a lock that the
    /// caller holds; for reading nothing is changed, and a ledger that does not exist has no rows.
    ///
    /// No transaction may be open: on PostgreSQL a table that is missing would end it.
    ///
    /// # Errors
    /// The database refuses, or the ledger is not as glim leaves it.
    pub fn open(conn: &mut dyn Connection, access: Access) -> Result<(Self, Vec<Row>), LedgerError> {
        let server = conn.server().map_err(LedgerError::database("find the ledger"))?;
        let names = Names::new(conn.dialect(), &server)?;
        let known = versions::expected(names.dialect);
        let history = history::read(conn, &names)?;
        history::check(&history, &known)?;

        if history.len() < known.len() {
            let Some(format) = format(conn, &names, !history.is_empty())? else {
                if access == Access::ReadWrite {
                    upgrade::upgrade(conn, &names, Work::Run)?;
                }
                return Ok(Self::with_rows(names, Vec::new()));
            };
            // What cannot be read is not upgraded either.
            let rows = read_rows(conn, &names, format)?;
            if access == Access::ReadOnly {
                return Ok(Self::with_rows(names, rows));
            }
            let work = match format {
                Format::Ours if history.len() < COLUMNS => Work::Record,
                Format::Original | Format::Ours => Work::Run,
            };
            upgrade::upgrade(conn, &names, work)?;
        }
        let rows = read_rows(conn, &names, Format::Ours)?;
        Ok(Self::with_rows(names, rows))
    }

    fn with_rows(names: Names, rows: Vec<Row>) -> (Self, Vec<Row>) {
        let last = rows.iter().filter_map(|row| row.applied_order).max().unwrap_or(0);
        let ledger = Self {
            names,
            next_order: last.saturating_add(1),
            applied_by: origin::user_at_host(),
            origin: Origin::here(),
        };
        (ledger, rows)
    }

    /// Reads the rows again.
    ///
    /// # Errors
    /// The database refuses, or a row is not as glim leaves it.
    pub fn rows(&self, conn: &mut dyn Connection) -> Result<Vec<Row>, LedgerError> {
        read_rows(conn, &self.names, Format::Ours)
    }

    /// The qualified and quoted name of the table.
    pub fn table(&self) -> &str {
        &self.names.table
    }

    /// A new row for a migration that begins now: applied, after all others. Change its state and duration as needed.
    pub fn next_row(&mut self, entry: &Entry) -> Row {
        let applied_order = self.next_order;
        self.next_order = applied_order.saturating_add(1);
        Row {
            id: uuid::Uuid::now_v7().to_string(),
            name: entry.name.clone(),
            description: Some(entry.description.clone()),
            created_at: origin::now(),
            applied_order: Some(applied_order),
            version: entry.version.clone(),
            package: Some(entry.package.clone()).filter(|package| !package.is_empty()),
            checksum: entry.checksum.clone(),
            state: State::Applied,
            duration_ms: None,
            glim_version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            applied_by: Some(self.applied_by.chars().take(255).collect()),
        }
    }

    /// Counts the next row with this number: those from there on have not come into the ledger.
    pub(crate) fn count_from(&mut self, applied_order: Option<i64>) {
        self.next_order = applied_order.unwrap_or(self.next_order);
    }

    /// The statement that inserts a row, and its parameters.
    pub(crate) fn insert_statement(&self, row: &Row) -> Statement {
        write::insert(&self.names, row)
    }

    /// The statement that inserts a row with that state and duration, without parameters, so that it can be sent in one
    /// batch with others.
    pub fn insert_text(&self, row: &Row, state: State, took: Took) -> String {
        write::insert_text(&self.names, row, state, took, None)
    }

    /// The same, as a statement that fails where this expression does, which is 1 otherwise.
    pub(crate) fn insert_text_if(&self, row: &Row, state: State, took: Took, demands: &str) -> String {
        write::insert_text(&self.names, row, state, took, Some(demands))
    }

    /// Inserts a row.
    ///
    /// # Errors
    /// The database refuses.
    pub fn insert(&self, conn: &mut dyn Connection, row: &Row) -> Result<(), LedgerError> {
        self.change(conn, "write the ledger", self.insert_statement(row), &row.name)
    }

    /// Sets how far a migration has come, and how long it took.
    ///
    /// # Errors
    /// The database refuses, or the row is gone.
    pub fn mark(
        &self,
        conn: &mut dyn Connection,
        row: &Row,
        state: State,
        duration_ms: Option<i64>,
    ) -> Result<(), LedgerError> {
        self.change(conn, "write the ledger", write::mark(&self.names, &row.id, state, duration_ms), &row.name)
    }

    /// The statement of [`Self::mark`] without parameters; it must change one row.
    pub fn mark_text(&self, row: &Row, state: State, took: Took) -> String {
        write::mark_text(&self.names, &row.id, state, took)
    }

    /// The statement that says that a migration which was announced is applied, as its code is now; it must change one row.
    pub(crate) fn applied_text(&self, row: &Row, took: Took) -> String {
        write::applied_text(&self.names, row, took)
    }

    /// Deletes a row.
    ///
    /// # Errors
    /// The database refuses, or the row is gone.
    pub fn delete(&self, conn: &mut dyn Connection, row: &Row) -> Result<(), LedgerError> {
        self.change(conn, "write the ledger", write::delete(&self.names, &row.id), &row.name)
    }

    /// The statement of [`Self::delete`] without parameters; it must change one row.
    pub fn delete_text(&self, row: &Row) -> String {
        write::delete_text(&self.names, &row.id)
    }

    /// The statement that notes an action in the log, without parameters.
    pub fn log_text(&self, event: &Event<'_>) -> String {
        log::insert_text(&self.names, &self.origin, event)
    }

    #[expect(clippy::unused_self, reason = "the statement was made by this ledger")]
    fn change(
        &self,
        conn: &mut dyn Connection,
        doing: &'static str,
        (sql, params): Statement,
        name: &str,
    ) -> Result<(), LedgerError> {
        match conn.execute(&sql, &params).map_err(LedgerError::database(doing))? {
            1 => Ok(()),
            changed => Err(LedgerError::RowVanished { name: name.to_owned(), changed }),
        }
    }
}

/// Which columns the ledger has; `None` where there is no ledger, and `expected` says that there should be one.
fn format(conn: &mut dyn Connection, names: &Names, expected: bool) -> Result<Option<Format>, LedgerError> {
    let found = crate::introspect::column_names(conn, &names.schema, TABLE)
        .map_err(LedgerError::database("read the columns of the ledger"))?;
    if found.is_empty() {
        return if expected { Err(LedgerError::TableMissing) } else { Ok(None) };
    }
    let missing = |wanted: &[&str]| -> Vec<String> {
        let lacks = |column: &&&str| !found.iter().any(|name| name.eq_ignore_ascii_case(column));
        wanted.iter().filter(lacks).map(|&column| column.to_owned()).collect()
    };
    let (original, ours) = (missing(&ORIGINAL_COLUMNS), missing(&OUR_COLUMNS));
    match (original.is_empty(), ours.len()) {
        (true, 0) => Ok(Some(Format::Ours)),
        (true, lacking) if lacking == OUR_COLUMNS.len() => Ok(Some(Format::Original)),
        _ => {
            let ours = if ours.len() == OUR_COLUMNS.len() { Vec::new() } else { ours };
            Err(LedgerError::ColumnsMissing { columns: original.into_iter().chain(ours).collect(), found })
        }
    }
}

fn read_rows(conn: &mut dyn Connection, names: &Names, wanted: Format) -> Result<Vec<Row>, LedgerError> {
    match read::rows(conn, names, wanted) {
        Ok(rows) => rows,
        Err(error) if error.class == ErrorClass::UndefinedObject => match format(conn, names, true)? {
            // All that was asked for is there after all.
            Some(found) if found == wanted => Err(LedgerError::database("read the ledger")(error)),
            _ => {
                let columns = OUR_COLUMNS.iter().map(|&column| column.to_owned()).collect();
                let found = ORIGINAL_COLUMNS.iter().map(|&column| column.to_owned()).collect();
                Err(LedgerError::ColumnsMissing { columns, found })
            }
        },
        Err(error) => Err(LedgerError::database("read the ledger")(error)),
    }
}
