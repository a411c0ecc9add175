//! `models`: the models that the sources hold, with their tables and columns.

use glim_parse::Library;
use glim_parse::scan::FoundModel;
use serde::Serialize;

use super::context::Context;
use super::sources;
use crate::exit::Exit;
use crate::failure::Result;
use crate::report::plural;
use crate::settings::Outline;
use crate::workspace::Workspace;

/// The document of `--format json`.
#[derive(Serialize)]
struct Document<'d> {
    version: u32,
    /// In whose words they are written.
    library: &'static str,
    models: Vec<Model<'d>>,
}

#[derive(Serialize)]
struct Model<'d> {
    name: &'d str,
    table: String,
    db: Option<&'d str>,
    frozen: bool,
    module: &'d str,
    file: String,
    line: usize,
    columns: Vec<Column<'d>>,
}

#[derive(Serialize)]
struct Column<'d> {
    name: &'d str,
    field: &'d str,
    rust_type: &'d str,
    nullable: bool,
    primary_key: bool,
}

pub(crate) fn run(context: &mut Context<'_>) -> Result<Exit> {
    let workspace = context.workspace()?;
    let selection = workspace.select(context.cargo)?;
    let configured = Outline::load(&workspace.root, context.db)?.models;
    let scan = sources::models(&workspace, &selection, configured)?;
    context.shell.document(&Document {
        version: 1,
        library: scan.library.name(),
        models: scan.models.iter().map(|model| describe(model, &workspace)).collect(),
    });
    for model in &scan.models {
        let model = describe(model, &workspace);
        let frozen = if model.frozen { " (frozen)" } else { "" };
        context.shell.result(&format!("{} -> {}{frozen}  {}:{}", model.name, model.table, model.file, model.line));
        for column in &model.columns {
            let key = if column.primary_key { "  primary key" } else { "" };
            context.shell.result(&format!("    {}: {}{key}", column.name, column.rust_type));
        }
    }
    let (models, files) = (plural(scan.models.len(), "model"), plural(scan.files, "file"));
    let of = if scan.library == Library::Glim { String::new() } else { format!(" of {}", scan.library.title()) };
    context.shell.status("Found", &format!("{models}{of} in {files}"));
    let is_whole = sources::say_problems(&scan, &workspace, context.shell);
    Ok(if is_whole { Exit::Done } else { Exit::No })
}

fn describe<'d>(model: &'d FoundModel, workspace: &Workspace) -> Model<'d> {
    let columns = model.fields.iter().filter_map(|field| {
        let name = field.column.as_deref()?;
        let column = model.table.find_column(name)?;
        let primary_key = model.table.primary_key.iter().any(|key| key == name);
        let (field, rust_type) = (field.name.as_str(), field.rust_type.as_str());
        Some(Column { name, field, rust_type, nullable: column.nullable, primary_key })
    });
    Model {
        name: &model.name,
        table: model.shown_table(),
        db: model.db.as_deref(),
        frozen: model.frozen,
        module: &model.place.module,
        file: sources::relative(&model.place.file, workspace),
        line: model.place.line,
        columns: columns.collect(),
    }
}
