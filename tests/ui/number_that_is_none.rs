use glim::Model;

#[derive(Model)]
struct User {
    #[glim(length = "5")]
    a: String,
    #[glim(length = -5)]
    b: String,
    #[glim(length)]
    c: String,
    #[glim(length = 5u8)]
    d: String,
    #[glim(length = 5000000000)]
    e: String,
}

fn main() {}
