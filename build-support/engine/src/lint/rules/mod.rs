//! The table of rules: one file a family.

mod column;
mod compatibility;
mod constraint;
mod data;
mod destructive;
mod hygiene;
mod index;
mod lock;
mod measured;
mod mysql;
mod sqlite;

use super::rule::Rule;

pub(super) use self::measured::{
    ALLOW_EXPIRED, ALLOW_UNKNOWN, ALLOW_UNREASONED, ALLOW_UNUSED, ASSERT_ALGORITHM, AUTO_INC_CAPACITY, BLOCKING_ALTER,
    FK_TYPE_MISMATCH, INDEX_ON_PARTITIONED, INVALID_INDEX_LEFT, MANY_TABLES_LOCKED, SQLITE_REBUILD,
    SQLITE_REBUILD_LOSES, TABLE_REWRITE,
};

/// The families.
const FAMILIES: [&[Rule]; 11] = [
    destructive::RULES,
    compatibility::RULES,
    data::RULES,
    column::RULES,
    constraint::RULES,
    index::RULES,
    lock::RULES,
    mysql::RULES,
    sqlite::RULES,
    hygiene::RULES,
    measured::RULES,
];

/// All rules.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    FAMILIES.into_iter().flatten()
}

/// The rule of that name.
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}
