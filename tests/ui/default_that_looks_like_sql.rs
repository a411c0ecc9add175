use glim::Model;

#[derive(Model)]
struct User {
    #[glim(default = "CURRENT_TIMESTAMP")]
    a: glim::Timestamp,
    #[glim(default = "gen_random_uuid()")]
    b: glim::Uuid,
}

fn main() {}
