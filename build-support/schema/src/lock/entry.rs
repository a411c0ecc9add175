//! One line's object.

use crate::{Check, Column, EnumType, ForeignKey, Index, Unique};

/// What a line describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Enum(EnumType),
    Table { name: String, comment: Option<String> },
    Column { table: String, column: Column },
    PrimaryKey { table: String, columns: Vec<String> },
    Unique { table: String, unique: Unique },
    Index { table: String, index: Index },
    ForeignKey { table: String, key: ForeignKey },
    Check { table: String, check: Check },
}

impl Entry {
    /// What a person calls it; two lines for one object have the same.
    pub(super) fn object(&self) -> String {
        match self {
            Self::Enum(ty) => format!("enum `{}`", ty.name),
            Self::Table { name, .. } => format!("table `{name}`"),
            Self::Column { table, column } => format!("column `{table}`.`{}`", column.name),
            Self::PrimaryKey { table, .. } => format!("the primary key of `{table}`"),
            Self::Unique { table, unique } => format!("unique constraint `{}` of `{table}`", unique.name_in(table)),
            Self::Index { table, index } => format!("index `{}` of `{table}`", index.name_in(table)),
            Self::ForeignKey { table, key } => format!("foreign key `{}` of `{table}`", key.name_in(table)),
            Self::Check { table, check } => format!("check `{}` of `{table}`", check.name_in(table)),
        }
    }

    /// The table that it is part of.
    pub(super) fn table(&self) -> Option<&str> {
        match self {
            Self::Enum(_) | Self::Table { .. } => None,
            Self::Column { table, .. }
            | Self::PrimaryKey { table, .. }
            | Self::Unique { table, .. }
            | Self::Index { table, .. }
            | Self::ForeignKey { table, .. }
            | Self::Check { table, .. } => Some(table),
        }
    }
}
