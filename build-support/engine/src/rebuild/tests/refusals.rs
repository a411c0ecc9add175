//! What is refused, with its reason, and leaves everything as it was.

use glim_schema::{AlterTable, Check, Column, ColumnType, ForeignKey, Unique};

use super::Database;
use crate::driver::IntoConnection as _;

fn drop(table: &str, column: &str) -> AlterTable {
    AlterTable::new(table).drop_column(column)
}

#[test]
fn triggers_and_views_that_name_a_dropped_column_forbid_it() {
    let database = Database::new(
        "CREATE TABLE t (a, b UNIQUE, c UNIQUE, d UNIQUE, e UNIQUE);
         CREATE TABLE other (x);
         CREATE VIEW v AS SELECT a, b FROM t;
         CREATE TRIGGER fires AFTER UPDATE OF a, c ON t BEGIN SELECT 1; END;
         CREATE TRIGGER reads AFTER INSERT ON other BEGIN UPDATE t SET d = new.x; END;
         CREATE VIEW quoted AS SELECT \"e\" FROM t;
         INSERT INTO t VALUES (1, 2, 3, 4, 5);",
    );
    database.refuses(&drop("t", "b"), "the view `v` would be broken: no such column: b");
    database.refuses(&drop("t", "c"), "the trigger `fires` fires when the column `c` changes");
    database.refuses(
        &drop("t", "d"),
        "a trigger of `other` (`reads`), when a row is inserted, would be broken: no such column: d",
    );
    database.refuses(&drop("t", "e"), "the view `quoted` would be broken: no such column: \"e\"");
}

#[test]
fn an_index_over_other_columns_too_forbids_to_drop_the_column() {
    let database = Database::new("CREATE TABLE t (a, b, c); CREATE INDEX i ON t (a) WHERE b > 0");
    database.refuses(&drop("t", "b"), "the index `i` is on a column that is dropped, and on others");
}

#[test]
fn a_key_that_others_refer_to_stays() {
    let database = Database::new(
        "CREATE TABLE p (a, b UNIQUE); CREATE TABLE c (x REFERENCES p (b));
         INSERT INTO p VALUES (1, 2); INSERT INTO c VALUES (2);",
    );
    database.refuses(&drop("p", "b"), "the foreign keys of `c` would be broken: foreign key mismatch");
    database.refuses(&AlterTable::new("p").drop_constraint("p_b_key"), "foreign key mismatch");
}

#[test]
fn rows_that_break_a_new_constraint_are_counted_or_named() {
    let database = Database::new(
        "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a, b);
         INSERT INTO t VALUES (1, NULL), (1, 5);",
    );
    let key = ForeignKey::new(["b"], "p", ["id"]);
    database.refuses(&AlterTable::new("t").add_foreign_key(key), "1 row of `t` would refer by `b` to no row of `p`");
    database.refuses(&AlterTable::new("t").add_unique(Unique::new(["a"])), "UNIQUE constraint failed: t.a");
    database.refuses(&AlterTable::new("t").add_check(Check::new("a > 1").name("c")), "CHECK constraint failed: c");
    let required = Column::new("b", ColumnType::Native(String::from("INT")));
    database.refuses(&AlterTable::new("t").change_column(required), "NOT NULL constraint failed: t.b");
    database.refuses(&AlterTable::new("t").add_primary_key(["a"]), "UNIQUE constraint failed: t.a");
    let column = Column::new("c", ColumnType::Int32);
    database.refuses(&AlterTable::new("t").add_column(column), "the column `c` is NOT NULL and has no default");
}

#[test]
fn values_that_another_type_would_change_are_counted() {
    let database = Database::new(
        "CREATE TABLE t (a TEXT, b INT); INSERT INTO t VALUES ('007', 1), ('1.10', 2), ('x', 3), ('8', 9007199254740993)",
    );
    let to = |name, ty| AlterTable::new("t").change_column(Column::new(name, ty).nullable());
    database.refuses(
        &to("a", ColumnType::Int32),
        "3 rows have a value in `a` that the new definition would change or not fit",
    );
    database.refuses(&to("b", ColumnType::Float64), "1 row has a value in `b`");
    database.run("DELETE FROM t WHERE a <> '8'; UPDATE t SET b = 5");
    database.altered(&to("a", ColumnType::Int32));
    database.altered(&to("b", ColumnType::Text { length: None }));
    assert_eq!(database.rows("SELECT * FROM t"), ["Integer(8)|Text(\"5\")"]);
}

#[test]
fn what_is_no_table_of_the_database_is_named() {
    let database = Database::new(
        "CREATE TABLE t (oid); CREATE VIEW v AS SELECT 1; CREATE VIRTUAL TABLE f USING fts5(a); CREATE TABLE h (oid);
         CREATE TEMP TABLE h (b); CREATE TABLE r (rowid, _rowid_, oid);",
    );
    let check = |table: &str| AlterTable::new(table).add_unique(Unique::new(["oid"]));
    database.refuses(&check("none"), "there is no such table");
    database.refuses(&check("v"), "it is a view");
    database.refuses(&check("f"), "it is a virtual table");
    database.refuses(&check("h"), "the temporary table `h` stands in the way");
    database.refuses(&check("r"), "its rowids cannot be carried");
    database.run("CREATE TEMP TRIGGER tt AFTER INSERT ON t BEGIN SELECT 1; END");
    database.refuses(&check("t"), "the temporary trigger `tt` stands in the way");
}

#[test]
fn a_later_alteration_that_is_refused_undoes_those_before_it() {
    let database = Database::new("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2)");
    database.refuses(
        &AlterTable::new("t").rename_column("a", "x").add_check(Check::new("b = 2")).rename_to("u").drop_column("none"),
        "no column `none`",
    );
}

#[test]
fn rowids_that_a_virtual_table_goes_by_stay() {
    let database = Database::new(
        "CREATE TABLE t (id INTEGER NOT NULL, a TEXT); INSERT INTO t VALUES (10, 'x');
         CREATE VIRTUAL TABLE words USING fts5(a, content = 't');",
    );
    database.refuses(&AlterTable::new("t").add_primary_key(["id"]), "a virtual table goes by the rowids");
    database.run("DROP TABLE words");
    database.altered(&AlterTable::new("t").add_primary_key(["id"]));
    assert_eq!(database.rows("SELECT rowid, id FROM t"), ["Integer(10)|Integer(10)"]);
}

#[test]
fn what_was_broken_before_does_not_stand_in_the_way() {
    let database = Database::new(
        "CREATE TABLE t (a); CREATE VIEW v AS SELECT missing FROM t;
         CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO nowhere VALUES (1); END;
         CREATE VIEW texts AS SELECT \"hello\" FROM t;",
    );
    database.altered(&AlterTable::new("t").add_unique(Unique::new(["a"])));
    assert_eq!(database.rows("SELECT count(*) FROM sqlite_schema WHERE sql IS NOT NULL"), ["Integer(4)"]);
}

#[test]
fn a_table_that_drops_or_mends_rows_by_itself_does_not_do_so_here() {
    let database = Database::new(
        "CREATE TABLE t (a TEXT UNIQUE ON CONFLICT REPLACE, b INT); INSERT INTO t VALUES ('x', 1), ('X', NULL);
         CREATE TABLE u (a INT NOT NULL ON CONFLICT IGNORE, b INT DEFAULT 0); INSERT INTO u VALUES (1, NULL);",
    );
    let text = Column::new("a", ColumnType::Text { length: None }).nullable();
    let folded = text.clone().collation("nocase");
    database.refuses(&AlterTable::new("t").alter_column(text, folded), "UNIQUE constraint failed: t.a");
    let required = Column::new("b", ColumnType::Int32);
    database.refuses(&AlterTable::new("u").change_column(required), "NOT NULL constraint failed: u.b");
}

#[test]
fn an_interruption_at_any_moment_leaves_everything_as_it_was() {
    let mut database = Database::new(
        "CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT, a TEXT); CREATE INDEX i ON p (a);
         CREATE TABLE c (p REFERENCES p ON DELETE CASCADE); CREATE VIEW v AS SELECT a FROM p;
         CREATE TRIGGER t AFTER INSERT ON c BEGIN UPDATE p SET a = a; END;
         INSERT INTO p VALUES (1, 'x'), (2, 'y'); INSERT INTO c VALUES (1), (2);",
    );
    let alter = AlterTable::new("p").rename_column("a", "b").add_unique(Unique::new(["b"])).rename_to("q");
    let before = database.everything();
    let mut interruptions = 0;
    for steps in 1.. {
        database.run("BEGIN IMMEDIATE");
        let mut left = steps;
        let handler = move || {
            left -= 1;
            left == 0
        };
        database.0.progress_handler(5, Some(handler)).expect("a handler");
        let mut connection = (&database.0).into_connection().expect("a connection");
        let altered = crate::rebuild::alter(&mut *connection, &alter);
        std::mem::drop(connection);
        database.0.progress_handler(0, None::<fn() -> bool>).expect("no handler");
        if !database.0.is_autocommit() {
            database.run(if altered.is_ok() { "COMMIT" } else { "ROLLBACK" });
        }
        if altered.is_ok() {
            break;
        }
        interruptions += 1;
        assert_eq!(database.everything(), before, "after {steps} steps");
    }
    assert!(interruptions > 100, "{interruptions}");
    assert_eq!(database.rows("SELECT b FROM c JOIN q ON p = id"), ["Text(\"x\")", "Text(\"y\")"]);
}
