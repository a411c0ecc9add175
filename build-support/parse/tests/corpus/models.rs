//! Models of glim.

use glim::Model;
use glim::Model as Table;

/// A doc comment with ä.
#[derive(Clone, Debug, Table)]
#[glim(table = "people", db = "main", was = "users", comment = "it's \"quoted\"")]
#[glim(unique(name, team, name = "one_name"), unique(r#type), index(team, born, unique), index(name, name = "by_name"))]
#[glim(check = "born > '1900-01-01'", check = "team <> ''")]
struct Person {
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
    wage: rust_decimal::Decimal,
    #[glim(default = false)]
    active: Option<Box<bool>>,
    #[glim(sql_type = "varchar(20)", default = r#"r"aw"#)]
    native: std::borrow::Cow<'static, str>,
    bytes: Option<Box<[u8]>>,
    array: [u8; 16],
    instant: chrono::DateTime<chrono::Utc>,
    json: serde_json::Value,
    #[glim(skip)]
    skipped: Vec<u64>,
    #[cfg(any(windows, feature = "off"))]
    never: NotEvenAType,
    #[cfg_attr(all(unix, not(test)), glim(length = 7))]
    seven: String,
}

#[derive(Table)]
#[glim(frozen, primary_key(second, first), crate = "::other")]
pub(in super::super) struct Shape {
    first: i32,
    second: i16,
}

mod inner {
    #![cfg(feature = "on")]
    use super::*;

    fn function<'a, const N: usize>(_: impl Fn(&'a str) -> char) {
        let _ = ('a', b'\'', "//", r#"""#, 1.0e-5_f64, 'outer: loop { break 'outer });
        #[derive(Model)]
        struct InFunction {
            id: i64,
        }
    }
}

#[path = "elsewhere.rs"]
mod other;
include!("included.in");
mod missing;
