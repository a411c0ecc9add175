//! The configuration: `glim.toml` or workspace metadata, the environment and `--db` become one checked [`Settings`].
//! Every problem is found at once, and nothing is connected to.

mod alias;
mod check;
mod connection;
pub(crate) mod duration;
mod file;
mod folders;
mod library;
mod mask;
mod outline;
mod scratch;
mod table;
mod url;
mod variables;

use std::path::Path;

use glim_engine::near::nearest;
use glim_parse::Library;
use toml::Spanned;
use toml::de::DeTable;

pub(crate) use alias::Alias;
use alias::Keys;
use check::{Check, Form};
use file::{File, Source};
pub(crate) use folders::Folders;
pub(crate) use mask::manifest as mask_manifest;
pub(crate) use outline::Outline;
pub(crate) use scratch::ScratchServer;
use table::Table;
use variables::Variables;

use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;

/// The alias that is used when nothing names one.
const DEFAULT: &str = "default";

/// What was configured, checked.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// The connection to use.
    pub(crate) alias: Alias,
    /// Where it is from.
    pub(crate) origin: Origin,
    /// Where SQL migrations are.
    pub(crate) folders: Folders,
    /// The library of the models; none where the sources are to show it.
    pub(crate) models: Option<Library>,
}

/// Where a connection is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The configuration.
    Configured,
    /// `DATABASE_URL` in the environment.
    DatabaseUrl,
    /// `DATABASE_URL` in `.env`.
    DatabaseUrlInFile,
    /// Nothing is configured.
    Nothing,
}

/// The configuration's tables, read.
#[derive(Default)]
struct Document {
    /// `extensions.migration.db`.
    chosen: Option<Spanned<String>>,
    aliases: Vec<Keys>,
    folders: Folders,
    models: Option<Library>,
}

impl Settings {
    /// Reads the configuration of the workspace at `root` (absolute), for the alias `db` or the configured one; `env`
    /// looks up a variable of the process.
    pub(crate) fn load(root: &Path, db: Option<&str>, env: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let variables = Variables::new(root, env);
        match File::find(root)? {
            Some(file) => file.parse(|table, source| {
                let mut problems = Vec::new();
                let document = Document::read(table, source, &mut problems);
                document.settle(Some(source), problems, root, db, &variables)
            }),
            None => Document::default().settle(None, Vec::new(), root, db, &variables),
        }
    }

    /// What the user should hear about the connection before it is used, if anything.
    pub(crate) fn announcement(&self) -> Option<String> {
        let (name, address) = (&self.alias.name, self.alias.address());
        match self.origin {
            Origin::Configured => None,
            Origin::DatabaseUrl => Some(format!("DATABASE_URL replaces `[db.{name}]`: {address}")),
            Origin::DatabaseUrlInFile => Some(format!("DATABASE_URL in .env replaces `[db.{name}]`: {address}")),
            Origin::Nothing => Some(format!("no database is configured, using {address}")),
        }
    }
}

impl Document {
    fn read(root: &DeTable<'_>, source: &Source, problems: &mut Vec<Diagnostic>) -> Self {
        let mut document = Self::default();
        let mut top = Table::new("the configuration", root, source);
        if let Some((_, extensions)) = top.table("extensions", problems) {
            let mut extensions = Table::new("`[extensions]`", extensions, source);
            if let Some((_, migration)) = extensions.table("migration", problems) {
                let mut migration = Table::new("`[extensions.migration]`", migration, source);
                document.chosen = migration.text("db", problems);
                document.folders = Folders::read(&mut migration, source, problems);
                document.models = library::read(&mut migration, source, problems);
                migration.finish(problems);
            }
            extensions.finish(problems);
        }
        if let Some((_, aliases)) = top.table("db", problems) {
            for (key, value) in aliases {
                let name: &str = key.get_ref();
                match value.get_ref() {
                    toml::de::DeValue::Table(table) => {
                        document.aliases.push(Keys::read((key.span(), name), table, source, problems));
                    }
                    other => problems.push(
                        Diagnostic::error(format!("`{name}` in `[db]` is {}, not a table", table::kind(other)))
                            .at(source.snippet(key.span(), "expected a table"))
                            .help("each connection has a table: write `[db.default]`, and its keys below it"),
                    ),
                }
            }
        }
        top.finish(problems);
        document
    }

    /// Checks everything, and picks the alias to use.
    fn settle(
        &self,
        source: Option<&Source>,
        mut problems: Vec<Diagnostic>,
        root: &Path,
        db: Option<&str>,
        variables: &Variables<'_>,
    ) -> Result<Settings> {
        let configured = self.chosen.as_ref().map_or(DEFAULT, |chosen| chosen.get_ref());
        let name = db.unwrap_or(configured);
        let database_url = (name == configured)
            .then(|| variables.get("DATABASE_URL"))
            .flatten()
            .filter(|variable| !variable.value.trim().is_empty());

        let mut selected = None;
        let mut is_known = false;
        for keys in &self.aliases {
            let is_selected = keys.name == name;
            is_known |= is_selected;
            let mut check = Check {
                subject: format!("`[db.{}]`", keys.name),
                form: Form::Keys,
                source,
                span: 0..0,
                is_selected: is_selected && database_url.is_none(),
                is_damaged: false,
                misspelt: Vec::new(),
                variables,
                root,
                problems: &mut problems,
            };
            let alias = keys.check(&mut check);
            if is_selected {
                selected = Some((keys, alias));
            }
        }
        let is_bare = self.aliases.is_empty() && name == DEFAULT;
        let settled = match (&database_url, selected) {
            (Some(variable), ref selected) if selected.is_some() || is_bare => {
                let bare = Keys::without_any(name);
                let keys = selected.as_ref().map_or(&bare, |(keys, _)| keys);
                let origin = match variable.from_file {
                    _ if keys.is_database_url() => Origin::Configured,
                    true => Origin::DatabaseUrlInFile,
                    false => Origin::DatabaseUrl,
                };
                let url = Spanned::new(0..0, variable.value.trim().to_owned());
                replaced(keys, &url, variables, root, source, &mut problems).map(|alias| (alias, origin))
            }
            (_, Some((_, alias))) => alias.map(|alias| (alias, Origin::Configured)),
            (_, None) if is_bare => Some((Alias::without_configuration(name, root), Origin::Nothing)),
            (_, None) => None,
        };
        if !is_known && !is_bare {
            problems.push(self.unknown_alias(name, db.is_some(), source));
        }
        match settled {
            Some((alias, origin)) if problems.is_empty() => {
                Ok(Settings { alias, origin, folders: self.folders.or_default(root), models: self.models })
            }
            _ => {
                problems.sort_by_key(|problem| problem.snippets.first().map_or(usize::MAX, |place| place.span.start));
                problems.dedup();
                Err(Failure { exit: Exit::Usage, diagnostics: problems })
            }
        }
    }

    fn unknown_alias(&self, name: &str, is_from_flag: bool, source: Option<&Source>) -> Diagnostic {
        let mut names: Vec<&str> = self.aliases.iter().map(|keys| keys.name.as_str()).collect();
        names.sort_unstable();
        let shown = mask::name(name);
        let mut problem = match (&self.chosen, source) {
            (Some(chosen), Some(source)) if !is_from_flag => Diagnostic::error(format!("unknown alias `{shown}`"))
                .at(source.snippet(chosen.span(), "no such connection")),
            (None, _) if !is_from_flag => Diagnostic::error("no connection is chosen")
                .help("name one: `db = \"...\"` in `[extensions.migration]`, or `--db` on the command line"),
            _ => Diagnostic::error(format!("unknown alias `{shown}` in `--db`")),
        };
        if names.is_empty() {
            problem = problem.note("no connection is configured");
        } else {
            problem = problem.note(format!("configured are {}", names.join(", ")));
        }
        match nearest(name, names.iter().copied()) {
            _ if shown != name => {
                problem.help(format!("a URL belongs in `{}`: `url = \"${{DATABASE_URL}}\"`", file::OWN))
            }
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None if names.is_empty() => problem.help(format!("add a table `[db.{name}]` to `{}`", file::OWN)),
            None => problem,
        }
    }
}

/// The alias with the connection of `DATABASE_URL`.
fn replaced(
    keys: &Keys,
    url: &Spanned<String>,
    variables: &Variables<'_>,
    root: &Path,
    source: Option<&Source>,
    problems: &mut Vec<Diagnostic>,
) -> Option<Alias> {
    let mut of_url = Vec::new();
    let check = |subject: String, form, source, problems| Check {
        subject,
        form,
        source,
        span: 0..0,
        is_selected: true,
        is_damaged: false,
        misspelt: Vec::new(),
        variables,
        root,
        problems,
    };
    let alias = keys.check_replaced(
        url,
        &mut check(format!("`[db.{}]`", keys.name), Form::Keys, source, problems),
        &mut check("`DATABASE_URL`".to_owned(), Form::Url, None, &mut of_url),
    );
    problems.append(&mut of_url);
    alias
}

#[cfg(test)]
mod tests;
