//! What is read of SeaORM's items, and what is said of what cannot be.

use glim_schema::{Action, Column, ColumnType, Default, Index, Table, Unique};
use syn::DeriveInput;

use super::{Entity, Relation, active_enum, entity, relations, value_type};
use crate::problem::Problems;

fn input(source: &str) -> DeriveInput {
    syn::parse_str(source).unwrap_or_else(|error| panic!("{source}: {error}"))
}

fn messages(problems: &Problems) -> Vec<&str> {
    problems.iter().map(crate::Problem::message).collect()
}

fn read(source: &str) -> Entity {
    entity(input(source)).unwrap_or_else(|problems| panic!("{source}: {problems:?}"))
}

/// The column of a field.
fn column(field: &str) -> Column {
    let source = format!("#[sea_orm(table_name = \"t\")] struct Model {{ {field} }}");
    read(&source).described.table.columns.remove(0)
}

#[test]
fn an_entity_is_read_with_all_that_it_says() {
    let Entity { described, relations } = read(
        "#[sea_orm(table_name = \"cake\", schema_name = \"bakery\", comment = \"to eat\")]
         pub struct Model {
             #[sea_orm(primary_key, auto_increment = true)]
             pub id: i64,
             #[sea_orm(unique, column_name = \"called\", comment = \"its name\")]
             pub name: String,
             #[sea_orm(indexed, nullable, default_value = 3)]
             pub layers: i32,
             #[sea_orm(unique_key = \"place\")]
             pub shelf: Option<i32>,
             #[sea_orm(unique_key = \"place\")]
             pub row: Option<u8>,
             #[sea_orm(ignore)]
             pub eaten: bool,
             #[sea_orm(column_type = \"Decimal(Some((10, 2)))\", select_as = \"x\", save_as = \"y\")]
             pub price: Decimal,
             #[sea_orm(default_expr = \"Expr::current_timestamp()\", renamed_from = \"made\")]
             pub baked_at: DateTimeUtc,
             pub r#type: Option<Tea>,
         }",
    );
    let expected = Table::new("cake")
        .column(Column::new("id", ColumnType::Int64).auto_increment())
        .column(Column::new("called", ColumnType::Text { length: None }).comment("its name"))
        .column(Column::new("layers", ColumnType::Int32).nullable().default(Default::number("3")))
        .column(Column::new("shelf", ColumnType::Int32).nullable())
        .column(Column::new("row", ColumnType::Uint8).nullable())
        .column(Column::new("price", ColumnType::decimal(10, 2)))
        .column(Column::new("baked_at", ColumnType::TimestampTz).default(Default::expression("CURRENT_TIMESTAMP")))
        .column(Column::new("type", ColumnType::native("")).nullable())
        .primary_key(["id"])
        .add_unique(Unique::new(["called"]))
        .index(Index::new(["layers"]))
        .index(Index::new(["shelf", "row"]).unique())
        .comment("to eat");
    assert_eq!(described.table, expected);
    assert_eq!(described.schema.as_deref(), Some("bakery"));
    assert_eq!(described.fields[6].was.as_deref(), Some("made"));
    assert_eq!(described.fields[7].declared.as_deref(), Some("Tea"));
    assert!(relations.is_empty());
}

#[test]
fn columns_are_named_as_sea_orm_names_them() {
    for (field, name) in [
        ("id: i32", "id"),
        ("userId: i32", "user_id"),
        ("r#type: i32", "type"),
        ("is_2fa: bool", "is_2fa"),
        ("type_: i32", "type"),
        ("#[sea_orm(column_name = \"Whatever It Is\")] a: i32", "Whatever It Is"),
    ] {
        assert_eq!(column(field).name, name, "{field}");
    }
    let source = "#[sea_orm(table_name = \"t\", rename_all = \"camelCase\")] struct Model { user_id: i32, x: i32 }";
    let names: Vec<String> = read(source).described.table.columns.into_iter().map(|column| column.name).collect();
    assert_eq!(names, ["userId", "x"]);
}

#[test]
fn what_a_field_s_type_holds_is_known() {
    let text = || ColumnType::Text { length: None };
    for (types, ty) in [
        ("bool", ColumnType::Bool),
        ("i8", ColumnType::Int8),
        ("i16", ColumnType::Int16),
        ("i32", ColumnType::Int32),
        ("i64 ChronoUnixTimestamp TimeUnixTimestampMillis", ColumnType::Int64),
        ("u8", ColumnType::Uint8),
        ("u16", ColumnType::Uint16),
        ("u32", ColumnType::Uint32),
        ("u64", ColumnType::Uint64),
        ("f32", ColumnType::Float32),
        ("f64", ColumnType::Float64),
        ("String TextUuid", text()),
        ("Vec<u8>", ColumnType::Bytes { length: None }),
        ("Json JsonValue serde_json::Value", ColumnType::Json),
        ("Uuid uuid::Uuid", ColumnType::Uuid),
        ("Date ChronoDate TimeDate chrono::NaiveDate time::Date", ColumnType::Date),
        ("Time ChronoTime TimeTime chrono::NaiveTime", ColumnType::Time),
        ("DateTime ChronoDateTime TimeDateTime NaiveDateTime PrimitiveDateTime", ColumnType::Timestamp),
        (
            "DateTimeUtc DateTimeLocal DateTimeWithTimeZone ChronoDateTimeUtc TimeDateTimeWithTimeZone \
             chrono::DateTime<chrono::Utc> time::OffsetDateTime",
            ColumnType::TimestampTz,
        ),
        ("Decimal BigDecimal rust_decimal::Decimal", ColumnType::native("decimal")),
        ("IpNetwork", ColumnType::native("inet")),
        ("MacAddress", ColumnType::native("macaddr")),
        ("PgVector", ColumnType::native("vector")),
        ("Vec<i32>", ColumnType::array(ColumnType::Int32)),
        ("Vec<String>", ColumnType::array(text())),
    ] {
        for written in types.split_whitespace() {
            let plain = column(&format!("a: {written}"));
            assert_eq!((plain.ty, plain.nullable), (ty.clone(), false), "{written}");
            let optional = column(&format!("a: Option<{written}>"));
            assert_eq!((optional.ty, optional.nullable), (ty.clone(), true), "Option<{written}>");
        }
    }
}

#[test]
fn every_column_type_is_known() {
    let native = |name: &str| ColumnType::native(name);
    for (written, ty) in [
        ("Char(None)", ColumnType::Text { length: None }),
        ("Char(Some(10))", ColumnType::text(10)),
        ("String(StringLen::N(255))", ColumnType::text(255)),
        ("String(StringLen::Max)", ColumnType::Text { length: None }),
        ("String(StringLen::None)", ColumnType::Text { length: None }),
        ("String(Some(20))", ColumnType::text(20)),
        ("Text", ColumnType::Text { length: None }),
        ("Blob", ColumnType::Bytes { length: None }),
        ("Binary(16)", ColumnType::bytes(16)),
        ("Binary(BlobSize::Blob(None))", ColumnType::Bytes { length: None }),
        ("VarBinary(StringLen::N(16))", ColumnType::bytes(16)),
        ("var_binary(32)", ColumnType::bytes(32)),
        ("TinyInteger", ColumnType::Int8),
        ("SmallInteger", ColumnType::Int16),
        ("Integer", ColumnType::Int32),
        ("BigInteger", ColumnType::Int64),
        ("TinyUnsigned", ColumnType::Uint8),
        ("SmallUnsigned", ColumnType::Uint16),
        ("Unsigned", ColumnType::Uint32),
        ("BigUnsigned", ColumnType::Uint64),
        ("Float", ColumnType::Float32),
        ("Double", ColumnType::Float64),
        ("Decimal(None)", native("decimal")),
        ("Decimal(Some((16, 4)))", ColumnType::decimal(16, 4)),
        ("Money(None)", native("money")),
        ("Money(Some((12, 3)))", native("money")),
        ("DateTime", ColumnType::Timestamp),
        ("Timestamp", ColumnType::Timestamp),
        ("TimestampWithTimeZone", ColumnType::TimestampTz),
        ("Time", ColumnType::Time),
        ("Date", ColumnType::Date),
        ("Year", native("year")),
        ("Interval(None, None)", native("interval")),
        ("Bit(None)", native("bit")),
        ("Bit(Some(3))", native("bit(3)")),
        ("VarBit(8)", native("varbit(8)")),
        ("Boolean", ColumnType::Bool),
        ("Json", ColumnType::Json),
        ("JsonBinary", ColumnType::Json),
        ("Uuid", ColumnType::Uuid),
        ("Custom(\"geometry\".into())", native("geometry")),
        ("custom(\"citext\")", native("citext")),
        ("Array(RcOrArc::new(ColumnType::Integer))", ColumnType::array(ColumnType::Int32)),
        ("Array(std::sync::Arc::new(ColumnType::Text))", ColumnType::array(ColumnType::Text { length: None })),
        ("Array(ColumnType::Cidr.into())", native("cidr[]")),
        ("Vector(Some(3))", native("vector(3)")),
        ("Vector(None)", native("vector")),
        ("Cidr", native("cidr")),
        ("Inet", native("inet")),
        ("MacAddr", native("macaddr")),
        ("LTree", native("ltree")),
    ] {
        let literal = format!("{written:?}");
        assert_eq!(column(&format!("#[sea_orm(column_type = {literal})] a: X")).ty, ty, "{written}");
    }
}

#[test]
fn defaults_are_what_the_database_will_see() {
    for (key, default) in [
        ("default_value = 5", Some(Default::number("5"))),
        ("default_value = -1", Some(Default::number("-1"))),
        ("default_value = 1.5", Some(Default::number("1.5"))),
        ("default_value = true", Some(Default::Keyword("TRUE"))),
        ("default_value = \"new user\"", Some(Default::text("new user"))),
        ("default_expr = \"Expr::current_timestamp()\"", Some(Default::expression("CURRENT_TIMESTAMP"))),
        ("default_expr = \"Expr::current_date()\"", Some(Default::expression("CURRENT_DATE"))),
        ("default_expr = \"Expr::cust(\\\"gen_random_uuid()\\\")\"", Some(Default::expression("gen_random_uuid()"))),
        ("default_expr = \"Expr::value(3)\"", Some(Default::number("3"))),
        ("default_expr = \"Expr::cust(\\\"now()\\\").into()\"", Some(Default::expression("now()"))),
        ("default_expr = \"5\"", Some(Default::number("5"))),
        // Only the compiler knows what this is.
        ("default_expr = \"some_function()\"", None),
    ] {
        assert_eq!(column(&format!("#[sea_orm({key})] a: i32")).default, default, "{key}");
    }
}

/// A relation in a line.
fn shown(relation: &Relation) -> String {
    let Relation { ident, entity, from, to, on_delete, on_update, name } = relation;
    let said = |action: &Option<Action>| action.map_or_else(|| "-".to_owned(), |action| format!("{action:?}"));
    let name = name.as_deref().unwrap_or("-");
    let (from, to) = (from.join(","), to.join(","));
    format!("{ident}: {from} -> {entity} {to}, {}, {}, {name}", said(on_delete), said(on_update))
}

#[test]
fn relations_that_belong_to_another_entity_are_foreign_keys() {
    let found = relations(input(
        "pub enum Relation {
             #[sea_orm(has_many = \"super::fruit::Entity\")]
             Fruit,
             #[sea_orm(has_one = \"super::seal::Entity\")]
             Seal,
             #[sea_orm(belongs_to = \"super::bakery::Entity\", from = \"Column::BakeryId\", to = \"super::bakery::Column::Id\",
                       on_update = \"Cascade\", on_delete = \"SetNull\", fk_name = \"made_by\")]
             Bakery,
             #[sea_orm(belongs_to = \"Entity\", from = \"(Column::A, Column::B)\", to = \"(Column::C, Column::D)\")]
             Other,
             #[sea_orm(belongs_to = \"super::box_::Entity\", from = \"Column::A\", to = \"super::box_::Column::Id\", skip_fk)]
             Box,
         }",
    ))
    .expect("sound");
    assert_eq!(
        found.iter().map(shown).collect::<Vec<_>>(),
        [
            "Bakery: BakeryId -> super::bakery::Entity Id, SetNull, Cascade, made_by",
            "Other: A,B -> Entity C,D, -, -, -",
        ]
    );
}

#[test]
fn relations_among_the_fields_are_foreign_keys_and_no_columns() {
    let Entity { described, relations } = read(
        "#[sea_orm(table_name = \"cake\")]
         pub struct Model {
             #[sea_orm(primary_key)]
             pub id: i32,
             pub bakery_id: Option<i32>,
             #[sea_orm(belongs_to, from = \"bakery_id\", to = \"id\", on_delete = \"Cascade\")]
             pub bakery: BelongsTo<Option<super::bakery::Entity>>,
             #[sea_orm(belongs_to, from = \"BakeryId\", to = \"Id\")]
             pub old_form: HasOne<super::shop::Entity>,
             #[sea_orm(self_ref, relation_enum = \"Parent\", from = \"bakery_id\", to = \"id\")]
             pub parent: BelongsTo<Option<Entity>>,
             #[sea_orm(has_many)]
             pub fruits: HasMany<super::fruit::Entity>,
             #[sea_orm(has_one)]
             pub seal: HasOne<super::seal::Entity>,
             pub compact: BelongsTo<super::order::Entity>,
         }",
    );
    assert_eq!(described.table.columns.len(), 2);
    assert_eq!(
        relations.iter().map(shown).collect::<Vec<_>>(),
        [
            "bakery: bakery_id -> super::bakery::Entity id, Cascade, -, -",
            "old_form: BakeryId -> super::shop::Entity Id, -, -, -",
            "parent: bakery_id -> Entity id, -, -, -",
        ]
    );
}

#[test]
fn enums_are_kept_as_what_they_say() {
    let ty = |source: &str| active_enum(&input(source)).expect("sound").ty;
    let tea = "#[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"tea\")]
               enum Tea { #[sea_orm(string_value = \"EverydayTea\")] Everyday, #[sea_orm(string_value = \"b\")] Breakfast }";
    assert_eq!(ty(tea), ColumnType::one_of("tea", ["EverydayTea", "b"]));
    let named = "#[sea_orm(db_type = \"Enum\", rename_all = \"snake_case\")]
                 enum tea_kind { GreenTea, #[sea_orm(rename = \"SCREAMING_SNAKE_CASE\")] BlackTea }";
    assert_eq!(ty(named), ColumnType::one_of("TeaKind", ["green_tea", "BLACK_TEA"]));
    let text = "#[sea_orm(rs_type = \"String\", db_type = \"String(StringLen::N(1))\")] enum A { }";
    assert_eq!(ty(text), ColumnType::text(1));
    let number = "#[sea_orm(rs_type = \"i32\", db_type = \"Integer\")] enum A { #[sea_orm(num_value = 0)] B }";
    assert_eq!(ty(number), ColumnType::Int32);
}

#[test]
fn wrappers_are_kept_as_what_they_wrap() {
    let ty = |source: &str| value_type(input(source)).expect("sound").ty;
    assert_eq!(ty("struct UserId(i64);"), ColumnType::Int64);
    assert_eq!(ty("struct Tags(pub Vec<String>);"), ColumnType::array(ColumnType::Text { length: None }));
    assert_eq!(ty("#[sea_orm(column_type = \"Char(Some(3))\")] struct Code(String);"), ColumnType::text(3));
    assert_eq!(ty("#[sea_orm(value_type = \"String\")] struct Tag { a: i32 }"), ColumnType::Text { length: None });
    assert_eq!(ty("struct Unknown(Other);"), ColumnType::native(""));
}

#[test]
fn what_is_wrong_is_said() {
    let entity = |source: &str| entity(input(source)).err();
    let said = |source: &str| messages(&entity(source).expect("a problem")).join("; ");
    assert_eq!(said("struct Model { id: i32 }"), "the entity's table is named elsewhere");
    assert_eq!(said("#[sea_orm(table_name = \"t\")] struct Model(i32);"), "the entity `Model` has no named fields");
    assert_eq!(said("#[sea_orm(table_name = \"t\")] enum Model { A }"), "the entity `Model` is no struct");
    assert_eq!(
        said("#[sea_orm(table_name = 5)] struct Model { a: i32 }"),
        "the value of `table_name` is a text in quotes"
    );
    assert_eq!(said("#[sea_orm(table_name)] struct Model { a: i32 }"), "`table_name` needs a value");
    assert_eq!(
        said("#[sea_orm(table_name = \"t\", rename_all = \"Camel\")] struct Model { a: i32 }"),
        "unknown style `Camel` in `rename_all`"
    );
    let field =
        |keys: &str| said(&format!("#[sea_orm(table_name = \"t\")] struct Model {{ #[sea_orm({keys})] a: i32 }}"));
    assert_eq!(field("column_type = \"Txet\""), "unknown column type `Txet`");
    assert_eq!(field("auto_increment = \"no\""), "the value of `auto_increment` is `true` or `false`");
    assert_eq!(field("column_name = sql(x)"), "the value of `column_name` is no literal");
    assert!(field("primary_key auto_increment").starts_with("expected `,`"));

    let relation = |keys: &str| {
        let source = format!("enum Relation {{ #[sea_orm(belongs_to = \"super::a::Entity\", {keys})] A }}");
        messages(&relations(input(&source)).err().expect("a problem")).join("; ")
    };
    assert_eq!(relation("from = \"Column::A\""), "the relation `A` does not say between which columns");
    assert_eq!(
        relation("from = \"(Column::A, Column::B)\", to = \"Column::C\""),
        "the relation `A` is from 2 columns to 1"
    );
    assert_eq!(relation("from = \"1\", to = \"Column::C\""), "`1` names no columns");
    assert_eq!(
        relation("from = \"Column::A\", to = \"Column::C\", on_delete = \"Cascad\""),
        "unknown action `Cascad` in `on_delete`"
    );

    let kept = |source: &str| messages(&active_enum(&input(source)).expect_err("a problem")).join("; ");
    assert_eq!(kept("enum A { B }"), "the enum `A` does not say how it is kept");
    assert_eq!(kept("#[sea_orm(db_type = \"Enum\")] enum A { B }"), "the variant `B` has no value");
    assert_eq!(kept("#[sea_orm(db_type = \"Strng\")] enum A { B }"), "unknown column type `Strng`");
}
