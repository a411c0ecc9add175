use glim::Model;

#[derive(Model)]
struct User {
    a: usize,
    b: isize,
    c: i128,
    d: Option<u128>,
}

fn main() {}
