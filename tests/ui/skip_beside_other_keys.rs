use glim::Model;

#[derive(Model)]
struct User {
    #[glim(primary_key)]
    id: i32,
    #[glim(skip, length = 5, unique)]
    name: String,
}

fn main() {}
