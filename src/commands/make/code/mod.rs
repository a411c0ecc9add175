//! The Rust source of a migration. Pure.

mod chain;
mod expression;
mod rows;
mod statement;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use glim_schema::Table;
use glim_schema::diff::Step;

pub(super) use rows::{camel, is_keyword};
use statement::Statements;

/// A migration to be written.
pub(super) struct Source<'s> {
    /// What the crate calls glim.
    pub(super) glim: &'s str,
    /// The migration's type.
    pub(super) type_name: &'s str,
    /// What it does, in a few words.
    pub(super) description: &'s str,
    /// Options of the registration, each with a comma before it.
    pub(super) options: &'s str,
    /// What is in it.
    pub(super) body: &'s Body<'s>,
}

/// What is in a migration.
pub(super) enum Body<'s> {
    /// Nothing yet.
    Empty,
    /// Changes of the schema.
    Schema {
        /// Those that do.
        run: &'s [Step],
        /// Those that undo.
        rollback: &'s [Step],
    },
    /// Rows of these tables.
    Data(&'s [&'s Table]),
}

/// The names of `glim::schema` that the source may need, in rustfmt's order.
const NAMES: [&str; 14] = [
    "Action",
    "AlterEnum",
    "AlterTable",
    "Check",
    "Column",
    "ColumnType",
    "Deferral",
    "EnumType",
    "ForeignKey",
    "Index",
    "IndexPart",
    "Table",
    "Unique",
    "self",
];

impl Source<'_> {
    /// The file's text, laid out as rustfmt does it by default in all but rare cases.
    pub(super) fn text(&self) -> String {
        let Self { glim, type_name, description, options, body } = self;
        let (mut shapes, mut helpers) = (String::new(), String::new());
        let (run, rollback) = match body {
            Body::Empty => (todo("do"), todo("undo")),
            Body::Schema { run, rollback } => {
                let mut tables = BTreeSet::new();
                let mut both = [*run, *rollback].map(|steps| Statements::new(steps, &mut tables));
                helpers = both.iter_mut().map(|each| std::mem::take(&mut each.helpers)).collect();
                let [run, rollback] = both;
                (run.body, rollback.body)
            }
            Body::Data(tables) => {
                shapes = tables.iter().map(|table| rows::shape(table, glim)).collect();
                (rows::example(tables), todo("undo"))
            }
        };
        let is_data = matches!(body, Body::Data(_));
        let mut text = String::new();
        let rest = format!("{run}{rollback}{helpers}");
        text.push_str(&imports(glim, &rest));
        let items = if is_data { "Db, Migration, Model, Result" } else { "Db, Migration, Result" };
        let _ = writeln!(text, "use {glim}::{{{items}}};\n{shapes}\n/// {}", sentence(description));
        let _ = writeln!(text, "pub struct {type_name};\n\nimpl Migration for {type_name} {{");
        let _ = writeln!(
            text,
            "    fn description(&self) -> &'static str {{\n        {}\n    }}\n",
            expression::literal(description)
        );
        for (name, body, gap) in [("run", run, "\n"), ("rollback", rollback, "")] {
            let uses = |line: &str| line.trim_start().starts_with("db.");
            let db = if body.lines().any(uses) { "db" } else { "_db" };
            let _ = write!(
                text,
                "    fn {name}(&self, {db}: &mut Db) -> Result<()> {{\n{body}        Ok(())\n    }}\n{gap}"
            );
        }
        let _ = writeln!(text, "}}\n\n{glim}::submit!({type_name}{options});");
        text.push_str(&helpers);
        text
    }
}

fn todo(what: &str) -> String {
    format!("        // What is to be {}ne stands here.\n", if what == "do" { "do" } else { "undo" })
}

/// The description as a sentence of a comment.
fn sentence(description: &str) -> String {
    let mut characters = description.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}.", characters.as_str())
}

fn imports(glim: &str, text: &str) -> String {
    let is_used = |name: &&&str| match **name {
        "self" => text.contains("schema::Default"),
        name => text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name),
    };
    let names: Vec<&str> = NAMES.iter().filter(is_used).copied().collect();
    match names.as_slice() {
        [] => String::new(),
        ["self"] => format!("use {glim}::schema;\n"),
        [one] => format!("use {glim}::schema::{one};\n"),
        many => {
            // rustfmt puts `self` first.
            let mut many: Vec<&str> = many.to_vec();
            if many.last() == Some(&"self") {
                many.rotate_right(1);
            }
            let line = format!("use {glim}::schema::{{{}}};\n", many.join(", "));
            if line.len() <= 101 { line } else { wrapped(glim, &many) }
        }
    }
}

/// A list of imports that is too long for one line.
fn wrapped(glim: &str, names: &[&str]) -> String {
    let mut text = format!("use {glim}::schema::{{\n");
    let mut line = String::new();
    for name in names {
        if !line.is_empty() && 4 + line.len() + 1 + name.len() + 1 > 100 {
            let _ = writeln!(text, "    {line}");
            line.clear();
        }
        let gap = if line.is_empty() { "" } else { " " };
        let _ = write!(line, "{gap}{name},");
    }
    let _ = write!(text, "    {line}\n}};\n");
    text
}
