use glim::Model;

#[derive(Model)]
#[glim(index(nmae), unique(team, name), unique(cached), index(name, name), index())]
struct User {
    #[glim(primary_key)]
    id: i32,
    name: String,
    #[glim(skip)]
    cached: String,
}

fn main() {}
