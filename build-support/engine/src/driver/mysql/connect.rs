//! Opening a connection to a target, and why that fails.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use mysql::{Conn, DriverError, Error};

use super::Mysql;
use super::error::io_error;
use super::options::{Canceling, Way};
use crate::driver::address::{Address, is_timeout};
use crate::driver::{Access, ConnectError, Connection};
use crate::target::{self, SslMode, Target};

/// Opens a connection. All of it is done by a thread of its own, since some of it (asking for a host's address) knows no
/// time limit; one that gets no answer is left to itself.
pub(in crate::driver) fn connect(
    server: &target::Server,
    target: &Target,
    access: Access,
) -> Result<Box<dyn Connection>, ConnectError> {
    let address = Address::of(server, "mysqld.sock");
    let timeout = target.connect_timeout;
    let attempt = Attempt {
        way: Way::to(server, address.clone(), timeout)?.hearing_within(target.statement_timeout),
        server: server.clone(),
        address: address.clone(),
        target: target.clone(),
        access,
    };
    let (done, opened) = channel();
    let opening = thread::Builder::new().name("mysql-connect".to_owned()).spawn(move || {
        // Nobody is there any more when it took too long.
        let _ = done.send(attempt.open());
    });
    let failed = |message: String| ConnectError::Other { address: address.to_string(), message };
    opening.map_err(|error| failed(error.to_string()))?;
    match opened.recv_timeout(timeout) {
        Ok(outcome) => Ok(Box::new(outcome?)),
        Err(RecvTimeoutError::Timeout) => Err(ConnectError::Timeout { address: address.to_string(), after: timeout }),
        // The crate panics at some of what no server says.
        Err(RecvTimeoutError::Disconnected) => Err(failed(NO_SERVER.to_owned())),
    }
}

const NO_SERVER: &str = "this is no MySQL or MariaDB server";

struct Attempt {
    way: Way,
    server: target::Server,
    address: Address,
    target: Target,
    access: Access,
}

impl Attempt {
    /// Connects, logs in and makes the session's settings.
    fn open(self) -> Result<Mysql<Conn>, ConnectError> {
        let mut way = self.way.clone();
        let mut opened = way.open();
        // libpq's `prefer`: rather in the clear than not at all.
        if self.server.tls.mode == SslMode::Prefer && opened.as_ref().is_err_and(is_about_tls) {
            way = way.in_the_clear();
            opened = way.open();
        }
        let conn = opened.map_err(|error| self.refused(error))?;
        let canceling = Canceling::new(way, conn.connection_id());
        let failed = |message| ConnectError::Other { address: self.address.to_string(), message };
        let limits = |product: &str| limits(&self.target, self.access, product);
        let mut connection =
            Mysql::over(conn, Some(Arc::new(canceling)), limits).map_err(|error| failed(error.message))?;
        connection.server.address = format!("{}/{}", self.address, self.server.database);
        Ok(connection)
    }

    fn refused(&self, error: Error) -> ConnectError {
        let address = self.address.to_string();
        let authentication = |message| ConnectError::Authentication {
            user: self.server.user.clone(),
            address: self.address.to_string(),
            message,
        };
        if let Some(cause) = tls_problem(&error) {
            return ConnectError::Tls { address, cause };
        }
        match error {
            Error::MySqlError(error) => match error.code {
                1044 | 1045 | 1129 | 1130 | 1524 | 1698 => authentication(error.message),
                1049 => ConnectError::NoDatabase { database: self.server.database.clone(), address },
                // The server takes no connection without TLS.
                3159 => ConnectError::Tls { address, cause: error.message },
                _ => ConnectError::Other { address, message: error.message },
            },
            Error::DriverError(DriverError::ConnectTimeout) => {
                ConnectError::Timeout { address, after: self.target.connect_timeout }
            }
            Error::DriverError(DriverError::CouldNotConnect(Some((_, cause, _)))) => {
                ConnectError::Unreachable { address, cause }
            }
            Error::DriverError(DriverError::CleartextPluginDisabled) => authentication(IN_THE_CLEAR.to_owned()),
            Error::DriverError(DriverError::UnknownAuthPlugin(plugin)) if plugin == "mysql_clear_password" => {
                authentication(IN_THE_CLEAR.to_owned())
            }
            Error::DriverError(DriverError::UnknownAuthPlugin(plugin)) => {
                authentication(format!("the authentication plugin `{plugin}` is not supported"))
            }
            Error::DriverError(DriverError::OldMysqlPasswordDisabled) => {
                authentication("the server asks for a password as MySQL 4.0 did, which anybody could read".to_owned())
            }
            error => match io_error(&error) {
                // The key's file, which is never there.
                Some(error) if error.kind() == io::ErrorKind::NotFound => authentication(IN_THE_CLEAR.to_owned()),
                Some(error) if is_timeout(error) => {
                    ConnectError::Timeout { address, after: self.target.connect_timeout }
                }
                Some(error) if !matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::Other) => {
                    ConnectError::Unreachable { address, cause: error.to_string() }
                }
                _ => ConnectError::Other { address, message: NO_SERVER.to_owned() },
            },
        }
    }
}

const IN_THE_CLEAR: &str =
    "the server asks for the password itself, which is sent only through TLS or a Unix socket; set `sslmode`";

/// What is wrong with TLS, if that is what is wrong.
fn tls_problem(error: &Error) -> Option<String> {
    match error {
        Error::TlsError(error) => Some(error.to_string()),
        Error::DriverError(DriverError::TlsNotSupported) => Some("the server does not offer TLS".to_owned()),
        error => Some(io_error(error)?.get_ref()?.downcast_ref::<rustls::Error>()?.to_string()),
    }
}

/// Whether it may be TLS that fails: also a server that closes the connection in the middle.
fn is_about_tls(error: &Error) -> bool {
    tls_problem(error).is_some() || io_error(error).is_some_and(|error| !is_timeout(error))
}

/// How long statements wait and run, and whether they may change anything.
fn limits(target: &Target, access: Access, product: &str) -> Vec<(&'static str, String)> {
    let mut limits = Vec::new();
    if access == Access::ReadOnly {
        let variable = if product == "MariaDB" { "tx_read_only" } else { "transaction_read_only" };
        limits.push((variable, "1".to_owned()));
    }
    if let Some(time) = target.lock_timeout {
        // Whole seconds, and at least one.
        let seconds = time.as_millis().div_ceil(1_000).max(1).to_string();
        limits.extend([("lock_wait_timeout", seconds.clone()), ("innodb_lock_wait_timeout", seconds)]);
    }
    if let Some(time) = target.statement_timeout {
        limits.push(match product {
            "MariaDB" => ("max_statement_time", seconds(time)),
            _ => ("max_execution_time", time.as_millis().to_string()),
        });
    }
    limits
}

fn seconds(time: Duration) -> String {
    time.as_secs_f64().to_string()
}
