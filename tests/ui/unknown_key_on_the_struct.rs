use glim::Model;

#[derive(Model)]
#[glim(tabel = "users", colour = "red")]
struct User {
    #[glim(primary_key)]
    id: i32,
}

fn main() {}
