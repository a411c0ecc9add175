//! Models of every kind, in every place where the compiler finds them.

#![allow(dead_code, reason = "only their registrations matter")]

use glim::Model;
use glim::Model as Table;

#[derive(Model)]
pub(crate) struct Types {
    #[glim(primary_key)]
    key: i64,
    flag: bool,
    tiny: i8,
    small: i16,
    int: i32,
    utiny: u8,
    usmall: u16,
    uint: u32,
    ubig: u64,
    float: f32,
    double: f64,
    text: String,
    maybe: Option<String>,
    letter: char,
    bytes: Vec<u8>,
    array: [u8; 16],
    boxed: Box<i32>,
    boxed_text: Box<str>,
    boxed_bytes: Option<Box<[u8]>>,
    cow: std::borrow::Cow<'static, str>,
    naive_date: chrono::NaiveDate,
    naive_time: chrono::NaiveTime,
    naive: chrono::NaiveDateTime,
    instant: chrono::DateTime<chrono::Utc>,
    time_date: time::Date,
    time_time: time::Time,
    time_stamp: time::PrimitiveDateTime,
    time_instant: Option<time::OffsetDateTime>,
    jiff_date: jiff::civil::Date,
    jiff_time: jiff::civil::Time,
    jiff_stamp: jiff::civil::DateTime,
    jiff_instant: jiff::Timestamp,
    uuid: uuid::Uuid,
    #[glim(precision = 20, scale = 4)]
    amount: rust_decimal::Decimal,
    json: serde_json::Value,
    own_date: glim::Date,
    own_time: glim::Time,
    own_stamp: glim::Timestamp,
    own_uuid: glim::Uuid,
    #[glim(precision = 5)]
    own_decimal: Option<glim::Decimal>,
}

/// A doc comment is no comment of the table.
#[derive(Clone, Debug, Table)]
#[glim(table = "people", db = "main", was = "users", comment = "it's \"quoted\"")]
#[glim(unique(name, team, name = "one_name"), unique(r#type), index(team, born, unique), index(name, name = "by_name"))]
#[glim(check = "born > '1900-01-01'", check = "team <> ''")]
struct Person {
    /// Nor is this one.
    #[glim(primary_key, auto_increment, comment = "a number")]
    id: u32,
    #[glim(length = 40, default = "no\tbody\\", column = "full name")]
    name: String,
    #[glim(references = "teams.key", on_delete = "set null", on_update = "cascade")]
    team: Option<String>,
    #[glim(default = sql("CURRENT_DATE"))]
    born: glim::Date,
    #[glim(default = -1, check = "\"type\" <> 0", unique, index = "of_type", was = "kind")]
    r#type: i32,
    #[glim(default = 1.50, precision = 6, scale = 2)]
    wage: glim::Decimal,
    #[glim(default = false)]
    active: bool,
    #[glim(sql_type = "varchar(20)", default = r#"r"aw"#)]
    native: String,
    #[glim(skip)]
    skipped: Vec<u64>,
    #[cfg(any())]
    never: NotEvenAType,
    #[cfg_attr(all(), glim(length = 7))]
    seven: String,
}

#[derive(glim::Enum)]
#[glim(name = "state of mind")]
enum Mood {
    Happy,
    #[glim(name = "so so")]
    SoSo,
    #[cfg(any())]
    Never,
}

#[derive(Table)]
struct Feelings {
    #[glim(primary_key)]
    mood: Mood,
    before: Option<Mood>,
    #[glim(default = "so so")]
    now: Box<Mood>,
    inner: inner::Weather,
    other: Option<inner::deeper::Weather>,
}

#[derive(Table)]
#[glim(frozen, primary_key(second, first))]
pub(crate) struct Shape {
    first: i32,
    second: i16,
}

#[cfg_attr(all(), derive(Table), glim(table = "conditional"))]
#[cfg_attr(any(), derive(Nonsense))]
struct Conditional {
    id: i32,
}

mod inner {
    use super::*;

    #[derive(Model)]
    struct Inner {
        id: i32,
    }

    #[derive(glim::Enum)]
    pub(super) enum Weather {
        Rain,
    }

    pub(super) mod deeper {
        use glim::Enum as Values;

        #[derive(Values)]
        #[glim(name = "deep_weather")]
        pub(in super::super) enum Weather {
            Sunshine,
        }

        #[derive(::glim::Model)]
        pub(in super::super) struct Deeper {
            r#match: i32,
        }
    }
}

#[path = "elsewhere/renamed.rs"]
mod other;

include!("included.in");

fn function() {
    #[derive(Model)]
    #[glim(table = "in_function")]
    struct InFunction {
        id: i32,
    }
}

struct Holder;

impl Holder {
    fn method() {
        if true {
            #[derive(glim::Model)]
            struct InMethod {
                id: i32,
            }
        }
    }
}

#[cfg(any())]
mod never {
    #[derive(glim::Model)]
    struct Never {
        id: i32,
    }
}

mod foreign {
    /// Somebody else's derive of the same name.
    pub(super) use std::fmt::Debug as Model;

    #[derive(Model)]
    struct Foreign {
        id: i32,
    }
}
