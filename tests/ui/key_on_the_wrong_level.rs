use glim::Model;

#[derive(Model)]
#[glim(length = 5)]
struct User {
    #[glim(primary_key, table = "users")]
    id: i32,
}

fn main() {}
