//! SeaORM's words for a schema: entities (`DeriveEntityModel`, also with the relations among the fields, as
//! `#[sea_orm::model]` has them), `DeriveRelation`, and the types that entities use: `DeriveActiveEnum`,
//! `DeriveValueType`, `FromJsonQueryResult`.
//!
//! An entity may say what indexes, defaults and comments there are, but most do not, and none says what checks there are.

mod active_enum;
mod case;
mod column_type;
mod default;
mod entity;
mod keys;
mod relation;
#[cfg(test)]
mod tests;
mod types;
mod value_type;

pub use self::active_enum::active_enum;
pub use self::entity::{Entity, entity};
pub use self::relation::{Relation, relations};
pub use self::value_type::{ValueType, value_type};
