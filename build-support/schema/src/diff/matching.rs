//! Which constraints and indexes of two tables are the same, whatever they are called.

use crate::form::Named;

/// How one list of constraints or indexes becomes another.
#[derive(Clone, Debug)]
pub(super) struct Matched<T> {
    /// Those that go.
    pub(super) gone: Vec<T>,
    /// Those that stay, by their names until now and from now on.
    pub(super) kept: Vec<(T, String, String)>,
    /// Those that come.
    pub(super) new: Vec<T>,
}

/// Compares two lists of one table, which is called so from now on; the old ones have their names. What cannot be `kept`
/// goes and comes again.
pub(super) fn matched<T: Named>(old: &[T], new: &[T], table: &str, keep: impl Fn(&T) -> bool) -> Matched<T> {
    let mut open: Vec<&T> = new.iter().collect();
    let (mut gone, mut kept) = (Vec::new(), Vec::new());
    let mut take = |each: &T, named: bool| {
        let (form, name) = (each.nameless(), each.name_in(table));
        let same = |other: &&T| other.nameless() == form && (!named || other.name_in(table) == name);
        let place = open.iter().position(same)?;
        Some((each.clone(), name, open.remove(place).name_in(table)))
    };
    let mut rest = Vec::new();
    for each in old {
        match if keep(each) { take(each, true) } else { None } {
            Some(pair) => kept.push(pair),
            None => rest.push(each),
        }
    }
    for each in rest {
        match if keep(each) { take(each, false) } else { None } {
            Some(pair) => kept.push(pair),
            None => gone.push(each.clone()),
        }
    }
    let new = open.into_iter().cloned().collect();
    Matched { gone, kept, new }
}

impl<T: Named> Matched<T> {
    /// Lets go and come again what cannot just be renamed: all that, where `rename` is false, and what would need a name
    /// that another has until then.
    pub(super) fn without_renames(mut self, new: &[T], table: &str, rename: bool) -> Self {
        let olds: Vec<String> = self.kept.iter().map(|(_, old, _)| old.clone()).collect();
        let (kept, apart): (Vec<_>, Vec<_>) =
            self.kept.into_iter().partition(|(_, old, name)| old == name || rename && !olds.contains(name));
        for (each, _, name) in apart {
            self.new.extend(
                new.iter().find(|other| other.name_in(table) == name && other.nameless() == each.nameless()).cloned(),
            );
            self.gone.push(each);
        }
        self.kept = kept;
        self
    }

    /// The names that change.
    pub(super) fn renames(&self) -> impl Iterator<Item = (&str, &str)> {
        self.kept.iter().map(|(_, old, new)| (old.as_str(), new.as_str())).filter(|(old, new)| old != new)
    }
}
