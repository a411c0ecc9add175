//! Runs that are stopped at each call to the database, in each way, and finished by a second run.
//!
//! Each migration of `fixtures/crash` is stopped at each of its calls by killing the command; of the other ways, and of
//! rolling back, a sample is tried. With `GLIM_TEST_CRASH=all` it is every point of every way.

use serde_json::Value;

use crate::projects::{careless, crash};
use crate::support::{Database, Kind, for_each_database};

for_each_database!(
    a_run_that_is_killed_at_any_call_is_finished_by_the_next,
    a_run_that_is_disturbed_in_any_way_is_finished_by_the_next,
    a_rollback_that_is_disturbed_in_any_way_is_finished_by_the_next,
);

/// Whether all points are to be tried.
fn is_thorough() -> bool {
    std::env::var("GLIM_TEST_CRASH").is_ok_and(|value| value == "all")
}

fn a_run_that_is_killed_at_any_call_is_finished_by_the_next(database: &Database) {
    converges(database, "--way kill-command");
}

fn a_run_that_is_disturbed_in_any_way_is_finished_by_the_next(database: &Database) {
    let ways = "--way kill-runner --way drop-request --way drop-answer --way half-close";
    let sample = if is_thorough() { "" } else { " --sample 10" };
    converges(database, &format!("{ways}{sample}"));
}

fn a_rollback_that_is_disturbed_in_any_way_is_finished_by_the_next(database: &Database) {
    let sample = if is_thorough() { "" } else { " --sample 6" };
    converges(database, &format!("--rollback{sample}"));
}

fn converges(database: &Database, arguments: &str) {
    let output = crash().glim(database, &format!("test --crash --format json {arguments}")).run();
    let document: Value = serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"));
    let number = |key: &str| document[key].as_u64().unwrap_or_else(|| panic!("no number `{key}`\n{output}"));
    let (tried, converged, not_reached) = (number("tried"), number("converged"), number("not_reached"));
    // What no transaction surrounds goes on by the journal: the catalogue tells of each definition whether it was run.
    assert_eq!(document["failures"], Value::Array(Vec::new()), "{output}");
    assert_eq!(converged + not_reached, tried, "{output}");
    assert!(tried >= 10 && not_reached * 10 <= tried, "{output}");
    output.exits(0);
    eprintln!("{:?} {arguments}: {tried} points, {converged} converged", database.kind());
}

/// On a file: what is beside it tells one attempt from the next.
#[test]
fn a_point_that_does_not_converge_is_named_with_the_command_that_repeats_it() {
    let Some(database) = Database::new(Kind::Sqlite, "not_converging") else { return };
    let output = careless().glim(&database, "test --crash --way kill-command -j 1").run().exits(1);
    let output = output
        .stdout_has("run: ")
        .stderr_has("note: these differ from run to run, and are not compared: notes.at\n")
        .stderr_has("  note: 1 of the 1 rows of table notes are others\n");
    let line = output.stderr.lines().find_map(|line| line.strip_prefix("  help: `cargo glim ")?.split_once('`'));
    let (repeat, _) = line.unwrap_or_else(|| panic!("no command\n{output}"));
    assert!(repeat.starts_with("test --crash ") && repeat.ends_with(" --way kill-command"), "{repeat}");
    let again = careless().glim(&database, repeat).run().exits(1);
    again.stdout_has("run: 1 point tried, 0 converged, in ").stderr_has("are others\n");
    assert_eq!(database.all_tables(), Vec::<String>::new());
}

#[test]
fn a_run_for_comparison_leads_to_scratch_databases_only() {
    let Some(database) = Database::new(Kind::Sqlite, "no_scratch") else { return };
    let run = r#"{"database":"NAME","proxy":null,"part":"run","calls":"/nowhere","stop":null}"#;
    for name in ["app", "glim_scratch_", "glim_scratch_/../../app", "../app"] {
        let command = careless().glim(&database, "test --crash --stand-in").arg(run.replace("NAME", name));
        command.run().exits(1).silent().stderr_has("is no scratch database");
    }
    careless().glim(&database, "test --crash --stand-in {}").run().exits(2).stderr_has("starts itself");
    assert_eq!(database.all_tables(), Vec::<String>::new());
}
