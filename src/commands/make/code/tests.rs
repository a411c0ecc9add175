//! The sources that changes become.

use std::io::Write as _;
use std::process::{Command, Stdio};

use glim_schema::diff::{Renames, diff};
use glim_schema::{
    Action, Check, Column, ColumnType, Default, Deferral, ForeignKey, Index, IndexPart, Schema, Table, Unique,
};

use super::{Body, Source};

/// The source of a migration from one schema to another.
fn source(from: &[Table], to: &[Table], renames: &Renames) -> String {
    let schema = |tables: &[Table]| Schema::new(tables.to_vec()).expect("a sound schema");
    let difference = diff(&schema(from), &schema(to), renames).expect("a difference");
    let body = Body::Schema { run: &difference.run, rollback: &difference.rollback };
    written(&body, ", version = \"1\"")
}

fn written(body: &Body<'_>, options: &str) -> String {
    Source { glim: "glim", type_name: "AddEmail", description: "add email", options, body }.text()
}

/// What rustfmt makes of a source without any configuration.
fn formatted(source: &str) -> String {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path", "/dev/null"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("rustfmt is there");
    child.stdin.take().expect("a pipe").write_all(source.as_bytes()).expect("rustfmt reads");
    let output = child.wait_with_output().expect("rustfmt ends");
    assert!(output.status.success(), "{source}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[track_caller]
fn is_formatted(source: &str) {
    let expected = formatted(source);
    let differs = source.lines().zip(expected.lines()).find(|(ours, theirs)| ours != theirs);
    assert!(source == expected, "{differs:?}\n{expected}");
}

fn users() -> Table {
    Table::new("users")
        .column(Column::new("id", ColumnType::Int64).auto_increment())
        .column(Column::new("name", ColumnType::text(255)))
        .column(Column::new("full", ColumnType::text(80)).nullable())
        .primary_key(["id"])
        .unique(["name"])
}

/// A table with everything in it.
fn everything() -> Table {
    let types = [
        ("a", ColumnType::Bool),
        ("b", ColumnType::Uint64),
        ("c", ColumnType::Float32),
        ("d", ColumnType::decimal(12, 4)),
        ("e", ColumnType::Text { length: None }),
        ("f", ColumnType::bytes(16)),
        ("g", ColumnType::TimestampTz),
        ("h", ColumnType::Json),
        ("i", ColumnType::one_of("mood", ["sad", "\"fine\""])),
        ("j", ColumnType::array(ColumnType::Uuid)),
        ("k", ColumnType::native("inet")),
    ];
    let table =
        types.into_iter().fold(Table::new("every thing"), |table, (name, ty)| table.column(Column::new(name, ty)));
    let long = "a name that leaves less of a line";
    table
        .column(Column::new("id", ColumnType::Int32))
        .column(
            Column::new("l", ColumnType::text(9)).default(Default::text("x\\y")).collation("C").comment("What's this?"),
        )
        .column(Column::new("m", ColumnType::Int32).default(Default::number("7")))
        .column(Column::new("n", ColumnType::Date).default(Default::expression("CURRENT_DATE")).nullable())
        .column(Column::new("o", ColumnType::Int32).stored("m * 2"))
        .column(Column::new(long, ColumnType::Timestamp).default(Default::Keyword("NULL")).nullable())
        .primary_key(["id"])
        .add_unique(Unique::new(["l"]).name("one_l"))
        .index(Index::over([IndexPart::column("m").descending(), IndexPart::expression("lower(e)")]).unique())
        .index(Index::new(["g"]).name("by_g").predicate("m > 0").method("brin").include(["m"]))
        .foreign_key(
            ForeignKey::new(["m"], "users", ["id"])
                .name("of_user")
                .on_delete(Action::Cascade)
                .on_update(Action::SetNull)
                .deferral(Deferral::Initial),
        )
        .check("m >= 0")
        .add_check(Check::new("length(e) > 0 AND length(e) < 1000000 AND e <> 'a very long text'").name("e_is_there"))
        .comment("All of it")
}

#[test]
fn a_column_that_comes_is_added_and_dropped_again() {
    let with = users().column(Column::new("email", ColumnType::text(100)).nullable());
    snapbox::assert_data_eq!(
        source(&[users()], &[with], &Renames::default()),
        "use glim::schema::{AlterTable, Column, ColumnType};
use glim::{Db, Migration, Result};

/// Add email.
pub struct AddEmail;

impl Migration for AddEmail {
    fn description(&self) -> &'static str {
        \"add email\"
    }

    fn run(&self, db: &mut Db) -> Result<()> {
        db.alter_table(
            AlterTable::new(\"users\")
                .add_column(Column::new(\"email\", ColumnType::text(100)).nullable()),
        )?;
        Ok(())
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        // Loses data: drops the column `users`.`email` and what it holds.
        db.alter_table(AlterTable::new(\"users\").drop_column(\"email\"))?;
        Ok(())
    }
}

glim::submit!(AddEmail, version = \"1\");
"
    );
}

#[test]
fn sources_are_as_rustfmt_leaves_them() {
    let none = Renames::default();
    let renamed = Renames::default().table("users", "people").column("people", "full", "fullname");
    let mut people = users();
    people.name = "people".to_owned();
    people.columns[2] = Column::new("fullname", ColumnType::text(20));
    people.comment = Some("Who".to_owned());
    let mut other = everything();
    other.columns.retain(|column| !["a", "k"].contains(&column.name.as_str()));
    other.columns[7] = Column::new("i", ColumnType::one_of("mood", ["sad", "glad"])).nullable();
    other.indexes.pop();
    other.checks.pop();
    other.foreign_keys.clear();
    for (from, to, renames) in [
        (vec![], vec![users()], &none),
        (vec![], vec![users(), everything()], &none),
        (vec![users(), everything()], vec![], &none),
        (vec![users()], vec![people], &renamed),
        (vec![users(), everything()], vec![users(), other], &none),
    ] {
        is_formatted(&source(&from, &to, renames));
    }
}

#[test]
fn skeletons_and_row_shapes_are_as_rustfmt_leaves_them() {
    is_formatted(&written(&Body::Empty, ""));
    is_formatted(&written(&Body::Data(&[&users(), &everything()]), ", after = [\"First\"]"));
}

#[test]
fn a_row_shape_names_what_no_field_can_be_called() {
    let table = Table::new("odd")
        .column(Column::new("type", ColumnType::Int32))
        .column(Column::new("first name", ColumnType::text(9)))
        .column(Column::new("2nd", ColumnType::Bool).nullable())
        .column(Column::new("sum", ColumnType::Int32).stored("type + 1"))
        .primary_key(["type"]);
    let text = written(&Body::Data(&[&table]), "");
    assert!(text.contains("    #[glim(primary_key)]\n    pub r#type: i32,\n"), "{text}");
    assert!(text.contains("    #[glim(column = \"first name\", length = 9)]\n    pub first_name: String,\n"), "{text}");
    assert!(text.contains("    #[glim(column = \"2nd\")]\n    pub c2nd: Option<bool>,\n"), "{text}");
    assert!(!text.contains("sum"), "{text}");
}

#[test]
fn texts_come_back_from_their_literals() {
    for text in ["plain", "it's \"quoted\"", "back\\slash", "line\nbreak\ttab\0nul", "größe 🦀", "\u{1b}[31m"] {
        let literal = super::expression::literal(text);
        let back: syn_free::Text = literal.parse().expect("a literal");
        assert_eq!(back.0, text, "{literal}");
    }
}

/// Reading a literal as the compiler does.
mod syn_free {
    pub(super) struct Text(pub(super) String);

    impl std::str::FromStr for Text {
        type Err = String;

        fn from_str(literal: &str) -> Result<Self, String> {
            let literal: proc_macro2::Literal = literal.parse().map_err(|error| format!("{error}"))?;
            let literal = literal.to_string();
            let inner = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or("no quotes")?;
            let mut text = String::new();
            let mut rest = inner.chars();
            while let Some(c) = rest.next() {
                let c = match c {
                    '\\' => match rest.next().ok_or("no escape")? {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        'u' => {
                            let digits: String = rest.by_ref().skip(1).take_while(|c| *c != '}').collect();
                            let code = u32::from_str_radix(&digits, 16).map_err(|error| error.to_string())?;
                            char::from_u32(code).ok_or("no character")?
                        }
                        same => same,
                    },
                    '"' => return Err("a quote inside".to_owned()),
                    plain => plain,
                };
                text.push(c);
            }
            Ok(Self(text))
        }
    }
}
