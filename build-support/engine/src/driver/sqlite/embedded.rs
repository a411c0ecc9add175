//! The connection of an application that migrates its database itself.

use std::borrow::Borrow;

use rusqlite::Connection as Rusqlite;

use super::limit::Limit;
use super::{Sqlite, describe};
use crate::driver::{Connection, IntoConnection, Result};

impl IntoConnection<'static> for Rusqlite {
    fn into_connection(self) -> Result<Box<dyn Connection>> {
        Ok(Box::new(over(self)))
    }
}

impl<'c> IntoConnection<'c> for &'c mut Rusqlite {
    fn into_connection(self) -> Result<Box<dyn Connection + 'c>> {
        Ok(Box::new(over(self)))
    }
}

impl<'c> IntoConnection<'c> for &'c Rusqlite {
    fn into_connection(self) -> Result<Box<dyn Connection + 'c>> {
        Ok(Box::new(over(self)))
    }
}

/// A database in memory, or a temporary one, has no path.
fn over<C: Borrow<Rusqlite>>(connection: C) -> Sqlite<C> {
    let path = connection.borrow().path().unwrap_or_default().to_owned();
    Sqlite { connection, server: describe(path), limit: Limit::none() }
}
