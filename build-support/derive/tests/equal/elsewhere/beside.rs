//! Beside the file that `#[path]` names.

use glim::*;

#[derive(Model)]
struct Beside {
    #[glim(length = 3)]
    id: String,
}
