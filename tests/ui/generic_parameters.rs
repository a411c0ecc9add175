use glim::Model;

#[derive(Model)]
struct User<'a, T> {
    id: T,
    name: &'a str,
}

fn main() {}
