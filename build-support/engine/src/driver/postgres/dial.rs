//! The connection to a server before anything is said.

use std::io;
use std::path::Path;
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::TcpStream;

use super::wire::Wire;

/// After how much silence the other side is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_mins(1);

/// Connects to a port, at any address that the name has.
pub(super) async fn dial(host: &str, port: u16) -> io::Result<Wire<TcpStream>> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    // What watches connections on the way (a load balancer, say) drops silent ones, and a long statement is silent.
    let keepalive = TcpKeepalive::new().with_time(KEEPALIVE).with_interval(KEEPALIVE);
    SockRef::from(&stream).set_tcp_keepalive(&keepalive)?;
    Ok(Wire::new(stream))
}

/// Connects to a socket of this machine.
#[cfg(unix)]
pub(super) async fn dial_socket(path: &Path) -> io::Result<Wire<tokio::net::UnixStream>> {
    tokio::net::UnixStream::connect(path).await.map(Wire::new)
}

/// Connects to a socket of this machine, of which this system has none.
#[cfg(not(unix))]
#[expect(clippy::unused_async, reason = "it stands for the one above")]
pub(super) async fn dial_socket(_: &Path) -> io::Result<Wire<TcpStream>> {
    Err(io::Error::new(io::ErrorKind::Unsupported, "this system has no Unix sockets"))
}
