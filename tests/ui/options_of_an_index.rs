use glim::Model;

#[derive(Model)]
#[glim(index(id, nam = "x"), unique(id, 5), primary_key, index = "id")]
struct User {
    #[glim(primary_key)]
    id: i32,
}

fn main() {}
