use glim::Model;

#[derive(Model)]
#[glim(table = users, db = 5, was, comment("x"))]
struct User {
    #[glim(primary_key)]
    id: i32,
}

fn main() {}
