//! SQL migration files: how folders of them are laid out, what a file says about itself, and where its statements end.
//! Nothing here knows a database.

pub mod layout;
pub mod split;
pub mod statement;
