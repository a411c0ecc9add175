//! What another library's items say of tables, each on its own.

mod assemble;
mod read;

use glim_schema::{Action, ColumnType};

pub(super) use self::assemble::assemble;
use super::found::{FoundModel, Place, SourceProblem};

/// What an item says.
pub(super) struct Piece {
    pub(super) place: Place,
    pub(super) kind: Kind,
}

/// The kinds of items.
pub(super) enum Kind {
    /// It is a table.
    Table(Box<FoundTable>),
    /// It has no table that could be compared, but a name.
    View(String),
    /// It is a type that columns have.
    Type { name: String, ty: ColumnType },
    /// It is about foreign keys of a table that stands elsewhere.
    References(Vec<Reference>),
}

/// A table of which other items may have more to say.
pub(super) struct FoundTable {
    pub(super) model: FoundModel,
    /// For each column, the path of a type that another item has to tell of.
    pub(super) declared: Vec<Option<String>>,
    /// For each column, what it is called as a variant, where that does not follow from the field's name.
    pub(super) variants: Vec<Option<String>>,
    pub(super) references: Vec<Reference>,
}

/// That columns of a table refer to another's.
pub(super) struct Reference {
    /// The table that refers, by its item's name; `None` for the one in the module.
    pub(super) child: Option<String>,
    /// The path of what is referred to.
    pub(super) parent: String,
    /// The columns that refer, by their fields.
    pub(super) from: Vec<String>,
    /// The columns that are referred to, by their fields; none for the primary key.
    pub(super) to: Vec<String>,
    pub(super) on_delete: Action,
    pub(super) on_update: Action,
    pub(super) name: Option<String>,
    /// What to say if one of them is not found.
    pub(super) unfound: SourceProblem,
}
