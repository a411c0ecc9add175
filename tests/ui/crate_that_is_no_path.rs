use glim::Model;

#[derive(Model)]
#[glim(crate = "not a path")]
struct User {
    #[glim(primary_key)]
    id: i32,
}

fn main() {}
