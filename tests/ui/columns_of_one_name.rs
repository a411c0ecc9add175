use glim::Model;

#[derive(Model)]
struct User {
    id: i32,
    #[glim(column = "ID")]
    number: i32,
    #[glim(column = "größe")]
    a: i32,
    #[glim(column = "GRÖSSE")]
    b: i32,
    #[glim(column = "Ä")]
    c: i32,
    #[glim(column = "ä")]
    d: i32,
    name: String,
    #[allow(non_snake_case)]
    Name: String,
}

fn main() {}
