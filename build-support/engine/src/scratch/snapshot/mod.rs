//! All that a database holds besides rows, as texts that can be compared: to see whether two ways lead to one schema.
//!
//! The order of columns does not count: one that is dropped and added again stands last. Glim's own tables do not count.

mod mysql;
mod postgres;
mod sqlite;

use std::collections::BTreeMap;

use glim::error::DatabaseError;
use glim_schema::Dialect;

use crate::driver::Connection;

/// What a database holds: what each object is called, such as `column users.name`, and how it is defined.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    objects: BTreeMap<String, String>,
}

impl Snapshot {
    /// What the database holds now.
    ///
    /// # Errors
    /// The database refuses.
    pub fn take(conn: &mut dyn Connection) -> Result<Self, DatabaseError> {
        let objects = match conn.dialect() {
            Dialect::Sqlite => sqlite::objects(conn)?,
            Dialect::Postgres => postgres::objects(conn)?,
            Dialect::Mysql => mysql::objects(conn)?,
        };
        Ok(Self { objects: objects.into_iter().collect() })
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.objects.len()
    }

    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    /// Leaves a table out, with all that is part of it.
    pub fn forget(&mut self, table: &str) {
        let is_part = |c: char| !c.is_alphanumeric() && c != '_';
        self.objects.retain(|name, _| !name.split(is_part).any(|word| word == table));
    }

    /// What is missing in the other one or defined otherwise there: a line for each object.
    pub fn lost_in(&self, other: &Self) -> Vec<String> {
        let mut found = Vec::new();
        for (name, definition) in &self.objects {
            match other.objects.get(name) {
                None => found.push(format!("{name} is missing")),
                Some(there) if there != definition => {
                    found.push(format!("{name} was `{definition}`, and is `{there}`"));
                }
                Some(_) => {}
            }
        }
        found
    }

    /// What is otherwise in the other one: a line for each object, none where both are the same.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut found = self.lost_in(other);
        let new = other.objects.keys().filter(|name| !self.objects.contains_key(*name));
        found.extend(new.map(|name| format!("{name} is left over")));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::Snapshot;

    fn snapshot(objects: &[(&str, &str)]) -> Snapshot {
        let objects = objects.iter().map(|&(name, definition)| (name.to_owned(), definition.to_owned()));
        Snapshot { objects: objects.collect() }
    }

    #[test]
    fn a_table_that_is_left_out_takes_its_parts_along() {
        let mut all = snapshot(&[("column public.t.a", "int"), ("index i on public.t", ""), ("table u: t", "")]);
        all.forget("u");
        assert_eq!(all.len(), 2);
        all.forget("t");
        assert!(all.is_empty());
    }

    #[test]
    fn what_is_missing_changed_or_left_over_is_named() {
        let before = snapshot(&[("column t.a", "int"), ("column t.b", "int"), ("index i", "(a)")]);
        let after = snapshot(&[("column t.a", "int"), ("column t.b", "text"), ("table u", "")]);
        assert_eq!(
            before.differences(&after),
            ["column t.b was `int`, and is `text`", "index i is missing", "table u is left over"]
        );
        assert_eq!(before.differences(&before), Vec::<String>::new());
    }
}
