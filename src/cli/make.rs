//! `make`: what a new migration is called, and what it is about.

use clap::Args;
use clap::builder::NonEmptyStringValueParser;

use super::values::FormatArg;
use crate::commands::options::{self, Command, Making};
use crate::report::Format;

/// Write a migration from what has changed in the models
///
/// Compares the models with the recorded schema, `schema.lock` in the folder of migrations, and writes what makes the one
/// of the other, in both directions. Needs neither a database nor a compiler.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(super) struct Make {
    /// What it is called, such as `add_email`
    #[arg(value_name = "NAME", required_unless_present = "check", value_parser = NonEmptyStringValueParser::new())]
    name: Option<String>,

    /// Write a migration with nothing in it yet
    #[arg(long, conflicts_with = "data")]
    empty: bool,

    /// Write a migration of rows, with a struct for them that stays as the table is now
    #[arg(long)]
    data: bool,

    /// The table whose rows it is about
    #[arg(long, value_name = "TABLE", requires = "data", value_parser = NonEmptyStringValueParser::new())]
    table: Vec<String>,

    /// Write SQL for the database in use, in the layout of the folder
    #[arg(long, conflicts_with = "data")]
    sql: bool,

    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,

    /// Say whether something would be written, by the exit code 1, and write nothing
    #[arg(long, conflicts_with_all = ["empty", "data", "sql", "dry_run"])]
    check: bool,

    /// Write it even if data is lost when it runs
    #[arg(long)]
    allow_loss: bool,

    /// This table or column goes with what it holds, and was not renamed
    #[arg(long, value_name = "TABLE[.COLUMN]", value_parser = NonEmptyStringValueParser::new())]
    drop: Vec<String>,

    /// What rows that are there get for a new column, as SQL writes it
    #[arg(long, value_name = "TABLE.COLUMN=VALUE", value_parser = value)]
    default: Vec<(String, String)>,

    #[command(flatten)]
    format: FormatArg,
}

fn value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((column, value)) if column.contains('.') && !value.trim().is_empty() => {
            Ok((column.trim().to_owned(), value.trim().to_owned()))
        }
        _ => Err("write the column and a value: `users.age=0`, `\"users.name='unknown'\"`".to_owned()),
    }
}

impl Make {
    pub(super) fn into_plain(self) -> (Command, Format) {
        let Self { name, empty, data, table, sql, dry_run, check, allow_loss, drop, default, format } = self;
        let making = match (empty, data) {
            (true, _) => Making::Empty,
            (false, true) => Making::Data(table),
            (false, false) => Making::Schema,
        };
        let make = options::Make { name, making, sql, dry_run, check, allow_loss, drop, defaults: default };
        (Command::Make(make), format.into_plain())
    }
}
