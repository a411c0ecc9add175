use glim::Enum;

#[derive(Enum)]
enum WithFields {
    Plain,
    Tuple(i32),
    Named { id: i32 },
}

#[derive(Enum)]
enum Empty {}

#[derive(Enum)]
struct Struct {
    id: i32,
}

#[derive(Enum)]
enum Generic<T> {
    A(T),
}

fn main() {}
