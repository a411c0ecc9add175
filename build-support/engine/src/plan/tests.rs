use super::{Direction, Note, Plan, PlanError, RollbackRequest, RunRequest, Standing, Unexpected};
use crate::catalog::{Catalog, Entry, Scope};
use crate::ledger::{Row, State};

/// A catalogue from lines such as `A`, `B after A`, `C irreversible`, in the order of the lines.
fn catalog(lines: &[&str]) -> Catalog {
    scoped(lines, &Scope::all("default"))
}

fn scoped(lines: &[&str], scope: &Scope) -> Catalog {
    let entry = |(at, line): (usize, &&str)| {
        let mut words = line.split_whitespace();
        let name = words.next().expect("a name").to_owned();
        let mut entry = Entry { name, package: "app".to_owned(), file: "m.rs".to_owned(), ..Entry::default() };
        entry.line = u32::try_from(at + 1).expect("few lines");
        entry.checksum = Some("then".to_owned());
        while let Some(word) = words.next() {
            match word {
                "after" => entry.after = words.by_ref().map(str::to_owned).collect(),
                "irreversible" => entry.irreversible = true,
                "norollback" => entry.has_rollback = Some(false),
                "changed" => entry.checksum = Some("now".to_owned()),
                "unseen" => entry.checksum = None,
                "elsewhere" => entry.db = Some("reports".to_owned()),
                other => panic!("unknown word {other}"),
            }
        }
        entry
    };
    Catalog::new(lines.iter().enumerate().map(entry).collect(), scope).expect("a valid catalogue")
}

fn row(name: &str, order: i64) -> Row {
    Row {
        id: format!("id-{name}"),
        name: name.to_owned(),
        description: None,
        created_at: "2026-11-22 15:02:03".parse().ok(),
        applied_order: Some(order),
        version: None,
        package: Some("app".to_owned()),
        checksum: Some("then".to_owned()),
        state: State::Applied,
        duration_ms: Some(1),
        glim_version: Some("0.1.0".to_owned()),
        applied_by: Some("anna@laptop".to_owned()),
    }
}

fn rows(names: &[&str]) -> Vec<Row> {
    names.iter().zip(1..).map(|(name, order)| row(name, order)).collect()
}

fn run_to(to: &str) -> RunRequest {
    RunRequest { to: Some(to.to_owned()), ..RunRequest::default() }
}

fn run_name(name: &str) -> RunRequest {
    RunRequest { name: Some(name.to_owned()), ..RunRequest::default() }
}

fn back_name(name: &str) -> RollbackRequest {
    RollbackRequest { name: Some(name.to_owned()), ..RollbackRequest::default() }
}

fn steps(plan: &Plan<'_>) -> Vec<String> {
    let sign = |direction| if direction == Direction::Run { '+' } else { '-' };
    plan.steps.iter().map(|step| format!("{}{}", sign(step.direction), step.entry.name)).collect()
}

fn run(catalog: &Catalog, rows: &[Row], request: &RunRequest) -> Result<Vec<String>, PlanError> {
    super::run(catalog, rows, request).map(|plan| steps(&plan))
}

fn rollback(catalog: &Catalog, rows: &[Row], request: &RollbackRequest) -> Result<Vec<String>, PlanError> {
    super::rollback(catalog, rows, request).map(|plan| steps(&plan))
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

#[test]
fn run_applies_what_is_pending_in_order() {
    let catalog = catalog(&["A after C", "B", "C", "D"]);
    assert_eq!(run(&catalog, &rows(&["B"]), &RunRequest::default()), Ok(texts(&["+C", "+A", "+D"])));
    assert_eq!(run(&catalog, &rows(&["B", "C", "A", "D"]), &RunRequest::default()), Ok(texts(&[])));
}

#[test]
fn run_to_includes_the_one_named() {
    let catalog = catalog(&["A", "B", "C"]);
    assert_eq!(run(&catalog, &[], &run_to("B")), Ok(texts(&["+A", "+B"])));
    assert_eq!(run(&catalog, &rows(&["B"]), &run_to("B")), Ok(texts(&["+A"])));
}

#[test]
fn run_name_applies_first_what_it_comes_after_and_says_so() {
    let catalog = catalog(&["A", "B after A", "C", "D after B", "E after D"]);
    let rows = rows(&["A"]);
    let plan = super::run(&catalog, &rows, &run_name("D")).expect("a plan");
    assert_eq!(steps(&plan), ["+B", "+D"]);
    let first = Note::AppliedFirst { name: "B".to_owned(), needed_by: "D".to_owned() };
    assert_eq!(plan.notes, [first]);
}

#[test]
fn run_name_of_an_applied_one_says_so_and_does_nothing() {
    let plan_of = |lines: &[&str]| {
        let (catalog, rows) = (catalog(lines), rows(&["A"]));
        let plan = super::run(&catalog, &rows, &run_name("A")).expect("a plan");
        assert!(plan.is_empty());
        plan.notes[0].to_string()
    };
    assert_eq!(plan_of(&["A", "B"]), "Migration A already migrated");
    assert_eq!(plan_of(&["A changed"]), "Migration A already migrated");
    assert_eq!(plan_of(&["B"]), "Migration A already migrated");
}

#[test]
fn an_unknown_name_is_wrong_usage_and_shows_near_misses() {
    let catalog = catalog(&["AddUserMigration", "Other elsewhere"]);
    for error in [
        run(&catalog, &[], &run_name("AddUserMigraton")),
        run(&catalog, &[], &run_to("AddUserMigraton")),
        rollback(&catalog, &[], &back_name("AddUserMigraton")),
    ] {
        let error = error.expect_err("an unknown name");
        assert!(error.is_usage());
        assert_eq!(error.to_string(), "no migration is named `AddUserMigraton`");
        assert_eq!(error.help(), "did you mean `AddUserMigration`?");
    }
    let error = run(&catalog, &[], &run_name("Other")).expect_err("of another alias");
    assert!(error.is_usage() && error.help().contains("--db reports"), "{error}");
}

#[test]
fn a_pending_one_before_an_applied_one_is_applied_with_a_warning() {
    let (catalog, rows) = (catalog(&["A", "B", "C"]), rows(&["B"]));
    let plan = super::run(&catalog, &rows, &RunRequest::default()).expect("a plan");
    assert_eq!(steps(&plan), ["+A", "+C"]);
    assert_eq!(plan.notes, [Note::OutOfOrder { name: "A".to_owned(), later: "B".to_owned() }]);
    assert!(plan.notes[0].is_warning());
}

#[test]
fn what_was_begun_goes_on_first() {
    let catalog = catalog(&["A changed", "B", "C"]);
    let mut rows = rows(&["A", "B"]);
    for state in [State::Running, State::Failed] {
        rows[0].state = state;
        let plan = super::run(&catalog, &rows, &RunRequest::default()).expect("a plan");
        assert_eq!(steps(&plan), ["+A", "+C"]);
        assert!(plan.steps[0].resumes() && !plan.steps[1].resumes());
        assert_eq!(plan.notes, [Note::GoesOn { name: "A".to_owned() }]);
        assert_eq!(run(&catalog, &rows, &run_name("A")).expect("a plan"), ["+A"]);
    }
    for state in [State::RollingBack, State::RollbackFailed] {
        rows[0].state = state;
        let plan = super::rollback(&catalog, &rows, &RollbackRequest { all: true, ..RollbackRequest::default() });
        let plan = plan.expect("a plan");
        assert_eq!(steps(&plan), ["-A", "-B"]);
        assert!(plan.steps[0].resumes() && !plan.steps[1].resumes());
    }
}

#[test]
fn nothing_else_is_done_while_one_is_unfinished() {
    let catalog = catalog(&["A", "B", "C"]);
    let mut rows = rows(&["A", "B"]);
    let rollback_name = |name: &str| RollbackRequest { name: Some(name.to_owned()), ..RollbackRequest::default() };
    for state in State::ALL.into_iter().filter(|&state| state != State::Applied) {
        rows[0].state = state;
        let mut refused = vec![
            run(&catalog, &rows, &run_name("C")),
            rollback(&catalog, &rows, &rollback_name("B")),
            super::redo(&catalog, &rows).map(|plan| steps(&plan)),
        ];
        refused.push(match state {
            State::Running | State::Failed => rollback(&catalog, &rows, &RollbackRequest::default()),
            _ => run(&catalog, &rows, &RunRequest::default()),
        });
        for error in refused {
            let error = error.expect_err("an unfinished migration");
            assert!(!error.is_usage());
            assert!(error.to_string().contains("`A`"), "{error}");
            assert!(error.to_string().contains("2026-11-22 15:02:03 UTC by anna@laptop"), "{error}");
            assert!(error.help().contains("`cargo glim repair A`"), "{}", error.help());
        }
    }
}

#[test]
fn what_changed_since_it_was_applied_is_refused_or_noted() {
    let (catalog, rows) = (catalog(&["A changed", "B"]), rows(&["A"]));
    let error = run(&catalog, &rows, &RunRequest::default()).expect_err("a changed migration");
    assert_eq!(error.to_string(), "changed since applied: `A` (m.rs:1)");
    let request = RunRequest { changed: Unexpected::Note, ..RunRequest::default() };
    let plan = super::run(&catalog, &rows, &request).expect("a plan");
    assert_eq!((steps(&plan), plan.notes), (vec!["+B".to_owned()], vec![Note::Changed { name: "A".to_owned() }]));
}

#[test]
fn one_that_comes_late_is_noted_or_refused() {
    let (catalog, rows) = (catalog(&["A", "B"]), rows(&["B"]));
    let late = Note::OutOfOrder { name: "A".to_owned(), later: "B".to_owned() };
    let plan = super::run(&catalog, &rows, &RunRequest::default()).expect("a plan");
    assert_eq!((steps(&plan), plan.notes), (vec!["+A".to_owned()], vec![late]));
    let request = RunRequest { strict: true, ..RunRequest::default() };
    let error = run(&catalog, &rows, &request).expect_err("out of order");
    assert_eq!(error.to_string(), "migration `A` comes before `B`, which is applied already");
}

#[test]
fn what_vanished_is_refused_or_noted() {
    let (catalog, rows) = (catalog(&["B"]), rows(&["A's"]));
    for request in [RunRequest::default(), run_to("A's")] {
        let error = run(&catalog, &rows, &request).expect_err("a vanished migration");
        assert_eq!(error.to_string(), "applied, but not registered: `A's`");
        assert!(error.help().contains("WHERE name = 'A''s'"), "{}", error.help());
    }
    let request = RunRequest { gone: Unexpected::Note, ..RunRequest::default() };
    assert_eq!(run(&catalog, &rows, &request), Ok(texts(&["+B"])));
}

#[test]
fn what_the_original_tool_applied_need_not_be_registered() {
    let (catalog, mut rows) = (catalog(&["B"]), rows(&["A"]));
    rows[0].glim_version = Some(Row::ORIGINAL.to_owned());
    rows[0].package = None;
    let plan = super::run(&catalog, &rows, &RunRequest::default()).expect("a plan");
    assert_eq!(steps(&plan), ["+B"]);
    assert_eq!(plan.notes, [Note::Gone { name: "A".to_owned(), original: true }]);
    assert!(!plan.notes[0].is_warning());
}

#[test]
fn rollback_undoes_everything_newest_applied_first() {
    let catalog = catalog(&["A", "B", "C"]);
    assert_eq!(rollback(&catalog, &rows(&["C", "A"]), &RollbackRequest::default()), Ok(texts(&["-A", "-C"])));
    assert_eq!(rollback(&catalog, &[], &RollbackRequest::default()), Ok(texts(&[])));
}

#[test]
fn rollback_takes_a_number_of_steps_or_keeps_the_one_named() {
    let catalog = catalog(&["A", "B", "C"]);
    let rows = rows(&["A", "B", "C"]);
    let steps = |steps| RollbackRequest { steps: Some(steps), ..RollbackRequest::default() };
    let to = |to: &str| RollbackRequest { to: Some(to.to_owned()), ..RollbackRequest::default() };
    assert_eq!(rollback(&catalog, &rows, &steps(2)), Ok(texts(&["-C", "-B"])));
    assert_eq!(rollback(&catalog, &rows, &steps(9)), Ok(texts(&["-C", "-B", "-A"])));
    assert_eq!(rollback(&catalog, &rows, &steps(0)), Ok(texts(&[])));
    assert_eq!(rollback(&catalog, &rows, &to("A")), Ok(texts(&["-C", "-B"])));
    assert_eq!(rollback(&catalog, &rows, &to("C")), Ok(texts(&[])));
    assert_eq!(rollback(&catalog, &rows[..1], &to("B")), Err(PlanError::NotApplied { name: "B".to_owned() }));
    assert!(rollback(&catalog, &rows, &to("X")).expect_err("an unknown name").is_usage());
}

#[test]
fn rows_of_one_second_keep_the_order_of_the_ledger() {
    let catalog = catalog(&["A", "B", "C"]);
    let mut rows = rows(&["C", "B", "A"]);
    rows.reverse();
    assert_eq!(rollback(&catalog, &rows, &RollbackRequest::default()), Ok(texts(&["-A", "-B", "-C"])));
}

#[test]
fn rows_without_a_place_are_put_where_their_time_says() {
    let catalog = catalog(&["A", "B", "C", "D", "E"]);
    let mut rows = rows(&["A", "B", "C", "D", "E"]);
    for (row, (order, second)) in rows.iter_mut().zip([(Some(2), 10), (Some(1), 5), (None, 7), (None, 0), (None, 99)]) {
        row.applied_order = order;
        row.created_at = if second == 99 { None } else { format!("2026-01-01 00:00:{second:02}").parse().ok() };
    }
    assert_eq!(rollback(&catalog, &rows, &RollbackRequest::default()), Ok(texts(&["-A", "-C", "-B", "-D", "-E"])));
}

#[test]
fn rollback_name_refuses_while_an_applied_one_needs_it() {
    let catalog = catalog(&["A", "B after A", "C after B", "D after A"]);
    let error = rollback(&catalog, &rows(&["A", "B", "C"]), &back_name("A")).expect_err("needed");
    assert_eq!(error, PlanError::Needed { name: "A".to_owned(), by: vec!["C".to_owned(), "B".to_owned()] });
    assert!(error.help().contains("`cargo glim rollback --name C`, then `cargo glim rollback --name B`"));
    assert_eq!(rollback(&catalog, &rows(&["A"]), &back_name("A")), Ok(texts(&["-A"])));
}

#[test]
fn the_newest_is_not_undone_under_one_that_needs_it() {
    let catalog = catalog(&["A after B", "B"]);
    let one = RollbackRequest { steps: Some(1), ..RollbackRequest::default() };
    let error = rollback(&catalog, &rows(&["A", "B"]), &one).expect_err("needed");
    assert_eq!(error, PlanError::Needed { name: "B".to_owned(), by: vec!["A".to_owned()] });
    assert_eq!(rollback(&catalog, &rows(&["A", "B"]), &RollbackRequest::default()), Ok(texts(&["-B", "-A"])));
}

#[test]
fn rollback_of_one_that_is_not_applied_says_so() {
    let catalog = catalog(&["A"]);
    let plan = super::rollback(&catalog, &[], &back_name("A")).expect("a plan");
    assert_eq!((plan.steps.len(), plan.notes), (0, vec![Note::NotApplied { name: "A".to_owned() }]));
}

#[test]
fn rollback_refuses_the_whole_plan_and_names_all_that_hinder_it() {
    let catalog = catalog(&["A irreversible", "B", "C norollback"]);
    let error =
        rollback(&catalog, &rows(&["A", "Lost", "B", "C"]), &RollbackRequest::default()).expect_err("no way back");
    assert_eq!(
        error.to_string(),
        "nothing is undone: `C` (m.rs:3) has no way back, `A` (m.rs:1) has no way back, the code of `Lost` is gone from \
         package `app`"
    );
    assert_eq!(rollback(&catalog, &rows(&["A", "B"]), &back_name("B")), Ok(texts(&["-B"])));
}

#[test]
fn a_changed_one_is_undone_with_a_warning() {
    let (catalog, rows) = (catalog(&["A changed"]), rows(&["A"]));
    let plan = super::rollback(&catalog, &rows, &RollbackRequest::default()).expect("a plan");
    assert_eq!((steps(&plan), plan.notes), (vec!["-A".to_owned()], vec![Note::Changed { name: "A".to_owned() }]));
}

#[test]
fn redo_undoes_the_newest_and_applies_it_again() {
    let (catalog, rows) = (catalog(&["A", "B changed"]), rows(&["A", "B"]));
    let plan = super::redo(&catalog, &rows).expect("a plan");
    assert_eq!(steps(&plan), ["-B", "+B"]);
    assert!(plan.steps[0].row.is_some() && plan.steps[1].row.is_none());
    assert!(super::redo(&catalog, &[]).expect("a plan").is_empty());
}

#[test]
fn rows_of_packages_that_were_not_selected_are_neither_gone_nor_undone() {
    let catalog = scoped(&["A", "B after Outside"], &Scope::only("default", ["app"]));
    let mut rows = rows(&["A", "Outside", "Unknown"]);
    rows[1].package = Some("other".to_owned());
    rows[2].package = None;
    assert_eq!(run(&catalog, &rows, &RunRequest::default()), Ok(texts(&["+B"])));
    assert_eq!(rollback(&catalog, &rows, &RollbackRequest::default()), Ok(texts(&["-A"])));
    let standings: Vec<_> = super::status(&catalog, &rows).iter().map(|line| (line.name, line.standing)).collect();
    let expected = [
        ("A", Standing::Applied),
        ("Outside", Standing::NotSelected),
        ("Unknown", Standing::NotSelected),
        ("B", Standing::Pending),
    ];
    assert_eq!(standings, expected);
    let error = run(&catalog, &rows[..1], &RunRequest::default()).expect_err("it needs what is not applied");
    assert!(matches!(error, PlanError::NeedsOutside { .. }), "{error}");
}

#[test]
fn status_shows_everything_in_order() {
    let catalog = catalog(&["A", "B changed", "C unseen", "D", "E"]);
    let mut rows = rows(&["A", "Lost", "B", "C", "D"]);
    rows[4].state = State::Running;
    let lines = super::status(&catalog, &rows);
    let shown: Vec<_> = lines.iter().map(|line| (line.name, line.standing.name(), line.changes_unseen())).collect();
    let expected = [
        ("A", "applied", false),
        ("Lost", "gone", false),
        ("B", "changed", false),
        ("C", "applied", true),
        ("D", "interrupted", false),
        ("E", "pending", false),
    ];
    assert_eq!(shown, expected);
}
