//! The parts of a connection, wherever they were named, checked and put together.

use std::path::PathBuf;
use std::time::Duration;

use glim_engine::near::nearest;
use glim_engine::target::{Place, Server, SslMode, Target, Tls};
use secrecy::SecretString;

use super::check::{Check, Form, Part};
use super::duration;
use super::url::MEMORY;
use crate::report::diagnostic::Diagnostic;

/// What `driver` says. The engine speaks to MySQL and MariaDB alike.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Driver {
    Sqlite,
    Postgres,
    Mysql,
    Mariadb,
}

/// The parts of a connection. A part that is there may still be unknown.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) path: Option<Part>,
    pub(super) host: Option<Part>,
    pub(super) port: Option<Part>,
    pub(super) socket: Option<Part>,
    pub(super) database: Option<Part>,
    pub(super) user: Option<Part>,
    pub(super) password: Option<Part>,
    pub(super) sslmode: Option<Part>,
    pub(super) sslrootcert: Option<Part>,
    pub(super) sslcert: Option<Part>,
    pub(super) sslkey: Option<Part>,
    pub(super) search_path: Option<Part>,
    pub(super) connect_timeout: Option<Part>,
}

impl Driver {
    pub(super) const NAMES: [&'static str; 4] = ["sqlite", "postgres", "mysql", "mariadb"];

    pub(super) fn of_name(name: &str) -> Option<Self> {
        match name {
            "sqlite" => Some(Self::Sqlite),
            "postgres" => Some(Self::Postgres),
            "mysql" => Some(Self::Mysql),
            "mariadb" => Some(Self::Mariadb),
            _ => None,
        }
    }

    pub(super) fn of_scheme(scheme: &str) -> Option<Self> {
        match scheme.to_ascii_lowercase().as_str() {
            "postgresql" => Some(Self::Postgres),
            other => Self::of_name(other),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::Mariadb => "mariadb",
        }
    }

    fn default_port(self) -> u16 {
        match self {
            Self::Postgres => 5432,
            Self::Mysql | Self::Mariadb => 3306,
            Self::Sqlite => 0,
        }
    }
}

impl Parts {
    /// The place that the parts name, as far as it is known. Every problem is noted.
    pub(super) fn into_place(self, driver: Driver, check: &mut Check<'_>) -> Option<Place> {
        match driver {
            Driver::Sqlite => sqlite(self.path, check),
            Driver::Postgres => server(&self, driver, check).map(Place::Postgres),
            Driver::Mysql | Driver::Mariadb => server(&self, driver, check).map(Place::Mysql),
        }
    }
}

fn sqlite(path: Option<Part>, check: &mut Check<'_>) -> Option<Place> {
    let part = required(path, "path", "app.db", check)?;
    let value = part.value?;
    if value == ":memory:" {
        let title = format!("{} names a database in memory", check.subject);
        check.problem(Diagnostic::error(title).help(MEMORY), part.span, "");
        return None;
    }
    let path = check.root.join(value);
    if check.is_selected {
        let parent = path.parent().unwrap_or(&path);
        let trouble = if path.is_dir() {
            Some((format!("the `path` of {} is a folder", check.subject), "name a file in it".to_owned()))
        } else if !parent.is_dir() {
            let title = format!("the folder of the `path` of {} does not exist", check.subject);
            Some((title, format!("create `{}`, or name another path", parent.display())))
        } else {
            None
        };
        if let Some((title, help)) = trouble {
            let note = format!("the path is `{}`", path.display());
            check.problem(Diagnostic::error(title).note(note).help(help), part.span, "");
            return None;
        }
    }
    Some(Place::Sqlite { path })
}

fn server(parts: &Parts, driver: Driver, check: &mut Check<'_>) -> Option<Server> {
    let Parts { path: _, host, port, socket, database, user, password, search_path, connect_timeout: _, .. } = parts;
    let tls = tls(parts, check);
    let port = port.as_ref().map_or(Some(driver.default_port()), |part| self::port(part, check));
    // libpq's convention: a host that is a path is the folder of a socket.
    let is_path = |part: &Part| part.value.as_deref().is_some_and(|host| host.starts_with('/'));
    let (host, socket) = match (host, socket) {
        (Some(host), None) if is_path(host) => (None, Some(host.clone())),
        (host, socket) => (host.clone(), socket.clone()),
    };
    let host = if socket.is_none() || host.is_some() {
        required(host, "host", "localhost", check).and_then(|host| host.value)
    } else {
        Some("localhost".to_owned())
    };
    let socket = socket.map(|socket| Some(check.root.join(socket.value?)));
    let database = required(database.clone(), "database", "app", check).and_then(|part| part.value);
    let user = required(user.clone(), "user", "app", check).and_then(|part| part.value);
    let password = password.as_ref().map(|part| part.value.clone().map(SecretString::from));
    let search_path = search_path.as_ref().map(|part| part.value.clone());
    Some(Server {
        host: host?,
        port: port?,
        socket: known(socket)?,
        database: database?,
        user: user?,
        password: known(password)?,
        tls: tls?,
        search_path: known(search_path)?,
    })
}

/// A part that must be there and hold something.
fn required(part: Option<Part>, key: &str, example: &str, check: &mut Check<'_>) -> Option<Part> {
    match part {
        Some(Part { span, value: Some(value) }) if value.is_empty() => {
            let title = format!("the `{key}` of {} is empty", check.subject);
            check.problem(Diagnostic::error(title), span, "expected a value");
            None
        }
        Some(part) => Some(part),
        None if !check.may_be_missing(key) => None,
        None => {
            let problem = Diagnostic::error(format!("{} has no `{key}`", check.subject));
            let problem = match check.form {
                Form::Keys => problem.help(format!("add `{key} = \"{example}\"`")),
                Form::Url => problem.help("write `postgres://user:${PASSWORD}@host/database`"),
            };
            check.problem(problem, check.span.clone(), "");
            None
        }
    }
}

/// What is not there is known to be nothing; what is there must be known.
#[expect(clippy::option_option, reason = "the outer one is knowledge, the inner one the value")]
fn known<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    match part {
        None => Some(None),
        Some(None) => None,
        Some(Some(value)) => Some(Some(value)),
    }
}

fn port(part: &Part, check: &mut Check<'_>) -> Option<u16> {
    let value = part.value.as_deref()?;
    let number = value.parse::<u16>().ok().filter(|number| *number > 0);
    if number.is_none() {
        let title = format!("the `port` of {} is not a port", check.subject);
        let help = "a port is a number from 1 to 65535";
        check.problem(Diagnostic::error(title).help(help), part.span.clone(), "");
    }
    number
}

fn tls(parts: &Parts, check: &mut Check<'_>) -> Option<Tls> {
    let Parts { sslmode, sslrootcert, sslcert, sslkey, .. } = parts;
    let mode = sslmode.as_ref().map_or(Some(SslMode::default()), |part| ssl_mode(part, check));
    let mut file = |key, part: &Option<Part>| part.as_ref().map(|part| check.file(key, part));
    let files: [Option<Option<PathBuf>>; 3] =
        [file("sslrootcert", sslrootcert), file("sslcert", sslcert), file("sslkey", sslkey)];
    if let (Some(part), None) | (None, Some(part)) = (sslcert, sslkey) {
        let title = format!("{} has one of `sslcert` and `sslkey`", check.subject);
        let help = "name both, or neither: a certificate is of use with its key alone";
        check.problem(Diagnostic::error(title).help(help), part.span.clone(), "");
    }
    let [root_cert, cert, key] = files;
    Some(Tls { mode: mode?, root_cert: known(root_cert)?, cert: known(cert)?, key: known(key)? })
}

fn ssl_mode(part: &Part, check: &mut Check<'_>) -> Option<SslMode> {
    const WORDS: [&str; 5] = ["disable", "prefer", "require", "verify-ca", "verify-full"];
    let value = part.value.as_deref()?;
    // MySQL's own tools say DISABLED, PREFERRED, REQUIRED, VERIFY_CA and VERIFY_IDENTITY.
    match value.to_ascii_lowercase().replace('_', "-").as_str() {
        "disable" | "disabled" => Some(SslMode::Disable),
        "prefer" | "preferred" => Some(SslMode::Prefer),
        "require" | "required" => Some(SslMode::Require),
        "verify-ca" => Some(SslMode::VerifyCa),
        "verify-full" | "verify-identity" => Some(SslMode::VerifyFull),
        other => {
            let title = format!("unknown `sslmode` in {}", check.subject);
            let mut problem = Diagnostic::error(title).note(format!("known are {}", WORDS.join(", ")));
            if let Some(near) = nearest(other, WORDS) {
                problem = problem.help(format!("did you mean `{near}`?"));
            }
            check.problem(problem, part.span.clone(), "");
            None
        }
    }
}

/// A time-out, which is longer than nothing.
pub(super) fn time_out(key: &str, part: Option<&Part>, check: &mut Check<'_>) -> Option<Duration> {
    let part = part?;
    let help = match duration::parse(part.value.as_deref()?) {
        Ok(Duration::ZERO) => format!("leave `{key}` out for the usual value"),
        Ok(time) => return Some(time),
        Err(help) => help,
    };
    let title = format!("the `{key}` of {} is not a time", check.subject);
    check.problem(Diagnostic::error(title).help(help), part.span.clone(), "");
    None
}

/// The target that the parts make up.
pub(super) fn target(
    place: Place,
    connect_timeout: Option<Duration>,
    lock_timeout: Option<Duration>,
    statement_timeout: Option<Duration>,
) -> Target {
    let connect_timeout = connect_timeout.unwrap_or(Target::CONNECT_TIMEOUT);
    Target { place, connect_timeout, lock_timeout, statement_timeout }
}
