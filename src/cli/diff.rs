//! `diff`: which two schemas, and how to show what differs.

use clap::{Args, ValueEnum};

use crate::commands::options::{self, Command, Side};
use crate::report;

/// Show what differs between two schemas
///
/// Each is one of `models`, `lock` (the recorded schema), `db` (the database in use), `db:ALIAS`, and `git:REV` (the models
/// at that revision). A database is compared with what its own kind makes of the other schema, in a scratch database.
/// Exits with 0 if both are the same and with 1 if not.
#[derive(Args)]
pub(super) struct Diff {
    /// The schema to come from
    #[arg(long, value_name = "SCHEMA", default_value = "db", value_parser = side)]
    from: Side,

    /// The schema to come to
    #[arg(long, value_name = "SCHEMA", default_value = "models", value_parser = side)]
    to: Side,

    /// What stdout carries
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, help_heading = super::shared::OUTPUT)]
    format: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// Lines for people
    #[default]
    Human,
    /// Statements for the database
    Sql,
    /// JSON for programs
    Json,
}

fn side(text: &str) -> Result<Side, String> {
    let named = |name: &str| if name.is_empty() { Err("a name has to follow the colon") } else { Ok(name.to_owned()) };
    Ok(match text.split_once(':') {
        None if text == "models" => Side::Models,
        None if text == "lock" => Side::Lock,
        None if text == "db" => Side::Database(None),
        Some(("db", alias)) => Side::Database(Some(named(alias)?)),
        Some(("git", revision)) => Side::Revision(named(revision)?),
        _ => return Err("known are models, lock, db, db:ALIAS and git:REV".to_owned()),
    })
}

impl Diff {
    pub(super) fn into_plain(self) -> (Command, report::Format) {
        let Self { from, to, format } = self;
        let (sql, format) = match format {
            Format::Human => (false, report::Format::Human),
            Format::Sql => (true, report::Format::Human),
            Format::Json => (false, report::Format::Json),
        };
        (Command::Diff(options::Diff { from, to, sql }), format)
    }
}

#[cfg(test)]
mod tests {
    use super::side;

    #[test]
    fn a_schema_is_named_as_it_is_shown() {
        for text in ["models", "lock", "db", "db:main", "git:v1.0"] {
            assert_eq!(side(text).map(|side| side.to_string()), Ok(text.to_owned()));
        }
        for text in ["", "Models", "db:", "git:", "file:x"] {
            assert!(side(text).is_err(), "{text}");
        }
    }
}
