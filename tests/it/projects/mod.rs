//! The projects that several scenarios share. Their sources, beside this file, are not part of this binary.

use crate::support::{Project, repository};

/// Two models, three migrations of which each needs the one before it.
pub(crate) fn shop() -> Project {
    Project::shared("shop", &[("src/lib.rs", include_str!("shop.rs"))])
}

/// Four migrations that do not need each other; the third cannot be undone.
pub(crate) fn stubborn() -> Project {
    Project::shared("stubborn", &[("src/lib.rs", include_str!("stubborn.rs"))])
}

/// A migration that does what the variable MISBEHAVIOUR says.
pub(crate) fn misbehave() -> Project {
    Project::shared("misbehave", &[("src/lib.rs", include_str!("misbehave.rs"))])
}

/// A migration that goes on when a file is there, between two others.
pub(crate) fn gated() -> Project {
    Project::shared("gated", &[("src/lib.rs", include_str!("gated.rs")), ("glim.toml", &timed())])
}

/// A configuration whose alias `timed` has limits.
fn timed() -> String {
    let alias = |name: &str, more: &str| format!("[db.{name}]\nurl = \"${{TEST_DATABASE_URL}}\"\n{more}\n");
    alias("default", "") + &alias("timed", "statement_timeout = \"2s\"\nlock_timeout = \"1s\"")
}

/// A table of seven rows that is filled two rows at a time, with a pause that the variable PAUSE says.
pub(crate) fn filling() -> Project {
    Project::shared("filling", &[("src/lib.rs", include_str!("filling.rs")), ("glim.toml", &timed())])
}

/// Fifty migrations, each of which makes a table and counts itself in another.
pub(crate) fn fifty() -> Project {
    let mut source = include_str!("fifty.rs").to_owned();
    for number in 1..=50 {
        source += &include_str!("fifty_step.rs").replace("NN", &number.to_string());
    }
    Project::shared("fifty", &[("src/lib.rs", &source)])
}

/// Migrations of every kind, out of `fixtures/crash`.
pub(crate) fn crash() -> Project {
    let folder = repository().join("fixtures/crash");
    let mut files = Vec::new();
    for part in ["", "src", "migrations"] {
        let entries = std::fs::read_dir(folder.join(part)).expect("the fixture is there");
        for path in entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_file()) {
            let name = path.strip_prefix(&folder).expect("it is in the folder").display().to_string();
            files.push((name, std::fs::read_to_string(&path).expect("a text")));
        }
    }
    let files: Vec<_> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Project::shared("crash", &files)
}

/// A migration whose second attempt does something else than the first: it keeps a file beside its database.
pub(crate) fn careless() -> Project {
    Project::shared("careless", &[("src/lib.rs", include_str!("careless.rs"))])
}

/// Migrations that take tables and columns away.
pub(crate) fn losing() -> Project {
    Project::shared("losing", &[("src/lib.rs", include_str!("losing.rs"))])
}

/// Models and a migration with names that need quoting.
pub(crate) fn names() -> Project {
    Project::shared("names", &[("src/lib.rs", include_str!("names.rs"))])
}
