//! Opening a connection, and another one to cancel what the first does.

use std::io::{self, Read as _, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::BytesMut;
use postgres_protocol::message::frontend;
use rustls::ClientConfig;

use super::Postgres;
use super::startup::{Refusal, Session, Setting, log_in};
use super::wire::Wire;
use crate::driver::socket::{Address, Socket, is_timeout, remaining};
use crate::driver::{Access, ConnectError, Connection, Server};
use crate::target::{self, SslMode, Target};
use crate::tls::client_config;

/// How often a server looks whether we are still there while a statement runs, so that the locks of a killed process
/// are not held until its statement ends.
const CONNECTION_CHECK: (&str, &str) = ("client_connection_check_interval", "2s");

/// How long the connection that cancels a statement may take.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens a connection.
pub(in crate::driver) fn connect(
    server: &target::Server,
    target: &Target,
    access: Access,
) -> Result<Box<dyn Connection>, ConnectError> {
    let mut attempt = Attempt {
        server,
        address: Address::of(server, &format!(".s.PGSQL.{}", server.port)),
        tls: match server.tls.mode {
            SslMode::Disable => None,
            _ => Some(client_config(&server.tls)?),
        },
        timeout: target.connect_timeout,
        deadline: Instant::now() + target.connect_timeout,
        settings: settings(server, target, access),
    };
    let wire = match attempt.wire() {
        // libpq's `prefer`: rather in the clear than not at all.
        Err(ConnectError::Tls { .. }) if server.tls.mode == SslMode::Prefer => {
            attempt.tls = None;
            attempt.wire()?
        }
        wire => wire?,
    };
    match attempt.log_in(wire) {
        // Before version 14 there was no such setting; on systems that cannot tell whether a client is gone the server
        // refuses any value but 0.
        Err(Refusal::Server(error)) if matches!(error.code.as_deref(), Some("42704" | "22023")) => {
            attempt.settings.retain(|(name, _)| *name != CONNECTION_CHECK.0);
            let wire = attempt.wire()?;
            attempt.log_in(wire)
        }
        connection => connection,
    }
    .map_err(|refusal| attempt.refused(refusal))
}

/// The session's settings. They are given with the first message, since `RESET ALL`, which ends what one migration has
/// set before the next begins, returns to those.
fn settings(server: &target::Server, target: &Target, access: Access) -> Vec<Setting> {
    let milliseconds = |time: Duration| time.as_millis().to_string();
    let mut settings = vec![("standard_conforming_strings", "on".to_owned())];
    settings.extend(target.lock_timeout.map(|time| ("lock_timeout", milliseconds(time))));
    settings.extend(target.statement_timeout.map(|time| ("statement_timeout", milliseconds(time))));
    settings.extend(server.search_path.clone().map(|path| ("search_path", path)));
    if access == Access::ReadOnly {
        settings.push(("default_transaction_read_only", "on".to_owned()));
    }
    settings.push((CONNECTION_CHECK.0, CONNECTION_CHECK.1.to_owned()));
    settings
}

struct Attempt<'a> {
    server: &'a target::Server,
    address: Address,
    tls: Option<Arc<ClientConfig>>,
    timeout: Duration,
    deadline: Instant,
    settings: Vec<Setting>,
}

impl Attempt<'_> {
    /// Connects and encrypts.
    fn wire(&self) -> Result<Wire, ConnectError> {
        let socket = self.address.connect(self.deadline).map_err(|error| self.unreachable(&error))?;
        socket.set_timeout(remaining(self.deadline).ok()).map_err(|error| self.unreachable(&error))?;
        let required = self.server.tls.mode != SslMode::Prefer;
        let socket = negotiate(socket, self.tls.as_ref(), &self.server.host, required).map_err(|error| {
            if is_timeout(&error) {
                return self.unreachable(&error);
            }
            ConnectError::Tls { address: self.address.to_string(), cause: error.to_string() }
        })?;
        Ok(Wire::new(socket))
    }

    fn log_in(&self, mut wire: Wire) -> Result<Box<dyn Connection>, Refusal> {
        let Session { process, secret, version } = log_in(&mut wire, self.server, &self.settings)?;
        let canceling = Canceling {
            address: self.address.clone(),
            tls: wire.socket().server_certificate().and(self.tls.clone()),
            host: self.server.host.clone(),
            process,
            secret,
        };
        let mut connection = Postgres {
            wire,
            server: Server {
                product: "PostgreSQL",
                version: version.split(' ').next().unwrap_or_default().to_owned(),
                address: format!("{}/{}", self.address, self.server.database),
                database: self.server.database.clone(),
                schema: None,
            },
            parameter_types: super::ParameterTypes::default(),
            type_names: super::TypeNames::default(),
            canceling: Arc::new(canceling),
        };
        ask(&mut connection).map_err(Refusal::Server)?;
        connection.wire.socket().set_timeout(None)?;
        Ok(Box::new(connection))
    }

    fn refused(&self, refusal: Refusal) -> ConnectError {
        let address = self.address.to_string();
        let authentication = |message| ConnectError::Authentication {
            user: self.server.user.clone(),
            address: self.address.to_string(),
            message,
        };
        match refusal {
            Refusal::Server(error) => match error.code.as_deref() {
                Some(code) if code.starts_with("28") => authentication(error.message),
                Some("3D000") => ConnectError::NoDatabase { database: self.server.database.clone(), address },
                _ => ConnectError::Other { address, message: error.message },
            },
            Refusal::Demand(message) => authentication(message),
            Refusal::Broken(error) => match error.kind() {
                io::ErrorKind::InvalidData => ConnectError::Other { address, message: error.to_string() },
                // What the crate for SCRAM says of a server that does not know the password.
                io::ErrorKind::InvalidInput | io::ErrorKind::Other => authentication(error.to_string()),
                _ => self.unreachable(&error),
            },
        }
    }

    fn unreachable(&self, error: &io::Error) -> ConnectError {
        let address = self.address.to_string();
        if is_timeout(error) {
            ConnectError::Timeout { address, after: self.timeout }
        } else {
            ConnectError::Unreachable { address, cause: error.to_string() }
        }
    }
}

/// Asks where the session is.
fn ask(connection: &mut Postgres) -> crate::driver::Result<()> {
    let mut last = Vec::new();
    connection.simple_rows("SELECT current_database(), current_schema()", &mut |row| last = row)?;
    let mut fields = last.into_iter();
    connection.server.database = fields.next().flatten().unwrap_or_default();
    connection.server.schema = fields.next().flatten();
    Ok(())
}

/// Asks the server for TLS and shakes hands. Where it has none, the socket stays as it is unless TLS is `required`.
fn negotiate(mut socket: Socket, tls: Option<&Arc<ClientConfig>>, host: &str, required: bool) -> io::Result<Socket> {
    let (Some(tls), Socket::Tcp(_)) = (tls, &socket) else { return Ok(socket) };
    let mut request = BytesMut::new();
    frontend::ssl_request(&mut request);
    socket.write_all(&request)?;
    // One byte and no more: what came after it unencrypted must not count as said within TLS.
    let mut answer = [0];
    socket.read_exact(&mut answer)?;
    match answer[0] {
        b'S' => socket.encrypt(tls, host),
        b'N' if required => Err(io::Error::other("the server does not offer TLS")),
        b'N' => Ok(socket),
        _ => Err(io::Error::other("the server did not understand the question for TLS")),
    }
}

/// What it takes to cancel a statement from another connection.
pub(super) struct Canceling {
    address: Address,
    tls: Option<Arc<ClientConfig>>,
    host: String,
    process: i32,
    secret: i32,
}

impl Canceling {
    /// Asks the server to cancel what our session runs.
    pub(super) fn cancel(&self) -> io::Result<()> {
        let socket = self.address.connect(Instant::now() + CANCEL_TIMEOUT)?;
        socket.set_timeout(Some(CANCEL_TIMEOUT))?;
        let mut socket = negotiate(socket, self.tls.as_ref(), &self.host, true)?;
        let mut request = BytesMut::new();
        frontend::cancel_request(self.process, self.secret, &mut request);
        socket.write_all(&request)?;
        socket.flush()?;
        // The server closes the connection once it has passed the request on.
        socket.read(&mut [0]).map(drop)
    }
}
