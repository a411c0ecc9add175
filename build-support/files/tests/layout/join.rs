//! Folders that share one history.

use glim_files::layout::{Layout, Listing, join, parse};

use crate::texts;

fn folder(path: &str, layout: Layout, files: &[(&str, &str)]) -> glim_files::layout::Folder {
    parse(&Listing::new(path, files.iter().copied()), Some(layout)).expect("nothing is wrong with it")
}

#[test]
fn folders_are_put_into_one_order() {
    let text = "-- migrate:up\n-- migrate:down\n";
    for (layout, names) in [(Layout::Sqlx, ["2_b", "9_i", "10_j"]), (Layout::Dbmate, ["10_j", "2_b", "9_i"])] {
        let one = folder("one", layout, &[("2_b.sql", text), ("10_j.sql", text)]);
        let two = folder("two", layout, &[("9_i.sql", text), ("x.sql", "")]);
        let joined = join([one, two]).expect("they fit");
        assert_eq!(joined.migrations.iter().map(|migration| &*migration.name).collect::<Vec<_>>(), names);
        assert_eq!((joined.layout, joined.warnings.len()), (layout, 1));
    }
}

#[test]
fn one_version_in_two_folders_is_refused() {
    let one = folder("one", Layout::Sqlx, &[("1_a.sql", "")]);
    let two = folder("two", Layout::Sqlx, &[("01_b.sql", "")]);
    assert_eq!(
        texts(&join([one, two]).expect_err("both have version 1")),
        ["two/01_b.sql: version 1 is taken by `one/1_a.sql` \
         (give one of the two another version: to sqlx, both are one migration)"]
    );
}

#[test]
fn two_layouts_do_not_share_a_history() {
    let one = folder("one", Layout::Sqlx, &[("1_a.sql", "")]);
    let two = folder("two", Layout::Refinery, &[("V2__b.sql", "")]);
    assert_eq!(
        texts(&join([one, two]).expect_err("they differ")),
        ["two/V2__b.sql: the layout here is refinery, that of `one/1_a.sql` is sqlx \
         (folders that share one history have one layout: set `layout = \"sqlx\"` or `layout = \"refinery\"`)"]
    );
}

#[test]
fn a_folder_without_migrations_fits_any_other() {
    let empty = || folder("empty", Layout::Glim, &[]);
    let one = || folder("one", Layout::Sqlx, &[("1_a.sql", "")]);
    for folders in [vec![empty(), one()], vec![one(), empty()]] {
        let joined = join(folders).expect("they fit");
        assert_eq!((joined.layout, joined.migrations.len()), (Layout::Sqlx, 1));
    }
    assert_eq!(join([]).expect("nothing is wrong with nothing").migrations, []);
}
