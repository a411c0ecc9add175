//! Foreign keys of a table and to it: which rows violate them, before and after.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use glim::error::ErrorClass;
use glim::value::Value;

use super::query::{integer, rows, text, texts};
use super::{Failure, Refusal};
use crate::driver::Connection;

/// What was found of each key: its violations, or that SQLite cannot check it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Violations {
    keys: BTreeMap<Key, Found>,
    unchecked: BTreeMap<String, String>,
}

/// The table that refers, that referred to, and the referring columns.
type Key = (String, String, Vec<String>);

/// How many rows violate a key, and which, as one number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Found {
    rows: u64,
    which: u64,
}

impl Violations {
    /// The violations of the keys that a rebuild of the table can touch.
    pub(super) fn find(conn: &mut dyn Connection, table: &str) -> Result<Self, Failure> {
        let mut all = Self::default();
        let referring = "SELECT DISTINCT s.name FROM main.sqlite_schema AS s, pragma_foreign_key_list(s.name, 'main') AS f \
            WHERE s.type = 'table' AND (f.\"table\" = $1 COLLATE NOCASE OR s.name = $1 COLLATE NOCASE)";
        for child in texts(conn, referring, &[table])? {
            let columns = "SELECT id, \"from\", \"table\" FROM pragma_foreign_key_list($1, 'main') ORDER BY id, seq";
            let mut keys: BTreeMap<i64, Key> = BTreeMap::new();
            for row in rows(conn, columns, &[&child])? {
                let parent = text(&row, 2).unwrap_or_default().to_lowercase();
                let key = keys.entry(integer(&row, 0)).or_insert_with(|| (child.to_lowercase(), parent, Vec::new()));
                key.2.push(text(&row, 1).unwrap_or_default().to_lowercase());
            }
            let check = "SELECT rowid, fkid FROM pragma_foreign_key_check($1, 'main')";
            let mut each = |_: &_, row: Vec<Value>| {
                if let Some(key) = keys.get(&integer(&row, 1)) {
                    let found = all.keys.entry(key.clone()).or_default();
                    found.rows += 1;
                    found.which = found.which.wrapping_add(scatter(integer(&row, 0)));
                }
                ControlFlow::Continue(())
            };
            match conn.ask(check, &[Value::Text(child.clone())], &mut each) {
                Ok(()) => {}
                Err(error) if error.class == ErrorClass::Cancelled => return Err(error.into()),
                Err(error) => {
                    all.unchecked.insert(child.to_lowercase(), error.message);
                }
            }
        }
        Ok(all)
    }

    /// Whether a later look found nothing new.
    pub(super) fn allow(&self, after: &Self) -> Result<(), Refusal> {
        for (child, message) in &after.unchecked {
            if self.unchecked.get(child) != Some(message) {
                return Err(Refusal::new(format!("the foreign keys of `{child}` would be broken: {message}")));
            }
        }
        for (key, found) in &after.keys {
            let before = self.keys.get(key).copied().unwrap_or_default();
            if before != *found {
                let (child, parent, columns) = key;
                let rows = if found.rows == 1 { "1 row".to_owned() } else { format!("{} rows", found.rows) };
                let columns = columns.join("`, `");
                return Err(Refusal::new(format!(
                    "{rows} of `{child}` would refer by `{columns}` to no row of `{parent}`"
                )));
            }
        }
        Ok(())
    }
}

/// Spreads a number over all bits, so that sums of different sets differ (the finaliser of `SplitMix64`).
fn scatter(number: i64) -> u64 {
    let mut bits = number.cast_unsigned().wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
