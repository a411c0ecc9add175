//! The runner: that every migration of every kind of project reaches it, or that the user is told why not; that it is
//! built as the user's own program would be; and that it costs one cargo and nothing more.

mod binary;
mod generated;
mod invoked;
mod linked;
mod locked;
mod spoken;

use std::io::{BufRead, BufReader};
use std::process::Child;

use crate::support::{Glim, Output, Project, repository};

/// The line of a manifest by which a package depends on glim.
fn glim() -> String {
    format!("glim-migrations = {{ path = {:?} }}", repository().join("build-support/glim").display().to_string())
}

/// A manifest: the package's name, then whatever else, beginning with lines of `[dependencies]`.
fn package(name: &str, rest: &str) -> String {
    format!("[package]\nname = {name:?}\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{rest}\n")
}

/// The root manifest of a workspace.
fn workspace(members: &[&str], rest: &str) -> String {
    format!("[workspace]\nmembers = {members:?}\nresolver = \"3\"\n{rest}\n")
}

/// A registered migration that does nothing; what it says of itself is a Rust expression.
fn migration(name: &str, description: &str) -> String {
    format!(
        "pub struct {name};\n\
         impl glim::Migration for {name} {{\n    \
             fn description(&self) -> &str {{ {description} }}\n    \
             fn run(&self, _: &mut glim::Db) -> glim::Result<()> {{ Ok(()) }}\n    \
             fn rollback(&self, _: &mut glim::Db) -> glim::Result<()> {{ Ok(()) }}\n\
         }}\n\
         glim::submit!({name});\n"
    )
}

/// `cargo glim status` for programs, on a database that is not there yet.
fn status(project: &Project) -> Glim {
    on_nothing(project.command(), project).args(["status", "--format", "json"])
}

/// A command on a database that is not there, and that looking at it does not make.
fn on_nothing(command: Glim, project: &Project) -> Glim {
    command.env("TEST_DATABASE_URL", format!("sqlite://{}", project.path("none.db").display()))
}

/// Reads stderr up to a line that holds this text.
fn heard_until(child: &mut Child, text: &str) -> String {
    let mut stderr = BufReader::new(child.stderr.as_mut().expect("stderr is a pipe"));
    let mut heard = String::new();
    while !heard.contains(text) {
        assert_ne!(stderr.read_line(&mut heard).expect("UTF-8"), 0, "it ended without `{text}`: {heard}");
    }
    heard
}

impl Output {
    /// The names of the migrations that `status` listed.
    #[track_caller]
    fn names(&self) -> Vec<String> {
        self.migrations().into_iter().map(|(name, _)| name).collect()
    }

    /// What a migration says of itself.
    #[track_caller]
    fn description(&self, name: &str) -> String {
        let found = self.migrations().into_iter().find(|(it, _)| it == name);
        found.unwrap_or_else(|| panic!("expected the migration `{name}`\n{self}")).1
    }

    #[track_caller]
    fn migrations(&self) -> Vec<(String, String)> {
        let json: serde_json::Value =
            serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{self}"));
        // An empty text is null.
        let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
        let migrations = json["migrations"].as_array().expect("a list").iter();
        migrations.map(|it| (text(&it["name"]), text(&it["description"]))).collect()
    }
}
