//! What can be wrong with an SQL migration before it runs.

use std::fmt;
use std::ops::Range;

use glim::Direction;
use glim_files::layout::{Layout, Script};
use glim_files::split::{SplitError, Statement};
use glim_files::statement::{Effect, Outside, outside_transaction, transaction_control, uses_new_enum_value};
use glim_schema::Dialect;

/// Why an SQL migration cannot be run as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptProblem {
    /// The migration.
    pub name: String,
    /// Which way it was to be run.
    pub direction: Direction,
    /// The text, and the file that it is from.
    pub script: Script,
    /// The layout that it is read by.
    pub layout: Layout,
    /// What is wrong.
    pub fault: Fault,
}

/// What is wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It cannot be split into statements.
    Split(SplitError),
    /// A statement does not belong inside a transaction.
    Outside {
        /// The statement, in bytes of the text.
        range: Range<usize>,
        /// Which, and what happens to it.
        outside: Outside,
    },
    /// A statement begins or ends a transaction.
    Control {
        /// The statement, in bytes of the text.
        range: Range<usize>,
        /// The keyword.
        keyword: &'static str,
    },
    /// A value of an enumeration is added and used in one transaction.
    EnumValue {
        /// The statement that uses it, in bytes of the text.
        range: Range<usize>,
        /// The value, with its quotes.
        value: String,
    },
}

impl ScriptProblem {
    /// What is meant, in bytes of the text that the script sends.
    pub fn range(&self) -> Range<usize> {
        match &self.fault {
            Fault::Split(error) => error.start..error.start,
            Fault::Outside { range, .. } | Fault::Control { range, .. } | Fault::EnumValue { range, .. } => {
                range.clone()
            }
        }
    }
}

impl fmt::Display for ScriptProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let before = self.script.text().get(..self.range().start).unwrap_or_default();
        let line = self.script.line as usize + before.matches('\n').count();
        let Self { name, script, fault, .. } = self;
        let verdict = if fault.is_warning() { "does not all that it says" } else { "cannot be run as it is" };
        write!(f, "the migration `{name}` {verdict}: {}:{line}: {fault}", script.path.display())
    }
}

impl Fault {
    /// Whether the migration can run all the same.
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::Outside { outside: Outside { effect: Effect::Ignored, .. }, .. })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Split(error) => error.fmt(f),
            Self::Outside { outside, .. } => outside.fmt(f),
            Self::Control { keyword, .. } => {
                write!(f, "`{keyword}` begins or ends a transaction, and the migration already runs in one")
            }
            Self::EnumValue { value, .. } => {
                write!(f, "the new value {value} cannot be used in the transaction that adds it")
            }
        }
    }
}

/// The first statement that cannot run in the transaction that is opened around them; one that is only without effect
/// counts when there is no other.
pub(super) fn first(statements: &[Statement<'_>], dialect: Dialect) -> Option<Fault> {
    let range = |statement: &Statement<'_>| statement.start..statement.end();
    let mut ignored = None;
    for statement in statements {
        if let Some(keyword) = transaction_control(statement.text, dialect) {
            return Some(Fault::Control { range: range(statement), keyword });
        }
        match outside_transaction(statement.text, dialect) {
            Some(outside) if outside.effect == Effect::Refused => {
                return Some(Fault::Outside { range: range(statement), outside });
            }
            Some(outside) if ignored.is_none() => ignored = Some(Fault::Outside { range: range(statement), outside }),
            _ => {}
        }
    }
    if dialect == Dialect::Postgres
        && let Some(used) = uses_new_enum_value(statements)
    {
        return Some(Fault::EnumValue { range: range(&statements[used.used]), value: used.value.to_owned() });
    }
    ignored
}
