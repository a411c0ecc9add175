use glim::Model;

#[derive(Model)]
struct User {
    #[glim(primary_key)]
    id: Option<i32>,
}

fn main() {}
