use glim::Model;

#[derive(Model)]
struct User {
    list: Vec<Vec<i32>>,
    small: Vec<Option<u8>>,
    pair: (i32, i32),
}

fn main() {}
