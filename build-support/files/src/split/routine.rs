//! Bodies in SQL of functions and procedures, and the actions of rules, on PostgreSQL.

use super::error::{Problem, SplitError};
use super::token::{Kind, Token};

/// A statement of PostgreSQL. Only two kinds have a `;` inside that is not quoted: a routine with `BEGIN ATOMIC ...
/// END`, where each `CASE` has an `END` too, and a rule that does several things, in parentheses.
#[derive(Debug, Default)]
pub(super) struct Routine {
    stage: Stage,
    /// Where the blocks or parentheses begin that are open.
    open: Vec<usize>,
    /// The `BEGIN` that the last token was.
    begin: Option<usize>,
    /// The last token was a dot or `AS`: what follows is a name, were it `end`.
    name_next: bool,
}

#[derive(Debug, Default, PartialEq)]
enum Stage {
    #[default]
    Start,
    Create,
    Routine,
    Rule,
    Plain,
}

impl Routine {
    pub(super) fn is_plain(&self) -> bool {
        self.stage == Stage::Plain
    }

    pub(super) fn take(&mut self, token: &Token<'_>) {
        match self.stage {
            Stage::Plain => {}
            Stage::Start => self.stage = if token.is("create") { Stage::Create } else { Stage::Plain },
            Stage::Create if token.is_any(&["or", "replace"]) => {}
            Stage::Create if token.is_any(&["function", "procedure"]) => self.stage = Stage::Routine,
            Stage::Create => self.stage = if token.is("rule") { Stage::Rule } else { Stage::Plain },
            Stage::Rule => match token.kind {
                Kind::Mark(b'(') => self.open.push(token.start),
                Kind::Mark(b')') => drop(self.open.pop()),
                _ => {}
            },
            Stage::Routine => self.take_of_routine(token),
        }
    }

    fn take_of_routine(&mut self, token: &Token<'_>) {
        let begin = self.begin.take();
        let is_name = std::mem::replace(&mut self.name_next, token.is_mark(b'.') || token.is("as"));
        if is_name {
            return;
        }
        if self.open.is_empty() {
            if token.is("begin") {
                self.begin = Some(token.start);
            } else if let (Some(begin), true) = (begin, token.is("atomic")) {
                self.open.push(begin);
            }
        } else if token.is("case") {
            self.open.push(token.start);
        } else if token.is("end") {
            self.open.pop();
        }
    }

    pub(super) fn semicolon(&mut self) -> bool {
        self.name_next = false;
        self.open.is_empty()
    }

    pub(super) fn open(&self) -> Option<SplitError> {
        let problem = if self.stage == Stage::Rule { Problem::Parenthesis } else { Problem::Body };
        self.open.first().map(|start| SplitError::new(problem, *start))
    }
}
