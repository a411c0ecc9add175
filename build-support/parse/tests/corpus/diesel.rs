// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "mood", schema = "app"))]
    pub struct Mood;

    #[derive(diesel::sql_types::SqlType)]
    #[diesel(mysql_type(name = "Enum"))]
    pub struct UsersState;
}

diesel::table! {
    use diesel::sql_types::*;
    use super::sql_types::{Mood, UsersState};
    use diesel_full_text_search::TsVector as Words;

    /// The users.
    app.users (id, name) {
        /// A number.
        id -> Integer,
        #[max_length = 255]
        name -> Varchar,
        mood -> Nullable<Mood>,
        moods -> Array<Nullable<Mood>>,
        state -> UsersState,
        words -> Words,
        odd -> SomethingElse,
        amount -> Nullable<Unsigned<BigInt>>,
        made -> diesel::sql_types::Timestamptz,
    }
}

table! {
    #[sql_name = "all posts"]
    posts {
        id -> BigInt,
        #[sql_name = "user"]
        user_id -> Integer,
        #[cfg(feature = "on")]
        here -> Text,
    }
}

diesel::view! { grown { id -> Integer, user_id -> Integer, } }
diesel::joinable!(posts -> users (user_id));
diesel::allow_tables_to_appear_in_same_query!(posts, users,);

#[derive(Queryable, Identifiable, Associations)]
#[diesel(table_name = users, belongs_to(Team))]
pub struct User {
    pub id: i32,
}
