//! Measurements: a migration is run on a scratch database, and what each of its statements does there is read from the
//! database itself.

mod connection;
mod foreign;
mod measured;
mod mysql;
mod postgres;
mod run;
mod sqlite;

pub use self::measured::{Lock, Measured, Mode, Online};
pub use self::run::{run, statements};
