use glim::Model;

struct Color;

#[derive(Model)]
struct User {
    color: Color,
    list: Vec<i32>,
    pair: (i32, i32),
}

fn main() {}
