//! Models in the words of diesel and SeaORM, put together from all over a crate.

use glim_parse::Library;
use glim_parse::scan::{FoundModel, Scan, scan_for};
use glim_schema::{Action, ColumnType, ForeignKey};

use crate::project::{Project, messages};

fn found(library: Library, files: &[(&str, &str)]) -> Scan {
    scan_for(&[Project::new(files).root()], library)
}

/// Scans those files; nothing may be wrong with them.
fn sound(library: Library, files: &[(&str, &str)]) -> Vec<FoundModel> {
    let scan = found(library, files);
    assert_eq!(messages(&scan), [""; 0]);
    assert_eq!(scan.library, library);
    scan.models
}

/// A column's type.
fn ty<'m>(models: &'m [FoundModel], table: &str, column: &str) -> &'m ColumnType {
    let model = models.iter().find(|model| model.table.name == table).expect("a table");
    &model.table.find_column(column).expect("a column").ty
}

fn keys<'m>(models: &'m [FoundModel], table: &str) -> &'m [ForeignKey] {
    &models.iter().find(|model| model.table.name == table).expect("a table").table.foreign_keys
}

const SCHEMA: &str = "// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = \"mood\"))]
    pub struct Mood;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(mysql_type(name = \"Enum\"))]
    pub struct UsersState;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{Mood, UsersState};
    use diesel_full_text_search::TsVector;

    users (id) {
        id -> Integer,
        mood -> Nullable<Mood>,
        moods -> Array<Nullable<Mood>>,
        state -> UsersState,
        words -> TsVector,
        odd -> SomethingElse,
    }
}

table! {
    #[sql_name = \"all posts\"]
    posts {
        id -> BigInt,
        #[sql_name = \"user\"]
        user_id -> Integer,
        #[cfg(feature = \"on\")]
        here -> Text,
        #[cfg(feature = \"off\")]
        gone -> Text,
    }
}

diesel::view! { grown { id -> Integer, user_id -> Integer, } }

diesel::joinable!(posts -> users (user_id));
diesel::joinable!(grown -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(posts, users,);
";

#[test]
fn a_schema_of_diesel_s_is_read_whole() {
    let models = sound(Library::Diesel, &[("src/lib.rs", "mod schema;"), ("src/schema.rs", SCHEMA)]);
    let shown: Vec<_> =
        models.iter().map(|model| format!("{} {}:{}", model.name, model.place.module, model.place.line)).collect();
    assert_eq!(shown, ["users app::schema:18", "posts app::schema:30"]);
    let mood = || ColumnType::native("mood");
    assert_eq!(*ty(&models, "users", "mood"), mood());
    assert_eq!(*ty(&models, "users", "moods"), ColumnType::native("mood[]"));
    assert_eq!(*ty(&models, "users", "state"), ColumnType::native(""));
    assert_eq!(*ty(&models, "users", "words"), ColumnType::native("tsvector"));
    assert_eq!(*ty(&models, "users", "odd"), ColumnType::native(""));
    assert_eq!(keys(&models, "all posts"), [ForeignKey::new(["user"], "users", ["id"])]);
    let posts: Vec<&str> = models[1].fields.iter().map(|field| field.name.as_str()).collect();
    assert_eq!(posts, ["id", "user_id", "here"]);
    assert_eq!(models[1].fields[1].line, 33);
}

#[test]
fn tables_of_several_schemas_keep_apart() {
    let module = |name: &str| {
        format!(
            "pub mod {name} {{
                pub mod sql_types {{
                    #[derive(diesel::sql_types::SqlType)]
                    #[diesel(postgres_type(name = \"kind_of_{name}\", schema = \"{name}\"))]
                    pub struct Kind;
                }}
                diesel::table! {{
                    use super::sql_types::Kind;
                    {name}.items (id) {{ id -> Integer, kind -> Kind, parent -> Integer, }}
                }}
                diesel::joinable!(items -> items (parent));
            }}\n"
        )
    };
    let models = sound(Library::Diesel, &[("src/lib.rs", &(module("left") + &module("right")))]);
    let shown: Vec<_> = models
        .iter()
        .map(|model| {
            let key = &model.table.foreign_keys[0];
            format!("{} {:?} {} {}", model.shown_table(), model.table.columns[1].ty, key.columns[0], key.references)
        })
        .collect();
    let expected = ["left", "right"].map(|name| format!("{name}.items Native(\"kind_of_{name}\") parent items"));
    assert_eq!(shown, expected);
    assert!(models.iter().all(FoundModel::is_elsewhere));
    let public = sound(Library::Diesel, &[("src/lib.rs", "diesel::table! { public.t { id -> Integer } }")]);
    assert!(!public[0].is_elsewhere());
}

#[test]
fn what_is_wrong_in_a_macro_is_shown_at_its_place() {
    let text = "// ä\ndiesel::table! {\n    users (nmae) {\n        name -> Text,\n    }\n}\ndiesel::joinable!(users -> posts (name));\n";
    let scan = found(Library::Diesel, &[("src/lib.rs", text)]);
    let shown: Vec<_> =
        scan.problems.iter().map(|problem| (problem.message.as_str(), &problem.source[problem.span.clone()])).collect();
    assert_eq!(
        shown,
        [
            ("the primary key names `nmae`, which is no column", "nmae"),
            ("no `table!` is found for what `users -> posts (name)` joins", "users -> posts (name)")
        ]
    );
}

#[test]
fn another_library_s_words_are_left_alone() {
    let text = format!("{SCHEMA}\n#[derive(glim::Model)] struct A {{ #[glim(primary_key)] id: i32 }}\n{ENTITY}");
    let names = |library| -> Vec<String> {
        let models = sound(library, &[("src/lib.rs", &text)]);
        models.into_iter().map(|model| model.table.name).collect()
    };
    assert_eq!(names(Library::Glim), ["a"]);
    assert_eq!(names(Library::Diesel), ["users", "all posts"]);
    assert_eq!(names(Library::SeaOrm), ["cake"]);
}

const ENTITY: &str = "#[derive(Clone, Debug, DeriveEntityModel)]
#[sea_orm(table_name = \"cake\")]
pub struct Model { #[sea_orm(primary_key)] pub id: i32 }
";

#[test]
fn entities_find_each_other_and_their_types() {
    let cake = "use super::kinds::Tea;
        use sea_orm::entity::prelude::*;

        #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
        #[sea_orm(table_name = \"cakes\")]
        pub struct Model {
            #[sea_orm(primary_key)]
            pub id: i32,
            #[sea_orm(column_name = \"made_by\")]
            pub bakery_id: i64,
            #[sea_orm(enum_name = \"Above\")]
            pub parent: Option<i32>,
            pub tea: Option<Tea>,
            pub notes: super::kinds::Notes,
            pub code: super::kinds::Code,
            pub unknown: other::Thing,
        }

        #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
        pub enum Relation {
            #[sea_orm(belongs_to = \"super::bakery::Entity\", from = \"Column::BakeryId\",
                      to = \"super::bakery::Column::Number\", on_delete = \"Cascade\")]
            Bakery,
            #[sea_orm(belongs_to = \"Entity\", from = \"Column::Above\", to = \"Column::Id\")]
            Parent,
        }";
    let bakery = "#[sea_orm::model]
        #[derive(Clone, Debug, DeriveEntityModel)]
        #[sea_orm(table_name = \"bakery\")]
        pub struct Model {
            #[sea_orm(primary_key, column_name = \"no\")]
            pub number: i64,
            pub favourite: Option<i32>,
            #[sea_orm(belongs_to, from = \"favourite\", to = \"id\")]
            pub cake: BelongsTo<Option<super::Cake>>,
            #[sea_orm(has_many)]
            pub cakes: HasMany<super::cake::Entity>,
        }";
    let kinds = "#[derive(EnumIter, DeriveActiveEnum)]
        #[sea_orm(rs_type = \"String\", db_type = \"Enum\", enum_name = \"tea\")]
        pub enum Tea { #[sea_orm(string_value = \"g\")] Green, #[sea_orm(string_value = \"b\")] Black }

        #[derive(Serialize, Deserialize, FromJsonQueryResult)]
        pub struct Notes { pub text: String }

        #[derive(DeriveValueType)]
        pub struct Code(pub String);";
    let models = sound(
        Library::SeaOrm,
        &[
            ("src/lib.rs", "mod entity;"),
            ("src/entity/mod.rs", "mod bakery; mod cake; mod kinds; pub use cake::Entity as Cake;"),
            ("src/entity/bakery.rs", bakery),
            ("src/entity/cake.rs", cake),
            ("src/entity/kinds.rs", kinds),
        ],
    );
    assert_eq!(*ty(&models, "cakes", "tea"), ColumnType::one_of("tea", ["g", "b"]));
    assert_eq!(*ty(&models, "cakes", "notes"), ColumnType::Json);
    assert_eq!(*ty(&models, "cakes", "code"), ColumnType::Text { length: None });
    assert_eq!(*ty(&models, "cakes", "unknown"), ColumnType::native(""));
    assert_eq!(
        keys(&models, "cakes"),
        [
            ForeignKey::new(["made_by"], "bakery", ["no"]).on_delete(Action::Cascade),
            ForeignKey::new(["parent"], "cakes", ["id"]),
        ]
    );
    assert_eq!(keys(&models, "bakery"), [ForeignKey::new(["favourite"], "cakes", ["id"])]);
}

#[test]
fn a_relation_to_nothing_is_a_warning_at_its_place() {
    let text = format!(
        "{ENTITY}\n#[derive(DeriveRelation)]\nenum Relation {{\n    #[sea_orm(belongs_to = \"super::gone::Entity\", \
         from = \"Column::Id\", to = \"super::gone::Column::Id\")]\n    Gone,\n}}\n"
    );
    let scan = found(Library::SeaOrm, &[("src/lib.rs", &text)]);
    assert_eq!(
        messages(&scan),
        ["no entity, or no column of it, is found for the relation `Gone` to `super::gone::Entity`"]
    );
    assert_eq!(&text[scan.problems[0].span.clone()], "Gone");
    assert_eq!(scan.models.len(), 1);
}

#[test]
fn an_entity_that_is_written_out_is_not_passed_over_in_silence() {
    let text = "#[derive(Copy, Clone, Default, Debug, DeriveEntity)]\npub struct Entity;\n";
    let scan = found(Library::SeaOrm, &[("src/lib.rs", text)]);
    assert_eq!(
        messages(&scan),
        ["this entity is written out, and is not read: its table will seem to be missing here"]
    );
    assert_eq!(&text[scan.problems[0].span.clone()], "Entity");
}

#[test]
fn what_a_condition_takes_away_is_no_table() {
    let text = "#[cfg(test)] mod t { diesel::table! { a { id -> Integer } } }
        #[cfg(feature = \"off\")] diesel::table! { b { id -> Integer } }
        #[cfg(feature = \"on\")] diesel::table! { c { id -> Integer } }";
    let models = sound(Library::Diesel, &[("src/lib.rs", text)]);
    assert_eq!(models.iter().map(|model| model.name.as_str()).collect::<Vec<_>>(), ["c"]);
}

#[test]
fn no_text_makes_the_reading_fail_in_any_way_but_by_an_error() {
    let deep = format!("diesel::table! {{ t {{ id -> {}Integer{} }} }}", "Nullable<".repeat(5_000), ">".repeat(5_000));
    let relation = format!(
        "#[derive(DeriveEntityModel)] #[sea_orm(x = \"{}\")] struct A {{ a: {} }}",
        "(".repeat(9_000),
        "(".repeat(9_000)
    );
    for (library, text) in [(Library::Diesel, deep), (Library::SeaOrm, relation)] {
        assert!(!found(library, &[("src/lib.rs", &text)]).problems.is_empty());
    }
    for value in [format!("{}Integer{}", "Array(".repeat(20_000), ")".repeat(20_000)), "-".repeat(90_000)] {
        let nested = format!(
            "#[derive(DeriveEntityModel)] #[sea_orm(table_name = \"t\")] struct A {{ \
             #[sea_orm(column_type = \"{value}\", default_expr = \"{value}\")] a: i32 }}"
        );
        assert!(!found(Library::SeaOrm, &[("src/lib.rs", &nested)]).problems.is_empty());
    }
}
