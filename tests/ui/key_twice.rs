use glim::Model;

#[derive(Model)]
#[glim(table = "a", table = "b")]
struct User {
    #[glim(primary_key, length = 5)]
    #[glim(length = 6)]
    name: String,
}

fn main() {}
