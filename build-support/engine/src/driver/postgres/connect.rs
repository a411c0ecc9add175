//! Opening a connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::Builder;
use tokio::time::timeout;
use tokio_postgres::config::{Config, SslMode as Encryption};
use tokio_postgres::error::SqlState;
use tokio_postgres::tls::{NoTls, TlsConnect};
use tokio_postgres::{Client, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::Postgres;
use super::cancel::{Canceling, towards};
use super::dial::{dial, dial_socket};
use super::error::{Kind, cause, reply};
use super::pipelined::{Line, Moving, Pipelined};
use super::pooler::{announced, ask, loses_session};
use super::session::{ASK, Session};
use super::wire::{Direct, Wire};
use crate::driver::address::{Address, is_timeout};
use crate::driver::{Access, ConnectError, Connection};
use crate::target::{self, SslMode, Target};
use crate::tls::client_config;

/// How often a server looks whether we are still there while a statement runs, so that the locks of a killed process
/// are not held until its statement ends.
const CONNECTION_CHECK: (&str, &str) = ("client_connection_check_interval", "500ms");

/// A setting of the session: its name and its value.
type Setting = (&'static str, String);

/// Opens a connection.
pub(in crate::driver) fn connect(
    server: &target::Server,
    target: &Target,
    access: Access,
) -> Result<Box<dyn Connection>, ConnectError> {
    let address = Address::of(server, &format!(".s.PGSQL.{}", server.port));
    let attempt = Attempt { server, address, timeout: target.connect_timeout };
    let tls = match server.tls.mode {
        SslMode::Disable => None,
        _ => Some(MakeRustlsConnect::new(client_config(&server.tls)?.as_ref().clone())),
    };
    let address = attempt.address.to_string();
    let runtime = Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .build()
        .map_err(|error| ConnectError::Other { address: address.clone(), message: error.to_string() })?;
    let opening = attempt.open_session(tls, settings(server, target, access), access);
    let opened = runtime.block_on(async { timeout(target.connect_timeout, opening).await });
    match opened.unwrap_or_else(|_| Err(attempt.unreachable(&io::ErrorKind::TimedOut.into()))) {
        Ok(Opened { requests, connection, direct, canceling, session }) => {
            let client = Pipelined::new(requests, Line::new(runtime, connection, direct), canceling);
            let described = session.describe(format!("{address}/{}", server.database));
            Ok(Box::new(Postgres::new(client, described)))
        }
        Err(error) => {
            // The look-up of a name cannot be stopped, and need not be waited for.
            runtime.shutdown_background();
            Err(error)
        }
    }
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

/// The settings as the server's command line would have them, in which a backslash keeps what follows it.
fn options(settings: &[Setting]) -> String {
    let mut text = String::new();
    for (name, value) in settings {
        text.extend([" -c ", name, "="]);
        for letter in value.chars() {
            text.extend((letter == '\\' || letter.is_ascii_whitespace()).then_some('\\'));
            text.push(letter);
        }
    }
    text
}

struct Attempt<'a> {
    server: &'a target::Server,
    address: Address,
    timeout: Duration,
}

/// An open connection, and what is known of it.
struct Opened {
    requests: Client,
    connection: Moving,
    direct: Option<Arc<Direct>>,
    canceling: Canceling,
    session: Session,
}

impl Attempt<'_> {
    /// Opens a connection that is to hold locks, unless it is only to look: one that keeps its session.
    async fn open_session(
        &self,
        tls: Option<MakeRustlsConnect>,
        settings: Vec<Setting>,
        access: Access,
    ) -> Result<Opened, ConnectError> {
        let mut opened = self.open(tls.clone(), settings.clone()).await?;
        let process = opened.session.process.clone().unwrap_or_default();
        if access == Access::ReadOnly || announced(&opened.canceling.token).await.is_none_or(|it| it == process) {
            return Ok(opened);
        }
        let mut other = self.open(tls, settings).await?;
        let first = (&opened.requests, &mut opened.connection);
        match loses_session(first, &process, (&other.requests, &mut other.connection)).await {
            Ok(false) => Ok(opened),
            Ok(true) => Err(ConnectError::Pooler { address: self.address.to_string() }),
            Err(error) => Err(self.refused(&error)),
        }
    }

    async fn open(
        &self,
        mut tls: Option<MakeRustlsConnect>,
        mut settings: Vec<Setting>,
    ) -> Result<Opened, ConnectError> {
        loop {
            let error = match self.log_in(tls.as_ref(), &settings).await {
                Ok(opened) => return Ok(opened),
                Err(Refusal::Unreachable(error)) => return Err(self.unreachable(&error)),
                Err(Refusal::Client(error)) => error,
            };
            let is_unknown = matches!(error.code().map(SqlState::code), Some("42704" | "22023"));
            let checks = settings.iter().position(|(name, _)| *name == CONNECTION_CHECK.0);
            match checks {
                // Before version 14 there was no such setting; on systems that cannot tell whether a client is gone the
                // server refuses any value but 0.
                Some(at) if is_unknown => drop(settings.remove(at)),
                // libpq's `prefer`: rather in the clear than not at all.
                _ if Kind::of(&error) == Kind::Tls && self.server.tls.mode == SslMode::Prefer && tls.is_some() => {
                    tls = None;
                }
                _ => return Err(self.refused(&error)),
            }
        }
    }

    async fn log_in(&self, tls: Option<&MakeRustlsConnect>, settings: &[Setting]) -> Result<Opened, Refusal> {
        let encryption = match (&self.address, tls, self.server.tls.mode) {
            (Address::Unix(_), _, _) | (_, None, _) => Encryption::Disable,
            (_, Some(_), SslMode::Prefer) => Encryption::Prefer,
            _ => Encryption::Require,
        };
        let mut config = Config::new();
        config
            .user(&self.server.user)
            .dbname(&self.server.database)
            .application_name("cargo-glim")
            .options(options(settings))
            .ssl_mode(encryption);
        if let Some(password) = &self.server.password {
            config.password(password.expose_secret());
        }
        let (requests, mut connection, direct) = match (&self.address, tls) {
            (Address::Tcp(host, port), Some(tls)) => {
                shake_hands(&config, dial(host, *port).await?, towards(tls, host)).await?
            }
            (Address::Tcp(host, port), None) => shake_hands(&config, dial(host, *port).await?, NoTls).await?,
            (Address::Unix(path), _) => shake_hands(&config, dial_socket(path).await?, NoTls).await?,
        };
        let messages = ask(&requests, &mut connection, ASK).await?;
        let (address, token, line) = (self.address.clone(), requests.cancel_token(), direct.clone());
        let canceling = Canceling { address, tls: tls.cloned(), token, line };
        Ok(Opened { requests, connection, direct, canceling, session: Session::read(&messages) })
    }

    /// What to say of an error of the client's crate.
    fn refused(&self, error: &Error) -> ConnectError {
        let address = self.address.to_string();
        let user = self.server.user.clone();
        let other = |message: &str| ConnectError::Other { address: address.clone(), message: message.to_owned() };
        let cause = cause(error);
        match Kind::of(error) {
            Kind::Server => {
                let reply = error.as_db_error().map(reply).unwrap_or_default();
                match reply.code.as_deref() {
                    Some(code) if code.starts_with("28") => {
                        ConnectError::Authentication { user, address, message: reply.message }
                    }
                    // What PgBouncer says of settings that it would lose with the session.
                    Some("08P01") if reply.message.starts_with("unsupported startup parameter") => {
                        ConnectError::Pooler { address }
                    }
                    Some("3D000") => ConnectError::NoDatabase { database: self.server.database.clone(), address },
                    _ => other(&reply.message),
                }
            }
            Kind::Authentication if cause == "password missing" => {
                let message = "the server asks for a password, and none is configured".to_owned();
                ConnectError::Authentication { user, address, message }
            }
            Kind::Authentication => ConnectError::Authentication { user, address, message: cause },
            Kind::Tls if cause == "server does not support TLS" => {
                ConnectError::Tls { address, cause: "the server does not offer TLS".to_owned() }
            }
            Kind::Tls => ConnectError::Tls { address, cause },
            Kind::Unexpected => other("this is no PostgreSQL server"),
            Kind::Unsendable | Kind::Value => other(&cause),
            Kind::Lost => match source(error) {
                // With TLS 1.3, a server refuses our certificate after the handshake.
                Some(error)
                    if error.get_ref().is_some_and(<dyn std::error::Error + Send + Sync>::is::<rustls::Error>) =>
                {
                    ConnectError::Tls { address, cause }
                }
                Some(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => {
                    other("this is no PostgreSQL server")
                }
                Some(error) => self.unreachable(error),
                None => self.unreachable(&io::ErrorKind::UnexpectedEof.into()),
            },
        }
    }

    fn unreachable(&self, error: &io::Error) -> ConnectError {
        let address = self.address.to_string();
        match error.kind() {
            _ if is_timeout(error) => ConnectError::Timeout { address, after: self.timeout },
            io::ErrorKind::UnexpectedEof => {
                ConnectError::Unreachable { address, cause: "the server closed the connection".to_owned() }
            }
            _ => ConnectError::Unreachable { address, cause: error.to_string() },
        }
    }
}

fn source(error: &Error) -> Option<&io::Error> {
    std::error::Error::source(error)?.downcast_ref()
}

/// Encrypts and logs in.
async fn shake_hands<S, T>(
    config: &Config,
    stream: Wire<S>,
    tls: T,
) -> Result<(Client, Moving, Option<Arc<Direct>>), Error>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    T: TlsConnect<Wire<S>>,
    T::Stream: Send + 'static,
{
    let direct = stream.direct();
    let (requests, connection) = config.connect_raw(stream, tls).await?;
    Ok((requests, Box::pin(connection), direct))
}

/// Why there is no connection.
enum Refusal {
    /// Nobody answers there.
    Unreachable(io::Error),
    /// Somebody does.
    Client(Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Unreachable(error)
    }
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Client(error)
    }
}

#[cfg(test)]
mod tests {
    use super::options;

    #[test]
    fn a_setting_with_spaces_stays_one() {
        let settings = [("search_path", "app, \"a\\b\"".to_owned()), ("lock_timeout", "5".to_owned())];
        assert_eq!(options(&settings), " -c search_path=app,\\ \"a\\\\b\" -c lock_timeout=5");
    }
}
