//! What a scan gives: data without tokens, free to be sent between threads.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use glim_schema::Table;
use glim_schema::diff::Renames;

pub use super::checksum::Checksum;
use super::made::Code;
use crate::library::Library;

/// Everything that the sources of some targets say.
#[derive(Clone, Debug, Default)]
pub struct Scan {
    /// The library of the models.
    pub library: Library,
    /// The models, in the order of targets and, within one, of the source, with a module's items at its `mod`.
    pub models: Vec<FoundModel>,
    /// The `impl Migration` blocks, in the same order.
    pub migrations: Vec<FoundMigration>,
    /// The registrations of migrations, in the same order.
    pub registrations: Vec<FoundRegistration>,
    /// The folders that `glim::migrations!` takes in.
    pub folders: Vec<PathBuf>,
    /// What is wrong, by file and place.
    pub problems: Vec<SourceProblem>,
    /// How many files were read; one that two targets share counts for both.
    pub files: usize,
    /// How many lines they have together.
    pub lines: usize,
}

/// Where something was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which of the scanned targets it belongs to.
    pub target: usize,
    /// The module, beginning with the crate's name: `app::models`, as `module_path!()` says it.
    pub module: String,
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// A struct with `#[derive(Model)]`, or what another library has in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundModel {
    /// The struct's name.
    pub name: String,
    /// Where its name stands.
    pub place: Place,
    /// The table that it describes.
    pub table: Table,
    /// The schema that the table is in, where that is said.
    pub schema: Option<String>,
    /// The fields in their order, with those that are no column.
    pub fields: Vec<FoundField>,
    /// The alias that the model belongs to, if only to one.
    pub db: Option<String>,
    /// The table's name before it was renamed.
    pub was: Option<String>,
    /// Whether it is only a row shape for one migration, and no part of the schema.
    pub frozen: bool,
}

impl FoundModel {
    /// The hints, and what `was` says at this model and its fields.
    #[must_use]
    pub fn hints(&self, hints: Renames) -> Renames {
        let table = self.table.name.as_str();
        let hints = match &self.was {
            Some(was) => hints.table(was.as_str(), table),
            None => hints,
        };
        let fields = self.fields.iter().filter_map(|field| Some((field.column.as_deref()?, field.was.as_deref()?)));
        fields.fold(hints, |hints, (column, was)| hints.column(table, was, column))
    }

    /// Whether the table is in another schema than that of unqualified names. `public` and `main` are the schemas that
    /// PostgreSQL and SQLite have from the start.
    pub fn is_elsewhere(&self) -> bool {
        self.schema.as_deref().is_some_and(|schema| !matches!(schema, "public" | "main"))
    }

    /// The table's name, with the schema where it is in another one.
    pub fn shown_table(&self) -> String {
        match &self.schema {
            Some(schema) if self.is_elsewhere() => format!("{schema}.{}", self.table.name),
            _ => self.table.name.clone(),
        }
    }
}

/// A field of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundField {
    /// The field's name.
    pub name: String,
    /// The column's name; `None` for a field that is skipped.
    pub column: Option<String>,
    /// The column's name before it was renamed.
    pub was: Option<String>,
    /// The field's type as it is written, in one line.
    pub rust_type: String,
    /// The line of its name, from 1.
    pub line: usize,
}

/// An `impl Migration for Type` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundMigration {
    /// The type's name, without its path.
    pub type_name: String,
    /// Where the block begins.
    pub place: Place,
    /// The checksum of the block's tokens, from `impl` to the last brace.
    pub checksum: Checksum,
    /// Whether the block has a function `rollback`.
    pub has_rollback: bool,
    pub(super) code: Code,
}

impl FoundMigration {
    /// What its `run` makes of tables, as far as its file says.
    #[must_use]
    pub fn made(&self) -> Vec<Made> {
        self.code.made()
    }

    /// What its `run` may take away that holds data, as far as its file says.
    #[must_use]
    pub fn lost(&self) -> Vec<Lost> {
        self.code.lost("run")
    }

    /// What its `rollback` may take away that holds data, as far as its file says.
    #[must_use]
    pub fn lost_by_rollback(&self) -> Vec<Lost> {
        self.code.lost("rollback")
    }
}

/// What a migration's code makes, as it is written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// A table of that name.
    Table(String),
    /// The table of the model whose struct has that name.
    Model(String),
    /// A table of that name, which had another one before.
    Renamed(String),
    /// SQL, in which tables may be made.
    Sql(String),
}

/// What a migration's code may take away that holds data, as it is written there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The table of that name.
    Table(String),
    /// A column, after its table.
    Column(String, String),
    /// What the method of that name takes away, which is not written out.
    Call(&'static str),
    /// Rows of models, which are deleted one by one.
    Rows,
    /// SQL, by which something may be lost.
    Sql(String),
}

/// A `glim::submit!(Type)`, or an `inventory::submit! { glim::migration!(Type) }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRegistration {
    /// The type's name, without its path.
    pub type_name: String,
    /// The option `name`.
    pub name: Option<String>,
    /// The option `version`.
    pub version: Option<String>,
    /// The option `after`.
    pub after: Vec<String>,
    /// The option `db`.
    pub db: Option<String>,
    /// The option `irreversible`.
    pub irreversible: bool,
    /// What stands in the parentheses of each `allow(...)`, and its line.
    pub allows: Vec<(String, usize)>,
    /// Where the macro's name stands.
    pub place: Place,
}

/// Something that is wrong in a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceProblem {
    /// How bad it is.
    pub severity: Severity,
    /// The file.
    pub path: PathBuf,
    /// The file's text.
    pub source: Arc<str>,
    /// Which bytes of the text are meant.
    pub span: Range<usize>,
    /// What is wrong: a fragment without a full stop.
    pub message: String,
    /// What to write at the place; may be empty.
    pub label: String,
    /// What would be right.
    pub help: Option<String>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something cannot be read: what was found may not be all.
    Error,
    /// The compiler may see it otherwise than the scan did.
    Warning,
}
