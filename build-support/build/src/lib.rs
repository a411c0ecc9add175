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
//! The folder is read again when something in it changes, and only then.

mod check;
mod environment;
mod generate;
mod instruction;
mod migration;
mod names;
mod read;
mod rust;
mod sql;
mod version;

pub use glim_files::layout::Layout;

use self::environment::Environment;
use self::instruction::Instruction;

/// Folders of migrations, to be made part of the crate whose build script this is.
#[derive(Clone, Debug)]
#[must_use = "nothing happens before `emit`"]
pub struct Migrations {
    folders: Vec<String>,
    layout: Option<Layout>,
}

/// The migrations of a folder, whose path is relative to the package's.
pub fn migrations(folder: impl Into<String>) -> Migrations {
    Migrations { folders: vec![folder.into()], layout: None }
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

    /// Reads the folders, writes what `glim::migrations!` takes in, and tells cargo what to watch and what is wrong.
    pub fn emit(self) {
        let instructions = Environment::of_process().map_or_else(|problem| vec![problem], |here| self.generate(&here));
        instruction::print(&instructions);
    }

    fn generate(&self, here: &Environment) -> Vec<Instruction> {
        let read::Content { modules, migrations, mut instructions } = read::all(self, here);
        instructions.extend(check::all(&migrations, here));
        // What could be read is written even where something is wrong: a build fails all the same, and an editor knows
        // the modules.
        let text = generate::module(&self.folders, &modules, &migrations);
        instructions.extend(generate::write(&here.out, &text).err());
        instructions
    }
}

#[cfg(test)]
mod tests;
