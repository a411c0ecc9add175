use glim::Model;

#[derive(Model)]
#[glim(tabel = "users", index(nmae), check = "")]
struct User {
    #[glim(primary_key, auto_increment = 1)]
    id: Option<usize>,
    #[glim(lenght = 5)]
    name: &'static str,
    #[glim(references = "teams", on_delete = "vanish")]
    team: i32,
    #[glim(default = "x", column = "NAME")]
    rank: u8,
}

#[derive(Model)]
#[glim(db = "")]
enum Second {
    A,
}

fn main() {}
