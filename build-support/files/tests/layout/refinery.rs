//! refinery's layout, compared with refinery itself.

use std::fs;

use glim_files::layout::{Layout, Listing, Version, list, parse};
use proptest::prelude::*;
use refinery_core::load_sql_migrations;
use tempfile::TempDir;

use crate::{errors, folder, names, warnings};

#[test]
fn a_file_is_a_migration() {
    let migration = folder(Layout::Refinery, &[("V1__add_users.sql", "a")]).migrations.remove(0);
    assert_eq!(migration.name, "V1__add_users");
    assert_eq!((migration.version, &*migration.title), (Version::Number(1), "add users"));
    assert_eq!((migration.run.text(), migration.run.transaction, migration.rollback), ("a", true, None));
}

#[test]
fn our_own_mark_says_that_there_is_no_transaction() {
    let text = "-- glim:no-transaction\ncreate index concurrently a on b (c);";
    let listing = Listing::new("m", [("V1__a.sql", text)]);
    let run = parse(&listing, None).expect("refinery's layout").migrations.remove(0).run;
    assert_eq!((run.transaction, run.text()), (false, text));
    assert_eq!(
        errors(Layout::Refinery, &[("V1__a.sql", "-- glim:run\na\n-- glim:rollback\nb")]),
        ["m/V1__a.sql: sections in a file of refinery's, all of which is run \
         (of glim's lines, only `-- glim:no-transaction` and `-- glim:after` hold here)"]
    );
}

#[test]
fn versioned_and_unversioned_share_one_order() {
    let files = ["V10__j.sql", "U9__i.sql", "V007__g.sql", "below/deep/U8__h.sql", "V20200101000000__x.sql"];
    assert_eq!(names(Layout::Refinery, &files), ["V007__g", "U8__h", "U9__i", "V10__j", "V20200101000000__x"]);
}

#[test]
fn one_version_is_one_migration() {
    for files in [["V1__a.sql", "V1__b.sql"], ["V1__a.sql", "U01__a.sql"], ["a/V1__a.sql", "b/V1__a.sql"]] {
        let errors = errors(Layout::Refinery, &files.map(|name| (name, "")));
        assert!(errors.len() == 1 && errors[0].contains(": version 1 is taken by `m/"), "{errors:?}");
    }
}

#[test]
fn what_refinery_passes_over_is_said() {
    assert_eq!(
        warnings(Layout::Refinery, &[("V1_a.sql", ""), ("V2__b.rs", ""), ("mod.rs", ""), ("README.md", "")]),
        [
            "m/V1_a.sql: the file is passed over (refinery reads `V1__name.sql` and `U1__name.sql` only)",
            "m/V2__b.rs: migrations in refinery's Rust are not read (write it anew, as SQL or as glim's Rust)",
        ]
    );
}

/// What comes of a file: nothing, an error, or a version and a name.
type Outcome = Option<Result<(i64, String), ()>>;

/// What refinery makes of a file, and what we do.
fn both(path: &str) -> (Outcome, Outcome) {
    let folder = TempDir::new().expect("a folder");
    let file = folder.path().join(path);
    fs::create_dir_all(file.parent().expect("the folder")).expect("a folder");
    fs::write(&file, "select 1;").expect("a file");
    let theirs = match load_sql_migrations(folder.path()) {
        Ok(migrations) => migrations.first().map(|first| Ok((first.version(), first.name().to_owned()))),
        Err(_) => Some(Err(())),
    };
    let listing = list(folder.path(), Some(Layout::Refinery)).expect("it is there");
    let ours = match parse(&listing, Some(Layout::Refinery)) {
        Ok(folder) => folder.migrations.first().map(|first| {
            let Version::Number(version) = first.version else { panic!("{:?}", first.version) };
            let (_, name) = first.name.split_once("__").expect("it was matched");
            Ok((version, name.to_owned()))
        }),
        Err(_) => Some(Err(())),
    };
    (theirs, ours)
}

#[test]
fn names_are_read_as_refinery_reads_them() {
    let found = |version, name: &str| Some(Ok((version, name.to_owned())));
    for (path, outcome) in [
        ("V1__a.sql", found(1, "a")),
        ("U0__a.sql", found(0, "a")),
        ("V007__initial_schema.sql", found(7, "initial_schema")),
        ("V1___a.sql", found(1, "_a")),
        ("V1__a__b.sql", found(1, "a__b")),
        ("V20200101150203__a.sql", found(20_200_101_150_203, "a")),
        ("V9223372036854775807__a.sql", found(i64::MAX, "a")),
        ("V9223372036854775808__a.sql", Some(Err(()))),
        ("V1.2__a.sql", Some(Err(()))),
        ("V1.2.3__a.sql", None),
        ("V1.__a.sql", None),
        ("V-1__a.sql", None),
        ("V1_a.sql", None),
        ("V1__.sql", None),
        ("V__a.sql", None),
        ("v1__a.sql", None),
        ("V1__a b.sql", None),
        ("V1__a-b.sql", None),
        ("V1__a.SQL", None),
        ("V1__a.sql.sql", None),
        ("V1__a.up.sql", None),
        ("V1__a.rs", None),
        (" V1__a.sql", None),
        ("V1__größe.sql", found(1, "größe")),
        ("V1__gro\u{308}ße.sql", found(1, "gro\u{308}ße")),
        ("V1__表.sql", found(1, "表")),
        ("V\u{661}__a.sql", Some(Err(()))),
        (".hidden/V1__a.sql", found(1, "a")),
        ("a/b/c/V1__a.sql", found(1, "a")),
    ] {
        assert_eq!(both(path), (outcome.clone(), outcome), "{path}");
    }
}

#[test]
fn what_nobody_should_write_is_refused() {
    assert_eq!(
        errors(Layout::Refinery, &[("|1__a.sql", "")]),
        ["m/|1__a.sql: the name begins with `|`, on which refinery panics (begin it with `V` or `U`)"]
    );
    assert_eq!(
        errors(Layout::Refinery, &[("V1__½.sql", "")]),
        ["m/V1__½.sql: `½` in the name: it is not certain that refinery reads the file (use letters, digits and `_`)"]
    );
}

proptest! {
    #[test]
    fn any_name_is_read_as_refinery_reads_it(name in "[UVv]{0,2}[0-9.]{0,3}_{0,3}[a-z0-9_.é -]{0,4}(\\.sql|\\.rs|\\.SQL)") {
        let (theirs, ours) = both(&name);
        prop_assert_eq!(theirs, ours);
    }
}
