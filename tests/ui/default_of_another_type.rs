use glim::Model;

#[derive(Model)]
struct User {
    #[glim(default = "0")]
    a: i32,
    #[glim(default = 1)]
    b: bool,
    #[glim(default = true)]
    c: String,
    #[glim(default = 0.5)]
    d: u8,
    #[glim(default = "x")]
    e: Vec<u8>,
    #[glim(default = now())]
    f: glim::Timestamp,
}

fn main() {}
