use glim::Model;

#[derive(Model)]
struct User {
    #[glim(references = "users")]
    a: i32,
    #[glim(references = "public.users.id")]
    b: i32,
    #[glim(references(users))]
    c: i32,
}

fn main() {}
