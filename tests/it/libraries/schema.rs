// @generated automatically by Diesel CLI.

diesel::table! {
    authors (id) {
        id -> Integer,
        #[max_length = 80]
        name -> Varchar,
        #[sql_name = "type"]
        type_ -> Nullable<Text>,
        born -> Nullable<Date>,
        active -> Bool,
    }
}

diesel::table! {
    posts (id) {
        id -> BigInt,
        author_id -> Integer,
        title -> Text,
        score -> Double,
        price -> Numeric,
        created_at -> Timestamp,
        body -> Nullable<Binary>,
    }
}

diesel::table! {
    likes (author_id, post_id) {
        author_id -> Integer,
        post_id -> BigInt,
    }
}

diesel::joinable!(posts -> authors (author_id));
diesel::joinable!(likes -> authors (author_id));
diesel::joinable!(likes -> posts (post_id));

diesel::allow_tables_to_appear_in_same_query!(authors, posts, likes,);
