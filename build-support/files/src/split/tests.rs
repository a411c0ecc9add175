use glim_schema::Dialect::{self, Mysql, Postgres, Sqlite};

use super::{Problem, Statements, split};

/// The texts of the statements.
#[track_caller]
fn texts(sql: &str, dialect: Dialect) -> Vec<&str> {
    let statements = split(sql, dialect).unwrap_or_else(|error| panic!("{error} at {}: {sql}", error.start));
    for statement in &statements {
        assert_eq!(&sql[statement.start..statement.end()], statement.text);
    }
    statements.iter().map(|statement| statement.text).collect()
}

/// That a text is one statement, and one more follows it.
#[track_caller]
fn whole(statement: &str, dialect: Dialect) {
    assert_eq!(texts(&format!("{statement};\nSELECT 2;"), dialect), [statement, "SELECT 2"]);
    assert_eq!(texts(statement, dialect), [statement]);
}

#[track_caller]
fn refused(sql: &str, dialect: Dialect, problem: &Problem, start: usize) {
    let error = split(sql, dialect).expect_err(sql);
    assert_eq!((&error.problem, error.start), (problem, start), "{dialect:?}: {sql}");
}

mod everywhere {
    use super::*;

    #[test]
    fn a_semicolon_ends_a_statement() {
        for dialect in Dialect::ALL {
            assert_eq!(texts("SELECT 1;SELECT 2 ; SELECT 3", dialect), ["SELECT 1", "SELECT 2", "SELECT 3"]);
        }
    }

    #[test]
    fn nothing_but_blanks_and_comments_is_no_statement() {
        for sql in ["", ";", " ;; \n;", "-- a", "-- a; b\n", "/* a; */ ; -- b", "\u{feff}", "\u{feff}-- a\r\n\r\n"] {
            for dialect in Dialect::ALL {
                assert!(texts(sql, dialect).is_empty(), "{dialect:?}: {sql}");
            }
        }
    }

    #[test]
    fn quotes_and_comments_hide_semicolons() {
        for dialect in Dialect::ALL {
            for sql in [
                "SELECT ';', 'it''s; ', ''",
                "SELECT \";\", \"a\"\";\"",
                "SELECT 1 -- ; '\n, 2",
                "SELECT 1 /* ; ' */ , 2",
                "SELECT 'ä;ö' AS größe, '🦀;'",
            ] {
                whole(sql, dialect);
            }
        }
    }

    #[test]
    fn comments_and_blanks_around_a_statement_are_no_part_of_it() {
        for dialect in Dialect::ALL {
            let sql = "\u{feff}-- one\r\nSELECT /* a */ 1 -- b\r\n ;\r\n/* c */\r\nSELECT 2\r\n";
            let statements = split(sql, dialect).unwrap();
            assert_eq!(statements[0].text, "SELECT /* a */ 1");
            assert_eq!(statements[0].position(sql).to_string(), "2:1");
            assert_eq!(statements[1].text, "SELECT 2");
            assert_eq!(statements[1].position(sql).to_string(), "5:1");
        }
    }

    #[test]
    fn what_is_not_closed_is_refused_where_it_began() {
        for dialect in Dialect::ALL {
            refused("SELECT 1; SELECT 'a''b; ", dialect, &Problem::String, 17);
            refused("SELECT 1, 'a\n;", dialect, &Problem::String, 10);
        }
        for dialect in [Postgres, Mysql] {
            refused("SELECT 1; /* a;", dialect, &Problem::Comment, 10);
        }
    }

    #[test]
    fn a_nul_byte_is_refused_unless_something_else_comes_first() {
        for dialect in Dialect::ALL {
            refused("SELECT 1; SELECT 'a\0'", dialect, &Problem::Nul, 19);
            refused("\0", dialect, &Problem::Nul, 0);
            refused("SELECT 'a \0", dialect, &Problem::String, 7);
        }
    }

    #[test]
    fn what_comes_before_an_error_is_given() {
        let found: Vec<_> = Statements::new("SELECT 1; SELECT '", Sqlite).collect();
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].as_ref().unwrap().text, "SELECT 1");
        assert!(found[1].is_err());
    }

    #[test]
    fn errors_say_what_to_do() {
        let error = split("SELECT 1;\n\\connect other", Postgres).unwrap_err();
        assert_eq!(error.to_string(), "`\\connect` is a command of a client program, not SQL");
        assert_eq!(error.position("SELECT 1;\n\\connect other").to_string(), "2:1");
        assert!(error.help().contains("remove it"));
    }
}

mod postgres {
    use super::*;

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
        whole(
            "CREATE OR REPLACE RULE r AS ON INSERT TO v DO INSTEAD (INSERT INTO a VALUES (1); DELETE FROM b;)",
            Postgres,
        );
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
}

mod sqlite {
    use super::*;

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
}

mod mysql {
    use super::*;

    #[test]
    fn strings_have_two_kinds_of_quotes_and_backslashes() {
        for sql in
            [r"SELECT 'a\';', 'b\\'", r#"SELECT "a;\";""b", "\\""#, "SELECT `a;``\\`", "SELECT _utf8mb4'a;', @'b;'"]
        {
            whole(sql, Mysql);
        }
    }

    #[test]
    fn comments_begin_in_three_ways() {
        whole("SELECT 1 # ; '\n, 2", Mysql);
        whole("SELECT 1 -- ; '\n, 2", Mysql);
        assert_eq!(texts("SELECT 1--1; SELECT 2--", Mysql), ["SELECT 1--1", "SELECT 2"]);
        assert_eq!(texts("SELECT 1 /* /* */; SELECT 2", Mysql), ["SELECT 1", "SELECT 2"]);
        assert_eq!(texts("--\nSELECT 1 --\n", Mysql), ["SELECT 1"]);
    }

    #[test]
    fn hints_are_code() {
        let sql = "/*!40101 SET NAMES utf8 */;\n/*M!100100 SELECT ';' */; SELECT /*+ NO_ICP(a) */ 1;";
        assert_eq!(
            texts(sql, Mysql),
            ["/*!40101 SET NAMES utf8 */", "/*M!100100 SELECT ';' */", "SELECT /*+ NO_ICP(a) */ 1"]
        );
        whole("CREATE TABLE a (b INT) /*!50100 PARTITION BY HASH (b) /* ; */ PARTITIONS 2 */", Mysql);
        whole(
            "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; SET @b = 2; END */",
            Mysql,
        );
        assert_eq!(texts("/*!40101 */; /*! */ SELECT 1; /*! */", Mysql), ["/*! */ SELECT 1"]);
        refused("SELECT 1; /*!40101 SET NAMES utf8;", Mysql, &Problem::Comment, 10);
    }

    #[test]
    fn bodies_need_no_delimiter() {
        for sql in [
            "CREATE PROCEDURE p() BEGIN SELECT 1; SELECT 2; END",
            "CREATE DEFINER=`root`@`localhost` PROCEDURE p(IN a INT, OUT b VARCHAR(10)) COMMENT 'x' DETERMINISTIC READS SQL \
             DATA SQL SECURITY INVOKER\nBEGIN\n SELECT 1;\nEND",
            "CREATE OR REPLACE DEFINER = CURRENT_USER() PROCEDURE IF NOT EXISTS p() outer_block: BEGIN BEGIN SELECT 1; END; \
             END outer_block",
            "CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC BEGIN IF a > 1 THEN RETURN 2; ELSEIF a THEN RETURN 3; ELSE \
             RETURN IF(a, 1, 0); END IF; END",
            "CREATE FUNCTION f() RETURNS SET('a', 'b') CHARSET utf8mb4 NO SQL RETURN 'a'",
            "CREATE FUNCTION IF NOT EXISTS f() RETURNS INT RETURN IF(1, CASE 1 WHEN 1 THEN 2 END, 3)",
            "CREATE AGGREGATE FUNCTION f RETURNS STRING SONAME 'x.so'",
            "CREATE PROCEDURE p() UPDATE t SET a = IF(b, 1, REPEAT('x', 2)), c = CASE d WHEN 1 THEN 2 END",
            "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.a = IF(NEW.b, 1, 2)",
            "CREATE TRIGGER t AFTER UPDATE ON a FOR EACH ROW FOLLOWS u BEGIN IF NEW.end <> OLD.end THEN SELECT 1; END IF; END",
            "CREATE TRIGGER t AFTER DELETE ON a FOR EACH ROW IF OLD.a THEN DELETE FROM b; END IF",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS NOW() + INTERVAL 1 DAY DO BEGIN DELETE FROM a; DELETE FROM b; END",
            "ALTER DEFINER = 'a'@'b' EVENT e DO BEGIN DELETE FROM a; DELETE FROM b; END",
            "CREATE EVENT e ON SCHEDULE EVERY 1 HOUR DO DELETE FROM a",
        ] {
            whole(sql, Mysql);
        }
    }

    #[test]
    fn blocks_nest() {
        for body in [
            "WHILE a > 1 DO SET a = a - 1; DO SLEEP(1); END WHILE;",
            "again: LOOP IF a THEN LEAVE again; END IF; ITERATE again; END LOOP again;",
            "`b c`: LOOP LEAVE `b c`; END LOOP;",
            "REPEAT SET a = REPEAT('x', 2); UNTIL CASE WHEN a THEN b END END REPEAT;",
            "CASE a WHEN 1 THEN SELECT 1; SELECT CASE b WHEN 1 THEN 2 END; WHEN 2 THEN BEGIN END; ELSE SELECT 3; END CASE;",
            "CASE WHEN CASE a WHEN 1 THEN true END THEN SELECT 1; END CASE;",
            "IF CASE a WHEN 1 THEN true END THEN SELECT 1; END IF;",
            "IF (a) THEN IF (b) THEN SELECT 1; ELSE IF c THEN SELECT 2; END IF; END IF; END IF;",
            "DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END; SELECT 1;",
            "DECLARE CONTINUE HANDLER FOR SQLSTATE VALUE '42S01', 1051, NOT FOUND, SQLWARNING IF a THEN SELECT 1; END IF;",
            "DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = IF(1, 2, 3); SELECT 1;",
            "DECLARE done INT DEFAULT 0; DECLARE c CURSOR FOR SELECT `end`, t.end, end FROM t; OPEN c;",
            "DECLARE handler INT DEFAULT 1; SELECT 1;",
            "FOR i IN 1..10 DO INSERT INTO t VALUES (i); END FOR;",
            "FOR r IN (SELECT a FROM t) DO SELECT r.a; END FOR;",
            "CREATE TEMPORARY TABLE IF NOT EXISTS x (a INT); DROP TABLE IF EXISTS x; SELECT a AS begin FROM x;",
            "START TRANSACTION; INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 1; COMMIT;",
        ] {
            whole(&format!("CREATE PROCEDURE p() BEGIN {body} END"), Mysql);
            whole(&format!("BEGIN NOT ATOMIC {body} END"), Mysql);
        }
        whole("IF 1 THEN SELECT 1; END IF", Mysql);
        whole("WHILE @a DO SELECT 1; END WHILE", Mysql);
    }

    #[test]
    fn a_block_that_is_not_closed_is_refused() {
        refused("CREATE PROCEDURE p() BEGIN SELECT 1; IF a THEN SELECT 2; END;", Mysql, &Problem::Body, 21);
    }

    #[test]
    fn transactions_are_no_blocks() {
        assert_eq!(texts("BEGIN; SELECT 1; COMMIT", Mysql), ["BEGIN", "SELECT 1", "COMMIT"]);
        assert_eq!(texts("BEGIN WORK; SELECT end FROM begin; ROLLBACK", Mysql).len(), 3);
        assert_eq!(texts("ALTER PROCEDURE p COMMENT 'x'; DROP PROCEDURE p; SELECT 1", Mysql).len(), 3);
        assert_eq!(texts("CREATE TABLE event (a INT); CREATE USER trigger_a; SELECT 1", Mysql).len(), 3);
    }

    #[test]
    fn delimiter_lines_are_obeyed_and_removed() {
        let sql = "DROP PROCEDURE IF EXISTS p;\r\nDELIMITER //\r\nCREATE PROCEDURE p()\nBEGIN\n SELECT 1;\nEND;\r\n//\r\n\
                   CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; END//\n-- done\ndelimiter ;\nSELECT 2;";
        assert_eq!(
            texts(sql, Mysql),
            [
                "DROP PROCEDURE IF EXISTS p",
                "CREATE PROCEDURE p()\nBEGIN\n SELECT 1;\nEND",
                "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET @a = 1; END",
                "SELECT 2",
            ]
        );
        assert_eq!(texts("DELIMITER $$\nSELECT '$$' $$ SELECT 1$$", Mysql), ["SELECT '$$'", "SELECT 1"]);
        assert_eq!(texts("DELIMITER $$\nCREATE PROCEDURE p() BEGIN END$$ SELECT 1", Mysql).len(), 2);
        assert_eq!(texts("DELIMITER ;;\nSELECT 1;;SELECT 2;;\nDELIMITER ;\n", Mysql), ["SELECT 1", "SELECT 2"]);
        assert_eq!(texts("DELIMITER //\nSELECT 1; SELECT 2//", Mysql), ["SELECT 1", "SELECT 2"]);
        assert_eq!(texts("DELIMITER #\nSELECT 1# SELECT 2#", Mysql), ["SELECT 1", "SELECT 2"]);
    }

    #[test]
    fn a_delimiter_line_ends_what_was_left_open() {
        let sql = "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END;\nDELIMITER ;\nSELECT 2";
        assert_eq!(texts(sql, Mysql), ["CREATE PROCEDURE p() BEGIN SELECT 1; END", "SELECT 2"]);
    }

    #[test]
    fn a_name_is_no_delimiter_line() {
        whole("CREATE TABLE a (b INT,\ndelimiter VARCHAR(1))", Mysql);
    }

    #[test]
    fn a_delimiter_that_cannot_be_used_is_refused() {
        refused("SELECT 1;\nDELIMITER\n", Mysql, &Problem::Delimiter, 10);
        refused("DELIMITER \\\\\n", Mysql, &Problem::Delimiter, 0);
        refused("DELIMITER 0123456789abcdef\n", Mysql, &Problem::Delimiter, 0);
    }
}
