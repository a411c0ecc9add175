//! What is seen as a difference, and that the changes lead from any schema to any other.

mod generate;

use proptest::prelude::*;

use self::generate::Random;
use super::{Renames, diff};
use crate::{Change, Schema};

/// A schema after changes, in one form.
fn after<'a>(from: &Schema, changes: impl IntoIterator<Item = &'a Change>) -> Schema {
    let mut schema = from.clone();
    for change in changes {
        schema = schema.after(change).unwrap_or_else(|problem| panic!("{problem}: {change:?}"));
    }
    schema.normal()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn the_changes_lead_to_the_other_schema_and_back(seed in any::<u64>()) {
        let mut random = Random::new(seed);
        let from = random.schema();
        let (to, renames) = if random.one_in(4) {
            (random.schema(), Renames::default())
        } else {
            random.changed(&from)
        };
        let difference = diff(&from, &to, &renames).expect("both are valid");
        let there = after(&from, difference.run.iter().map(|step| &step.change));
        prop_assert_eq!(&there, &to.clone().normal());
        let back = after(&there, difference.rollback.iter().map(|step| &step.change));
        prop_assert_eq!(back, from.normal());
        // The hints stay in the sources, and nothing is found a second time.
        let again = diff(&there, &to, &renames).expect("both are valid");
        prop_assert!(again.run.is_empty(), "{:?}", again.run);
    }

    #[test]
    fn a_schema_does_not_differ_from_itself(seed in any::<u64>()) {
        let schema = Random::new(seed).schema();
        let difference = diff(&schema, &schema, &Renames::default()).expect("it is valid");
        prop_assert!(difference.is_empty() && difference.ambiguous.is_empty(), "{difference:?}");
        prop_assert!(difference.rollback.is_empty());
    }
}
