//! SQL migration files: how folders of them are laid out, what a file says about itself, and where its statements end.
//! Nothing here knows a database.

mod checksum;
pub mod layout;
pub mod split;
pub mod statement;

pub use checksum::checksum;
