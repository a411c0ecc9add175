use glim::Model;

#[derive(Model)]
struct User {
    name: &'static str,
    bytes: &'static [u8],
}

fn main() {}
