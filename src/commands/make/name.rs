//! What a migration is called, and its place in the order.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use glim::{Date, Time, Timestamp};
use glim_engine::catalog::Version;
use glim_files::layout;
use glim_parse::scan::FoundRegistration;
use glim_schema::diff::Difference;

use super::code::camel;
use super::intent::Intent;
use super::{describe, place};
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::settings::Outline;
use crate::workspace::Workspace;

/// The name of a migration in all its forms.
pub(super) struct Name {
    /// `add_email`.
    pub(super) stem: String,
    /// `AddEmail`.
    pub(super) type_name: String,
    /// `add email`.
    pub(super) description: String,
    /// The time in its version; `None` among migrations without versions.
    pub(super) time: Option<Timestamp>,
    /// The migration that it follows, among such without versions.
    after: Option<String>,
    /// Whether the others say their versions in their registrations.
    says_version: bool,
}

/// Names of types that the source uses, or that would hide the language's own.
const TAKEN: [&str; 34] = [
    "Action",
    "AlterEnum",
    "AlterTable",
    "Box",
    "Check",
    "Column",
    "ColumnType",
    "Db",
    "Deferral",
    "EnumType",
    "Err",
    "ForeignKey",
    "Index",
    "IndexPart",
    "Migration",
    "Model",
    "None",
    "Ok",
    "Option",
    "Result",
    "Some",
    "String",
    "Table",
    "ToString",
    "Unique",
    "Vec",
    "Self",
    "Default",
    "Clone",
    "Copy",
    "Send",
    "Sync",
    "Drop",
    "Fn",
];

impl Name {
    /// Checks a name, and finds the place in the order: after all that is there.
    pub(super) fn new(
        given: Option<&str>,
        intent: &Intent,
        outline: &Outline,
        workspace: &Workspace,
        difference: &Difference,
    ) -> Result<Self> {
        let proposed = || propose(difference);
        let given = match given {
            Some(given) => given.to_owned(),
            None => return Err(unnamed(&proposed())),
        };
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ');
        if !given.starts_with(|first: char| first.is_ascii_alphabetic()) || !given.chars().all(is_plain) {
            let error = Diagnostic::error(format!("`{given}` is no name for a migration"));
            return Err(Failure::usage(
                error.help("a name begins with a letter, and has letters of ASCII, digits and `_`: `add_email`"),
            ));
        }
        let stem = snake(&given);
        let mut type_name = camel(&stem);
        if TAKEN.contains(&type_name.as_str()) {
            type_name.push_str("Migration");
        }
        let registrations = &intent.scan.registrations;
        let others = Others::read(registrations, outline, workspace)?;
        if let Some(place) = others.place_of(&type_name, &stem) {
            let error = Diagnostic::error(format!("there is a migration `{type_name}` already"));
            return Err(Failure::usage(error.note(format!("it is at {place}")).help("choose another name")));
        }
        let is_unversioned = !others.registered.is_empty() && others.versions.is_empty();
        let after = registrations.last().filter(|_| is_unversioned);
        let after = after.map(|last| last.name.clone().unwrap_or_else(|| last.type_name.clone()));
        Ok(Self {
            description: stem.replace('_', " "),
            time: (!is_unversioned).then(|| others.next_time()).transpose()?,
            after,
            says_version: registrations.iter().any(|registration| registration.version.is_some()),
            type_name,
            stem,
        })
    }

    /// `20261122_150203`.
    pub(super) fn version(&self) -> Option<String> {
        self.time.map(|time| digits(time, "_"))
    }

    /// The options of the registration, each with a comma before it.
    pub(super) fn options(&self, intent: &Intent) -> String {
        let mut options = String::new();
        if let Some(version) = self.version().filter(|_| self.says_version) {
            let _ = write!(options, ", version = \"{version}\"");
        }
        if let Some(after) = &self.after {
            let _ = write!(options, ", after = [\"{after}\"]");
        }
        if let Some(alias) = &intent.alias {
            let _ = write!(options, ", db = \"{alias}\"");
        }
        options
    }
}

/// The time in digits: the day, the gap, the hour.
pub(super) fn digits(time: Timestamp, gap: &str) -> String {
    let Timestamp { date: Date { year, month, day }, time: Time { hour, minute, second, .. } } = time;
    format!("{year:04}{month:02}{day:02}{gap}{hour:02}{minute:02}{second:02}")
}

/// What is there already.
struct Others<'o> {
    registered: &'o [FoundRegistration],
    /// Names of SQL migrations, and their files.
    files: Vec<(String, String)>,
    versions: Vec<Version>,
}

impl<'o> Others<'o> {
    fn read(registered: &'o [FoundRegistration], outline: &Outline, workspace: &Workspace) -> Result<Self> {
        let of = |each: &FoundRegistration| match &each.version {
            Some(version) => Version::parse(version),
            None => Version::of_file(&each.place.file.display().to_string()),
        };
        let mut versions: Vec<Version> = registered.iter().filter_map(of).collect();
        let mut files = Vec::new();
        for folder in place::sql_folders(outline, workspace) {
            let Ok(found) = layout::read(&folder, outline.folders.layout) else {
                // What is wrong there, the commands that run them say; a place after all that is there cannot be found.
                let error = Diagnostic::error(format!("cannot read the folder {}", folder.display()));
                return Err(Failure::usage(error.help("`cargo glim status` says what is wrong with it")));
            };
            for migration in found.migrations {
                versions.extend(Version::parse(&migration.version.to_string()));
                files.push((migration.name, migration.run.path.display().to_string()));
            }
        }
        Ok(Self { registered, files, versions })
    }

    fn place_of(&self, type_name: &str, stem: &str) -> Option<String> {
        let is_it = |each: &&FoundRegistration| each.name.as_deref().unwrap_or(&each.type_name) == type_name;
        let rust = self.registered.iter().find(is_it);
        let rust = rust.map(|each| format!("{}:{}", each.place.file.display(), each.place.line));
        let sql = || self.files.iter().find(|(name, _)| name == stem).map(|(_, file)| file.clone());
        rust.or_else(sql)
    }

    /// Now, or the first second after all that is there.
    fn next_time(&self) -> Result<Timestamp> {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let mut seconds = i64::try_from(since).unwrap_or(0);
        let newest = self.versions.iter().max();
        loop {
            let time = seconds.checked_mul(1_000_000).and_then(Timestamp::from_microseconds_since_epoch);
            let (Some(time), Some(version)) = (time, time.and_then(|time| Version::parse(&digits(time, "")))) else {
                return Err(too_late(newest));
            };
            match newest {
                Some(newest) if *newest >= version => {
                    // Clocks differ, and two can be made in one second; a number beyond all times is not met by waiting.
                    if seconds > i64::try_from(since).unwrap_or(0) + 366 * 24 * 3600 {
                        return Err(too_late(Some(newest)));
                    }
                    seconds += 1;
                }
                _ => return Ok(time),
            }
        }
    }
}

fn too_late(newest: Option<&Version>) -> Failure {
    let newest = newest.map(ToString::to_string).unwrap_or_default();
    let error = Diagnostic::error(format!("no time comes after the version {newest} of a migration that is there"));
    Failure::usage(error.help("versions are times, such as 20261122_150203: give that migration another one"))
}

fn unnamed(proposed: &str) -> Failure {
    let error = Diagnostic::error("the migration needs a name");
    Failure::usage(error.help(format!("such as `cargo glim make {proposed}`")))
}

/// A name for what changes.
fn propose(difference: &Difference) -> String {
    let first = difference.run.first().and_then(|step| describe::change(&step.change).into_iter().next());
    snake(&first.unwrap_or_else(|| "my migration".to_owned()).replace(['`', '.'], " "))
}

/// `AddEmail`, `add-email` and `add email` as `add_email`.
fn snake(name: &str) -> String {
    let mut text = String::new();
    let mut before = None;
    for character in name.chars() {
        if character.is_ascii_uppercase() && before.is_some_and(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
        {
            text.push('_');
        }
        if character.is_ascii_alphanumeric() {
            text.push(character.to_ascii_lowercase());
        } else if !text.is_empty() && !text.ends_with('_') {
            text.push('_');
        }
        before = Some(character);
    }
    text.trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{camel, snake};

    #[test]
    fn a_name_has_one_form_in_files_and_one_in_types() {
        for (given, stem, type_name) in [
            ("add_email", "add_email", "AddEmail"),
            ("AddEmail", "add_email", "AddEmail"),
            ("add-email to users", "add_email_to_users", "AddEmailToUsers"),
            ("add__2nd_key_", "add_2nd_key", "Add2ndKey"),
        ] {
            assert_eq!((snake(given).as_str(), camel(&snake(given)).as_str()), (stem, type_name), "{given}");
        }
    }
}
