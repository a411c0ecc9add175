//! Which layout a folder has.

use glim_files::layout::{Layout, Listing, Problem, parse};

use crate::texts;

const DBMATE: &str = "-- migrate:up\na\n-- migrate:down\nb\n";

fn recognise(files: &[(&str, &str)]) -> Result<Layout, Vec<Problem>> {
    parse(&Listing::new("m", files.iter().copied()), None).map(|folder| folder.layout)
}

#[test]
fn a_folder_shows_its_layout() {
    for (files, layout) in [
        (&[("20261122_150203_a.sql", "-- glim:run\na"), ("20261122_160203_b.sql", "b")][..], Layout::Glim),
        (&[("20261122_150203_a.sql", "a"), ("20261122_160203_b.sql", "b")], Layout::Glim),
        (&[("1_a.run.sql", "a"), ("1_a.rollback.sql", "b")], Layout::Glim),
        (&[("1_a.sql", "-- glim:no-transaction\na")], Layout::Glim),
        (&[("2020-01-01-000000_a/up.sql", "a"), ("2020-01-01-000000_a/down.sql", "a")], Layout::Diesel),
        (&[("1_a/up.sql", "a"), ("seed.sql", "a"), ("README.md", "")], Layout::Diesel),
        (&[("1_a.up.sql", "a"), ("1_a.down.sql", "b"), ("2_b.sql", "c")], Layout::Sqlx),
        (&[("1_a.sql", "a"), ("20200101150203_b.sql", "-- no-transaction\n")], Layout::Sqlx),
        (&[("1_a.sql", "a"), ("schema.sql", "a")], Layout::Sqlx),
        (&[("V1__a.sql", "a"), ("U2__b.sql", "b"), ("mod.rs", "")], Layout::Refinery),
        (&[("below/V1__a.sql", "a")], Layout::Refinery),
        (&[("1_a.sql", DBMATE), ("20200101150203_b.sql", DBMATE), ("schema.sql", "x")], Layout::Dbmate),
        (&[("1_a.sql", "a"), ("99999999999999999999_b.sql", "b")], Layout::Glim),
        (&[("README.md", ""), (".gitkeep", ""), ("m20220101_000001_create.rs", "")], Layout::Glim),
        (&[], Layout::Glim),
    ] {
        assert_eq!(recognise(files), Ok(layout), "{files:?}");
    }
}

#[test]
fn what_may_be_two_is_not_guessed() {
    for (files, message) in [
        (
            &[("20261122_150203_a.sql", "a"), ("1_b.sql", "b")][..],
            "m: the folder may have the layout of sqlx (`m/1_b.sql`) or of glim (`m/1_b.sql`) \
             (set `layout = \"sqlx\"` or `layout = \"glim\"` in glim.toml)",
        ),
        (
            &[("1_a/up.sql", "a"), ("2_b.sql", "b")],
            "m: the folder may have the layout of diesel (`m/1_a/up.sql`) or of sqlx (`m/2_b.sql`) \
             (set `layout = \"diesel\"` or `layout = \"sqlx\"` in glim.toml)",
        ),
        (
            &[("below/V1__a.sql", "a"), ("2_b.sql", "b")],
            "m: the folder may have the layout of refinery (`m/below/V1__a.sql`) or of sqlx (`m/2_b.sql`) \
             (set `layout = \"refinery\"` or `layout = \"sqlx\"` in glim.toml)",
        ),
        (
            &[("1_a.sql", "-- glim:run\na"), ("2_b.up.sql", "b")],
            "m: the folder may have the layout of glim (`m/1_a.sql`) or of sqlx (`m/2_b.up.sql`) \
             (set `layout = \"glim\"` or `layout = \"sqlx\"` in glim.toml)",
        ),
        (
            &[("1_a.sql", DBMATE), ("2_b.sql", "-- glim:run\n")],
            "m: the folder may have the layout of glim (`m/2_b.sql`) or of dbmate (`m/1_a.sql`) \
             (set `layout = \"glim\"` or `layout = \"dbmate\"` in glim.toml)",
        ),
    ] {
        assert_eq!(texts(&recognise(files).expect_err("two fit")), [message]);
    }
}

#[test]
fn a_file_of_dbmate_without_blocks_is_not_taken_for_one_of_sqlx() {
    let errors = texts(&recognise(&[("1_a.sql", DBMATE), ("2_b.sql", "b")]).expect_err("2_b.sql has no blocks"));
    assert!(errors[0].starts_with("m/2_b.sql: the file has no line `-- migrate:up`"), "{errors:?}");
}

#[test]
fn two_on_one_day_cannot_be_of_sqlx() {
    assert_eq!(recognise(&[("20261122_150203_a.sql", "a"), ("20261122_150204_b.sql", "b")]), Ok(Layout::Glim));
}

#[test]
fn sql_of_no_layout_is_named() {
    let errors = texts(&recognise(&[("users.sql", "a")]).expect_err("it is none"));
    assert_eq!(
        errors,
        ["m/users.sql: no layout has files with such a name (migrations are named like \
         20261122_150203_name.sql (glim), 2026-11-22-150203_name/up.sql (diesel), 20261122150203_name.sql (sqlx), \
         V1__name.sql (refinery), 20261122150203_name.sql (dbmate); or set `layout = \"...\"` in glim.toml)"]
    );
}
