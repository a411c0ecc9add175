//! Changes of a schema as statements of a migration, with what each may cost as a comment before it.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use glim_schema::Change;
use glim_schema::diff::{LossKind, Step};

use super::chain::Chain;
use super::expression::{self, literal};

/// How far statements are indented.
const INDENT: usize = 8;

/// The statements of one direction.
pub(super) struct Statements {
    /// What stands in the function.
    pub(super) body: String,
    /// Functions that make tables, which would be long where they are used.
    pub(super) helpers: String,
}

impl Statements {
    /// The statements of those changes. `taken` are the names of functions that are there already.
    pub(super) fn new(steps: &[Step], taken: &mut BTreeSet<String>) -> Self {
        let mut statements = Self { body: String::new(), helpers: String::new() };
        for step in steps {
            statements.comment(step);
            statements.change(&step.change, taken);
        }
        statements
    }

    fn comment(&mut self, step: &Step) {
        for loss in &step.losses {
            let what = match loss.kind() {
                LossKind::Loses => "Loses data",
                LossKind::NeedsValue => "Fails where there are rows, unless it gets a default",
                LossKind::MayFail => "May fail",
            };
            let loss = loss.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
            let _ = writeln!(self.body, "        // {what}: {loss}.");
        }
    }

    fn change(&mut self, change: &Change, taken: &mut BTreeSet<String>) {
        match change {
            Change::CreateTable(table) => {
                let name = function_name(&table.name, taken);
                let made = expression::table(table).laid_out(4, 0);
                let _ = write!(self.helpers, "\nfn {name}() -> Table {{\n    {made}\n}}\n");
                self.call("create_table", &format!("{name}()"));
            }
            Change::DropTable { table } => self.call("drop_table", &literal(table)),
            Change::AlterTable(alter) => {
                let mut chain = Chain::new("AlterTable::new", [literal(&alter.table)]);
                for each in &alter.alterations {
                    expression::alteration(each, &mut chain);
                }
                self.call_with("alter_table", &[chain]);
            }
            Change::CreateIndex { table, index } => {
                self.call_with("create_index", &[Chain::plain(literal(table)), expression::index(index)]);
            }
            Change::DropIndex { table, name } => {
                self.call("drop_index", &format!("{}, {}", literal(table), literal(name)));
            }
            Change::CreateEnum(ty) => self.call_with("create_enum", &[expression::enum_type(ty)]),
            Change::AlterEnum(alter) => self.call_with("alter_enum", &[expression::alter_enum(alter)]),
            Change::DropEnum { name } => self.call("drop_enum", &literal(name)),
        }
    }

    fn call(&mut self, method: &str, arguments: &str) {
        let _ = writeln!(self.body, "{:INDENT$}db.{method}({arguments})?;", "");
    }

    /// A call with what chains make.
    fn call_with(&mut self, method: &'static str, arguments: &[Chain]) {
        let call = Chain::statement(method, arguments, INDENT);
        let _ = writeln!(self.body, "{:INDENT$}db{call}?;", "");
    }
}

/// A function's name for a table: what no identifier can hold is replaced, and a number told apart what is then alike.
fn function_name(table: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let stem = table.chars().map(plain).collect::<String>();
    let stem = stem.trim_matches('_');
    let stem =
        if stem.starts_with(|first: char| first.is_ascii_digit()) { format!("t{stem}") } else { stem.to_owned() };
    // The suffix also keeps it from being a word of the language.
    let stem = if stem.is_empty() { "table".to_owned() } else { format!("{stem}_table") };
    let mut name = stem.clone();
    let mut count = 2;
    while !taken.insert(name.clone()) {
        name = format!("{stem}_{count}");
        count += 1;
    }
    name
}
