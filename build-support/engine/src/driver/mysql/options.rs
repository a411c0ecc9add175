//! How a server is connected to, in the crate's words, and once more to cancel what the first connection does.

use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mysql::consts::CapabilityFlags;
use mysql::prelude::Queryable as _;
use mysql::{ClientIdentity, Conn, DriverError, Error, OptsBuilder, SslOpts};
use rustls::RootCertStore;
use secrecy::ExposeSecret as _;

use super::trust::{self, trusting};
use crate::driver::ConnectError;
use crate::driver::address::Address;
use crate::target::{Server, SslMode};
use crate::tls::{authorities, check_identity, checks_authority};

/// How long the connection that cancels a statement may take.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// How long an answer may take beyond the time that the statement has.
const PATIENCE: Duration = Duration::from_secs(5);

/// After how much silence the other side is asked whether it is still there: what watches connections on the way (a load
/// balancer, say) drops silent ones, and a long statement is silent.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// How many prepared statements are kept.
const STATEMENTS: usize = 32;

/// More than any server takes, so that a long row can be read. What may be sent is checked before.
const LONGEST_PACKET: usize = 1 << 30;

/// Everything that it takes to connect.
#[derive(Clone)]
pub(super) struct Way {
    options: OptsBuilder,
    address: Address,
    /// The only authorities that count.
    authorities: Option<Arc<RootCertStore>>,
    /// The server's certificate must be for the very name, so that the crate has to know it.
    needs_name: bool,
}

impl Way {
    /// The way to a server; the files that TLS needs are looked at.
    pub(super) fn to(server: &Server, address: Address, timeout: Duration) -> Result<Self, ConnectError> {
        let password = server.password.as_ref().map(|password| password.expose_secret().to_owned());
        let mut options = OptsBuilder::new()
            .user(Some(&server.user))
            .pass(password)
            .db_name(Some(&server.database))
            .connect_attrs(Some([("program_name", "cargo-glim")].into()))
            // Rows that matched are counted; and the server reports what changes of the session.
            .additional_capabilities(CapabilityFlags::CLIENT_FOUND_ROWS | CapabilityFlags::CLIENT_SESSION_TRACK)
            // The crate would move from TCP to a socket that it finds.
            .prefer_socket(false)
            .tcp_connect_timeout(Some(timeout))
            .tcp_keepalive_time_ms(u32::try_from(KEEPALIVE.as_millis()).ok())
            .stmt_cache_size(STATEMENTS)
            .max_allowed_packet(Some(LONGEST_PACKET))
            // A server that has not cached the password asks for it. Over TLS or a Unix socket it gets it; otherwise the
            // crate would encrypt it with a key that comes from whoever answers. There is no such file.
            .server_key_path(Some(PathBuf::new()));
        let mut trusted = None;
        match &address {
            Address::Unix(path) => {
                let path = path.to_str().ok_or_else(|| ConnectError::Unreachable {
                    address: address.to_string(),
                    cause: "its path is not UTF-8".to_owned(),
                })?;
                options = options.socket(Some(path)).enable_cleartext_plugin(true);
            }
            Address::Tcp(_, port) if server.tls.mode == SslMode::Disable => options = options.tcp_port(*port),
            Address::Tcp(_, port) => {
                let (tls, authorities) = tls(server)?;
                // With these options, there is TLS or no connection: then the password may be sent.
                options = options.tcp_port(*port).ssl_opts(tls).enable_cleartext_plugin(true);
                trusted = authorities;
            }
        }
        let needs_name = server.tls.mode == SslMode::VerifyFull;
        Ok(Self { options, address, authorities: trusted, needs_name })
    }

    /// The same with an end to waiting for an answer: where the server ends statements after a time, it answers by then.
    pub(super) fn hearing_within(mut self, statement_timeout: Option<Duration>) -> Self {
        self.options = self.options.read_timeout(statement_timeout.map(|time| time + PATIENCE));
        self
    }

    /// The same without TLS.
    pub(super) fn in_the_clear(mut self) -> Self {
        self.options = self.options.ssl_opts(None::<SslOpts>).enable_cleartext_plugin(false);
        self.needs_name = false;
        self
    }

    /// Connects and logs in. Each address of the host is tried, which the crate does only in one case: when it is told
    /// which address of ours to use.
    pub(super) fn open(&self) -> Result<Conn, Error> {
        let Address::Tcp(host, port) = &self.address else { return self.open_with(self.options.clone()) };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let unknown = |message: String, kind| {
            Error::DriverError(DriverError::CouldNotConnect(Some((host.to_owned(), message, kind))))
        };
        let addresses = (host, *port).to_socket_addrs();
        let mut addresses: Vec<_> = addresses.map_err(|error| unknown(error.to_string(), error.kind()))?.collect();
        let is_single = addresses.len() == 1;
        if self.needs_name {
            addresses.dedup_by_key(|address| address.is_ipv4());
        }
        let mut last = unknown("the host name has no address".to_owned(), std::io::ErrorKind::NotFound);
        for address in addresses {
            let mut options = self.options.clone();
            if self.needs_name {
                options = options.ip_or_hostname(Some(written(host)));
                if !is_single {
                    let any: IpAddr =
                        if address.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
                    options = options.bind_address(Some(SocketAddr::new(any, 0)));
                }
            } else {
                options = options.ip_or_hostname(Some(written(&address.ip().to_string())));
            }
            match self.open_with(options) {
                Err(error @ Error::DriverError(DriverError::CouldNotConnect(_) | DriverError::ConnectTimeout)) => {
                    last = error;
                }
                outcome => return outcome,
            }
        }
        Err(last)
    }

    fn open_with(&self, options: OptsBuilder) -> Result<Conn, Error> {
        trusting(self.authorities.as_ref(), || Conn::new(options))
    }
}

/// The crate wants brackets around an address of IPv6.
fn written(host: &str) -> Cow<'_, str> {
    if host.contains(':') { Cow::Owned(format!("[{host}]")) } else { Cow::Borrowed(host) }
}

/// The crate's settings for TLS, and the only authorities that count, where they do.
fn tls(server: &Server) -> Result<(SslOpts, Option<Arc<RootCertStore>>), ConnectError> {
    let tls = &server.tls;
    check_identity(tls)?;
    let mut options = SslOpts::default();
    if let (Some(cert), Some(key)) = (&tls.cert, &tls.key) {
        options = options.with_client_identity(Some(ClientIdentity::new(cert.clone(), key.clone())));
    }
    let is_vetted = trust::install();
    if !checks_authority(tls) {
        return Ok((options.with_danger_accept_invalid_certs(true), None));
    }
    // The file is read again by the crate, which knows no other way to be told.
    let Some((path, authorities)) = authorities(tls)? else { return Ok((options, None)) };
    if !is_vetted {
        return Err(ConnectError::Tls {
            address: format!("`{}`", path.display()),
            cause: "this program has chosen an implementation of TLS before, which would also trust public authorities"
                .to_owned(),
        });
    }
    let any_name = tls.mode != SslMode::VerifyFull;
    let options = options.with_root_cert_path(Some(path)).with_danger_skip_domain_validation(any_name);
    Ok((options, Some(Arc::new(authorities))))
}

/// What it takes to cancel a statement from another connection.
pub(super) struct Canceling {
    way: Way,
    id: u32,
}

impl Canceling {
    /// Cancels what the session with this number runs.
    pub(super) fn new(mut way: Way, id: u32) -> Self {
        way.options = way
            .options
            .tcp_connect_timeout(Some(CANCEL_TIMEOUT))
            .read_timeout(Some(CANCEL_TIMEOUT))
            .write_timeout(Some(CANCEL_TIMEOUT));
        Self { way, id }
    }

    /// Asks the server to cancel what our session runs.
    pub(super) fn cancel(&self) -> Result<(), Error> {
        self.way.open()?.query_drop(format!("KILL QUERY {}", self.id))
    }
}
