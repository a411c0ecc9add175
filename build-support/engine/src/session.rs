//! What stands between a running migration and the connection: it counts, and notices when the transaction is gone.

mod backfill;
mod noted;

use std::time::Duration;

use glim::error::{DatabaseError, ErrorClass, Kind};
use glim::wire::Answer;
use glim::{Direction, Result, Value};
use glim_files::statement::{Change as StatementChange, ObjectKind, Work, transaction_control_in};
use glim_schema::{AlterTable, Change, Dialect, sql};

pub use self::backfill::Rest;
use self::noted::affected;
use crate::catalog::Entry;
use crate::driver::{Connection, EachRow, Transaction};
use crate::journal::{self, Journal, Stuck};
use crate::migrator::Interrupted;
use crate::progress::Progress;
use crate::rebuild;

/// The statements of one migration.
pub struct Session<'c> {
    connection: &'c mut dyn Connection,
    guard: Guard,
    state: State,
    /// Where statements are noted, for a migration that goes on after an interruption.
    journal: Option<Journal<'c>>,
    /// Why the migration cannot go on.
    stuck: Option<Stuck>,
    /// It was to stop in the middle of a backfill, and has.
    is_stopped: bool,
    telling: Option<Telling<'c>>,
}

/// Whom a session tells what it does, and who may want it to stop.
pub(crate) struct Telling<'c> {
    pub(crate) progress: &'c mut dyn Progress,
    pub(crate) interrupted: Interrupted<'c>,
    pub(crate) entry: &'c Entry,
    pub(crate) direction: Direction,
    /// How long to wait before each further attempt at a batch that could not have a lock, about.
    pub(crate) pauses: &'c [Duration],
}

/// The rest of the rows does not come: whoever sends them has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut;

/// What a session lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guard {
    /// Nothing that ends the transaction.
    Transaction,
    /// What ends the transaction by itself, as DDL does on MySQL, but nothing that says so.
    Intent,
    /// Everything.
    Nothing,
}

/// What is known of a migration's effect so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct State {
    /// How many statements were completed.
    pub completed: u64,
    /// The transaction that it began in has ended in the middle, so that a part of it is in the database for good.
    pub left_transaction: bool,
    /// A failed call had several statements, of which some may have been completed.
    pub partly: bool,
    /// The connection is gone, so that nobody knows whether the last statement was completed.
    pub lost: bool,
}

impl State {
    /// Whether something may stay in the database although the migration failed.
    pub fn is_partial(self) -> bool {
        self.left_transaction && (self.completed > 0 || self.partly)
    }
}

impl<'c> Session<'c> {
    fn new(connection: &'c mut dyn Connection, guard: Guard) -> Self {
        Self {
            connection,
            guard,
            state: State::default(),
            journal: None,
            stuck: None,
            is_stopped: false,
            telling: None,
        }
    }

    /// A session inside a transaction that the migration must not end.
    pub(crate) fn guarded(connection: &'c mut dyn Connection) -> Self {
        Self::new(connection, Guard::Transaction)
    }

    /// A session inside a transaction that statements may end by their nature, but not on purpose.
    pub(crate) fn tolerant(connection: &'c mut dyn Connection) -> Self {
        Self::new(connection, Guard::Intent)
    }

    /// A session whose statements may commit by themselves.
    pub fn unguarded(connection: &'c mut dyn Connection) -> Self {
        let mut session = Self::new(connection, Guard::Nothing);
        session.state.left_transaction = session.has_left_transaction();
        session
    }

    /// Notes each statement, and answers from the journal what was run before.
    #[must_use]
    pub(crate) fn noting(mut self, journal: Option<Journal<'c>>) -> Self {
        if let Some(journal) = journal.as_ref().filter(|journal| journal.resumes()) {
            self.state.left_transaction = true;
            self.state.completed = journal.left() as u64;
            self.state.partly = true;
        }
        self.journal = journal;
        self
    }

    /// Tells how far it is, and asks whether to stop, where a statement is many.
    #[must_use]
    pub(crate) fn telling(mut self, telling: Telling<'c>) -> Self {
        self.telling = Some(telling);
        self
    }

    /// What the journal has to be told after the migration has failed, and why it cannot go on, if that is why.
    pub(crate) fn ended(mut self) -> Ended {
        let unasked = self.journal.as_ref().and_then(Journal::unasked);
        let settled = self.journal.as_ref().map(Journal::settled).unwrap_or_default();
        Ended { state: self.state, stuck: self.stuck.take(), is_stopped: self.is_stopped, unasked, settled }
    }

    /// The kind of database.
    pub fn dialect(&self) -> Dialect {
        self.connection.dialect()
    }

    /// Whether what statements are answered may be answered from the journal by a later run.
    pub(crate) fn is_noted(&self) -> bool {
        self.journal.is_some()
    }

    /// What is known of the effect so far.
    pub fn state(&self) -> State {
        self.state
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// The database refuses it, or it would end the transaction.
    pub fn execute(&mut self, sql: &str, params: &[Value]) -> Result<u64> {
        self.admit(sql)?;
        if self.journal.is_none() {
            let result = self.connection.execute(sql, params);
            return self.observe(result, false);
        }
        let work = self.work(sql);
        // With a semicolon in it, it may be several statements, which is for the driver to find out.
        if params.is_empty() && makes_relation(&work) && !sql.contains(';') {
            self.noted_sequence("execute", &[sql], &[]).map_err(|(_, error)| error)?;
            return Ok(0);
        }
        let hash = || journal::hash("execute", sql, params);
        let mut call = |conn: &mut dyn Connection| Ok(vec![Answer::Affected(conn.execute(sql, params)?)]);
        self.noted(sql, &hash, work, false, &mut call).map(|answers| affected(&answers))
    }

    /// Runs one statement for each row, all of them or, where a transaction or a journal can undo it, none: rows that end
    /// with [`Cut`] are not all that were meant.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), of the first row that fails, or that they are cut.
    pub fn execute_many(
        &mut self,
        sql: &str,
        rows: &mut dyn Iterator<Item = std::result::Result<Vec<Value>, Cut>>,
    ) -> Result<u64> {
        self.admit(sql)?;
        if self.journal.is_none() {
            let result = uncut(rows, |rows| self.connection.execute_many(sql, rows));
            return self.observe(result, true);
        }
        self.many(sql, rows).map(|answers| affected(&answers))
    }

    /// Runs statements without parameters.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), of the first that fails.
    pub fn batch(&mut self, sql: &str) -> Result<()> {
        self.admit(sql)?;
        if self.journal.is_some() {
            return self.noted_batch(sql);
        }
        let several = sql.trim_end().trim_end_matches(';').contains(';');
        let result = self.connection.batch(sql);
        self.observe(result, several)
    }

    /// Runs statements that were checked before, in order, and those of `closing` with them, where that may be. Gives whether
    /// those were run, too.
    ///
    /// # Errors
    /// That of the first that fails, with its place in the list of both; those after it have no effect.
    pub(crate) fn sequence(&mut self, statements: &[&str], closing: &[String]) -> Result<bool, (usize, DatabaseError)> {
        if self.journal.is_some() {
            return self.noted_sequence("batch", statements, closing);
        }
        let own = statements.len();
        let texts: Vec<&str> = statements.iter().copied().chain(closing.iter().map(String::as_str)).collect();
        // Outside a transaction those after a failed one must not be sent.
        let result = if self.guard == Guard::Nothing {
            texts.iter().enumerate().try_for_each(|(at, sql)| self.connection.batch(sql).map_err(|error| (at, error)))
        } else {
            self.connection.sequence(&texts)
        };
        let completed = result.as_ref().err().map_or(own, |(at, _)| own.min(*at));
        self.state.completed += completed as u64;
        if let Err((_, error)) = &result {
            self.note_loss(error);
        }
        self.state.left_transaction |= self.has_left_transaction();
        result.map(|()| !closing.is_empty()).map_err(|(at, error)| {
            // The commit was sent as well, and nobody knows what became of it.
            let is_open = error.class == ErrorClass::ConnectionLost && !closing.is_empty();
            (if is_open { own } else { at }, error)
        })
    }

    /// Runs a query and hands over its rows.
    ///
    /// # Errors
    /// As [`execute`](Self::execute), or a value that no [`Value`] can hold.
    pub fn query(&mut self, sql: &str, params: &[Value], each: &mut EachRow<'_>) -> Result<()> {
        self.admit(sql)?;
        if self.journal.is_none() {
            let result = self.connection.query(sql, params, each);
            return self.observe(result, false);
        }
        self.noted_query(sql, params, each)
    }

    /// Changes the schema.
    ///
    /// # Errors
    /// The database cannot do it, or refuses one of the statements that it takes.
    pub fn change(&mut self, change: &Change) -> Result<()> {
        let dialect = self.dialect();
        match (dialect, change) {
            (Dialect::Sqlite, Change::AlterTable(alter)) => return self.alter(alter),
            // No type of its own there: it stands in the definition of each column.
            (Dialect::Sqlite, Change::AlterEnum(alter)) => {
                return alter.alterations().iter().try_for_each(|alter| self.alter(alter));
            }
            _ => {}
        }
        let statements = sql::render(change, dialect).map_err(|problem| match problem {
            sql::Problem::Unsupported { dialect, operation } => Kind::Unsupported { dialect, operation },
            other => Kind::Usage(other.to_string()),
        })?;
        if self.journal.is_some() {
            let texts: Vec<&str> = statements.iter().map(String::as_str).collect();
            return Ok(self.noted_sequence("change", &texts, &[]).map(drop).map_err(|(_, error)| error)?);
        }
        statements.iter().try_for_each(|statement| {
            let result = self.connection.batch(statement);
            self.observe(result, false)
        })
    }

    /// Alters a table of SQLite, with all that its own ALTER TABLE cannot do.
    fn alter(&mut self, alter: &AlterTable) -> Result<()> {
        if self.journal.is_some() {
            return self.noted_alter(alter);
        }
        let result = rebuild::alter(&mut *self.connection, alter);
        if result.is_ok() {
            return self.observe(Ok(()), false);
        }
        self.state.left_transaction |= self.connection.transaction() == Transaction::None;
        result
    }

    /// Refuses a statement that would end the transaction behind our back.
    fn admit(&self, sql: &str) -> Result<()> {
        match transaction_control_in(sql, self.dialect()) {
            Some(keyword) if self.guard != Guard::Nothing => Err(Kind::Usage(format!(
                "`{keyword}` would end or nest the transaction that this migration and its ledger row are committed \
                 in; register the migration with `transaction = false` if it has to manage transactions itself"
            ))
            .into()),
            _ => Ok(()),
        }
    }

    /// Whether what statements do stays, as far as is known: where the connection cannot tell, and statements may commit by
    /// themselves, they are taken to have done so.
    fn has_left_transaction(&self) -> bool {
        match self.connection.transaction() {
            Transaction::None => true,
            Transaction::Open | Transaction::Failed => false,
            Transaction::Unknown => self.guard != Guard::Transaction,
        }
    }

    fn note_loss(&mut self, error: &DatabaseError) {
        self.state.lost |= error.class == ErrorClass::ConnectionLost;
    }

    /// Notes what a call did to the transaction, and lets its result through.
    fn observe<T>(&mut self, result: Result<T, DatabaseError>, several: bool) -> Result<T> {
        match &result {
            Ok(_) => self.state.completed += 1,
            Err(error) => {
                self.note_loss(error);
                self.state.partly |= several;
            }
        }
        let ended = self.has_left_transaction();
        if ended && !self.state.left_transaction {
            self.state.left_transaction = true;
            if self.guard == Guard::Transaction && result.is_ok() {
                return Err(Kind::Usage(
                    "this statement has ended the transaction that the migration was to be committed in; register \
                     the migration with `transaction = false`"
                        .to_owned(),
                )
                .into());
            }
        }
        Ok(result?)
    }
}

/// Hands over the rows, and fails when they turn out to be cut.
fn uncut<T>(
    rows: &mut dyn Iterator<Item = std::result::Result<Vec<Value>, Cut>>,
    send: impl FnOnce(&mut dyn Iterator<Item = Vec<Value>>) -> Result<T, DatabaseError>,
) -> Result<T, DatabaseError> {
    let mut is_cut = false;
    let result = send(&mut rows.map_while(|row| row.inspect_err(|Cut| is_cut = true).ok()));
    if is_cut {
        let message = "the migration has ended before its last row".to_owned();
        return Err(DatabaseError { message, ..DatabaseError::default() });
    }
    result
}

/// Whether it makes a table, a view or a sequence, and so changes no rows.
fn makes_relation(work: &Work) -> bool {
    let Work::Definition(definition) = work else { return false };
    definition.touches.iter().all(|it| it.object.kind == ObjectKind::Relation && it.effect == StatementChange::Appears)
}

/// What is left to be done about a migration that has ended.
pub(crate) struct Ended {
    /// What is known of its effect.
    pub(crate) state: State,
    /// Why it cannot go on by itself.
    pub(crate) stuck: Option<Stuck>,
    /// It was stopped in the middle of a backfill.
    pub(crate) is_stopped: bool,
    /// What it has sent before, and does not any more.
    pub(crate) unasked: Option<Stuck>,
    /// What the journal is to be told if it has failed.
    pub(crate) settled: Vec<String>,
}
