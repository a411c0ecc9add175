//! How far a backfill came, as the journal keeps it.

/// How far a backfill came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Checkpoint {
    /// The key of the last row of the last batch; empty before the first.
    pub(crate) key: Vec<String>,
    /// How many rows were changed.
    pub(crate) changed: u64,
}

impl Checkpoint {
    /// As texts of which the journal makes one.
    pub(crate) fn parts(&self) -> Vec<Option<String>> {
        let changed = self.changed.to_string();
        std::iter::once(&changed).chain(&self.key).map(|part| Some(part.clone())).collect()
    }

    /// What [`parts`](Self::parts) gave; `None` where it was not.
    pub(crate) fn of_parts(parts: Vec<Option<String>>) -> Option<Self> {
        let mut parts = parts.into_iter();
        let changed = parts.next()??.parse().ok()?;
        let key: Vec<String> = parts.collect::<Option<_>>()?;
        (!key.is_empty()).then_some(Self { key, changed })
    }
}

#[cfg(test)]
mod tests {
    use super::Checkpoint;

    #[test]
    fn a_checkpoint_is_read_as_it_was_written_and_nothing_else_is_one() {
        let some = |text: &str| Some(text.to_owned());
        let checkpoint = Checkpoint { key: vec!["1".to_owned(), String::new()], changed: 7 };
        assert_eq!(Checkpoint::of_parts(checkpoint.parts()), Some(checkpoint));
        for bad in [vec![], vec![None], vec![some("x"), some("1")], vec![some("1")], vec![some("1"), None]] {
            assert_eq!(Checkpoint::of_parts(bad), None);
        }
    }
}
