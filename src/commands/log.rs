//! `log`: what was done to the database's migrations, by whom and when. Changes nothing, and needs no right to.

use glim::value::Timestamp;
use glim_engine::ledger::log::{Logged, Wanted, read};
use serde::Serialize;

use super::context::Context;
use super::database;
use super::options::Log;
use crate::exit::Exit;
use crate::failure::Result;
use crate::report::{Shell, plural};

/// The document of `--format json`.
#[derive(Serialize)]
struct Document<'d> {
    /// The version of this format; it changes when a field goes or changes its meaning.
    version: u32,
    alias: &'d str,
    database: String,
    log: Vec<Line<'d>>,
}

#[derive(Serialize)]
struct Line<'d> {
    at: Option<String>,
    action: &'d str,
    migration: &'d str,
    who: Option<&'d str>,
    host: Option<&'d str>,
    glim_version: Option<&'d str>,
    duration_ms: Option<i64>,
    message: Option<&'d str>,
}

pub(crate) fn run(options: &Log, context: &mut Context<'_>) -> Result<Exit> {
    let workspace = context.workspace()?;
    let settings = context.settings(&workspace)?;
    let alias = &settings.alias;
    let wanted = Wanted { migration: options.name.clone(), last: options.number.map(std::num::NonZeroU32::get) };
    let rows = match database::look_at(alias)? {
        Some(mut connection) => read(&mut *connection, &wanted).map_err(|error| database::ledger_failure(&error))?,
        None => Vec::new(),
    };
    if context.shell.is_json() {
        let log = rows.iter().map(describe).collect();
        context.shell.document(&Document { version: 1, alias: &alias.name, database: alias.address(), log });
    } else {
        show(&rows, context.shell);
    }
    context.shell.status("Log", &format!("{} on {}", plural(rows.len(), "action"), alias.address()));
    Ok(Exit::Done)
}

fn describe(row: &Logged) -> Line<'_> {
    Line {
        at: row.at.map(|at| format!("{}T{}Z", at.date, at.time)),
        action: &row.action,
        migration: &row.migration,
        who: row.who.as_deref(),
        host: row.host.as_deref(),
        glim_version: row.glim_version.as_deref(),
        duration_ms: row.duration_ms,
        message: row.message.as_deref(),
    }
}

/// One line an action, newest first: when, what, which migration, how long it took, who, with which glim; and below it, why.
fn show(rows: &[Logged], shell: &mut Shell) {
    let width = |text: fn(&Logged) -> &str| rows.iter().map(|row| text(row).chars().count()).max().unwrap_or(0);
    let (actions, names) = (width(|row| &row.action), width(|row| &row.migration));
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let at = row.at.map_or_else(String::new, moment);
        let took = row.duration_ms.map_or_else(String::new, |took| format!("{took} ms"));
        let who = [row.who.as_deref(), row.host.as_deref()].into_iter().flatten().collect::<Vec<_>>().join("@");
        let glim = row.glim_version.as_deref().map_or_else(String::new, |version| format!("glim {version}"));
        let (action, name) = (&row.action, &row.migration);
        let line = format!("{at:19}  {action:actions$}  {name:names$}  {took:>8}  {who}  {glim}");
        lines.push(line.trim_end().to_owned());
        lines.extend(row.message.iter().flat_map(|message| message.lines()).map(|line| format!("    {line}")));
    }
    shell.results(&lines);
}

/// Up to the second: a fraction is of no use to a person.
fn moment(at: Timestamp) -> String {
    let text = format!("{} {}", at.date, at.time);
    text.get(..19).unwrap_or(&text).to_owned()
}
