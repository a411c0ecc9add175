//! Every kind of value, to every type of column that can hold it, and back.

use glim::value::{Date, Decimal, FromValue as _, Time, Timestamp, Uuid, Value};
use glim_engine::driver::Connection;
use glim_schema::Dialect;

use crate::support::{Scratch, for_each_database, refusal, rows, text, value};

for_each_database!(
    values_come_back_as_they_were,
    null_goes_everywhere,
    what_a_column_cannot_hold_is_refused,
    large_values_survive,
    text_survives_quotes_and_every_character,
);

fn decimal(digits: &str) -> Value {
    Value::Decimal(digits.parse().expect("a number"))
}

fn date(year: i32, month: u8, day: u8) -> Value {
    Value::Date(Date::new(year, month, day).expect("a valid date"))
}

fn time(hour: u8, minute: u8, second: u8, nanosecond: u32) -> Value {
    Value::Time(Time::new(hour, minute, second, nanosecond).expect("a valid time"))
}

fn timestamp(text: &str) -> Timestamp {
    text.parse().expect("a valid timestamp")
}

fn array<const N: usize>(elements: [Value; N]) -> Value {
    Value::Array(elements.into())
}

fn uuid() -> Uuid {
    "67e55044-10b1-426f-9247-bb680e5fe0c8".parse().expect("a valid UUID")
}

/// Column types, what goes in, and what comes out.
#[expect(clippy::too_many_lines, reason = "a table")]
fn cases(dialect: Dialect) -> Vec<(&'static str, Value, Value)> {
    let same = |column: &'static str, value: Value| (column, value.clone(), value);
    let moment = timestamp("2026-11-22 15:02:03.123456");
    let json = || Value::Json("{\"a\": [1, null, \"ä\"]}".to_owned());
    match dialect {
        Dialect::Sqlite => vec![
            ("boolean", Value::Bool(true), Value::Int(1)),
            same("integer", Value::Int(i64::MIN)),
            same("integer", Value::Int(i64::MAX)),
            ("integer", Value::Uint(7), Value::Int(7)),
            same("real", Value::Float(0.1)),
            same("real", Value::Float(f64::INFINITY)),
            ("text", decimal("-12345678901234567890.1200"), text("-12345678901234567890.1200")),
            same("text", text("ä'\"")),
            same("blob", Value::Bytes(vec![0, 255, 39])),
            ("text", date(-43, 3, 15), text("-0043-03-15")),
            ("text", time(23, 59, 59, 123_456_789), text("23:59:59.123456789")),
            ("text", Value::Timestamp(moment), text("2026-11-22 15:02:03.123456")),
            ("text", Value::TimestampTz(moment), text("2026-11-22 15:02:03.123456+00:00")),
            ("text", Value::Uuid(uuid()), text("67e55044-10b1-426f-9247-bb680e5fe0c8")),
            ("text", json(), text("{\"a\": [1, null, \"ä\"]}")),
        ],
        Dialect::Postgres => vec![
            same("boolean", Value::Bool(true)),
            same("boolean", Value::Bool(false)),
            ("integer", Value::Bool(true), Value::Int(1)),
            ("boolean", Value::Int(1), Value::Bool(true)),
            same("smallint", Value::Int(-32_768)),
            same("integer", Value::Int(2_147_483_647)),
            same("bigint", Value::Int(i64::MIN)),
            ("numeric(20, 0)", Value::Uint(u64::MAX), decimal("18446744073709551615")),
            ("numeric(10, 2)", Value::Int(5), decimal("5.00")),
            ("double precision", Value::Int(1 << 53), Value::Float(9_007_199_254_740_992.0)),
            same("oid", Value::Int(4_294_967_295)),
            same("real", Value::Float(0.5)),
            same("double precision", Value::Float(f64::MIN_POSITIVE)),
            same("double precision", Value::Float(-1.797_693_134_862_315_7e308)),
            same("double precision", Value::Float(f64::NEG_INFINITY)),
            same("numeric", decimal("-12345678901234567890123456789.000000000000000000001200")),
            same("numeric", decimal("0.00000001")),
            same("numeric", decimal("100000000")),
            same("numeric", decimal("0.00")),
            ("bigint", decimal("12.00"), Value::Int(12)),
            ("numeric", Value::Float(1e-7), decimal("0.0000001")),
            same("text", text("ä'\"\\")),
            same("varchar(20)", text("ä")),
            ("char(3)", text("a"), text("a  ")),
            same("name", text("a")),
            same("\"char\"", text("x")),
            same("bytea", Value::Bytes(vec![0, 255, 39, 92])),
            same("bytea", Value::Bytes(vec![])),
            same("date", date(-43, 3, 15)),
            same("date", date(0, 12, 31)),
            same("date", date(9999, 12, 31)),
            same("time", time(23, 59, 59, 123_456_000)),
            ("time", time(23, 59, 59, 999_999_999), time(23, 59, 59, 999_999_000)),
            same("timestamp", Value::Timestamp(moment)),
            same("timestamp", Value::Timestamp(timestamp("-0043-03-15 00:00:00"))),
            same("timestamptz", Value::TimestampTz(moment)),
            ("timestamptz", Value::Timestamp(moment), Value::TimestampTz(moment)),
            ("timestamp", Value::TimestampTz(moment), Value::Timestamp(moment)),
            ("timestamp", date(2026, 1, 2), Value::Timestamp(timestamp("2026-01-02 00:00:00"))),
            same("uuid", Value::Uuid(uuid())),
            ("text", Value::Uuid(uuid()), text("67e55044-10b1-426f-9247-bb680e5fe0c8")),
            ("bytea", Value::Uuid(uuid()), Value::Bytes(uuid().0.to_vec())),
            same("json", json()),
            same("jsonb", json()),
            ("text", json(), text("{\"a\": [1, null, \"ä\"]}")),
            same("mood", text("happy")),
            same("small", Value::Int(9)),
            same("integer[]", array([Value::Int(1), Value::Null, Value::Int(-3)])),
            same("text[]", array(["", "NULL", "a,b", "{\"\\}"].map(text))),
            same("text[]", array([])),
            same("mood[]", array([text("happy"), Value::Null])),
            same("bytea[]", array([Value::Bytes(vec![0, 255, 92]), Value::Bytes(vec![])])),
            same("boolean[]", array([Value::Bool(true), Value::Bool(false)])),
            same("numeric(10, 2)[]", array([decimal("1.50"), decimal("-0.01")])),
            same("double precision[]", array([Value::Float(0.1), Value::Float(f64::INFINITY)])),
            same("date[]", array([date(-43, 3, 15), date(2026, 11, 23)])),
            same("time[]", array([time(23, 59, 59, 123_456_000)])),
            same("timestamp[]", array([Value::Timestamp(moment)])),
            same("timestamptz[]", array([Value::TimestampTz(moment)])),
            same("uuid[]", array([Value::Uuid(uuid())])),
            same("jsonb[]", array([json()])),
            ("integer", text("42"), Value::Int(42)),
            ("uuid", text("67e55044-10b1-426f-9247-bb680e5fe0c8"), Value::Uuid(uuid())),
        ],
        Dialect::Mysql => vec![
            ("boolean", Value::Bool(true), Value::Int(1)),
            same("tinyint", Value::Int(-128)),
            same("tinyint unsigned", Value::Int(255)),
            same("smallint", Value::Int(-32_768)),
            same("mediumint", Value::Int(-8_388_608)),
            same("int", Value::Int(-2_147_483_648)),
            same("int unsigned", Value::Int(4_294_967_295)),
            same("bigint", Value::Int(i64::MIN)),
            same("bigint unsigned", Value::Uint(u64::MAX)),
            ("bigint unsigned", Value::Int(5), Value::Uint(5)),
            same("year", Value::Int(2026)),
            ("bit(12)", Value::Int(0b1010_0101_0101), Value::Int(0b1010_0101_0101)),
            same("float", Value::Float(16_777_215.0)),
            same("double", Value::Float(0.1)),
            same("double", Value::Float(-1.797_693_134_862_315_7e308)),
            same("decimal(30, 10)", decimal("-12345678901234567890.0000000012")),
            same("varchar(20)", text("ä'\"\\")),
            same("char(3)", text("a")),
            same("text", text("")),
            same("longtext", text("ä")),
            same("enum('happy', 'sad')", text("happy")),
            same("set('a', 'b')", text("a,b")),
            same("varbinary(20)", Value::Bytes(vec![0, 255, 39, 92])),
            same("blob", Value::Bytes(vec![])),
            ("binary(4)", Value::Bytes(vec![1]), Value::Bytes(vec![1, 0, 0, 0])),
            same("date", date(9999, 12, 31)),
            same("date", date(1000, 1, 1)),
            same("time(6)", time(23, 59, 59, 123_456_000)),
            same("time", time(0, 0, 0, 0)),
            same("datetime(6)", Value::Timestamp(moment)),
            same("datetime", Value::Timestamp(timestamp("2026-11-22 00:00:00"))),
            same("timestamp(6)", Value::TimestampTz(moment)),
            ("char(36)", Value::Uuid(uuid()), text("67e55044-10b1-426f-9247-bb680e5fe0c8")),
            ("longtext", json(), text("{\"a\": [1, null, \"ä\"]}")),
        ],
    }
}

fn own_types(db: &mut dyn Connection) {
    if db.dialect() == Dialect::Postgres {
        db.batch("CREATE TYPE mood AS ENUM ('happy', 'sad'); CREATE DOMAIN small AS int CHECK (VALUE < 10)")
            .expect("types");
    }
}

fn values_come_back_as_they_were(scratch: &mut Scratch) {
    let mut db = scratch.open();
    own_types(&mut *db);
    for (number, (column, stored, wanted)) in cases(scratch.dialect).into_iter().enumerate() {
        let table = format!("t{number}");
        db.batch(&format!("CREATE TABLE {table} (id int PRIMARY KEY, v {column})")).expect(column);
        let insert = format!("INSERT INTO {table} VALUES ($1, $2)");
        db.execute(&insert, &[Value::Int(1), stored.clone()])
            .unwrap_or_else(|error| panic!("{column}, {stored:?}: {error:?}"));
        // Once as a query without parameters, once with.
        assert_eq!(value(&mut *db, &format!("SELECT v FROM {table}")), wanted, "{column}, {stored:?}");
        let found = rows(&mut *db, &format!("SELECT v, id FROM {table} WHERE id = $1"), &[Value::Int(1)]);
        assert_eq!(found, Ok(vec![vec![wanted, Value::Int(1)]]), "{column}, {stored:?}");
        let again = rows(&mut *db, &format!("SELECT v, id FROM {table} WHERE id = $1"), &[Value::Int(2)]);
        assert_eq!(again, Ok(vec![]));
    }
}

fn null_goes_everywhere(scratch: &mut Scratch) {
    let mut db = scratch.open();
    own_types(&mut *db);
    let columns: std::collections::BTreeSet<_> =
        cases(scratch.dialect).into_iter().map(|(column, _, _)| column).collect();
    for (number, column) in columns.into_iter().enumerate() {
        // Only MySQL's TIMESTAMP is NOT NULL by itself.
        db.batch(&format!("CREATE TABLE t{number} (v {column} NULL)")).expect(column);
        db.execute(&format!("INSERT INTO t{number} VALUES ($1)"), &[Value::Null]).expect(column);
        assert_eq!(value(&mut *db, &format!("SELECT v FROM t{number}")), Value::Null, "{column}");
        let none: Option<Decimal> = Option::from_value(&Value::Null).expect("NULL is None");
        assert_eq!(none, None);
    }
}

fn what_a_column_cannot_hold_is_refused(scratch: &mut Scratch) {
    let mut db = scratch.open();
    own_types(&mut *db);
    let late = Value::Timestamp(timestamp("2026-11-22 15:02:03"));
    let cases: Vec<(&str, Value, &str)> = match scratch.dialect {
        Dialect::Sqlite => vec![
            ("integer", Value::Uint(u64::MAX), "parameter `$2`: SQLite keeps no integer above"),
            ("real", Value::Float(f64::NAN), "parameter `$2`"),
        ],
        Dialect::Postgres => vec![
            ("smallint", Value::Int(32_768), "parameter `$2`: an integer (32768) does not fit the type smallint"),
            ("integer", Value::Uint(u64::MAX), "parameter `$2`"),
            ("integer", text("x"), "invalid input syntax"),
            ("integer", Value::Float(1.0), "parameter `$2`"),
            ("boolean", Value::Int(2), "parameter `$2`"),
            ("text", Value::Int(1), "parameter `$2`: an integer (1) does not fit the type text"),
            ("text", Value::Bytes(vec![1]), "parameter `$2`: bytes does not fit"),
            ("bytea", text("abc"), "parameter `$2`"),
            ("date", late, "parameter `$2`: a timestamp does not fit the type date"),
            ("real", Value::Float(1e300), "parameter `$2`"),
            ("numeric", Value::Float(f64::NAN), "parameter `$2`"),
            ("numeric(4, 2)", decimal("100"), "overflow"),
            ("varchar(2)", text("abc"), "too long"),
            ("mood", text("angry"), "mood"),
            ("mood", Value::Int(1), "parameter `$2`: an integer (1) does not fit the type mood"),
            ("json", text("{"), "json"),
            ("int[]", Value::Int(1), "integer[]"),
            ("text", text("a\0b"), "0x00"),
        ],
        Dialect::Mysql => vec![
            ("tinyint", Value::Int(128), "Out of range"),
            ("bigint", Value::Uint(u64::MAX), "Out of range"),
            ("int", text("x"), "Incorrect integer"),
            ("varchar(2)", text("abc"), "too long"),
            ("decimal(4, 2)", decimal("100"), "Out of range"),
            ("double", Value::Float(f64::INFINITY), "parameter `$2`"),
            ("date", date(-43, 3, 15), "parameter `$2`"),
            ("date", text("2026-02-30"), "Incorrect date"),
            ("enum('happy')", text("angry"), "truncated"),
        ],
    };
    for (number, (column, stored, wanted)) in cases.into_iter().enumerate() {
        db.batch(&format!("CREATE TABLE t{number} (id int, v {column})")).expect(column);
        let error =
            refusal(&mut *db, &format!("INSERT INTO t{number} VALUES ($1, $2)"), &[Value::Int(1), stored.clone()]);
        assert!(error.message.contains(wanted), "{column}, {stored:?}: {error:?}");
        assert_eq!(value(&mut *db, &format!("SELECT count(*) FROM t{number}")), Value::Int(0), "{column}, {stored:?}");
    }
}

fn large_values_survive(scratch: &mut Scratch) {
    let mut db = scratch.open();
    let (long_text, long_bytes) = match scratch.dialect {
        Dialect::Sqlite => ("text", "blob"),
        Dialect::Postgres => ("text", "bytea"),
        Dialect::Mysql => ("longtext", "longblob"),
    };
    db.batch(&format!("CREATE TABLE t (a {long_text}, b {long_bytes})")).expect("a table");
    // Beyond the largest packet of MySQL's protocol when it comes back.
    let letters = text(&"ä0123456789".repeat(600_000));
    let bytes = Value::Bytes((0..7_000_000_u32).map(|n| n.to_le_bytes()[0]).collect());
    db.execute("INSERT INTO t VALUES ($1, $2)", &[letters.clone(), bytes.clone()]).expect("a row");
    db.execute("UPDATE t SET b = $1", std::slice::from_ref(&bytes)).expect("a row");
    let found = rows(&mut *db, "SELECT a, b, a FROM t", &[]).expect("the row");
    assert!(found == [vec![letters.clone(), bytes, letters]]);
}

fn text_survives_quotes_and_every_character(scratch: &mut Scratch) {
    let mut db = scratch.open();
    db.batch("CREATE TABLE t (a varchar(100))").expect("a table");
    let texts = [
        "'; DROP TABLE t; --",
        "\\' \\\\ \\0",
        "\"`[]$1 ?1 :a",
        "😀 e\u{301} \u{feff}",
        " \t\r\n ",
        "%_",
        "$$",
        "\u{1}\u{7f}",
    ];
    for wanted in texts {
        db.execute("INSERT INTO t VALUES ($1)", &[text(wanted)]).expect(wanted);
        assert_eq!(rows(&mut *db, "SELECT a FROM t WHERE a = $1", &[text(wanted)]), Ok(vec![vec![text(wanted)]]));
        db.execute("DELETE FROM t", &[]).expect("a delete");
    }
}

/// Queries whose results have no counterpart, with what the error says.
fn check_unreadable(dialect: Dialect, cases: &[(&str, &str)]) {
    let scratch = Scratch::new(dialect, "unreadable");
    let mut db = scratch.open();
    for (sql, wanted) in cases {
        let error = rows(&mut *db, sql, &[]).expect_err(sql);
        assert!(error.message.contains("column `v`") && error.message.contains(wanted), "{sql}: {error:?}");
        assert_eq!(value(&mut *db, "SELECT 1"), Value::Int(1), "the connection is as good as before");
    }
}

mod a_value_without_a_counterpart_is_named {
    use super::{Dialect, check_unreadable};

    #[test]
    fn sqlite() {
        check_unreadable(Dialect::Sqlite, &[("SELECT CAST(x'ff' AS text) AS v", "UTF-8")]);
    }

    #[test]
    fn postgres() {
        check_unreadable(
            Dialect::Postgres,
            &[
                ("SELECT '10.0.0.1'::inet AS v", "inet"),
                ("SELECT ARRAY[[1], [2]] AS v", "several dimensions"),
                ("SELECT interval '1 day' AS v FROM generate_series(1, 1000)", "interval"),
                ("SELECT 'infinity'::timestamptz AS v", "infinite"),
                ("SELECT '-infinity'::date AS v", "infinite"),
                ("SELECT 'NaN'::numeric AS v", "NaN"),
                ("SELECT '24:00'::time AS v", "24:00:00"),
                ("SELECT row(1, 2) AS v", "record"),
            ],
        );
    }

    #[test]
    fn mysql() {
        check_unreadable(
            Dialect::Mysql,
            &[
                ("SELECT TIME '25:00:00' AS v", "24 hours"),
                ("SELECT TIME '-01:00:00' AS v", "negative"),
                ("SELECT ST_GeomFromText('POINT(1 1)') AS v", "ST_AsText"),
            ],
        );
    }
}

mod a_type_of_the_database_s_own_is_read {
    use super::{Dialect, Scratch, Value, rows, text};

    /// More rows than fit into one read, so that the type has to be looked up in the middle of a result.
    #[test]
    fn postgres() {
        let scratch = Scratch::new(Dialect::Postgres, module_path!());
        let mut db = scratch.open();
        db.batch("CREATE TYPE mood AS ENUM ('happy')").expect("a type");
        let found = rows(&mut *db, "SELECT 'happy'::mood, n FROM generate_series(1, 5000) n", &[]).expect("rows");
        assert_eq!(found.len(), 5_000);
        assert_eq!(found[4_999], [text("happy"), Value::Int(5_000)]);
        db.batch("DROP TYPE mood; CREATE TYPE mood AS (a int)").expect("another type");
        assert!(rows(&mut *db, "SELECT row(1)::mood", &[]).is_err());
    }
}

mod a_zero_date_is_refused {
    use super::{Dialect, Scratch, rows};

    #[test]
    fn mysql() {
        let scratch = Scratch::new(Dialect::Mysql, module_path!());
        let mut db = scratch.open();
        db.batch("SET SESSION sql_mode = ''").expect("a mode");
        db.batch("CREATE TABLE t (v date, w datetime)").expect("a table");
        db.batch("INSERT INTO t VALUES ('0000-00-00', '2026-00-10 00:00:00')").expect("a row");
        for column in ["v", "w"] {
            let error = rows(&mut *db, &format!("SELECT {column} FROM t"), &[]).expect_err("no such day");
            assert!(error.message.contains("there is no day"), "{error:?}");
        }
    }
}

mod nothing_is_cut_in_a_lenient_session {
    use super::{Dialect, Scratch, rows, text};

    /// The account's default must not matter.
    #[test]
    fn mysql() {
        let scratch = Scratch::new(Dialect::Mysql, module_path!());
        let mut db = scratch.open();
        let modes = rows(&mut *db, "SELECT @@sql_mode, @@time_zone, @@autocommit", &[]).expect("the settings");
        let super::Value::Text(modes_text) = &modes[0][0] else { panic!("{modes:?}") };
        assert!(modes_text.contains("STRICT_ALL_TABLES"), "{modes_text}");
        assert_eq!(modes[0][1], text("+00:00"));
    }
}
