//! Changes that are refused, with the sentence that says why.

use glim_schema::{
    Action, AlterTable, Alteration, Change, Column, ColumnType, Default, Dialect, EnumType, ForeignKey, Index,
    IndexPart, Table, sql,
};

use crate::cases::{INT, text};

/// The reasons, for SQLite, PostgreSQL and MySQL; empty where it is rendered.
#[track_caller]
fn reasons(change: &Change) -> [String; 3] {
    Dialect::ALL.map(|dialect| match sql::render(change, dialect) {
        Ok(statements) => {
            assert!(!statements.is_empty());
            String::new()
        }
        Err(problem) => problem.to_string(),
    })
}

/// The same, where nothing may be all that there is to do.
fn reasons_or_nothing(change: &Change) -> [String; 3] {
    Dialect::ALL
        .map(|dialect| sql::render(change, dialect).err().map_or_else(String::new, |problem| problem.to_string()))
}

#[track_caller]
fn table(change: impl FnOnce(Table) -> Table) -> [String; 3] {
    let table = Table::new("t").column(Column::new("a", INT)).column(Column::new("b", INT).nullable());
    reasons(&Change::CreateTable(change(table)))
}

#[track_caller]
fn column(column: Column) -> [String; 3] {
    table(|table| table.column(column))
}

fn everywhere(reason: &str) -> [String; 3] {
    [reason; 3].map(str::to_owned)
}

fn on(dialect: Dialect, reason: &str) -> [String; 3] {
    Dialect::ALL.map(|each| if each == dialect { reason.to_owned() } else { String::new() })
}

#[test]
fn tables_that_contradict_themselves() {
    assert_eq!(reasons(&Change::CreateTable(Table::new("t"))), everywhere("table `t`: it has no columns"));
    assert_eq!(column(Column::new("a", INT)), everywhere("table `t`: the name `a` is given twice"));
    assert_eq!(
        table(|t| t.primary_key(["x"])),
        everywhere("the primary key of table `t`: the table `t` has no column `x`")
    );
    assert_eq!(
        table(|t| t.primary_key(["b"])),
        everywhere("column `t`.`b`: a column of the primary key cannot be NULL")
    );
    assert_eq!(
        table(|t| t.primary_key(["a", "a"])),
        everywhere("the primary key of table `t`: the name `a` is given twice")
    );
    assert_eq!(
        table(|t| t.index(Index::new(Vec::<String>::new()).name("i"))),
        everywhere("index `i`: it has no columns")
    );
    assert_eq!(table(|t| t.unique(["x"])), everywhere("unique constraint `t_x_key`: the table `t` has no column `x`"));
    assert_eq!(
        table(|t| t.index(Index::new(["a"])).index(Index::new(["b"]).name("t_a_idx"))),
        everywhere("table `t`: the name `t_a_idx` is given twice")
    );
    assert_eq!(table(|t| t.check(" ")), everywhere("table `t`: the check \" \" is no condition"));
}

#[test]
fn columns_that_contradict_themselves() {
    let null = Default::Keyword("NULL");
    let wrong = "column `t`.`c`: ";
    for (given, reason) in [
        (Column::new("c", INT).default(null), "it is NOT NULL, and its default is NULL"),
        (Column::new("c", INT).auto_increment(), "an auto_increment column must be the whole primary key"),
        (Column::new("c", text(0)), "its length is 0"),
        (Column::new("c", ColumnType::Decimal { precision: 0, scale: 0 }), "its precision is 0"),
        (
            Column::new("c", ColumnType::Decimal { precision: 2, scale: 3 }),
            "its scale 3 is greater than its precision 2",
        ),
        (Column::new("c", ColumnType::Native(" ".to_owned())), "its type is empty"),
        (Column::new("c", INT).default(Default::Number("1)".to_owned())), "the default \"1)\" is no number"),
        (Column::new("c", INT).default(Default::Expression(" ".to_owned())), "the default is an empty expression"),
    ] {
        assert_eq!(column(given), everywhere(&format!("{wrong}{reason}")));
    }
    let computed = || Column::new("c", INT).stored("a + 1");
    let both = "column `t`.`c`: a column that is computed has no default and is not auto_increment";
    assert_eq!(column(computed().default(Default::Number("1".to_owned()))), everywhere(both));
    assert_eq!(
        column(Column::new("c", INT).stored(" ")),
        everywhere("column `t`.`c`: \" \" is no expression to compute it from")
    );
    let numbered = |column: Column| {
        let table = Table::new("t").column(column.auto_increment()).primary_key(["c"]);
        reasons(&Change::CreateTable(table))
    };
    assert_eq!(
        numbered(Column::new("c", text(9))),
        everywhere("column `t`.`c`: only an integer can be auto_increment")
    );
    assert_eq!(
        numbered(Column::new("c", ColumnType::Uint64)),
        on(Dialect::Postgres, "PostgreSQL does not support auto_increment on the u64 column `t`.`c`; use i64")
    );
}

#[test]
fn foreign_keys_that_cannot_hold() {
    assert_eq!(
        table(|t| t.foreign_key(ForeignKey::new(["a", "b"], "o", ["id"]))),
        everywhere("foreign key `t_a_b_fkey`: 2 columns cannot refer to 1")
    );
    assert_eq!(
        table(|t| t.foreign_key(ForeignKey::new(["a"], "o", ["id"]).on_delete(Action::SetNull))),
        everywhere("foreign key `t_a_fkey`: it sets the column `a` to NULL, which is NOT NULL")
    );
    assert_eq!(
        table(|t| t.foreign_key(ForeignKey::new(["a"], "o", ["id"]).on_update(Action::SetDefault))),
        on(Dialect::Mysql, "MySQL/MariaDB does not support ON UPDATE SET DEFAULT, as in foreign key `t_a_fkey`")
    );
}

#[test]
fn what_is_beyond_one_databases_limits() {
    let digits = |precision, scale| Column::new("c", ColumnType::Decimal { precision, scale });
    assert_eq!(
        column(digits(66, 0)),
        on(Dialect::Mysql, "column `t`.`c`: MySQL/MariaDB allows a precision of 65, not 66")
    );
    assert_eq!(
        column(digits(65, 31)),
        on(Dialect::Mysql, "column `t`.`c`: MySQL/MariaDB allows a scale of 30, not 31")
    );
    let [sqlite, postgres, mysql] = column(Column::new("c", text(20_000_000)));
    assert_eq!(sqlite, "");
    assert!(postgres.contains("PostgreSQL allows a length of 10485760, not 20000000"), "{postgres}");
    assert!(mysql.contains("MySQL/MariaDB allows a length of 16383, not 20000000"), "{mysql}");

    let long = || Column::new("c", ColumnType::Text { length: None });
    assert_eq!(
        table(|t| t.column(long()).index(Index::new(["c"]))),
        on(Dialect::Mysql, "index `t_c_idx`: MySQL/MariaDB cannot index `c`, which is longtext; give it a length")
    );
    let [_, _, mysql] = table(|t| t.column(Column::new("c", text(769))).unique(["c"]));
    assert!(mysql.contains("up to 3076 bytes, and MySQL/MariaDB indexes 3072"), "{mysql}");
    assert_eq!(table(|t| t.column(Column::new("c", text(768))).unique(["c"])), everywhere(""));
}

#[test]
fn names_that_are_too_long_or_too_alike() {
    let stem = "a".repeat(63);
    let [_, postgres, mysql] = reasons(&Change::CreateTable(Table::new(format!("{stem}éé")).column(
        Column::new("a", INT), // 67 bytes, 65 characters
    )));
    assert!(postgres.ends_with("it is 67 bytes long, and the limit is 63 bytes"), "{postgres}");
    assert!(mysql.ends_with("it is 65 characters long, and the limit is 64 characters"), "{mysql}");

    let [sqlite, postgres, mysql] =
        table(|t| t.column(Column::new(format!("{stem}1"), INT)).column(Column::new(format!("{stem}2"), INT)));
    assert_eq!((sqlite.as_str(), mysql.as_str()), ("", ""));
    assert_eq!(
        postgres,
        format!("PostgreSQL takes the names `{stem}1` and `{stem}2` for one, since it cuts names after 63 bytes")
    );

    let [sqlite, postgres, mysql] = column(Column::new("A", INT));
    assert_eq!(postgres, "");
    let folds = "takes the names `a` and `A` for one, since it does not tell capitals from small letters";
    assert_eq!((sqlite, mysql), (format!("SQLite {folds}"), format!("MySQL/MariaDB {folds}")));

    let named = |name: &str| table(|t| t.index(Index::new(["a"]).name(name)));
    let [sqlite, postgres, mysql] = named(&"i".repeat(65));
    assert_eq!(sqlite, "");
    assert!(postgres.contains("65 bytes") && mysql.contains("65 characters"), "{postgres} {mysql}");
    assert_eq!(named(&"i".repeat(63)), everywhere(""));
}

#[test]
fn alterations_that_sqlite_does_not_know_or_that_nothing_can_do() {
    let one = |alteration: Alteration| {
        reasons(&Change::AlterTable(AlterTable { table: "t".to_owned(), alterations: vec![alteration] }))
    };
    let now = Default::Expression("CURRENT_TIMESTAMP".to_owned());
    let sqlite = |reason: &str| on(Dialect::Sqlite, &format!("SQLite does not support {reason}"));
    assert_eq!(
        one(Alteration::AddColumn(Column::new("c", INT))),
        sqlite("adding the column `t`.`c`, which is NOT NULL, without a default for the rows that exist")
    );
    assert_eq!(
        one(Alteration::AddColumn(Column::new("c", ColumnType::Timestamp).default(now))),
        sqlite("adding the column `t`.`c` with a default that is no constant")
    );
    assert_eq!(one(Alteration::ChangeColumn(Column::new("c", INT))), sqlite("changing the column `t`.`c` in place"));
    assert_eq!(one(Alteration::DropConstraint("k".to_owned())), sqlite("dropping the constraint `k` of table `t`"));
    assert_eq!(
        one(Alteration::AddColumn(Column::new("c", INT).auto_increment())),
        everywhere("column `t`.`c`: an auto_increment column must be the primary key, and cannot be added later")
    );
}

#[test]
fn enums_that_no_database_or_one_cannot_keep() {
    let of = |values: &[&str]| reasons_or_nothing(&Change::CreateEnum(EnumType::new("e", values.iter().copied())));
    assert_eq!(of(&[]), everywhere("enum `e`: it has no values"));
    assert_eq!(of(&["a", "a"])[0], "enum `e`: the value \"a\" is given twice");
    assert_eq!(of(&["a", "A"])[1], "");
    assert!(of(&["a", "A"])[2].contains("does not tell capitals from small letters"));
    assert_eq!(of(&["a\\"]), on(Dialect::Mysql, "enum `e`: MySQL/MariaDB cannot keep the value \"a\\\\\""));
    let long = "x".repeat(64);
    let [_, postgres, _] = of(&[&long]);
    assert!(postgres.contains("PostgreSQL cannot keep the value"), "{postgres}");
    let nested = ColumnType::Array(Box::new(ColumnType::Array(Box::new(INT))));
    assert_eq!(column(Column::new("c", nested)), everywhere("column `t`.`c`: an array holds no arrays"));
}

#[test]
fn an_index_is_over_what_the_table_has_and_of_a_kind_that_is_there() {
    let index = |index: Index| table(|t| t.index(index.name("i")));
    assert_eq!(index(Index::new(["a"]).include(["x"])), everywhere("index `i`: the table `t` has no column `x`"));
    assert_eq!(index(Index::over([IndexPart::expression(" ")])), everywhere("index `i`: \" \" is no expression"));
    let [sqlite, postgres, mysql] = index(Index::new(["a"]).method("gist"));
    assert_eq!(sqlite, "SQLite does not support the method `gist` of index `i`");
    assert_eq!(postgres, "");
    assert_eq!(mysql, "MySQL/MariaDB does not support the method `gist` of index `i`");
}
