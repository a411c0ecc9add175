use glim::Model;

#[derive(Model)]
struct User {
    #[glim(primary_key = true)]
    id: i32,
    #[glim(skip(now))]
    name: String,
}

fn main() {}
