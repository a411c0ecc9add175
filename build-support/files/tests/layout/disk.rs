//! Folders as they lie on a disk.

use std::fs;
use std::path::Path;

use glim_files::layout::{Layout, read};
use tempfile::TempDir;

fn write(folder: &Path, file: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().expect("it is in the folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

fn names(folder: &Path, layout: Option<Layout>) -> Vec<String> {
    read(folder, layout).expect("a layout").migrations.into_iter().map(|migration| migration.name).collect()
}

#[test]
fn a_folder_is_read() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "2_b.up.sql", "b");
    write(folder.path(), "1_a.up.sql", "a\r\n");
    write(folder.path(), "1_a.down.sql", "c");
    write(folder.path(), "README.md", [0xff]);
    let read = read(folder.path(), None).expect("sqlx's layout");
    assert_eq!((read.layout, read.migrations.len()), (Layout::Sqlx, 2));
    assert_eq!(read.migrations[0].run.text(), "a\r\n");
    assert_eq!(read.migrations[0].run.path, folder.path().join("1_a.up.sql"));
}

#[test]
fn many_files_are_all_read_in_order() {
    let folder = TempDir::new().expect("a folder");
    for number in 0..2_000 {
        write(folder.path(), &format!("{number:04}_a/up.sql"), format!("select {number}"));
        write(folder.path(), &format!("{number:04}_a/down.sql"), "b");
    }
    let read = read(folder.path(), None).expect("diesel's layout");
    assert_eq!((read.layout, read.migrations.len()), (Layout::Diesel, 2_000));
    for (number, migration) in read.migrations.iter().enumerate() {
        assert_eq!(
            (&*migration.name, migration.run.text()),
            (&*format!("{number:04}_a"), &*format!("select {number}"))
        );
    }
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = TempDir::new().expect("a folder");
    let missing = folder.path().join("missing");
    let problems = read(&missing, None).expect_err("it is missing");
    assert_eq!(problems[0].path.as_deref(), Some(&*missing));
    assert!(problems[0].message.starts_with("the folder cannot be read: "), "{}", problems[0].message);
}

#[test]
fn only_refinery_looks_into_folders_at_any_depth() {
    let folder = TempDir::new().expect("a folder");
    write(folder.path(), "V1__a.sql", "a");
    write(folder.path(), "x/y/z/V2__b.sql", "b");
    write(folder.path(), "x/y/z/3_c.sql", [0xff]);
    assert_eq!(names(folder.path(), None), ["V1__a", "V2__b"]);
    assert_eq!(names(folder.path(), Some(Layout::Dbmate)), [""; 0]);
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn the_folder_itself_may_be_a_link() {
        let folder = TempDir::new().expect("a folder");
        write(folder.path(), "real/1_a.sql", "a");
        symlink(folder.path().join("real"), folder.path().join("link")).expect("a link");
        assert_eq!(names(&folder.path().join("link"), None), ["1_a"]);
    }

    #[test]
    fn a_file_may_be_a_link_that_leads_somewhere() {
        let folder = TempDir::new().expect("a folder");
        write(folder.path(), "elsewhere/x.sql", "a");
        let migrations = folder.path().join("migrations");
        fs::create_dir(&migrations).expect("a folder");
        symlink("../elsewhere/x.sql", migrations.join("1_a.sql")).expect("a link");
        assert_eq!(names(&migrations, None), ["1_a"]);
        symlink("../elsewhere/y.sql", migrations.join("2_b.sql")).expect("a link");
        let problems = read(&migrations, None).expect_err("the link leads nowhere");
        assert_eq!(problems[0].path, Some(migrations.join("2_b.sql")));
    }

    #[test]
    fn diesel_follows_a_link_to_a_folder_and_refinery_does_not() {
        let folder = TempDir::new().expect("a folder");
        write(folder.path(), "elsewhere/up.sql", "a");
        write(folder.path(), "elsewhere/V2__b.sql", "b");
        write(folder.path(), "migrations/V1__a.sql", "a");
        let migrations = folder.path().join("migrations");
        symlink("../elsewhere", migrations.join("1_a")).expect("a link");
        assert_eq!(names(&migrations, Some(Layout::Diesel)), ["1_a"]);
        assert_eq!(names(&migrations, Some(Layout::Refinery)), ["V1__a"]);
    }

    #[test]
    fn a_link_to_its_own_folder_is_no_trap() {
        let folder = TempDir::new().expect("a folder");
        write(folder.path(), "V1__a.sql", "a");
        write(folder.path(), "below/V2__b.sql", "b");
        symlink(folder.path(), folder.path().join("loop")).expect("a link");
        symlink(folder.path(), folder.path().join("below/loop")).expect("a link");
        assert_eq!(names(folder.path(), None), ["V1__a", "V2__b"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_utf_8_is_refused() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    let folder = TempDir::new().expect("a folder");
    fs::write(folder.path().join(OsStr::from_bytes(b"1_caf\xe9.sql")), "a").expect("a file");
    let problems = read(folder.path(), Some(Layout::Sqlx)).expect_err("it has no name");
    assert_eq!(problems[0].message, "the name of the file is not UTF-8");
}
