//! What is to be taken over.

use super::Tool;

/// What is to be taken over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// The one history that is there.
    Found,
    /// That of a tool.
    Of {
        /// The tool.
        tool: Tool,
        /// Its table, where its user has chosen another name; a schema may stand before it.
        table: Option<String>,
    },
    /// No history: a person says what is applied.
    Baseline {
        /// The newest migration that is applied, named by its name or version.
        to: String,
        /// Whether a history that is there after all is to be overlooked.
        overlook: bool,
    },
}
