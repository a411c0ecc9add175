use glim::Model;

#[derive(Model)]
enum Color {
    Red,
}

fn main() {}
