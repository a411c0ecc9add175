use glim::Model;

#[derive(Model)]
union User {
    id: i32,
}

fn main() {}
