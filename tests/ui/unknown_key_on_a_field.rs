use glim::Model;

#[derive(Model)]
struct User {
    #[glim(primarykey)]
    id: i32,
    #[glim(lenght = 5)]
    name: String,
    #[glim(shape = "round")]
    shape: String,
}

fn main() {}
