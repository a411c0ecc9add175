//! PostgreSQL: the locks of the transaction, and in which file each table and index is.

use std::collections::{BTreeMap, BTreeSet};

use super::measured::{Lock, Measured, Mode};
use crate::driver::{Connection, Result};
use crate::scratch::texts;

const RELATIONS: &str = "SELECT c.oid::text, coalesce(t.oid, c.oid)::regclass::text, \
     coalesce(pg_relation_filenode(c.oid), 0)::text, c.relkind::text \
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
     LEFT JOIN pg_index i ON i.indexrelid = c.oid LEFT JOIN pg_class t ON t.oid = i.indrelid \
     WHERE c.relkind IN ('r', 'p', 'm', 'i', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') \
     AND c.relname NOT LIKE 'glim\\_%'";

const LOCKS: &str = "SELECT relation::text, mode FROM pg_locks WHERE pid = pg_backend_pid() AND granted \
     AND locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// Tables and indexes, and the locks that are held.
pub(super) struct State {
    /// By number: the table, its own or that of the index; the file; and whether it is a table.
    relations: BTreeMap<String, Relation>,
    locks: BTreeSet<(String, String)>,
}

struct Relation {
    table: String,
    file: String,
    is_table: bool,
    is_partitioned: bool,
}

impl State {
    pub(super) fn take(conn: &mut dyn Connection) -> Result<Self> {
        let mut relations = BTreeMap::new();
        for row in texts(conn, RELATIONS)? {
            if let [oid, table, file, kind] = row.as_slice() {
                let (table, file) = (table.clone(), file.clone());
                let relation = Relation { table, file, is_table: kind != "i", is_partitioned: kind == "p" };
                relations.insert(oid.clone(), relation);
            }
        }
        let locks = texts(conn, LOCKS)?;
        let locks =
            locks.into_iter().filter_map(|row| <[String; 2]>::try_from(row).ok().map(|[oid, mode]| (oid, mode)));
        Ok(Self { relations, locks: locks.collect() })
    }

    /// What has changed since.
    pub(super) fn since(&self, before: &Self, measured: &mut Measured) {
        for (oid, mode) in self.locks.difference(&before.locks) {
            // A table that was dropped is known from before; what is new is nobody else's.
            let table = before.relations.get(oid).filter(|relation| relation.is_table);
            if let (Some(relation), Some(mode)) = (table, Mode::of(mode)) {
                if relation.is_partitioned && !measured.partitioned.contains(&relation.table) {
                    measured.partitioned.push(relation.table.clone());
                }
                let known = measured.locks.iter_mut().find(|lock| lock.table == relation.table);
                match known {
                    Some(known) => known.mode = known.mode.max(mode),
                    None => measured.locks.push(Lock { table: relation.table.clone(), mode }),
                }
            }
        }
        for (oid, relation) in &self.relations {
            let moved = before.relations.get(oid).is_some_and(|then| then.file != relation.file);
            if moved && !measured.rewritten.contains(&relation.table) {
                measured.rewritten.push(relation.table.clone());
            }
        }
        measured.is_complete = true;
    }
}
