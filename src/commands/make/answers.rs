//! What only a person knows: whether something was renamed, what rows get for a new column, and whether a loss is meant.

use std::path::{Path, PathBuf};

use glim_parse::scan::Place;
use glim_schema::Default;
use glim_schema::diff::{Ambiguity, Difference, Loss, LossKind};

use super::super::context::Context;
use super::super::options::Make;
use super::super::sources;
use super::fill::{self, At};
use super::intent::Intent;
use super::written::Edits;
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::diagnostic::Diagnostic;
use crate::workspace::Workspace;

/// Settles what may have been renamed: by `--drop`, or by asking, or not at all, which is a failure. Says whether there are
/// new hints.
pub(super) fn renames(
    ambiguous: &[Ambiguity],
    options: &Make,
    intent: &mut Intent,
    edits: &mut Edits,
    workspace: &Workspace,
    context: &mut Context<'_>,
) -> Result<bool> {
    let open: Vec<&Ambiguity> = ambiguous.iter().filter(|each| !options.drop.contains(&dropped(each))).collect();
    if open.is_empty() {
        return Ok(false);
    }
    if !context.shell.is_interactive() {
        let diagnostics = open.iter().map(|each| question(each, intent, workspace)).collect();
        return Err(Failure { exit: Exit::Question, diagnostics });
    }
    let (mut taken, mut marks) = (Vec::new(), Vec::new());
    for each in open {
        let (gone, new) = (dropped(each), added(each));
        // One thing goes on as one other at most.
        if taken.contains(&gone) || taken.contains(&new) {
            continue;
        }
        let Some(answer) = context.shell.ask_line(&format!("Was {} renamed to {}? [y/N]", shown(&gone), shown(&new)))
        else {
            return Err(Failure { exit: Exit::Question, diagnostics: vec![question(each, intent, workspace)] });
        };
        if matches!(answer.to_lowercase().as_str(), "y" | "yes") {
            mark(each, intent, edits, &mut marks, workspace)?;
            taken.extend([gone, new]);
        }
    }
    Ok(!marks.is_empty())
}

/// Writes `was` where the new name stands, and follows it at once. `marks` are the lines, as the models were read, before
/// which others were written.
fn mark(
    each: &Ambiguity,
    intent: &mut Intent,
    edits: &mut Edits,
    marks: &mut Vec<(PathBuf, usize)>,
    workspace: &Workspace,
) -> Result<()> {
    let renames = std::mem::take(&mut intent.renames);
    let (was, spot) = match each {
        Ambiguity::Table { dropped, added } => {
            intent.renames = renames.table(dropped.as_str(), added.as_str());
            (dropped, spot_of_table(added, intent))
        }
        Ambiguity::Column { table, dropped, added } => {
            intent.renames = renames.column(table.as_str(), dropped.as_str(), added.as_str());
            (dropped, spot_of_column(table, added, intent))
        }
    };
    let written = match spot {
        Some((place, line)) => {
            let file = place.file.clone();
            let moved = marks.iter().filter(|(marked, at)| *marked == file && *at < line).count();
            match edits.read(&file)?.as_deref().and_then(|text| insert(text, line + moved, was)) {
                Some(text) => {
                    marks.push((file.clone(), line));
                    edits.write(file, text);
                    true
                }
                None => false,
            }
        }
        None => false,
    };
    if written {
        Ok(())
    } else {
        Err(Failure { exit: Exit::Question, diagnostics: vec![question(each, intent, workspace)] })
    }
}

/// The text with the attribute on a line of its own before that line; `None` where something else begins on the line.
fn insert(text: &str, line: usize, was: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    let at = line.checked_sub(1).filter(|at| *at < lines.len())?;
    let content = lines[at].trim_start();
    let begins = content.split_whitespace().next()?;
    let is_item = begins == "struct" || begins.starts_with("pub") || begins.ends_with(':');
    if !is_item || content.contains('{') && !content.contains("struct") {
        return None;
    }
    let indent = &lines[at][..lines[at].len() - content.len()];
    let ending = if lines[at].ends_with("\r\n") { "\r\n" } else { "\n" };
    let attribute = format!("{indent}#[glim(was = {was:?})]{ending}");
    lines.insert(at, &attribute);
    Some(lines.concat())
}

fn spot_of_table<'i>(table: &str, intent: &'i Intent) -> Option<(&'i Place, usize)> {
    intent.model(table).map(|model| (&model.place, model.place.line))
}

fn spot_of_column<'i>(table: &str, column: &str, intent: &'i Intent) -> Option<(&'i Place, usize)> {
    let model = intent.model(table)?;
    let field = model.fields.iter().find(|field| field.column.as_deref() == Some(column))?;
    Some((&model.place, field.line))
}

/// The question, with both answers as edits.
fn question(each: &Ambiguity, intent: &Intent, workspace: &Workspace) -> Diagnostic {
    let (gone, new) = (dropped(each), added(each));
    let (kind, was, spot) = match each {
        Ambiguity::Table { dropped, added } => ("table", dropped, spot_of_table(added, intent)),
        Ambiguity::Column { table, dropped, added } => ("column", dropped, spot_of_column(table, added, intent)),
    };
    let place = spot.map(|(place, line)| format!("{}:{line}", sources::relative(Path::new(&place.file), workspace)));
    let place = place.unwrap_or_else(|| "its model".to_owned());
    Diagnostic::error(format!("was the {kind} {} renamed to {}, or does it go?", shown(&gone), shown(&new)))
        .help(format!("if it was renamed, write `#[glim(was = {was:?})]` above {place}"))
        .help(format!("if it goes with what it holds, and the other is new, add `--drop {gone}`"))
}

/// `table` or `table.column`.
fn dropped(each: &Ambiguity) -> String {
    match each {
        Ambiguity::Table { dropped, .. } => dropped.clone(),
        Ambiguity::Column { table, dropped, .. } => format!("{table}.{dropped}"),
    }
}

fn added(each: &Ambiguity) -> String {
    match each {
        Ambiguity::Table { added, .. } => added.clone(),
        Ambiguity::Column { table, added, .. } => format!("{table}.{added}"),
    }
}

/// `` `table`.`column` ``.
fn shown(object: &str) -> String {
    format!("`{}`", object.replacen('.', "`.`", 1))
}

/// Values for columns that come without one: from `--default`, or asked for. A person may leave it open.
pub(super) fn values(difference: &Difference, options: &Make, context: &mut Context<'_>) -> Result<Vec<(At, Default)>> {
    let needed: Vec<At> = difference
        .losses()
        .filter_map(|loss| match loss {
            Loss::Required { table, column } => Some(At { table: table.clone(), column: column.clone() }),
            _ => None,
        })
        .collect();
    let mut values = Vec::new();
    for (object, text) in &options.defaults {
        let Some(at) = needed.iter().find(|at| format!("{}.{}", at.table, at.column) == *object) else {
            let error = Diagnostic::error(format!("`--default {object}` names no column that needs a value"));
            let names = needed.iter().map(|at| format!("{}.{}", at.table, at.column)).collect::<Vec<_>>().join(", ");
            let none = "no new column needs one".to_owned();
            return Err(Failure::usage(error.note(if names.is_empty() { none } else { format!("these do: {names}") })));
        };
        values.push((at.clone(), fill::value(text)));
    }
    for at in needed {
        if values.iter().any(|(known, _)| *known == at) || options.allow_loss {
            continue;
        }
        let object = shown(&format!("{}.{}", at.table, at.column));
        let question =
            format!("What do rows that are there get for {object}, as SQL writes it? (nothing to leave it open)");
        match context.shell.ask_line(&question) {
            Some(answer) if !answer.is_empty() => values.push((at, fill::value(&answer))),
            _ => {}
        }
    }
    Ok(values)
}

/// Refuses to write what would lose something, or fail on any row, until that was said to be meant.
pub(super) fn refuse_losses(difference: &Difference, values: &[(At, Default)], options: &Make) -> Result<()> {
    if options.allow_loss {
        return Ok(());
    }
    let mut diagnostics = Vec::new();
    for loss in difference.losses() {
        let diagnostic = Diagnostic::error(format!("the migration {loss}"));
        match (loss, loss.kind()) {
            (Loss::Required { table, column }, _) => {
                let object = format!("{table}.{column}");
                if values.iter().any(|(at, _)| at.table == *table && at.column == *column) {
                    continue;
                }
                let help = format!(
                    "say what they get, as SQL writes it: `--default \"{object}='...'\"`, or give the field a \
                     `#[glim(default = ...)]`, or make it an `Option`"
                );
                let none = "where the table has no rows, `--allow-loss` writes it without a value";
                diagnostics.push(diagnostic.help(help).help(none));
            }
            (Loss::Table { table }, _) if options.drop.contains(table) => {}
            (Loss::Column { table, column }, _) if options.drop.contains(&format!("{table}.{column}")) => {}
            (_, LossKind::Loses) => diagnostics.push(diagnostic.help("add `--allow-loss` if that is meant")),
            (_, LossKind::NeedsValue | LossKind::MayFail) => {}
        }
    }
    if diagnostics.is_empty() { Ok(()) } else { Err(Failure { exit: Exit::Question, diagnostics }) }
}

#[cfg(test)]
mod tests {
    use super::insert;

    #[test]
    fn the_attribute_goes_on_a_line_of_its_own() {
        let text = "#[derive(Model)]\npub struct A {\n    #[glim(length = 9)]\n    pub mail: String,\n}\n";
        let expected = "#[derive(Model)]\npub struct A {\n    #[glim(length = 9)]\n    #[glim(was = \"email\")]\n    \
                        pub mail: String,\n}\n";
        assert_eq!(insert(text, 4, "email").as_deref(), Some(expected));
        assert!(insert(text, 2, "b").is_some_and(|text| text.contains("#[glim(was = \"b\")]\npub struct A")));
        assert_eq!(insert("pub struct A { id: i32, mail: String }\n", 9, "email"), None);
        assert!(insert("struct A {\n    id: i32, mail: String }\n", 2, "email").is_some());
    }
}
