use glim::Model;

#[derive(Model)]
struct User {
    #[glim(length = 5)]
    a: i32,
    #[glim(length = 0)]
    b: String,
    #[glim(length = 5)]
    c: [u8; 16],
    #[glim(length = 5, sql_type = "citext")]
    d: String,
    #[glim(precision = 5)]
    e: f64,
}

fn main() {}
