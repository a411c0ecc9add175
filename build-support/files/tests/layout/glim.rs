//! glim's own layout.

use glim_files::layout::{Layout, Migration, Version};

use crate::{errors, folder, names, warnings};

fn one(text: &str) -> Migration {
    folder(Layout::Glim, &[("20261122_150203_add_users.sql", text)]).migrations.remove(0)
}

#[test]
fn sections_are_what_runs_and_what_rolls_back() {
    let migration = one("-- Users.\n\n-- glim:run\ncreate table a;\n\n-- glim:rollback\ndrop table a;\n");
    assert_eq!(migration.name, "20261122_150203_add_users");
    assert_eq!(migration.version, Version::Digits("20261122150203".to_owned()));
    assert_eq!(migration.title, "add users");
    assert_eq!((migration.run.text(), migration.run.line), ("create table a;\n\n", 4));
    let rollback = migration.rollback.expect("a section");
    assert_eq!((rollback.text(), rollback.line), ("drop table a;\n", 7));
    assert!(migration.run.transaction && rollback.transaction);
}

#[test]
fn a_file_without_sections_is_all_run() {
    let migration = one("create table a;");
    assert_eq!((migration.run.text(), migration.rollback), ("create table a;", None));
}

#[test]
fn sections_stand_in_any_order_with_any_line_ends() {
    let migration = one("\u{feff}  --glim:rollback\r\nb\r\n-- glim:run  \r\na");
    assert_eq!(migration.run.text(), "a");
    assert_eq!(migration.rollback.map(|rollback| rollback.text().to_owned()), Some("b\r\n".to_owned()));
}

#[test]
fn the_head_says_what_holds_for_the_whole_file() {
    let migration =
        one("/* Index. */\n-- glim:no-transaction\n-- glim:after AddUsers\n-- glim:run\na\n-- glim:rollback\nb");
    assert!(!migration.run.transaction);
    assert!(!migration.rollback.expect("a section").transaction);
    assert_eq!(migration.after, ["AddUsers"]);
    assert!(!one("-- glim:no-transaction\nselect 1").run.transaction);
}

#[test]
fn a_line_that_would_be_misread_is_refused() {
    for (text, message) in [
        (
            "select 1;\n-- glim:run\nselect 2;",
            ":1: SQL before the first section, which would never run (put `-- glim:run` before it)",
        ),
        (
            "-- glim:run\na\n-- glim:run\nb",
            ":3: a second `-- glim:run` (a file is one migration: it has one section of each kind)",
        ),
        (
            "-- glim:rollback\na",
            ": the file has a rollback, but nothing to run (put what it undoes after a line `-- glim:run`)",
        ),
        (
            "-- glim:up\na",
            ":1: `-- glim:up` is unknown (glim knows `-- glim:run`, `-- glim:rollback`, `-- glim:no-transaction`, `-- glim:after NAME`)",
        ),
        ("-- glim:run now\na", ":1: `now` follows `-- glim:run` (leave it out: the SQL begins on the next line)"),
        (
            "select 1;\n-- glim:no-transaction\n",
            ":2: `-- glim:no-transaction` comes too late (it holds for the whole file: put it before the first section and all SQL)",
        ),
        (
            "-- glim:run\n-- glim:no-transaction\n",
            ":2: `-- glim:no-transaction` comes too late (it holds for the whole file: put it before the first section and all SQL)",
        ),
        ("-- glim:after\n", ":1: `-- glim:after` names no migration (`-- glim:after NAME`)"),
        (
            "/*!40101 SET NAMES utf8 */;\n-- glim:run\n",
            ":1: SQL before the first section, which would never run (put `-- glim:run` before it)",
        ),
    ] {
        assert_eq!(errors(Layout::Glim, &[("1_a.sql", text)]), [format!("m/1_a.sql{message}")], "{text:?}");
    }
}

#[test]
fn a_pair_of_files_is_one_migration() {
    let files = [("1_a.run.sql", "-- glim:no-transaction\na"), ("1_a.rollback.sql", "b"), ("2_b.run.sql", "c")];
    let migrations = folder(Layout::Glim, &files).migrations;
    let [first, second] = migrations.as_slice() else { panic!("two migrations: {migrations:?}") };
    assert_eq!((&*first.name, first.run.text(), first.run.transaction), ("1_a", "-- glim:no-transaction\na", false));
    let rollback = first.rollback.as_ref().expect("a file");
    assert_eq!((rollback.text(), rollback.transaction), ("b", true), "each file speaks for itself");
    assert_eq!((&*second.name, &second.rollback), ("2_b", &None));
}

#[test]
fn a_rollback_without_what_it_undoes_is_refused() {
    assert_eq!(
        errors(Layout::Glim, &[("1_a.rollback.sql", "")]),
        ["m/1_a.rollback.sql: there is no `1_a.run.sql` that this rolls back"]
    );
    assert_eq!(
        errors(Layout::Glim, &[("1_a.run.sql", ""), ("2_a.rollback.sql", "")]),
        ["m/2_a.rollback.sql: there is no `2_a.run.sql` that this rolls back \
         (`1_a.run.sql` has none: the two must differ in nothing else)"]
    );
    assert_eq!(
        errors(Layout::Glim, &[("1_a.sql", ""), ("1_a.rollback.sql", "")]),
        ["m/1_a.rollback.sql: there is no `1_a.run.sql` that this rolls back (rename `1_a.sql` to `1_a.run.sql`)"]
    );
}

#[test]
fn sections_do_not_mix_with_a_pair() {
    assert_eq!(
        errors(Layout::Glim, &[("1_a.run.sql", "-- glim:rollback\n")]),
        ["m/1_a.run.sql: sections in a file that is one section by its name \
         (keep both in one file named `.sql`, or each in its own file without `-- glim:run`)"]
    );
}

#[test]
fn versions_are_numbers_of_any_length() {
    let files =
        ["10_j.sql", "9_i.sql", "007_g.sql", "20261122_150203_z.sql", "20261123_y.sql", "99999999999999999999_x.sql"];
    let sorted = ["007_g", "9_i", "10_j", "20261123_y", "20261122_150203_z", "99999999999999999999_x"];
    assert_eq!(names(Layout::Glim, &["1_a b.sql"]), ["1_a b"]);
    let files = files.map(|name| (name, "select 1"));
    let migrations = folder(Layout::Glim, &files).migrations;
    assert_eq!(migrations.iter().map(|migration| &*migration.name).collect::<Vec<_>>(), sorted);
}

#[test]
fn what_looks_like_a_date_is_a_number() {
    let migrations = folder(Layout::Glim, &[("20269999_999999_a.sql", ""), ("2026_b.sql", "")]).migrations;
    let versions: Vec<_> = migrations.iter().map(|migration| migration.version.to_string()).collect();
    assert_eq!(versions, ["2026", "20269999999999"]);
}

#[test]
fn one_version_is_one_migration() {
    assert_eq!(
        errors(Layout::Glim, &[("1_a.sql", ""), ("01_b.sql", "")]),
        ["m/1_a.sql: version 1 is taken by `m/01_b.sql` \
         (give one of the two another version: to glim, both are one migration)"]
    );
    assert_eq!(errors(Layout::Glim, &[("1_a.sql", ""), ("1_a.run.sql", "")]).len(), 1);
}

#[test]
fn sql_without_a_version_is_refused() {
    for name in ["schema.sql", "1.sql", "a_1.sql", "V1__a.sql"] {
        assert_eq!(
            errors(Layout::Glim, &[(name, "")]),
            [format!(
                "m/{name}: the file's name has no version \
             (migrations are named like `20261122_150203_name.sql`; keep other SQL in another folder)"
            )]
        );
    }
}

#[test]
fn hidden_files_and_folders_below_are_not_read() {
    assert_eq!(warnings(Layout::Glim, &[(".1_a.sql", ""), ("old/1_a.sql", "")]), [""; 0]);
}
