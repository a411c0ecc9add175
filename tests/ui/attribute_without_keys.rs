use glim::Model;

#[derive(Model)]
struct User {
    #[glim]
    a: i32,
    #[glim = "x"]
    b: i32,
}

fn main() {}
