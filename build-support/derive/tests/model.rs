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
