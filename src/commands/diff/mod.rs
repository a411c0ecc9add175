//! `diff`: what differs between two schemas: of the models, of a revision, of the record, of databases.

mod drift;
mod items;
mod side;

use std::collections::BTreeSet;

use glim_engine::introspect::{self, Described, Other};
use glim_schema::diff::{Renames, diff};
use glim_schema::{self as schema, AlterTable, Dialect, Schema, sql};
use serde::Serialize;

pub(super) use self::drift::{Drift, Exactness, of_models};
pub(super) use self::items::items;
use self::items::{Change, Item, count};
use self::side::Loaded;
use super::context::Context;
use super::options::{Diff, Side};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;
use crate::report::plural;
use crate::workspace::Workspace;

/// The document of `--format json`.
#[derive(Serialize)]
struct Document<'d> {
    /// The version of this format; it changes when a field goes or changes its meaning.
    version: u32,
    from: String,
    to: String,
    /// That of the database that was asked; none where none was.
    dialect: Option<&'static str>,
    same: bool,
    differences: &'d [Item],
    not_compared: Vec<NotCompared<'d>>,
}

#[derive(Serialize)]
struct NotCompared<'d> {
    object: &'d str,
    name: &'d str,
    definition: &'d str,
}

/// Two schemas in one form.
struct Compared {
    from: Schema,
    to: Schema,
    renames: Renames,
    not_compared: Vec<Other>,
}

pub(crate) fn run(options: &Diff, context: &mut Context<'_>) -> Result<Exit> {
    let workspace = context.workspace()?;
    let connects = [&options.from, &options.to].into_iter().any(|side| *side == Side::Database(None));
    let settings = if connects || options.sql { Some(context.settings(&workspace)?) } else { None };
    let from = Loaded::load(&options.from, &workspace, settings.as_ref(), context)?;
    let to = Loaded::load(&options.to, &workspace, settings.as_ref(), context)?;
    let own = settings.as_ref().map(|settings| settings.alias.target.dialect());
    let dialect = side::dialect(&from, &to)?.or(own);
    let compared = compare(from, to, &workspace, context.shell)?;
    let found = items(&compared.from, &compared.to);
    match dialect.filter(|_| options.sql) {
        Some(dialect) => script(&compared, dialect, context.shell)?,
        None => show(&found, context.shell),
    }
    for other in &compared.not_compared {
        context.shell.note(&format!("not compared: {} {}", other.kind, other.name));
    }
    let not_compared = compared.not_compared.iter();
    context.shell.document(&Document {
        version: 1,
        from: options.from.to_string(),
        to: options.to.to_string(),
        dialect: dialect.map(Dialect::name),
        same: found.is_empty(),
        differences: &found,
        not_compared: not_compared
            .map(|Other { kind, name, definition }| NotCompared { object: kind, name, definition })
            .collect(),
    });
    let (from, to) = (&options.from, &options.to);
    if found.is_empty() {
        context.shell.status("Same", &format!("`{from}` and `{to}` describe one schema"));
        return Ok(Exit::Done);
    }
    let counts = count(&found);
    let word = |change| match change {
        Change::Add => "to add",
        Change::Remove => "to remove",
        Change::Alter => "to alter",
    };
    let counts: Vec<_> = counts.into_iter().map(|(change, count)| format!("{count} {}", word(change))).collect();
    let total = plural(found.len(), "difference");
    context.shell.status("Different", &format!("{total} from `{from}` to `{to}`: {}", counts.join(", ")));
    Ok(Exit::No)
}

fn show(found: &[Item], shell: &mut Shell) {
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    shell.results(&lines);
}

/// Brings both sides into one form.
fn compare(from: Loaded, to: Loaded, workspace: &Workspace, shell: &mut Shell) -> Result<Compared> {
    Ok(match (from, to) {
        (
            Loaded::Sources { schema: mut from, says_all: from_says_all, mut elsewhere, .. },
            Loaded::Sources { schema: mut to, renames, says_all: to_says_all, elsewhere: more },
        ) => {
            elsewhere.extend(more);
            // Where both leave the same unsaid, there is nothing to take over.
            let unsaid = match (from_says_all, to_says_all) {
                (false, true) => introspect::take_unsaid(&mut from, &to, None),
                (true, false) => introspect::take_unsaid(&mut to, &from, None),
                _ => Vec::new(),
            };
            elsewhere.extend(unsaid);
            Compared { from, to, renames, not_compared: elsewhere }
        }
        (Loaded::Live { described, alias }, Loaded::Sources { mut schema, renames, says_all, elsewhere }) => {
            let dialect = alias.target.dialect();
            if !says_all {
                side::mean(&mut schema, &described, dialect);
            }
            let made = side::made(&schema, &described, &alias, workspace, shell)?;
            let Described { schema: mut from, others: mut not_compared } = described;
            not_compared.extend(elsewhere);
            let mut to = match made {
                Some(to) => to,
                None => loose(&mut from, &schema, dialect, &mut not_compared),
            };
            introspect::align(&mut from, &to, Some(&schema), dialect);
            if !says_all {
                not_compared.extend(introspect::take_unsaid(&mut to, &from, Some(dialect)));
            }
            Compared { from, to, renames, not_compared }
        }
        (from @ Loaded::Sources { .. }, to @ Loaded::Live { .. }) => {
            let Compared { from, to, not_compared, .. } = compare(to, from, workspace, shell)?;
            Compared { from: to, to: from, renames: Renames::default(), not_compared }
        }
        (Loaded::Live { described: from, alias }, Loaded::Live { described: to, .. }) => {
            let mut schema = from.schema;
            introspect::align(&mut schema, &to.schema, None, alias.target.dialect());
            // What both have in the same words is the same.
            let [left, right]: [BTreeSet<Other>; 2] =
                [from.others, to.others].map(|others| others.into_iter().collect());
            let not_compared = left.symmetric_difference(&right).cloned().collect();
            Compared { from: schema, to: to.schema, renames: Renames::default(), not_compared }
        }
    })
}

/// A comparison without a scratch database.
fn loose(from: &mut Schema, schema: &Schema, dialect: Dialect, not_compared: &mut Vec<Other>) -> Schema {
    let mut to = schema.clone();
    for name in introspect::loosen(from, &mut to, dialect) {
        not_compared.push(Other { kind: "text".to_owned(), name, definition: String::new() });
    }
    to
}

/// The statements that come from the one to the other. What this database's ALTER TABLE cannot do is said in a comment.
fn script(compared: &Compared, dialect: Dialect, shell: &mut Shell) -> Result<()> {
    let steps = diff(&compared.from, &compared.to, &compared.renames)
        .map_err(|problem| Failure::no(Diagnostic::error("the script cannot be made").caused_by(&problem)))?;
    for change in steps.run.iter().flat_map(|step| apart(&step.change, dialect)) {
        match sql::script([&change], dialect) {
            Ok(text) => shell.result(text.trim_end()),
            Err(problem) => {
                shell.result(&format!("-- {problem}"));
                let warning = Diagnostic::warning("the script leaves a change out").caused_by(&problem);
                shell.diagnostic(&warning.help("a migration can make it: it builds the table anew, without loss"));
            }
        }
    }
    Ok(())
}

/// The change; alteration by alteration where the database cannot make all of them.
fn apart(change: &schema::Change, dialect: Dialect) -> Vec<schema::Change> {
    match change {
        schema::Change::AlterTable(alter) if sql::render(change, dialect).is_err() => {
            let each = alter
                .alterations
                .iter()
                .map(|alteration| AlterTable { table: alter.table.clone(), alterations: vec![alteration.clone()] });
            each.map(schema::Change::AlterTable).collect()
        }
        _ => vec![change.clone()],
    }
}
