//! Connection URLs. No message repeats a part of one: where it is malformed, any part may be a piece of the password.

use std::ops::Range;

use glim_engine::near::nearest;
use toml::Spanned;

use super::check::{Check, Encoding};
use super::connection::{Driver, Parts};
use crate::report::diagnostic::Diagnostic;

/// Parameters that other tools take from the same URL and that do not concern us.
const OTHERS: [&str; 12] = [
    "application_name",
    "cache",
    "channel_binding",
    "charset",
    "collation",
    "gssencmode",
    "keepalives",
    "mode",
    "pool_timeout",
    "statement-cache-capacity",
    "target_session_attrs",
    "timezone",
];

/// Our parameters, with the names that other tools give them.
const PARAMETERS: [(&str, &str); 17] = [
    ("sslmode", "sslmode"),
    ("ssl-mode", "sslmode"),
    ("sslrootcert", "sslrootcert"),
    ("ssl-ca", "sslrootcert"),
    ("sslcert", "sslcert"),
    ("ssl-cert", "sslcert"),
    ("sslkey", "sslkey"),
    ("ssl-key", "sslkey"),
    ("search_path", "search_path"),
    ("host", "host"),
    ("port", "port"),
    ("user", "user"),
    ("password", "password"),
    ("dbname", "database"),
    ("socket", "socket"),
    ("connect_timeout", "connect_timeout"),
    ("options", "options"),
];

const ENCODE: &str = "in a user or password, write `@` as `%40`, `:` as `%3A`, `/` as `%2F`, `?` as `%3F`, `#` as `%23` \
                      and `%` as `%25`";

/// The driver and the parts that a URL names. Nothing when it hangs on what is unknown, or a problem was noted.
pub(super) fn read(url: &Spanned<String>, check: &mut Check<'_>) -> Option<(Driver, Parts)> {
    let span = url.span();
    // `${DATABASE_URL}` holds a whole URL; in `postgres://app:${PASSWORD}@host/app` a variable holds one part.
    let whole;
    let text = if url.get_ref().starts_with("${") {
        whole = check.resolve(url).value?;
        whole.as_str()
    } else {
        url.get_ref().as_str()
    };
    if text.is_empty() {
        return refuse(check, span, "is empty", "write `sqlite:app.db` or `postgres://user@host/database`");
    }
    let (scheme, rest) = match split_scheme(text) {
        Ok(split) => split,
        Err(help) => return refuse(check, span, "is not a URL", help),
    };
    let Some(driver) = scheme.map_or(Some(Driver::Sqlite), Driver::of_scheme) else {
        let help = "begin it with `sqlite:`, `postgres://`, `mysql://` or `mariadb://`";
        return refuse(check, span, "is for no database that glim knows", help);
    };
    match driver {
        Driver::Sqlite => sqlite(rest, span, check).map(|parts| (driver, parts)),
        Driver::Postgres => server(rest, span, check).map(|parts| (driver, parts)),
        Driver::Mysql | Driver::Mariadb => {
            let parts = server(rest, span.clone(), check)?;
            if parts.search_path.is_some() {
                return refuse(check, span, "has a `search_path`, which is PostgreSQL's alone", "remove it");
            }
            Some((driver, parts))
        }
    }
}

/// The scheme and what follows its colon. A path without a scheme is a file of SQLite, as other tools have it.
fn split_scheme(text: &str) -> Result<(Option<&str>, &str), &'static str> {
    let is_scheme = |scheme: &str| {
        scheme.len() > 1
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
    };
    if let Some((scheme, rest)) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) {
        return Ok((Some(scheme), rest));
    }
    // `C:\app.db` is a path, but `postgres//user:pw@host` is a slip that must not become a file's name.
    if text.contains('@') || text.contains("//") || text.chars().filter(|c| *c == ':').count() > 1 {
        return Err("a URL begins with its kind, such as `postgres://`");
    }
    Ok((None, text))
}

fn sqlite(rest: &str, span: Range<usize>, check: &mut Check<'_>) -> Option<Parts> {
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let mut parts = Parts::default();
    for (name, value) in query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('=')) {
        if name == "mode" && value == "memory" {
            return refuse(check, span, "names a database in memory", MEMORY);
        }
    }
    let path = path.strip_prefix("//").unwrap_or(path);
    parts.path = Some(check.resolve_piecewise(path, span, Encoding::Percent));
    Some(parts)
}

/// Why a database in memory is of no use.
pub(super) const MEMORY: &str = "it would be gone when the command ends: name a file";

fn server(rest: &str, span: Range<usize>, check: &mut Check<'_>) -> Option<Parts> {
    let Some(rest) = rest.strip_prefix("//") else {
        return refuse(check, span, "has no `//` after its scheme", "write `postgres://user@host/database`");
    };
    if rest.contains(['#', ' ', '\\']) {
        return refuse(check, span, "has a character that must be percent-encoded", ENCODE);
    }
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(authority_end);
    if rest.contains('@') {
        return refuse(check, span, "has a `@` after its host", ENCODE);
    }
    let (user_info, host_port) =
        authority.rsplit_once('@').map_or((None, authority), |(user, host)| (Some(user), host));
    let (user, password) = match user_info.map(|user_info| user_info.split_once(':').unwrap_or((user_info, ""))) {
        Some((user, password)) => (user, password),
        None => ("", ""),
    };
    let (host, port) = match split_port(host_port) {
        Ok(split) => split,
        Err(help) => return refuse(check, span, "has a malformed host or port", help),
    };
    let (path, query) = rest.split_once('?').map_or((rest, ""), |(path, query)| (path, query));
    let database = path.strip_prefix('/').unwrap_or_default();
    if database.contains('/') {
        return refuse(check, span, "has more than a database's name in its path", ENCODE);
    }
    let mut resolve =
        |text: &str| (!text.is_empty()).then(|| check.resolve_piecewise(text, span.clone(), Encoding::Percent));
    let mut parts = Parts {
        host: resolve(host),
        port: resolve(port),
        user: resolve(user),
        password: resolve(password),
        database: resolve(database),
        ..Parts::default()
    };
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        parameter(pair, &mut parts, &span, check)?;
    }
    Some(parts)
}

fn split_port(text: &str) -> Result<(&str, &str), &'static str> {
    let (host, port) = match text.strip_prefix('[') {
        Some(inner) => {
            let (host, after) = inner.split_once(']').ok_or("an IPv6 address is written `[::1]`")?;
            match after.strip_prefix(':') {
                Some(port) => (host, port),
                None if after.is_empty() => (host, ""),
                None => return Err("after an IPv6 address in brackets comes `:` and the port"),
            }
        }
        None => text.split_once(':').unwrap_or((text, "")),
    };
    if host.contains(',') {
        return Err("name one host: migrations run on one server");
    }
    let is_port = port.contains("${") || port.parse::<u16>().is_ok_and(|port| port > 0) || port.is_empty();
    if is_port { Ok((host, port)) } else { Err(BAD_PORT) }
}

const BAD_PORT: &str = "a port is a number from 1 to 65535; in a password, write `:` as `%3A`, `/` as `%2F`, `@` as \
                        `%40`, `?` as `%3F` and `#` as `%23`";

fn parameter(pair: &str, parts: &mut Parts, span: &Range<usize>, check: &mut Check<'_>) -> Option<()> {
    let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
    let name = name.to_ascii_lowercase();
    if OTHERS.contains(&name.as_str()) {
        return Some(());
    }
    let known = PARAMETERS.iter().map(|(name, _)| *name);
    let Some((_, key)) = PARAMETERS.iter().find(|(known, _)| *known == name) else {
        let help = match nearest(&name, known.clone()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known are {}", known.collect::<Vec<_>>().join(", ")),
        };
        return refuse(check, span.clone(), "has an unknown parameter", &help);
    };
    let mut part = check.resolve_piecewise(value, span.clone(), Encoding::Percent);
    let slot = match *key {
        "sslmode" => &mut parts.sslmode,
        "sslrootcert" => &mut parts.sslrootcert,
        "sslcert" => &mut parts.sslcert,
        "sslkey" => &mut parts.sslkey,
        "search_path" => &mut parts.search_path,
        "host" => &mut parts.host,
        "port" => &mut parts.port,
        "user" => &mut parts.user,
        "password" => &mut parts.password,
        "database" => &mut parts.database,
        "socket" => &mut parts.socket,
        "connect_timeout" => {
            // libpq counts in seconds without a unit.
            part.value = part.value.map(|value| if value.ends_with(char::is_numeric) { value + "s" } else { value });
            &mut parts.connect_timeout
        }
        _ => {
            let Some(search_path) = part.value.as_deref().and_then(search_path_option) else {
                let help = "of `options`, glim knows `-c search_path=...` alone";
                return refuse(check, span.clone(), "has server options that glim does not know", help);
            };
            part.value = Some(search_path.to_owned());
            &mut parts.search_path
        }
    };
    *slot = Some(part);
    Some(())
}

/// `-c search_path=app`, `-csearch_path=app` or `--search_path=app`, and nothing beside it.
fn search_path_option(options: &str) -> Option<&str> {
    let options = options.trim();
    let setting = options.strip_prefix("-c").map(str::trim_start).or_else(|| options.strip_prefix("--"))?;
    setting.strip_prefix("search_path=").filter(|path| !path.contains(' '))
}

/// Notes what is wrong with the URL as a whole.
fn refuse<T>(check: &mut Check<'_>, span: Range<usize>, what: &str, help: &str) -> Option<T> {
    let title = format!("{} {what}", check.subject);
    check.problem(Diagnostic::error(title).help(help), span, "");
    None
}

/// Text with its percent-encoding undone; nothing where that is malformed, or not UTF-8.
pub(super) fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let (high, low) = (char::from(rest.next()?).to_digit(16)?, char::from(rest.next()?).to_digit(16)?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}
