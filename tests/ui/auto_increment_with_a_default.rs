use glim::Model;

#[derive(Model)]
struct User {
    #[glim(primary_key, auto_increment, default = 1)]
    id: i32,
}

fn main() {}
