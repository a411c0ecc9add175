//! Mistakes in the configuration: all are said at once, with file and line, before anything is done.

use super::{Mistake, check, mistake, uncompiled};

/// `sync` with this alias in `glim.toml`.
fn alias(name: &'static str, lines: &str) -> Mistake {
    mistake(name, "sync").file("glim.toml", format!("[db.default]\n{lines}\n"))
}

#[test]
fn the_file() {
    let project = uncompiled("bad-file");
    let manifest = project.read("Cargo.toml");
    let table = "[workspace.metadata.glim.db.default]\nurl = \"sqlite:app.db\"";
    let mistakes = [
        mistake("TOML that is none", "sync")
            .file("glim.toml", "[db.default\ndriver = \"sqlite\"")
            .says(2, "error: `glim.toml` is not valid TOML")
            .and("glim.toml:1:"),
        mistake("a configuration in two places", "sync")
            .file("Cargo.toml", format!("{manifest}\n{table}"))
            .says(2, "error: the configuration stands in two places"),
        mistake("the configuration of one package", "sync")
            .file("Cargo.toml", format!("{manifest}\n{}", table.replace("workspace", "package")))
            .says(2, "error: `[package.metadata.glim]` is not read"),
        mistake("a folder for a file", "sync")
            .folder("glim.toml")
            .says(2, "error: cannot read `glim.toml`")
            .and("a file is expected here"),
        mistake("a file that must not be read", "sync")
            .mode("glim.toml", 0o000)
            .says(2, "error: cannot read `glim.toml`")
            .and("give yourself the right to read it"),
        mistake("an unknown table", "sync")
            .file("glim.toml", "[bd.default]\ndriver = \"sqlite\"\npath = \"app.db\"")
            .says(2, "error: unknown key `bd` in the configuration")
            .and("known keys: extensions, db"),
        mistake("an unknown alias by default", "sync")
            .file("glim.toml", "[extensions.migration]\ndb = \"prod\"\n[db.default]\nurl = \"sqlite:app.db\"")
            .says(2, "error: unknown alias `prod`")
            .and("configured are default"),
        mistake("an unknown alias on the command line", "sync --db protectd")
            .says(2, "error: unknown alias `protectd` in `--db`")
            .and("did you mean `protected`?"),
        mistake("a URL for an alias", "sync --db postgres://me:secret@host/app")
            .says(2, "error: unknown alias `...` in `--db`")
            .and("a URL belongs in `glim.toml`"),
        mistake("a variable that is not set", "sync")
            .says(2, "error: the variable `TEST_DATABASE_URL` is not set")
            .and("glim.toml:5:"),
    ];
    check(&mistakes, &project, None);
}

#[test]
fn the_keys() {
    let server = "driver = \"postgres\"\nhost = \"h\"\ndatabase = \"d\"\nuser = \"u\"\n";
    let with = |name, line: &str| alias(name, &format!("{server}{line}"));
    let mistakes = [
        alias("a key that is nearly one", "driver = \"sqlite\"\npth = \"app.db\"")
            .says(2, "error: unknown key `pth` in `[db.default]`")
            .and("did you mean `path`?")
            .and("glim.toml:3:1"),
        alias("an unknown driver", "driver = \"sqlight\"\npath = \"app.db\"")
            .says(2, "error: unknown driver `sqlight` in `[db.default]`")
            .and("write `driver = \"sqlite\"`"),
        alias("no driver", "path = \"app.db\"").says(2, "error: `[db.default]` has no `driver`"),
        alias("no path", "driver = \"sqlite\"").says(2, "error: `[db.default]` has no `path`"),
        alias("no host", "driver = \"postgres\"").says(2, "error: `[db.default]` has no `host`").and("has no `user`"),
        alias("keys of another database", "driver = \"sqlite\"\npath = \"app.db\"\nhost = \"h\"")
            .says(2, "error: `host` in `[db.default]` means nothing to sqlite"),
        with("a text for a number", "port = \"5432\"").says(2, "error: `port` in `[db.default]` is text, not a number"),
        with("a port that is none", "port = 65536").says(2, "error: the `port` of `[db.default]` is not a port"),
        with("an unknown sslmode", "sslmode = \"verify_al\"").says(2, "error: unknown `sslmode` in `[db.default]`"),
        with("an authority that is not there", "sslrootcert = \"nowhere.pem\"")
            .says(2, "error: cannot read the `sslrootcert` of `[db.default]`"),
        with("a certificate without its key", "sslcert = \"Cargo.toml\"")
            .says(2, "error: `[db.default]` has one of `sslcert` and `sslkey`"),
        with("a time-out without a unit", "connect_timeout = 5")
            .says(2, "error: `connect_timeout` in `[db.default]` is a number, not text with a unit")
            .and("write `connect_timeout = \"5s\"`"),
        with("a variable without its end", "password = \"${PASSWORD\"")
            .says(2, "error: a variable in `[db.default]` is malformed"),
        alias("a URL and its parts", "url = \"sqlite:app.db\"\npath = \"app.db\"")
            .says(2, "error: `[db.default]` has both `url` and `path`"),
        alias("a URL of an unknown kind", "url = \"oracle://me@host/app\"")
            .says(2, "error: the URL of `[db.default]` is for no database that glim knows"),
        mistake("a DATABASE_URL that is none", "sync")
            .variable("DATABASE_URL", "host/app")
            .says(2, "error: the folder of the `path` of `DATABASE_URL` does not exist"),
    ];
    check(&mistakes, &uncompiled("bad-keys"), None);
}
