//! The runner's main loop: connects to the command, says what is registered, and runs what it is told to.

use std::cell::RefCell;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::rc::Rc;
use std::thread;

use crate::attempt::{Notice, attempt};
use crate::channel::{ADDRESS_VARIABLE, Address, Channel, Line, TOKEN_VARIABLE, token_from_text};
use crate::db::{Db, Remote};
use crate::registry;
use crate::sql::{SqlMigration, SqlText};
use crate::wire::{Order, RegisteredMigration, RegisteredModel, RegisteredSql, RegisteredText, Registry};

/// Runs until the command closes the channel. The generated `main` does nothing else.
#[expect(clippy::print_stderr, reason = "there is no command to tell")]
pub fn main() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::from(2)
        }
    }
}

fn serve() -> Result<(), String> {
    let variable = |name: &str| {
        std::env::var(name).map_err(|_| {
            format!("this program is started by `cargo glim`, which sets {name}; it does nothing by itself")
        })
    };
    let address: Address = variable(ADDRESS_VARIABLE)?.parse()?;
    let token = token_from_text(&variable(TOKEN_VARIABLE)?).ok_or("the token is malformed")?;
    // Told apart by their order alone, which the command knows.
    let line = || Line::connect(&address, token).map_err(|error| unreachable(&address, &error));
    hold_on_to(line()?);
    let incoming = line()?;
    let mut channel = Channel::new(incoming, line()?);
    let registrations = registry::migrations();
    channel.send(&describe(&registrations)).map_err(|error| error.to_string())?;

    let channel = Rc::new(RefCell::new(channel));
    loop {
        let order = channel.borrow_mut().receive();
        let Order::Migrate { index, direction, dialect } = match order {
            Ok(order) => order,
            // The command has done what it wanted, or is gone: in both cases there is nothing left to do.
            Err(error) if matches!(error.kind(), io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
                return Ok(());
            }
            Err(error) => return Err(error.to_string()),
        };
        let registration =
            registrations.get(index as usize).ok_or("cargo glim asks for a migration that is not here")?;
        let mut db = Db::new(Box::new(Remote::new(Rc::clone(&channel), dialect)));
        // The command says what happened.
        let end = attempt(registration.migration, direction, &mut db, Notice::Backtrace);
        channel.borrow_mut().send(&end).map_err(|error| error.to_string())?;
    }
}

/// Ends this process when the command is gone, however it went: a migration that never asks it anything would not notice.
fn hold_on_to(lifeline: Line) {
    thread::spawn(move || {
        lifeline.ended();
        std::process::exit(1);
    });
}

fn unreachable(address: &Address, error: &io::Error) -> String {
    format!("cannot connect to cargo glim at {address}: {error}")
}

/// What is registered, as it is reported.
pub fn describe(registrations: &[&registry::Registration]) -> Registry {
    let migrations = registrations.iter().map(|registration| RegisteredMigration {
        name: registration.identity().to_owned(),
        type_name: registration.type_name().to_owned(),
        // A description that panics must not take the list of all migrations with it.
        description: panic::catch_unwind(AssertUnwindSafe(|| registration.migration.description().to_owned()))
            .unwrap_or_default(),
        version: registration.version.map(str::to_owned),
        after: registration.after.iter().map(|&name| name.to_owned()).collect(),
        transaction: registration.transaction,
        db: registration.db.map(str::to_owned),
        irreversible: registration.irreversible,
        sql: registration.sql.map(texts),
        package: registration.origin.package.to_owned(),
        module: registration.origin.module.to_owned(),
        file: registration.origin.file.to_owned(),
        line: registration.origin.line,
    });
    let models = registry::models().into_iter().map(|model| RegisteredModel {
        name: model.name.to_owned(),
        table: (model.table)().name.clone(),
        db: model.db.map(str::to_owned),
        frozen: model.frozen,
        package: model.package.to_owned(),
        module: model.module.to_owned(),
        file: model.file.to_owned(),
        line: model.line,
    });
    Registry { migrations: migrations.collect(), models: models.collect() }
}

fn texts(sql: &SqlMigration) -> RegisteredSql {
    let text = |&SqlText { file, line, transaction, text }: &SqlText| RegisteredText {
        file: file.to_owned(),
        line,
        transaction,
        text: text.to_owned(),
    };
    RegisteredSql { layout: sql.layout.to_owned(), run: text(&sql.run), rollback: sql.rollback.as_ref().map(text) }
}
