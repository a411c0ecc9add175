//! What stands between a client and a server, and cuts the connection where it is told to.
//!
//! It knows no protocol, so that it works with TLS as well. It counts exchanges: a request is all that the client sends
//! until the server answers, and the next one begins when the client sends again.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
#[cfg(unix)]
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::driver::address::Address;
use crate::target::{Place, SslMode, Target};

/// How a connection is cut at an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before the request reaches the server.
    Request,
    /// When the server answers; the client does not see the answer.
    Answer,
    /// Towards the server alone, after the request: its answer arrives.
    HalfClose,
    /// Not at all: from here on nothing goes through, in either direction, and both sides find that the other is silent.
    Stall,
}

/// A running proxy. It ends with this value.
pub struct Proxy {
    port: u16,
    flow: Arc<Mutex<Flow>>,
}

/// What has come through.
struct Flow {
    exchanges: u64,
    /// Whether the server was the last to say something: it is on some servers the first.
    server_spoke: bool,
    cut: Option<(Cut, u64)>,
    is_cut: bool,
    has_ended: bool,
    /// All sockets, to be closed at the end.
    open: Vec<Socket>,
}

impl Proxy {
    /// Begins to listen, and passes what comes on to the server of the target.
    ///
    /// # Errors
    /// There is no port to listen on, or the target is no server.
    pub fn start(target: &Target, cut: Option<(Cut, u64)>) -> io::Result<Self> {
        let address = match &target.place {
            Place::Postgres(server) => Address::of(server, &format!(".s.PGSQL.{}", server.port)),
            Place::Mysql(server) => Address::of(server, "mysqld.sock"),
            Place::Sqlite { .. } => return Err(io::Error::new(io::ErrorKind::Unsupported, "there is no server")),
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        let flow = Flow { exchanges: 0, server_spoke: true, cut, is_cut: false, has_ended: false, open: Vec::new() };
        let flow = Arc::new(Mutex::new(flow));
        let accepting = Arc::clone(&flow);
        thread::Builder::new().name("proxy".to_owned()).spawn(move || accept(&listener, &address, &accepting))?;
        Ok(Self { port, flow })
    }

    /// The port of the loopback address that it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// How many exchanges there were.
    pub fn exchanges(&self) -> u64 {
        lock(&self.flow).exchanges
    }

    /// Whether it has come to the place where it was to cut.
    pub fn has_cut(&self) -> bool {
        lock(&self.flow).is_cut
    }

    /// Lets nothing through from now on.
    pub fn stall(&self) {
        let mut flow = lock(&self.flow);
        flow.cut = Some((Cut::Stall, 0));
        flow.is_cut = true;
    }

    /// Leads the target through the proxy that listens on that port.
    pub fn divert(target: &mut Target, port: u16) {
        let (Place::Postgres(server) | Place::Mysql(server)) = &mut target.place else { return };
        if server.socket.take().is_some() {
            // There is no encryption on a Unix socket.
            server.tls.mode = SslMode::Disable;
        }
        // A certificate may be for this name.
        if !server.host.eq_ignore_ascii_case("localhost") {
            server.host = Ipv4Addr::LOCALHOST.to_string();
        }
        server.port = port;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let mut flow = lock(&self.flow);
        flow.has_ended = true;
        flow.open.drain(..).for_each(|socket| socket.close());
        drop(flow);
        // Wakes the one that accepts; where that fails, it is gone.
        let _ = TcpStream::connect(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)));
    }
}

fn lock(flow: &Mutex<Flow>) -> MutexGuard<'_, Flow> {
    flow.lock().unwrap_or_else(PoisonError::into_inner)
}

fn accept(listener: &TcpListener, address: &Address, flow: &Arc<Mutex<Flow>>) {
    for client in listener.incoming() {
        if lock(flow).has_ended {
            return;
        }
        // A client that is not passed on sees its connection closed.
        if let Ok(client) = client {
            let _ = pass(client, address, flow);
        }
    }
}

/// Passes on what both sides say.
fn pass(client: TcpStream, address: &Address, flow: &Arc<Mutex<Flow>>) -> io::Result<()> {
    client.set_nodelay(true)?;
    let client = Socket::Tcp(client);
    let server = Socket::connect(address)?;
    lock(flow).open.extend([client.another()?, server.another()?]);
    for is_request in [true, false] {
        let (from, to) = (client.another()?, server.another()?);
        let (from, to) = if is_request { (from, to) } else { (to, from) };
        let flow = Arc::clone(flow);
        thread::Builder::new().name("proxy".to_owned()).spawn(move || copy(from, to, is_request, &flow))?;
    }
    Ok(())
}

/// Copies one direction until it ends.
fn copy(mut from: Socket, mut to: Socket, is_request: bool, flow: &Mutex<Flow>) {
    let mut buffer = [0; 8 * 1024];
    loop {
        let Some(bytes) = from.read(&mut buffer).ok().filter(|count| *count > 0).map(|count| &buffer[..count]) else {
            return to.end();
        };
        let cut = lock(flow).note(is_request);
        match cut {
            None => {}
            // What was read is lost; so is what still comes.
            Some(Cut::Request | Cut::Answer) => {
                from.close();
                return to.close();
            }
            Some(Cut::HalfClose) => {
                // A server that does not take it is gone, which comes to the same.
                let _ = to.write_all(bytes);
                return to.end();
            }
            Some(Cut::Stall) => continue,
        }
        if to.write_all(bytes).is_err() {
            return from.close();
        }
    }
}

impl Flow {
    /// Takes note of what one side says, and gives how the connection is to be cut now, if it is.
    fn note(&mut self, is_request: bool) -> Option<Cut> {
        if is_request && self.server_spoke {
            self.exchanges += 1;
        }
        self.server_spoke = !is_request;
        let (cut, at) = self.cut?;
        let is_now = match cut {
            Cut::Request | Cut::HalfClose => !self.is_cut && is_request && self.exchanges == at,
            Cut::Answer => !self.is_cut && !is_request && self.exchanges == at,
            Cut::Stall => self.is_cut || is_request && self.exchanges == at,
        };
        self.is_cut |= is_now;
        is_now.then_some(cut)
    }
}

/// One end of a connection.
enum Socket {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Socket {
    fn connect(address: &Address) -> io::Result<Self> {
        match address {
            Address::Tcp(host, port) => {
                let stream = TcpStream::connect((host.trim_start_matches('[').trim_end_matches(']'), *port))?;
                stream.set_nodelay(true)?;
                Ok(Self::Tcp(stream))
            }
            #[cfg(unix)]
            Address::Unix(path) => Ok(Self::Unix(UnixStream::connect(path)?)),
            #[cfg(not(unix))]
            Address::Unix(_) => Err(io::ErrorKind::Unsupported.into()),
        }
    }

    fn another(&self) -> io::Result<Self> {
        match self {
            Self::Tcp(stream) => stream.try_clone().map(Self::Tcp),
            #[cfg(unix)]
            Self::Unix(stream) => stream.try_clone().map(Self::Unix),
        }
    }

    /// Ends both directions.
    fn close(&self) {
        self.shut(Shutdown::Both);
    }

    /// Ends what is sent.
    fn end(&self) {
        self.shut(Shutdown::Write);
    }

    fn shut(&self, how: Shutdown) {
        // One that is closed already is what is wanted.
        let _ = match self {
            Self::Tcp(stream) => stream.shutdown(how),
            #[cfg(unix)]
            Self::Unix(stream) => stream.shutdown(how),
        };
    }

    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Tcp(stream) => stream.read(buffer),
            #[cfg(unix)]
            Self::Unix(stream) => stream.read(buffer),
        }
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::Tcp(stream) => stream.write_all(bytes),
            #[cfg(unix)]
            Self::Unix(stream) => stream.write_all(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{Ipv4Addr, TcpListener, TcpStream};
    use std::thread;

    use super::{Cut, Proxy};
    use crate::target::{Place, Server, Target, Tls};

    /// Sends three requests of one byte through a proxy to a server that answers each, and gives what the server heard and
    /// what the client did, until the connection ended for either.
    fn through(cut: Option<(Cut, u64)>) -> (String, String, u64) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let port = listener.local_addr().expect("it has a port").port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a client");
            let (mut heard, mut byte) = (String::new(), [0]);
            while stream.read(&mut byte).is_ok_and(|count| count == 1) {
                heard.push(char::from(byte[0]));
                if stream.write_all(&[byte[0].to_ascii_uppercase()]).is_err() {
                    break;
                }
            }
            heard
        });
        let server_of = |port| Server {
            host: Ipv4Addr::LOCALHOST.to_string(),
            port,
            socket: None,
            database: String::new(),
            user: String::new(),
            password: None,
            tls: Tls::default(),
            search_path: None,
        };
        let target = Target {
            place: Place::Mysql(server_of(port)),
            connect_timeout: Target::CONNECT_TIMEOUT,
            lock_timeout: None,
            statement_timeout: None,
        };
        let proxy = Proxy::start(&target, cut).expect("a port");
        let mut client = TcpStream::connect((Ipv4Addr::LOCALHOST, proxy.port())).expect("the proxy");
        let mut answers = String::new();
        for request in "abc".bytes() {
            let mut byte = [0];
            if client.write_all(&[request]).is_err() || !client.read(&mut byte).is_ok_and(|count| count == 1) {
                break;
            }
            answers.push(char::from(byte[0]));
        }
        drop(client);
        let exchanges = proxy.exchanges();
        assert_eq!(proxy.has_cut(), cut.is_some());
        (server.join().expect("the server does not panic"), answers, exchanges)
    }

    #[test]
    fn what_is_not_cut_goes_through_and_is_counted() {
        assert_eq!(through(None), ("abc".to_owned(), "ABC".to_owned(), 3));
    }

    #[test]
    fn a_request_is_dropped_before_the_server_has_it() {
        let (heard, answers, _) = through(Some((Cut::Request, 2)));
        assert_eq!((heard.as_str(), answers.as_str()), ("a", "A"));
    }

    #[test]
    fn an_answer_is_dropped_after_the_server_has_given_it() {
        let (heard, answers, _) = through(Some((Cut::Answer, 2)));
        assert_eq!((heard.as_str(), answers.as_str()), ("ab", "A"));
    }

    #[test]
    fn after_a_half_close_the_answer_still_arrives() {
        let (heard, answers, _) = through(Some((Cut::HalfClose, 2)));
        assert_eq!((heard.as_str(), answers.as_str()), ("ab", "AB"));
    }
}
