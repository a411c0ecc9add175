//! sqlx's layout.

use glim_files::layout::{Layout, Version};

use crate::{errors, folder, names, read, warnings};

#[test]
fn a_file_is_a_migration() {
    let migration = folder(Layout::Sqlx, &[("20200101_add_users table.sql", "a")]).migrations.remove(0);
    assert_eq!(migration.name, "20200101_add_users table");
    assert_eq!(migration.version, Version::Number(20_200_101));
    assert_eq!(migration.title, "add users table");
    assert_eq!((migration.run.text(), migration.run.transaction, migration.rollback), ("a", true, None));
}

#[test]
fn versions_are_whole_numbers() {
    let files = ["10_j.sql", "9_i.sql", "-3_c.sql", "+4_d.sql", "007_g.sql", "20200101_150203_x.sql", "0_zero.sql"];
    let sorted = ["-3_c", "0_zero", "+4_d", "007_g", "9_i", "10_j", "20200101_150203_x"];
    assert_eq!(names(Layout::Sqlx, &files), sorted);
    let last = folder(Layout::Sqlx, &[("20200101_150203_x.sql", "")]).migrations.remove(0);
    assert_eq!((last.version, &*last.title), (Version::Number(20_200_101), "150203 x"));
}

#[test]
fn up_and_down_are_brought_together_by_their_version() {
    let files =
        [("1_a.up.sql", "-- no-transaction\na"), ("01_a.down.sql", "b"), ("2_b.sql", "c"), ("2_b.down.sql", "d")];
    let migrations = folder(Layout::Sqlx, &files).migrations;
    assert_eq!(migrations.iter().map(|migration| &*migration.name).collect::<Vec<_>>(), ["1_a", "2_b"]);
    let rollback = migrations[0].rollback.as_ref().expect("a down");
    assert_eq!((migrations[0].run.transaction, rollback.transaction), (false, true), "each file speaks for itself");
    assert_eq!(migrations[1].rollback.as_ref().expect("a down").text(), "d", "simple and reversible may be mixed");
}

#[test]
fn only_the_very_beginning_of_a_file_marks_it() {
    for (text, transaction) in [
        ("-- no-transaction", false),
        ("-- no-transaction, since it builds an index\n", false),
        ("\n-- no-transaction", true),
        ("--no-transaction", true),
        ("-- NO-TRANSACTION", true),
    ] {
        let run = folder(Layout::Sqlx, &[("1_a.sql", text)]).migrations.remove(0).run;
        assert_eq!((run.transaction, run.text()), (transaction, text));
    }
    assert_eq!(
        errors(Layout::Sqlx, &[("1_a.sql", "\u{feff}-- no-transaction")]),
        ["m/1_a.sql: a byte order mark hides `-- no-transaction` from sqlx, which uses a transaction \
         (save the file without the mark; where sqlx has applied it, its checksum changes)"]
    );
}

#[test]
fn what_sqlx_refuses_is_refused() {
    let help = "(name it like `20261122150203_name.sql`, or move it to another folder)";
    for (file, message) in [
        ("create_users.sql", "`create` is no version, and sqlx refuses such a file"),
        ("V1__a.sql", "`V1` is no version, and sqlx refuses such a file"),
        ("_a.sql", "`` is no version, and sqlx refuses such a file"),
        (".hidden_a.sql", "`.hidden` is no version, and sqlx refuses such a file"),
        ("2020-01-01_a.sql", "`2020-01-01` is no version, and sqlx refuses such a file"),
        ("9223372036854775808_a.sql", "version 9223372036854775808 is out of range: sqlx keeps 64 bits"),
    ] {
        assert_eq!(errors(Layout::Sqlx, &[(file, "")]), [format!("m/{file}: {message} {help}")]);
    }
    assert_eq!(names(Layout::Sqlx, &["9223372036854775807_a.sql"]), ["9223372036854775807_a"]);
}

#[test]
fn what_sqlx_passes_over_is_passed_over() {
    let help = "(sqlx reads `VERSION_NAME.sql` only, the extension in lower case)";
    for name in ["schema.sql", "1.sql", "1_a.SQL"] {
        assert_eq!(warnings(Layout::Sqlx, &[(name, "")]), [format!("m/{name}: the file is passed over {help}")]);
    }
    assert_eq!(warnings(Layout::Sqlx, &[("1_a/up.sql", "")]), [""; 0], "folders are not entered");
}

#[test]
fn one_version_is_one_migration() {
    for files in
        [["1_a.sql", "1_b.sql"], ["1_a.sql", "01_a.sql"], ["1_a.sql", "1_a.up.sql"], ["1_a.up.sql", "+1_b.up.sql"]]
    {
        let errors = errors(Layout::Sqlx, &files.map(|name| (name, "")));
        assert_eq!(errors.len(), 1);
        assert!(errors[0].contains(": version 1 is taken by `m/"), "{errors:?}");
    }
    assert_eq!(
        errors(Layout::Sqlx, &[("1_a.up.sql", ""), ("1_a.down.sql", ""), ("1_b.down.sql", "")]),
        [
            "m/1_a.down.sql: a second file undoes version 1 (delete or rename one of the two: sqlx would run both, in any order)"
        ]
    );
}

#[test]
fn a_pair_with_two_versions_is_two_halves() {
    assert_eq!(
        warnings(Layout::Sqlx, &[("1_a.up.sql", ""), ("2_a.down.sql", "")]),
        [
            "m/2_a.down.sql: no migration has version 2, so this never runs (`m/1_a.up.sql` has nothing that undoes it: give both one version)",
            "m/1_a.up.sql: there is no `.down.sql` with this version (the migration cannot be undone; a name in `.sql` alone says so)",
        ]
    );
}

#[test]
fn a_pair_with_two_names_is_worth_a_look() {
    assert_eq!(
        warnings(Layout::Sqlx, &[("1_a.up.sql", ""), ("1_b.down.sql", "")]),
        [
            "m/1_b.down.sql: the file undoes `1_a`, whose version it has (the two names differ: check that they belong together)"
        ]
    );
}

#[test]
fn an_empty_file_is_a_migration() {
    let read = read(Layout::Sqlx, &[("1_a.sql", ""), ("2_.sql", "-- nothing\n")]).expect("both are");
    assert_eq!((read.migrations.len(), read.warnings.len()), (2, 0));
    assert_eq!(read.migrations[1].title, "");
}
