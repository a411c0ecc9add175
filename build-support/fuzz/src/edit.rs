//! Changes of an input.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

/// One change of a list of pieces.
#[derive(Clone, Debug)]
enum Edit {
    /// Some pieces are taken away.
    Remove { at: Index, count: usize },
    /// Some pieces of an entry are put in.
    Copy { at: Index, entry: Index, from: Index, count: usize },
    /// A piece becomes one of some entry.
    Replace { at: Index, entry: Index, from: Index },
    /// Something odd is put in.
    Odd { at: Index, which: Index },
    /// Some pieces stand there many times, as in what is nested deeply.
    Repeat { at: Index, count: usize, times: usize },
    /// The rest is taken away.
    Cut { at: Index },
}

fn edit() -> impl Strategy<Value = Edit> {
    let index = any::<Index>;
    prop_oneof![
        4 => (index(), 1..6_usize).prop_map(|(at, count)| Edit::Remove { at, count }),
        4 => (index(), index(), index(), 1..24_usize)
            .prop_map(|(at, entry, from, count)| Edit::Copy { at, entry, from, count }),
        4 => (index(), index(), index()).prop_map(|(at, entry, from)| Edit::Replace { at, entry, from }),
        4 => (index(), index()).prop_map(|(at, which)| Edit::Odd { at, which }),
        1 => (index(), 1..4_usize, prop_oneof![9 => 2..9_usize, 1 => 2..3000_usize])
            .prop_map(|(at, count, times)| Edit::Repeat { at, count, times }),
        1 => index().prop_map(|at| Edit::Cut { at }),
    ]
}

/// Entries with a few changes. `odd` is what seldom stands in one.
pub(crate) fn edited<'p>(entries: &'p [Vec<&'p [u8]>], odd: &'p [&'p [u8]]) -> impl Strategy<Value = Vec<u8>> + 'p {
    (any::<Index>(), vec(edit(), 1..8)).prop_map(move |(entry, edits)| {
        let mut pieces = entry.get(entries).clone();
        for edit in &edits {
            edit.apply(&mut pieces, entries, odd);
        }
        pieces.concat()
    })
}

impl Edit {
    fn apply<'p>(&self, pieces: &mut Vec<&'p [u8]>, entries: &[Vec<&'p [u8]>], odd: &[&'p [u8]]) {
        // An index into what has at least the end.
        let place = |at: &Index, pieces: &[&[u8]]| at.index(pieces.len() + 1);
        let some = |entry: &Index, from: &Index, count: usize| {
            let entry = entry.get(entries);
            let from = place(from, entry);
            entry[from..(from + count).min(entry.len())].to_vec()
        };
        match self {
            Self::Remove { at, count } => {
                let at = place(at, pieces);
                pieces.drain(at..(at + count).min(pieces.len()));
            }
            Self::Copy { at, entry, from, count } => {
                let at = place(at, pieces);
                pieces.splice(at..at, some(entry, from, *count));
            }
            Self::Replace { at, entry, from } => {
                let at = place(at, pieces);
                pieces.splice(at..(at + 1).min(pieces.len()), some(entry, from, 1));
            }
            Self::Odd { at, which } => pieces.insert(place(at, pieces), odd[which.index(odd.len())]),
            Self::Repeat { at, count, times } => {
                let at = place(at, pieces);
                let end = (at + count).min(pieces.len());
                let repeated = pieces[at..end].repeat(*times);
                pieces.splice(at..end, repeated);
            }
            Self::Cut { at } => pieces.truncate(place(at, pieces)),
        }
    }
}
