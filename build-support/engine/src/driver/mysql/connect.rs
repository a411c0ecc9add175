//! Opening a connection, and another one to cancel what the first does.

use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use glim::value::Value;
use rustls::ClientConfig;

use super::Mysql;
use super::error::number;
use super::login::{Refusal, log_in};
use super::prepared::PreparedStatements;
use super::wire::Wire;
use crate::driver::socket::{Address, is_timeout, remaining};
use crate::driver::{Access, ConnectError, Connection, Server};
use crate::target::{self, SslMode, Target};
use crate::tls::client_config;

/// How long the connection that cancels a statement may take.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(5);

/// Opens a connection.
pub(in crate::driver) fn connect(
    server: &target::Server,
    target: &Target,
    access: Access,
) -> Result<Box<dyn Connection>, ConnectError> {
    let tls = match server.tls.mode {
        SslMode::Disable => None,
        _ => Some(client_config(&server.tls)?),
    };
    let mut attempt = Attempt {
        server,
        address: Address::of(server, "mysqld.sock"),
        tls,
        timeout: target.connect_timeout,
        deadline: Instant::now() + target.connect_timeout,
    };
    let wire = match attempt.wire() {
        // libpq's `prefer`: rather in the clear than not at all.
        Err(ConnectError::Tls { .. }) if server.tls.mode == SslMode::Prefer => {
            attempt.tls = None;
            attempt.wire()?
        }
        wire => wire?,
    };
    attempt.set_up(wire, target, access)
}

struct Attempt<'a> {
    server: &'a target::Server,
    address: Address,
    tls: Option<Arc<ClientConfig>>,
    timeout: Duration,
    deadline: Instant,
}

impl Attempt<'_> {
    /// Connects and logs in.
    fn wire(&self) -> Result<Wire, ConnectError> {
        let socket = self.address.connect(self.deadline).map_err(|error| self.unreachable(&error))?;
        socket.set_timeout(remaining(self.deadline).ok()).map_err(|error| self.unreachable(&error))?;
        let mut wire = Wire::new(socket);
        log_in(&mut wire, self.server, self.tls.as_ref()).map_err(|refusal| self.refused(refusal))?;
        Ok(wire)
    }

    /// Makes the session's settings, and asks where it is.
    fn set_up(&self, wire: Wire, target: &Target, access: Access) -> Result<Box<dyn Connection>, ConnectError> {
        let canceling =
            Canceling { server: self.server.clone(), address: self.address.clone(), tls: self.tls.clone(), id: 0 };
        let mut connection = Mysql {
            wire,
            server: Server {
                product: "MySQL",
                version: String::new(),
                address: format!("{}/{}", self.address, self.server.database),
                database: self.server.database.clone(),
                schema: None,
            },
            prepared: PreparedStatements::default(),
            // Until the server has told its own.
            max_allowed_packet: 1 << 20,
            canceling: Arc::new(canceling),
        };
        self.ask(&mut connection)
            .and_then(|()| settle(&mut connection, target, access))
            .map_err(|error| ConnectError::Other { address: self.address.to_string(), message: error.message })?;
        let socket = connection.wire.socket().map_err(|error| self.unreachable(&error))?;
        socket.set_timeout(None).map_err(|error| self.unreachable(&error))?;
        Ok(Box::new(connection))
    }

    fn ask(&self, connection: &mut Mysql) -> crate::driver::Result<()> {
        let sql = "SELECT CONNECTION_ID(), @@version, DATABASE(), @@max_allowed_packet";
        let mut answer = Vec::new();
        connection.query_text(sql, &mut |_, row| {
            answer = row;
            std::ops::ControlFlow::Continue(())
        })?;
        let number = |value: &Value| match value {
            Value::Int(number) => u64::try_from(*number).ok(),
            Value::Uint(number) => Some(*number),
            _ => None,
        };
        let [id, Value::Text(version), database, longest] = answer.as_slice() else {
            return Err(crate::driver::refused(sql, "the server gave an unexpected answer"));
        };
        if version.contains("MariaDB") {
            connection.server.product = "MariaDB";
        }
        version.split('-').next().unwrap_or_default().clone_into(&mut connection.server.version);
        if let Value::Text(database) = database {
            database.clone_into(&mut connection.server.database);
        }
        if let Some(longest) = number(longest).and_then(|longest| usize::try_from(longest).ok()) {
            connection.max_allowed_packet = longest;
        }
        connection.canceling = Arc::new(Canceling {
            server: self.server.clone(),
            address: self.address.clone(),
            tls: self.tls.clone(),
            id: number(id).unwrap_or_default(),
        });
        Ok(())
    }

    fn refused(&self, refusal: Refusal) -> ConnectError {
        let address = self.address.to_string();
        let authentication = |message| ConnectError::Authentication {
            user: self.server.user.clone(),
            address: self.address.to_string(),
            message,
        };
        match refusal {
            Refusal::Server(error) => match number(&error) {
                Some(1044 | 1045 | 1129 | 1130 | 1524 | 1698) => authentication(error.message),
                Some(1049) => ConnectError::NoDatabase { database: self.server.database.clone(), address },
                // The server takes no connection without TLS.
                Some(3159) => ConnectError::Tls { address, cause: error.message },
                _ => ConnectError::Other { address, message: error.message },
            },
            Refusal::Demand(message) => authentication(message),
            Refusal::Tls(error) if is_timeout(&error) => self.unreachable(&error),
            Refusal::Tls(error) => ConnectError::Tls { address, cause: error.to_string() },
            Refusal::Broken(error) => match error.kind() {
                io::ErrorKind::InvalidData => ConnectError::Other { address, message: error.to_string() },
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

/// Sets the session: no value is cut silently, timestamps are in UTC, statements commit by themselves, nothing waits
/// longer than it should.
fn settle(connection: &mut Mysql, target: &Target, access: Access) -> crate::driver::Result<()> {
    use std::fmt::Write as _;
    let mut sql = String::from(
        "SET SESSION sql_mode = CONCAT_WS(',', NULLIF(@@SESSION.sql_mode, ''), 'STRICT_ALL_TABLES', \
         'NO_ENGINE_SUBSTITUTION'), SESSION time_zone = '+00:00', SESSION autocommit = 1",
    );
    if let Some(time) = target.lock_timeout {
        // Whole seconds, and at least one.
        let seconds = time.as_millis().div_ceil(1_000).max(1);
        let _ = write!(sql, ", SESSION lock_wait_timeout = {seconds}, SESSION innodb_lock_wait_timeout = {seconds}");
    }
    if let Some(time) = target.statement_timeout {
        let _ = match connection.server.product {
            "MariaDB" => write!(sql, ", SESSION max_statement_time = {}", time.as_secs_f64()),
            _ => write!(sql, ", SESSION max_execution_time = {}", time.as_millis()),
        };
    }
    connection.execute_text(&sql)?;
    if access == Access::ReadOnly {
        connection.execute_text("SET SESSION TRANSACTION READ ONLY")?;
    }
    Ok(())
}

/// What it takes to cancel a statement from another connection.
pub(super) struct Canceling {
    server: target::Server,
    address: Address,
    tls: Option<Arc<ClientConfig>>,
    id: u64,
}

impl Canceling {
    /// Asks the server to cancel what our session runs.
    pub(super) fn cancel(&self) -> io::Result<()> {
        let socket = self.address.connect(Instant::now() + CANCEL_TIMEOUT)?;
        socket.set_timeout(Some(CANCEL_TIMEOUT))?;
        let mut wire = Wire::new(socket);
        log_in(&mut wire, &self.server, self.tls.as_ref()).map_err(|_| io::ErrorKind::ConnectionRefused)?;
        wire.command(&[&[super::statement::COM_QUERY], format!("KILL QUERY {}", self.id).as_bytes()].concat())?;
        wire.receive(&mut Vec::new())
    }
}
