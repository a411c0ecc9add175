//! SQL migrations: what can be wrong with them is found before anything is sent.

mod problem;
#[cfg(test)]
mod tests;

use glim::Direction;
use glim_files::layout::{Layout, Script};
use glim_files::split::{Statement, split};
use glim_files::statement::transaction_control;
use glim_schema::Dialect;

pub use self::problem::{Fault, ScriptProblem};

use crate::catalog::Entry;
use crate::plan::Plan;

/// Everything that is wrong with the SQL migrations of a plan, in its order, warnings among it.
pub fn check(plan: &Plan<'_>, dialect: Dialect) -> Vec<ScriptProblem> {
    let scripts = plan.steps.iter().filter_map(|step| Some((step, step.entry.script(step.direction)?)));
    let read = scripts.map(|(step, script)| admitted(step.entry, step.direction, script, dialect));
    read.filter_map(|read| read.map_or_else(Some, |(_, warning)| warning)).collect()
}

/// The statements of a script, without a transaction of the script's own around them: the engine opens one.
///
/// # Errors
/// It cannot be run as it stands.
pub(crate) fn statements<'s>(
    entry: &Entry,
    direction: Direction,
    script: &'s Script,
    dialect: Dialect,
) -> Result<Vec<Statement<'s>>, ScriptProblem> {
    admitted(entry, direction, script, dialect).map(|(statements, _)| statements)
}

/// The statements of an SQL migration, for people: where each begins, in bytes of the script's text, and its text.
pub fn listed(entry: &Entry, direction: Direction, dialect: Dialect) -> Vec<(usize, String)> {
    let script = entry.script(direction);
    let statements = script.and_then(|script| statements(entry, direction, script, dialect).ok()).unwrap_or_default();
    statements.iter().map(|statement| (statement.start, statement.text.to_owned())).collect()
}

/// The scripts of a plan.
pub(crate) struct Scripts<'p> {
    /// The statements of each step, in the plan's order; `None` where a step has no script.
    pub(crate) statements: Vec<Option<Vec<Statement<'p>>>>,
    /// What will run, and in vain.
    pub(crate) warnings: Vec<ScriptProblem>,
}

/// The scripts of a plan, each split once.
///
/// # Errors
/// All that is wrong with them, but for warnings.
pub(crate) fn all_statements<'p>(plan: &'p Plan<'_>, dialect: Dialect) -> Result<Scripts<'p>, Vec<ScriptProblem>> {
    let mut all = Scripts { statements: Vec::with_capacity(plan.steps.len()), warnings: Vec::new() };
    let mut problems = Vec::new();
    for step in &plan.steps {
        let script = step.entry.script(step.direction);
        match script.map(|script| admitted(step.entry, step.direction, script, dialect)).transpose() {
            Ok(read) => {
                let (statements, warning) = read.unzip();
                all.statements.push(statements);
                all.warnings.extend(warning.flatten());
            }
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

/// The statements of a script that can run, and what there is to say of them all the same.
fn admitted<'s>(
    entry: &Entry,
    direction: Direction,
    script: &'s Script,
    dialect: Dialect,
) -> Result<(Vec<Statement<'s>>, Option<ScriptProblem>), ScriptProblem> {
    let problem = |fault| {
        let layout = entry.code.sql().map_or(Layout::Glim, |sql| sql.layout);
        ScriptProblem { name: entry.name.clone(), direction, script: script.clone(), layout, fault }
    };
    let statements = read(script, dialect).map_err(problem)?;
    let fault = if script.transaction { problem::first(&statements, dialect) } else { None };
    match fault.map(problem) {
        Some(found) if !found.fault.is_warning() => Err(found),
        warning => Ok((statements, warning)),
    }
}

fn read(script: &Script, dialect: Dialect) -> Result<Vec<Statement<'_>>, Fault> {
    let statements = split(script.text(), dialect).map_err(Fault::Split)?;
    Ok(if script.transaction { without_frame(statements, dialect) } else { statements })
}

/// The statements between a `BEGIN` and a `COMMIT` that stand around all others, as files for other tools often have
/// them. A `BEGIN` that says more, such as an isolation level, is left, and so refused: the engine's own says less.
fn without_frame(mut statements: Vec<Statement<'_>>, dialect: Dialect) -> Vec<Statement<'_>> {
    let is_plain = |statement: &Statement<'_>, keywords: &[&str]| {
        // So short a text has no room for more than such words.
        if statement.text.len() > 100 {
            return false;
        }
        let words = statement.text.split_whitespace().collect::<Vec<_>>().join(" ");
        keywords.iter().any(|keyword| words.eq_ignore_ascii_case(keyword))
    };
    let begins = |it: &Statement<'_>| {
        is_plain(it, &["begin", "begin transaction", "begin work", "begin immediate", "start transaction"])
    };
    let ends =
        |it: &Statement<'_>| is_plain(it, &["commit", "commit transaction", "commit work", "end", "end transaction"]);
    if let [first, between @ .., last] = statements.as_slice()
        && begins(first)
        && ends(last)
        && between.iter().all(|it| transaction_control(it.text, dialect).is_none())
    {
        statements.pop();
        statements.remove(0);
    }
    statements
}
