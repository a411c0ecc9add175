//! What is refused: each case with the first lines of all that is said, in order.

use super::*;
use crate::exit::Exit;

/// A project that is wrong, and the titles of the errors.
struct Case {
    project: Project,
    titles: Vec<&'static str>,
}

fn case(project: Project, titles: impl IntoIterator<Item = &'static str>) -> Case {
    Case { project, titles: titles.into_iter().collect() }
}

/// An alias `default` of these lines.
fn alias(lines: &str) -> Project {
    toml(&format!("[db.default]\n{lines}"))
}

fn postgres(lines: &str) -> Project {
    alias(&format!("driver = \"postgres\"\nhost = \"h\"\ndatabase = \"d\"\nuser = \"u\"\n{lines}"))
}

fn url(url: &str) -> Project {
    alias(&format!("url = \"{url}\""))
}

fn files() -> Vec<Case> {
    let glim = "[workspace.metadata.glim.db.default]\nurl = \"sqlite:a.db\"";
    vec![
        case(Project::new().folder("glim.toml"), ["cannot read `glim.toml`"]),
        case(toml("[db.default\n"), ["`glim.toml` is not valid TOML"]),
        case(toml("[db.default]\ndriver = sqlite"), ["`glim.toml` is not valid TOML"]),
        case(toml("a = 1\na = 2"), ["`glim.toml` is not valid TOML"]),
        case(toml("").file("Cargo.toml", glim), ["the configuration stands in two places"]),
        case(
            Project::new().file("Cargo.toml", "[package.metadata.glim]\ndb = 1"),
            ["`[package.metadata.glim]` is not read"],
        ),
        case(
            Project::new().file("Cargo.toml", "[workspace.metadata]\nglim = 1"),
            ["`workspace.metadata.glim` is a number, not a table"],
        ),
        case(
            Project::new().file("Cargo.toml", &format!("{glim}\nport = 1\nx = 2")),
            ["`[db.default]` has both `url` and `port`", "unknown key `x` in `[db.default]`"],
        ),
    ]
}

fn keys() -> Vec<Case> {
    vec![
        case(toml("databse = 1"), ["unknown key `databse` in the configuration"]),
        case(toml("db = 1"), ["`db` in the configuration is a number, not a table"]),
        case(toml("[db]\ndriver = \"sqlite\""), ["`driver` in `[db]` is text, not a table"]),
        case(toml("extensions = []"), ["`extensions` in the configuration is a list, not a table"]),
        case(toml("[extensions.migrations]"), ["unknown key `migrations` in `[extensions]`"]),
        case(toml("[extensions.migration]\ndatabase = \"x\""), ["unknown key `database` in `[extensions.migration]`"]),
        case(
            toml("[extensions.migration]\ndb = 1"),
            ["`db` in `[extensions.migration]` is a number, not text in quotes"],
        ),
        case(
            toml("[extensions.migration]\nmodels = \"sea_orm\""),
            ["`models` is `sea_orm`, which is no library that is known"],
        ),
        case(
            toml("[extensions.migration]\nlayout = true"),
            ["`layout` in `[extensions.migration]` is a truth value, not text in quotes"],
        ),
        case(
            alias("drvr = \"sqlite\"\npth = \"a\""),
            ["unknown key `drvr` in `[db.default]`", "unknown key `pth` in `[db.default]`"],
        ),
        case(
            alias("driver = \"postgres\"\nhost = \"h\"\nusr = \"u\""),
            ["`[db.default]` has no `database`", "unknown key `usr` in `[db.default]`"],
        ),
        case(
            alias("driver = \"postgres\"\nhost = \"h\"\nuser = \"u\"\nscheme = \"d\""),
            ["unknown key `scheme` in `[db.default]`"],
        ),
        case(alias(""), ["`[db.default]` has no `driver`"]),
        case(alias("driver = 3"), ["`driver` in `[db.default]` is a number, not text in quotes"]),
        case(alias("driver = \"sqlight\""), ["unknown driver `sqlight` in `[db.default]`"]),
        case(alias("driver = \"oracle\""), ["unknown driver `oracle` in `[db.default]`"]),
        case(alias("driver = \"sqlite\""), ["`[db.default]` has no `path`"]),
        case(
            alias("driver = \"postgres\""),
            ["`[db.default]` has no `host`", "`[db.default]` has no `database`", "`[db.default]` has no `user`"],
        ),
        case(postgres("port = \"5432\""), ["`port` in `[db.default]` is text, not a number"]),
        case(postgres("port = 70000"), ["the `port` of `[db.default]` is not a port"]),
        case(postgres("port = -1"), ["the `port` of `[db.default]` is not a port"]),
        case(postgres("port = \"${PORT}\"").env("PORT", "x"), ["the `port` of `[db.default]` is not a port"]),
        case(postgres("protected = \"yes\""), ["`protected` in `[db.default]` is text, not `true` or `false`"]),
        case(postgres("lock_timeout = 5"), ["`lock_timeout` in `[db.default]` is a number, not text with a unit"]),
        case(postgres("lock_timeout = \"5\""), ["the `lock_timeout` of `[db.default]` is not a time"]),
        case(postgres("connect_timeout = \"0s\""), ["the `connect_timeout` of `[db.default]` is not a time"]),
        case(postgres("sslmode = \"verify\""), ["unknown `sslmode` in `[db.default]`"]),
        case(postgres("sslrootcert = \"no.pem\""), ["cannot read the `sslrootcert` of `[db.default]`"]),
        case(postgres("sslcert = \"c.pem\"").file("c.pem", ""), ["`[db.default]` has one of `sslcert` and `sslkey`"]),
        case(postgres("schema = \"s\""), ["`[db.default]` has both `schema` and `database`"]),
        case(postgres("path = \"p\""), ["`path` in `[db.default]` means nothing to postgres"]),
        case(
            postgres("url = \"x\""),
            [
                "`[db.default]` has both `url` and `host`",
                "`[db.default]` has both `url` and `database`",
                "`[db.default]` has both `url` and `user`",
                "`[db.default]` says `postgres`, its URL `sqlite`",
            ],
        ),
        case(
            alias("driver = \"sqlite\"\npath = \"a\"\nhost = \"h\"\nsslmode = \"require\""),
            ["`host` in `[db.default]` means nothing to sqlite", "`sslmode` in `[db.default]` means nothing to sqlite"],
        ),
        case(
            alias("driver = \"mysql\"\nhost = \"h\"\ndatabase = \"d\"\nuser = \"u\"\nsearch_path = \"x\""),
            ["`search_path` in `[db.default]` means nothing to mysql"],
        ),
        case(alias("driver = \"sqlite\"\npath = \"\""), ["the `path` of `[db.default]` is empty"]),
        case(alias("driver = \"sqlite\"\npath = \":memory:\""), ["`[db.default]` names a database in memory"]),
        case(alias("driver = \"sqlite\"\npath = \"d\"").folder("d"), ["the `path` of `[db.default]` is a folder"]),
        case(
            alias("driver = \"sqlite\"\npath = \"no/a.db\""),
            ["the folder of the `path` of `[db.default]` does not exist"],
        ),
    ]
}

fn variables() -> Vec<Case> {
    vec![
        case(postgres("password = \"${NO}\""), ["the variable `NO` is not set"]),
        case(url("${NO}"), ["the variable `NO` is not set"]),
        case(postgres("password = \"${NO}\"").file(".env", "NO broken"), ["the variable `NO` is not set"]),
        case(postgres("password = \"${A:-b}\""), ["a variable in `[db.default]` is malformed"]),
        case(postgres("password = \"${A\""), ["a variable in `[db.default]` is malformed"]),
        case(
            alias("driver = \"mysql\"\nhost = \"${HOST}\"\ndatabase = \"d\"\nuser = \"u\"").env("HOST", ""),
            ["the `host` of `[db.default]` is empty"],
        ),
    ]
}

fn urls() -> Vec<Case> {
    vec![
        case(url(""), ["the URL of `[db.default]` is empty"]),
        case(url("oracle://u@h/d"), ["the URL of `[db.default]` is for no database that glim knows"]),
        case(url("postgres//u@h/d"), ["the URL of `[db.default]` is not a URL"]),
        case(url("postgres:u@h/d"), ["the URL of `[db.default]` has no `//` after its scheme"]),
        case(url("postgres://u@h:x/d"), ["the URL of `[db.default]` has a malformed host or port"]),
        case(url("postgres://u@h:0/d"), ["the URL of `[db.default]` has a malformed host or port"]),
        case(url("postgres://u@a,b/d"), ["the URL of `[db.default]` has a malformed host or port"]),
        case(url("postgres://u:%zz@h/d"), ["the URL of `[db.default]` has a malformed percent-encoding"]),
        case(url("postgres://u:p#w@h/d"), ["the URL of `[db.default]` has a character that must be percent-encoded"]),
        case(url("postgres://u:1/w@h/d"), ["the URL of `[db.default]` has a `@` after its host"]),
        case(url("postgres://h/d"), ["`[db.default]` has no `user`"]),
        case(url("postgres://u@h"), ["`[db.default]` has no `database`"]),
        case(url("postgres://u@h/d/e"), ["the URL of `[db.default]` has more than a database's name in its path"]),
        case(url("postgres://u@h/d?sslmod=require"), ["the URL of `[db.default]` has an unknown parameter"]),
        case(url("postgres://u@h/d?sslmode=on"), ["unknown `sslmode` in `[db.default]`"]),
        case(
            url("mysql://u@h/d?search_path=x"),
            ["the URL of `[db.default]` has a `search_path`, which is PostgreSQL's alone"],
        ),
        case(url("sqlite::memory:"), ["`[db.default]` names a database in memory"]),
        case(url("sqlite:x?mode=memory"), ["the URL of `[db.default]` names a database in memory"]),
        case(
            alias("url = \"mysql://u@h/d\"\ndriver = \"postgres\""),
            ["`[db.default]` says `postgres`, its URL `mysql`"],
        ),
        case(
            alias("url = \"postgres://u@h/d?sslmode=require\"\nsslmode = \"disable\""),
            ["`[db.default]` has `sslmode` twice, and once in its URL"],
        ),
        case(Project::new().env("DATABASE_URL", "nonsense:x"), ["`DATABASE_URL` is for no database that glim knows"]),
        case(Project::new().env("DATABASE_URL", "mysql://h/d"), ["`DATABASE_URL` has no `user`"]),
    ]
}

fn choice() -> Vec<Case> {
    let two = "[db.laptop]\nurl = \"sqlite:a.db\"\n[db.production]\nurl = \"sqlite:b.db\"";
    vec![
        case(toml(two), ["no connection is chosen"]),
        case(toml(two).db("produktion"), ["unknown alias `produktion` in `--db`"]),
        case(Project::new().db("production"), ["unknown alias `production` in `--db`"]),
        case(toml(&format!("[extensions.migration]\ndb = \"other\"\n{two}")), ["unknown alias `other`"]),
        case(toml(&format!("{two}\nport = 1")).db("laptop"), ["`[db.production]` has both `url` and `port`"]),
    ]
}

#[test]
fn each_is_refused_with_these_words() {
    let cases: Vec<Case> = [files(), keys(), variables(), urls(), choice()].into_iter().flatten().collect();
    assert!(cases.len() >= 70, "{}", cases.len());
    let mut wrong = Vec::new();
    for Case { project, titles } in cases {
        let text = std::fs::read_to_string(project.path("glim.toml")).unwrap_or_default();
        match project.load() {
            Ok(settings) => wrong.push(format!("accepted:\n{text}\n{settings:?}\n")),
            Err(failure) => {
                let found: Vec<&str> = failure.diagnostics.iter().map(|problem| problem.title.as_str()).collect();
                assert_eq!(failure.exit, Exit::Usage, "{text}");
                if found != titles {
                    wrong.push(format!("{text}\nexpected {titles:#?}\nfound {found:#?}\n"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn titles_are_of_one_style_and_every_problem_says_where_or_what_to_do() {
    for Case { project, .. } in [files(), keys(), variables(), urls(), choice()].into_iter().flatten() {
        for problem in project.load().expect_err("refused").diagnostics {
            assert!(!problem.title.ends_with('.'), "{}", problem.title);
            assert!(!problem.title.contains('\n'), "{}", problem.title);
            assert!(!problem.snippets.is_empty() || !problem.helps.is_empty(), "{problem:?}");
        }
    }
}

#[test]
fn all_problems_are_said_at_once_with_their_places() {
    let text = "[extensions.migration]\ndb = \"default\"\n\n[db.default]\ndriver = \"sqlight\"\nport = \"x\"\n\n[db.other]\n\
                driver = \"mysql\"\nhost = \"h\"\npasword = \"hunter2\"\nuser = \"${UNSET}\"\n";
    let project = toml(text);
    let failure = project.load().expect_err("refused");
    let (mut shell, _, err) = crate::report::captured(crate::report::Output::default(), None);
    shell.failure(&failure);
    insta::assert_snapshot!(err.text());
}

#[test]
fn a_missing_variable_of_another_alias_does_not_matter() {
    let text = "[db.default]\nurl = \"sqlite:a.db\"\n[db.x]\nurl = \"${NO}\"\n[db.y]\ndriver = \"mysql\"\nhost = \"h\"\n\
                user = \"u\"\ndatabase = \"d\"\npassword = \"${NO}\"\nport = \"${NO}\"\nsslrootcert = \"no.pem\"";
    accepted(&toml(text));
}

#[test]
fn a_near_miss_is_offered() {
    let helps = |project: &Project| project.load().expect_err("refused").diagnostics[0].helps.join("\n");
    assert!(helps(&alias("driver = \"sqlight\"\npath = \"a\"")).contains("driver = \"sqlite\""));
    assert!(helps(&alias("driver = \"PostgreSQL\"\nhost = \"a\"")).contains("driver = \"postgres\""));
    assert!(helps(&alias("pasword = \"a\"\nurl = \"sqlite:a\"")).contains("`password`"));
    assert!(helps(&toml("[db.production]\nurl = \"sqlite:a\"").db("prodution")).contains("`production`"));
}
