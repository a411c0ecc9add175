//! `SQLite` files that cannot be used.

use std::fs;

use super::{MODELS, check, mistake, uncompiled};

const SQLITE: &str = "[db.default]\ndriver = \"sqlite\"\npath = \"data/app.db\"\n";

#[test]
fn the_path() {
    let project = uncompiled("bad-path");
    project.write("glim.toml", SQLITE);
    let mistakes = [
        mistake("a folder that is not there", "sync")
            .says(2, "error: the folder of the `path` of `[db.default]` does not exist")
            .and("glim.toml:3:"),
        mistake("a folder for a file", "sync")
            .folder("data/app.db")
            .says(2, "error: the `path` of `[db.default]` is a folder"),
        mistake("a file for a folder", "sync")
            .file("data", "not a folder")
            .says(2, "error: the folder of the `path` of `[db.default]` does not exist"),
        mistake("a database in memory", "sync")
            .file("glim.toml", "[db.default]\ndriver = \"sqlite\"\npath = \":memory:\"")
            .says(2, "error: `[db.default]` names a database in memory"),
        mistake("a file that is no database", "sync")
            .file("data/app.db", MODELS.repeat(10))
            .says(2, "error: cannot connect to `default`")
            .and("is not an SQLite database"),
    ];
    check(&mistakes, &project, None);
}

#[test]
fn the_permissions() {
    let project = uncompiled("bad-permissions");
    project.write("glim.toml", SQLITE);
    fs::create_dir(project.path("data")).expect("a folder can be made");
    let no_file = mistake("a folder that must not be written", "sync")
        .mode("data", 0o555)
        .says(2, "error: cannot connect to `default`")
        .and("no permission for");
    check(&[no_file], &project, None);

    project.command().arg("sync").succeeds();
    let mistakes = [
        mistake("a file that must not be written", "sync")
            .mode("data/app.db", 0o444)
            .says(2, "error: cannot connect to `default`")
            .and("the file is read-only"),
        mistake("a file that must not be read", "sync")
            .mode("data/app.db", 0o000)
            .says(2, "error: cannot connect to `default`")
            .and("no permission for"),
        mistake("a folder that must not be entered", "sync")
            .mode("data", 0o000)
            .says(2, "error: cannot connect to `default`")
            .and("no permission for"),
        mistake("a database in a folder that must not be written", "sync --name User")
            .file("src/lib.rs", MODELS.replace("\"users\"", "\"people\"").replace("users.id", "people.id"))
            .mode("data", 0o555)
            .says(1, "error: cannot create table `people` of model `User`")
            .and("nothing was created"),
    ];
    check(&mistakes, &project, None);
}
