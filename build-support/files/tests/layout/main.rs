//! Folders of SQL migrations, read by the rules of the tools that they were made for.

mod dbmate;
mod diesel;
mod disk;
mod glim;
mod join;
mod recognise;
mod refinery;
mod sqlx;

use glim_files::layout::{Folder, Layout, Listing, Problem, parse};

/// What these files are in that layout.
fn read(layout: Layout, files: &[(&str, &str)]) -> Result<Folder, Vec<Problem>> {
    parse(&Listing::new("m", files.iter().copied()), Some(layout))
}

/// The migrations that these files are.
fn folder(layout: Layout, files: &[(&str, &str)]) -> Folder {
    read(layout, files).unwrap_or_else(|problems| panic!("{}", texts(&problems).join("\n")))
}

/// The names of the migrations that these files are, in order.
fn names(layout: Layout, files: &[&str]) -> Vec<String> {
    let files: Vec<_> = files.iter().map(|name| (*name, "-- migrate:up\nselect 1;\n-- migrate:down\n")).collect();
    folder(layout, &files).migrations.into_iter().map(|migration| migration.name).collect()
}

/// What is wrong with these files.
fn errors(layout: Layout, files: &[(&str, &str)]) -> Vec<String> {
    texts(&read(layout, files).expect_err("these files are wrong"))
}

/// What is said of these files.
fn warnings(layout: Layout, files: &[(&str, &str)]) -> Vec<String> {
    texts(&folder(layout, files).warnings)
}

fn texts(problems: &[Problem]) -> Vec<String> {
    let text = |problem: &Problem| match &problem.help {
        Some(help) => format!("{problem} ({help})"),
        None => problem.to_string(),
    };
    problems.iter().map(text).collect()
}

#[test]
fn a_layout_is_known_by_its_name() {
    for layout in Layout::ALL {
        assert_eq!(layout.to_string().parse(), Ok(layout));
    }
    let error = "flyway".parse::<Layout>().expect_err("there is none").to_string();
    assert_eq!(error, "there is no layout `flyway`: the layouts are glim, diesel, sqlx, refinery, dbmate");
}

#[test]
fn what_is_no_sql_is_passed_over_in_silence() {
    let strays = [("README.md", "x"), (".gitkeep", ""), (".DS_Store", "x"), ("mod.rs", "x"), ("embedded.toml", "x")];
    for layout in Layout::ALL {
        let folder = folder(layout, &strays);
        assert_eq!((folder.migrations.len(), folder.warnings.len()), (0, 0), "{layout}");
    }
}

#[test]
fn an_extension_in_capitals_is_not_sql_but_worth_a_warning() {
    for (layout, name) in [
        (Layout::Glim, "1_a.SQL"),
        (Layout::Diesel, "1_a.SQL"),
        (Layout::Sqlx, "1_a.SQL"),
        (Layout::Refinery, "V1__a.Sql"),
        (Layout::Dbmate, "1_a.SQL"),
    ] {
        let folder = folder(layout, &[(name, "select 1")]);
        assert_eq!(folder.migrations, [], "{layout}");
        assert!(folder.warnings[0].to_string().starts_with(&format!("m/{name}: the file is passed over")), "{layout}");
    }
}

#[test]
fn bytes_that_are_not_utf_8_are_shown_with_their_place() {
    for (layout, name) in [
        (Layout::Glim, "1_a.sql"),
        (Layout::Diesel, "1_a/up.sql"),
        (Layout::Sqlx, "1_a.sql"),
        (Layout::Refinery, "V1__a.sql"),
        (Layout::Dbmate, "1_a.sql"),
    ] {
        let listing = Listing::new("m", [(name, b"-- migrate:up\nselect 'caf\xe9';".as_slice())]);
        let problems = parse(&listing, Some(layout)).expect_err("Latin-1");
        let expected = format!("m/{name}:2: the file is not UTF-8: byte 12 of the line is 0xe9");
        assert_eq!(problems[0].to_string(), expected);
        assert_eq!(problems.len(), 1, "{layout}");
    }
}

#[test]
fn what_is_sent_has_no_byte_order_mark_but_the_file_keeps_it() {
    for (layout, name) in [
        (Layout::Glim, "1_a.sql"),
        (Layout::Diesel, "1_a/up.sql"),
        (Layout::Sqlx, "1_a.sql"),
        (Layout::Refinery, "V1__a.sql"),
    ] {
        let folder = folder(layout, &[(name, "\u{feff}select 1;\r\n")]);
        let run = &folder.migrations[0].run;
        assert_eq!((run.text(), run.line), ("select 1;\r\n", 1), "{layout}");
        assert_eq!((&**run.file(), run.range()), ("\u{feff}select 1;\r\n", 3..14), "{layout}");
    }
}
