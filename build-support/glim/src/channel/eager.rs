//! Reading from the other process without sleeping, while it answers at once.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

/// A connected socket, of which there can be a second handle.
pub trait Socket: Read + Write + Send + Sized + 'static {
    /// Another handle of it.
    ///
    /// # Errors
    /// The system gives none.
    fn handle(&self) -> io::Result<Self>;

    /// Whether reading and writing wait, by any handle.
    ///
    /// # Errors
    /// The system refuses.
    fn set_nonblocking(&self, on: bool) -> io::Result<()>;
}

/// The reading side of a socket that nothing is written to, which looks for a moment before it sleeps while answers come in
/// such a moment.
///
/// Two processes on two cores that wait for each other's short answers are woken for each one: on an idle machine that is
/// some 40 us a turn, of both cores, for a statement that takes two.
pub(super) struct Eager<S> {
    socket: S,
    /// Whether reading waits: left as the last read wanted it, since the next one mostly wants the same.
    waits: bool,
    patience: Patience,
}

impl<S: Socket> Eager<S> {
    /// Of a socket as it is made, which waits.
    pub(super) fn new(socket: S) -> Self {
        Self { socket, waits: true, patience: Patience::new() }
    }

    /// What comes within a time, if anything does.
    fn look(&mut self, time: Duration, buffer: &mut [u8]) -> io::Result<Option<usize>> {
        self.wait(false)?;
        let began = Instant::now();
        loop {
            match self.socket.read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    if began.elapsed() >= time {
                        return Ok(None);
                    }
                    // The other side may need this core for its answer.
                    thread::yield_now();
                }
                read => return read.map(Some),
            }
        }
    }

    fn wait(&mut self, waits: bool) -> io::Result<()> {
        if self.waits != waits {
            self.socket.set_nonblocking(!waits)?;
            self.waits = waits;
        }
        Ok(())
    }
}

impl<S: Socket> Read for Eager<S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Some(time) = self.patience.next() {
            let seen = self.look(time, buffer)?;
            self.patience.saw(seen.is_some());
            if let Some(read) = seen {
                return Ok(read);
            }
        }
        self.wait(true)?;
        self.socket.read(buffer)
    }
}

/// How long to look, learnt from how long the looks before took.
struct Patience {
    /// How many times to sleep at once before the next look.
    left: u32,
    /// How many times to sleep at once after the next look in vain.
    rest: u32,
    /// Whether the last look was in vain.
    is_new: bool,
}

impl Patience {
    /// How long to look while answers come at once.
    const GLANCE: Duration = Duration::from_micros(20);
    /// How long to look after a rest: longer than it takes the other side to wake, or both would go on to sleep in turns.
    const STARE: Duration = Duration::from_micros(150);
    const SHORTEST: u32 = 8;
    const LONGEST: u32 = 1024;

    /// Begins with a rest: what is heard once or twice is not worth a look.
    fn new() -> Self {
        Self { left: Self::SHORTEST, rest: Self::SHORTEST, is_new: true }
    }

    /// How long to look before the next sleep, if at all.
    fn next(&mut self) -> Option<Duration> {
        if self.left > 0 {
            self.left -= 1;
            return None;
        }
        Some(if self.is_new { Self::STARE } else { Self::GLANCE })
    }

    /// Learns whether a look was worth it.
    fn saw(&mut self, anything: bool) {
        if !anything {
            self.left = self.rest;
            self.rest = Self::LONGEST.min(self.rest * 2);
        } else if !self.is_new {
            self.rest = Self::SHORTEST;
        }
        self.is_new = !anything;
    }
}

impl Socket for TcpStream {
    fn handle(&self) -> io::Result<Self> {
        self.try_clone()
    }

    fn set_nonblocking(&self, on: bool) -> io::Result<()> {
        TcpStream::set_nonblocking(self, on)
    }
}

#[cfg(unix)]
impl Socket for std::os::unix::net::UnixStream {
    fn handle(&self) -> io::Result<Self> {
        self.try_clone()
    }

    fn set_nonblocking(&self, on: bool) -> io::Result<()> {
        std::os::unix::net::UnixStream::set_nonblocking(self, on)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many sleeps there are before the next look, and how long that is.
    fn until_a_look(patience: &mut Patience) -> (u32, Duration) {
        let mut sleeps = 0;
        loop {
            match patience.next() {
                Some(time) => return (sleeps, time),
                None => sleeps += 1,
            }
        }
    }

    #[test]
    fn answers_at_once_are_looked_for_each_time() {
        let mut patience = Patience::new();
        assert_eq!(until_a_look(&mut patience), (Patience::SHORTEST, Patience::STARE));
        for _ in 0..100 {
            patience.saw(true);
            assert_eq!(until_a_look(&mut patience), (0, Patience::GLANCE));
        }
    }

    #[test]
    fn answers_that_take_their_time_are_slept_for_ever_more_often() {
        let mut patience = Patience::new();
        let mut rests = Vec::new();
        for _ in 0..10 {
            let (sleeps, time) = until_a_look(&mut patience);
            rests.push(sleeps);
            assert_eq!(time, Patience::STARE);
            // The other side woke in time, and then it took its own.
            patience.saw(true);
            assert_eq!(until_a_look(&mut patience), (0, Patience::GLANCE));
            patience.saw(false);
        }
        assert_eq!(rests, [8, 8, 16, 32, 64, 128, 256, 512, 1024, 1024]);
        until_a_look(&mut patience);
        patience.saw(true);
        patience.saw(true);
        patience.saw(false);
        assert_eq!(until_a_look(&mut patience).0, Patience::SHORTEST);
    }

    #[cfg(unix)]
    #[test]
    fn a_look_in_vain_is_followed_by_a_sleep_until_something_comes() {
        use std::os::unix::net::UnixStream;
        let (near, mut far) = UnixStream::pair().expect("two sockets");
        let mut eager = Eager::new(near);
        eager.patience.left = 0;
        assert_eq!(eager.look(Duration::from_micros(1), &mut [0]).expect("a look"), None);
        let sender = thread::spawn(move || far.write_all(b"late").map(|()| far));
        let mut buffer = [0; 4];
        eager.read_exact(&mut buffer).expect("what was sent");
        assert_eq!(&buffer, b"late");
        drop(sender.join().expect("no panic").expect("it was sent"));
        assert_eq!(eager.read(&mut buffer).expect("the end"), 0);
    }
}
