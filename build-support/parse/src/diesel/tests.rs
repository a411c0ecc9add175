//! What is read of diesel's macros, and what is said of what cannot be.

use glim_schema::{Column, ColumnType, Table};
use syn::DeriveInput;

use super::{joinable, sql_type, table, view};
use crate::described::Described;
use crate::problem::Problems;

fn read(source: &str) -> Result<Described, Problems> {
    table(source.parse().expect("tokens"), &mut |_| true)
}

fn described(source: &str) -> Described {
    read(source).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
}

fn messages(problems: &Problems) -> Vec<String> {
    let each = problems.iter().map(|problem| match problem.help() {
        Some(help) => format!("{} ({help})", problem.message()),
        None => problem.message().to_owned(),
    });
    each.collect()
}

/// The type of a column of that type, with its nullability, or the path of a type that is not diesel's.
fn column(ty: &str, attribute: &str) -> (ColumnType, bool, Option<String>) {
    let mut described = described(&format!("t (id) {{ id -> Integer, {attribute} c -> {ty}, }}"));
    let column = described.table.columns.remove(1);
    (column.ty, column.nullable, described.fields.remove(1).declared)
}

#[test]
fn a_table_is_read_with_all_that_it_says() {
    let Described { ident, schema, table, fields } = described(
        "use diesel::sql_types::*;
         use super::sql_types::{Mood, Language};

         /// Whom we know.
         #[sql_name = \"the users\"]
         shop.users (id, r#type) {
             /// The number.
             id -> Integer,
             #[sql_name = \"type\"]
             r#type -> Varchar,
             #[max_length = 255]
             hair -> Nullable<Text>,
             r#in -> Bool,
             count -> Unsigned<BigInt>,
         }",
    );
    assert_eq!((ident.to_string().as_str(), schema.as_deref()), ("users", Some("shop")));
    let expected = Table::new("the users")
        .column(Column::new("id", ColumnType::Int32))
        .column(Column::new("type", ColumnType::Text { length: None }))
        .column(Column::new("hair", ColumnType::text(255)).nullable())
        .column(Column::new("in", ColumnType::Bool))
        .column(Column::new("count", ColumnType::Uint64))
        .primary_key(["id", "type"]);
    assert_eq!(table, expected);
    let written: Vec<&str> = fields.iter().map(|field| field.written.as_str()).collect();
    assert_eq!(written, ["Integer", "Varchar", "Nullable<Text>", "Bool", "Unsigned<BigInt>"]);
}

#[test]
fn a_key_is_never_null_and_alone_numbers_the_rows() {
    let columns = |source: &str| -> Vec<(bool, bool)> {
        let columns = described(source).table.columns.into_iter();
        columns.map(|column| (column.nullable, column.auto_increment)).collect()
    };
    assert_eq!(columns("t { #[auto_increment] id -> Nullable<Integer> }"), [(false, true)]);
    assert_eq!(
        columns("t { id -> Integer, #[auto_increment] a -> Nullable<Integer> }"),
        [(false, false), (true, false)]
    );
}

#[test]
fn a_key_that_is_not_named_is_the_column_id() {
    assert_eq!(described("t { id -> Integer, }").table.primary_key, ["id"]);
    assert_eq!(described("t { #[sql_name = \"ID\"] id -> Integer }").table.primary_key, ["ID"]);
    assert_eq!(described("t () { a -> Integer }").table.primary_key, [""; 0]);
}

#[test]
fn every_type_of_diesel_s_is_known_by_all_its_names() {
    let native = |name: &str| ColumnType::native(name);
    let text = || ColumnType::Text { length: None };
    let bytes = || ColumnType::Bytes { length: None };
    for (names, ty) in [
        ("Bool", ColumnType::Bool),
        ("TinyInt Tinyint", ColumnType::Int8),
        ("SmallInt Smallint Int2 SmallSerial", ColumnType::Int16),
        ("Integer Int4 Serial", ColumnType::Int32),
        ("BigInt Bigint Int8 BigSerial", ColumnType::Int64),
        ("Unsigned<TinyInt>", ColumnType::Uint8),
        ("Unsigned<SmallInt>", ColumnType::Uint16),
        ("Unsigned<Integer>", ColumnType::Uint32),
        ("Unsigned<BigInt>", ColumnType::Uint64),
        ("Float Float4", ColumnType::Float32),
        ("Double Float8", ColumnType::Float64),
        ("Numeric Decimal", native("numeric")),
        ("Text VarChar Varchar Char Tinytext Mediumtext Longtext", text()),
        ("Binary Bytea Blob Tinyblob Mediumblob Longblob Varbinary Bit", bytes()),
        ("Date", ColumnType::Date),
        ("Time", ColumnType::Time),
        ("Timestamp Datetime", ColumnType::Timestamp),
        ("Timestamptz TimestamptzSqlite", ColumnType::TimestampTz),
        ("Interval", native("interval")),
        ("Json Jsonb", ColumnType::Json),
        ("Uuid", ColumnType::Uuid),
        ("Bpchar", native("char")),
        ("Citext", native("citext")),
        ("CChar", native("\"char\"")),
        ("Oid", native("oid")),
        ("Money", native("money")),
        ("MacAddr Macaddr", native("macaddr")),
        ("MacAddr8 Macaddr8", native("macaddr8")),
        ("Inet", native("inet")),
        ("Cidr", native("cidr")),
        ("PgLsn", native("pg_lsn")),
        ("Int4range Range<Int4>", native("int4range")),
        ("Int8range Range<BigInt>", native("int8range")),
        ("Numrange Range<Numeric>", native("numrange")),
        ("Daterange Range<Date>", native("daterange")),
        ("Tsrange Range<Timestamp>", native("tsrange")),
        ("Tstzrange Range<Timestamptz>", native("tstzrange")),
        ("Int4multirange Multirange<Int4>", native("int4multirange")),
        ("Int8multirange Multirange<Int8>", native("int8multirange")),
        ("Nummultirange Multirange<Numeric>", native("nummultirange")),
        ("Datemultirange Multirange<Date>", native("datemultirange")),
        ("Tsmultirange Multirange<Timestamp>", native("tsmultirange")),
        ("Tstzmultirange Multirange<Timestamptz>", native("tstzmultirange")),
        ("Record<(Integer,Text)>", native("record")),
        ("Array<Nullable<Int4>>", ColumnType::array(ColumnType::Int32)),
        ("Array<Inet>", native("inet[]")),
        ("diesel::sql_types::Text crate::types::Text", text()),
    ] {
        for name in names.split(' ') {
            assert_eq!(column(name, ""), (ty.clone(), false, None), "{name}");
            assert_eq!(column(&format!("Nullable<{name}>"), ""), (ty.clone(), true, None), "Nullable<{name}>");
        }
    }
}

#[test]
fn a_length_belongs_to_texts_and_bytes() {
    assert_eq!(column("Varchar", "#[max_length = 20]").0, ColumnType::text(20));
    assert_eq!(column("Nullable<Binary>", "#[max_length = 20]").0, ColumnType::bytes(20));
    assert_eq!(column("Bpchar", "#[max_length = 3]").0, ColumnType::native("char(3)"));
}

#[test]
fn a_type_of_the_project_s_own_is_left_to_what_declares_it() {
    let unknown = ColumnType::native("");
    assert_eq!(column("Mood", ""), (unknown.clone(), false, Some("Mood".to_owned())));
    let path = "super::sql_types::Mood".to_owned();
    assert_eq!(column("Nullable<super::sql_types::Mood>", ""), (unknown.clone(), true, Some(path)));
    assert_eq!(column("Array<Mood>", ""), (ColumnType::array(unknown), false, Some("Mood".to_owned())));
}

#[test]
fn a_struct_for_a_type_has_the_database_s_name_for_it() {
    let name = |source: &str| {
        let input: DeriveInput = syn::parse_str(source).expect("a struct");
        sql_type(&input).map(|found| found.native)
    };
    let some = |name: &str| Some(Some(name.to_owned()));
    assert_eq!(name("#[diesel(postgres_type(name = \"mood\"))] pub struct Mood;"), some("mood"));
    assert_eq!(name("#[diesel(postgres_type(name = \"mood\", schema = \"shop\"))] pub struct Mood;"), some("mood"));
    assert_eq!(name("#[diesel(sqlite_type(name = \"Text\"))] struct A;"), some("Text"));
    assert_eq!(name("#[diesel(sqlite_type(name = \"Text\"), postgres_type(name = \"b\"))] struct A;"), some("b"));
    assert_eq!(name("#[postgres(type_name = \"a\")] struct A;"), None);
    assert_eq!(name("#[diesel(mysql_type(name = \"Enum\"))] #[diesel(enum_type)] struct A;"), Some(None));
    assert_eq!(name("#[diesel(postgres_type(oid = 1, array_oid = 2))] struct A;"), Some(None));
    assert_eq!(name("#[diesel(table_name = users)] struct User { id: i32 }"), None);
}

#[test]
fn a_joinable_names_two_tables_and_a_column() {
    let names = |source: &str| joinable(source.parse().expect("tokens")).map(|found| found.names().join(" "));
    assert_eq!(names("posts -> users (user_id)").expect("sound"), "posts users user_id");
    assert_eq!(names("schema::posts -> r#type (r#in,),").expect("sound"), "posts type in");
    let problems = names("posts -> users").expect_err("no column");
    assert!(messages(&problems)[0].ends_with("(write `joinable!(child -> parent (column_of_the_child));`)"));
}

#[test]
fn a_view_is_known_by_its_name() {
    assert_eq!(view("shop.grown { id -> Integer, }".parse().expect("tokens")).expect("sound"), "grown");
    assert!(view("5".parse().expect("tokens")).is_err());
}

#[test]
fn columns_that_are_not_compiled_are_left_out() {
    let source = "t (id) { id -> Integer, #[cfg(off)] gone -> Text, kept -> Text }";
    let read = table(source.parse().expect("tokens"), &mut |attrs| attrs.is_empty());
    let names: Vec<String> = read.expect("sound").table.columns.into_iter().map(|column| column.name).collect();
    assert_eq!(names, ["id", "kept"]);
}

#[test]
fn what_is_wrong_is_said_with_the_way_out() {
    let said = |source: &str| read(source).err().map(|problems| messages(&problems)).unwrap_or_default();
    let form = "write `table! { name (key) { column -> Type, } }`";
    assert_eq!(said("t (id) { id Integer }"), [format!("expected `->` ({form})")]);
    assert!(said("")[0].ends_with(&format!("({form})")));
    assert_eq!(
        said("users (naem) { name -> Text }"),
        ["the primary key names `naem`, which is no column (did you mean `name`?)"]
    );
    assert_eq!(
        said("users (x) { name -> Text, age -> Integer }"),
        ["the primary key names `x`, which is no column (the columns are name, age)"]
    );
    assert_eq!(
        said("users { name -> Text }"),
        ["the table `users` names no primary key and has no `id` (write the key after the name: `users (column)`)"]
    );
    assert_eq!(
        said("#[sql_name = 5] users { #[max_length = \"x\"] id -> Text }"),
        [
            "`sql_name` needs a text (write `#[sql_name = \"...\"]`)",
            "`max_length` needs a number of characters (write `#[max_length = 255]`)"
        ]
    );
}
