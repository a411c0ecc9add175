//! The first packets of a connection: who we are, and the proof of it.

use std::io;
use std::sync::Arc;

use glim::error::DatabaseError;
use ring::digest::{self, Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use rustls::ClientConfig;
use secrecy::ExposeSecret as _;

use super::error::server_error;
use super::packet::{Reader, malformed, ok, put_string};
use super::wire::Wire;
use crate::target::{Server, SslMode};

/// What we can do, in the protocol's words: `LONG_PASSWORD`, `FOUND_ROWS`, `LONG_FLAG`, `CONNECT_WITH_DB`,
/// `PROTOCOL_41`, `TRANSACTIONS`, `SECURE_CONNECTION`, `MULTI_RESULTS`, `PS_MULTI_RESULTS`, `PLUGIN_AUTH` and
/// `CONNECT_ATTRS`. Not `LOCAL_FILES`: no server shall ask for our files. Not `MULTI_STATEMENTS`: that is for batches.
const CAPABILITIES: u32 =
    0x0001 | 0x0002 | 0x0004 | 0x0008 | 0x0200 | 0x2000 | 0x8000 | 0x2_0000 | 0x4_0000 | 0x8_0000 | CONNECT_ATTRIBUTES;
const CONNECT_ATTRIBUTES: u32 = 0x10_0000;
const TLS: u32 = 0x0800;

/// `utf8mb4_general_ci`, which every version knows.
const CHARACTER_SET: u8 = 45;

/// Why a server did not let us in.
pub(super) enum Refusal {
    /// The server said so.
    Server(DatabaseError),
    /// What it asks for, we do not have.
    Demand(String),
    /// No encryption, or none that can be trusted.
    Tls(io::Error),
    /// The connection broke, or made no sense.
    Broken(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Self {
        Self::Broken(error)
    }
}

/// Logs in.
pub(super) fn log_in(wire: &mut Wire, server: &Server, tls: Option<&Arc<ClientConfig>>) -> Result<(), Refusal> {
    let mut packet = Vec::new();
    receive(wire, &mut packet)?;
    let greeting = greeting(&packet)?;
    let mut capabilities = CAPABILITIES & greeting.capabilities;
    if let (Some(tls), false) = (tls, wire.socket()?.is_private()) {
        if greeting.capabilities & TLS != 0 {
            capabilities |= TLS;
            wire.send(&opening(capabilities))?;
            wire.encrypt(tls, &server.host).map_err(Refusal::Tls)?;
        } else if server.tls.mode != SslMode::Prefer {
            return Err(Refusal::Tls(io::Error::other("the server does not offer TLS")));
        }
    }
    let mut login = Login { server, plugin: greeting.plugin, nonce: greeting.nonce };
    wire.send(&login.response(capabilities)?)?;
    login.finish(wire, &mut packet)
}

struct Greeting {
    capabilities: u32,
    plugin: Vec<u8>,
    nonce: Vec<u8>,
}

fn greeting(packet: &[u8]) -> io::Result<Greeting> {
    let mut reader = Reader(packet);
    if reader.u8()? != 10 {
        return Err(malformed("this is no MySQL or MariaDB server"));
    }
    let _version = reader.terminated();
    let _thread = reader.u32()?;
    let mut nonce = reader.bytes(8)?.to_vec();
    let _filler = reader.u8()?;
    let low = reader.u16()?;
    let _character_set = reader.u8()?;
    let _status = reader.u16()?;
    let high = reader.u16()?;
    let nonce_length = usize::from(reader.u8()?);
    let _reserved = reader.bytes(10)?;
    // At least 13 bytes, of which the last is zero.
    let rest = reader.bytes(nonce_length.saturating_sub(8).max(13))?;
    nonce.extend_from_slice(&rest[..12]);
    let plugin = reader.terminated().to_vec();
    Ok(Greeting { capabilities: u32::from(high) << 16 | u32::from(low), plugin, nonce })
}

/// The start of a response, which alone asks for TLS.
fn opening(capabilities: u32) -> Vec<u8> {
    let mut packet = capabilities.to_le_bytes().to_vec();
    packet.extend_from_slice(&(1_u32 << 30).to_le_bytes());
    packet.push(CHARACTER_SET);
    packet.extend_from_slice(&[0; 23]);
    packet
}

struct Login<'a> {
    server: &'a Server,
    plugin: Vec<u8>,
    nonce: Vec<u8>,
}

impl Login<'_> {
    fn response(&mut self, capabilities: u32) -> Result<Vec<u8>, Refusal> {
        // An unknown plugin is the server's default and perhaps not this user's: the server then names another.
        if !matches!(self.plugin.as_slice(), b"mysql_native_password" | b"caching_sha2_password") {
            self.plugin = b"mysql_native_password".to_vec();
        }
        let proof = self.proof(false)?;
        let mut packet = opening(capabilities);
        let mut terminated = |text: &[u8]| {
            packet.extend_from_slice(text);
            packet.push(0);
        };
        terminated(self.server.user.as_bytes());
        // Its length is one byte, and a proof has 32 at most.
        let proof_length = u8::try_from(proof.len()).map_err(|_| malformed("the proof is too long"))?;
        packet.push(proof_length);
        packet.extend_from_slice(&proof);
        let mut terminated = |text: &[u8]| {
            packet.extend_from_slice(text);
            packet.push(0);
        };
        terminated(self.server.database.as_bytes());
        terminated(&self.plugin);
        if capabilities & CONNECT_ATTRIBUTES != 0 {
            let mut attributes = Vec::new();
            put_string(&mut attributes, b"program_name");
            put_string(&mut attributes, b"cargo-glim");
            put_string(&mut packet, &attributes);
        }
        Ok(packet)
    }

    fn password(&self) -> &[u8] {
        self.server.password.as_ref().map_or(&[], |password| password.expose_secret().as_bytes())
    }

    /// What the plugin wants to see first. An empty password has an empty proof.
    fn proof(&self, is_private: bool) -> Result<Vec<u8>, Refusal> {
        let password = self.password();
        match self.plugin.as_slice() {
            _ if password.is_empty() => Ok(Vec::new()),
            b"mysql_native_password" => {
                let inner = hash(&SHA1_FOR_LEGACY_USE_ONLY, &[password]);
                let twice = hash(&SHA1_FOR_LEGACY_USE_ONLY, &[&inner]);
                Ok(xor(&inner, &hash(&SHA1_FOR_LEGACY_USE_ONLY, &[&self.nonce, &twice])))
            }
            b"caching_sha2_password" => {
                let inner = hash(&SHA256, &[password]);
                let twice = hash(&SHA256, &[&inner]);
                Ok(xor(&inner, &hash(&SHA256, &[&twice, &self.nonce])))
            }
            b"mysql_clear_password" if is_private => Ok([password, &[0]].concat()),
            b"mysql_clear_password" => Err(in_the_clear()),
            plugin => Err(Refusal::Demand(format!(
                "the authentication plugin `{}` is not supported",
                String::from_utf8_lossy(plugin)
            ))),
        }
    }

    /// Answers the server until it lets us in.
    fn finish(&mut self, wire: &mut Wire, packet: &mut Vec<u8>) -> Result<(), Refusal> {
        let is_private = wire.socket()?.is_private();
        loop {
            receive(wire, packet)?;
            match packet.as_slice() {
                [0x00, ..] => {
                    wire.trust();
                    wire.note(ok(packet)?);
                    return Ok(());
                }
                // Another plugin, with a nonce of its own.
                [0xFE, request @ ..] if !request.is_empty() => {
                    let mut reader = Reader(request);
                    self.plugin = reader.terminated().to_vec();
                    self.nonce = reader.0.strip_suffix(&[0]).unwrap_or(reader.0).to_vec();
                    let proof = self.proof(is_private)?;
                    wire.send(&proof)?;
                }
                // `caching_sha2_password`: the server knows the proof, and says OK next.
                [0x01, 0x03] => {}
                // It does not, and has to see the password itself.
                [0x01, 0x04] if is_private => wire.send(&[self.password(), &[0]].concat())?,
                [0x01, 0x04] => return Err(in_the_clear()),
                _ => return Err(malformed("the server asks for something unknown").into()),
            }
        }
    }
}

fn receive(wire: &mut Wire, packet: &mut Vec<u8>) -> Result<(), Refusal> {
    wire.receive(packet)?;
    match packet.first() {
        Some(0xFF) => Err(Refusal::Server(server_error(packet)?)),
        Some(_) => Ok(()),
        None => Err(malformed("this is no MySQL or MariaDB server").into()),
    }
}

fn in_the_clear() -> Refusal {
    Refusal::Demand(
        "the server asks for the password itself, which is sent only through TLS or a Unix socket; set `sslmode`"
            .to_owned(),
    )
}

fn hash(algorithm: &'static Algorithm, parts: &[&[u8]]) -> Vec<u8> {
    let mut context = digest::Context::new(algorithm);
    for part in parts {
        context.update(part);
    }
    context.finish().as_ref().to_vec()
}

fn xor(a: &[u8], b: &[u8]) -> Vec<u8> {
    a.iter().zip(b).map(|(a, b)| a ^ b).collect()
}

#[cfg(test)]
mod tests {
    use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256};
    use secrecy::SecretString;

    use super::{Login, greeting, hash, xor};
    use crate::target::{Server, Tls};

    const NONCE: &[u8] = b"abcdefghijklmnopqrst";

    fn proof(plugin: &str, password: &str) -> Option<Vec<u8>> {
        let server = Server {
            host: String::new(),
            port: 0,
            socket: None,
            database: String::new(),
            user: String::new(),
            password: Some(SecretString::from(password)),
            tls: Tls::default(),
            search_path: None,
        };
        let login = Login { server: &server, plugin: plugin.as_bytes().to_vec(), nonce: NONCE.to_vec() };
        login.proof(false).ok()
    }

    /// What a server does, which keeps the password hashed twice.
    #[test]
    fn a_server_can_check_the_proof() {
        let proof_native = proof("mysql_native_password", "secret").expect("a proof");
        let stored = hash(&SHA1_FOR_LEGACY_USE_ONLY, &[&hash(&SHA1_FOR_LEGACY_USE_ONLY, &[b"secret"])]);
        let once = xor(&proof_native, &hash(&SHA1_FOR_LEGACY_USE_ONLY, &[NONCE, &stored]));
        assert_eq!(hash(&SHA1_FOR_LEGACY_USE_ONLY, &[&once]), stored);

        let proof_sha2 = proof("caching_sha2_password", "secret").expect("a proof");
        let stored = hash(&SHA256, &[&hash(&SHA256, &[b"secret"])]);
        let once = xor(&proof_sha2, &hash(&SHA256, &[&stored, NONCE]));
        assert_eq!(hash(&SHA256, &[&once]), stored);
    }

    #[test]
    fn an_empty_password_has_an_empty_proof() {
        assert_eq!(proof("caching_sha2_password", ""), Some(vec![]));
    }

    #[test]
    fn the_password_itself_and_unknown_plugins_are_refused() {
        assert_eq!(proof("mysql_clear_password", "secret"), None);
        assert_eq!(proof("auth_gssapi_client", "secret"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_greeting_is_read_without_a_panic(packet: Vec<u8>) {
            let _ = greeting(&packet);
            let _ = greeting(&[&[10], packet.as_slice()].concat());
        }
    }
}
