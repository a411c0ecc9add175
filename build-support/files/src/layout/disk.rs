//! Listing and reading a folder: the only I/O of the layouts.

use std::ffi::OsString;
use std::fs::{self, DirEntry};
use std::io::{self, Read as _};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::thread;

use super::listing::SQL;
use super::{Content, File, Layout, Listing, Problem};

/// Entries of a folder from which on threads pay.
const MANY: usize = 512;

/// Most migrations are shorter than this, in bytes.
const BUFFER: usize = 16 << 10;

/// More threads than this gain nothing from one disk.
const THREADS: usize = 8;

/// Lists a folder and reads its SQL files: as deep as the layout goes, or as any does.
pub fn list(folder: &Path, layout: Option<Layout>) -> Result<Listing, Problem> {
    let depth = match layout {
        Some(Layout::Glim | Layout::Sqlx | Layout::Dbmate) => 0,
        Some(Layout::Diesel) => 1,
        Some(Layout::Refinery) | None => usize::MAX,
    };
    let failed = |error: &io::Error| Problem::new(folder, format!("the folder cannot be read: {error}"));
    let entries = entries(folder).map_err(|error| failed(&error))?;
    let threads = if entries.len() < MANY { 1 } else { thread::available_parallelism().map_or(1, NonZero::get) };
    let chunk = entries.len().div_ceil(threads.min(THREADS)).max(1);
    let mut listing = Listing { path: folder.to_owned(), ..Listing::default() };
    let parts: Vec<Listing> = if entries.len() <= chunk {
        vec![read(folder, &entries, depth, 0)]
    } else {
        thread::scope(|scope| {
            let work = |part| scope.spawn(move || read(folder, part, depth, 0));
            let threads: Vec<_> = entries.chunks(chunk).map(work).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    };
    for mut part in parts {
        listing.files.append(&mut part.files);
        listing.folders.append(&mut part.folders);
    }
    Ok(listing)
}

/// The names of a folder, in order.
fn entries(folder: &Path) -> io::Result<Vec<(OsString, DirEntry)>> {
    let mut entries = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| (entry.file_name(), entry)))
        .collect::<io::Result<Vec<_>>>()?;
    entries.sort_unstable_by(|one, two| one.0.cmp(&two.0));
    Ok(entries)
}

/// Reads some entries of a folder, which is that deep.
fn read(folder: &Path, entries: &[(OsString, DirEntry)], depth: usize, deep: usize) -> Listing {
    let mut listing = Listing { path: folder.to_owned(), ..Listing::default() };
    let mut buffer = Vec::with_capacity(BUFFER);
    for (name, entry) in entries {
        let mut is_folder = entry.file_type().is_ok_and(|kind| kind.is_dir());
        let link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        if link {
            is_folder = fs::metadata(entry.path()).is_ok_and(|target| target.is_dir());
        }
        if !is_folder {
            listing.files.push(read_file(&entry.path(), name, deep, &mut buffer));
        } else if deep < depth && !(link && deep > 0) {
            // Only diesel follows a link to a folder, and looks no deeper into it: no loop can arise.
            let within = if link { 0 } else { depth };
            listing.folders.push(read_folder(entry.path(), link, within, deep + 1));
        } else {
            listing.folders.push(Listing { path: entry.path(), link, ..Listing::default() });
        }
    }
    listing
}

fn read_folder(path: PathBuf, link: bool, depth: usize, deep: usize) -> Listing {
    match entries(&path) {
        Ok(entries) => Listing { link, ..read(&path, &entries, depth, deep) },
        // A layout that needs the folder finds its file missing; the others need not care.
        Err(_) => Listing { path, link, ..Listing::default() },
    }
}

fn read_file(path: &Path, name: &OsString, deep: usize, buffer: &mut Vec<u8>) -> File {
    let (name, lossy) = match name.to_str() {
        Some(name) => (name.to_owned(), false),
        None => (name.to_string_lossy().into_owned(), true),
    };
    let wanted = match deep {
        0 => name.ends_with(SQL),
        // Deeper down there are diesel's files and refinery's, and who knows what else.
        _ => {
            matches!(&*name, "up.sql" | "down.sql" | "metadata.toml")
                || name.ends_with(SQL) && name.starts_with(['U', 'V', '|'])
        }
    };
    let content = if wanted {
        buffer.clear();
        // Without asking for each file's size first, which most need not.
        match fs::File::open(path).and_then(|file| file.take(u64::MAX).read_to_end(buffer)) {
            Ok(_) => Content::of(buffer.clone()),
            Err(error) => Content::Failed(format!("the file cannot be read: {error}"), None),
        }
    } else {
        Content::Unread
    };
    File { name, lossy, content }
}
