//! Statements that are joined are split again, and no text makes the splitter fail in any way but by an error.

use glim_schema::Dialect;
use proptest::prelude::*;

use super::fuzz::check;
use super::split;

/// A piece of a statement that may hold anything between its quotes.
fn piece(dialect: Dialect) -> BoxedStrategy<String> {
    let word = "[a-z]{1,5}[0-9_]{0,2}";
    let plain = prop_oneof![
        Just("(".to_owned()),
        Just(")".to_owned()),
        "[,=<>+*.:]",
        "[0-9]{1,3}",
        // No keyword is made of these letters alone.
        "[xyzöß]{1,6}",
        word.prop_map(|word| format!("x_{word}")),
    ];
    let string = "[a-zé;'\"`$#/*\n -]{0,12}".prop_map(|text| format!("'{}'", text.replace('\'', "''")));
    let name = "[a-zé;'`$#/*\n -]{1,8}".prop_map(|text| format!("\"{text}\""));
    let comment = "[a-zé;'\"$#\n -]{0,12}".prop_map(|text| format!("/*{text}*/ x"));
    let line = "[a-zé;'\"$#/*-]{0,12}".prop_map(|text| format!("-- {text}\nx"));
    let common = prop_oneof![4 => plain, 2 => string, 1 => name, 1 => comment, 1 => line];
    match dialect {
        Dialect::Sqlite => prop_oneof![
            4 => common,
            1 => "[a-z;'\"`$# -]{1,8}".prop_map(|text| format!("[{text}]")),
            1 => "[a-z;'\"$# -]{1,8}".prop_map(|text| format!("`{text}`")),
        ]
        .boxed(),
        Dialect::Postgres => prop_oneof![
            4 => common,
            1 => "[a-z;\"$#\n/*-]{0,12}".prop_map(|text| format!("E'{text}\\';\\\\'")),
            1 => "[a-z;'\" #\n/*-]{0,12}".prop_map(|text| format!("$${text}$$")),
            1 => "[a-z;'\" #\n/*-]{0,12}".prop_map(|text| format!("$x_1${text}$$;$y${text}$x_1$")),
            1 => "[a-z;'\"$# -]{0,12}".prop_map(|text| format!("/* {text} /* ; */ {text} */ x")),
            1 => Just("x$y$".to_owned()),
            1 => Just("$1".to_owned()),
        ]
        .boxed(),
        Dialect::Mysql => prop_oneof![
            4 => common,
            1 => "[a-z;\"$#\n/*-]{0,12}".prop_map(|text| format!("'{text}\\';\\\\'")),
            1 => "[a-z;'$#\n/*-]{0,12}".prop_map(|text| format!("\"{text}\\\";\"\"\"")),
            1 => "[a-z;'\"$# -]{1,8}".prop_map(|text| format!("`{text}`")),
            1 => "[a-z;'\"$/*-]{0,12}".prop_map(|text| format!("#{text}\nx")),
            1 => "[xyz ,0-9]{0,8}".prop_map(|text| format!("/*!50003 {text}*/")),
        ]
        .boxed(),
    }
}

/// A statement without a body.
fn plain(dialect: Dialect) -> BoxedStrategy<String> {
    let verb = prop_oneof![Just("SELECT"), Just("insert"), Just("CREATE TABLE"), Just("UPDATE"), Just("ALTER TABLE")];
    (verb, prop::collection::vec(piece(dialect), 0..6))
        .prop_map(|(verb, pieces)| format!("{verb} {} z", pieces.join(" ")))
        .boxed()
}

/// A statement, which may have a body of other statements.
fn statement(dialect: Dialect) -> BoxedStrategy<String> {
    let inside = || prop::collection::vec(plain(dialect), 1..4);
    let body = match dialect {
        Dialect::Sqlite => inside()
            .prop_map(|body| format!("CREATE TRIGGER x AFTER INSERT ON y BEGIN {}; END", body.join(";")))
            .boxed(),
        Dialect::Postgres => prop_oneof![
            inside().prop_map(|body| format!("CREATE FUNCTION x() RETURNS y BEGIN ATOMIC {}; END", body.join(";"))),
            Just("CREATE RULE x AS ON INSERT TO y DO (SELECT (1); SELECT ';)')".to_owned()),
        ]
        .boxed(),
        Dialect::Mysql => {
            let block = inside().prop_map(|body| body.join(";")).prop_recursive(3, 12, 2, |inner| {
                prop_oneof![
                    inner.clone().prop_map(|body| format!("x: BEGIN {body}; END")),
                    inner.clone().prop_map(|body| format!("IF x THEN {body}; ELSE {body}; END IF")),
                    inner.clone().prop_map(|body| format!("WHILE x DO {body}; END WHILE")),
                    inner.clone().prop_map(|body| format!("REPEAT {body}; UNTIL x END REPEAT")),
                    inner.prop_map(|body| format!("CASE x WHEN 1 THEN {body}; END CASE")),
                ]
            });
            prop_oneof![
                block.clone().prop_map(|body| format!("CREATE PROCEDURE x(y INT) BEGIN {body}; END")),
                block.prop_map(|body| format!("CREATE TRIGGER x BEFORE INSERT ON y FOR EACH ROW BEGIN {body}; END")),
            ]
            .boxed()
        }
    };
    prop_oneof![3 => plain(dialect), 1 => body].boxed()
}

fn separator() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            "[ \t\n]{1,3}",
            Just("\r\n".to_owned()),
            "-- [a-z;'\"]{0,8}\n",
            "/\\*[a-z;' ]{0,8}\\*/",
            Just(";".to_owned())
        ],
        0..4,
    )
    .prop_map(|parts| parts.concat())
}

fn statements() -> impl Strategy<Value = (Dialect, Vec<(String, String)>)> {
    prop::sample::select(Dialect::ALL.to_vec()).prop_flat_map(|dialect| {
        prop::collection::vec((separator(), statement(dialect)), 0..6).prop_map(move |list| (dialect, list))
    })
}

proptest! {
    #[test]
    fn joined_statements_are_split_again((dialect, list) in statements(), last in separator(), closed: bool) {
        let mut sql = String::new();
        for (number, (before, statement)) in list.iter().enumerate() {
            if number > 0 {
                sql.push(';');
            }
            sql.extend([before.as_str(), statement]);
        }
        if closed {
            sql.push(';');
        }
        sql.push_str(&last);
        let found = split(&sql, dialect).map_err(|error| TestCaseError::fail(format!("{error} at {}", error.start)))?;
        let found: Vec<_> = found.iter().map(|statement| statement.text).collect();
        let wanted: Vec<_> = list.iter().map(|(_, statement)| statement.as_str()).collect();
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn any_text_is_read_without_a_panic(sql in "(\\PC|['\"`$;*/#\\\\\n\u{0}\u{feff}-]|\\$a\\$|/\\*!?|CREATE |TRIGGER |PROCEDURE p\\(\\) |BEGIN |END|IF |DELIMITER )*") {
        for dialect in Dialect::ALL {
            check(&sql, dialect);
        }
    }
}
