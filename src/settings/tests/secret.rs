//! No password shows, however wrong the configuration is.

use super::*;

const PASSWORD: &str = "hunter2";

/// Everything that a user could see of an attempt to load.
fn everything_shown(project: &Project) -> String {
    match project.load() {
        Ok(settings) => format!("{settings:?}\n{settings:#?}\n{:?}", settings.announcement()),
        Err(failure) => {
            let (mut shell, out, err) = crate::report::captured(crate::report::Output::default(), None);
            // The structure itself may be shown with `{:?}` too.
            let debug = format!("{failure:?}");
            shell.failure(&failure);
            format!("{}{}{debug}", out.text(), err.text())
        }
    }
}

#[test]
fn a_good_password_does_not_show() {
    let project =
        toml("[db.default]\ndriver = \"mysql\"\nhost = \"h\"\ndatabase = \"d\"\nuser = \"u\"\npassword = \"hunter2\"");
    assert_eq!(server(&project).password.expect("given").expose_secret(), PASSWORD);
    assert!(!everything_shown(&project).contains(PASSWORD));
    let project = toml("[db.default]\nurl = \"mysql://u:hunter2@h/d\"");
    assert!(!everything_shown(&project).contains(PASSWORD));
}

#[test]
fn a_malformed_file_does_not_show_it() {
    let texts = [
        "[db.default]\npassword = \"hunter2\ndriver = \"mysql\"",
        "[db.default]\npassword = hunter2",
        "[db.default]\npassword = hunter2\"",
        "[db.default]\npasword = \"hunter2\"\ndriver = \"sqlite\"\npath = \"a\"",
        "[db.default]\npassword = { value = \"hunter2\" }",
        "[db.default]\ndriver = \"mysql\", password = \"hunter2\"",
        "db = \"mysql://u:hunter2@h/d\"",
        "[db]\ndefault = \"mysql://u:hunter2@h/d\"",
        "[db.default]\nurl = [\"mysql://u:hunter2@h/d\"]",
        "[db.default]\ndriver = \"mysql://u:hunter2@h/d\"",
        "[db.default]\nurl = mysql://u:hunter2@h/d",
        "[db.default]\npassword = \"\"\"\nhunter2\n\"\"",
        "[db.default]\ndriver = \"postgres\"\npassword = \"a${hunter2\"",
        "[extensions.migration]\npassword = \"hunter2\"",
        "[extensions.migration]\ndb = \"mysql://u:hunter2@h/d\"",
        "[extensions.migration]\nlayout = 3\nmodels = \"x\"\nurl = \"mysql://u:hunter2@h/d\"",
        "password = \"hunter2\"\npassword = \"hunter2\"",
    ];
    for text in texts {
        let project = toml(text);
        assert!(project.load().is_err(), "{text}");
        let shown = everything_shown(&project);
        assert!(!shown.contains(PASSWORD), "{text}\n{shown}");
    }
}

#[test]
fn a_malformed_url_does_not_show_it() {
    let urls = [
        "postgress://u:hunter2@h/d",
        "postgres//u:hunter2@h/d",
        "postgres:/u:hunter2@h/d",
        "postgres:u:hunter2@h/d",
        "u:hunter2@h/d",
        "postgres://u:hunter2",
        "postgres://u:hunter2/d",
        "postgres://u:12/hunter2@h/d",
        "postgres://u:hunter2#@h/d",
        "postgres://u:12?hunter2@h/d",
        "postgres://u:12?hunter2",
        "postgres://u:12/d?hunter2=x",
        "postgres://u:hunter2%4@h/d",
        "postgres://u:hunter2@h:99999/d",
        "postgres://u:hunter2@h",
        "postgres://:hunter2@h/d",
        "postgres://u:hunter2@h/d?sslmode=hunter2",
        "postgres://u:hunter2@h/d?options=hunter2",
        "postgres://u:hunter2@h/d?sslrootcert=nowhere.pem",
        "postgres://u:hunter2@h1,h2/d",
        "postgres://u:hunter2@[::1/d",
        "mysql://h/d?user=u&password=hunter2&search_path=x",
    ];
    for url in urls {
        for project in [
            toml(&format!("[db.default]\nurl = \"{url}\"")),
            Project::new().file(".env", &format!("DATABASE_URL='{url}'")),
        ] {
            assert!(project.load().is_err(), "{url}");
            let shown = everything_shown(&project);
            assert!(!shown.contains(PASSWORD), "{url}\n{shown}");
        }
    }
}

#[test]
fn a_url_as_an_alias_does_not_show_it() {
    let project = toml("[db.default]\nurl = \"sqlite:a.db\"").db("postgres://u:hunter2@h/d");
    let shown = everything_shown(&project);
    assert!(!shown.contains(PASSWORD), "{shown}");
}
