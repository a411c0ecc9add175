//! A module at another path, with one beside it.

mod beside;

#[derive(glim::Model)]
struct Renamed {
    id: i32,
}
