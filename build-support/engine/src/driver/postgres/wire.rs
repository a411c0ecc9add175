//! The socket below a connection. While one answer is all that there is to wait for, it is read in the system's own call,
//! which waits: to be told by a runtime takes two calls more for each answer.

use std::io::{self, Read as _, Write as _};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use socket2::Socket;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// A connected socket, as the client's crate sees it.
pub(super) struct Wire<S> {
    stream: S,
    direct: Option<Arc<Direct>>,
}

/// The same socket, without the runtime.
pub(super) struct Direct {
    socket: Socket,
    /// Whether the runtime is left out.
    is_on: AtomicBool,
    /// Whether the next read may wait. Any other finds nothing, so that what is to be sent is sent first.
    may_wait: AtomicBool,
}

impl Direct {
    /// Leaves the runtime out.
    pub(super) fn turn_on(&self) -> io::Result<()> {
        if !self.is_on.swap(true, Ordering::Relaxed) {
            self.socket.set_nonblocking(false)?;
        }
        Ok(())
    }

    /// Asks the runtime again. What it knows of the socket may be out of date; then it reads once in vain.
    pub(super) fn turn_off(&self) -> io::Result<()> {
        if self.is_on.swap(false, Ordering::Relaxed) {
            self.socket.set_nonblocking(true)?;
        }
        Ok(())
    }

    /// Lets the connection move, and wait once for what comes.
    pub(super) fn waiting<T>(&self, moved: impl FnOnce() -> T) -> T {
        self.may_wait.store(true, Ordering::Relaxed);
        let outcome = moved();
        self.may_wait.store(false, Ordering::Relaxed);
        outcome
    }

    /// Ends the connection, so that whoever waits for an answer is told that none comes.
    pub(super) fn hang_up(&self) {
        // One that has ended is what is wanted.
        let _ = self.socket.shutdown(std::net::Shutdown::Both);
    }

    fn read(&self, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.may_wait.swap(false, Ordering::Relaxed) {
            return Poll::Pending;
        }
        let read = again_if_interrupted(|| (&self.socket).read(buffer.initialize_unfilled()));
        Poll::Ready(read.map(|length| buffer.advance(length)))
    }
}

impl<S> Wire<S> {
    /// A socket of which the system has no second handle is read through the runtime alone.
    #[cfg(unix)]
    pub(super) fn new(stream: S) -> Self
    where
        S: std::os::fd::AsFd,
    {
        let socket = stream.as_fd().try_clone_to_owned().map(Socket::from).ok();
        let direct =
            socket.map(|socket| Direct { socket, is_on: AtomicBool::new(false), may_wait: AtomicBool::new(false) });
        Self { stream, direct: direct.map(Arc::new) }
    }

    /// Only on Unix is it known that a runtime bears what is done to its socket.
    #[cfg(not(unix))]
    pub(super) fn new(stream: S) -> Self {
        Self { stream, direct: None }
    }

    /// The socket without the runtime, where that can be done.
    pub(super) fn direct(&self) -> Option<Arc<Direct>> {
        self.direct.clone()
    }

    fn is_direct(&self) -> Option<&Direct> {
        self.direct.as_deref().filter(|direct| direct.is_on.load(Ordering::Relaxed))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.is_direct() {
            Some(direct) => direct.read(buffer),
            None => Pin::new(&mut self.stream).poll_read(context, buffer),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.is_direct() {
            Some(direct) => Poll::Ready(again_if_interrupted(|| (&direct.socket).write(bytes))),
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

fn again_if_interrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            outcome => return outcome,
        }
    }
}
