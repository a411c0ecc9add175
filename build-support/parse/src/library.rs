//! The libraries whose models are read.

use std::fmt;
use std::str::FromStr;

/// A library in whose words models are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Library {
    /// glim: structs with `#[derive(Model)]`.
    #[default]
    Glim,
    /// diesel: `table!`, as `schema.rs` has it.
    Diesel,
    /// SeaORM: entities, structs with `#[derive(DeriveEntityModel)]`.
    SeaOrm,
}

impl Library {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Glim, Self::Diesel, Self::SeaOrm];

    /// The name that the configuration has for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Glim => "glim",
            Self::Diesel => "diesel",
            Self::SeaOrm => "sea-orm",
        }
    }

    /// The name as its makers write it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Glim => "glim",
            Self::Diesel => "diesel",
            Self::SeaOrm => "SeaORM",
        }
    }

    /// The package that its users depend on.
    pub const fn package(self) -> &'static str {
        match self {
            Self::Glim => "glim-migrations",
            Self::Diesel => "diesel",
            Self::SeaOrm => "sea-orm",
        }
    }

    /// Whether its models say all that there is to say of a table. Where they do not, what they leave out says nothing:
    /// their users write defaults, indexes and checks into migrations alone, and a type says what a column holds but not
    /// how the database spells it.
    pub const fn says_all(self) -> bool {
        match self {
            Self::Glim => true,
            Self::Diesel | Self::SeaOrm => false,
        }
    }
}

impl fmt::Display for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Library {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|library| library.name() == name).ok_or(())
    }
}
