//! dbmate's layout.

use glim_files::layout::{Layout, Version};

use crate::{errors, folder, names, warnings};

#[test]
fn blocks_are_what_runs_and_what_rolls_back() {
    let text = "-- Users.\n\n-- migrate:up\ncreate table a;\n\n-- migrate:down\ndrop table a;\n";
    let migration = folder(Layout::Dbmate, &[("20261122150203_add_users.sql", text)]).migrations.remove(0);
    assert_eq!(migration.name, "20261122150203_add_users");
    assert_eq!(migration.version, Version::Text("20261122150203".to_owned()));
    assert_eq!(migration.title, "add users");
    assert_eq!((migration.run.text(), migration.run.line), ("-- migrate:up\ncreate table a;\n\n", 3));
    let rollback = migration.rollback.expect("a block");
    assert_eq!((rollback.text(), rollback.line), ("-- migrate:down\ndrop table a;\n", 6));
}

#[test]
fn each_block_has_its_own_transaction() {
    for (options, transaction) in [
        ("", true),
        (" transaction:false", false),
        ("\ttransaction:false other:x\r", false),
        (" transaction:true", true),
        (" transaction:FALSE", true),
        (" transaction:false:x", true),
        (" transaction:false transaction:true", true),
        (" transaction:", true),
    ] {
        let text = format!("-- migrate:up{options}\na\n-- migrate:down\nb");
        let migration = folder(Layout::Dbmate, &[("1_a.sql", &text)]).migrations.remove(0);
        assert_eq!(migration.run.transaction, transaction, "{options:?}");
        assert!(migration.rollback.expect("a block").transaction, "{options:?}");
    }
    let text = "-- migrate:up\na\n-- migrate:down transaction:false\nb";
    let migration = folder(Layout::Dbmate, &[("1_a.sql", text)]).migrations.remove(0);
    assert!(migration.run.transaction && !migration.rollback.expect("a block").transaction);
}

#[test]
fn the_order_is_that_of_file_names() {
    let files = ["9_a.sql", "10_b.sql", "1_c.sql", "1a-d.sql", "20200101_e.sql"];
    assert_eq!(names(Layout::Dbmate, &files[..3]), ["10_b", "1_c", "9_a"]);
    assert_eq!(names(Layout::Dbmate, &[files[4], files[3]]), ["1a-d", "20200101_e"]);
    assert_eq!(names(Layout::Dbmate, &["001.sql", "01_a.sql", "1-x.sql"]), ["001", "01_a", "1-x"]);
}

#[test]
fn versions_are_texts() {
    assert_eq!(names(Layout::Dbmate, &["1_a.sql", "01_b.sql"]), ["01_b", "1_a"]);
    let text = "-- migrate:up\n-- migrate:down\n";
    assert_eq!(
        errors(Layout::Dbmate, &[("1_a.sql", text), ("1b.sql", text)]),
        ["m/1b.sql: version 1 is taken by `m/1_a.sql` \
         (give one of the two another version: to dbmate, both are one migration)"]
    );
}

#[test]
fn lines_open_blocks_only_as_dbmate_sees_them() {
    for text in [
        "--migrate:up\na\n--migrate:down\n",
        "--\t migrate:up\r\na\r\n-- migrate:down\r\n",
        "--\n\nmigrate:up\na\n-- migrate:down",
        "-- migrate:up why\na\n-- migrate:down why\n",
    ] {
        let migration = folder(Layout::Dbmate, &[("1_a.sql", text)]).migrations.remove(0);
        assert!(migration.rollback.is_some(), "{text:?}");
        assert_eq!(migration.run.range().start, 0, "{text:?}");
    }
    for text in
        ["", "-- only a comment", " -- migrate:up\n", "-- migrate:upward\n", "-- MIGRATE:UP\n", "x -- migrate:up\n"]
    {
        assert_eq!(
            errors(Layout::Dbmate, &[("1_a.sql", text)]),
            ["m/1_a.sql: the file has no line `-- migrate:up` \
             (dbmate wants one before the SQL, at the beginning of the line)"]
        );
    }
}

#[test]
fn a_line_that_would_be_misread_is_refused() {
    for (text, message) in [
        (
            "select 1;\n-- migrate:up\n-- migrate:down",
            "1: SQL before `-- migrate:up`, which would never run (put it after the line, or delete it)",
        ),
        (
            "-- x\n/* y */\n-- migrate:up\n-- migrate:down",
            "2: SQL before `-- migrate:up`, which would never run (put it after the line, or delete it)",
        ),
        (
            "-- migrate:up\n-- migrate:down\n-- migrate:up\n-- migrate:down",
            "3: a second `-- migrate:up` (make it a file of its own: dbmate would run the two in transactions of their own)",
        ),
        ("-- migrate:up\n-- migrate:down\n\n-- migrate:down", "4: a second `-- migrate:down` (a file has one of each)"),
        (
            "\u{feff}-- migrate:up\n-- migrate:down\n",
            "1: the file begins with a byte order mark, behind which dbmate does not look for `-- migrate:up` (save the file without the mark)",
        ),
    ] {
        let errors = errors(Layout::Dbmate, &[("1_a.sql", text)]);
        assert_eq!(errors[0], format!("m/1_a.sql:{message}"), "{text:?}");
    }
}

#[test]
fn a_missing_down_is_worth_a_warning() {
    assert_eq!(
        warnings(Layout::Dbmate, &[("1_a.sql", "-- migrate:down\n-- migrate:up\na")]),
        ["m/1_a.sql: the file has no line `-- migrate:down` after `-- migrate:up` \
         (the migration cannot be undone, and dbmate refuses the file since version 2)"]
    );
}

#[test]
fn dumps_of_the_schema_are_no_migrations() {
    assert_eq!(warnings(Layout::Dbmate, &[("schema.sql", "create table a;"), ("structure.sql", "")]), [""; 0]);
    assert_eq!(warnings(Layout::Dbmate, &[("seed.sql", "")]).len(), 1);
}
