//! Why a migration cannot go on by itself, in words for a person.

use std::fmt;

/// Why a migration that was interrupted cannot go on by itself. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stuck {
    /// It was begun without a journal: by an older glim, or in a transaction that it has ended itself.
    NoJournal,
    /// It was under way in the other direction.
    OtherDirection,
    /// A statement is not the one that was sent in its place.
    Differs {
        /// Which.
        position: i64,
        /// What was sent.
        then: String,
        /// What is sent now.
        now: String,
    },
    /// It sends fewer statements than were sent.
    Fewer {
        /// The first that it does not send any more.
        position: i64,
        /// What was sent.
        then: String,
    },
    /// Nobody can tell whether a statement was run to its end.
    Unclear {
        /// Which.
        position: i64,
        /// Its text.
        statement: String,
        /// What is not as it was, and not as the statement makes it either; empty where it leaves no trace.
        difference: String,
    },
    /// The answer to a query was not kept.
    NoAnswer {
        /// Which.
        position: i64,
        /// Its text.
        statement: String,
    },
    /// A statement has left something in its session, which is gone with it.
    SessionGone {
        /// Which.
        position: i64,
        /// What, such as "a temporary object".
        what: &'static str,
    },
    /// A statement asks its session of what the one before it did there, and that session is gone.
    AsksSession {
        /// Which.
        position: i64,
        /// The function.
        function: String,
    },
}

impl fmt::Display for Stuck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoJournal => f.write_str("there is no journal of what it has done"),
            Self::OtherDirection => f.write_str("the journal is of its other direction"),
            Self::Differs { position, .. } => {
                write!(f, "statement {position} is not the one that was run in its place")
            }
            Self::Fewer { position, .. } => write!(f, "statement {position}, which was run, is not there any more"),
            Self::Unclear { position, difference, .. } if difference.is_empty() => {
                write!(f, "nothing tells whether statement {position} was run to its end")
            }
            Self::Unclear { position, .. } => {
                write!(f, "what statement {position} touches is neither as before nor as it makes it")
            }
            Self::NoAnswer { position, .. } => write!(f, "the answer to statement {position} was not kept"),
            Self::SessionGone { position, what } => {
                write!(f, "statement {position} has made {what}, which is gone with its session")
            }
            Self::AsksSession { position, function } => {
                write!(f, "statement {position} asks for `{function}` of a session that is gone")
            }
        }
    }
}

impl Stuck {
    /// More about it, part by part.
    pub fn details(&self) -> Vec<String> {
        match self {
            Self::Differs { then, now, .. } => vec![format!("it was: {then}"), format!("it is: {now}")],
            Self::Fewer { then, .. } => vec![format!("it was: {then}")],
            Self::Unclear { statement, difference, .. } => {
                let mut details = vec![format!("the statement was: {statement}")];
                if !difference.is_empty() {
                    details.push(format!("the difference to what was there before it:\n{difference}"));
                }
                details
            }
            Self::NoAnswer { statement, .. } => vec![
                format!("the statement was: {statement}"),
                "answers of a protected alias are kept only if its configuration says `keep_answers = true`, and none \
                 that is long"
                    .to_owned(),
            ],
            Self::NoJournal | Self::OtherDirection | Self::SessionGone { .. } | Self::AsksSession { .. } => Vec::new(),
        }
    }
}
