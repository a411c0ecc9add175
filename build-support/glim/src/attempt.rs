//! Running a migration's code, so that a panic in it is only how it ends.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use crate::db::Db;
use crate::migration::{Direction, Migration};
use crate::wire::Call;

/// When a panic of the migration is also told to the program's panic hook, which prints it unless it was set to do other
/// things. Panics outside of a migration, and on threads that it starts, always are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Always.
    Always,
    /// Where the user wants to see a backtrace.
    Backtrace,
}

/// A migration that runs on this thread.
struct Running {
    notice: Notice,
    panicked_at: Option<String>,
}

thread_local! {
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
}

/// Runs a migration one way, and gives how it ended: [`Call::Finished`] or [`Call::Panicked`].
pub fn attempt(migration: &dyn Migration, direction: Direction, db: &mut Db, notice: Notice) -> Call {
    watch_panics();
    RUNNING.set(Some(Running { notice, panicked_at: None }));
    let result = panic::catch_unwind(AssertUnwindSafe(|| match direction {
        Direction::Run => migration.run(db),
        Direction::Rollback => migration.rollback(db),
    }));
    let location = RUNNING.take().and_then(|running| running.panicked_at);
    match result {
        Ok(result) => Call::Finished(result),
        Err(payload) => Call::Panicked { message: message(&*payload), location },
    }
}

/// Only the hook learns where a panic was. It is set once and stays, since others may be set on top of it.
fn watch_panics() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let usual = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let note = |running: &mut Running| {
                running.panicked_at = info.location().map(ToString::to_string);
                running.notice
            };
            // While the thread itself ends, there is nothing to note.
            let notice = RUNNING.try_with(|it| it.borrow_mut().as_mut().map(note)).ok().flatten();
            let wants_backtrace = || std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
            if notice != Some(Notice::Backtrace) || wants_backtrace() {
                usual(info);
            }
        }));
    });
}

fn message(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("a panic without a message").to_owned()
}

#[cfg(test)]
mod tests {
    use glim_schema::Dialect;

    use super::{Notice, attempt};
    use crate::db::{Line, Remote};
    use crate::wire::{Answer, Call};
    use crate::{Db, Direction, Migration, Result};

    /// Nobody is there.
    struct Dead;

    impl Line for Dead {
        fn send(&mut self, _: Call) -> std::io::Result<()> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }

        fn receive(&mut self) -> std::io::Result<Answer> {
            Err(std::io::ErrorKind::UnexpectedEof.into())
        }
    }

    struct Falls;

    impl Migration for Falls {
        fn run(&self, _: &mut Db) -> Result<()> {
            panic!("out of {}", "luck")
        }

        fn rollback(&self, db: &mut Db) -> Result<()> {
            db.execute("SELECT 1", ()).map(drop)
        }
    }

    #[test]
    fn a_panic_is_an_end_with_its_message_and_place() {
        let mut db = Db::new(Box::new(Remote::new(Dead, Dialect::Sqlite)));
        match attempt(&Falls, Direction::Run, &mut db, Notice::Backtrace) {
            Call::Panicked { message, location: Some(location) } => {
                assert_eq!(message, "out of luck");
                assert!(location.contains("attempt.rs:"), "{location}");
            }
            end => panic!("it panics: {end:?}"),
        }
        let end = attempt(&Falls, Direction::Rollback, &mut db, Notice::Always);
        assert!(matches!(end, Call::Finished(Err(_))), "{end:?}");
    }
}
