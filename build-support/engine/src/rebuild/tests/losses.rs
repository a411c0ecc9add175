//! What other tools lose when they rebuild a table on SQLite, and what else hangs on one.

use glim_schema::{AlterTable, Check, Column, ColumnType, Default, ForeignKey, Unique};

use super::Database;

/// Teams with users, who have all that SQLite can hang on a table.
const APP: &str = "
CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice
    email TEXT COLLATE NOCASE NOT NULL,
    age INT CHECK (age >= 0),
    team INT CONSTRAINT member REFERENCES teams ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    boss INT REFERENCES users(id),
    domain TEXT GENERATED ALWAYS AS (substr(email, instr(email, '@') + 1)) STORED,
    UNIQUE (email), CHECK (users.age < 200)
);
CREATE TABLE posts (
    id INTEGER PRIMARY KEY, author INT NOT NULL REFERENCES users (id) ON DELETE CASCADE, text TEXT
);
CREATE TABLE likes (user INT REFERENCES users ON DELETE SET NULL, post INT REFERENCES posts ON DELETE CASCADE);
CREATE TABLE log (what TEXT);
CREATE INDEX users_lower ON users (lower(email)) WHERE age > 10;
CREATE UNIQUE INDEX [users \"age\"] ON users (age DESC, id) WHERE users.age IS NOT NULL;
CREATE TRIGGER users_log AFTER UPDATE OF email ON users WHEN new.age > 1 BEGIN
    INSERT INTO log VALUES (old.email || ' -> ' || new.email);
END;
CREATE TRIGGER posts_log AFTER INSERT ON posts BEGIN
    UPDATE users SET age = age + 1 WHERE id = new.author;
END;
CREATE VIEW adults AS SELECT id, email FROM users WHERE age >= 18;
CREATE VIEW adult_posts AS SELECT * FROM posts JOIN adults ON author = adults.id;
CREATE TRIGGER adults_log INSTEAD OF DELETE ON adults BEGIN DELETE FROM users WHERE id = old.id; END;
INSERT INTO teams VALUES (1, 'red');
INSERT INTO users (id, email, age, team, boss) VALUES (3, 'A@x.org', 30, 1, NULL), (7, 'b@y.org', 8, NULL, 3);
INSERT INTO users (id, email) VALUES (41, 'gone@x.org');
DELETE FROM users WHERE id = 41;
INSERT INTO posts VALUES (1, 3, 'one'), (2, 7, 'two');
INSERT INTO likes VALUES (7, 1), (3, 2);
ANALYZE;
";

fn app() -> Database {
    Database::new(APP)
}

/// A change that takes a rebuild.
fn change() -> AlterTable {
    AlterTable::new("users").add_unique(Unique::new(["id", "email"]).name("both"))
}

/// The schema without the text of the table `users`, and all rows.
fn rest(database: &Database) -> Vec<String> {
    let all = database.everything().into_iter().filter(|line| {
        !line.contains("Text(\"users\")|Text(\"users\")")
            && !line.starts_with("Text(\"index\")|Text(\"sqlite_autoindex_")
    });
    all.collect()
}

#[test]
fn everything_but_the_alteration_is_the_same() {
    let database = app();
    let (before, text) = (rest(&database), database.definition("users"));
    database.altered(&change());
    assert_eq!(rest(&database), before);
    let expected = text
        .replace("CREATE TABLE users", "CREATE TABLE \"users\"")
        .replace("users.age", "age")
        .replace("< 200)", "< 200), CONSTRAINT `both` UNIQUE (`id`, `email`)");
    assert_eq!(database.definition("users"), expected);
    assert!(!database.rows("SELECT * FROM sqlite_stat1 WHERE tbl = 'users' AND idx = 'users_lower'").is_empty());
}

#[test]
fn what_analyze_found_of_an_index_is_never_taken_for_another() {
    let database = app();
    database.altered(&change());
    database.run("ANALYZE");
    let statistics = "SELECT idx, stat FROM sqlite_stat1 WHERE idx LIKE 'sqlite_autoindex_%' ORDER BY idx";
    assert_eq!(database.rows(statistics).len(), 2);
    // The index of `both` gets the name that the other had.
    database.altered(&AlterTable::new("users").drop_constraint("users_email_key"));
    assert_eq!(database.rows(statistics), Vec::<String>::new());
}

#[test]
fn child_rows_are_kept_as_alembic_and_drizzle_do_not() {
    for bare in [false, true] {
        let database = app();
        let alter = change();
        if bare { database.alter_bare(&alter) } else { database.alter(&alter) }.expect("an alteration");
        assert_eq!(database.rows("SELECT count(*) FROM posts"), ["Integer(2)"]);
        assert_eq!(database.rows("SELECT user, post FROM likes"), ["Integer(7)|Integer(1)", "Integer(3)|Integer(2)"]);
        // And they are enforced again.
        assert_eq!(database.rows("PRAGMA foreign_keys"), ["Integer(1)"]);
        database.run("DELETE FROM users WHERE id = 7");
        assert_eq!(database.rows("SELECT count(*) FROM posts"), ["Integer(1)"]);
        assert!(database.0.execute("INSERT INTO posts VALUES (9, 99, '')", []).is_err());
    }
}

#[test]
fn rows_deleted_before_and_after_in_the_same_migration_cascade() {
    let database = app();
    database.run("BEGIN IMMEDIATE; DELETE FROM users WHERE id = 7");
    database.alter_bare(&change()).expect("an alteration");
    assert_eq!(database.rows("SELECT count(*) FROM posts"), ["Integer(1)"]);
    database.run("DELETE FROM users WHERE id = 3; COMMIT");
    assert_eq!(database.rows("SELECT count(*) FROM posts"), ["Integer(0)"]);
}

#[test]
fn triggers_and_hand_made_indexes_are_kept_as_django_and_rails_do_not() {
    let database = app();
    database.altered(&change());
    let objects =
        "SELECT name FROM sqlite_schema WHERE tbl_name = 'users' AND sql IS NOT NULL AND type <> 'table' ORDER BY 1";
    assert_eq!(database.rows(objects), ["Text(\"users \\\"age\\\"\")", "Text(\"users_log\")", "Text(\"users_lower\")"]);
    database.run("UPDATE users SET email = 'c@z.org' WHERE id = 3");
    assert_eq!(database.rows("SELECT what FROM log"), ["Text(\"A@x.org -> c@z.org\")"]);
    database.run("INSERT INTO posts VALUES (5, 3, '')");
    assert_eq!(database.rows("SELECT age FROM users WHERE id = 3"), ["Integer(32)"]);
}

#[test]
fn a_table_with_a_view_can_be_rebuilt_as_with_django_and_alembic_it_cannot() {
    let database = app();
    database.altered(&change());
    assert_eq!(database.rows("SELECT text FROM adult_posts"), ["Text(\"one\")"]);
    database.run("UPDATE users SET boss = NULL; DELETE FROM adults WHERE id = 3");
    assert_eq!(database.rows("SELECT id FROM users"), ["Integer(7)"]);
}

#[test]
fn autoincrement_collations_and_generated_columns_are_kept_as_alembic_does_not() {
    let database = app();
    database.altered(&change());
    database.run("INSERT INTO users (email) VALUES ('d@z.org')");
    assert_eq!(database.rows("SELECT id, domain FROM users WHERE email = 'D@Z.ORG'"), ["Integer(42)|Text(\"z.org\")"]);
    assert!(database.0.execute("UPDATE users SET age = 200", []).is_err(), "an unnamed check");
    assert!(database.0.execute("INSERT INTO users (email) VALUES ('a@X.org')", []).is_err(), "a unique constraint");
}

#[test]
fn strict_and_without_rowid_are_kept_as_rails_does_not() {
    let database = Database::new(
        "CREATE TABLE t (a TEXT NOT NULL, b INT, PRIMARY KEY (a, b)) WITHOUT ROWID, STRICT;
         INSERT INTO t VALUES ('x', 1), ('x', 2), ('y', 1);",
    );
    let rows = database.rows("SELECT * FROM t ORDER BY a, b");
    database.altered(&AlterTable::new("t").add_unique(Unique::new(["b", "a"]).name("back")));
    let expected = "CREATE TABLE \"t\" (a TEXT NOT NULL, b INT, PRIMARY KEY (a, b), CONSTRAINT `back` UNIQUE (`b`, `a`)) WITHOUT ROWID, STRICT";
    assert_eq!(database.definition("t"), expected);
    assert_eq!(database.rows("SELECT * FROM t ORDER BY a, b"), rows);
    let column = Column::new("c", ColumnType::Text { length: Some(20) }).default(Default::Text("n".to_owned()));
    database.altered(&AlterTable::new("t").add_column(column));
    assert_eq!(database.rows("SELECT c FROM t LIMIT 1"), ["Text(\"n\")"]);
}

#[test]
fn rowids_are_kept_where_they_are_no_column() {
    let database = Database::new(
        "CREATE TABLE t (a TEXT, rowid TEXT);
         INSERT INTO t (_rowid_, a) VALUES (5, 'x'), (9, 'y'), (-3, NULL);
         CREATE VIRTUAL TABLE words USING fts5(a, content = 't', content_rowid = '_rowid_');
         INSERT INTO words (words) VALUES ('rebuild');",
    );
    database.altered(&AlterTable::new("t").add_unique(Unique::new(["a"])));
    assert_eq!(database.rows("SELECT _rowid_ FROM t WHERE a = 'y'"), ["Integer(9)"]);
    assert_eq!(database.rows("SELECT a FROM words WHERE words MATCH 'y'"), ["Text(\"y\")"]);
    database.run("INSERT INTO words (words, rank) VALUES ('integrity-check', 1)");
}

#[test]
fn values_that_are_no_text_or_of_another_type_than_declared_are_kept() {
    let database = Database::new(
        "CREATE TABLE t (a INT, b TEXT);
         INSERT INTO t VALUES ('text', x'00ff'), (1.5, CAST(x'ff80' AS TEXT)), (9223372036854775807, ''), (NULL, x'');",
    );
    let rows = database.rows("SELECT typeof(a), CAST(a AS TEXT), typeof(b), CAST(b AS BLOB) FROM t");
    database.altered(&AlterTable::new("t").add_unique(Unique::new(["a"])));
    assert_eq!(database.rows("SELECT typeof(a), CAST(a AS TEXT), typeof(b), CAST(b AS BLOB) FROM t"), rows);
}

#[test]
fn an_index_over_the_column_alone_goes_with_it() {
    let database = Database::new(
        "CREATE TABLE t (a, b UNIQUE, c); CREATE INDEX on_b ON t (lower(b)); CREATE INDEX on_c ON t (c);
         INSERT INTO t VALUES (1, 2, 3)",
    );
    database.altered(&AlterTable::new("t").drop_column("b"));
    assert_eq!(database.rows("SELECT name FROM sqlite_schema WHERE type = 'index'"), ["Text(\"on_c\")"]);
    assert_eq!(database.rows("SELECT * FROM t"), ["Integer(1)|Integer(3)"]);
}

#[test]
fn new_names_reach_what_refers_to_them_in_the_middle_of_other_alterations() {
    let database = app();
    let alter = change()
        .rename_column("email", "mail")
        .drop_constraint("member")
        .rename_to("people")
        .add_column(
            Column::new("seen", ColumnType::Timestamp).default(Default::Expression("CURRENT_TIMESTAMP".to_owned())),
        )
        .rename_index("users_lower", "people_lower");
    database.altered(&alter);
    assert_eq!(database.rows("SELECT count(*) FROM posts JOIN people ON author = people.id"), ["Integer(2)"]);
    assert_eq!(database.rows("SELECT mail, seen IS NOT NULL FROM people LIMIT 1"), ["Text(\"A@x.org\")|Integer(1)"]);
    assert!(database.definition("posts").contains("REFERENCES \"people\" (id)"), "{}", database.definition("posts"));
    assert!(database.text("SELECT sql FROM sqlite_schema WHERE name = 'people_lower'").contains("lower(\"mail\")"));
    assert_eq!(database.rows("SELECT seq FROM sqlite_sequence WHERE name = 'people'"), ["Integer(41)"]);
}

#[test]
fn constraints_come_and_go() {
    let database = app();
    let key = ForeignKey::new(["team"], "teams", ["id"]);
    database.altered(&AlterTable::new("users").drop_constraint("member").add_foreign_key(key.name("of_team")));
    assert!(database.0.execute("UPDATE users SET team = 9", []).is_err());
    database.altered(
        &AlterTable::new("users").drop_foreign_key("of_team", false).drop_foreign_key("users_boss_fkey", false),
    );
    database.run("UPDATE users SET team = 9, boss = 9");
    database.run("DROP TABLE likes");
    database.altered(&AlterTable::new("posts").drop_primary_key());
    database.run("INSERT INTO posts VALUES (1, 3, 'again')");
    database.run("DELETE FROM posts WHERE text = 'again'");
    database.altered(&AlterTable::new("posts").add_primary_key(["id"]));
    assert!(database.0.execute("INSERT INTO posts VALUES (1, 3, 'again')", []).is_err());
}

#[test]
fn a_violation_that_was_there_before_is_carried() {
    let database = app();
    database.run("PRAGMA foreign_keys = OFF; INSERT INTO posts VALUES (8, 99, 'orphan'); PRAGMA foreign_keys = ON");
    let before = database.rows("PRAGMA foreign_key_check");
    database.altered(&change());
    assert_eq!(database.rows("PRAGMA foreign_key_check"), before);
    database.altered(&AlterTable::new("posts").add_unique(Unique::new(["id", "text"])));
    assert_eq!(database.rows("PRAGMA foreign_key_check"), before);
}

#[test]
fn a_required_column_can_be_added_while_there_are_no_rows() {
    let database = Database::new("CREATE TABLE t (a)");
    database.altered(&AlterTable::new("t").add_column(Column::new("b", ColumnType::Int32)));
    assert_eq!(database.definition("t"), "CREATE TABLE \"t\" (a, `b` integer NOT NULL)");
}

#[test]
fn what_alter_table_can_do_is_left_to_it() {
    let database = Database::new("CREATE TABLE t (a, b) ; INSERT INTO t VALUES (1, 2)");
    let column = Column::new("c", ColumnType::Int32).default(Default::Number("7".to_owned()));
    database.altered(&AlterTable::new("t").drop_column("b").add_column(column));
    // The name would be in quotes after a rebuild.
    assert_eq!(database.definition("t"), "CREATE TABLE t (a, `c` integer NOT NULL DEFAULT 7)");
    assert_eq!(database.rows("SELECT * FROM t"), ["Integer(1)|Integer(7)"]);
    let check = Check::new("c > 0").name("positive");
    let (may, must) = (Column::new("a", ColumnType::Int32).nullable(), Column::new("a", ColumnType::Int32));
    database.altered(&AlterTable::new("t").add_check(check).alter_column(may.clone(), must.clone()));
    let expected = "CREATE TABLE t (a NOT NULL, `c` integer NOT NULL DEFAULT 7, CONSTRAINT `positive` CHECK (c > 0))";
    assert_eq!(database.definition("t"), expected);
    database
        .refuses(&AlterTable::new("t").add_check(Check::new("c > 7").name("more")), "CHECK constraint failed: more");
    database.altered(&AlterTable::new("t").drop_constraint("positive").alter_column(must, may));
    assert_eq!(
        database.definition("t").split_whitespace().collect::<String>(),
        "CREATETABLEt(a,`c`integerNOTNULLDEFAULT7)"
    );
}

#[test]
fn a_column_that_comes_under_the_name_of_one_that_goes_holds_nothing_of_it() {
    let database = Database::new("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 2)");
    let column = Column::new("b", ColumnType::Int32).nullable();
    database.altered(&AlterTable::new("t").add_unique(Unique::new(["a"])).drop_column("b").add_column(column));
    assert_eq!(database.rows("SELECT * FROM t"), ["Integer(1)|Null"]);
}

#[test]
fn a_key_can_be_added_with_its_column() {
    let database = Database::new("CREATE TABLE t (a)");
    let alter = || AlterTable::new("t").add_column(Column::new("id", ColumnType::Int32)).add_primary_key(["id"]);
    database.altered(&alter());
    database.run("INSERT INTO t (a) VALUES (5)");
    assert_eq!(database.rows("SELECT a, id FROM t"), ["Integer(5)|Integer(1)"]);
    database.run("DROP TABLE t; CREATE TABLE t (a); INSERT INTO t VALUES (5)");
    database.refuses(&alter(), "the column `id` is NOT NULL and has no default");
}
