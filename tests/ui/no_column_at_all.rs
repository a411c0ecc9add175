use glim::Model;

#[derive(Model)]
struct User {
    #[glim(skip)]
    a: i32,
    #[glim(skip)]
    b: i32,
}

fn main() {}
