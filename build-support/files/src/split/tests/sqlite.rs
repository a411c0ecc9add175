//! SQLite.

use glim_schema::Dialect::Sqlite;

use super::{refused, texts, whole};
use crate::split::Problem;

#[test]
fn names_have_four_kinds_of_quotes() {
    whole("SELECT [a;'b], `c;``d`, \"e;\"", Sqlite);
    refused("SELECT [a", Sqlite, &Problem::Name, 7);
}

#[test]
fn a_backslash_is_a_backslash() {
    assert_eq!(texts(r"SELECT 'a\'; SELECT 1", Sqlite), [r"SELECT 'a\'", "SELECT 1"]);
}

#[test]
fn comments_do_not_nest_and_may_stay_open() {
    assert_eq!(texts("SELECT 1 /* /* */; SELECT 2 /* ;", Sqlite), ["SELECT 1", "SELECT 2"]);
}

#[test]
fn triggers_have_bodies() {
    for sql in [
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; DELETE FROM c; END",
        "create temp trigger if not exists t after update of x on a when new.x > 1 begin select 1; end",
        "CREATE TEMPORARY TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT CASE 1 WHEN 1 THEN \
         CASE 2 WHEN 2 THEN 3 END END; END",
        "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; -- END;\n END",
        "EXPLAIN CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END",
    ] {
        whole(sql, Sqlite);
    }
    refused("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;", Sqlite, &Problem::Body, 35);
    assert_eq!(texts("CREATE TRIGGER t; SELECT 1", Sqlite).len(), 2);
}

#[test]
fn transactions_have_none() {
    assert_eq!(texts("BEGIN; CREATE TABLE a (b); END; SELECT 1", Sqlite).len(), 4);
    assert_eq!(texts("CREATE TABLE trigger_log (begin, \"end\"); SELECT 1", Sqlite).len(), 2);
}

#[test]
fn commands_of_the_shell_are_refused() {
    refused("SELECT 1;\n.read other.sql\n", Sqlite, &Problem::ClientCommand(".read".to_owned()), 10);
    whole("SELECT a\n.b", Sqlite);
}
