//! Two models with most of what a model can say.

use glim::Model;

#[derive(Model)]
#[glim(table = "teams", comment = "who plays together")]
pub struct Team {
    #[glim(primary_key, auto_increment)]
    pub id: i32,
    #[glim(length = 40)]
    pub name: String,
}

#[derive(Model)]
#[glim(table = "users", index(state, age, name = "chosen"), check = "age < 200")]
pub struct User {
    #[glim(primary_key)]
    pub id: i64,
    #[glim(length = 80, unique)]
    pub email: String,
    #[glim(default = 18, check = "age > 0", comment = "in years")]
    pub age: i32,
    #[glim(references = "teams.id", on_delete = "cascade", index)]
    pub team_id: Option<i32>,
    #[glim(default = "new", length = 20)]
    pub state: String,
    #[glim(default = true)]
    pub active: bool,
    #[glim(precision = 10, scale = 2, default = 0)]
    pub credit: rust_decimal::Decimal,
    pub settings: serde_json::Value,
    pub token: uuid::Uuid,
    pub picture: Option<Vec<u8>>,
    pub seen_at: Option<chrono::DateTime<chrono::Utc>>,
    pub born: Option<chrono::NaiveDate>,
}
