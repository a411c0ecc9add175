//! The client of an application that migrates its database itself: `postgres`, which sends one request at a time.

use std::borrow::BorrowMut;
use std::ops::ControlFlow;

use ::postgres::fallible_iterator::FallibleIterator as _;
use ::postgres::types::ToSql;
use ::postgres::{Client as Requests, NoTls, Row, Statement};

use super::Postgres;
use super::client::{Answer, Client, Count, Counts};
use super::encode::Encoded;
use super::error::of_statement;
use super::prepared::Prepared;
use super::session::{ASK, Session};
use crate::driver::{Canceller, Connection, IntoConnection, Result};

/// A connection over a [`postgres::Client`](Requests), owned or borrowed, on which no transaction is open.
///
/// Statements are cancelled through a connection without TLS, so that they run to their end where the server wants TLS.
pub type EmbeddedPostgres<C> = Postgres<Embedded<C>>;

/// A client of the application.
pub struct Embedded<C>(C);

impl<C: BorrowMut<Requests>> EmbeddedPostgres<C> {
    /// Asks the server what it is.
    ///
    /// # Errors
    /// What the server said.
    pub fn over(mut client: C) -> Result<Self> {
        let messages = client.borrow_mut().simple_query(ASK).map_err(|error| of_statement(&error, ASK))?;
        let session = Session::read(&messages);
        let address = session.address();
        let prepared = Prepared::of_used_client();
        Ok(Self { prepared, ..Self::new(Embedded(client), session.describe(address)) })
    }
}

impl IntoConnection<'static> for Requests {
    fn into_connection(self) -> Result<Box<dyn Connection>> {
        Ok(Box::new(EmbeddedPostgres::over(self)?))
    }
}

impl<'c> IntoConnection<'c> for &'c mut Requests {
    fn into_connection(self) -> Result<Box<dyn Connection + 'c>> {
        Ok(Box::new(EmbeddedPostgres::over(self)?))
    }
}

impl<C: BorrowMut<Requests>> Client for Embedded<C> {
    fn simple(&mut self, sql: &str) -> Answer<Vec<Count>> {
        let mut counts = Counts::default();
        self.0.borrow_mut().simple_query(sql)?.iter().for_each(|message| counts.note(message));
        Ok(counts.take())
    }

    fn prepare(&mut self, sql: &str) -> Answer<Statement> {
        Ok(self.0.borrow_mut().prepare(sql)?)
    }

    fn execute(&mut self, statement: &Statement, params: &[Encoded<'_>]) -> Answer<u64> {
        let params: Vec<_> = params.iter().map(|param| param as &(dyn ToSql + Sync)).collect();
        Ok(self.0.borrow_mut().execute(statement, &params)?)
    }

    fn query(
        &mut self,
        statement: &Statement,
        params: &[Encoded<'_>],
        each: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Answer<()> {
        let mut rows = self.0.borrow_mut().query_raw(statement, params)?;
        let mut flow = ControlFlow::Continue(());
        while let Some(row) = rows.next()? {
            if flow.is_continue() {
                flow = each(row);
            }
        }
        Ok(())
    }

    fn forget_types(&self) {
        self.0.borrow().clear_type_cache();
    }

    fn canceller(&self) -> Canceller {
        let token = self.0.borrow().cancel_token();
        // Nobody waits for the outcome: the statement either ends early or it does not.
        Box::new(move || drop(token.cancel_query(NoTls)))
    }
}
