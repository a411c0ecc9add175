use glim::Model;

#[derive(Model)]
#[glim(table = "")]
struct User {
    #[glim(primary_key, column = " ")]
    id: i32,
}

fn main() {}
