//! Histories beside files, in memory: what is taken over, and what is refused.

use glim::value::Timestamp;
use glim_files::layout::{self, Layout, Listing};

use super::history::{Applied, Checksum, History};
use super::{AdoptError, Problem, Tool, Verified, baseline, compare, refinery, sqlx};
use crate::catalog::{Entry, Sql};
use crate::ledger::{Row, State};

/// The migrations of a folder with these files, in order.
fn entries(layout: Layout, files: &[(&str, &str)]) -> Vec<Entry> {
    let listing = Listing::new("migrations", files.iter().copied());
    let folder = layout::parse(&listing, Some(layout)).expect("a valid folder");
    let entry = |(position, migration): (usize, layout::Migration)| {
        let file = migration.run.path.display().to_string();
        Entry::of_sql(Sql { migration, layout, position }, file)
    };
    folder.migrations.into_iter().enumerate().map(entry).collect()
}

fn sqlx_files() -> Vec<Entry> {
    let files = [("1_users.up.sql", "ONE"), ("1_users.down.sql", "-"), ("2_posts.sql", "TWO"), ("10_root.sql", "TEN")];
    entries(Layout::Sqlx, &files)
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn history(tool: Tool, rows: Vec<Applied>) -> History {
    History { tool, table: tool.table().to_owned(), rows }
}

/// A row of sqlx, applied in that second of a minute.
fn of_sqlx(key: &str, second: u32, text: &str) -> Applied {
    Applied {
        key: key.to_owned(),
        at: Some(at(&format!("2026-11-22 15:02:{second:02}"))),
        checksum: Some(Checksum::Sha384(sqlx::checksum(text))),
        ..Applied::default()
    }
}

fn row(name: &str) -> Row {
    Row {
        id: "1".to_owned(),
        name: name.to_owned(),
        description: None,
        created_at: None,
        applied_order: Some(1),
        version: None,
        package: None,
        checksum: None,
        state: State::Applied,
        duration_ms: None,
        glim_version: Some("0.1.0".to_owned()),
        applied_by: None,
    }
}

/// A row that was taken over from sqlx at that time.
fn adopted(name: &str, time: Timestamp) -> Row {
    let microseconds = time.microseconds_since_epoch().and_then(|it| u64::try_from(it).ok()).expect("after 1970");
    let (seconds, rest) = (microseconds / 1_000_000, u32::try_from(microseconds % 1_000_000).expect("a fraction"));
    let stamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, rest * 1_000);
    let id = uuid::Uuid::new_v7(stamp).to_string();
    Row { id, glim_version: Some("sqlx".to_owned()), ..row(name) }
}

/// The records' names, or the problems' messages.
fn outcome(history: &History, entries: &[Entry], rows: &[Row]) -> Vec<String> {
    match compare(history, entries, rows) {
        Ok(adoption) => adoption.records.into_iter().map(|record| record.name).collect(),
        Err(problems) => problems.iter().map(|problem| problem.message(history.tool)).collect(),
    }
}

#[test]
fn what_was_applied_is_recorded_in_the_order_of_its_times() {
    let entries = sqlx_files();
    let rows = vec![of_sqlx("10", 1, "TEN"), of_sqlx("1", 2, "ONE"), of_sqlx("2", 2, "TWO")];
    let adoption = compare(&history(Tool::Sqlx, rows), &entries, &[]).expect("they agree");
    let names: Vec<_> = adoption.records.iter().map(|record| record.name.as_str()).collect();
    assert_eq!(names, ["10_root", "1_users", "2_posts"], "within a second, the order of the files");
    assert!(adoption.records.iter().all(|record| record.verified == Verified::Exactly && record.entry.is_some()));
    assert_eq!((adoption.recorded, adoption.pending.len()), (0, 0));
}

#[test]
fn what_the_ledger_has_is_not_recorded_again() {
    let entries = sqlx_files();
    let history = history(Tool::Sqlx, vec![of_sqlx("1", 1, "ONE"), of_sqlx("2", 2, "TWO")]);
    let adoption = compare(&history, &entries, &[row("1_users")]).expect("they agree");
    assert_eq!((adoption.records.len(), adoption.recorded), (1, 1));
    assert_eq!(adoption.pending.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["10_root"]);
    let again = compare(&history, &entries, &[row("1_users"), row("2_posts")]).expect("they agree");
    assert_eq!((again.records.len(), again.recorded), (0, 2));
}

#[test]
fn each_disagreement_is_named() {
    let mut failed = of_sqlx("2", 2, "TWO");
    failed.is_dirty = true;
    let rows =
        vec![of_sqlx("1", 1, "other"), failed, of_sqlx("3", 3, "x"), of_sqlx("10", 4, "TEN"), of_sqlx("10", 5, "TEN")];
    let history = history(Tool::Sqlx, rows);
    assert_eq!(
        outcome(&history, &sqlx_files(), &[]),
        [
            "`1`: `migrations/1_users.up.sql` is not the file that sqlx applied: the checksum differs",
            "`2`: sqlx began it at 2026-11-22 15:02:02 and did not finish it",
            "`3`: sqlx applied it, and no file here has that version",
            "`10`: the history has two rows of that version",
        ]
    );
}

#[test]
fn a_version_that_two_files_have_is_refused() {
    let up = "-- migrate:up\n";
    let entries = entries(Layout::Dbmate, &[("01_a.sql", up), ("1_b.sql", up)]);
    assert_eq!(
        outcome(&history(Tool::Sqlx, vec![of_sqlx("1", 1, up)]), &entries, &[]),
        [
            "`1`: sqlx applied one migration of that version, and here are `migrations/01_a.sql` and `migrations/1_b.sql`"
        ],
        "two versions to dbmate, and one to sqlx"
    );
}

#[test]
fn line_ends_and_ignored_characters_do_not_make_another_migration() {
    let entries = entries(Layout::Sqlx, &[("1_a.sql", "\u{feff}SELECT 1;\r\n\tSELECT 2;\r\n")]);
    let cases = [
        ("\u{feff}SELECT 1;\r\n\tSELECT 2;\r\n", Some(Verified::Exactly)),
        ("\u{feff}SELECT 1;\n\tSELECT 2;\n", Some(Verified::ButForLineEnds)),
        ("SELECT 1;\r\n\tSELECT 2;\r\n", Some(Verified::ButForIgnored)),
        ("\u{feff}SELECT1;SELECT2;", Some(Verified::ButForIgnored)),
        ("SELECT1;SELECT2;", Some(Verified::ButForIgnored)),
        ("\u{feff}SELECT 1;\r\n SELECT 2;\r\n", None),
    ];
    for (text, wanted) in cases {
        let history = history(Tool::Sqlx, vec![of_sqlx("1", 1, text)]);
        let found = compare(&history, &entries, &[]).ok().map(|adoption| adoption.records[0].verified);
        assert_eq!(found, wanted, "{text:?}");
    }
}

#[test]
fn a_text_with_unix_line_ends_may_have_been_applied_with_others() {
    let entries = entries(Layout::Sqlx, &[("1_a.sql", "SELECT 1;\n")]);
    let history = history(Tool::Sqlx, vec![of_sqlx("1", 1, "SELECT 1;\r\n")]);
    let adoption = compare(&history, &entries, &[]).expect("they agree");
    assert_eq!(adoption.records[0].verified, Verified::ButForLineEnds);
}

fn of_refinery(version: &str, name: &str, text: &str, wide: bool) -> Applied {
    let sums = refinery::checksums(&format!("V{version}__{name}"), text);
    let sum = if wide { sums.last() } else { sums.first() };
    Applied {
        key: version.to_owned(),
        name: Some(name.to_owned()),
        checksum: sum.copied().map(Checksum::SipHash),
        ..Applied::default()
    }
}

#[test]
fn refinerys_checksums_of_either_width_are_verified() {
    let entries = entries(Layout::Refinery, &[("V1__users.sql", "ONE"), ("V02__posts.sql", "TWO")]);
    for wide in [false, true] {
        let rows = vec![of_refinery("1", "users", "ONE", wide), of_refinery("2", "posts", "TWO", wide)];
        let history = history(Tool::Refinery, rows);
        assert_eq!(outcome(&history, &entries, &[]), ["V1__users", "V02__posts"]);
    }
    let rows = vec![of_refinery("1", "users", "other", false), of_refinery("2", "articles", "TWO", false)];
    assert_eq!(
        outcome(&history(Tool::Refinery, rows), &entries, &[]),
        [
            "`1`: `migrations/V1__users.sql` is not the file that refinery applied: the checksum differs",
            "`2`: refinery applied it by the name `articles`, and the file is `migrations/V02__posts.sql`",
        ]
    );
}

fn keys(tool: Tool, keys: &[&str]) -> History {
    history(tool, keys.iter().map(|&key| Applied { key: key.to_owned(), ..Applied::default() }).collect())
}

#[test]
fn versions_without_checksums_and_times_follow_the_files() {
    let diesel = entries(
        Layout::Diesel,
        &[("2024-01-31-120000_users/up.sql", "x"), ("20240201000000_posts/up.sql", "x"), ("9_late/up.sql", "x")],
    );
    let found = keys(Tool::Diesel, &["9", "20240201000000", "20240131120000"]);
    assert_eq!(
        outcome(&found, &diesel, &[]),
        ["2024-01-31-120000_users", "20240201000000_posts", "9_late"],
        "versions are texts to diesel"
    );
    let dbmate = entries(Layout::Dbmate, &[("007_a.sql", "-- migrate:up\n"), ("010_b.sql", "-- migrate:up\n")]);
    assert_eq!(outcome(&keys(Tool::Dbmate, &["010", "007"]), &dbmate, &[]), ["007_a", "010_b"]);
    assert_eq!(
        outcome(&keys(Tool::Dbmate, &["7"]), &dbmate, &[]),
        ["`7`: dbmate applied it, and no file here has that version"]
    );
}

#[test]
fn names_of_sea_orm_need_no_files() {
    let mut history = keys(Tool::SeaOrm, &["m20240101_000001_b", "m20240101_000000_a", "m2024_posts"]);
    history.rows[2].at = Some(at("2024-01-01 00:00:00"));
    let own = Entry { name: "m2024_posts".to_owned(), file: "src/m.rs".to_owned(), ..Entry::default() };
    let entries = [own];
    let adoption = compare(&history, &entries, &[]).expect("they agree");
    let found: Vec<_> = adoption.records.iter().map(|record| (record.name.as_str(), record.entry.is_some())).collect();
    assert_eq!(found, [("m20240101_000000_a", false), ("m20240101_000001_b", false), ("m2024_posts", true)]);
    let bad = keys(Tool::SeaOrm, &["a\nb", ""]);
    assert_eq!(
        outcome(&bad, &[], &[]),
        ["\"a\\nb\": the ledger cannot keep that name", "\"\": the ledger cannot keep that name"]
    );
}

#[test]
fn what_was_rolled_back_here_is_not_taken_over_again() {
    let entries = sqlx_files();
    let time = at("2026-11-22 15:02:30");
    let rows = [adopted("1_users", time)];
    let older = history(Tool::Sqlx, vec![of_sqlx("1", 1, "ONE"), of_sqlx("2", 29, "TWO")]);
    let problems = compare(&older, &entries, &rows).expect_err("it was undone");
    assert_eq!(problems, [Problem::Undone { key: "2".to_owned() }]);
    let newer = history(Tool::Sqlx, vec![of_sqlx("1", 1, "ONE"), of_sqlx("2", 31, "TWO")]);
    assert_eq!(outcome(&newer, &entries, &rows), ["2_posts"], "sqlx has applied it since");
}

#[test]
fn a_file_that_went_after_it_was_taken_over_is_no_obstacle() {
    let time = at("2026-11-22 15:02:30");
    let history = history(
        Tool::Sqlx,
        vec![of_sqlx("0001", 1, "x")]
            .into_iter()
            .map(|mut row| {
                row.key = "1".to_owned();
                row
            })
            .collect(),
    );
    let adoption = compare(&history, &[], &[adopted("0001_first", time)]).expect("it is recorded");
    assert_eq!((adoption.recorded, adoption.records.len()), (1, 0));
}

#[test]
fn a_row_that_is_not_finished_here_is_refused() {
    let history = history(Tool::Sqlx, vec![of_sqlx("1", 1, "ONE")]);
    let rows = [Row { state: State::Running, ..row("1_users") }];
    assert_eq!(
        outcome(&history, &sqlx_files(), &rows),
        ["`1_users`: the ledger `glim_migrations` has it in the state `running`"]
    );
    let refused = baseline(&sqlx_files(), &rows, "10").expect_err("it is not finished");
    assert_eq!(refused.to_string(), "the ledger has 1 migration begun and not finished");
}

#[test]
fn a_baseline_reaches_up_to_a_name_or_a_version() {
    let entries = sqlx_files();
    for to in ["2_posts", "2", "0002"] {
        let adoption = baseline(&entries, &[row("1_users")], to).expect("a migration");
        let names: Vec<_> = adoption.records.iter().map(|record| record.name.as_str()).collect();
        assert_eq!((names, adoption.recorded, adoption.pending.len()), (vec!["2_posts"], 1, 1), "{to}");
    }
}

#[test]
fn a_baseline_that_names_nothing_is_refused() {
    let refused = baseline(&sqlx_files(), &[], "2_post").expect_err("no such migration");
    assert_eq!(refused.to_string(), "there is no migration `2_post`");
    assert_eq!(refused.helps(), ["did you mean `2_posts`?"]);
    assert!(matches!(baseline(&[], &[], "1"), Err(AdoptError::UnknownBaseline { .. })));
}
