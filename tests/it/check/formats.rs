//! What `check` says to programs.

use serde_json::Value;

use super::{check, of_files};
use crate::support::{Database, Output, Project, SarifSchema, for_each_database};

for_each_database!(json_is_one_document, github_gets_a_line_for_each_finding, sarif_is_one_log);

/// A release that must not be: one migration fails, and one can be run only without a transaction.
fn broken() -> Project {
    of_files(
        "check-formats",
        &[("migrations/1_one.up.sql", "CREATE TABLE one (a int);\nINSERT INTO nowhere VALUES (1);\n")],
    )
}

fn parsed(output: &Output) -> Value {
    serde_json::from_str(&output.stdout).unwrap_or_else(|error| panic!("{error}\n{output}"))
}

fn json_is_one_document(database: &Database) {
    let output = check(&broken(), database, "--format json").run().exits(1);
    let document = parsed(&output);
    assert_eq!(document["version"], 1, "{output}");
    assert_eq!(document["verdict"], "failed", "{output}");
    let stages = document["stages"].as_array().expect("an array");
    let ends: Vec<_> = stages.iter().map(|stage| (stage["name"].as_str(), stage["state"].as_str())).collect();
    assert_eq!(
        ends,
        [
            (Some("registry"), Some("passed")),
            (Some("lint"), Some("passed")),
            (Some("models"), Some("passed")),
            (Some("scratch-apply"), Some("failed")),
            (Some("roundtrip"), Some("not run")),
            (Some("upgrade"), Some("passed")),
            (Some("target"), Some("passed")),
        ],
        "{output}"
    );
    let finding = &stages[3]["findings"][0];
    assert_eq!(finding["rule"], "scratch-apply/failed", "{output}");
    assert_eq!(finding["file"], "migrations/1_one.up.sql", "{output}");
    assert_eq!(finding["line"], 2, "{output}");
}

fn github_gets_a_line_for_each_finding(database: &Database) {
    let output = check(&broken(), database, "--format github --only scratch-apply").run().exits(1);
    assert_eq!(output.stdout.lines().count(), 1, "{output}");
    output.stdout_has(
        "::error file=migrations/1_one.up.sql,line=2,title=scratch-apply/failed::the migration `1_one` failed%0A",
    );
    check(&broken(), database, "--format github --only models").succeeds().silent();
}

fn sarif_is_one_log(database: &Database) {
    // All that is found is as the schema has it; one stage by itself tells what its finding is.
    let all = check(&broken(), database, "--format sarif").run().exits(1);
    assert_eq!(SarifSchema::official().faults(&parsed(&all)), "", "{all}");
    let output = check(&broken(), database, "--format sarif --only scratch-apply").run().exits(1);
    let log = parsed(&output);
    assert_eq!(SarifSchema::official().faults(&log), "", "{output}");
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "scratch-apply/failed", "{output}");
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "migrations/1_one.up.sql", "{output}");
    assert_eq!(place["region"]["startLine"], 2, "{output}");
}
