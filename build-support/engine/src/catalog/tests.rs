use super::{Catalog, CatalogError, Entry, Scope};

fn entry(name: &str, line: u32) -> Entry {
    Entry { name: name.to_owned(), file: "src/migrations.rs".to_owned(), line, transaction: true, ..Entry::default() }
}

fn after(mut entry: Entry, names: &[&str]) -> Entry {
    entry.after = names.iter().map(|&name| name.to_owned()).collect();
    entry
}

fn version(mut entry: Entry, version: &str) -> Entry {
    entry.version = Some(version.to_owned());
    entry
}

fn db(mut entry: Entry, alias: &str) -> Entry {
    entry.db = Some(alias.to_owned());
    entry
}

fn in_package(mut entry: Entry, order: usize, file: &str) -> Entry {
    entry.package_order = order;
    file.clone_into(&mut entry.file);
    entry
}

fn order(entries: Vec<Entry>) -> Vec<String> {
    let catalog = Catalog::new(entries, &Scope::all("default")).expect("a valid catalog");
    catalog.entries().iter().map(|entry| entry.name.clone()).collect()
}

fn errors(entries: Vec<Entry>) -> Vec<String> {
    let errors = Catalog::new(entries, &Scope::all("default")).expect_err("an invalid catalog");
    errors.iter().map(|error| format!("{error}; {}", error.help())).collect()
}

#[test]
fn without_versions_packages_files_and_lines_rule() {
    let entries = vec![
        in_package(entry("D", 1), 1, "b/src/a.rs"),
        in_package(entry("C", 1), 0, "a/src/z.rs"),
        in_package(entry("B", 20), 0, "a/src/m.rs"),
        in_package(entry("A", 3), 0, "a/src/m.rs"),
    ];
    assert_eq!(order(entries), ["A", "B", "C", "D"]);
}

#[test]
fn versions_rule_over_packages_and_compare_as_numbers() {
    let entries = vec![
        version(in_package(entry("B", 1), 0, "a.rs"), "10"),
        version(in_package(entry("A", 1), 1, "b.rs"), "9"),
        in_package(entry("C", 1), 0, "migrations/m20240101_000000_x.rs"),
    ];
    assert_eq!(order(entries), ["A", "B", "C"]);
}

#[test]
fn after_rules_over_versions() {
    let entries = vec![after(version(entry("First", 1), "1"), &["Last"]), version(entry("Last", 2), "2")];
    assert_eq!(order(entries), ["Last", "First"]);
}

#[test]
fn one_without_a_version_follows_what_it_names() {
    let entries = vec![
        version(entry("A", 1), "1"),
        version(entry("B", 2), "2"),
        version(entry("C", 3), "3"),
        after(entry("BetweenBAndC", 4), &["B"]),
    ];
    assert_eq!(order(entries), ["A", "B", "BetweenBAndC", "C"]);
}

#[test]
fn the_version_that_counts_is_kept_as_digits() {
    let scope = Scope::all("default");
    let catalog = Catalog::new(vec![in_package(entry("A", 1), 0, "V007__a.sql")], &scope).expect("a valid catalog");
    assert_eq!(catalog.entries()[0].version.as_deref(), Some("7"));
}

#[test]
fn a_name_that_is_taken_twice_names_both_places() {
    let entries = vec![entry("AddUser", 30), entry("AddUser", 4), entry("Other", 5)];
    let errors = errors(entries);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(errors[0].starts_with("2 migrations are named `AddUser`: src/migrations.rs:4 and src/migrations.rs:30"));
}

#[test]
fn a_cycle_names_its_migrations_and_places() {
    let entries = vec![after(entry("A", 1), &["B"]), after(entry("B", 2), &["A"]), after(entry("C", 3), &["A"])];
    assert!(errors(entries)[0].starts_with(
        "migrations wait for one another: `A` (src/migrations.rs:1) after `B` (src/migrations.rs:2) after `A`"
    ));
    assert!(errors(vec![after(entry("A", 1), &["A"])])[0].contains("`A` (src/migrations.rs:1) after `A`"));
}

#[test]
fn an_unknown_name_in_after_shows_near_misses() {
    let errors = errors(vec![entry("CreateUsers", 1), after(entry("B", 2), &["CreateUser"])]);
    assert_eq!(
        errors,
        ["migration `B` (src/migrations.rs:2) comes after `CreateUser`, which is not registered; did you mean \
          `CreateUsers`?"]
    );
}

#[test]
fn where_one_has_a_version_the_line_to_add_is_shown_for_one_without() {
    let errors = errors(vec![version(entry("A", 1), "20240131_235959"), entry("B", 2)]);
    assert_eq!(errors.len(), 1);
    assert!(errors[0].contains("`B` (src/migrations.rs:2) has neither a version nor `after`"), "{errors:?}");
    assert!(errors[0].contains("glim::migration!(B, version = \"20240131235960\")"), "{errors:?}");
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let entries = vec![
        version(entry("A", 1), "one"),
        entry("B", 2),
        entry("B", 3),
        after(entry("C", 4), &["X"]),
        entry("", 5),
        entry("a\nb", 6),
        entry(&"x".repeat(256), 7),
    ];
    let errors = Catalog::new(entries, &Scope::all("default")).expect_err("an invalid catalog");
    assert_eq!(errors.len(), 6, "{errors:?}");
}

#[test]
fn a_migration_of_another_alias_takes_no_part() {
    let entries = || vec![entry("A", 1), db(entry("B", 2), "reports"), after(entry("C", 3), &["B"])];
    let names = |alias: &str| {
        let catalog = Catalog::new(entries(), &Scope::all(alias)).expect("a valid catalog");
        catalog.entries().iter().map(|entry| entry.name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names("default"), ["A", "C"]);
    assert_eq!(names("reports"), ["A", "B", "C"]);
}

#[test]
fn a_migration_cannot_wait_for_one_of_another_database() {
    let entries = vec![db(entry("A", 1), "a"), after(db(entry("B", 2), "b"), &["A"])];
    let errors = Catalog::new(entries, &Scope::all("b")).expect_err("an invalid catalog");
    assert!(matches!(&errors[..], [CatalogError::AfterOtherAlias { .. }]), "{errors:?}");
}

#[test]
fn what_belongs_to_a_package_that_is_not_selected_may_be_named() {
    let entries = vec![after(entry("A", 1), &["Elsewhere"])];
    let catalog = Catalog::new(entries, &Scope::only("default", ["app"])).expect("a valid catalog");
    assert_eq!(catalog.needs_outside(0), ["Elsewhere"]);
}
