//! `PostgreSQL`, by the crate postgres, in text.

use postgres::{Config, NoTls, SimpleQueryMessage};

use super::Row;
use crate::support::servers::Server;

pub(super) struct Client(postgres::Client);

impl Client {
    pub(super) fn connect(server: &Server, database: &str) -> Self {
        let client = Config::new()
            .host(server.socket())
            .port(server.port())
            .user(server.user())
            .password(server.password())
            .dbname(database)
            .options("-c client_min_messages=warning")
            .connect(NoTls);
        Self(client.unwrap_or_else(|error| panic!("{server:?}: {}", message(&error))))
    }
}

impl super::Client for Client {
    fn query(&mut self, sql: &str) -> Result<Vec<Row>, String> {
        let mut last = Vec::new();
        for message in self.0.simple_query(sql).map_err(|error| message(&error))? {
            match message {
                SimpleQueryMessage::RowDescription(_) => last.clear(),
                SimpleQueryMessage::Row(row) => {
                    last.push((0..row.len()).map(|column| row.get(column).map(str::to_owned)).collect());
                }
                _ => {}
            }
        }
        Ok(last)
    }
}

fn message(error: &postgres::Error) -> String {
    error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string)
}
