//! The command killed in the middle of a run: SIGKILL, so that it cannot do anything about it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::projects::fifty;
use crate::support::{Database, Row, for_each_database};

for_each_database!(a_killed_run_is_finished_by_the_next);

const TIMES: u32 = 20;

/// What is to be alike after a disturbed and an undisturbed run: the users' tables, and the names in the ledger.
fn result(database: &Database) -> (Vec<String>, BTreeMap<String, Vec<Row>>) {
    let mut tables = database.contents();
    tables.retain(|table, _| !table.starts_with("glim_"));
    (database.ledger(), tables)
}

fn a_killed_run_is_finished_by_the_next(database: &Database) {
    let fifty = fifty();
    // Builds the runner, so that what is timed is the run alone.
    fifty.glim(database, "run --dry-run").succeeds();
    let started = Instant::now();
    fifty.glim(database, "run").succeeds();
    let whole = started.elapsed();
    let undisturbed = result(database);
    assert_eq!(undisturbed.0.len(), 51);

    // Points in time that are spread over the run, and not the same each time.
    let seed = u64::from(started.elapsed().subsec_nanos());
    let mut interrupted = 0;
    // What is killed does not tidy up.
    let rubbish = tempfile::tempdir().expect("a temporary folder can be made");
    for time in 0..TIMES {
        let jitter = (seed.wrapping_mul(u64::from(time) + 7) % 1000) as u32;
        let at = whole * (time * 1000 + jitter) / (TIMES * 1000);
        let database = database.another();
        let mut running = fifty.glim(&database, "run").env("TMPDIR", rubbish.path()).spawn();
        wait_until(&mut running, at);
        let killed = running.wait();

        let output = fifty.glim(&database, "run").run();
        let context = format!("killed after {at:?} of {whole:?}\n{killed}\n{output}\n{:?}", database.ledger());
        assert_eq!(output.code, Some(0), "{context}");
        // Where the database commits each statement by itself, it went on in the middle of a migration.
        interrupted += usize::from(output.stderr.contains("goes on where it stopped"));
        assert_eq!(result(&database), undisturbed, "{context}");
        assert_eq!(database.query("SELECT * FROM glim_journal"), Vec::<Row>::new(), "{context}");
    }
    eprintln!("{TIMES} runs of {whole:?} killed, {interrupted} of them inside a migration that went on from there");
}

/// Kills the command so long after its start, unless it has ended by then.
fn wait_until(running: &mut crate::support::Running, at: Duration) {
    std::thread::sleep(at);
    // One that has ended is no failure: the last points are close to the end.
    let _ = running.child().kill();
}
