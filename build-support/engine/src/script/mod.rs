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
    scripts.filter_map(|(step, script)| find(step.entry, step.direction, script, dialect)).collect()
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
    let admit = |statements: Vec<Statement<'s>>| match problem::first(&statements, dialect) {
        Some(fault) if script.transaction && !fault.is_warning() => Err(fault),
        _ => Ok(statements),
    };
    read(script, dialect).and_then(admit).map_err(|fault| problem(entry, direction, script, fault))
}

/// The statements of every script of a plan, in its order; `None` where a step has no script.
///
/// # Errors
/// All that is wrong with them, but for warnings.
pub(crate) fn all_statements<'p>(
    plan: &'p Plan<'_>,
    dialect: Dialect,
) -> Result<Vec<Option<Vec<Statement<'p>>>>, Vec<ScriptProblem>> {
    let (mut all, mut problems) = (Vec::with_capacity(plan.steps.len()), Vec::new());
    for step in &plan.steps {
        let script = step.entry.script(step.direction);
        match script.map(|script| statements(step.entry, step.direction, script, dialect)).transpose() {
            Ok(statements) => all.push(statements),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(all) } else { Err(problems) }
}

fn find(entry: &Entry, direction: Direction, script: &Script, dialect: Dialect) -> Option<ScriptProblem> {
    let fault = match read(script, dialect) {
        Err(fault) => Some(fault),
        Ok(statements) if script.transaction => problem::first(&statements, dialect),
        Ok(_) => None,
    };
    fault.map(|fault| problem(entry, direction, script, fault))
}

fn problem(entry: &Entry, direction: Direction, script: &Script, fault: Fault) -> ScriptProblem {
    let layout = entry.code.sql().map_or(Layout::Glim, |sql| sql.layout);
    ScriptProblem { name: entry.name.clone(), direction, script: script.clone(), layout, fault }
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
