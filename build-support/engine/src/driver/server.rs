//! What a connection is connected to.

use std::ops::ControlFlow;

use glim::value::{FromValue as _, Value};
use glim_schema::Dialect;

use super::{Connection, Result};

/// What is connected to, for messages and decisions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// SQLite, PostgreSQL, MySQL or MariaDB.
    pub product: &'static str,
    /// Its version as the server gives it, such as `15.18`.
    pub version: String,
    /// Where it is, such as `db.internal:5432/app` or a file's path; never with a password.
    pub address: String,
    /// The database (a file's path for SQLite), as resolved by the server. It is empty for a database in memory.
    pub database: String,
    /// The schema that unqualified names of new tables go to; `None` where the database has no schemas.
    pub schema: Option<String>,
}

impl Server {
    /// Asks the database itself, over its connection.
    ///
    /// # Errors
    /// What the database said.
    pub fn ask<C: Connection + ?Sized>(connection: &mut C) -> Result<Self> {
        let dialect = connection.dialect();
        let mut answer = Vec::new();
        connection.query(question(dialect), &[], &mut |_, row| {
            answer = row;
            ControlFlow::Break(())
        })?;
        Ok(Self::read(dialect, &answer))
    }

    fn read(dialect: Dialect, answer: &[Value]) -> Self {
        let field = |at: usize| answer.get(at).and_then(|value| Option::<String>::from_value(value).ok()).flatten();
        let version = field(0).unwrap_or_default();
        let database = field(1).unwrap_or_default();
        let product = match dialect {
            Dialect::Sqlite => "SQLite",
            Dialect::Postgres => "PostgreSQL",
            Dialect::Mysql if version.contains("MariaDB") => "MariaDB",
            Dialect::Mysql => "MySQL",
        };
        let address = match (dialect, field(2)) {
            (Dialect::Sqlite, _) => database.clone(),
            (_, Some(host)) => format!("{host}/{database}"),
            (_, None) => format!("a local socket, database {database}"),
        };
        // Builds add words of their own: `15.18 (Debian 15.18-1)`, `10.11.6-MariaDB-1`.
        let version = version.split([' ', '-']).next().unwrap_or_default().to_owned();
        Self { product, version, address, database, schema: field(3) }
    }
}

/// The version, the database, the host and the schema.
fn question(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "SELECT sqlite_version(), (SELECT file FROM pragma_database_list WHERE name = 'main'), NULL, NULL"
        }
        Dialect::Postgres => {
            "SELECT current_setting('server_version'), current_database()::text, \
             host(inet_server_addr()) || ':' || inet_server_port()::text, current_schema()::text"
        }
        Dialect::Mysql => "SELECT version(), database(), concat(@@hostname, ':', @@port), NULL",
    }
}

#[cfg(test)]
mod tests {
    use glim::value::Value;
    use glim_schema::Dialect;

    use super::Server;

    #[test]
    fn an_answer_is_a_description() {
        let text = |text: &str| Value::Text(text.to_owned());
        let postgres = [text("15.18 (Debian 15.18-1)"), text("app"), Value::Null, text("public")];
        assert_eq!(
            Server::read(Dialect::Postgres, &postgres),
            Server {
                product: "PostgreSQL",
                version: "15.18".to_owned(),
                address: "a local socket, database app".to_owned(),
                database: "app".to_owned(),
                schema: Some("public".to_owned()),
            }
        );
        let mariadb = [text("10.11.6-MariaDB-1"), text("app"), text("db:3306"), Value::Null];
        let server = Server::read(Dialect::Mysql, &mariadb);
        assert_eq!(
            (server.product, server.version.as_str(), server.address.as_str()),
            ("MariaDB", "10.11.6", "db:3306/app")
        );
        assert_eq!(Server::read(Dialect::Mysql, &[text("8.4.0")]).product, "MySQL");
        assert_eq!(Server::read(Dialect::Sqlite, &[text("3.50.0"), text("")]).database, "");
    }
}
