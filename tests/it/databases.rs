//! That the tests' own databases are what the scenarios take them for.

use crate::support::{Database, for_each_database};

for_each_database!(a_database_is_empty_and_a_test_s_own);

fn a_database_is_empty_and_a_test_s_own(database: &Database) {
    assert_eq!(database.all_tables(), Vec::<String>::new());
    database.query("CREATE TABLE t (id int, name text); INSERT INTO t VALUES (2, 'b'), (1, NULL)");
    assert_eq!(database.tables(), ["t"]);
    assert_eq!(database.column("SELECT name FROM t ORDER BY id"), ["NULL", "b"]);
    assert_eq!(database.value("SELECT count(*) FROM t"), "2");
    assert_eq!(database.contents()["t"].len(), 2);
    assert_eq!(database.ledger(), Vec::<String>::new());
    assert_eq!(database.another().tables(), Vec::<String>::new());
}
