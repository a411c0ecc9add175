//! Each kind of object that other tools detect or miss, one test for each.

use glim_schema::{
    AlterEnum, AlterTable, Alteration, Change, Check, Column, ColumnType, Default, Deferral, Dialect, EnumType,
    ForeignKey, Index, IndexPart, Table, Unique, sql,
};

use crate::{changes, difference, schema, text, users};

/// The alterations of `users` that lead from the one table to the other.
#[track_caller]
fn altered(from: Table, to: Table) -> Vec<Alteration> {
    let found = changes(&difference([from], [to]));
    match found.as_slice() {
        [Change::AlterTable(AlterTable { table, alterations })] if table == "users" => alterations.clone(),
        other => panic!("{other:?}"),
    }
}

/// The alteration of the column `name`, which `change` changes.
#[track_caller]
fn column(change: impl FnOnce(Column) -> Column) {
    let from = users();
    let mut to = users();
    to.columns[1] = change(to.columns[1].clone());
    let expected = Alteration::AlterColumn { from: from.columns[1].clone(), to: to.columns[1].clone() };
    assert_eq!(altered(from, to), [expected]);
}

#[test]
fn a_table_that_comes_and_one_that_goes() {
    let other = || Table::new("other").column(Column::new("x", ColumnType::Json));
    let found = difference([users()], [other()]);
    assert_eq!(changes(&found), [Change::CreateTable(other()), Change::DropTable { table: "users".to_owned() }]);
    assert!(found.ambiguous.is_empty(), "{:?}", found.ambiguous);
}

#[test]
fn a_column_that_comes_and_one_that_goes() {
    let mut to = users().column(Column::new("born", ColumnType::Date).nullable());
    to.columns.remove(2);
    let expected = [
        Alteration::AddColumn(Column::new("born", ColumnType::Date).nullable()),
        Alteration::DropColumn("age".to_owned()),
    ];
    assert_eq!(altered(users(), to), expected);
}

#[test]
fn a_type() {
    column(|column| Column { ty: text(41), ..column });
    column(|column| Column { ty: ColumnType::Native("citext".to_owned()), ..column });
}

#[test]
fn a_nullability() {
    column(Column::nullable);
}

#[test]
fn a_default_of_any_kind() {
    column(|column| column.default(Default::Text("x".to_owned())));
    let mut from = users();
    from.columns.push(Column::new("at", ColumnType::Timestamp).default(Default::Text("2026-11-22".to_owned())));
    let mut to = users();
    to.columns
        .push(Column::new("at", ColumnType::Timestamp).default(Default::Expression("CURRENT_TIMESTAMP".to_owned())));
    assert_eq!(altered(from, to).len(), 1);
}

#[test]
fn a_collation() {
    column(|column| column.collation("C"));
}

#[test]
fn a_comment_of_a_column_and_of_a_table() {
    column(|column| column.comment("what to call them"));
    assert_eq!(altered(users(), users().comment("people")), [Alteration::SetComment(Some("people".to_owned()))]);
    assert_eq!(altered(users().comment("people"), users()), [Alteration::SetComment(None)]);
}

#[test]
fn what_a_column_is_computed_from() {
    let with = |expression: &str| users().column(Column::new("upper", text(40)).stored(expression));
    let again = Column::new("upper", text(40)).stored("lower(name)");
    let expected = [Alteration::DropColumn("upper".to_owned()), Alteration::AddColumn(again)];
    assert_eq!(altered(with("upper(name)"), with("lower(name)")), expected);
    let virtually = users().column(Column::new("upper", text(40)).computed("upper(name)"));
    assert_eq!(altered(with("upper(name)"), virtually).len(), 2);
}

#[test]
fn what_is_computed_makes_way_for_a_type_that_it_is_computed_from() {
    let with = |length| {
        let mut table = users().column(Column::new("upper", text(40)).stored("upper(name)"));
        table.columns[1].ty = text(length);
        table
    };
    let names: Vec<_> = altered(with(40), with(50))
        .iter()
        .map(|each| match each {
            Alteration::DropColumn(name) => format!("drop {name}"),
            Alteration::AlterColumn { to, .. } => format!("alter {}", to.name),
            Alteration::AddColumn(column) => format!("add {}", column.name),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["drop upper", "alter name", "add upper"]);
}

#[test]
fn numbering() {
    let mut to = users();
    to.columns[0].auto_increment = false;
    let plain = Column::new("id", ColumnType::Int32);
    let numbered = plain.clone().auto_increment();
    let stop = Alteration::AlterColumn { from: numbered.clone(), to: plain.clone() };
    assert_eq!(altered(users(), to.clone()), [stop]);
    assert_eq!(altered(to, users()), [Alteration::AlterColumn { from: plain, to: numbered }]);
}

#[test]
fn a_primary_key_and_the_numbering_that_needs_it() {
    let to = users().primary_key(["id", "name"]);
    let mut unnumbered = to.clone();
    unnumbered.columns[0].auto_increment = false;
    let found = altered(users(), unnumbered);
    let expected = [
        Alteration::AlterColumn {
            from: Column::new("id", ColumnType::Int32).auto_increment(),
            to: Column::new("id", ColumnType::Int32),
        },
        Alteration::DropPrimaryKey,
        Alteration::AddPrimaryKey(vec!["id".to_owned(), "name".to_owned()]),
    ];
    assert_eq!(found, expected);
    assert_eq!(altered(users().primary_key(["name", "id"]), to).len(), 4);
}

#[test]
fn an_index_that_comes_goes_or_has_another_name() {
    let index = || Index::new(["name"]);
    let create = Change::CreateIndex { table: "users".to_owned(), index: index() };
    let drop = Change::DropIndex { table: "users".to_owned(), name: "users_name_idx".to_owned() };
    assert_eq!(changes(&difference([users()], [users().index(index())])), [create]);
    assert_eq!(changes(&difference([users().index(index())], [users()])), [drop]);
    let rename = Alteration::RenameIndex { from: "users_name_idx".to_owned(), to: "by_name".to_owned() };
    assert_eq!(altered(users().index(index()), users().index(index().name("by_name"))), [rename]);
}

#[test]
fn every_part_of_an_index() {
    let plain = || Index::new(["name"]);
    for other in [
        plain().unique(),
        plain().predicate("age > 0"),
        plain().method("gin"),
        plain().include(["age"]),
        Index::new(["name", "age"]),
        Index::over([IndexPart::column("name").descending()]),
        Index::over([IndexPart::expression("lower(name)")]),
    ] {
        let found = changes(&difference([users().index(plain().name("i"))], [users().index(other.clone().name("i"))]));
        let [Change::DropIndex { name, .. }, Change::CreateIndex { index, .. }] = found.as_slice() else {
            panic!("{other:?}: {found:?}")
        };
        assert_eq!((name.as_str(), index), ("i", &other.name("i")));
    }
    let edited = |condition: &str| users().index(plain().predicate(condition));
    assert_eq!(difference([edited("age > 0")], [edited("age > 1")]).run.len(), 2);
    assert!(difference([edited("age > 0")], [edited(" age > 0 ")]).is_empty());
    assert!(difference([users().index(plain())], [users().index(plain().method("BTREE"))]).is_empty());
}

#[test]
fn a_unique_constraint_with_a_name_and_without() {
    assert_eq!(altered(users(), users().unique(["name"])), [Alteration::AddUnique(Unique::new(["name"]))]);
    let gone = Alteration::DropConstraint("users_name_key".to_owned());
    assert_eq!(altered(users().unique(["name"]), users()), [gone]);
    let mut named = users();
    named.uniques.push(Unique::new(["name"]).name("one_name"));
    let rename = Alteration::RenameIndex { from: "users_name_key".to_owned(), to: "one_name".to_owned() };
    assert_eq!(altered(users().unique(["name"]), named), [rename]);
}

#[test]
fn a_name_that_we_would_make_is_no_difference() {
    let mut named = users().index(Index::new(["age"]).name("users_age_idx"));
    named.uniques.push(Unique::new(["name"]).name("users_name_key"));
    assert!(difference([named], [users().unique(["name"]).index(Index::new(["age"]))]).is_empty());
}

#[test]
fn a_foreign_key_its_actions_and_when_it_is_checked() {
    let key = || ForeignKey::new(["age"], "users", ["id"]);
    let plain = users().foreign_key(key());
    assert_eq!(altered(users(), plain.clone()), [Alteration::AddForeignKey(key())]);
    for other in [
        key().on_delete(glim_schema::Action::SetNull),
        key().on_update(glim_schema::Action::Cascade),
        key().deferral(Deferral::Initial),
    ] {
        let expected = [
            // MySQL has made an index, which the next key brings anew.
            Alteration::DropForeignKey { name: "users_age_fkey".to_owned(), index: true },
            Alteration::AddForeignKey(other.clone()),
        ];
        assert_eq!(altered(plain.clone(), users().foreign_key(other)), expected);
    }
    let indexed = |table: Table| table.index(Index::new(["age", "name"]));
    let gone = Alteration::DropForeignKey { name: "users_age_fkey".to_owned(), index: false };
    assert_eq!(altered(indexed(plain), indexed(users())), [gone]);
}

#[test]
fn a_check_whose_text_changes_under_the_same_name() {
    let with = |condition: &str| {
        let mut table = users();
        table.checks.push(Check::new(condition).name("adult"));
        table
    };
    let expected =
        [Alteration::DropConstraint("adult".to_owned()), Alteration::AddCheck(Check::new("age >= 21").name("adult"))];
    assert_eq!(altered(with("age >= 18"), with("age >= 21")), expected);
    assert!(difference([with("age >= 18")], [with(" age >= 18")]).is_empty());
    assert_eq!(altered(users().check("age > 0"), users().check("age > 1")).len(), 2);
}

#[test]
fn an_enum_that_comes_goes_or_has_other_values() {
    let with = |values: &[&str]| {
        users().column(Column::new("mood", ColumnType::Enum(EnumType::new("mood", values.iter().copied()))).nullable())
    };
    let (two, three) = (with(&["sad", "happy"]), with(&["sad", "so so", "happy"]));
    let found = changes(&difference([users()], [two.clone()]));
    assert_eq!(found[0], Change::CreateEnum(EnumType::new("mood", ["sad", "happy"])));
    let found = changes(&difference([two.clone()], [users()]));
    assert_eq!(found[1], Change::DropEnum { name: "mood".to_owned() });
    let expected =
        AlterEnum::new("mood", ["sad", "happy"], ["sad", "so so", "happy"]).column("users", three.columns[3].clone());
    assert_eq!(changes(&difference([two], [three])), [Change::AlterEnum(expected)]);
}

#[test]
fn a_default_that_is_a_new_value_comes_with_it() {
    let with = |values: &[&str], default: &str| {
        let ty = ColumnType::Enum(EnumType::new("mood", values.iter().copied()));
        users().column(Column::new("mood", ty).default(Default::Text(default.to_owned())))
    };
    let found = changes(&difference([with(&["sad"], "sad")], [with(&["sad", "happy"], "happy")]));
    let [change] = found.as_slice() else { panic!("{found:?}") };
    // PostgreSQL uses no value in the transaction that adds it, but those of a new type.
    let sql = sql::render(change, Dialect::Postgres).expect("it is supported").join("\n");
    assert!(!sql.contains("ADD VALUE") && sql.contains("SET DEFAULT 'happy'"), "{sql}");
    let found = changes(&difference([with(&["sad"], "sad")], [with(&["sad", "happy"], "sad")]));
    let sql = sql::render(&found[0], Dialect::Postgres).expect("it is supported").join("\n");
    assert_eq!(sql, "ALTER TYPE \"mood\" ADD VALUE 'happy'");
}

#[test]
fn an_enum_of_two_lists_of_values_is_no_schema() {
    let with = |name: &str, value: &str| {
        Table::new(name).column(Column::new("mood", ColumnType::Enum(EnumType::new("mood", [value]))))
    };
    let problem = glim_schema::Schema::new([with("a", "sad"), with("b", "happy")]).expect_err("they disagree");
    assert_eq!(problem.to_string(), "column `b`.`mood`: its enum `mood` has other values elsewhere");
    assert_eq!(schema([with("a", "sad"), with("b", "sad")]).enums.len(), 1);
}

#[test]
fn the_order_of_columns_is_no_difference() {
    let mut to = users();
    to.columns.reverse();
    assert!(difference([users()], [to]).is_empty());
}

#[test]
fn tables_that_refer_to_each_other_are_made_and_dropped() {
    let table = |name: &str, other: &str| {
        Table::new(name).column(Column::new("id", ColumnType::Int32)).primary_key(["id"]).foreign_key(ForeignKey::new(
            ["id"],
            other,
            ["id"],
        ))
    };
    let circle = [table("a", "b"), table("b", "c"), table("c", "a")];
    let found = difference([], circle.clone());
    let kinds = |steps: &[glim_schema::diff::Step]| -> Vec<String> {
        let name = |change: &Change| match change {
            Change::CreateTable(table) => format!("create {} {}", table.name, table.foreign_keys.len()),
            Change::AlterTable(alter) => format!("alter {}", alter.table),
            Change::DropTable { table } => format!("drop {table}"),
            other => panic!("{other:?}"),
        };
        steps.iter().map(|step| name(&step.change)).collect()
    };
    assert_eq!(kinds(&found.run), ["create a 0", "create c 1", "create b 1", "alter a"]);
    assert_eq!(kinds(&found.rollback), ["alter a", "drop b", "drop c", "drop a"]);
}

#[test]
fn a_key_that_others_refer_to_is_changed_without_them() {
    let posts = Table::new("posts").column(Column::new("author", ColumnType::Int32)).foreign_key(ForeignKey::new(
        ["author"],
        "users",
        ["id"],
    ));
    let mut to = users();
    to.columns[0].ty = ColumnType::Int64;
    let mut wide = posts.clone();
    wide.columns[0].ty = ColumnType::Int64;
    let found = changes(&difference([users(), posts], [to, wide]));
    let names: Vec<_> = found
        .iter()
        .map(|change| match change {
            Change::AlterTable(alter) => (alter.table.as_str(), alter.alterations.len()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, [("posts", 2), ("users", 1), ("posts", 1)]);
}
