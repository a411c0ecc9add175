//! `[db.NAME]`: a named connection.

use std::ops::Range;
use std::path::Path;

use glim_engine::near::nearest;
use glim_engine::target::{Place, Server, Target};
use toml::Spanned;
use toml::de::DeTable;

use super::check::{Check, Form, Part};
use super::connection::{self, Driver, Parts};
use super::file::Source;
use super::mask;
use super::scratch::ScratchServer;
use super::table::Table;
use super::url;
use crate::report::diagnostic::Diagnostic;

/// A connection by its name, checked.
#[derive(Clone, Debug)]
pub(crate) struct Alias {
    /// What `--db` calls it.
    pub(crate) name: String,
    /// Where it leads.
    pub(crate) target: Target,
    /// Whether destructive commands ask first.
    pub(crate) protected: bool,
    /// Whether it says in so many words that they do not.
    pub(crate) unprotected: bool,
    /// Whether the journal keeps rows that migrations have read, while they are under way.
    pub(crate) keeps_answers: bool,
    /// Where scratch databases may be made.
    pub(crate) scratch: ScratchServer,
}

/// The keys of an alias as they were written.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) name: String,
    span: Range<usize>,
    driver: Option<Spanned<String>>,
    url: Option<Spanned<String>>,
    parts: Vec<(&'static str, Spanned<String>)>,
    protected: Option<bool>,
    keeps_answers: Option<bool>,
    lock_timeout: Option<Spanned<String>>,
    statement_timeout: Option<Spanned<String>>,
    scratch: Option<Spanned<String>>,
    /// A key was of a wrong type, so that what seems to be missing may be there.
    is_damaged: bool,
    /// Keys that seem to be there under a wrong name.
    misspelt: Vec<&'static str>,
}

/// The keys that a URL replaces.
const REPLACED: [&str; 8] = ["path", "host", "port", "schema", "database", "user", "password", "socket"];

impl Keys {
    /// An alias of which nothing is written.
    pub(super) fn without_any(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    /// Whether the configuration asks for the variable itself, so that nothing of it is replaced.
    pub(super) fn is_database_url(&self) -> bool {
        self.url.as_ref().is_some_and(|url| url.get_ref().trim() == "${DATABASE_URL}")
    }

    pub(super) fn read(
        (span, name): (Range<usize>, &str),
        table: &DeTable<'_>,
        source: &Source,
        problems: &mut Vec<Diagnostic>,
    ) -> Self {
        let mut table = Table::new(format!("`[db.{name}]`"), table, source);
        let before = problems.len();
        let mut parts = Vec::new();
        let driver = table.text("driver", problems);
        let url = table.text("url", problems);
        for key in ["path", "host"] {
            parts.extend(table.text(key, problems).map(|text| (key, text)));
        }
        parts.extend(table.number("port", problems).map(|text| ("port", text)));
        for key in [
            "schema",
            "database",
            "user",
            "password",
            "socket",
            "sslmode",
            "sslrootcert",
            "sslcert",
            "sslkey",
            "search_path",
        ] {
            parts.extend(table.text(key, problems).map(|text| (key, text)));
        }
        parts.extend(table.time("connect_timeout", problems).map(|text| ("connect_timeout", text)));
        let mut keys = Self {
            name: name.to_owned(),
            span,
            driver,
            url,
            parts,
            protected: table.truth("protected", problems),
            keeps_answers: table.truth("keep_answers", problems),
            lock_timeout: table.time("lock_timeout", problems),
            statement_timeout: table.time("statement_timeout", problems),
            scratch: table.text("scratch", problems),
            is_damaged: false,
            misspelt: Vec::new(),
        };
        keys.is_damaged = problems.len() > before;
        keys.misspelt = table.finish(problems);
        keys
    }

    /// The alias of the configuration, as far as it is known. Every problem is noted.
    pub(super) fn check(&self, check: &mut Check<'_>) -> Option<Alias> {
        check.span = self.span.clone();
        check.is_damaged = self.is_damaged;
        check.misspelt.clone_from(&self.misspelt);
        let times = self.times(check);
        if let Some(scratch) = &self.scratch {
            // The server is looked at when one is needed; that its variables are well-formed is seen here.
            let selected = std::mem::replace(&mut check.is_selected, false);
            check.resolve(scratch);
            check.is_selected = selected;
        }
        let named = self.named_driver(check);
        let (driver, parts) = match &self.url {
            Some(url) => self.by_url(url, named, check)?,
            None => {
                let Some(driver) = named else {
                    if self.driver.is_none() && check.may_be_missing("driver") {
                        let help = "add `driver = \"sqlite\"` (or postgres, mysql, mariadb), or a `url`";
                        let problem = Diagnostic::error(format!("{} has no `driver`", check.subject)).help(help);
                        check.problem(problem, self.span.clone(), "");
                    }
                    return None;
                };
                self.refuse_foreign(driver, check);
                (driver, self.own_parts(check))
            }
        };
        let connect_timeout = connection::time_out("connect_timeout", parts.connect_timeout.as_ref(), check);
        let place = parts.into_place(driver, check)?;
        let [lock_timeout, statement_timeout] = times;
        let target = connection::target(place, connect_timeout, lock_timeout, statement_timeout);
        let scratch =
            if check.is_selected { ScratchServer::read(self.scratch.as_ref(), check) } else { ScratchServer::Unsaid };
        Some(self.with(target, scratch))
    }

    /// The alias with the connection of `DATABASE_URL` in place of its own. What says how to behave once connected
    /// (`protected`, the time-outs, the search path) stays.
    pub(super) fn check_replaced(
        &self,
        url: &Spanned<String>,
        own: &mut Check<'_>,
        database_url: &mut Check<'_>,
    ) -> Option<Alias> {
        own.span = self.span.clone();
        let [lock_timeout, statement_timeout] = self.times(own);
        let search_path = self.part("search_path").map(|text| own.resolve(text));
        let connect_timeout = self.part("connect_timeout").map(|text| own.resolve(text));
        let connect_timeout = connection::time_out("connect_timeout", connect_timeout.as_ref(), own);
        let (driver, mut parts) = url::read(url, database_url)?;
        let connect_timeout =
            connection::time_out("connect_timeout", parts.connect_timeout.as_ref(), database_url).or(connect_timeout);
        if driver == Driver::Postgres {
            parts.search_path = parts.search_path.or(search_path);
        }
        let place = parts.into_place(driver, database_url)?;
        let target = connection::target(place, connect_timeout, lock_timeout, statement_timeout);
        let scratch = ScratchServer::read(self.scratch.as_ref(), own);
        Some(self.with(target, scratch))
    }

    fn with(&self, target: Target, scratch: ScratchServer) -> Alias {
        let protected = self.protected.unwrap_or(false);
        let (unprotected, keeps_answers) = (self.protected == Some(false), self.keeps_answers.unwrap_or(!protected));
        Alias { name: self.name.clone(), target, protected, unprotected, keeps_answers, scratch }
    }

    fn times(&self, check: &mut Check<'_>) -> [Option<std::time::Duration>; 2] {
        [("lock_timeout", &self.lock_timeout), ("statement_timeout", &self.statement_timeout)].map(|(key, text)| {
            let part = text.as_ref().map(|text| check.resolve(text));
            connection::time_out(key, part.as_ref(), check)
        })
    }

    fn named_driver(&self, check: &mut Check<'_>) -> Option<Driver> {
        let written = self.driver.as_ref()?;
        let part = check.resolve(written);
        let name = part.value?;
        let driver = Driver::of_name(&name);
        if driver.is_none() {
            // Names that the databases go by elsewhere.
            let near = match name.to_lowercase().as_str() {
                "postgresql" | "pg" | "psql" => Some("postgres"),
                "sqlite3" => Some("sqlite"),
                other => nearest(other, Driver::NAMES),
            };
            let mut problem = Diagnostic::error(format!("unknown driver `{}` in {}", mask::name(&name), check.subject))
                .note(format!("known are {}", Driver::NAMES.join(", ")));
            if let Some(near) = near {
                problem = problem.help(format!("write `driver = \"{near}\"`"));
            }
            check.problem(problem, part.span, "");
        }
        driver
    }

    fn by_url(&self, url: &Spanned<String>, named: Option<Driver>, check: &mut Check<'_>) -> Option<(Driver, Parts)> {
        for (key, text) in self.parts.iter().filter(|(key, _)| REPLACED.contains(key)) {
            let title = format!("{} has both `url` and `{key}`", check.subject);
            let help = "keep the `url`, or the parts that it is made of";
            check.problem(Diagnostic::error(title).help(help), text.span(), "");
        }
        let subject = format!("the URL of {}", check.subject);
        let alias = std::mem::replace(&mut check.subject, subject);
        let read = url::read(url, check);
        check.subject = alias;
        check.form = Form::Url;
        check.span = url.span();
        let (driver, mut parts) = read?;
        if let Some(named) = named.filter(|named| *named != driver) {
            let title = format!("{} says `{}`, its URL `{}`", check.subject, named.name(), driver.name());
            let help = "leave `driver` out: the URL says it";
            check.problem(Diagnostic::error(title).help(help), url.span(), "");
        }
        self.refuse_foreign(driver, check);
        let own = self.own_parts(check);
        for (key, slot, own) in [
            ("sslmode", &mut parts.sslmode, own.sslmode),
            ("sslrootcert", &mut parts.sslrootcert, own.sslrootcert),
            ("sslcert", &mut parts.sslcert, own.sslcert),
            ("sslkey", &mut parts.sslkey, own.sslkey),
            ("search_path", &mut parts.search_path, own.search_path),
            ("connect_timeout", &mut parts.connect_timeout, own.connect_timeout),
        ] {
            let Some(own) = own else { continue };
            if slot.is_some() {
                let title = format!("{} has `{key}` twice, and once in its URL", check.subject);
                check.problem(Diagnostic::error(title).help("keep one of them"), own.span.clone(), "");
            }
            *slot = Some(own);
        }
        Some((driver, parts))
    }

    /// Notes the keys that mean nothing to this driver.
    fn refuse_foreign(&self, driver: Driver, check: &mut Check<'_>) {
        for (key, text) in &self.parts {
            let is_foreign = match driver {
                Driver::Sqlite => !matches!(*key, "path" | "connect_timeout"),
                Driver::Postgres => *key == "path",
                Driver::Mysql | Driver::Mariadb => matches!(*key, "path" | "search_path"),
            };
            if is_foreign && !(self.url.is_some() && REPLACED.contains(key)) {
                let title = format!("`{key}` in {} means nothing to {}", check.subject, driver.name());
                let help =
                    if driver == Driver::Sqlite { "its database is a file: `path` names it" } else { "remove it" };
                check.problem(Diagnostic::error(title).help(help), text.span(), "");
            }
        }
    }

    fn own_parts(&self, check: &mut Check<'_>) -> Parts {
        let mut part = |key: &str| self.part(key).map(|text| check.resolve(text));
        let (schema, database) = (part("schema"), part("database"));
        let parts = Parts {
            path: part("path"),
            host: part("host"),
            port: part("port"),
            socket: part("socket"),
            user: part("user"),
            password: part("password"),
            sslmode: part("sslmode"),
            sslrootcert: part("sslrootcert"),
            sslcert: part("sslcert"),
            sslkey: part("sslkey"),
            search_path: part("search_path"),
            connect_timeout: part("connect_timeout"),
            database: None,
        };
        if let (Some(Part { span, .. }), Some(_)) = (&schema, &database) {
            let title = format!("{} has both `schema` and `database`", check.subject);
            let help = "both name the database: keep one";
            check.problem(Diagnostic::error(title).help(help), span.clone(), "");
        }
        Parts { database: schema.or(database), ..parts }
    }

    fn part(&self, key: &str) -> Option<&Spanned<String>> {
        self.parts.iter().find(|(known, _)| *known == key).map(|(_, text)| text)
    }
}

impl Alias {
    /// SQLite in the workspace root: what is used where nothing is configured.
    pub(super) fn without_configuration(name: &str, root: &Path) -> Self {
        let place = Place::Sqlite { path: root.join("dev.db") };
        let target = connection::target(place, None, None, None);
        Self {
            name: name.to_owned(),
            target,
            protected: false,
            unprotected: false,
            keeps_answers: true,
            scratch: ScratchServer::Unsaid,
        }
    }

    /// The database and where it is, without who and how: `PostgreSQL at db.internal:5432/app`.
    pub(crate) fn address(&self) -> String {
        let title = self.target.dialect().title();
        match &self.target.place {
            Place::Sqlite { path } => format!("{title} at {}", path.display()),
            Place::Postgres(server) | Place::Mysql(server) => {
                let Server { host, port, socket, database, .. } = server;
                match socket {
                    Some(socket) => format!("{title} at {}, database {database}", socket.display()),
                    None if host.contains(':') => format!("{title} at [{host}]:{port}/{database}"),
                    None => format!("{title} at {host}:{port}/{database}"),
                }
            }
        }
    }
}
