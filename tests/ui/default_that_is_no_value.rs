use glim::{Enum, Model};

#[derive(Enum)]
enum Mood {
    Happy,
    Sad,
}

#[derive(Model)]
struct User {
    #[glim(primary_key, default = true)]
    mood: Mood,
    #[glim(default = 1)]
    before: Option<Mood>,
}

fn main() {}
