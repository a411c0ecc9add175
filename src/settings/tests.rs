//! The configuration as a whole: what is accepted, and a table of what is not.

use std::path::PathBuf;
use std::time::Duration;

use glim_engine::target::{Place, Server, SslMode};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;

use super::*;

mod bad;
mod fuzz;
mod good;
mod secret;

/// A workspace with files in it, and an environment.
struct Project {
    folder: TempDir,
    variables: Vec<(&'static str, &'static str)>,
    db: Option<&'static str>,
}

/// A project whose `glim.toml` is this.
fn toml(text: &str) -> Project {
    Project::new().file("glim.toml", text)
}

impl Project {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), variables: vec![], db: None }
    }

    fn file(self, path: &str, text: &str) -> Self {
        std::fs::write(self.folder.path().join(path), text).expect("written");
        self
    }

    fn folder(self, path: &str) -> Self {
        std::fs::create_dir(self.folder.path().join(path)).expect("created");
        self
    }

    fn env(mut self, name: &'static str, value: &'static str) -> Self {
        self.variables.push((name, value));
        self
    }

    fn db(mut self, name: &'static str) -> Self {
        self.db = Some(name);
        self
    }

    fn load(&self) -> Result<Settings> {
        let env =
            |name: &str| self.variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Settings::load(self.folder.path(), self.db, &env)
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }
}

fn accepted(project: &Project) -> Settings {
    project.load().unwrap_or_else(|failure| panic!("{:#?}", failure.diagnostics))
}

fn server(project: &Project) -> Server {
    match accepted(project).alias.target.place {
        Place::Postgres(server) | Place::Mysql(server) => server,
        Place::Sqlite { path } => panic!("{}", path.display()),
    }
}
