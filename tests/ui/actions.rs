use glim::Model;

#[derive(Model)]
struct User {
    #[glim(references = "users.id", on_delete = "cascde")]
    a: i32,
    #[glim(references = "users.id", on_update = "explode")]
    b: i32,
    #[glim(on_delete = "cascade")]
    c: i32,
    #[glim(references = "users.id", on_delete = "set null")]
    d: i32,
    #[glim(references = "users.id", on_delete = "set default")]
    e: i32,
}

fn main() {}
