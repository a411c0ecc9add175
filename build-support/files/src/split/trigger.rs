//! The bodies of triggers on SQLite.

use super::error::{Problem, SplitError};
use super::token::Token;

/// A statement of SQLite. The body of a trigger ends with an `END` right after a `;`, by which it differs from that of
/// a `CASE`; SQLite's own `sqlite3_complete` goes by this rule.
#[derive(Debug, Default)]
pub(super) struct Trigger {
    stage: Stage,
    /// Where its `BEGIN` stands.
    begin: Option<usize>,
    /// The last token was `BEGIN` or `;`.
    at_start: bool,
    /// The last token was the `END` of the body.
    ended: bool,
}

#[derive(Debug, Default, PartialEq)]
enum Stage {
    #[default]
    Start,
    Create,
    Trigger,
    Plain,
}

impl Trigger {
    pub(super) fn is_plain(&self) -> bool {
        self.stage == Stage::Plain
    }

    pub(super) fn take(&mut self, token: &Token<'_>) {
        match self.stage {
            Stage::Plain => {}
            Stage::Start if token.is_any(&["explain", "query", "plan"]) => {}
            Stage::Start => self.stage = if token.is("create") { Stage::Create } else { Stage::Plain },
            Stage::Create if token.is_any(&["temp", "temporary"]) => {}
            Stage::Create => self.stage = if token.is("trigger") { Stage::Trigger } else { Stage::Plain },
            Stage::Trigger if self.begin.is_none() => {
                if token.is("begin") {
                    self.begin = Some(token.start);
                    self.at_start = true;
                }
            }
            Stage::Trigger => {
                self.ended = self.at_start && token.is("end");
                self.at_start = false;
            }
        }
    }

    pub(super) fn semicolon(&mut self) -> bool {
        self.at_start = true;
        self.begin.is_none() || self.ended
    }

    pub(super) fn open(&self) -> Option<SplitError> {
        self.begin.filter(|_| !self.ended).map(|begin| SplitError::new(Problem::Body, begin))
    }
}
