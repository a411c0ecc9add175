//! SQL migrations in the layout of their folder.

use std::fmt::Write as _;
use std::path::PathBuf;

use glim_files::layout::{self, Layout};
use glim_schema::diff::{Difference, Step};
use glim_schema::{Change, Dialect, sql};

use super::name::{Name, digits};
use super::place::Written;
use super::written::Edits;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::settings::{Folders, Settings};
use crate::workspace::Workspace;

/// Adds the files of the migration.
pub(super) fn place(
    name: &Name,
    difference: &Difference,
    settings: &Settings,
    workspace: &Workspace,
    edits: &mut Edits,
) -> Result<Written> {
    let folder = settings.folders.paths.first().cloned().unwrap_or_else(|| PathBuf::from(Folders::DEFAULT));
    let folder = workspace.root.join(folder);
    let layout = layout_of(&folder, settings.folders.layout)?;
    let dialect = settings.alias.target.dialect();
    let run = script(&difference.run, dialect)?;
    let rollback = script(&difference.rollback, dialect)?;
    let Some(time) = name.time else {
        let error = Diagnostic::error("an SQL migration has a version, and those that are there have none");
        return Err(Failure::usage(
            error
                .help("give each of them one, such as `version = \"1\"`, or leave out `--sql` for a migration in Rust"),
        ));
    };
    let (stem, short) = (&name.stem, digits(time, ""));
    let (migration, files) = match layout {
        Layout::Glim => {
            let migration = format!("{}_{stem}", digits(time, "_"));
            let text = format!("-- {}\n-- glim:run\n{run}-- glim:rollback\n{rollback}", name.description);
            (migration.clone(), vec![(format!("{migration}.sql"), text)])
        }
        Layout::Dbmate => {
            let migration = format!("{short}_{stem}");
            let text = format!("-- migrate:up\n{run}\n-- migrate:down\n{rollback}");
            (migration.clone(), vec![(format!("{migration}.sql"), text)])
        }
        Layout::Sqlx => {
            let migration = format!("{short}_{stem}");
            let files = [("up", run), ("down", rollback)].map(|(way, text)| (format!("{migration}.{way}.sql"), text));
            (migration, files.into())
        }
        Layout::Diesel => {
            let day = digits(time, "-");
            let migration = format!("{}-{}-{}_{stem}", &day[..4], &day[4..6], &day[6..]);
            let files = [("up", run), ("down", rollback)].map(|(way, text)| (format!("{migration}/{way}.sql"), text));
            (migration, files.into())
        }
        Layout::Refinery => {
            let files = [("V", run), ("U", rollback)].map(|(way, text)| (format!("{way}{short}__{stem}.sql"), text));
            (format!("V{short}__{stem}"), files.into())
        }
    };
    let files: Vec<(PathBuf, String)> = files.into_iter().map(|(file, text)| (folder.join(file), text)).collect();
    let paths = files.iter().map(|(path, _)| path.clone()).collect();
    for (path, text) in files {
        edits.write(path, text);
    }
    Ok(Written { migration, files: paths })
}

/// The configured layout, or that of the files that are there, or our own.
fn layout_of(folder: &std::path::Path, configured: Option<Layout>) -> Result<Layout> {
    if let Some(layout) = configured {
        return Ok(layout);
    }
    if !folder.is_dir() {
        return Ok(Layout::Glim);
    }
    match layout::read(folder, None) {
        Ok(found) if found.migrations.is_empty() => Ok(Layout::Glim),
        Ok(found) => Ok(found.layout),
        Err(_) => {
            let error = Diagnostic::error(format!("cannot read the folder {}", folder.display()));
            Err(Failure::usage(error.help("`cargo glim status` says what is wrong with it")))
        }
    }
}

/// The changes in SQL, with what each may cost before it.
fn script(steps: &[Step], dialect: Dialect) -> Result<String> {
    let mut text = String::new();
    for step in steps {
        let statements = sql::script([&step.change], dialect).map_err(|problem| {
            let error = Diagnostic::error("the change has no SQL on this database").caused_by(&problem);
            // What SQLite cannot alter in place is done by an operation that makes the table anew.
            let is_rebuilt = dialect == Dialect::Sqlite && matches!(step.change, Change::AlterTable(_));
            let help = "leave out `--sql`: a migration in Rust can do it";
            Failure::no(if is_rebuilt { error.help(help) } else { error }.note("nothing was written"))
        })?;
        for loss in &step.losses {
            let loss = loss.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(text, "-- {loss}");
        }
        text.push_str(&statements);
    }
    Ok(text)
}
