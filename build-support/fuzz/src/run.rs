//! Trying inputs until there were enough.

use std::cell::Cell;
use std::env;
use std::fmt::Debug;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestError, TestRunner};

/// So many inputs are tried where no time is given, and between two looks at the clock.
const BATCH: u32 = 500;

/// For how long to go on.
const SECONDS: &str = "GLIM_FUZZ_SECONDS";

/// Tries the entries, then what is made of them.
pub(crate) fn run<I>(name: &str, entries: &[I], made: &impl Strategy<Value = I>, property: impl Fn(&I))
where
    I: Debug + AsRef<[u8]>,
{
    let time = time();
    let started = Instant::now();
    let last = Last::of(name);
    let executions = Cell::new(0_u64);
    let attempt = |input: &I| {
        last.keep(input.as_ref());
        property(input);
        executions.set(executions.get() + 1);
    };
    entries.iter().for_each(&attempt);
    loop {
        let config = Config { cases: BATCH, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
        let result = TestRunner::new(config).run(made, |input| {
            attempt(&input);
            Ok(())
        });
        match result {
            Ok(()) => {}
            Err(TestError::Fail(reason, input)) => {
                last.forget();
                panic!("{name}: after {} executions: {reason}\nthe input: {input:?}", executions.get());
            }
            Err(TestError::Abort(reason)) => panic!("{name}: {reason}"),
        }
        if time.is_none_or(|time| started.elapsed() >= time) {
            break;
        }
    }
    last.forget();
    #[expect(clippy::print_stderr, reason = "a test says what it measured")]
    {
        eprintln!("{name}: {} executions in {:.1} s", executions.get(), started.elapsed().as_secs_f64());
    }
}

fn time() -> Option<Duration> {
    let seconds = env::var(SECONDS).ok()?;
    let seconds = seconds.parse().unwrap_or_else(|_| panic!("{SECONDS} is no number of seconds: {seconds}"));
    Some(Duration::from_secs(seconds))
}

/// The input that is being tried, in a file: a stack that overflows ends the process, and nothing else could tell of it.
struct Last {
    file: PathBuf,
}

impl Last {
    fn of(name: &str) -> Self {
        Self { file: env::temp_dir().join(format!("glim-fuzz-{name}-{}", std::process::id())) }
    }

    fn keep(&self, input: &[u8]) {
        fs::write(&self.file, input).unwrap_or_else(|error| panic!("{}: {error}", self.file.display()));
    }

    fn forget(&self) {
        // Whoever cleans up the folder for temporary files may have been faster.
        let _ = fs::remove_file(&self.file);
    }
}
