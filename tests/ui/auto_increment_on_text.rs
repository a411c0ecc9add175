use glim::Model;

#[derive(Model)]
struct User {
    #[glim(primary_key, auto_increment)]
    id: String,
}

fn main() {}
