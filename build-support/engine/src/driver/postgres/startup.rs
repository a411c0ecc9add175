//! The first messages of a connection: who we are, and the proof of it.

use std::io;

use glim::error::DatabaseError;
use postgres_protocol::authentication::{md5_hash, sasl};
use postgres_protocol::message::backend::{AuthenticationSaslBody, Message};
use postgres_protocol::message::frontend;
use rustls::pki_types::CertificateDer;
use secrecy::ExposeSecret as _;

use super::error::reply;
use super::wire::Wire;
use crate::target::Server;
use crate::tls::end_point_digest;

/// A setting of the session: its name and its value.
pub(super) type Setting = (&'static str, String);

/// Why a server did not let us in.
pub(super) enum Refusal {
    /// The server said so.
    Server(DatabaseError),
    /// What it asks for, we do not have.
    Demand(String),
    /// The connection broke, or made no sense.
    Broken(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

/// What the server told about the session.
pub(super) struct Session {
    /// Needed to cancel a statement.
    pub(super) process: i32,
    /// Needed to cancel a statement.
    pub(super) secret: i32,
    /// The server's version, such as `15.18 (Debian 15.18-0+deb12u1)`.
    pub(super) version: String,
}

/// Logs in. The settings are those that `RESET ALL` returns to.
pub(super) fn log_in(wire: &mut Wire, server: &Server, settings: &[Setting]) -> Result<Session, Refusal> {
    let parameters = [
        ("user", server.user.as_str()),
        ("database", server.database.as_str()),
        ("application_name", "cargo-glim"),
        ("client_encoding", "UTF8"),
    ];
    let settings = settings.iter().map(|(name, value)| (*name, value.as_str()));
    frontend::startup_message(parameters.into_iter().chain(settings), &mut wire.output)?;
    wire.flush()?;
    authenticate(wire, server)?;
    wire.trust();
    let mut session = Session { process: 0, secret: 0, version: String::new() };
    loop {
        match wire.receive_any()? {
            Message::BackendKeyData(body) => (session.process, session.secret) = (body.process_id(), body.secret_key()),
            Message::ParameterStatus(body) if body.name()? == "server_version" => {
                body.value()?.clone_into(&mut session.version);
            }
            Message::ErrorResponse(body) => return Err(Refusal::Server(reply(&body)?)),
            Message::ReadyForQuery(_) => return Ok(session),
            Message::ParameterStatus(_) | Message::NoticeResponse(_) => {}
            _ => return Err(unexpected()),
        }
    }
}

fn authenticate(wire: &mut Wire, server: &Server) -> Result<(), Refusal> {
    loop {
        match next(wire)? {
            Message::AuthenticationOk => return Ok(()),
            Message::AuthenticationCleartextPassword => {
                frontend::password_message(password(server)?, &mut wire.output)?;
                wire.flush()?;
            }
            Message::AuthenticationMd5Password(body) => {
                let proof = md5_hash(server.user.as_bytes(), password(server)?, body.salt());
                frontend::password_message(proof.as_bytes(), &mut wire.output)?;
                wire.flush()?;
            }
            Message::AuthenticationSasl(body) => scram(wire, server, &body)?,
            _ => {
                return Err(demand("the server asks for a kind of authentication that is not supported (GSSAPI, say)"));
            }
        }
    }
}

/// SCRAM, bound to the TLS connection where there is one, so that nobody can stand between.
fn scram(wire: &mut Wire, server: &Server, offer: &AuthenticationSaslBody) -> Result<(), Refusal> {
    use postgres_protocol::message::backend::SaslMechanisms;
    let offers = |name: &str| {
        let mut mechanisms: SaslMechanisms<'_> = offer.mechanisms();
        std::iter::from_fn(|| fallible_iterator::FallibleIterator::next(&mut mechanisms).ok().flatten())
            .any(|mechanism| mechanism == name)
    };
    let certificate = wire.socket().server_certificate().map(CertificateDer::from);
    let digest = certificate.as_ref().and_then(end_point_digest);
    let (mechanism, binding) = match digest {
        Some(digest) if offers(sasl::SCRAM_SHA_256_PLUS) => {
            (sasl::SCRAM_SHA_256_PLUS, sasl::ChannelBinding::tls_server_end_point(digest))
        }
        // Tells the server that we could have, so that it notices when somebody took its offer away.
        Some(_) if offers(sasl::SCRAM_SHA_256) => (sasl::SCRAM_SHA_256, sasl::ChannelBinding::unrequested()),
        None if offers(sasl::SCRAM_SHA_256) => (sasl::SCRAM_SHA_256, sasl::ChannelBinding::unsupported()),
        _ => return Err(demand("the server offers no kind of SASL authentication that is supported")),
    };
    let mut exchange = sasl::ScramSha256::new(password(server)?, binding);
    frontend::sasl_initial_response(mechanism, exchange.message(), &mut wire.output)?;
    wire.flush()?;
    let Message::AuthenticationSaslContinue(body) = next(wire)? else { return Err(unexpected()) };
    exchange.update(body.data())?;
    frontend::sasl_response(exchange.message(), &mut wire.output)?;
    wire.flush()?;
    let Message::AuthenticationSaslFinal(body) = next(wire)? else { return Err(unexpected()) };
    exchange.finish(body.data())?;
    Ok(())
}

fn next(wire: &mut Wire) -> Result<Message, Refusal> {
    loop {
        match wire.receive_any()? {
            Message::ErrorResponse(body) => return Err(Refusal::Server(reply(&body)?)),
            Message::NoticeResponse(_) => {}
            message => return Ok(message),
        }
    }
}

fn password(server: &Server) -> Result<&[u8], Refusal> {
    match &server.password {
        Some(password) => Ok(password.expose_secret().as_bytes()),
        None => Err(demand("the server asks for a password, and none is configured")),
    }
}

fn demand(message: &str) -> Refusal {
    Refusal::Demand(message.to_owned())
}

fn unexpected() -> Refusal {
    Refusal::Broken(io::Error::new(io::ErrorKind::InvalidData, "this is no PostgreSQL server"))
}
