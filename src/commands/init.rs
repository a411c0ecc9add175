//! `init`: everything that a project needs before its first migration. Repeating it changes nothing.

use std::path::{Path, PathBuf};
use std::process::Command;

use glim_engine::driver::Access;
use glim_engine::migrator::Locked;

use super::context::Context;
use super::options::Init;
use super::{database, progress};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;
use crate::settings::Settings;
use crate::workspace::{Package, TargetKind, Workspace};

/// The file of the connections.
const CONFIG: &str = "glim.toml";

const SQLITE_CONFIG: &str = r#"# The databases of this workspace. `cargo glim` uses the one named here unless `--db` names another.
[extensions.migration]
db = "default"

[db.default]
driver = "sqlite"
path = "dev.db"          # relative to this file

# [db.production]
# driver = "postgres"    # or mysql, mariadb
# host = "db.internal"
# schema = "app"         # the database's name
# user = "app"
# password = "${DB_PASSWORD}"
# sslmode = "verify-full"
# protected = true       # commands that destroy ask first
"#;

const URL_CONFIG: &str = r#"# The databases of this workspace. `cargo glim` uses the one named here unless `--db` names another.
[extensions.migration]
db = "default"

[db.default]
url = "${DATABASE_URL}"  # from the environment or .env
"#;

const MIGRATIONS: &str = r#"//! Migrations: what `cargo glim run` applies, in the order of this file.
//!
//! ```ignore
//! use glim::{Db, Migration, Result, inventory};
//!
//! pub struct AddUserMigration;
//!
//! impl Migration for AddUserMigration {
//!     fn run(&self, db: &mut Db) -> Result<()> {
//!         db.execute("INSERT INTO users (id, name) VALUES ($1, $2)", (5, "Aras"))?;
//!         Ok(())
//!     }
//!
//!     fn rollback(&self, db: &mut Db) -> Result<()> {
//!         db.execute("DELETE FROM users WHERE id = $1", (5,))?;
//!         Ok(())
//!     }
//! }
//!
//! inventory::submit! { glim::migration!(AddUserMigration) }
//! ```
"#;

pub(crate) fn run(options: &Init, context: &mut Context<'_>) -> Result<Exit> {
    let workspace = context.workspace()?;
    let package = the_package(&workspace, context)?;
    configure(&workspace, context)?;
    depend(package, context)?;
    let root = crate_root(package)?;
    write_module(package, &root, &workspace.root, context.shell)?;

    let settings = context.settings(&workspace)?;
    create_ledger(options, &settings, context)?;
    context.shell.result("Done.");
    Ok(Exit::Done)
}

/// The one package that gets the module of migrations.
fn the_package<'w>(workspace: &'w Workspace, context: &Context<'_>) -> Result<&'w Package> {
    let selected = workspace.select(context.cargo)?.packages;
    match selected.as_slice() {
        [one] => Ok(&workspace.packages[*one]),
        several => {
            let names: Vec<_> = several.iter().map(|&it| workspace.packages[it].name.as_str()).collect();
            let error = Diagnostic::error("which package shall have the migrations?")
                .note(format!("selected are {}", names.join(", ")))
                .help(format!("name one: `cargo glim init -p {}`", names.first().unwrap_or(&"PACKAGE")));
            Err(Failure::usage(error))
        }
    }
}

fn configure(workspace: &Workspace, context: &mut Context<'_>) -> Result<()> {
    let root = &workspace.root;
    let file = root.join(CONFIG);
    if file.exists() || !workspace.metadata.is_null() {
        context.shell.status("Found", "the configuration");
        return Ok(());
    }
    let has_url = std::env::var_os("DATABASE_URL").is_some_and(|value| !value.is_empty());
    let text = if has_url { URL_CONFIG } else { SQLITE_CONFIG };
    write(&file, text)?;
    context.shell.status("Created", CONFIG);
    if !has_url {
        ignore(root, "/dev.db", context.shell)?;
    }
    Ok(())
}

/// Keeps the development database out of version control, where there is any.
fn ignore(root: &Path, line: &str, shell: &mut Shell) -> Result<()> {
    let file = root.join(".gitignore");
    let is_versioned = root.ancestors().any(|folder| folder.join(".git").exists());
    let text = match fs_err::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && is_versioned => String::new(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("read", &error)),
    };
    if text.lines().any(|known| known.trim() == line || known.trim() == "*.db") {
        return Ok(());
    }
    let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    write(&file, &format!("{text}{gap}{line}*\n"))?;
    shell.status("Added", &format!("`{line}*` to .gitignore"));
    Ok(())
}

fn depend(package: &Package, context: &mut Context<'_>) -> Result<()> {
    if package.glim().next().is_some() {
        context.shell.status("Found", "the dependency glim-migrations");
        return Ok(());
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(&cargo);
    command.args(["add", crate::workspace::GLIM, "--manifest-path"]).arg(package.dir.join("Cargo.toml"));
    for (flag, is_set) in
        [("--offline", context.cargo.offline), ("--locked", context.cargo.locked), ("--frozen", context.cargo.frozen)]
    {
        if is_set {
            command.arg(flag);
        }
    }
    // Cargo says itself what it does, and why it does not.
    command.stdout(std::io::stderr());
    let status = command.status().map_err(|error| failed("run cargo", &error))?;
    if status.success() {
        context.shell.status("Added", "the dependency glim-migrations");
        return Ok(());
    }
    let error = Diagnostic::error(format!("cannot add the dependency to package `{}`", package.name)).help(
        "add it by hand, where no registry has it by its path or repository, then repeat `cargo glim init`: \
             `cargo add --path PATH` or `cargo add glim-migrations --git URL`",
    );
    Err(Failure::usage(error))
}

/// The file that the module is declared in: the library's root, or else the only binary's.
fn crate_root(package: &Package) -> Result<PathBuf> {
    if let Some(library) = package.library().filter(|target| target.kind == TargetKind::Library) {
        return Ok(library.src_path.clone());
    }
    let binaries: Vec<_> = package.binaries().collect();
    match binaries.as_slice() {
        [one] => Ok(one.src_path.clone()),
        _ => {
            let error = Diagnostic::error(format!("package `{}` has no library to put migrations into", package.name))
                .help("create src/lib.rs, and let the binaries use it");
            Err(Failure::usage(error))
        }
    }
}

fn write_module(package: &Package, root: &Path, workspace: &Path, shell: &mut Shell) -> Result<()> {
    let folder = root.parent().unwrap_or(&package.dir);
    let shown = |file: &Path| file.strip_prefix(workspace).unwrap_or(file).display().to_string();
    let (file, folder_file) = (folder.join("migrations.rs"), folder.join("migrations").join("mod.rs"));
    if let Some(found) = [&file, &folder_file].into_iter().find(|file| file.exists()) {
        shell.status("Found", &shown(found));
    } else {
        write(&file, MIGRATIONS)?;
        shell.status("Created", &shown(&file));
    }
    let source = fs_err::read_to_string(root).map_err(|error| failed("read", &error))?;
    match glim_parse::declare_module(&source, "migrations") {
        Ok(None) => shell.status("Found", &format!("`mod migrations` in {}", shown(root))),
        Ok(Some(text)) => {
            write(root, &text)?;
            shell.status("Declared", &format!("`mod migrations` in {}", shown(root)));
        }
        Err(error) => {
            let start = error.span().start();
            let place = format!("{}:{}:{}", shown(root), start.line, start.column + 1);
            let error = Diagnostic::error(format!("cannot declare the module: {place} does not parse"))
                .caused_by(&error)
                .help("mend that, or write `mod migrations;` there yourself");
            return Err(Failure::usage(error));
        }
    }
    Ok(())
}

fn create_ledger(options: &Init, settings: &Settings, context: &mut Context<'_>) -> Result<()> {
    let connection = database::open(&settings.alias, Access::ReadWrite)?;
    let watch = super::context::watch(None)?;
    let timeout = options.lock_timeout.unwrap_or(Locked::LOCK_TIMEOUT);
    let mut progress = progress::Reported::new(context.shell, Path::new(""));
    let locked = Locked::lock(connection, timeout, &mut progress, &|| watch.is_interrupted());
    drop(progress);
    let failed = |error| super::explain::migrate_error(error, Path::new(""));
    let (mut migrator, _) = locked.map_err(failed)?;
    super::protection::remember(&mut migrator, &settings.alias)?;
    migrator.release().map_err(failed)?;
    context.shell.status("Ready", &format!("ledger in {}", settings.alias.address()));
    Ok(())
}

fn write(file: &Path, text: &str) -> Result<()> {
    fs_err::write(file, text).map_err(|error| failed("write", &error))
}

/// The error names the file itself.
fn failed(what: &str, error: &std::io::Error) -> Failure {
    Failure::usage(Diagnostic::error(format!("cannot {what}")).caused_by(error))
}
