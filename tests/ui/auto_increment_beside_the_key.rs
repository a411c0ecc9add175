use glim::Model;

#[derive(Model)]
struct User {
    #[glim(primary_key)]
    id: i32,
    #[glim(auto_increment)]
    number: i32,
}

fn main() {}
