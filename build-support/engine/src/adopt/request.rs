//! What is to be taken over.

use super::Tool;

/// What is to be taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Whose history.
    pub origin: Origin,
    /// Record everything up to this migration, named by its name or version, for a database without a history.
    pub baseline: Option<String>,
}

/// Whose history is taken over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    /// The one that is there.
    #[default]
    Whatever,
    /// That of a tool.
    Tool {
        /// The tool.
        tool: Tool,
        /// Its table, where its user has chosen another name; a schema may stand before it.
        table: Option<String>,
    },
    /// None, although one may be there.
    Nothing,
}
