//! The three databases, as thin as can be.

use mysql::prelude::Queryable as _;

use crate::Result;

/// What a migration tool asks of a connection.
pub(crate) trait Database {
    /// Runs any number of statements.
    fn batch(&mut self, sql: &str) -> Result<()>;

    /// Runs one statement without parameters.
    fn execute(&mut self, sql: &str) -> Result<()>;

    /// Inserts a history row, with a statement prepared once.
    fn record(&mut self, name: &str) -> Result<()>;

    /// The names in the history.
    fn recorded(&mut self) -> Result<Vec<String>>;

    /// The one number that a query gives.
    fn number(&mut self, select: &str) -> Result<i64>;
}

const RECORDED: &str = "SELECT name FROM history ORDER BY name";

/// Connects.
pub(crate) fn open(driver: &str, url: &str) -> Result<Box<dyn Database>> {
    Ok(match driver {
        "sqlite" => Box::new(Sqlite(rusqlite::Connection::open(url)?)),
        "postgres" => Box::new(Postgres { client: postgres::Client::connect(url, postgres::NoTls)?, record: None }),
        "mysql" => Box::new(Mysql { connection: mysql::Conn::new(mysql::Opts::from_url(url)?)?, record: None }),
        other => return Err(format!("no such driver: {other}").into()),
    })
}

struct Sqlite(rusqlite::Connection);

impl Database for Sqlite {
    fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.0.execute_batch(sql)?)
    }

    fn execute(&mut self, sql: &str) -> Result<()> {
        self.0.execute(sql, [])?;
        Ok(())
    }

    fn record(&mut self, name: &str) -> Result<()> {
        self.0.prepare_cached("INSERT INTO history (name) VALUES (?1)")?.execute([name])?;
        Ok(())
    }

    fn recorded(&mut self) -> Result<Vec<String>> {
        let mut statement = self.0.prepare(RECORDED)?;
        let names = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        Ok(names)
    }

    fn number(&mut self, select: &str) -> Result<i64> {
        Ok(self.0.query_row(select, [], |row| row.get(0))?)
    }
}

struct Postgres {
    client: postgres::Client,
    record: Option<postgres::Statement>,
}

impl Database for Postgres {
    fn batch(&mut self, sql: &str) -> Result<()> {
        Ok(self.client.batch_execute(sql)?)
    }

    fn execute(&mut self, sql: &str) -> Result<()> {
        Ok(self.client.batch_execute(sql)?)
    }

    fn record(&mut self, name: &str) -> Result<()> {
        let statement = match &self.record {
            Some(statement) => statement.clone(),
            None => self.client.prepare("INSERT INTO history (name) VALUES ($1)")?,
        };
        self.client.execute(&statement, &[&name])?;
        self.record = Some(statement);
        Ok(())
    }

    fn recorded(&mut self) -> Result<Vec<String>> {
        Ok(self.client.query(RECORDED, &[])?.iter().map(|row| row.get(0)).collect())
    }

    fn number(&mut self, select: &str) -> Result<i64> {
        Ok(self.client.query_one(select, &[])?.get(0))
    }
}

struct Mysql {
    connection: mysql::Conn,
    record: Option<mysql::Statement>,
}

impl Database for Mysql {
    fn batch(&mut self, sql: &str) -> Result<()> {
        let mut results = self.connection.query_iter(sql)?;
        while let Some(rows) = results.iter() {
            for row in rows {
                row?;
            }
        }
        Ok(())
    }

    fn execute(&mut self, sql: &str) -> Result<()> {
        Ok(self.connection.query_drop(sql)?)
    }

    fn record(&mut self, name: &str) -> Result<()> {
        let statement = match &self.record {
            Some(statement) => statement.clone(),
            None => self.connection.prep("INSERT INTO history (name) VALUES (?)")?,
        };
        self.connection.exec_drop(&statement, (name,))?;
        self.record = Some(statement);
        Ok(())
    }

    fn recorded(&mut self) -> Result<Vec<String>> {
        Ok(self.connection.query(RECORDED)?)
    }

    fn number(&mut self, select: &str) -> Result<i64> {
        Ok(self.connection.query_first(select)?.ok_or("the query gives no row")?)
    }
}
