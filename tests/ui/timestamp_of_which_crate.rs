use glim::Model;

use glim::Timestamp;

#[derive(Model)]
struct User {
    at: Timestamp,
}

fn main() {}
