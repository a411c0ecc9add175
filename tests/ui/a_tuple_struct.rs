use glim::Model;

#[derive(Model)]
struct User(i32, String);

fn main() {}
