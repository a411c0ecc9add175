//! Changes that are rendered for every database.

use glim_schema::{
    Action, AlterEnum, AlterTable, Alteration, Change, Check, Column, ColumnType, Default, Deferral, EnumType,
    ForeignKey, Index, IndexPart, Table, Unique,
};

/// A name, and changes in sequence, from an empty database.
pub(crate) type Case = (&'static str, fn() -> Vec<Change>);

pub(crate) const ALL: [Case; 9] = [
    ("users", users),
    ("types", types),
    ("defaults", defaults),
    ("keys", keys),
    ("names", names),
    ("alter", alter),
    ("alter_in_place", alter_in_place),
    ("alter_known", alter_known),
    ("rich", rich),
];

/// Default texts of the case `defaults`, for the columns `short` and `long`.
pub(crate) const SHORT: &str = "it's \\ \"here\"";
pub(crate) const LONG: &str = "it's \\ 🦀";

pub(crate) const INT: ColumnType = ColumnType::Int32;

pub(crate) const fn text(length: u32) -> ColumnType {
    ColumnType::Text { length: Some(length) }
}

fn users_table() -> Table {
    Table::new("users")
        .column(Column::new("id", INT))
        .column(Column::new("name", text(255)))
        .column(Column::new("fullname", text(255)).nullable())
        .primary_key(["id"])
}

fn users() -> Vec<Change> {
    vec![Change::CreateTable(users_table()), Change::DropTable { table: "users".to_owned() }]
}

/// Every type that is not native.
pub(crate) fn every_type() -> Vec<ColumnType> {
    vec![
        ColumnType::Bool,
        ColumnType::Int8,
        ColumnType::Int16,
        ColumnType::Int32,
        ColumnType::Int64,
        ColumnType::Uint8,
        ColumnType::Uint16,
        ColumnType::Uint32,
        ColumnType::Uint64,
        ColumnType::Float32,
        ColumnType::Float64,
        ColumnType::Decimal { precision: 30, scale: 10 },
        text(20),
        ColumnType::Text { length: None },
        ColumnType::Bytes { length: Some(20) },
        ColumnType::Bytes { length: None },
        ColumnType::Date,
        ColumnType::Time,
        ColumnType::Timestamp,
        ColumnType::TimestampTz,
        ColumnType::Uuid,
        ColumnType::Json,
    ]
}

fn types() -> Vec<Change> {
    let mut table = Table::new("types").column(Column::new("id", ColumnType::Int64).auto_increment());
    for (number, ty) in every_type().into_iter().enumerate() {
        table = table.column(Column::new(format!("c{number}"), ty.clone()));
        table = table.column(Column::new(format!("n{number}"), ty).nullable());
    }
    table = table.column(Column::new("native", ColumnType::Native("char(3)".to_owned())));
    vec![Change::CreateTable(table.primary_key(["id"]))]
}

fn defaults() -> Vec<Change> {
    let with = |name: &str, ty: ColumnType, default: Default| Column::new(name, ty).default(default);
    let text_of = |text: &str| Default::Text(text.to_owned());
    let expression = |sql: &str| Default::Expression(sql.to_owned());
    let table = Table::new("defaults")
        .column(Column::new("id", INT))
        .column(with("on", ColumnType::Bool, Default::Keyword("TRUE")))
        .column(with("nothing", INT, Default::Keyword("NULL")).nullable())
        .column(with("minus", ColumnType::Int64, Default::Number("-1".to_owned())))
        .column(with("exact", ColumnType::Decimal { precision: 4, scale: 2 }, Default::Number("1.50".to_owned())))
        .column(with("short", text(20), text_of(SHORT)))
        .column(with("long", ColumnType::Text { length: None }, text_of(LONG)))
        .column(with("json", ColumnType::Json, text_of("{}")))
        .column(with("day", ColumnType::Date, text_of("2026-11-22")))
        .column(with("today", ColumnType::Date, expression("CURRENT_DATE")))
        .column(with("clock", ColumnType::Time, expression("CURRENT_TIME")))
        .column(with("local", ColumnType::Timestamp, expression("CURRENT_TIMESTAMP")))
        .column(with("instant", ColumnType::TimestampTz, expression("current_timestamp")))
        .column(with("sum", INT, expression("1 + 1")))
        .primary_key(["id"]);
    vec![Change::CreateTable(table)]
}

fn keys() -> Vec<Change> {
    let mut tags = Table::new("tags")
        .column(Column::new("post", INT).comment("whose tag it is"))
        .column(Column::new("tag", text(40)))
        .column(Column::new("weight", ColumnType::Int16).default(Default::Number("1".to_owned())))
        .column(Column::new("author", INT).nullable())
        .primary_key(["post", "tag"])
        .unique(["tag", "author"])
        .index(Index::new(["author"]))
        .index(Index::new(["weight", "tag"]).unique().name("heavy"))
        .foreign_key(ForeignKey::new(["post"], "posts", ["id"]).on_delete(Action::Cascade))
        .foreign_key(
            ForeignKey::new(["author"], "users", ["id"]).on_delete(Action::SetNull).on_update(Action::Restrict),
        )
        .check("weight > 0")
        .comment("it's a table; with a \\ in its comment");
    tags.checks.push(Check { name: Some("not_empty".to_owned()), expression: "tag <> ''".to_owned() });
    let posts = Table::new("posts")
        .column(Column::new("id", INT).auto_increment())
        .column(Column::new("parent", INT).nullable())
        .primary_key(["id"])
        .foreign_key(ForeignKey::new(["parent"], "posts", ["id"]));
    vec![
        Change::CreateTable(users_table()),
        Change::CreateTable(posts),
        Change::CreateTable(tags),
        Change::DropIndex { table: "tags".to_owned(), name: "heavy".to_owned() },
    ]
}

/// Names with everything that has a meaning in SQL, and one so long that what is generated from it is cut.
fn names() -> Vec<Change> {
    let long = "long_".repeat(12);
    let table = Table::new("select \"; DROP TABLE `x`; --")
        .column(Column::new("order", INT))
        .column(Column::new("it's", INT))
        .column(Column::new("a\"b`c", INT))
        .column(Column::new("back\\slash\\", text(9)).comment("it's \\'"))
        .column(Column::new("größe", INT))
        .column(Column::new(" [x]", INT).nullable().comment("?"))
        .column(Column::new(long.as_str(), INT))
        .primary_key(["order", "it's"])
        .index(Index::new(["a\"b`c", "größe"]))
        .index(Index::new([long.as_str()]))
        .unique([long.as_str(), "order"]);
    let name = table.name.clone();
    vec![Change::CreateTable(table), Change::DropTable { table: name }]
}

/// What every database alters.
fn alter() -> Vec<Change> {
    let alter = AlterTable::new("users")
        .add_column(Column::new("age", ColumnType::Uint8).nullable().comment("in years"))
        .add_column(Column::new("role", text(20)).default(Default::Text("user".to_owned())))
        .rename_column("name", "nick")
        .drop_column("fullname")
        .rename_to("people")
        .add_column(Column::new("email", text(99)).nullable());
    vec![
        Change::CreateTable(users_table()),
        Change::AlterTable(alter),
        Change::CreateIndex { table: "people".to_owned(), index: Index::new(["nick"]).unique() },
        Change::DropIndex { table: "people".to_owned(), name: "people_nick_idx".to_owned() },
    ]
}

/// What needs a database that alters tables in place.
fn alter_in_place() -> Vec<Change> {
    let one = |alteration: Alteration| {
        Change::AlterTable(AlterTable { table: "users".to_owned(), alterations: vec![alteration] })
    };
    let mut changes = vec![Change::CreateTable(users_table())];
    changes.extend(
        [
            Alteration::ChangeColumn(
                Column::new("name", ColumnType::Text { length: Some(300) })
                    .default(Default::Text("?".to_owned()))
                    .comment("what to call them"),
            ),
            Alteration::ChangeColumn(Column::new("fullname", text(200)).nullable()),
            Alteration::AddUnique(Unique { name: None, columns: vec!["name".to_owned()] }),
            Alteration::AddCheck(Check { name: Some("positive".to_owned()), expression: "id > 0".to_owned() }),
            Alteration::AddColumn(Column::new("boss", INT).nullable()),
            Alteration::AddForeignKey(ForeignKey::new(["boss"], "users", ["id"]).on_delete(Action::SetNull)),
            Alteration::DropConstraint("users_boss_fkey".to_owned()),
            Alteration::DropConstraint("users_name_key".to_owned()),
            Alteration::DropConstraint("positive".to_owned()),
        ]
        .map(one),
    );
    changes
}

/// Alterations of what is known: only what differs is touched.
fn alter_known() -> Vec<Change> {
    let one = |alteration: Alteration| {
        Change::AlterTable(AlterTable { table: "users".to_owned(), alterations: vec![alteration] })
    };
    let alter = |from: Column, to: Column| one(Alteration::AlterColumn { from, to });
    let id = || Column::new("id", INT);
    let name = || Column::new("name", text(255));
    let key = ForeignKey::new(["id"], "users", ["id"]);
    vec![
        Change::CreateTable(users_table().unique(["fullname"])),
        alter(name(), name().nullable()),
        alter(name().nullable(), name().nullable().default(Default::Text("?".to_owned())).comment("it's one")),
        alter(
            name().nullable().default(Default::Text("?".to_owned())).comment("it's one"),
            Column::new("name", text(300)).nullable().default(Default::Text("!".to_owned())),
        ),
        alter(id(), id().auto_increment()),
        alter(id().auto_increment(), id()),
        one(Alteration::DropPrimaryKey),
        one(Alteration::AddPrimaryKey(vec!["id".to_owned()])),
        one(Alteration::AddForeignKey(key.clone())),
        one(Alteration::DropForeignKey { name: key.name_in("users"), index: false }),
        one(Alteration::RenameIndex { from: "users_fullname_key".to_owned(), to: "full".to_owned() }),
        one(Alteration::SetComment(Some("people".to_owned()))),
        one(Alteration::SetComment(None)),
    ]
}

/// Computed columns, enums, and all that an index can be, as far as some database makes it.
fn rich() -> Vec<Change> {
    let mood = |values: &[&str]| EnumType::new("mood", values.iter().copied());
    let (few, more, other) = (mood(&["sad", "it's"]), mood(&["sad", "so so", "it's", "new"]), mood(&["it's"]));
    let feels =
        |ty: &EnumType| Column::new("feels", ColumnType::Enum(ty.clone())).default(Default::Text("it's".to_owned()));
    let values = |from: &EnumType, to: &EnumType| {
        let alter = AlterEnum::new("mood", from.values.clone(), to.values.clone());
        Change::AlterEnum(alter.column("rich", feels(to)))
    };
    let table = Table::new("rich")
        .column(Column::new("id", INT))
        .column(Column::new("twice", INT).nullable().stored("id * 2"))
        .column(feels(&few))
        .primary_key(["id"]);
    let create = |index: Index| Change::CreateIndex { table: "rich".to_owned(), index };
    let deferred = Table::new("deferred")
        .column(Column::new("id", INT))
        .foreign_key(ForeignKey::new(["id"], "rich", ["id"]).deferral(Deferral::Initial));
    let late =
        Table::new("late").column(Column::new("id", INT)).column(Column::new("sum", INT).computed("id + 1").nullable());
    let arrays = Table::new("arrays").column(Column::new("many", ColumnType::Array(Box::new(ColumnType::Int32))));
    vec![
        Change::CreateEnum(few.clone()),
        Change::CreateTable(table),
        create(Index::over([IndexPart::column("id").descending(), IndexPart::column("twice")]).name("backwards")),
        create(Index::new(["twice"]).predicate("id > 0").name("some")),
        create(Index::new(["twice"]).include(["id"]).name("covering")),
        create(Index::new(["id"]).method("hash").name("hashed")),
        values(&few, &more),
        values(&more, &other),
        Change::CreateTable(deferred),
        Change::CreateTable(arrays),
        Change::CreateTable(late),
    ]
}
