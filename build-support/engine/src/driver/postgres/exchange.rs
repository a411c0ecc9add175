//! One exchange of messages: what is sent for a statement, and all that comes back (PostgreSQL manual, "Message Flow").
//!
//! Each ends with `ReadyForQuery`, also after an error, so that the connection is ready for the next. An exchange that
//! cannot be brought to that end leaves an error of the class `ConnectionLost`.

use std::io;

use glim::error::DatabaseError;
use postgres_protocol::message::backend::{CommandCompleteBody, ErrorResponseBody, Message};
use postgres_protocol::message::frontend;

use super::Postgres;
use super::error::{lost, reply};
use crate::driver::{Result, refused};

impl Postgres {
    /// Sends what `request` writes and reads to the end of the answer; `read` sees each message. Gives the number of
    /// rows changed, or the first error, of the server or of `read`.
    pub(super) fn exchange(
        &mut self,
        sql: &str,
        request: impl FnOnce(&mut Self) -> Result<(), RequestError>,
        read: &mut dyn FnMut(&mut Self, Message) -> Result<()>,
    ) -> Result<u64> {
        if let Err(error) = request(self) {
            self.wire.output.clear();
            return Err(match error {
                RequestError::Refused(error) => *error,
                // A NUL character, or a text beyond 2 GB.
                RequestError::Unsendable(error) => refused(sql, format!("the statement cannot be sent: {error}")),
            });
        }
        let is_simple = self.wire.output.first() == Some(&b'Q');
        let mut outcome = Ok(0);
        if let Err(error) = self.wire.flush() {
            return Err(lost(&error, sql));
        }
        loop {
            let message = match self.wire.receive() {
                Ok(message) => message,
                // What the server said before it ended the session tells more than that it did.
                Err(error) => return Err(outcome.err().unwrap_or_else(|| lost(&error, sql))),
            };
            let step = match message {
                Message::ReadyForQuery(_) => return outcome,
                Message::CommandComplete(body) => changed_rows(&body).map_err(|error| lost(&error, sql)),
                Message::ErrorResponse(body) => Err(server_error(&body, sql)),
                // We have no data to send; without an answer the server would wait for ever.
                Message::CopyInResponse(_) => self.end_copy(sql, is_simple).map(|()| 0),
                Message::CopyOutResponse(_) => Err(refused(sql, "COPY ... TO STDOUT is not supported here")),
                message => read(self, message).map(|()| 0),
            };
            outcome = match (outcome, step) {
                (Ok(changed), Ok(more)) => Ok(changed + more),
                (Ok(_), Err(error)) => Err(error),
                (error, _) => error,
            };
        }
    }

    fn end_copy(&mut self, sql: &str, is_simple: bool) -> Result<()> {
        let message = "COPY ... FROM STDIN is not supported here";
        frontend::copy_fail(message, &mut self.wire.output).map_err(|error| lost(&error, sql))?;
        // The server took the one that was sent with the statement for a part of the data.
        if !is_simple {
            frontend::sync(&mut self.wire.output);
        }
        self.wire.flush().map_err(|error| lost(&error, sql))?;
        Err(refused(sql, message))
    }
}

/// Why nothing was sent.
pub(super) enum RequestError {
    /// The values do not fit the parameters.
    Refused(Box<DatabaseError>),
    /// The message cannot be written.
    Unsendable(io::Error),
}

impl From<io::Error> for RequestError {
    fn from(error: io::Error) -> Self {
        Self::Unsendable(error)
    }
}

impl From<DatabaseError> for RequestError {
    fn from(error: DatabaseError) -> Self {
        Self::Refused(Box::new(error))
    }
}

/// The error that the server sent, with the statement.
pub(super) fn server_error(body: &ErrorResponseBody, sql: &str) -> DatabaseError {
    match reply(body) {
        Ok(error) => DatabaseError { statement: Some(sql.to_owned()), ..error },
        Err(error) => lost(&error, sql),
    }
}

/// The number of rows that a command changed, from its tag. That of a `SELECT` counts what it returned.
pub(super) fn changed_rows(body: &CommandCompleteBody) -> io::Result<u64> {
    let tag = body.tag()?;
    let command = tag.split(' ').next().unwrap_or_default();
    let changes = matches!(command, "INSERT" | "UPDATE" | "DELETE" | "MERGE" | "COPY");
    Ok(if changes { tag.rsplit(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0) } else { 0 })
}
