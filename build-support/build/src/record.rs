//! The recorded schema: what `cargo glim make` has written down of the models, as far as a build looks at it.

use std::fs;
use std::path::{Path, PathBuf};

use glim_schema::{Schema, lock};

use crate::environment::Environment;
use crate::instruction::Instruction;

/// The records of a package's workspace.
#[derive(Debug, Default)]
pub(crate) struct Records {
    /// One for the alias that is used when none is named, and one for each other alias with models of its own.
    pub(crate) all: Vec<Record>,
    /// Whether one is there that cannot be read.
    pub(crate) broken: bool,
    /// What to watch, and what is wrong.
    pub(crate) instructions: Vec<Instruction>,
}

/// A record.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) file: PathBuf,
    /// The alias; `None` for the one that is used when none is named.
    pub(crate) alias: Option<String>,
    pub(crate) schema: Schema,
}

impl Records {
    /// Those in one of the folders, else in a folder of such a name further up in the workspace: the command keeps them in
    /// the workspace's folder of migrations, which need not be in this package.
    pub(crate) fn find(folders: &[String], here: &Environment) -> Self {
        let mut records = Self::default();
        for above in workspace(&here.package) {
            for folder in folders {
                let folder = above.join(folder);
                let files = files(&folder);
                if files.is_empty() {
                    continue;
                }
                if above != here.package {
                    records.instructions.push(Instruction::Watch(folder));
                }
                for (file, alias) in files {
                    records.read(file, alias, here);
                }
                return records;
            }
        }
        records
    }

    fn read(&mut self, file: PathBuf, alias: Option<String>, here: &Environment) {
        let problem = match fs::read_to_string(&file).map(|text| lock::read(&text)) {
            Ok(Ok(schema)) => {
                self.all.push(Record { file, alias, schema });
                return;
            }
            Ok(Err(error)) => {
                Instruction::error(&here.shown(&file), Some(error.line), &error.message, Some(&error.help))
            }
            Err(error) => Instruction::error(
                &here.shown(&file),
                None,
                &format!("the recorded schema cannot be read: {error}"),
                None,
            ),
        };
        self.broken = true;
        self.instructions.push(problem);
    }

    /// A checksum over what is recorded, in whichever order its lines are; `None` where nothing is recorded.
    pub(crate) fn fingerprint(&self) -> Option<String> {
        if self.all.is_empty() || self.broken {
            return None;
        }
        let text = |record: &Record| {
            format!("{}\0{}\0", record.alias.as_deref().unwrap_or_default(), lock::write(&record.schema))
        };
        let sum = glim_files::checksum(&self.all.iter().map(text).collect::<String>());
        Some(sum.rsplit(':').next().unwrap_or_default().to_owned())
    }
}

/// The folders from a package's up to its workspace's, which is where the lock file is.
fn workspace(package: &Path) -> impl Iterator<Item = &Path> {
    let mut is_inside = true;
    package.ancestors().take_while(move |folder| std::mem::replace(&mut is_inside, !folder.join("Cargo.lock").exists()))
}

/// `schema.lock` and `schema.ALIAS.lock` in a folder, with their aliases, in order.
fn files(folder: &Path) -> Vec<(PathBuf, Option<String>)> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.file_name();
            let alias = name.to_str()?.strip_prefix("schema.")?.strip_suffix("lock")?;
            let alias = if alias.is_empty() { None } else { Some(alias.strip_suffix('.')?.to_owned()) };
            Some((entry.path(), alias))
        })
        .collect();
    files.sort();
    files
}
