//! Recording migrations as applied on a person's word, for a database without a history. Pure.

use std::collections::HashMap;

use super::AdoptError;
use super::compare::{Adoption, Record, Verified, pending};
use crate::catalog::{Entry, Version};
use crate::ledger::{Row, State};
use crate::near::nearest_first;

/// Everything up to that migration, named by its name or version, as far as the ledger lacks it. The migrations come in
/// the order in which they are applied.
///
/// # Errors
/// No migration, or more than one, is named so; or the ledger has one of them as begun and not finished.
pub fn baseline<'a>(entries: &'a [Entry], rows: &[Row], to: &str) -> Result<Adoption<'a>, AdoptError> {
    let last = position(entries, to)?;
    let states: HashMap<_, _> = rows.iter().map(|row| (row.name.as_str(), row.state)).collect();
    let (mut records, mut recorded, mut unfinished) = (Vec::new(), 0, Vec::new());
    for entry in &entries[..=last] {
        match states.get(entry.name.as_str()) {
            None => records.push(Record {
                name: entry.name.clone(),
                entry: Some(entry),
                at: None,
                duration_ms: None,
                verified: Verified::Not,
            }),
            Some(State::Applied) => recorded += 1,
            Some(&state) => unfinished.push((entry.name.clone(), state)),
        }
    }
    if !unfinished.is_empty() {
        return Err(AdoptError::Unfinished { migrations: unfinished });
    }
    let pending = pending(entries, rows, &records);
    Ok(Adoption { history: None, records, recorded, pending })
}

fn position(entries: &[Entry], to: &str) -> Result<usize, AdoptError> {
    if let Some(at) = entries.iter().position(|entry| entry.name == to) {
        return Ok(at);
    }
    let version = Version::parse(to);
    let has_version = |entry: &Entry| {
        let own = entry.version.as_deref();
        own == Some(to) || (version.is_some() && own.and_then(Version::parse) == version)
    };
    let found: Vec<_> = (0..entries.len()).filter(|&at| has_version(&entries[at])).collect();
    match found[..] {
        [at] => Ok(at),
        [] => {
            let near = nearest_first(to, entries.iter().map(|entry| entry.name.as_str()));
            Err(AdoptError::UnknownBaseline {
                given: to.to_owned(),
                near: near.into_iter().map(str::to_owned).collect(),
            })
        }
        _ => {
            let names = found.iter().map(|&at| entries[at].name.clone()).collect();
            Err(AdoptError::AmbiguousBaseline { given: to.to_owned(), names })
        }
    }
}
