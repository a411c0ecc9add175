//! The runner: a small program with the user's code in it. Generated, built by cargo, and then talked to.

mod build;
mod check;
mod generate;
mod inherited;
mod key;
mod libraries;
mod locked;
mod manifest;
mod message;
mod mirror;
mod peer;
mod shim;
mod state;
mod wrapper;

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

pub(crate) use check::unreachable;
pub(crate) use peer::{Peer, PeerError, Start, Watch};
pub(crate) use wrapper::run_if_asked;

use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;
use crate::workspace::{CargoConfig, CargoOptions, Environment, Fingerprint, Selection, Workspace, make_target_folder};
use build::Build;
use generate::{Plan, cannot_write};
use locked::Lock;
use shim::{Shim, Traits};
use state::{Program, State, flavour};

/// A runner that can be started.
#[derive(Debug)]
pub(crate) struct Runner {
    pub(crate) executable: PathBuf,
    library_paths: Vec<PathBuf>,
    folder: PathBuf,
    /// Held until the runner has said hello, so that no other command replaces the program meanwhile.
    lock: Option<File>,
}

impl Runner {
    /// The variable with which the platform finds dynamic libraries, as `cargo run` would set it.
    pub(crate) fn library_path(&self) -> Option<(&'static str, OsString)> {
        libraries::variable(&self.library_paths)
    }

    /// The folder that it was generated in, if no other command uses it.
    pub(crate) fn own_folder(&self) -> Option<&Path> {
        self.lock.as_ref().map(|_| self.folder.as_path())
    }
}

/// Makes a runner for the packages that are selected: writes what has changed, and has cargo build it.
pub(crate) fn prepare(
    workspace: &Workspace,
    selection: &Selection,
    options: &CargoOptions,
    shell: &mut Shell,
) -> Result<Runner> {
    if selection.dependents.is_empty() {
        return Err(check::nothing_to_link(workspace, selection));
    }
    for warning in check::warnings(workspace, selection) {
        shell.diagnostic(&warning);
    }
    let key = key::key(workspace, selection);
    let folder = workspace.target_dir.join("glim").join(&key);
    let plan = Plan::new(workspace, selection, key::name(&key), folder);
    if options.no_build {
        return built_last(plan, options, shell);
    }
    let made = make_target_folder(&plan.folder, &workspace.target_dir);
    made.map_err(|error| cannot_write(&plan.folder, &error))?;
    let lock = lock(&plan.folder, shell)?;
    let mut state = State::read(&plan.folder);
    let traits: Vec<Traits> = plan.shims.iter().map(Shim::traits).collect();
    if let Some(position) = traits.iter().position(|it| it.has_no_main) {
        return Err(check::no_main(&plan.shims[position]));
    }
    plan.write(&mut state)?;
    shim::link_files(&plan.shims, workspace, &plan.folder).map_err(|error| cannot_link(&error))?;
    let build = build_of(&plan, workspace, options, shell, traits.iter().any(|it| it.denies_lints));
    let outcome = build.run(shell).map_err(|error| cannot_start(&build, &error))?;
    // Also after a failure: two versions of glim may be why.
    check_lock(&plan, options, &mut state, shell)?;
    let Some(executable) = outcome.runner.clone().filter(|_| outcome.is_success()) else {
        return Err(check::not_built(&build, &outcome, &plan));
    };
    let library_paths = libraries::paths(&executable, &outcome, &workspace.target_dir, &build.cargo);
    let program = Program { executable, library_paths };
    state.built.insert(flavour(options), program.clone());
    state.write(&plan.folder);
    Ok(program.locked(plan.folder, lock))
}

impl Program {
    fn locked(self, folder: PathBuf, lock: Option<File>) -> Runner {
        Runner { executable: self.executable, library_paths: self.library_paths, folder, lock }
    }
}

/// With `--no-build`.
fn built_last(plan: Plan<'_>, options: &CargoOptions, shell: &mut Shell) -> Result<Runner> {
    let none = || {
        let error = Diagnostic::error("no runner has been built for these packages, features and profile");
        Failure::usage(error.help("run the command once without `--no-build`"))
    };
    if !plan.folder.exists() {
        return Err(none());
    }
    let lock = lock(&plan.folder, shell)?;
    let program = State::read(&plan.folder).built.remove(&flavour(options)).filter(|it| it.executable.exists());
    Ok(program.ok_or_else(none)?.locked(plan.folder, lock))
}

/// How long another command is waited for before that is said. Most have started their runner by then.
const PATIENCE: Duration = Duration::from_millis(500);

/// Takes the folder for this process; `None` where the file system knows no locks.
fn lock(folder: &Path, shell: &mut Shell) -> Result<Option<File>> {
    let path = folder.join(".lock");
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
    let file = file.map_err(|error| cannot_write(&path, &error))?;
    match file.try_lock() {
        Ok(()) => return Ok(Some(file)),
        // Some network file systems know no locks; cargo goes on there too.
        Err(TryLockError::Error(_)) => return Ok(None),
        Err(TryLockError::WouldBlock) => {}
    }
    let (sender, locked) = mpsc::channel();
    thread::spawn(move || {
        // The receiver waits for as long as this does.
        let _ = sender.send(file.lock().map(|()| file));
    });
    let result = locked.recv_timeout(PATIENCE).or_else(|_| {
        shell.status("Blocking", "waiting for another cargo glim that builds or starts this runner");
        locked.recv()
    });
    // The thread ends without a word only when it panics.
    let result = result.unwrap_or_else(|_| Err(std::io::ErrorKind::Other.into()));
    result.map(Some).map_err(|error| cannot_write(&path, &error))
}

fn build_of<'a>(
    plan: &'a Plan<'_>,
    workspace: &'a Workspace,
    options: &CargoOptions,
    shell: &Shell,
    overrides_lints: bool,
) -> Build<'a> {
    let environment = Environment::of_process();
    let config = CargoConfig::read(options, &workspace.cwd, &environment);
    let manifest = plan.folder.join("Cargo.toml");
    let has_target = config.has_target(&environment);
    let arguments = build::arguments(options, &manifest, &workspace.target_dir, has_target, shell.output());
    // Without a path to this program there is no wrapper, and the compiler says what it denies.
    let variables = overrides_lints.then(|| wrapper::variables(&config, &environment).ok()).flatten();
    let variables = variables.unwrap_or_default();
    Build { cargo: environment.cargo(), arguments, cwd: &workspace.cwd, variables, name: &plan.name }
}

/// Looks at what cargo resolved, once for each lock file.
fn check_lock(plan: &Plan<'_>, options: &CargoOptions, state: &mut State, shell: &mut Shell) -> Result<()> {
    let text = plan.own_lock();
    let fingerprint = Fingerprint::new().add(&text).finish();
    if state.lock_checked == fingerprint && !options.locked && !options.frozen {
        return Ok(());
    }
    let lock = Lock::parse(&text);
    if let Some(failure) = check::duplicates(&lock, &plan.name) {
        return Err(failure);
    }
    if options.locked || options.frozen {
        let users = plan.users_lock();
        let known = Lock::parse(users.as_deref().unwrap_or_default());
        let mut missing = lock.beyond(&known);
        missing.retain(|(name, ..)| *name != plan.name);
        if users.is_none() || !missing.is_empty() {
            return Err(check::not_locked(&missing, users.is_some()));
        }
    }
    if let Some(warning) = check::outside(&plan.outside(&lock)).filter(|_| state.lock_checked != fingerprint) {
        shell.diagnostic(&warning);
    }
    state.lock_checked = fingerprint;
    Ok(())
}

fn cannot_link(error: &std::io::Error) -> Failure {
    let title = "a package with only a binary and a build script cannot be linked here";
    let error = Diagnostic::error(title).caused_by(error);
    Failure::usage(
        error.help("move its modules into a library (`src/lib.rs`), or allow the creation of symbolic links"),
    )
}

fn cannot_start(build: &Build<'_>, error: &std::io::Error) -> Failure {
    let title = format!("cannot start `{}`", build.cargo.to_string_lossy());
    let error = Diagnostic::error(title).caused_by(error);
    Failure::usage(error.help("install Rust from https://rustup.rs, or set `CARGO` to the path of cargo"))
}
