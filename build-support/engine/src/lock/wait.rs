//! Waiting for a lock: bounded, told of, and to be stopped.

use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant};

use super::{Holder, LockError};

/// How to wait for the lock.
pub struct Wait<'a> {
    /// How long, at most. Zero asks once.
    pub timeout: Duration,
    /// Told once, when somebody else holds the lock.
    pub on_wait: &'a mut dyn FnMut(&Holder),
    /// Asked often; to say yes ends the wait.
    pub stopped: &'a dyn Fn() -> bool,
}

/// A lock that can be asked for.
pub(super) trait Attempt {
    /// The lock once it is held.
    type Held;

    /// Takes the lock if nobody holds it.
    fn attempt(&mut self) -> Result<Option<Self::Held>, LockError>;

    /// The same, but lets the server wait for a second. Without such a server, nothing is done.
    fn attempt_for_a_second(&mut self) -> Option<Result<Option<Self::Held>, LockError>> {
        None
    }

    /// Who holds it, as far as that can be found out.
    fn holder(&mut self) -> Holder;
}

impl Wait<'_> {
    const FIRST_PAUSE: Duration = Duration::from_millis(50);
    const LONGEST_PAUSE: Duration = Duration::from_secs(2);

    pub(super) fn poll<A: Attempt>(&mut self, lock: &mut A) -> Result<A::Held, LockError> {
        let begin = Instant::now();
        let mut pause = Self::FIRST_PAUSE;
        let mut told = false;
        let mut result = lock.attempt()?;
        loop {
            if let Some(held) = result {
                return Ok(held);
            }
            let waited = begin.elapsed();
            let left = self.timeout.saturating_sub(waited);
            if left.is_zero() {
                return Err(LockError::Busy { holder: Box::new(lock.holder()), waited });
            }
            if !told {
                (self.on_wait)(&lock.holder());
                told = true;
            }
            if (self.stopped)() {
                return Err(LockError::Stopped);
            }
            let by_server = if left >= Duration::from_secs(1) { lock.attempt_for_a_second() } else { None };
            result = match by_server {
                Some(result) => result?,
                None => {
                    self.sleep(jittered(pause).min(left))?;
                    pause = (pause * 2).min(Self::LONGEST_PAUSE);
                    lock.attempt()?
                }
            };
        }
    }

    fn sleep(&self, pause: Duration) -> Result<(), LockError> {
        if sleep(pause, self.stopped) { Ok(()) } else { Err(LockError::Stopped) }
    }
}

/// Waits, unless the wait is stopped; gives whether it was not.
pub(crate) fn sleep(pause: Duration, stopped: &dyn Fn() -> bool) -> bool {
    /// How long it takes at most until a stop is noticed.
    const SLICE: Duration = Duration::from_millis(50);
    let end = Instant::now() + pause;
    loop {
        if stopped() {
            return false;
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return true;
        }
        std::thread::sleep(left.min(SLICE));
    }
}

/// Between half and all of the pause, so that those who wait do not ask in step.
pub(crate) fn jittered(pause: Duration) -> Duration {
    let random = RandomState::new().hash_one(0) % 512;
    pause / 2 + pause * u32::try_from(random).unwrap_or(0) / 1024
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::time::{Duration, Instant};

    use super::{Attempt, Wait, jittered};
    use crate::lock::{Holder, LockError};

    /// Can be had at the attempt of that number.
    struct After(u32);

    impl Attempt for After {
        type Held = ();

        fn attempt(&mut self) -> Result<Option<()>, LockError> {
            self.0 = self.0.saturating_sub(1);
            Ok((self.0 == 0).then_some(()))
        }

        fn holder(&mut self) -> Holder {
            Holder::default()
        }
    }

    fn wait(timeout: Duration, mut lock: After, stopped: &dyn Fn() -> bool) -> (Result<(), LockError>, u32) {
        let mut told = 0;
        let mut on_wait = |_: &Holder| told += 1;
        let result = Wait { timeout, on_wait: &mut on_wait, stopped }.poll(&mut lock);
        (result, told)
    }

    #[test]
    fn a_free_lock_is_taken_at_once_and_nothing_is_said() {
        assert_eq!(wait(Duration::ZERO, After(1), &|| false), (Ok(()), 0));
    }

    #[test]
    fn a_wait_is_told_once_and_ends_with_the_lock() {
        assert_eq!(wait(Duration::from_mins(1), After(4), &|| false), (Ok(()), 1));
    }

    #[test]
    fn a_wait_ends_when_its_time_is_over() {
        let begin = Instant::now();
        let (result, told) = wait(Duration::from_millis(120), After(u32::MAX), &|| false);
        assert!(matches!(result, Err(LockError::Busy { waited, .. }) if waited >= Duration::from_millis(120)));
        assert_eq!(told, 1);
        assert!(begin.elapsed() < Duration::from_secs(30));
        assert!(matches!(wait(Duration::ZERO, After(2), &|| false), (Err(LockError::Busy { .. }), 0)));
    }

    #[test]
    fn a_wait_can_be_stopped() {
        let asked = Cell::new(0);
        let stopped = || asked.replace(asked.get() + 1) >= 3;
        assert_eq!(wait(Duration::from_mins(10), After(u32::MAX), &stopped), (Err(LockError::Stopped), 1));
    }

    #[test]
    fn pauses_differ_and_keep_their_length_about() {
        let pauses: Vec<_> = (0..64).map(|_| jittered(Duration::from_secs(2))).collect();
        assert!(pauses.iter().all(|pause| (Duration::from_secs(1)..=Duration::from_secs(2)).contains(pause)));
        assert!(pauses.iter().any(|pause| pause != &pauses[0]));
    }
}
