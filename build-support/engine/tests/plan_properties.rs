//! Facts about plans that hold for any catalogue and any ledger.

use std::collections::HashSet;

use glim_engine::catalog::{Catalog, Entry, Scope};
use glim_engine::ledger::{Row, State};
use glim_engine::plan::{self, Direction, Plan, RollbackRequest, RunRequest};
use proptest::prelude::*;

/// Up to 30 migrations; each may come after any that has a smaller number, and may have a version. They are registered in
/// any order.
fn catalogs() -> impl Strategy<Value = Catalog> {
    (1..30usize)
        .prop_flat_map(|count| {
            let one = (prop::collection::vec(any::<prop::sample::Index>(), 0..4), 0..50u32, 0..3usize);
            (prop::collection::vec(one, count), any::<bool>(), Just((0..count).collect::<Vec<_>>()).prop_shuffle())
        })
        .prop_map(|(each, versions, shuffled)| {
            let entry = |&number: &usize| {
                let (after, version, package_order) = &each[number];
                let earlier = after.iter().filter(|_| number > 0).map(|index| name(index.index(number))).collect();
                Entry {
                    name: name(number),
                    version: versions.then(|| version.to_string()),
                    package_order: *package_order,
                    file: "src/migrations.rs".to_owned(),
                    after: earlier,
                    ..Entry::default()
                }
            };
            let entries = shuffled.iter().map(entry).collect();
            Catalog::new(entries, &Scope::all("default")).expect("there is no cycle")
        })
}

fn name(number: usize) -> String {
    format!("M{number}")
}

/// What the ledger says after the plan was carried out.
fn carry_out(rows: &[Row], plan: &Plan<'_>) -> Vec<Row> {
    let mut after = rows.to_vec();
    let mut next = rows.iter().filter_map(|row| row.applied_order).max().unwrap_or(0);
    for step in &plan.steps {
        match step.direction {
            Direction::Run => {
                next += 1;
                after.push(row(&step.entry.name, next));
            }
            Direction::Rollback => after.retain(|row| row.name != step.entry.name),
        }
    }
    after
}

fn row(name: &str, order: i64) -> Row {
    Row {
        id: format!("{order}"),
        name: name.to_owned(),
        description: None,
        created_at: None,
        applied_order: Some(order),
        version: None,
        package: None,
        checksum: None,
        state: State::Applied,
        duration_ms: None,
        glim_version: None,
        applied_by: None,
    }
}

/// That after each step, all that an applied migration comes after is applied too, and that none is applied twice.
fn check(catalog: &Catalog, rows: &[Row], plan: &Plan<'_>) {
    let mut applied: HashSet<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    for step in &plan.steps {
        match step.direction {
            Direction::Run => assert!(applied.insert(&step.entry.name), "{} is applied twice", step.entry.name),
            Direction::Rollback => assert!(applied.remove(step.entry.name.as_str())),
        }
        for name in &applied {
            let entry = catalog.get(name).expect("a registered migration");
            assert!(entry.after.iter().all(|needed| applied.contains(needed.as_str())), "{name} lacks what it needs");
        }
    }
}

proptest! {
    #[test]
    fn run_respects_after_and_rollback_takes_it_all_back(catalog in catalogs()) {
        let plan = plan::run(&catalog, &[], &RunRequest::default()).expect("a plan");
        prop_assert_eq!(plan.steps.len(), catalog.entries().len());
        check(&catalog, &[], &plan);
        let rows = carry_out(&[], &plan);
        prop_assert!(plan::run(&catalog, &rows, &RunRequest::default()).expect("a plan").is_empty());

        let back = plan::rollback(&catalog, &rows, &RollbackRequest::default()).expect("a plan");
        check(&catalog, &rows, &back);
        prop_assert!(carry_out(&rows, &back).is_empty());
    }

    #[test]
    fn any_sequence_of_commands_keeps_what_is_needed(
        catalog in catalogs(),
        commands in prop::collection::vec((0..5u8, any::<prop::sample::Index>()), 1..20),
    ) {
        let mut rows = Vec::new();
        for (command, index) in commands {
            let name = Some(index.get(catalog.entries()).name.clone());
            let plan = match command {
                0 => plan::run(&catalog, &rows, &RunRequest { name, ..RunRequest::default() }),
                1 => plan::run(&catalog, &rows, &RunRequest { to: name, ..RunRequest::default() }),
                2 => plan::rollback(&catalog, &rows, &RollbackRequest { name, ..RollbackRequest::default() }),
                3 => plan::rollback(&catalog, &rows, &RollbackRequest { to: name, ..RollbackRequest::default() }),
                _ => plan::redo(&catalog, &rows),
            };
            if let Ok(plan) = plan {
                check(&catalog, &rows, &plan);
                rows = carry_out(&rows, &plan);
            }
        }
    }

    #[test]
    fn status_shows_each_migration_once_and_in_order(catalog in catalogs(), applied in prop::collection::vec(0..60usize, 0..40)) {
        let mut seen = HashSet::new();
        let rows: Vec<Row> =
            applied.iter().filter(|number| seen.insert(**number)).zip(1..).map(|(&number, order)| row(&name(number), order)).collect();
        let lines = plan::status(&catalog, &rows);
        let registered: Vec<_> = lines.iter().filter_map(|line| line.entry).map(|entry| entry.name.as_str()).collect();
        let expected: Vec<_> = catalog.entries().iter().map(|entry| entry.name.as_str()).collect();
        prop_assert_eq!(registered, expected);
        let shown: HashSet<_> = lines.iter().filter(|line| line.row.is_some()).map(|line| line.name).collect();
        prop_assert_eq!(shown.len(), rows.len());
    }
}
