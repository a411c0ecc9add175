//! The least that any migration tool must do, written against the bare driver: what a measurement is compared with.
//!
//! `floor DRIVER WORK ..`, where DRIVER is `sqlite`, `postgres` or `mysql`, and `FLOOR_URL` in the environment says
//! where the database is (a path for SQLite). WORK is one of
//!
//! - `migrate COUNT message|statements tables|rows`: so many migrations that make a table and an index each (or insert
//!   a row each), in one transaction and with one history row each, sent as one message or statement by statement;
//! - `status COUNT`: reads the history and looks for so many migrations in it;
//! - `files FOLDER message|statements`: the same from the SQL files of a folder, in the order of their names, as one
//!   message each or statement by statement; those in the history are left out, so that this is also what there is to do
//!   when all were applied;
//! - `nothing`, `statements COUNT`, `rows COUNT`, `query COUNT`: single inserts, one prepared insert run for many rows,
//!   one query of so many rows (SQLite only);
//! - `sql TEXT`: runs statements; `number SELECT`: prints a query's one number.

mod database;
mod files;
mod migrate;
mod statements;

use std::env;
use std::error::Error;

use crate::database::Database;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let url = env::var("FLOOR_URL").map_err(|_| "FLOOR_URL is not set")?;
    let [driver, work @ ..] = words.as_slice() else { return Err("no driver is named".into()) };
    match (*driver, work) {
        ("sqlite", ["nothing"]) => statements::nothing(&url),
        ("sqlite", ["statements", count]) => statements::statements(&url, count.parse()?),
        ("sqlite", ["rows", count]) => statements::rows(&url, count.parse()?),
        ("sqlite", ["query", count]) => statements::query(&url, count.parse()?),
        (driver, work) => on_any(&mut *database::open(driver, &url)?, work),
    }
}

fn on_any(database: &mut dyn Database, work: &[&str]) -> Result<()> {
    match work {
        ["migrate", count, shape @ ("message" | "statements"), step @ ("tables" | "rows")] => {
            migrate::migrate(database, count.parse()?, *shape == "message", *step == "rows")
        }
        ["files", folder, shape @ ("message" | "statements")] => {
            files::migrate(database, folder.as_ref(), *shape == "message")
        }
        ["status", count] => migrate::status(database, count.parse()?),
        ["sql", text] => database.batch(text),
        ["number", select] => {
            println!("{}", database.number(select)?);
            Ok(())
        }
        _ => Err(format!("no such work: {}", work.join(" ")).into()),
    }
}
