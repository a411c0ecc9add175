//! `make`: writes a migration from the difference between the models and the recorded schema. Needs neither a database
//! nor a compiler.

mod answers;
mod code;
mod describe;
mod fill;
mod formatted;
mod intent;
mod name;
mod place;
pub(super) mod recorded;
mod sql;
mod written;

use glim_engine::near::{did_you_mean, nearest_first};
use glim_parse::Library;
use glim_parse::scan::Scan;
use glim_schema::diff::{Difference, Step, diff};
use glim_schema::{Change, Schema, Table};
use serde::Serialize;

use self::code::{Body, Source};
use self::intent::Intent;
use self::name::Name;
use self::place::Place;
use self::recorded::Recorded;
use self::written::Edits;
use super::context::Context;
use super::options::{Make, Making};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::report::plural;
use crate::settings::Outline;
use crate::workspace::{Selection, Workspace};

/// The document of `--format json`.
#[derive(Serialize)]
struct Document<'d> {
    version: u32,
    /// The migration's name; `None` where there is nothing to write.
    migration: Option<&'d str>,
    /// What was written, or would be.
    files: Vec<String>,
    changes: Vec<String>,
    losses: Vec<String>,
}

pub(crate) fn run(options: &Make, context: &mut Context<'_>) -> Result<Exit> {
    let workspace = context.workspace()?;
    let outline = Outline::load(&workspace.root, context.db)?;
    let mut intent = Intent::find(&workspace, &outline, context)?;
    let recorded = Recorded::read(&workspace, &outline, intent.alias.as_deref())?;
    match &options.making {
        Making::Schema => {}
        Making::Empty => return skeleton(options, &intent, &Body::Empty, context, &workspace, &outline),
        Making::Data(names) => {
            let tables = tables_of(names, &recorded, &intent)?;
            let tables: Vec<&Table> = tables.iter().collect();
            return skeleton(options, &intent, &Body::Data(&tables), context, &workspace, &outline);
        }
    }
    require_all(intent.scan.library)?;
    let mut difference = compare(&recorded.schema, &intent)?;
    if difference.is_empty() {
        context.shell.document(&Document {
            version: 1,
            migration: None,
            files: vec![],
            changes: vec![],
            losses: vec![],
        });
        context.shell.status("Finished", "the models are as they are recorded: nothing to write");
        return Ok(Exit::Done);
    }
    if options.check {
        return Ok(say_missing(&difference, context));
    }
    let mut edits = Edits::default();
    if answers::renames(&difference.ambiguous, options, &mut intent, &mut edits, &workspace, context)? {
        difference = compare(&recorded.schema, &intent)?;
    }
    let values = answers::values(&difference, options, context)?;
    answers::refuse_losses(&difference, &values, options)?;
    let changes: Vec<String> = difference.run.iter().flat_map(|step| describe::change(&step.change)).collect();
    for (at, value) in &values {
        fill::column(&mut difference.run, at, value);
    }
    let name = Name::new(options.name.as_deref(), &intent, &outline, &workspace, &difference)?;
    let place = if options.sql {
        sql::place(&name, &difference, &context.settings(&workspace)?, &workspace, &mut edits)?
    } else {
        let body = Body::Schema { run: &difference.run, rollback: &difference.rollback };
        rust(&name, &body, &intent, context, &workspace, &mut edits)?
    };
    edits.write(recorded.path.clone(), glim_schema::lock::write(&intent.schema));
    let losses = difference.losses().map(ToString::to_string).collect();
    finish(options, &place, &edits, changes, losses, context, &workspace)?;
    // Only such a migration does nothing but what `sync` has done.
    let creates = |step: &Step| matches!(step.change, Change::CreateTable(_) | Change::CreateEnum(_));
    if recorded.is_new && !options.dry_run && difference.run.iter().all(creates) {
        let note = format!(
            "where `sync` has made these tables already, record the migration instead of running it: \
             `cargo glim adopt --baseline {}`",
            place.migration
        );
        context.shell.note(&note);
    }
    Ok(Exit::Done)
}

/// Refuses models that leave unsaid what a migration has to say.
fn require_all(library: Library) -> Result<()> {
    if library.says_all() {
        return Ok(());
    }
    let error = Diagnostic::error(format!("no migration can be made from {}'s models", library.title()))
        .note("they leave unsaid what it has to say: defaults, indexes, how types are spelt");
    let help = "`cargo glim make NAME --empty` writes one to be filled in, and `cargo glim check` compares what comes of \
                it with the models";
    Err(Failure::usage(error.help(help)))
}

fn compare(recorded: &Schema, intent: &Intent) -> Result<Difference> {
    diff(recorded, &intent.schema, &intent.renames).map_err(|problem| {
        let error = Diagnostic::error("the models contradict themselves").caused_by(&problem);
        Failure::no(error.help("mend the model; nothing was written"))
    })
}

/// What `make` would write, a line a change; `None` where no schema is recorded. The sources of a selection may have
/// been read before.
pub(super) fn unwritten(
    workspace: &Workspace,
    read: Option<(&Selection, Scan)>,
    context: &mut Context<'_>,
) -> Result<Option<Vec<String>>> {
    let outline = Outline::load(&workspace.root, context.db)?;
    let intent = Intent::find_in(read, workspace, &outline, context)?;
    let recorded = Recorded::read(workspace, &outline, intent.alias.as_deref())?;
    if recorded.is_new || !intent.scan.library.says_all() {
        return Ok(None);
    }
    let difference = compare(&recorded.schema, &intent)?;
    Ok(Some(difference.run.iter().flat_map(|step| describe::change(&step.change)).collect()))
}

fn say_missing(difference: &Difference, context: &mut Context<'_>) -> Exit {
    let changes: Vec<String> = difference.run.iter().flat_map(|step| describe::change(&step.change)).collect();
    for change in &changes {
        context.shell.result(change);
    }
    let losses = difference.losses().map(ToString::to_string).collect();
    let count = plural(changes.len(), "change");
    context.shell.document(&Document { version: 1, migration: None, files: vec![], changes, losses });
    context.shell.diagnostic(
        &Diagnostic::error(format!("the models are not as they are recorded: {count} without a migration"))
            .help("`cargo glim make NAME` writes it"),
    );
    Exit::No
}

/// A migration without changes of the schema.
fn skeleton(
    options: &Make,
    intent: &Intent,
    body: &Body<'_>,
    context: &mut Context<'_>,
    workspace: &Workspace,
    outline: &Outline,
) -> Result<Exit> {
    let mut edits = Edits::default();
    let name = Name::new(options.name.as_deref(), intent, outline, workspace, &Difference::default())?;
    let place = if options.sql {
        sql::place(&name, &Difference::default(), &context.settings(workspace)?, workspace, &mut edits)?
    } else {
        rust(&name, body, intent, context, workspace, &mut edits)?
    };
    finish(options, &place, &edits, vec![], vec![], context, workspace)?;
    Ok(Exit::Done)
}

fn rust(
    name: &Name,
    body: &Body<'_>,
    intent: &Intent,
    context: &Context<'_>,
    workspace: &Workspace,
    edits: &mut Edits,
) -> Result<place::Written> {
    let place = Place::find(workspace, context.cargo, name)?;
    let options = name.options(intent);
    let source = Source {
        glim: &place.glim,
        type_name: &name.type_name,
        description: &name.description,
        options: &options,
        body,
    };
    let text = formatted::formatted(source.text(), &place.file, &place.edition);
    place.add_to(edits, text)
}

/// The tables, or the only one, that a data migration is about.
fn tables_of(names: &[String], recorded: &Recorded, intent: &Intent) -> Result<Vec<Table>> {
    let tables = &recorded.schema.tables;
    if names.is_empty() {
        return match tables.len() {
            1 => Ok(tables.values().map(|table| in_order_of(table, intent)).collect()),
            _ => {
                let error = Diagnostic::error("which table's rows is the migration about?");
                let known = tables.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
                let error = if known.is_empty() { error } else { error.note(format!("recorded are {known}")) };
                Err(Failure::usage(error.help("name it: `cargo glim make NAME --data --table TABLE`")))
            }
        };
    }
    let find = |name: &String| {
        tables.get(name).ok_or_else(|| {
            let error = Diagnostic::error(format!("the recorded schema has no table `{name}`"));
            let near = nearest_first(name, tables.keys().map(String::as_str));
            let help = did_you_mean(&near)
                .unwrap_or_else(|| "`cargo glim make NAME` records the tables of models first".to_owned());
            Failure::usage(error.help(help))
        })
    };
    names.iter().map(|name| find(name).map(|table| in_order_of(table, intent))).collect()
}

/// The table with its columns in the order of the model, which the record does not keep.
fn in_order_of(table: &Table, intent: &Intent) -> Table {
    let mut table = table.clone();
    if let Some(model) = intent.schema.table(&table.name) {
        let place = |name: &str| model.columns.iter().position(|column| column.name == name).unwrap_or(usize::MAX);
        table.columns.sort_by_key(|column| place(&column.name));
    }
    table
}

fn finish(
    options: &Make,
    place: &place::Written,
    edits: &Edits,
    changes: Vec<String>,
    losses: Vec<String>,
    context: &mut Context<'_>,
    workspace: &Workspace,
) -> Result<()> {
    let files = edits.paths(&workspace.root);
    let document = Document { version: 1, migration: Some(&place.migration), files, changes, losses };
    if options.dry_run {
        for (path, text) in edits.new_files(&place.files) {
            context.shell.status("Would write", &written::shown(path, &workspace.root));
            if !context.shell.is_json() {
                context.shell.raw(text.as_bytes());
            }
        }
        context.shell.document(&document);
        return Ok(());
    }
    edits.carry_out()?;
    for file in &document.files {
        context.shell.status("Wrote", file);
    }
    for change in &document.changes {
        context.shell.result(change);
    }
    context.shell.document(&document);
    Ok(())
}
