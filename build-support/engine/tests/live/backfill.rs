//! Backfills: each row once, whatever its key is, and wherever the run was cut off.

use std::time::Duration;

use glim::Backfill;
use glim_engine::catalog::Entry;
use glim_engine::session::Session;
use glim_engine::source::{Source, Stopped};
use glim_schema::Dialect;

use crate::resume::{Way, code, goes_on, migrate};
use crate::support::{Database, for_each_database};

for_each_database! {
    a_backfill_goes_on_wherever_it_was_cut_off,
    keys_of_every_type_are_gone_through_once,
    what_cannot_be_done_in_batches_is_refused_with_what_to_do,
    a_batch_that_is_refused_leaves_those_before_it_and_is_mended,
    a_journal_that_was_changed_by_hand_is_not_believed,
}

fn backfill(table: &str, set: &str, conditions: &[&str], batch: u32) -> Backfill {
    let conditions = conditions.iter().map(|it| (*it).to_owned()).collect();
    let (table, assignments) = (table.to_owned(), vec![set.to_owned()]);
    Backfill { table, assignments, conditions, batch, pause: Duration::ZERO, share: 100 }
}

/// Statements, then a backfill, then more statements.
struct Fill(Vec<String>, Backfill, Vec<String>);

impl Source for Fill {
    fn apply(&mut self, _: &Entry, _: glim::Direction, session: &mut Session<'_>) -> Result<(), Stopped> {
        let Self(first, backfill, then) = self;
        let mut all = || -> glim::Result<()> {
            first.iter().try_for_each(|sql| session.execute(sql, &[]).map(drop))?;
            let changed = session.backfill(backfill, &mut |_| true)?;
            session.execute(&format!("INSERT INTO counts (id, n) VALUES (1, {changed})"), &[])?;
            then.iter().try_for_each(|sql| session.execute(sql, &[]).map(drop))
        };
        all().map_err(Stopped::Error)
    }
}

fn bare() -> Entry {
    Entry { transaction: false, ..code() }
}

const COUNTS: &str = "CREATE TABLE counts (id int PRIMARY KEY, n int)";

fn a_backfill_goes_on_wherever_it_was_cut_off(database: &Database) {
    let rows: Vec<_> = (0..7).map(|at| format!("('{}', {at}, 0)", ["a", "B", "é''\\"][at % 3])).collect();
    let rows = rows.join(", ").replace('\\', if database.dialect == Dialect::Mysql { "\\\\" } else { "\\" });
    let first = vec![
        COUNTS.to_owned(),
        "CREATE TABLE t (a varchar(9), b int, n int NOT NULL, PRIMARY KEY (a, b))".to_owned(),
        format!("INSERT INTO t VALUES {rows}"),
    ];
    let then = vec!["UPDATE t SET n = n + 10".to_owned()];
    let mut fill = Fill(first, backfill("t", "n = n + 1", &["b <> 3"], 2), then);
    goes_on(database, &bare(), &mut fill, 1);
    migrate(database, &bare(), &mut fill, Way::Run, u32::MAX).expect("it runs");
    assert_eq!(database.query("SELECT n, count(*) FROM t GROUP BY n ORDER BY n"), ["10|1", "11|6"]);
    assert_eq!(database.query("SELECT n FROM counts"), ["6"]);
}

/// Key columns, and values in no order.
fn keys(dialect: Dialect) -> Vec<(&'static str, Vec<&'static str>)> {
    match dialect {
        Dialect::Sqlite => vec![
            ("a INTEGER PRIMARY KEY", vec!["-9223372036854775808", "9223372036854775807", "0", "-1", "7"]),
            ("a TEXT PRIMARY KEY", vec!["'b'", "'B'", "'é'", "''", "'O''H'", "'5'"]),
            ("a TEXT COLLATE NOCASE PRIMARY KEY", vec!["'b'", "'A'", "'c'", "'D'", "''"]),
            // What it holds has any type.
            ("a PRIMARY KEY", vec!["'b'", "5", "-1.5", "X'00FF'", "X''", "'5'", "1e300", "0.1", "''"]),
            ("a NUMERIC PRIMARY KEY", vec!["'x'", "5", "0.30000000000000004", "0.3", "'10'", "9"]),
            ("a BLOB, b TEXT, PRIMARY KEY (b, a)", vec!["X'01', 'x'", "X'', 'x'", "X'FF', 'a'", "1, 'a'", "2, 'z'"]),
            ("a TEXT PRIMARY KEY, b INT DEFAULT 1) WITHOUT ROWID --", vec!["'b'", "'a'", "'c'"]),
        ],
        Dialect::Postgres => vec![
            ("a bigint PRIMARY KEY", vec!["-9223372036854775808", "9223372036854775807", "0", "-1", "7"]),
            ("a text PRIMARY KEY", vec!["'b'", "'B'", "'é'", "''", "'O''H'", "'back\\slash'", "'5'"]),
            ("a char(4) PRIMARY KEY", vec!["'b'", "'B '", "'é'", "''"]),
            ("a uuid PRIMARY KEY", vec!["gen_random_uuid()", "gen_random_uuid()", "gen_random_uuid()"]),
            ("a numeric PRIMARY KEY", vec!["0.10", "1e30", "'NaN'", "-5"]),
            ("a float8 PRIMARY KEY", vec!["0.1", "0.30000000000000004", "0.3", "'Infinity'", "1e300"]),
            ("a timestamptz PRIMARY KEY", vec!["now()", "'-infinity'", "'2026-01-01 00:00:00.000001+05'"]),
            ("a bytea PRIMARY KEY", vec!["'\\x00ff'", "''", "'\\x01'"]),
            (
                "a boolean, b date, PRIMARY KEY (a, b)",
                vec!["true, '2026-01-02'", "false, '2026-01-03'", "true, '0001-01-01 BC'"],
            ),
            ("a int[] PRIMARY KEY", vec!["'{1,2}'", "'{}'", "'{1}'", "'{0,9}'"]),
            ("a interval PRIMARY KEY", vec!["'1 month'", "'-1 second'", "'29 days'"]),
        ],
        Dialect::Mysql => vec![
            (
                "a bigint PRIMARY KEY",
                vec!["-9223372036854775808", "9223372036854775807", "9223372036854775806", "-1", "7"],
            ),
            ("a bigint unsigned PRIMARY KEY", vec!["18446744073709551615", "18446744073709551614", "0"]),
            ("a varchar(20) PRIMARY KEY", vec!["'b'", "'A'", "'é'", "''", "'O''H'", "'back\\\\slash'", "'5'", "'10'"]),
            ("a varchar(20) CHARACTER SET latin1 PRIMARY KEY", vec!["'b'", "'A'", "'é'", "''"]),
            ("a varchar(20) COLLATE utf8mb4_bin PRIMARY KEY", vec!["'b'", "'B'", "'é'", "'E'"]),
            ("a varbinary(9) PRIMARY KEY", vec!["X'00FF'", "X''", "X'FF'", "'b'", "'B'"]),
            ("a enum('z', 'a', 'm') PRIMARY KEY", vec!["'m'", "'a'", "'z'"]),
            ("a set('z', 'a') PRIMARY KEY", vec!["'z,a'", "'a'", "''"]),
            ("a decimal(20, 5) PRIMARY KEY", vec!["0.10000", "-5", "123456789012345.12345", "123456789012345.12344"]),
            (
                "a datetime(6) PRIMARY KEY",
                vec!["'2026-01-01 00:00:00.000001'", "'2026-01-01'", "'1999-12-31 23:59:59'"],
            ),
            ("a time PRIMARY KEY", vec!["'-10:00:00'", "'100:00:00'", "'09:00:00'"]),
            (
                "a timestamp, b year, PRIMARY KEY (b, a)",
                vec!["'2026-01-01', 2001", "'2025-01-01', 2001", "'2026-01-01', 1999"],
            ),
            ("a bit(64) PRIMARY KEY", vec!["b'1'", "18446744073709551615", "0"]),
            (
                "a date, b varchar(3), c int, PRIMARY KEY (a, b, c)",
                vec!["'2026-01-01', 'b', 1", "'2026-01-01', 'b', 0", "'2026-01-01', 'a', 9", "'2025-01-01', 'z', 9"],
            ),
        ],
    }
}

fn keys_of_every_type_are_gone_through_once(database: &Database) {
    for (key, rows) in keys(database.dialect) {
        for batch in [1, 2, 100] {
            let table = match key.strip_suffix(" --") {
                Some(whole) => format!("CREATE TABLE t (n int NOT NULL DEFAULT 0, {whole}"),
                None => format!("CREATE TABLE t (n int NOT NULL DEFAULT 0, {key})"),
            };
            database.batch(&table);
            let columns = if rows[0].matches(", ").count() == 2 {
                "a, b, c"
            } else if rows[0].contains(", ") {
                "a, b"
            } else {
                "a"
            };
            for row in &rows {
                database.batch(&format!("INSERT INTO t ({columns}) VALUES ({row})"));
            }
            let fill = backfill("t", "n = n + 1", &[], batch);
            let changed = database.with(|conn| Session::unguarded(conn).backfill(&fill, &mut |_| true));
            let changed = changed.unwrap_or_else(|error| panic!("{key}, {batch} at a time: {error}"));
            assert_eq!(changed, rows.len() as u64, "{key}, {batch} at a time");
            let counts = database.query("SELECT n, count(*) FROM t GROUP BY n");
            assert_eq!(counts, [format!("1|{}", rows.len())], "{key}, {batch} at a time");
            database.batch("DROP TABLE t");
        }
    }
}

fn what_cannot_be_done_in_batches_is_refused_with_what_to_do(database: &Database) {
    database.batch("CREATE TABLE good (id int PRIMARY KEY, n int); INSERT INTO good VALUES (1, 1), (2, 2)");
    database.batch("CREATE TABLE keyless (id int, n int); INSERT INTO keyless VALUES (1, 1)");
    let mut cases = vec![
        (backfill("keyless", "n = 0", &[], 1), "the table has no primary key to go by; give it one first"),
        (backfill("good", "n = 0, id = id + 1", &[], 1), "it sets `id`, which is part of the primary key"),
        (backfill("good", "n = 0; DELETE FROM good", &[], 1), "a semicolon in `n = 0; DELETE FROM good`"),
        (backfill("good", "n = 0", &["n = 1) OR (1 = 1"], 1), "a `)` without its `(`"),
        (backfill("good", "n = 0", &["(n = 1"], 1), "a `(` without its `)`"),
        (backfill("good", "n = 0", &["-- n"], 1), "nothing but a comment"),
        (backfill("good", "n = 0", &["n = 'a"], 1), "in `n = 'a`"),
        (backfill("good", "n = 0", &[], 0), "a batch of 0 rows"),
        (backfill("good", "nothing = 0", &[], 1), "nothing"),
        (backfill("nowhere", "n = 0", &[], 1), "nowhere"),
    ];
    match database.dialect {
        Dialect::Sqlite => {
            database
                .batch("CREATE TABLE nulls (id text PRIMARY KEY, n int); INSERT INTO nulls VALUES (NULL, 1), ('a', 1)");
            cases.push((backfill("nulls", "n = 0", &[], 1), "its primary key is NULL in some rows"));
        }
        Dialect::Mysql => {
            database.batch("CREATE TABLE inexact (id double PRIMARY KEY, n int)");
            cases
                .push((backfill("inexact", "n = 0", &[], 1), "has the type double, whose values cannot be told apart"));
        }
        Dialect::Postgres => {
            cases.push((backfill("good", "(n, \"id\") = (1, 2)", &[], 1), "which is part of the primary key"));
        }
    }
    for (backfill, said) in cases {
        let result = database.with(|conn| Session::unguarded(conn).backfill(&backfill, &mut |_| true));
        let error = result.expect_err(said).to_string();
        assert!(error.contains(said), "{error}");
    }
    database.batch("BEGIN");
    let open = backfill("good", "n = 0", &[], 1);
    let result = database.with(|conn| Session::unguarded(conn).backfill(&open, &mut |_| true));
    let error = result.expect_err("a transaction is open").to_string();
    assert!(error.contains("register the migration with `transaction = false`"), "{error}");
    database.batch("ROLLBACK");
    assert_eq!(database.query("SELECT id, n FROM good ORDER BY id"), ["1|1", "2|2"]);
    assert_eq!(database.query("SELECT id, n FROM keyless"), ["1|1"]);
    if database.dialect == Dialect::Mysql {
        database.batch("CREATE TABLE plain (id int PRIMARY KEY, n int) ENGINE=MyISAM; INSERT INTO plain VALUES (1, 1)");
        let mut fill = Fill(Vec::new(), backfill("plain", "n = n + 1", &[], 1), Vec::new());
        let error = migrate(database, &bare(), &mut fill, Way::Run, u32::MAX).expect_err("no transaction covers it");
        assert!(format!("{error:?}").contains("transactions do not cover its table"), "{error:?}");
        assert_eq!(database.query("SELECT n FROM plain"), ["1"]);
    }
}

fn a_batch_that_is_refused_leaves_those_before_it_and_is_mended(database: &Database) {
    database.batch("CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, other int)");
    database.batch("INSERT INTO t VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3), (4, 4, NULL), (5, 5, 5)");
    let set = "n = CASE WHEN other IS NULL THEN NULL ELSE n + 10 END";
    let mut fill = Fill(vec![COUNTS.to_owned()], backfill("t", set, &[], 2), Vec::new());
    migrate(database, &bare(), &mut fill, Way::Run, u32::MAX).expect_err("a row has no value");
    assert_eq!(database.query("SELECT n FROM t ORDER BY id"), ["11", "12", "3", "4", "5"]);
    assert_eq!(database.query("SELECT state FROM glim_migrations"), ["failed"]);
    assert_eq!(database.query("SELECT state FROM glim_journal WHERE position = 2"), ["intent"]);
    // Its speed is no part of what it does.
    fill.1.batch = 3;
    migrate(database, &bare(), &mut fill, Way::Run, u32::MAX).expect_err("it still has none");
    assert_eq!(database.query("SELECT n FROM t ORDER BY id"), ["11", "12", "3", "4", "5"]);
    database.batch("UPDATE t SET other = 4 WHERE id = 4");
    migrate(database, &bare(), &mut fill, Way::Run, u32::MAX).expect("it is mended");
    assert_eq!(database.query("SELECT n FROM t ORDER BY id"), ["11", "12", "13", "14", "15"]);
    assert_eq!(database.query("SELECT n FROM counts"), ["5"]);
    assert_eq!(database.query("SELECT state FROM glim_migrations"), ["applied"]);
    assert_eq!(database.query("SELECT * FROM glim_journal"), Vec::<String>::new());
}

fn a_journal_that_was_changed_by_hand_is_not_believed(database: &Database) {
    database.batch("CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL)");
    database.batch("INSERT INTO t VALUES (1, 1), (2, 2), (3, 9)");
    let mut fill =
        Fill(vec![COUNTS.to_owned()], backfill("t", "n = CASE n WHEN 9 THEN NULL ELSE 0 END", &[], 1), vec![]);
    migrate(database, &bare(), &mut fill, Way::Run, u32::MAX).expect_err("a row has no value");
    let before = database.query("SELECT id, n FROM t ORDER BY id");
    assert_eq!(before, ["1|0", "2|0", "3|9"]);
    for (objects, said) in [("'nonsense'", "nothing tells whether statement 2 was run"), ("NULL", "nothing tells")] {
        database.batch(&format!("UPDATE glim_journal SET objects = {objects} WHERE position = 2"));
        let error = migrate(database, &bare(), &mut fill, Way::Run, u32::MAX).expect_err("it is no checkpoint");
        assert!(format!("{error:?} {error}").contains("Unclear"), "{said}: {error:?}");
    }
    let forged = "present 1\n2\npresent 12\n1) OR (1 = 1\n";
    database.batch(&format!("UPDATE glim_journal SET objects = '{forged}' WHERE position = 2"));
    let error = migrate(database, &bare(), &mut fill, Way::Run, u32::MAX).expect_err("it is no key");
    // PostgreSQL takes any text for a literal, and refuses what is none of the key's type.
    let said = if database.dialect == Dialect::Postgres { "invalid input syntax" } else { "is none of this table" };
    assert!(format!("{error:?}").contains(said), "{error:?}");
    assert_eq!(database.query("SELECT id, n FROM t ORDER BY id"), before);
}
