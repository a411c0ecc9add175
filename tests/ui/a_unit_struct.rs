use glim::Model;

#[derive(Model)]
struct User;

fn main() {}
