//! What the derive makes of a struct, seen through the trait.

use std::sync::Arc;

use glim::schema::{Action, ColumnType, Default};
use glim::{Model, Row, Value};

#[derive(Model, Debug, PartialEq)]
#[glim(table = "users", db = "main", comment = "who may log in")]
#[glim(unique(name, team, name = "one_name_in_a_team"), index(team), check = "length(name) > 0")]
struct User {
    #[glim(primary_key, auto_increment)]
    id: i64,
    #[glim(length = 255, default = "it's new", comment = "as shown")]
    name: String,
    #[glim(references = "teams.id", on_delete = "set null")]
    team: Option<i32>,
    #[glim(skip)]
    cached: Vec<String>,
    #[glim(column = "type", default = true)]
    r#type: bool,
}

#[derive(Model)]
#[glim(primary_key(second, first))]
struct TwoKeys {
    first: i32,
    second: String,
}

#[derive(Model)]
#[glim(frozen)]
struct NoKey {
    #[glim(default = sql("CURRENT_TIMESTAMP"))]
    at: glim::Timestamp,
}

fn user() -> User {
    User { id: 7, name: "Ada".to_owned(), team: None, cached: vec!["x".to_owned()], r#type: false }
}

#[test]
fn the_table_is_what_the_attributes_say() {
    let table = User::table();
    assert_eq!(User::NAME, "User");
    assert_eq!(table.name, "users");
    assert_eq!(table.comment.as_deref(), Some("who may log in"));
    let names: Vec<_> = table.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["id", "name", "team", "type"]);
    assert_eq!(table.primary_key, ["id"]);
    assert!(table.columns[0].auto_increment);
    assert_eq!(table.columns[1].ty, ColumnType::Text { length: Some(255) });
    assert_eq!(table.columns[1].default, Some(Default::Text("it's new".to_owned())));
    assert_eq!(table.columns[1].comment.as_deref(), Some("as shown"));
    assert!(table.columns[2].nullable);
    assert_eq!(table.uniques[0].name.as_deref(), Some("one_name_in_a_team"));
    assert_eq!(table.uniques[0].columns, ["name", "team"]);
    assert_eq!(table.indexes[0].columns().collect::<Vec<_>>(), ["team"]);
    assert_eq!(table.foreign_keys[0].references, "teams");
    assert_eq!(table.foreign_keys[0].on_delete, Action::SetNull);
    assert_eq!(table.checks[0].expression, "length(name) > 0");
}

#[test]
fn values_go_out_and_come_back_in_the_order_of_the_columns() {
    let values = user().values();
    assert_eq!(values, [Value::Int(7), Value::Text("Ada".to_owned()), Value::Null, Value::Bool(false)]);
    let columns: Arc<[String]> = User::table().columns.iter().map(|column| column.name.clone()).collect();
    let back = User::from_row(&Row::new(columns, values)).expect("a row of the table");
    assert_eq!(back, User { cached: vec![], ..user() }, "a skipped field has its default");
}

#[test]
fn keys_come_in_their_order() {
    assert_eq!(user().key(), [Value::Int(7)]);
    assert_eq!(User::key_values(3), [Value::Int(3)]);
    let two = TwoKeys { first: 1, second: "b".to_owned() };
    assert_eq!(TwoKeys::table().primary_key, ["second", "first"]);
    assert_eq!(two.key(), [Value::Text("b".to_owned()), Value::Int(1)]);
    assert_eq!(TwoKeys::key_values(("b".to_owned(), 1)), two.key());
    assert_eq!(NoKey::key_values(()), []);
}

#[test]
fn a_struct_without_a_table_is_called_by_its_own_name() {
    assert_eq!(TwoKeys::table().name, "two_keys");
    assert_eq!(NoKey::table().columns[0].default, Some(Default::Expression("CURRENT_TIMESTAMP".to_owned())));
}

mod renamed {
    pub(crate) use ::glim as other_name;

    #[derive(other_name::Model)]
    #[glim(crate = "crate::renamed::other_name")]
    pub(crate) struct Elsewhere {
        #[glim(primary_key)]
        pub(crate) id: u8,
    }
}

#[test]
fn the_crate_may_have_another_name() {
    assert_eq!(renamed::Elsewhere { id: 1 }.key(), [Value::Int(1)]);
}

#[derive(glim::Enum, Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Happy,
    #[glim(name = "so so")]
    SoSo,
}

#[derive(Model, Debug, PartialEq)]
struct Person {
    #[glim(primary_key)]
    id: i32,
    mood: Mood,
    #[glim(default = "so so")]
    before: Option<Mood>,
}

#[test]
fn an_enum_is_a_column_of_its_values() {
    let table = Person::table();
    assert_eq!(table.columns[1].ty, ColumnType::one_of("mood", ["happy", "so so"]));
    assert_eq!(table.columns[2].ty, table.columns[1].ty);
    assert!(table.columns[2].nullable);
    let person = Person { id: 1, mood: Mood::SoSo, before: None };
    assert_eq!(person.values(), [Value::Int(1), Value::Text("so so".to_owned()), Value::Null]);
    let columns: Arc<[String]> = table.columns.iter().map(|column| column.name.clone()).collect();
    let row =
        |mood: &str| Row::new(Arc::clone(&columns), vec![Value::Int(1), Value::Text(mood.to_owned()), Value::Null]);
    assert_eq!(Person::from_row(&row("so so")).expect("its own values"), person);
    let error = Person::from_row(&row("angry")).expect_err("no value of the enum").to_string();
    assert_eq!(
        error,
        "column `mood`: expected a value of the enum `mood` (`happy`, `so so`), found the text \"angry\""
    );
}
