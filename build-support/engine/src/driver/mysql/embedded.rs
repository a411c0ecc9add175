//! The connection of an application that migrates its database itself.

use std::borrow::BorrowMut;

use mysql::Conn;

use super::Mysql;
use crate::driver::{Connection, IntoConnection, Result};

impl IntoConnection<'static> for Conn {
    fn into_connection(self) -> Result<Box<dyn Connection>> {
        Ok(Box::new(over(self)?))
    }
}

impl<'c> IntoConnection<'c> for &'c mut Conn {
    fn into_connection(self) -> Result<Box<dyn Connection + 'c>> {
        Ok(Box::new(over(self)?))
    }
}

/// The session's settings are ours until this is dropped.
fn over<C: BorrowMut<Conn>>(conn: C) -> Result<Mysql<C>> {
    let mut session = Mysql::over(conn, None, |_| Vec::new())?;
    session.ask_transaction();
    Ok(session)
}
