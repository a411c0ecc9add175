//! What was renamed is what a hint says was, and nothing else.

use glim_schema::diff::{Ambiguity, Renames, diff};
use glim_schema::{Alteration, Change, Column, ColumnType, ForeignKey, Index};

use crate::{after, changes, difference, schema, text, users};

fn renamed(names: [&str; 3]) -> glim_schema::Table {
    let mut table = users();
    for (column, name) in table.columns.iter_mut().zip(names) {
        name.clone_into(&mut column.name);
    }
    table
}

fn ambiguous(table: &str, dropped: &str, added: &str) -> Ambiguity {
    Ambiguity::Column { table: table.to_owned(), dropped: dropped.to_owned(), added: added.to_owned() }
}

#[test]
fn a_column_that_goes_and_one_like_it_that_comes_are_no_rename() {
    let mut to = users().column(Column::new("motto", text(40)));
    to.columns.remove(1);
    let found = difference([users()], [to]);
    let expected = [Alteration::AddColumn(Column::new("motto", text(40))), Alteration::DropColumn("name".to_owned())];
    assert!(matches!(&changes(&found)[..], [Change::AlterTable(alter)] if alter.alterations == expected), "{found:?}");
    assert_eq!(found.ambiguous, [ambiguous("users", "name", "motto")]);
}

#[test]
fn columns_of_other_kinds_are_not_ambiguous() {
    let mut to = users().column(Column::new("motto", ColumnType::Json));
    to.columns.remove(1);
    assert!(difference([users()], [to]).ambiguous.is_empty());
}

#[test]
fn tables_that_look_alike_are_ambiguous_and_others_are_not() {
    let mut people = users();
    "people".clone_into(&mut people.name);
    let found = difference([users()], [people.clone()]);
    assert_eq!(found.ambiguous, [Ambiguity::Table { dropped: "users".to_owned(), added: "people".to_owned() }]);
    assert_eq!(found.run.len(), 2);
    people.columns.iter_mut().for_each(|column| column.name.push('2'));
    people.primary_key = vec!["id2".to_owned()];
    assert!(difference([users()], [people]).ambiguous.is_empty());
}

#[test]
fn a_hint_is_followed_once() {
    let (from, to) = (schema([users()]), schema([renamed(["id", "nick", "age"])]));
    let renames = Renames::default().column("users", "name", "nick");
    let found = diff(&from, &to, &renames).expect("valid schemas");
    assert!(found.ambiguous.is_empty());
    let rename = Alteration::RenameColumn { from: "name".to_owned(), to: "nick".to_owned() };
    assert!(matches!(&changes(&found)[..], [Change::AlterTable(alter)] if alter.alterations == [rename.clone()]));
    let back = Alteration::RenameColumn { from: "nick".to_owned(), to: "name".to_owned() };
    assert!(matches!(&found.rollback[0].change, Change::AlterTable(alter) if alter.alterations == [back.clone()]));
    assert!(diff(&to, &to, &renames).expect("valid schemas").is_empty());
}

#[test]
fn a_new_column_may_take_the_name_that_a_rename_gave_up() {
    let from = schema([users()]);
    let to = schema([renamed(["id", "nick", "age"]).column(Column::new("name", text(40)).nullable())]);
    let renames = Renames::default().column("users", "name", "nick");
    let found = diff(&from, &to, &renames).expect("valid schemas");
    let there = after(&from, changes(&found).iter());
    assert_eq!(there, to.normal());
    assert!(found.losses().next().is_none(), "{found:?}");
    // The way back drops the new one before the old one takes its name.
    assert_eq!(after(&there, found.rollback.iter().map(|step| &step.change)), from.normal());
}

#[test]
fn names_that_move_on_in_a_row_are_renamed_from_the_end() {
    let (from, to) = (schema([users()]), schema([renamed(["id", "age", "years"])]));
    let renames = Renames::default().column("users", "name", "age").column("users", "age", "years");
    let found = diff(&from, &to, &renames).expect("valid schemas");
    let of = |from: &str, to: &str| Alteration::RenameColumn { from: from.to_owned(), to: to.to_owned() };
    let Change::AlterTable(alter) = &found.run[0].change else { panic!("{found:?}") };
    assert_eq!(alter.alterations, [of("age", "years"), of("name", "age")]);
}

#[test]
fn what_is_named_after_a_renamed_table_is_renamed_too() {
    let indexed = |table: glim_schema::Table| table.unique(["name"]).index(Index::new(["age"]));
    let mut people = indexed(users());
    "people".clone_into(&mut people.name);
    let posts =
        |table: &str| {
            glim_schema::Table::new("posts")
                .column(Column::new("author", ColumnType::Int32))
                .foreign_key(ForeignKey::new(["author"], table, ["id"]))
        };
    let (from, to) = (schema([indexed(users()), posts("users")]), schema([people, posts("people")]));
    let found = diff(&from, &to, &Renames::default().table("users", "people")).expect("valid schemas");
    let index = |from: &str, to: &str| Alteration::RenameIndex { from: from.to_owned(), to: to.to_owned() };
    let expected = [
        Alteration::RenameTo("people".to_owned()),
        index("users_name_key", "people_name_key"),
        index("users_age_idx", "people_age_idx"),
    ];
    // The key of `posts` follows by itself.
    assert!(matches!(&changes(&found)[..], [Change::AlterTable(alter)] if alter.alterations == expected), "{found:?}");
    assert_eq!(after(&from, changes(&found).iter()), to.normal());
}
