//! What changes cost where there are rows.

use glim_schema::diff::LossKind;
use glim_schema::{Column, ColumnType, Default, EnumType, ForeignKey, Index, Table};

use crate::{difference, text, users};

/// What the change may cost, in words, with the kind.
fn losses(from: Vec<Table>, to: Vec<Table>) -> Vec<(LossKind, String)> {
    difference(from, to).losses().map(|loss| (loss.kind(), loss.to_string())).collect()
}

#[track_caller]
fn one(to: Table, kind: LossKind, words: &str) {
    assert_eq!(losses(vec![users()], vec![to]), [(kind, words.to_owned())]);
}

fn changed(change: impl FnOnce(&mut Table)) -> Table {
    let mut table = users();
    change(&mut table);
    table
}

#[test]
fn what_is_dropped_is_lost() {
    let found = losses(vec![users()], vec![]);
    assert_eq!(found, [(LossKind::Loses, "drops the table `users` and its rows".to_owned())]);
    let without = changed(|table| drop(table.columns.remove(2)));
    one(without, LossKind::Loses, "drops the column `users`.`age` and what it holds");
}

#[test]
fn a_narrower_type_loses_and_a_wider_one_does_not() {
    let narrow = changed(|table| table.columns[1].ty = text(39));
    let words = "gives the column `users`.`name` a type that does not hold all that it may hold now";
    one(narrow, LossKind::Loses, words);
    assert!(losses(vec![users()], vec![changed(|table| table.columns[1].ty = text(41))]).is_empty());
}

#[test]
fn an_enum_that_loses_a_value() {
    let with = |values: &[&str]| {
        users().column(Column::new("mood", ColumnType::Enum(EnumType::new("mood", values.iter().copied()))).nullable())
    };
    let found = losses(vec![with(&["sad", "happy"])], vec![with(&["happy"])]);
    assert_eq!(found, [(LossKind::Loses, "takes from the enum `mood` the values sad".to_owned())]);
    assert!(losses(vec![with(&["sad"])], vec![with(&["sad", "happy"])]).is_empty());
}

#[test]
fn a_required_column_needs_a_value_unless_it_has_a_default() {
    let with = |column: Column| users().column(column);
    let required = Column::new("mail", text(99));
    let words = "adds the column `users`.`mail`, which needs a value for each row that is there";
    one(with(required.clone()), LossKind::NeedsValue, words);
    for fine in
        [required.clone().nullable(), required.clone().default(Default::Text(String::new())), required.stored("name")]
    {
        assert!(losses(vec![users()], vec![with(fine)]).is_empty());
    }
    let strict = changed(|table| table.columns[2].nullable = false);
    one(strict, LossKind::MayFail, "fails if `users`.`age` is NULL in a row");
}

#[test]
fn constraints_that_rows_may_not_meet() {
    let fails = LossKind::MayFail;
    one(users().unique(["name"]), fails, "fails if rows of `users` share their values of name");
    one(
        users().index(Index::new(["name", "age"]).unique()),
        fails,
        "fails if rows of `users` share their values of name, age",
    );
    one(users().check("age > 0"), fails, "fails if a row of `users` does not meet age > 0");
    let key = ForeignKey::new(["age"], "users", ["id"]);
    one(users().foreign_key(key), fails, "fails if age of a row of `users` is not in `users`");
    assert!(losses(vec![users()], vec![users().index(Index::new(["name"]))]).is_empty());
    assert!(losses(vec![], vec![users().unique(["name"]).check("age > 0")]).is_empty());
}

#[test]
fn what_goes_only_to_come_again_does_not_count() {
    let posts = Table::new("posts").column(Column::new("author", ColumnType::Int32)).foreign_key(ForeignKey::new(
        ["author"],
        "users",
        ["id"],
    ));
    let wide = changed(|table| table.columns[0].ty = ColumnType::Int64);
    assert!(losses(vec![users(), posts.clone()], vec![wide, posts]).is_empty());
}
