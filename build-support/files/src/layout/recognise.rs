//! Which layout a folder has, as far as the folder itself leaves no doubt.

use std::path::PathBuf;

use super::{File, Layout, Listing, Problem, Version, dbmate, diesel, glim, parse_as, refinery, sections, sqlx};

/// The layout of a folder. One without SQL may have any: it is glim's.
pub(super) fn layout(listing: &Listing) -> Result<Layout, Problem> {
    let shown: Vec<(Layout, PathBuf)> =
        Layout::ALL.into_iter().filter_map(|layout| Some((layout, evidence(listing, layout)?))).collect();
    let plain = listing.files.iter().find(|file| is_plain(file)).map(|file| listing.path_of(file));
    match (shown.as_slice(), plain) {
        ([], Some(plain)) => of_plain(listing, plain),
        ([], None) => match listing.files.iter().find(|file| file.looks_like_sql()) {
            Some(file) => Err(unknown(listing, file)),
            None => Ok(Layout::Glim),
        },
        // Those two look into folders below, so that the files beside them may be another tool's.
        ([(layout @ (Layout::Diesel | Layout::Refinery), path)], Some(plain))
            if path.parent() != Some(listing.path.as_path()) =>
        {
            Err(unclear(listing, &[(*layout, path.clone()), (Layout::Sqlx, plain)]))
        }
        ([(layout, _)], _) => Ok(*layout),
        (several, _) => Err(unclear(listing, several)),
    }
}

/// A file that only this layout has.
fn evidence(listing: &Listing, layout: Layout) -> Option<PathBuf> {
    let file =
        |fits: &dyn Fn(&File) -> bool| listing.files.iter().find(|file| fits(file)).map(|file| listing.path_of(file));
    match layout {
        Layout::Glim => file(&|file| {
            // In refinery's files, `-- glim:no-transaction` may stand too.
            glim::is_named(file) || !refinery::is_named(file) && file.peek().is_some_and(sections::any)
        }),
        Layout::Diesel => {
            listing.folders.iter().find(|folder| diesel::is_migration(folder)).map(|folder| folder.path.join("up.sql"))
        }
        Layout::Sqlx => file(&|file| number(file) && sqlx::Kind::of(&file.name) != sqlx::Kind::Simple),
        Layout::Refinery => refinery::first(listing),
        Layout::Dbmate => file(&|file| dbmate::split(&file.name).is_some() && file.peek().is_some_and(dbmate::has_up)),
    }
}

/// Whether sqlx, and perhaps another tool, would take the file for a migration.
fn number(file: &File) -> bool {
    sqlx::split(&file.name).is_some_and(|(version, _)| version.parse::<i64>().is_ok())
}

fn is_plain(file: &File) -> bool {
    number(file) || file.is_sql() && glim::version(&file.name).is_some()
}

/// Files without any mark: `1_name.sql` is the same to sqlx and to glim, and so to be had with sqlx's other rules. But
/// `20261122_150203_name.sql` has the version 20261122 there, and 20261122150203 here: where all are named so, the folder
/// is ours, since no tool of sqlx writes such names.
fn of_plain(listing: &Listing, plain: PathBuf) -> Result<Layout, Problem> {
    let differs = |file: &File| {
        let (here, there) = (glim::version(&file.name), sqlx::split(&file.name));
        matches!((here, there), (Some((here, _)), Some((there, _))) if here != Version::digits(there))
    };
    if listing.files.iter().filter(|file| is_plain(file)).all(differs) {
        return Ok(Layout::Glim);
    }
    let differs = listing.files.iter().any(differs);
    if !differs && listing.files.iter().filter(|file| is_plain(file)).all(number) {
        return Ok(Layout::Sqlx);
    }
    match (parse_as(listing, Layout::Sqlx), parse_as(listing, Layout::Glim)) {
        (Err(_), Ok(_)) => Ok(Layout::Glim),
        _ if differs => Err(unclear(listing, &[(Layout::Sqlx, plain.clone()), (Layout::Glim, plain)])),
        _ => Ok(Layout::Sqlx),
    }
}

fn unclear(listing: &Listing, shown: &[(Layout, PathBuf)]) -> Problem {
    let names: Vec<_> = shown.iter().map(|(layout, path)| format!("{layout} (`{}`)", path.display())).collect();
    let settings: Vec<_> = shown.iter().map(|(layout, _)| format!("`layout = \"{layout}\"`")).collect();
    Problem::new(&listing.path, format!("the folder may have the layout of {}", names.join(" or of ")))
        .help(format!("set {} in glim.toml", settings.join(" or ")))
}

fn unknown(listing: &Listing, file: &File) -> Problem {
    let examples: Vec<_> = Layout::ALL.iter().map(|layout| format!("{} ({layout})", layout.example())).collect();
    Problem::new(listing.path_of(file), "no layout has files with such a name")
        .help(format!("migrations are named like {}; or set `layout = \"...\"` in glim.toml", examples.join(", ")))
}
