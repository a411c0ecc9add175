//! Folders of SQL migrations, in the layout of any of the tools that keep such folders. Each layout has its tool's own
//! rules: which files count, how versions compare, what runs without a transaction.
//!
//! [`read`] lists and reads; all else is pure: [`Listing::new`] makes a listing of what is in memory, and [`parse`]
//! makes migrations of it.

mod comment;
mod dbmate;
mod diesel;
mod disk;
mod draft;
mod glim;
mod join;
mod kind;
mod listing;
mod metadata;
mod migration;
mod problem;
mod recognise;
mod refinery;
mod sections;
mod sqlx;
mod version;

use std::path::Path;

pub use self::disk::list;
pub use self::join::join;
pub use self::kind::{Layout, UnknownLayout};
pub use self::listing::{Content, File, Listing};
pub use self::migration::{Folder, Migration, Script};
pub use self::problem::Problem;
pub use self::version::Version;

/// Reads a folder, in that layout, or in the one that the folder itself shows. All that is wrong is found before any of
/// it is returned.
pub fn read(folder: &Path, layout: Option<Layout>) -> Result<Folder, Vec<Problem>> {
    let listing = list(folder, layout).map_err(|problem| vec![problem])?;
    parse(&listing, layout)
}

/// Makes migrations of what a folder holds.
pub fn parse(listing: &Listing, layout: Option<Layout>) -> Result<Folder, Vec<Problem>> {
    let layout = match layout {
        Some(layout) => layout,
        None => recognise::layout(listing).map_err(|problem| vec![problem])?,
    };
    parse_as(listing, layout)
}

fn parse_as(listing: &Listing, layout: Layout) -> Result<Folder, Vec<Problem>> {
    match layout {
        Layout::Glim => glim::parse(listing),
        Layout::Diesel => diesel::parse(listing),
        Layout::Sqlx => sqlx::parse(listing),
        Layout::Refinery => refinery::parse(listing),
        Layout::Dbmate => dbmate::parse(listing),
    }
    .finish(layout)
}
