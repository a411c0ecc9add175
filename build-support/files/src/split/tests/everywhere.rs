//! What holds for each dialect.

use glim_schema::Dialect::{self, Mysql, Postgres, Sqlite};

use super::{refused, texts, whole};
use crate::split::{Problem, Statements, split};

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
