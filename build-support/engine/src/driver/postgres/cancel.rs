//! Cancelling a statement, through a connection of its own.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::time::timeout;
use tokio_postgres::tls::{MakeTlsConnect, NoTls};
use tokio_postgres::{CancelToken, Error};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::dial::{dial, dial_socket};
use super::wire::Direct;
use super::wire::Wire;
use crate::driver::address::Address;

/// How long the connection that cancels a statement may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// How long a server may take to answer a statement that was cancelled.
const PATIENCE: Duration = Duration::from_secs(10);

/// What it takes to cancel a statement from another connection.
pub(super) struct Canceling {
    pub(super) address: Address,
    /// Where the session is encrypted, or could be.
    pub(super) tls: Option<MakeRustlsConnect>,
    pub(super) token: CancelToken,
    /// The connection whose statement it is.
    pub(super) line: Option<Arc<Direct>>,
}

/// TLS towards a host.
pub(super) fn towards(
    tls: &MakeRustlsConnect,
    host: &str,
) -> <MakeRustlsConnect as MakeTlsConnect<Wire<TcpStream>>>::TlsConnect {
    let made: Result<_, Infallible> = MakeTlsConnect::<Wire<TcpStream>>::make_tls_connect(&mut tls.clone(), host);
    let Ok(tls) = made;
    tls
}

impl Canceling {
    /// Ends the connection after a while: a server that has answered by then is not needed any more, and from one that has
    /// not, nothing is to be heard.
    pub(super) fn hang_up_later(&self) {
        let Some(line) = self.line.clone() else { return };
        thread::spawn(move || {
            thread::sleep(PATIENCE);
            line.hang_up();
        });
    }

    /// Asks the server to cancel what our session runs.
    pub(super) fn cancel(&self) -> io::Result<()> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let asked = runtime.block_on(async { timeout(TIMEOUT, self.ask()).await });
        // The look-up of a name cannot be stopped, and need not be waited for.
        runtime.shutdown_background();
        asked?.map_err(io::Error::other)
    }

    async fn ask(&self) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
        let sent: Result<(), Error> = match (&self.address, &self.tls) {
            (Address::Tcp(host, port), Some(tls)) => {
                self.token.cancel_query_raw(dial(host, *port).await?, towards(tls, host)).await
            }
            (Address::Tcp(host, port), None) => self.token.cancel_query_raw(dial(host, *port).await?, NoTls).await,
            (Address::Unix(path), _) => self.token.cancel_query_raw(dial_socket(path).await?, NoTls).await,
        };
        Ok(sent?)
    }
}
