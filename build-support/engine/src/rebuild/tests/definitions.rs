//! What becomes of a CREATE TABLE, letter by letter.

use glim_schema::{Alteration, Check, Column, ColumnType, Default, ForeignKey, Unique};

use crate::rebuild::definition::Definition;
use crate::rebuild::draft::{Draft, without_qualifiers};

/// The text after one alteration.
fn edited(text: &str, alteration: &Alteration) -> Result<String, String> {
    let mut draft = Draft::new("t", text);
    draft.alter(alteration).map_err(|refusal| refusal.to_string())?;
    Ok(draft.text)
}

#[track_caller]
fn becomes(text: &str, alteration: &Alteration, expected: &str) {
    assert_eq!(edited(text, alteration).as_deref(), Ok(expected), "{text}");
    Definition::parse(expected).expect("a definition");
}

fn drop(name: &str) -> Alteration {
    Alteration::DropColumn(name.to_owned())
}

fn unnamed(name: &str) -> Alteration {
    Alteration::DropConstraint(name.to_owned())
}

fn text(name: &str) -> Column {
    Column::new(name, ColumnType::Text { length: None })
}

/// A definition with all that the grammar allows and few people write.
const NASTY: &str = "CREATE TABLE [a \"b\"](\"x,\" /* ) */ INTEGER CONSTRAINT \"pk,\" PRIMARY KEY ASC ON CONFLICT FAIL AUTOINCREMENT,
  'y' TEXT DEFAULT'it''s, '  COLLATE[no,case] NOT NULL ON CONFLICT IGNORE, -- a comment, with a comma (
  `z``` \"double  precision\"(10 , -2) DEFAULT -1.5e-3 CHECK(`z``` > '),(') REFERENCES p(a,b) ON DELETE SET NULL ON UPDATE NO ACTION MATCH FULL NOT DEFERRABLE INITIALLY IMMEDIATE NULL,
  [w] GENERATED ALWAYS AS (x || ',') STORED UNIQUE,
  v AS(1), u DEFAULT x'ab' CONSTRAINT lonely CONSTRAINT named CHECK (u IN (1,2)), bare,
  t DEFAULT (max(1,2)) DEFAULT +.5,
  CONSTRAINT \"u,n\" UNIQUE(y COLLATE nocase DESC,u) ON CONFLICT REPLACE CHECK(1)
  FOREIGN KEY(u,v) REFERENCES \"q,\" ON UPDATE SET DEFAULT DEFERRABLE INITIALLY DEFERRED,
  CONSTRAINT nothing, PRIMARY KEY (bare)
) STRICT , WITHOUT ROWID";

#[test]
fn every_spelling_of_the_grammar_is_taken_apart() {
    let definition = Definition::parse(NASTY).expect("a definition");
    let columns: Vec<_> =
        definition.columns.iter().map(|column| (column.name.as_str(), definition.text(&column.ty))).collect();
    let expected = [
        ("x,", "INTEGER"),
        ("y", "TEXT"),
        ("z`", "\"double  precision\"(10 , -2)"),
        ("w", ""),
        ("v", ""),
        ("u", ""),
        ("bare", ""),
        ("t", ""),
    ];
    assert_eq!(columns, expected);
    let constraints: Vec<_> = definition.constraints.iter().map(|each| definition.text(&each.tokens)).collect();
    let expected = [
        "CONSTRAINT \"u,n\" UNIQUE(y COLLATE nocase DESC,u) ON CONFLICT REPLACE",
        "CHECK(1)",
        "FOREIGN KEY(u,v) REFERENCES \"q,\" ON UPDATE SET DEFAULT DEFERRABLE INITIALLY DEFERRED",
        "CONSTRAINT nothing",
        "PRIMARY KEY (bare)",
    ];
    assert_eq!(constraints, expected);
    assert!(definition.strict && definition.without_rowid);
    let of = |name: &str| {
        let column = definition.column(name).expect("a column");
        column.constraints.iter().map(|each| definition.text(&each.tokens)).collect::<Vec<_>>()
    };
    assert_eq!(of("y"), ["DEFAULT'it''s, '", "COLLATE[no,case]", "NOT NULL ON CONFLICT IGNORE"]);
    assert_eq!(of("u"), ["DEFAULT x'ab'", "CONSTRAINT lonely", "CONSTRAINT named CHECK (u IN (1,2))"]);
    assert_eq!(of("t"), ["DEFAULT (max(1,2))", "DEFAULT +.5"]);
    assert_eq!(of("z`").len(), 5);
}

#[test]
fn what_is_no_table_or_ends_too_early_is_refused_and_never_guessed() {
    for text in [
        "",
        "CREATE",
        "CREATE TABLE t",
        "CREATE TABLE t (",
        "CREATE TABLE t (a",
        "CREATE VIRTUAL TABLE t USING fts5(a)",
        "CREATE TABLE t (a INT CHECK (1)",
        "CREATE TABLE t ()",
        "CREATE TABLE t (a, UNIQUE(a), b INT)",
    ] {
        assert!(Definition::parse(text).is_err(), "{text}");
    }
    // Wherever it is cut, reading ends with an answer.
    for (at, _) in NASTY.char_indices() {
        let _ = Definition::parse(&NASTY[..at]);
    }
}

#[test]
fn a_column_goes_with_one_comma_and_its_line_and_comments_stay() {
    becomes("CREATE TABLE t (a, b, c)", &drop("a"), "CREATE TABLE t (b, c)");
    becomes("CREATE TABLE t (a, b, c)", &drop("b"), "CREATE TABLE t (a, c)");
    becomes("CREATE TABLE t (a, b, c)", &drop("C"), "CREATE TABLE t (a, b )");
    becomes(
        "CREATE TABLE t (\n  a INT, -- first\n  b INT, -- second\n  c INT -- third\n)",
        &drop("b"),
        "CREATE TABLE t (\n  a INT, -- first\n  -- second\n  c INT -- third\n)",
    );
    becomes(
        "CREATE TABLE t (\n    a INT,\n    b INT,\n    c INT\n)",
        &drop("b"),
        "CREATE TABLE t (\n    a INT,\n    c INT\n)",
    );
    becomes("CREATE TABLE t (\n    a INT, -- one\n    b INT\n)", &drop("b"), "CREATE TABLE t (\n    a INT -- one\n)");
}

#[test]
fn what_names_only_the_column_goes_with_it() {
    becomes("CREATE TABLE t (a, b, UNIQUE (b))", &drop("b"), "CREATE TABLE t (a )");
    becomes(
        "CREATE TABLE t (a, b UNIQUE REFERENCES p, CHECK (length(B) > 1) UNIQUE (b), UNIQUE (a))",
        &drop("b"),
        "CREATE TABLE t (a, UNIQUE (a))",
    );
}

#[test]
fn what_names_others_too_forbids_to_drop_the_column() {
    for (text, reason) in [
        ("CREATE TABLE t (a, b, UNIQUE (a, b))", "UNIQUE (a, b)"),
        ("CREATE TABLE t (a, b, CHECK (a < b))", "CHECK (a < b)"),
        ("CREATE TABLE t (a CHECK (a < b), b)", "CHECK (a < b)"),
        ("CREATE TABLE t (a, b, FOREIGN KEY (a, b) REFERENCES p (x, y))", "FOREIGN KEY"),
        ("CREATE TABLE t (a, b, PRIMARY KEY (a, [B]))", "part of the primary key"),
        ("CREATE TABLE t (a, b, c AS (b || 'x'))", "the column `c` is computed from it"),
        ("CREATE TABLE t (b)", "the only one"),
        ("CREATE TABLE t (a)", "no column `b`"),
    ] {
        let error = edited(text, &drop("b")).expect_err(text);
        assert!(error.contains(reason), "{error}");
    }
    // A text that happens to spell it is no column.
    becomes("CREATE TABLE t (a CHECK (a <> 'b'), b)", &drop("b"), "CREATE TABLE t (a CHECK (a <> 'b') )");
}

#[test]
fn a_changed_column_keeps_what_the_change_does_not_name() {
    let column = |ty| Column::new("b", ty);
    let change = |column: Column| Alteration::ChangeColumn(column);
    let text = "CREATE TABLE t (a, [b] INT COLLATE nocase CONSTRAINT d DEFAULT 5 CHECK (b > 0) /* why */ UNIQUE)";
    becomes(
        text,
        &change(column(ColumnType::Int64)),
        "CREATE TABLE t (a, [b] bigint NOT NULL COLLATE nocase CHECK (b > 0) /* why */ UNIQUE)",
    );
    becomes(
        text,
        &change(column(ColumnType::Native("int".to_owned())).nullable().default(Default::Number("6".to_owned()))),
        "CREATE TABLE t (a, [b] INT COLLATE nocase CONSTRAINT d DEFAULT 6 CHECK (b > 0) /* why */ UNIQUE)",
    );
    becomes(
        "CREATE TABLE t (b)",
        &change(column(ColumnType::Int32).default(Default::Number("1".to_owned()))),
        "CREATE TABLE t (b integer NOT NULL DEFAULT 1)",
    );
    becomes(
        "CREATE TABLE t (b int CONSTRAINT n NOT NULL ON CONFLICT IGNORE DEFAULT 1)",
        &change(column(ColumnType::Native("int".to_owned())).nullable()),
        "CREATE TABLE t (b int)",
    );
    becomes(
        "CREATE TABLE t (b int NULL)",
        &change(column(ColumnType::Native("int".to_owned()))),
        "CREATE TABLE t (b int NOT NULL)",
    );
}

#[test]
fn an_altered_column_keeps_what_was_the_same_before() {
    let plain = Column::new("b", ColumnType::Int32).nullable();
    let alter = |from: &Column, to: &Column| Alteration::AlterColumn { from: from.clone(), to: to.clone() };
    // The live column has another type and default than the model said; neither is touched.
    becomes(
        "CREATE TABLE t (b weird DEFAULT 7)",
        &alter(&plain, &Column::new("b", ColumnType::Int32)),
        "CREATE TABLE t (b weird NOT NULL DEFAULT 7)",
    );
    becomes(
        "CREATE TABLE t (b int)",
        &alter(&plain, &plain.clone().collation("nocase")),
        "CREATE TABLE t (b int COLLATE `nocase`)",
    );
    becomes(
        "CREATE TABLE t (b int COLLATE nocase)",
        &alter(&plain.clone().collation("nocase"), &plain),
        "CREATE TABLE t (b int)",
    );
    let computed = |sql: &str| plain.clone().computed(sql);
    becomes(
        "CREATE TABLE t (a, b int AS (a + 1))",
        &alter(&computed("a + 1"), &computed("a + 2")),
        "CREATE TABLE t (a, b int GENERATED ALWAYS AS (a + 2) VIRTUAL)",
    );
    assert!(
        edited("CREATE TABLE t (a, b int)", &alter(&plain, &computed("a")))
            .expect_err("a loss")
            .contains("would be computed")
    );
}

#[test]
fn rows_are_numbered_from_now_on_or_no_longer() {
    let id = Column::new("id", ColumnType::Int64);
    let numbered = id.clone().auto_increment();
    let alter = |from: &Column, to: &Column| Alteration::AlterColumn { from: from.clone(), to: to.clone() };
    becomes(
        "CREATE TABLE t (id bigint NOT NULL, a, PRIMARY KEY (id))",
        &alter(&id, &numbered),
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, a )",
    );
    becomes(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)",
        &alter(&numbered, &id),
        "CREATE TABLE t (id bigint PRIMARY KEY, a)",
    );
    assert!(edited("CREATE TABLE t (id bigint, a, PRIMARY KEY (id, a))", &alter(&id, &numbered)).is_err());
}

#[test]
fn parts_are_added_as_the_last_one_stands() {
    let column = Alteration::AddColumn(text("c").nullable());
    becomes("CREATE TABLE t(a, UNIQUE(a))", &column, "CREATE TABLE t(a, `c` text, UNIQUE(a))");
    becomes("CREATE TABLE t (\n\ta INT -- one\n)", &column, "CREATE TABLE t (\n\ta INT,\n\t`c` text -- one\n)");
    becomes(
        "CREATE TABLE t(a ANY) STRICT",
        &Alteration::AddColumn(Column::new("c", ColumnType::Uuid).nullable()),
        "CREATE TABLE t(a ANY, `c` TEXT) STRICT",
    );
    becomes(
        "CREATE TABLE t(a)",
        &Alteration::AddUnique(Unique::new(["a"])),
        "CREATE TABLE t(a, CONSTRAINT `t_a_key` UNIQUE (`a`))",
    );
    becomes(
        "CREATE TABLE t(a)",
        &Alteration::AddCheck(Check::new("a > 0").name("c")),
        "CREATE TABLE t(a, CONSTRAINT `c` CHECK (a > 0))",
    );
    becomes(
        "CREATE TABLE t(a)",
        &Alteration::AddForeignKey(ForeignKey::new(["a"], "p", ["x"])),
        "CREATE TABLE t(a, CONSTRAINT `t_a_fkey` FOREIGN KEY (`a`) REFERENCES `p` (`x`))",
    );
    becomes(
        "CREATE TABLE t(a)",
        &Alteration::AddPrimaryKey(vec!["a".to_owned()]),
        "CREATE TABLE t(a, PRIMARY KEY (`a`))",
    );
    for (text, alteration) in [
        ("CREATE TABLE t(c)", column),
        ("CREATE TABLE t(b)", Alteration::AddUnique(Unique::new(["a"]))),
        ("CREATE TABLE t(a, CONSTRAINT T_A_KEY UNIQUE(a))", Alteration::AddUnique(Unique::new(["a"]))),
        ("CREATE TABLE t(a PRIMARY KEY)", Alteration::AddPrimaryKey(vec!["a".to_owned()])),
    ] {
        assert!(edited(text, &alteration).is_err(), "{text}");
    }
}

#[test]
fn a_constraint_goes_by_its_name_or_by_the_one_that_we_would_have_given() {
    becomes(
        "CREATE TABLE t(a CONSTRAINT x UNIQUE, b, CONSTRAINT y CHECK (b))",
        &unnamed("X"),
        "CREATE TABLE t(a, b, CONSTRAINT y CHECK (b))",
    );
    becomes("CREATE TABLE t(a, b, CONSTRAINT y CHECK (b))", &unnamed("y"), "CREATE TABLE t(a, b )");
    becomes("CREATE TABLE t(a UNIQUE, b, UNIQUE (a, b))", &unnamed("t_a_b_key"), "CREATE TABLE t(a UNIQUE, b )");
    becomes("CREATE TABLE t(a UNIQUE, b, UNIQUE (a, b))", &unnamed("t_a_key"), "CREATE TABLE t(a, b, UNIQUE (a, b))");
    becomes(
        "CREATE TABLE t(a REFERENCES p ON DELETE CASCADE NOT DEFERRABLE UNIQUE)",
        &Alteration::DropForeignKey { name: "t_a_fkey".to_owned(), index: false },
        "CREATE TABLE t(a UNIQUE)",
    );
    becomes(
        "CREATE TABLE t(a, CHECK (a > 0) CHECK (a < 9))",
        &unnamed(&Check::new("a > 0").name_in("t")),
        "CREATE TABLE t(a, CHECK (a < 9))",
    );
    becomes(
        "CREATE TABLE t(a INT CONSTRAINT k PRIMARY KEY DESC, b)",
        &Alteration::DropPrimaryKey,
        "CREATE TABLE t(a INT, b)",
    );
    becomes(
        "CREATE TABLE t(a, UNIQUE(a))",
        &Alteration::RenameIndex { from: "t_a_key".to_owned(), to: "k".to_owned() },
        "CREATE TABLE t(a, CONSTRAINT `k` UNIQUE(a))",
    );
    becomes(
        "CREATE TABLE t(a, CONSTRAINT [j] UNIQUE(a))",
        &Alteration::RenameIndex { from: "J".to_owned(), to: "k".to_owned() },
        "CREATE TABLE t(a, CONSTRAINT `k` UNIQUE(a))",
    );
    assert!(
        edited("CREATE TABLE t(a, UNIQUE(a))", &unnamed("other"))
            .expect_err("no such name")
            .contains("no constraint `other`")
    );
}

#[test]
fn the_tables_own_name_is_left_out_of_expressions() {
    let text = "CREATE TABLE \"t\"(a CHECK (T.a > 't.a'), b AS ([t].a + x.t.a))";
    assert_eq!(without_qualifiers(text).as_deref(), Ok("CREATE TABLE \"t\"(a CHECK (a > 't.a'), b AS (a + x.a))"));
}
