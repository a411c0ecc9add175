//! The build script helper of glim: makes a folder of migrations part of a crate.
//!
//! ```no_run
//! // build.rs
//! glim_build::migrations("migrations").emit();
//! ```
//!
//! With `glim::migrations!();` in the crate's root, each `.rs` file of the folder becomes a module, and each SQL migration
//! is registered with its text. What is wrong in the folder fails the build, or is a warning of it.
//!
//! The folder is read again when something in it changes, and only then. With [`Migrations::models`], models that are not
//! as `cargo glim make` has recorded them are warnings too, and sources are watched.

mod check;
mod environment;
mod generate;
mod instruction;
mod migration;
mod models;
mod names;
mod read;
mod record;
mod rust;
mod sql;
mod version;

pub use glim_files::layout::Layout;

use self::environment::Environment;
use self::instruction::Instruction;
use self::record::Records;

/// Folders of migrations, to be made part of the crate whose build script this is.
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `emit`"]
pub struct Migrations {
    folders: Vec<String>,
    layout: Option<Layout>,
    sources: Vec<String>,
}

/// The migrations of a folder, whose path is relative to the package's.
pub fn migrations(folder: impl Into<String>) -> Migrations {
    Migrations { folders: vec![folder.into()], layout: None, sources: Vec::new() }
}

impl Migrations {
    /// Those of another folder too: `glim::migrations!("one", "other")`.
    pub fn and(mut self, folder: impl Into<String>) -> Self {
        self.folders.push(folder.into());
        self
    }

    /// The layout of the SQL files, where it does not show from the folder itself.
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = Some(layout);
        self
    }

    /// Warns of models that are not as `cargo glim make` has recorded them in `schema.lock`, at the line of each.
    ///
    /// The sources are a folder with `lib.rs`, `main.rs` or both, or the root file of another target; their path is
    /// relative to the package's. They are read in each build after a change of them, which takes some milliseconds. The
    /// record is looked for in the folders of migrations, then in folders of their names further up in the workspace.
    /// Tables that are recorded and have no model here may have theirs in other packages: `cargo glim check` knows.
    pub fn models(mut self, sources: impl Into<String>) -> Self {
        self.sources.push(sources.into());
        self
    }

    /// Reads the folders, writes what `glim::migrations!` takes in, and tells cargo what to watch and what is wrong.
    pub fn emit(self) {
        let instructions = Environment::of_process().map_or_else(|problem| vec![problem], |here| self.generate(&here));
        instruction::print(&instructions);
    }

    fn generate(&self, here: &Environment) -> Vec<Instruction> {
        let read::Content { modules, migrations, mut instructions } = read::all(self, here);
        instructions.extend(check::all(&migrations, here));
        let mut records = Records::find(&self.folders, here);
        instructions.append(&mut records.instructions);
        instructions.extend(models::all(&self.sources, &records, here));
        // What could be read is written even where something is wrong: a build fails all the same, and an editor knows
        // the modules.
        let text = generate::module(&self.folders, &modules, &migrations, records.fingerprint().as_deref());
        instructions.extend(generate::write(&here.out, &text).err());
        instructions
    }
}

#[cfg(test)]
mod tests;
