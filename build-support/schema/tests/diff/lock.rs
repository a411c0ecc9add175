//! The text of a schema.

use glim_schema::lock::{read, write};
use glim_schema::{Action, Column, ColumnType, Default, EnumType, ForeignKey, Index, IndexPart, Schema, Table};
use proptest::prelude::*;

use crate::{schema, text, users};

const HEAD: &str = "\
# The schema after all migrations, one line for each object. `cargo glim make` keeps it.
# After a merge, lines of both sides stay where they are about different objects.
version 1
";

#[test]
fn each_object_is_one_line() {
    let mood = EnumType::new("mood", ["sad", "so so"]);
    let table = users()
        .column(Column::new("mood", ColumnType::Enum(mood)).default(Default::Text("sad".to_owned())))
        .column(Column::new("two words", ColumnType::Array(Box::new(ColumnType::Native("inet".to_owned())))).nullable())
        .column(Column::new("upper", text(40)).stored("upper(name)").collation("C").comment("in \"capitals\"\n"))
        .unique(["name"])
        .index(Index::over([IndexPart::column("age").descending(), IndexPart::expression("lower(name)")]).unique())
        .index(Index::new(["name"]).name("some").method("gin").include(["age"]).predicate("age > 0"))
        .foreign_key(ForeignKey::new(["age"], "users", ["id"]).on_delete(Action::SetNull))
        .check("age > 0")
        .comment("people");
    let expected = "
enum mood (\"sad\", \"so so\")

table users comment \"people\"
column users.age int16 null
column users.id int32 auto_increment
column users.mood enum(mood) default text \"sad\"
column users.name text(40)
column users.\"two words\" array(native(\"inet\")) null
column users.upper text(40) collation C stored \"upper(name)\" comment \"in \\\"capitals\\\"\\n\"
primary_key users (id)
unique users (name)
index users (name) using gin include (age) where \"age > 0\" name some
index users (age desc, sql \"lower(name)\") unique
foreign_key users (age) references users (id) on_delete set_null
check users \"age > 0\"
";
    assert_eq!(write(&schema([table])), format!("{HEAD}{expected}"));
}

#[test]
fn lines_may_stand_in_any_order_and_twice_if_they_say_the_same() {
    let whole = schema([users(), Table::new("other").column(Column::new("x", ColumnType::Json))]);
    let text = write(&whole);
    let lines: Vec<&str> = text.strip_prefix(HEAD).expect("it begins so").lines().collect();
    let turned: Vec<&str> = lines.iter().rev().chain(&lines).copied().collect();
    let read = read(&format!("{HEAD}{}\r\n", turned.join("\r\n"))).expect("the same lines");
    assert_eq!(write(&read), text);
}

#[test]
fn names_that_are_shown_alike_are_kept_apart() {
    let column = |name: &str| Column::new(name, ColumnType::Json);
    let both = schema([Table::new("a").column(column("b`.`c")), Table::new("a`.`b").column(column("c"))]);
    assert_eq!(read(&write(&both)).map(Schema::normal), Ok(both.normal()));
}

/// The line, the message, the help and the objects.
#[track_caller]
fn refused(lines: &str) -> (usize, String, String, Vec<String>) {
    let error = read(&format!("version 1\n{lines}")).expect_err("it is wrong");
    (error.line, error.message, error.help, error.objects)
}

#[test]
fn objects_that_both_sides_of_a_merge_changed_are_named() {
    let merged = "table t\n<<<<<<< HEAD\ncolumn t.a int32\ncolumn t.b int32\n||||||| base\ncolumn t.a int8\n=======\n\
                  column t.a int64\ncolumn t.c int32\n>>>>>>> other\n";
    let (line, message, help, objects) = refused(merged);
    assert_eq!((line, message.as_str()), (3, "both sides of a merge have changed column `t`.`a`"));
    assert_eq!(objects, ["column `t`.`a`"]);
    assert!(help.contains("agrees with the models"), "{help}");
    let (_, message, help, objects) =
        refused("table t\n<<<<<<< HEAD\ncolumn t.b json\n=======\ncolumn t.c json\n>>>>>>> x\n");
    assert_eq!(message, "a merge was left unfinished about column `t`.`b`, column `t`.`c`");
    assert!(help.contains("keep the lines of both"), "{help}");
    assert_eq!(objects.len(), 2);
}

#[test]
fn a_merge_without_markers_is_found_by_two_lines_for_one_object() {
    let (line, message, help, objects) = refused("table t\ncolumn t.a int32\ncolumn t.a int64\n");
    assert_eq!((line, message.as_str()), (4, "two lines describe column `t`.`a`, this one and line 3"));
    assert!(help.contains("keep the line that agrees"), "{help}");
    assert_eq!(objects, ["column `t`.`a`"]);
    let (_, message, ..) = refused("column t.a int32\n");
    assert_eq!(message, "column `t`.`a` has no table: no line describes the table");
    let (_, message, ..) = refused("table t\ncolumn t.a enum(mood)\n");
    assert_eq!(message, "no line describes the enum `mood`");
}

#[test]
fn a_line_that_is_wrong_is_named() {
    for (line, message) in [
        ("tabel t", "`tabel` is no object of a schema"),
        ("table", "the line ends where a name should be"),
        ("table t t", "`t` does not belong there"),
        ("table t comment \"x", "a text has no end"),
        ("column t.a int33", "`int33` is no type"),
        ("column t a int32", "`a` stands where `.` should be"),
        ("column t.a text(99999999999)", "`99999999999` is no number that fits"),
        ("column t.a array(array(int32))", "`array` is no type"),
        ("foreign_key t (a) references o (b) on_delete explode", "`explode` is no action"),
        ("check t \"\\q\"", "`\\q` is no character"),
        ("index t (a; b)", "the character ';' has no meaning here"),
    ] {
        let found = refused(&format!("# a comment\n{line}\n"));
        assert_eq!((found.0, found.1.as_str()), (3, message), "{line}");
    }
}

#[test]
fn another_version_says_what_to_do() {
    let error = read("version 2\n").expect_err("it is newer");
    assert_eq!(error.message, "this is version 2 of the format, and we know 1");
    assert_eq!(error.help, "update cargo-glim to the version that wrote it");
    for text in ["", "table t\n", "version x\n"] {
        assert!(read(text).is_err(), "{text:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_in_it_comes_back(name in "\\PC{1,9}|[\"\\\\\n\r\t\u{2028}\u{85}]{1,6}", value in "(?s).{0,9}") {
        let mut table = Table::new(name.as_str()).check(value.as_str()).comment(value.as_str());
        table.columns.push(Column::new(name.as_str(), ColumnType::Json).default(Default::Expression(value)));
        let before = schema([table]);
        let text = write(&before);
        prop_assert_eq!(text.lines().count(), HEAD.lines().count() + 4);
        prop_assert_eq!(read(&text).map(Schema::normal), Ok(before.normal()));
    }

    #[test]
    fn no_text_makes_it_panic(text in "(?s)(version 1\n)?(.|table|column|index|\\(|\\)|\"|\n| ){0,40}") {
        let _ = read(&text);
    }
}
