//! What git leaves where two sides have changed the same lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::lock::LockError;
use crate::lock::parse::entry;

/// The error for a text with git's markers; `None` where it has none.
pub(super) fn conflict(text: &str) -> Option<LockError> {
    let mut first = None;
    let mut side = Side::Both;
    let mut sides: [BTreeMap<String, &str>; 2] = Default::default();
    for (number, line) in (1..).zip(text.lines()) {
        if let Some(next) = Side::after(line) {
            first.get_or_insert(number);
            side = next;
            continue;
        }
        // A line that cannot be read says nothing about an object.
        let Ok(entry) = entry(line) else { continue };
        match side {
            Side::Ours => drop(sides[0].insert(entry.object(), line)),
            Side::Theirs => drop(sides[1].insert(entry.object(), line)),
            Side::Both | Side::Base => {}
        }
    }
    let line = first?;
    let [ours, theirs] = sides;
    let both = ours.iter().filter(|(object, line)| theirs.get(*object).is_some_and(|other| other != *line));
    let both: Vec<String> = both.map(|(object, _)| object.clone()).collect();
    let error = if both.is_empty() {
        let differ = |one: &BTreeMap<String, &str>, other: &BTreeMap<String, &str>| -> BTreeSet<String> {
            one.keys().filter(|object| !other.contains_key(*object)).cloned().collect()
        };
        let mut objects = differ(&ours, &theirs);
        objects.extend(differ(&theirs, &ours));
        let objects: Vec<String> = objects.into_iter().collect();
        let about = if objects.is_empty() { String::new() } else { format!(" about {}", objects.join(", ")) };
        let help = "no object was changed on both sides: keep the lines of both, and remove the markers";
        LockError { objects, ..LockError::new(line, format!("a merge was left unfinished{about}"), help) }
    } else {
        let message = format!("both sides of a merge have changed {}", both.join(", "));
        let help = "keep the line that agrees with the models for each, and remove the markers";
        LockError { objects: both, ..LockError::new(line, message, help) }
    };
    Some(error)
}

/// Whose lines follow.
enum Side {
    Both,
    Ours,
    Base,
    Theirs,
}

impl Side {
    /// The side that begins after that line, if it is a marker.
    fn after(line: &str) -> Option<Self> {
        let marker =
            |start: &str| line.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        if marker("<<<<<<<") {
            Some(Self::Ours)
        } else if marker("|||||||") {
            Some(Self::Base)
        } else if marker("=======") {
            Some(Self::Theirs)
        } else if marker(">>>>>>>") {
            Some(Self::Both)
        } else {
            None
        }
    }
}
