use glim::Model;

#[derive(Model)]
struct User {
    #[glim(primary_key auto_increment)]
    a: i32,
    #[glim(length: 5)]
    b: String,
    #[glim("unique")]
    c: String,
    #[glim(column =)]
    d: String,
    #[glim(unique(a))]
    e: String,
}

fn main() {}
