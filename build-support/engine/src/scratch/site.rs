//! Where a scratch database may be made. Pure.

use std::net::IpAddr;
use std::path::Path;

use super::{Request, ScratchError};
use crate::target::{Place, Server, Target};

/// Where a scratch database is made.
#[derive(Debug)]
pub(super) enum Site<'a> {
    /// In this folder, as a file.
    Folder(&'a Path),
    /// On this server.
    Server(&'a Target),
}

/// Where it may be made: never on a server that may be somebody else's, unless the configuration names it.
pub(super) fn of<'a>(request: &Request<'a>) -> Result<Site<'a>, ScratchError> {
    let alias = request.alias;
    let (Place::Postgres(server) | Place::Mysql(server)) = &alias.place else {
        return Ok(Site::Folder(request.folder));
    };
    match request.configured {
        Some(configured) if configured.dialect() != alias.dialect() => {
            Err(ScratchError::OtherKind { alias: alias.dialect(), configured: configured.dialect() })
        }
        Some(configured) => Ok(Site::Server(configured)),
        None if request.protected => Err(ScratchError::Protected),
        None if !is_here(server) => Err(ScratchError::Elsewhere { host: server.host.clone() }),
        None => Ok(Site::Server(alias)),
    }
}

/// Whether the server is on this machine, as far as its address tells.
fn is_here(server: &Server) -> bool {
    let is_loopback = |host: &str| host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
    server.socket.is_some() || server.host.eq_ignore_ascii_case("localhost") || is_loopback(&server.host)
}

/// The schemas that a search path names, as far as migrations may count on them.
pub(super) fn schemas(search_path: &str) -> Vec<String> {
    let names = search_path.split(',').map(|name| {
        let name = name.trim();
        match name.strip_prefix('"').and_then(|name| name.strip_suffix('"')) {
            Some(quoted) => quoted.replace("\"\"", "\""),
            None => name.to_lowercase(),
        }
    });
    names.filter(|name| !name.is_empty() && name != "$user" && name != "public" && !name.starts_with("pg_")).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::target::Tls;

    fn server(host: &str) -> Target {
        let place = Place::Postgres(Server {
            host: host.to_owned(),
            port: 5432,
            socket: None,
            database: "app".to_owned(),
            user: "app".to_owned(),
            password: None,
            tls: Tls::default(),
            search_path: None,
        });
        Target { place, connect_timeout: Target::CONNECT_TIMEOUT, lock_timeout: None, statement_timeout: None }
    }

    fn site(alias: &Target, protected: bool, configured: Option<&Target>) -> String {
        match of(&Request { alias, protected, configured, folder: Path::new("/tmp") }) {
            Ok(Site::Folder(_)) => "a file".to_owned(),
            Ok(Site::Server(Target { place: Place::Postgres(server), .. })) => server.host.clone(),
            Ok(other) => format!("{other:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_server_on_this_machine_is_used() {
        for host in ["localhost", "LOCALHOST", "127.0.0.1", "127.0.1.1", "::1"] {
            assert_eq!(site(&server(host), false, None), host);
        }
    }

    #[test]
    fn nothing_is_made_on_a_server_elsewhere_or_of_a_protected_alias() {
        for host in ["db.internal", "10.0.0.7", "localhost.example.org"] {
            assert!(site(&server(host), false, None).ends_with(host), "{host}");
        }
        assert!(site(&server("localhost"), true, None).contains("protected"));
    }

    #[test]
    fn a_configured_server_is_used_in_any_case() {
        let (production, configured) = (server("db.internal"), server("ci.internal"));
        assert_eq!(site(&production, true, Some(&configured)), "ci.internal");
    }

    #[test]
    fn a_configured_server_of_another_kind_is_refused() {
        let mysql = match server("localhost").place {
            Place::Postgres(server) => Place::Mysql(server),
            other => other,
        };
        let mysql = Target { place: mysql, ..server("localhost") };
        assert!(site(&server("localhost"), false, Some(&mysql)).contains("cannot be made on MySQL"));
    }

    #[test]
    fn schemas_of_a_search_path_are_read_as_the_server_reads_them() {
        assert_eq!(schemas("\"$user\", App, \"My \"\"schema\", public, pg_temp"), ["app", "My \"schema"]);
        assert_eq!(schemas(""), Vec::<String>::new());
    }
}
