//! Projects that another tool has kept so far, for the parts of README.md that begin with one.

use std::fs;
use std::path::Path;

use crate::support::repository;

/// Makes such a project in an empty folder: the tool's migrations, and a database in which it has applied all but the
/// last of them.
pub(super) fn make(tool: &str, folder: &Path) {
    let fixture = repository().join("fixtures/adopt").join(tool);
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    };
    write("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[workspace]\n");
    write("src/lib.rs", "");
    write("glim.toml", "[db.default]\ndriver = \"sqlite\"\npath = \"dev.db\"\n");
    if fixture.join("migrations").is_dir() {
        copy(&fixture.join("migrations"), &folder.join("migrations"));
    }
    let history = fs::read_to_string(fixture.join("history.sqlite.sql")).expect("the tool has a history");
    let database = rusqlite::Connection::open(folder.join("dev.db")).expect("a database can be made");
    let users = "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, name varchar(255) NOT NULL);";
    database.execute_batch(&format!("{history}\n{users}")).expect("the history can be read in");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder can be made");
    for entry in fs::read_dir(from).unwrap_or_else(|error| panic!("{}: {error}", from.display())) {
        let path = entry.expect("the folder can be read").path();
        let to = to.join(path.file_name().expect("it has a name"));
        if path.is_dir() {
            copy(&path, &to);
        } else {
            fs::copy(&path, &to).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        }
    }
}
