//! PostgreSQL.

use glim_schema::Dialect::Postgres;

use super::{refused, texts, whole};
use crate::split::Problem;

#[test]
fn escape_strings_have_backslashes_and_others_have_not() {
    whole(r"SELECT E'a\';', e'\\'", Postgres);
    assert_eq!(texts(r"SELECT 'a\'; SELECT 1", Postgres), [r"SELECT 'a\'", "SELECT 1"]);
    assert_eq!(texts(r"SELECT true'a\'; SELECT 1", Postgres), [r"SELECT true'a\'", "SELECT 1"]);
    assert_eq!(texts(r"SELECT U&'\0061\'; SELECT 1", Postgres), [r"SELECT U&'\0061\'", "SELECT 1"]);
    whole("SELECT U&\"d;\\0061t\" UESCAPE '!', B'1', X'f', N'a;'", Postgres);
    whole("SELECT E'a'\n  'b\\';'", Postgres);
}

#[test]
fn dollar_quotes_end_with_their_tag() {
    for sql in [
        "SELECT $$;'$$",
        "SELECT $body$ ; $$ ; $other$ ; $ $body$",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $body$\nBEGIN\n  RETURN NEW;\nEND;\n$body$",
        "DO $do$ BEGIN EXECUTE $e$ SELECT 1; $e$; END $do$",
        "SELECT $ä$;$ä$",
        "CREATE FUNCTION f() RETURNS int AS 'BEGIN RETURN 1; END;' LANGUAGE plpgsql",
    ] {
        whole(sql, Postgres);
    }
    refused("SELECT $a$ ; $b$", Postgres, &Problem::DollarQuote("$a$".to_owned()), 7);
}

#[test]
fn other_dollars_are_no_quotes() {
    assert_eq!(texts("SELECT $1;SELECT $2", Postgres), ["SELECT $1", "SELECT $2"]);
    assert_eq!(texts("SELECT a$b$;SELECT b$b$", Postgres), ["SELECT a$b$", "SELECT b$b$"]);
    assert_eq!(texts("SELECT $1$;SELECT $1$", Postgres).len(), 2);
}

#[test]
fn comments_nest() {
    whole("SELECT 1 /* /* ; */ ; */ + 1", Postgres);
    refused("/* /* */ SELECT 1;", Postgres, &Problem::Comment, 0);
}

#[test]
fn a_number_sign_is_an_operator() {
    assert_eq!(texts("SELECT a #> b; SELECT 1", Postgres), ["SELECT a #> b", "SELECT 1"]);
    assert_eq!(texts("SELECT 1--;\n; SELECT 1", Postgres), ["SELECT 1", "SELECT 1"]);
}

#[test]
fn routines_can_have_a_body_in_sql() {
    for sql in [
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "create or replace procedure p(a int) language sql begin /* ; */ atomic; insert into t values (a); end",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN (CASE 1 WHEN 1 THEN 2 END) END; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT t.end, 1 AS end FROM t; SELECT 1; END",
    ] {
        whole(sql, Postgres);
    }
    let sql = "CREATE FUNCTION f(begin int) RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT 1";
    assert_eq!(texts(sql, Postgres).len(), 2);
    refused("CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;", Postgres, &Problem::Body, 20);
}

#[test]
fn a_transaction_is_no_body() {
    assert_eq!(texts("BEGIN; SELECT 1; END; COMMIT", Postgres), ["BEGIN", "SELECT 1", "END", "COMMIT"]);
}

#[test]
fn rules_can_do_several_things() {
    whole("CREATE OR REPLACE RULE r AS ON INSERT TO v DO INSTEAD (INSERT INTO a VALUES (1); DELETE FROM b;)", Postgres);
    whole("CREATE RULE r AS ON DELETE TO v DO ALSO NOTHING", Postgres);
    refused("CREATE RULE r AS ON INSERT TO v DO (SELECT 1;", Postgres, &Problem::Parenthesis, 35);
}

#[test]
fn a_schema_has_its_elements() {
    whole("CREATE SCHEMA s CREATE TABLE a (b int) CREATE VIEW c AS SELECT b FROM a", Postgres);
}

#[test]
fn commands_of_psql_are_refused() {
    let command = |name: &str| Problem::ClientCommand(name.to_owned());
    refused("SELECT 1;\n\\connect db\nSELECT 2", Postgres, &command("\\connect"), 10);
    refused("SELECT 1 \\gx", Postgres, &command("\\gx"), 9);
    refused("\\.\n", Postgres, &command("\\."), 0);
    refused("\\", Postgres, &command("\\"), 0);
}

#[test]
fn rows_of_a_dump_are_refused_whatever_they_hold() {
    let sql = "SELECT 1;\nCOPY public.a (b) FROM stdin;\nit's\t$$\n\\.\nSELECT 2;";
    refused(sql, Postgres, &Problem::CopyFromStdin, 10);
    whole("COPY a FROM '/tmp/a.csv'", Postgres);
}

#[test]
fn what_is_skipped_does_not_hide_a_quote() {
    for sql in [
        r"INSERT INTO a VALUES (1, E';\';')",
        "INSERT INTO a VALUES (1,$$;$$,$1,b$c$)",
        "INSERT INTO ｂ$$ VALUES (ä$$, U&';')",
        "UPDATE a SET b = 1 / 2 - 3 -- ;\n, c = 4",
    ] {
        whole(sql, Postgres);
    }
    assert_eq!(texts(r"UPDATE a SET b = xE'\';SELECT 1", Postgres).len(), 2);
}
