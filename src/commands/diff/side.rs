//! One side of a comparison, loaded.

use glim_engine::driver::Connection;
use glim_engine::introspect::{self, Described, Other};
use glim_engine::session::Session;
use glim_parse::scan::FoundModel;
use glim_schema::diff::{Renames, diff};
use glim_schema::{Column, ColumnType, Dialect, Schema, Table, Unique, sql};

use crate::commands::context::Context;
use crate::commands::make::recorded::Recorded;
use crate::commands::options::Side;
use crate::commands::{database, explain, scratch, sources};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;
use crate::settings::{Alias, Outline, Settings};
use crate::workspace::{CargoOptions, Revision, Workspace};

/// A schema, and where it is from.
pub(super) enum Loaded {
    /// From sources; of some, all that they do not say means nothing, and some tables are in schemas that no database is
    /// asked for.
    Sources { schema: Schema, renames: Renames, says_all: bool, elsewhere: Vec<Other> },
    /// From the database of an alias.
    Live { described: Described, alias: Box<Alias> },
}

impl Loaded {
    /// Reads one side; `settings` are there if one of both is a database.
    pub(super) fn load(
        side: &Side,
        workspace: &Workspace,
        settings: Option<&Settings>,
        context: &mut Context<'_>,
    ) -> Result<Self> {
        let outline = Outline::load(&workspace.root, context.db)?;
        match side {
            Side::Models => Self::of_models(workspace, &outline, context),
            Side::Revision(revision) => {
                let then = Revision::write_out(revision, workspace, context.cargo)?;
                let then = then.ok_or_else(|| Revision::absent(revision))?;
                Self::of_models(&then.workspace, &outline, context)
            }
            Side::Lock => {
                let schema = Recorded::of_all(workspace, &outline)?;
                Ok(Self::Sources { schema, renames: Renames::default(), says_all: true, elsewhere: Vec::new() })
            }
            Side::Database(name) => match (name, settings) {
                (None, Some(settings)) => described(settings.alias.clone()),
                (name, _) => {
                    let name = name.as_deref().or(context.db);
                    let settings = Settings::load(&workspace.root, name, &|name| std::env::var(name).ok())?;
                    described(settings.alias)
                }
            },
        }
    }

    /// The models of the whole workspace that are the alias's: where a part is missing, its tables would seem dropped.
    fn of_models(workspace: &Workspace, outline: &Outline, context: &mut Context<'_>) -> Result<Self> {
        let whole =
            CargoOptions { workspace: true, packages: Vec::new(), exclude: Vec::new(), ..context.cargo.clone() };
        let scan = sources::models(workspace, &workspace.select(&whole)?, outline.models)?;
        sources::refuse_errors(&scan, workspace, context.shell)?;
        let (mut schema, mut renames) = (Schema::default(), Renames::default());
        let ours = |model: &&FoundModel| !model.frozen && model.db.as_ref().is_none_or(|db| *db == outline.alias);
        let (there, here): (Vec<_>, Vec<_>) = scan.models.iter().filter(ours).partition(|model| model.is_elsewhere());
        for model in here {
            sources::add(&mut schema, model, workspace)?;
            renames = model.hints(renames);
        }
        let other = |model: &FoundModel| {
            let definition = sources::shown(&model.place, workspace);
            Other { kind: "table".to_owned(), name: model.shown_table(), definition }
        };
        let elsewhere = there.into_iter().map(other).collect();
        Ok(Self::Sources { schema, renames, says_all: scan.library.says_all(), elsewhere })
    }

    /// The alias, of what has one.
    pub(super) fn alias(&self) -> Option<&Alias> {
        match self {
            Self::Sources { .. } => None,
            Self::Live { alias, .. } => Some(alias),
        }
    }
}

/// What the database of an alias holds. One that is not there holds nothing.
fn described(alias: Alias) -> Result<Loaded> {
    let described = match database::look_at(&alias)? {
        Some(mut connection) => read(&mut *connection)?,
        None => Described::default(),
    };
    Ok(Loaded::Live { described, alias: Box::new(alias) })
}

fn read(connection: &mut dyn Connection) -> Result<Described> {
    introspect::describe(connection)
        .map_err(|error| Failure::no(explain::database(Diagnostic::error("cannot read the schema"), &error)))
}

/// Makes of a schema that does not say all what it means in that database: its types are spelt as there, and what is a view
/// there is no table, since other libraries describe one as they do a table.
pub(super) fn mean(schema: &mut Schema, described: &Described, dialect: Dialect) {
    let is_view = |name: &str| described.others.iter().any(|other| other.kind.contains("view") && other.name == name);
    schema.tables.retain(|name, _| !is_view(name));
    introspect::take_types(schema, &described.schema, Some(dialect));
    // What a domain is made of is known to the database alone.
    let is_domain = |name: &str| described.others.iter().any(|other| other.kind == "domain" && other.name == name);
    for (name, table) in &mut schema.tables {
        let Some(live) = described.schema.table(name) else { continue };
        for column in &mut table.columns {
            let given = live.find_column(&column.name).map(|column| &column.ty);
            if let Some(given @ ColumnType::Native(name)) = given
                && is_domain(name)
            {
                column.ty.clone_from(given);
            }
        }
    }
}

/// The schema as the alias's own kind of database gives it back, made in a scratch database; `None`, with the reason
/// said, where none may be made.
pub(super) fn made(
    schema: &Schema,
    described: &Described,
    alias: &Alias,
    workspace: &Workspace,
    shell: &mut Shell,
) -> Result<Option<Schema>> {
    let scratch = match scratch::create(alias, workspace, shell) {
        Ok(scratch) => scratch,
        Err(failure) if failure.exit == Exit::No => {
            for diagnostic in &failure.diagnostics {
                let cause = diagnostic.causes.first().map_or_else(String::new, |cause| format!(": {cause}"));
                shell.note(&format!("{}{cause}", diagnostic.title));
            }
            return Ok(None);
        }
        Err(failure) => return Err(failure),
    };
    let mut connection = scratch.connect().map_err(|error| scratch::failure(&alias.name, &error))?;
    for extension in described.others.iter().filter(|other| other.kind == "extension") {
        let name = sql::quote(connection.dialect(), &extension.name);
        // One that cannot be made is missed by what needs it.
        let _ = connection.batch(&format!("CREATE EXTENSION IF NOT EXISTS {name} CASCADE"));
    }
    let referred = referred(schema, &described.schema);
    let mut whole = schema.clone();
    whole.tables.extend(referred.iter().map(|table| (table.name.clone(), table.clone())));
    let steps = diff(&Schema::default(), &whole, &Renames::default())
        .map_err(|problem| Failure::no(Diagnostic::error("the schema cannot be made").caused_by(&problem)))?;
    let mut session = Session::unguarded(&mut *connection);
    if let Some(error) = steps.run.iter().find_map(|step| session.change(&step.change).err()) {
        let title = format!("the schema cannot be made on a scratch database of `{}`", alias.name);
        let note = "it is compared as it is written, and what the server rewrites is left out";
        shell.diagnostic(&explain::error(Diagnostic::warning(title), &error).note(note));
        drop(connection);
        scratch::remove(scratch, shell);
        return Ok(None);
    }
    let mut made = read(&mut *connection)?.schema;
    drop(connection);
    for table in referred {
        made.tables.remove(&table.name);
    }
    scratch::remove(scratch, shell);
    Ok(Some(made))
}

/// Tables that keys refer to and that only the database has, as far as keys need them.
fn referred(schema: &Schema, live: &Schema) -> Vec<Table> {
    let mut found: Vec<Table> = Vec::new();
    let keys = schema.tables.values().flat_map(|table| &table.foreign_keys);
    for key in keys.filter(|key| !schema.tables.contains_key(&key.references)) {
        let Some(table) = live.table(&key.references) else { continue };
        let place = found.iter().position(|other| other.name == table.name).unwrap_or_else(|| {
            found.push(Table::new(table.name.as_str()));
            found.len() - 1
        });
        let made = &mut found[place];
        for column in key.referenced_columns.iter().filter_map(|name| table.find_column(name)) {
            if made.find_column(&column.name).is_none() {
                made.columns.push(Column::new(column.name.as_str(), column.ty.clone()));
            }
        }
        let unique = Unique::new(key.referenced_columns.iter().cloned());
        if !made.uniques.contains(&unique) {
            made.uniques.push(unique);
        }
    }
    found
}

/// The kind of database that both are written for, if one of them is a database.
pub(super) fn dialect(from: &Loaded, to: &Loaded) -> Result<Option<Dialect>> {
    if let (Some(from), Some(to)) = (from.alias(), to.alias())
        && from.target.dialect() != to.target.dialect()
    {
        let [from, to] = [from, to].map(|alias| format!("`{}` is {}", alias.name, alias.target.dialect().title()));
        let error = Diagnostic::error(format!("{from}, {to}: their schemas are not written in the same words"));
        return Err(Failure::usage(error.help("compare each with `models`")));
    }
    Ok(from.alias().or(to.alias()).map(|alias| alias.target.dialect()))
}
