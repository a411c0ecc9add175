use glim::Model;

#[derive(Model)]
struct User {
    #[glim(default = 256)]
    a: u8,
    #[glim(default = -1)]
    b: u64,
    #[glim(length = 2, default = "new")]
    c: String,
    #[glim(precision = 3, scale = 1, default = 1.25)]
    d: glim::Decimal,
}

fn main() {}
