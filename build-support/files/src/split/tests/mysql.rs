//! MySQL and MariaDB.

use glim_schema::Dialect::Mysql;

use super::{refused, texts, whole};
use crate::split::Problem;

#[test]
fn strings_have_two_kinds_of_quotes_and_backslashes() {
    for sql in [r"SELECT 'a\';', 'b\\'", r#"SELECT "a;\";""b", "\\""#, "SELECT `a;``\\`", "SELECT _utf8mb4'a;', @'b;'"]
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
        "IF CASE a WHEN 1 THEN IF(b, 1, 2) END THEN SELECT 1; END IF;",
        "CASE CASE a WHEN 1 THEN REPEAT('x', 2) END WHEN 'xx' THEN SELECT 1; END CASE;",
        "REPEAT IF a THEN SELECT 1; END IF; UNTIL a END REPEAT; SELECT 1;",
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

#[test]
fn what_is_skipped_does_not_hide_a_hint() {
    whole("CREATE TABLE a (b INT) ENGINE=InnoDB /*!50100 PARTITION BY HASH (b); */ COMMENT 'c;'", Mysql);
    assert_eq!(texts("UPDATE a SET b = 4*/*!2*/ c; SELECT 1", Mysql), ["UPDATE a SET b = 4*/*!2*/ c", "SELECT 1"]);
}
