use glim::Model;

#[derive(Model)]
struct User {
    #[glim(primary_key, auto_increment)]
    a: i32,
    #[glim(primary_key)]
    b: i32,
}

fn main() {}
