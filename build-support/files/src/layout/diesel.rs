//! diesel's layout: a folder for each migration, with `up.sql` and perhaps `down.sql` and `metadata.toml`.
//!
//! The rules are those of `diesel_migrations/migrations_internals/src/lib.rs` and `file_based_migrations.rs`.

use super::draft::Draft;
use super::{Listing, Migration, Problem, Script, Version, metadata};

pub(super) fn parse(listing: &Listing) -> Draft {
    let mut draft = Draft::default();
    for file in &listing.files {
        if file.looks_like_sql() {
            let warning = Problem::new(listing.path_of(file), "the file is passed over: it is in no folder of its own");
            draft.warnings.push(warning.help("diesel reads `VERSION_NAME/up.sql` and `down.sql` only"));
        }
    }
    for folder in &listing.folders {
        let hidden = folder.path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if hidden {
            continue;
        }
        if folder.files.is_empty() && folder.folders.is_empty() {
            // The released 2.x refuse an empty folder, later ones pass it over.
            let warning = Problem::new(&folder.path, "the folder is passed over: it is empty");
            draft.warnings.push(warning.help("delete it, or put an `up.sql` into it"));
            continue;
        }
        let migration = migration(folder, &mut draft.warnings);
        draft.migrations.extend(migration.map_err(|problem| draft.errors.push(problem)).ok());
    }
    draft
}

/// Whether a folder shows this layout.
pub(super) fn is_migration(folder: &Listing) -> bool {
    let hidden = folder.name().is_some_and(|name| name.starts_with('.'));
    !hidden && folder.files.iter().any(|file| matches!(&*file.name, "up.sql" | "down.sql"))
}

fn migration(folder: &Listing, warnings: &mut Vec<Problem>) -> Result<Migration, Problem> {
    let Some(name) = folder.name() else {
        return Err(Problem::new(&folder.path, "the name of the folder is not UTF-8").help("rename the folder"));
    };
    let Some(up) = folder.file("up.sql") else {
        return Err(Problem::new(&folder.path, "the folder has no `up.sql`")
            .help("each folder beside diesel's migrations must be one; names that begin with `.` are passed over"));
    };
    let run = folder.text(up)?;
    if run.is_empty() {
        // `run_sql_from_file` has an error of its own for it, even where the database would not mind.
        return Err(Problem::new(folder.path_of(up), "the file is empty, which diesel refuses to run")
            .help("a comment is enough where nothing is to be done"));
    }
    let transaction = transaction(folder)?;
    let rollback = match folder.file("down.sql") {
        None => None,
        Some(down) => Some((folder.path_of(down), folder.text(down)?)),
    };
    let rollback = rollback.and_then(|(path, text)| {
        if text.is_empty() {
            let warning = Problem::new(&path, "the file is empty: diesel refuses to revert the migration");
            warnings.push(warning.help("a comment is enough where nothing is to be undone"));
        }
        (!text.is_empty()).then(|| Script::whole(path, &text, transaction))
    });
    // `version_from_string`: all before the first `_`, or all of it, without any `-`.
    let (version, title) = name.split_once('_').unwrap_or((name, ""));
    Ok(Migration {
        name: name.to_owned(),
        version: Version::Text(version.replace('-', "")),
        title: title.replace('_', " "),
        after: Vec::new(),
        run: Script::whole(folder.path_of(up), &run, transaction),
        rollback,
    })
}

fn transaction(folder: &Listing) -> Result<bool, Problem> {
    let Some(file) = folder.file("metadata.toml") else { return Ok(true) };
    let text = folder.text(file)?;
    match metadata::run_in_transaction(&text) {
        // `TomlMetadata` has `#[serde(default)]` on the key: a file without it means false, no file means true.
        Ok(value) => Ok(value.unwrap_or(false)),
        // diesel takes a file that it cannot read for none, which is not what was meant.
        Err(line) => Err(Problem::new(folder.path_of(file), "this is not understood")
            .line(line)
            .help("write `run_in_transaction = true` or `run_in_transaction = false` on the first line")),
    }
}
