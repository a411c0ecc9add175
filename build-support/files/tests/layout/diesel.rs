//! diesel's layout.

use glim_files::layout::{Layout, Version};

use crate::{errors, folder, warnings};

fn order(folders: &[&str]) -> Vec<String> {
    let paths: Vec<_> = folders.iter().map(|name| format!("{name}/up.sql")).collect();
    let files: Vec<_> = paths.iter().map(|path| (path.as_str(), "select 1")).collect();
    folder(Layout::Diesel, &files).migrations.into_iter().map(|migration| migration.name).collect()
}

#[test]
fn a_folder_is_a_migration() {
    let files = [("2020-01-01-000000_create_users/up.sql", "a"), ("2020-01-01-000000_create_users/down.sql", "b")];
    let migration = folder(Layout::Diesel, &files).migrations.remove(0);
    assert_eq!(migration.name, "2020-01-01-000000_create_users");
    assert_eq!(migration.version, Version::Text("20200101000000".to_owned()));
    assert_eq!(migration.title, "create users");
    assert_eq!((migration.run.text(), migration.run.transaction), ("a", true));
    assert_eq!(migration.run.path.to_str(), Some("m/2020-01-01-000000_create_users/up.sql"));
    assert_eq!(migration.rollback.map(|rollback| rollback.text().to_owned()), Some("b".to_owned()));
}

#[test]
fn versions_are_compared_as_texts() {
    assert_eq!(
        order(&["9_a", "10_b", "2020-01-02-000000_c", "20200101000000_d"]),
        ["10_b", "20200101000000_d", "2020-01-02-000000_c", "9_a"]
    );
    assert_eq!(
        order(&["b_1", "a", "00000000000000_diesel_initial_setup"]),
        ["00000000000000_diesel_initial_setup", "a", "b_1"]
    );
}

#[test]
fn dashes_do_not_tell_versions_apart() {
    assert_eq!(
        errors(Layout::Diesel, &[("2020-01-01_a/up.sql", "a"), ("20200101_b/up.sql", "b")]),
        ["m/20200101_b/up.sql: version 20200101 is taken by `m/2020-01-01_a/up.sql` \
         (give one of the two another version: to diesel, both are one migration)"]
    );
}

#[test]
fn metadata_says_whether_there_is_a_transaction() {
    for (metadata, transaction) in [
        (None, true),
        (Some("run_in_transaction = false"), false),
        (Some("run_in_transaction = true # why"), true),
        (Some(""), false),
    ] {
        let mut files = vec![("1_a/up.sql", "a"), ("1_a/down.sql", "b")];
        files.extend(metadata.map(|text| ("1_a/metadata.toml", text)));
        let migration = folder(Layout::Diesel, &files).migrations.remove(0);
        assert_eq!(migration.run.transaction, transaction, "{metadata:?}");
        assert_eq!(migration.rollback.map(|rollback| rollback.transaction), Some(transaction), "{metadata:?}");
    }
    assert_eq!(
        errors(Layout::Diesel, &[("1_a/up.sql", "a"), ("1_a/metadata.toml", "\nrun_in_transaction = no")]),
        ["m/1_a/metadata.toml:2: this is not understood \
         (write `run_in_transaction = true` or `run_in_transaction = false` on the first line)"]
    );
}

#[test]
fn an_up_needs_no_down() {
    let folder = folder(Layout::Diesel, &[("1_a/up.sql", "a"), ("1_a/notes.txt", "b")]);
    assert_eq!((&folder.migrations[0].rollback, folder.warnings.len()), (&None, 0));
}

#[test]
fn a_down_needs_an_up() {
    for file in ["1_a/down.sql", "1_a/UP.SQL", "1_a/.gitkeep", "1_a/deeper/up.sql"] {
        assert_eq!(
            errors(Layout::Diesel, &[(file, "a")]),
            ["m/1_a: the folder has no `up.sql` \
             (each folder beside diesel's migrations must be one; names that begin with `.` are passed over)"]
        );
    }
}

#[test]
fn an_empty_file_is_no_script() {
    assert_eq!(
        errors(Layout::Diesel, &[("1_a/up.sql", "")]),
        [
            "m/1_a/up.sql: the file is empty, which diesel refuses to run (a comment is enough where nothing is to be done)"
        ]
    );
    let folder = folder(Layout::Diesel, &[("1_a/up.sql", "-- nothing"), ("1_a/down.sql", "")]);
    assert_eq!(folder.migrations[0].rollback, None);
    assert_eq!(folder.warnings.len(), 1);
}

#[test]
fn files_beside_the_folders_are_passed_over() {
    assert_eq!(
        warnings(Layout::Diesel, &[("1_a/up.sql", "a"), ("2_b.sql", "b"), (".hidden/down.sql", "")]),
        ["m/2_b.sql: the file is passed over: it is in no folder of its own \
         (diesel reads `VERSION_NAME/up.sql` and `down.sql` only)"]
    );
}
