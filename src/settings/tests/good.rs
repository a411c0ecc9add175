//! What is accepted, and what it becomes.

use super::*;

#[test]
fn nothing_configured_is_sqlite_in_the_root() {
    let project = Project::new();
    let settings = accepted(&project);
    assert!(matches!(&settings.alias.target.place, Place::Sqlite { path } if *path == project.path("dev.db")));
    assert_eq!(settings.origin, Origin::Nothing);
    let announcement = settings.announcement().expect("said");
    assert!(announcement.starts_with("no database is configured, using SQLite at "), "{announcement}");
}

#[test]
fn an_empty_file_configures_nothing() {
    assert_eq!(accepted(&toml("")).origin, Origin::Nothing);
    assert_eq!(accepted(&toml("[extensions.migration]\nlayout = \"sqlx\"")).origin, Origin::Nothing);
}

#[test]
fn the_keys_of_a_server() {
    let text = r#"
        [db.default]
        driver = "postgres"
        host = "db.internal"
        port = 6000
        schema = "app"
        user = "me"
        password = "a$b${PW}"
        sslmode = "verify-full"
        protected = true
        lock_timeout = "5s"
        statement_timeout = "1m"
        connect_timeout = "500ms"
        search_path = "app, public"
    "#;
    let project = toml(text).env("PW", "p%40w");
    let alias = accepted(&project).alias;
    assert!(alias.protected);
    assert_eq!(alias.target.lock_timeout, Some(Duration::from_secs(5)));
    assert_eq!(alias.target.statement_timeout, Some(Duration::from_mins(1)));
    assert_eq!(alias.target.connect_timeout, Duration::from_millis(500));
    assert_eq!(alias.address(), "PostgreSQL at db.internal:6000/app");
    let server = server(&project);
    assert_eq!((server.host.as_str(), server.port, server.user.as_str()), ("db.internal", 6000, "me"));
    assert_eq!(server.password.expect("given").expose_secret(), "a$bp%40w");
    assert_eq!(server.tls.mode, SslMode::VerifyFull);
    assert_eq!(server.search_path.as_deref(), Some("app, public"));
}

#[test]
fn mariadb_is_spoken_to_as_mysql() {
    let text = "[db.default]\ndriver = \"mariadb\"\nsocket = \"/run/m.sock\"\ndatabase = \"a\"\nuser = \"u\"";
    let server = server(&toml(text));
    assert_eq!(server.socket, Some(PathBuf::from("/run/m.sock")));
    assert_eq!((server.host.as_str(), server.port), ("localhost", 3306));
}

#[test]
fn a_relative_path_starts_from_the_root() {
    let project = toml("[db.default]\ndriver = \"sqlite\"\npath = \"data/app.db\"").folder("data");
    let place = accepted(&project).alias.target.place;
    assert!(matches!(place, Place::Sqlite { path } if path == project.path("data/app.db")));
}

#[test]
fn urls_of_sqlite() {
    for (url, path) in [
        ("sqlite:app.db", "app.db"),
        ("sqlite://app.db?mode=rwc", "app.db"),
        ("sqlite:a%20b.db", "a b.db"),
        ("app.db", "app.db"),
    ] {
        let project = toml(&format!("[db.default]\nurl = \"{url}\""));
        let place = accepted(&project).alias.target.place;
        assert!(matches!(place, Place::Sqlite { path: ref found } if *found == project.path(path)), "{url}: {place:?}");
    }
    let absolute = accepted(&toml("[db.default]\nurl = \"sqlite:///tmp/x.db\"")).alias.target.place;
    assert!(matches!(absolute, Place::Sqlite { path } if path == Path::new("/tmp/x.db")));
}

#[test]
fn urls_of_servers() {
    let server = |url: &str| server(&toml(&format!("[db.default]\nurl = \"{url}\"")).env("PW", "p@s/s:%41"));
    let full =
        server("postgresql://us%65r:p%40w@h.example:6000/my%2Fapp?sslmode=require&search_path=a&connect_timeout=3");
    assert_eq!((full.host.as_str(), full.port, full.user.as_str()), ("h.example", 6000, "user"));
    assert_eq!(full.password.expect("given").expose_secret(), "p@w");
    assert_eq!(full.database, "my/app");
    assert_eq!(full.tls.mode, SslMode::Require);
    assert_eq!(full.search_path.as_deref(), Some("a"));

    let plain = server("mysql://root@127.0.0.1/app?charset=utf8mb4&ssl-mode=VERIFY_IDENTITY");
    assert_eq!((plain.port, plain.password.is_none(), plain.tls.mode), (3306, true, SslMode::VerifyFull));

    let address = server("postgres://u@[::1]/app");
    assert_eq!((address.host.as_str(), address.port), ("::1", 5432));

    for url in ["postgres://u@/app?host=/run/pg", "postgres://u@%2Frun%2Fpg/app"] {
        assert_eq!(server(url).socket, Some(PathBuf::from("/run/pg")), "{url}");
    }

    let variable = server("postgres://u:${PW}@h/app");
    assert_eq!(variable.password.expect("given").expose_secret(), "p@s/s:%41");

    let options = server("postgres://u@h/app?options=-c%20search_path%3Dapp");
    assert_eq!(options.search_path.as_deref(), Some("app"));
}

#[test]
fn keys_about_tls_may_stand_beside_a_url() {
    let text = "[db.default]\nurl = \"postgres://u@h/app\"\nsslmode = \"verify-ca\"\nsearch_path = \"x\"";
    let server = server(&toml(text));
    assert_eq!(server.tls.mode, SslMode::VerifyCa);
    assert_eq!(server.search_path.as_deref(), Some("x"));
}

const TWO: &str = r#"
    [extensions.migration]
    db = "laptop"

    [db.laptop]
    driver = "sqlite"
    path = "app.db"
    protected = true
    lock_timeout = "7s"

    [db.production]
    driver = "postgres"
    host = "h"
    database = "app"
    user = "u"
    password = "${DB_PASSWORD}"
"#;

#[test]
fn the_configured_alias_or_that_of_the_flag() {
    let settings = accepted(&toml(TWO));
    assert_eq!((settings.alias.name.as_str(), settings.origin), ("laptop", Origin::Configured));
    assert_eq!(settings.announcement(), None);
    let project = toml(TWO).db("production").env("DB_PASSWORD", "x");
    assert_eq!(accepted(&project).alias.name, "production");
}

#[test]
fn variables_come_from_dotenv_too() {
    let project = toml(TWO).db("production").file(".env", "DB_PASSWORD='from file'");
    assert_eq!(server(&project).password.expect("given").expose_secret(), "from file");
}

#[test]
fn database_url_replaces_the_connection_and_nothing_else() {
    let project = toml(TWO).env("DATABASE_URL", "postgres://u:hunter2@h:1234/app");
    let settings = accepted(&project);
    let alias = &settings.alias;
    assert_eq!((alias.name.as_str(), alias.protected), ("laptop", true));
    assert_eq!(alias.target.lock_timeout, Some(Duration::from_secs(7)));
    let announcement = settings.announcement().expect("said");
    assert_eq!(announcement, "DATABASE_URL replaces `[db.laptop]`: PostgreSQL at h:1234/app");
}

#[test]
fn database_url_replaces_nothing_where_it_is_asked_for() {
    let project = toml("[db.default]\nurl = '${DATABASE_URL}'\n").env("DATABASE_URL", "postgres://u@h/app");
    let settings = accepted(&project);
    assert_eq!((settings.alias.address(), settings.announcement()), ("PostgreSQL at h:5432/app".to_owned(), None));
}

#[test]
fn database_url_leaves_other_aliases_alone() {
    let project = toml(TWO).env("DATABASE_URL", "sqlite:other.db").env("DB_PASSWORD", "x").db("production");
    let settings = accepted(&project);
    assert_eq!(settings.origin, Origin::Configured);
    assert_eq!(settings.alias.address(), "PostgreSQL at h:5432/app");
}

#[test]
fn database_url_needs_no_configuration() {
    let project = Project::new().file(".env", "DATABASE_URL=sqlite:other.db");
    let settings = accepted(&project);
    assert_eq!(settings.origin, Origin::DatabaseUrlInFile);
    assert!(matches!(&settings.alias.target.place, Place::Sqlite { path } if *path == project.path("other.db")));
}

#[test]
fn an_empty_database_url_is_none() {
    assert_eq!(accepted(&toml(TWO).env("DATABASE_URL", "")).origin, Origin::Configured);
}

#[test]
fn database_url_makes_up_for_missing_variables() {
    let text = "[db.default]\nurl = \"${NOT_SET}\"\n";
    let project = toml(text).env("DATABASE_URL", "sqlite:x.db");
    assert_eq!(accepted(&project).origin, Origin::DatabaseUrl);
}

#[test]
fn workspace_metadata_is_as_good_as_a_file() {
    let manifest = "[workspace.metadata.glim.db.default]\ndriver = \"sqlite\"\npath = \"meta.db\"\n";
    let project = Project::new().file("Cargo.toml", manifest);
    let place = accepted(&project).alias.target.place;
    assert!(matches!(place, Place::Sqlite { path } if path == project.path("meta.db")));
}

#[test]
fn keys_of_later_features_are_accepted() {
    let text = "[extensions.migration]\nmigrations = \"m\"\nlayout = \"sqlx\"\nmodels = \"diesel\"\n\
                [db.default]\nurl = \"sqlite:a.db\"\nscratch = \"sqlite:s.db\"";
    accepted(&toml(text));
}

#[test]
fn a_server_for_scratch_databases_may_hang_on_a_variable_that_is_not_set() {
    let text = "[db.default]\nurl = \"postgres://a@db.internal/app\"\nscratch = \"${SCRATCH_URL}\"\n";
    let unusable = accepted(&toml(text)).alias.scratch;
    let ScratchServer::Unusable(problems) = unusable else { panic!("{unusable:?}") };
    assert_eq!(
        problems.iter().map(|it| it.title.as_str()).collect::<Vec<_>>(),
        ["the variable `SCRATCH_URL` is not set"]
    );
    let set = toml(text).env("SCRATCH_URL", "postgres://b:secret@localhost/b");
    let server = accepted(&set).alias.scratch;
    assert!(matches!(&server, ScratchServer::At(target) if target.dialect() == glim_schema::Dialect::Postgres));
    assert!(!format!("{server:?}").contains("secret"));
}
