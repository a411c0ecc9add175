//! `MySQL` and `MariaDB`, by the crate mysql, in text.

use mysql::prelude::Queryable;
use mysql::{Conn, OptsBuilder, Value};

use super::Row;
use crate::support::servers::Server;

pub(super) struct Client(Conn);

impl Client {
    pub(super) fn connect(server: &Server, database: Option<&str>) -> Self {
        let options = OptsBuilder::new()
            .socket(Some(server.socket()))
            .user(Some(server.user()))
            .pass(Some(server.password()))
            .db_name(database);
        Self(Conn::new(options).unwrap_or_else(|error| panic!("{server:?}: {error}")))
    }

    fn rows(&mut self, sql: &str) -> mysql::Result<Vec<Row>> {
        let mut last = Vec::new();
        let mut result = self.0.query_iter(sql)?;
        while let Some(set) = result.iter() {
            last.clear();
            for row in set {
                last.push(row?.unwrap().into_iter().map(text).collect());
            }
        }
        Ok(last)
    }
}

impl super::Client for Client {
    fn query(&mut self, sql: &str) -> Result<Vec<Row>, String> {
        self.rows(sql).map_err(|error| error.to_string())
    }
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::NULL => None,
        Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        other => Some(other.as_sql(true)),
    }
}
