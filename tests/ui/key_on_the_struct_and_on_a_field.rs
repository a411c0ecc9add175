use glim::Model;

#[derive(Model)]
#[glim(primary_key(a, b))]
struct User {
    #[glim(primary_key)]
    a: i32,
    b: i32,
}

fn main() {}
