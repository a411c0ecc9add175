//! Random schemas.

use glim_schema::diff::{Renames, diff};
use glim_schema::lock;
use proptest::prelude::*;

use crate::after;
use crate::random::Random;

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

    #[test]
    fn a_lock_gives_back_what_was_written(seed in any::<u64>()) {
        let schema = Random::new(seed).schema();
        let text = lock::write(&schema);
        let read = lock::read(&text).map_err(|error| TestCaseError::fail(format!("{error}\n{text}")))?;
        prop_assert_eq!(lock::write(&read), text);
        prop_assert_eq!(read.normal(), schema.normal());
    }
}
