//! `check --format sarif`: SARIF 2.1.0 (<https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>).

use serde_json::{Value, json};

use super::outcome::{Finding, Outcome, State};
use super::rule::Rule;

/// The file.
pub(super) fn text(outcomes: &[Outcome]) -> String {
    let log = log(outcomes);
    format!("{log:#}\n")
}

fn log(outcomes: &[Outcome]) -> Value {
    let findings = outcomes.iter().flat_map(|outcome| &outcome.findings);
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": Rule::all()
                    .map(|rule| json!({ "id": rule.id(), "shortDescription": { "text": rule.meaning() } }))
                    .collect::<Vec<_>>(),
            }},
            // A stage that could not run has a result of its own.
            "invocations": [{ "executionSuccessful": outcomes.iter().all(|it| it.state != State::NotRun) }],
            "columnKind": "unicodeCodePoints",
            "results": findings.map(result).collect::<Vec<_>>(),
        }],
    })
}

fn result(finding: &Finding) -> Value {
    let index = Rule::all().position(|rule| rule == finding.rule);
    let mut result = json!({
        "ruleId": finding.rule.id(),
        "ruleIndex": index,
        "level": if finding.is_error() { "error" } else { "warning" },
        "message": { "text": finding.message() },
    });
    if let Some((file, line)) = finding.place() {
        result["locations"] = json!([{ "physicalLocation": {
            "artifactLocation": { "uri": uri(&file), "uriBaseId": "%SRCROOT%" },
            "region": { "startLine": line },
        }}]);
    }
    result
}

/// A relative path as a URI reference.
fn uri(path: &str) -> String {
    let encode = |byte: u8| match byte {
        b'/' | b'-' | b'_' | b'.' | b'~' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    path.bytes().map(encode).fold(String::new(), |uri, part| uri + &part)
}

#[cfg(test)]
#[path = "../../../tests/it/support/sarif.rs"]
mod schema;

#[cfg(test)]
mod tests {
    use super::schema::Schema;
    use super::*;
    use crate::commands::options::Stage;
    use crate::report::diagnostic::{Diagnostic, Snippet};

    fn written(outcomes: &[Outcome]) -> Value {
        serde_json::from_str(&text(outcomes)).expect("JSON")
    }

    #[track_caller]
    fn holds(log: &Value) {
        assert_eq!(Schema::official().faults(log), "", "{log:#}");
    }

    /// Each kind of finding: with a place and without one, an error and a warning.
    fn of_every_kind() -> Vec<Outcome> {
        let snippet =
            || Snippet { path: "src/ä b.rs".into(), source: "\n\nx\n".into(), span: 2..3, label: String::new() };
        let kinds = |rule| {
            [
                Finding::new(rule, Diagnostic::error("a table \"differs\"").at(snippet())),
                Finding::new(rule, Diagnostic::warning("none")),
            ]
        };
        let failed = Outcome::of(Stage::Target, "all".to_owned(), Rule::all().flat_map(kinds).collect());
        let not_run = Outcome::not_run(Stage::Upgrade, vec![Diagnostic::error("no scratch database")]);
        vec![failed, not_run, Outcome::left_out(Stage::Models)]
    }

    #[test]
    fn what_is_written_is_what_the_schema_allows() {
        holds(&written(&[]));
        let log = written(&of_every_kind());
        holds(&log);
        let results = log["runs"][0]["results"].as_array().expect("an array");
        assert_eq!(results.len(), 2 * Rule::all().count() + 1);
        for result in results {
            let index = usize::try_from(result["ruleIndex"].as_u64().expect("a number")).expect("a small one");
            assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
        }
        let place = &results[0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "src/%C3%A4%20b.rs");
        assert_eq!(place["region"]["startLine"], 3);
        assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
    }

    #[test]
    fn the_schema_refuses_what_is_no_sarif() {
        let log = written(&of_every_kind());
        let schema = Schema::official();
        for (place, wrong) in [
            ("/version", json!("2.2")),
            ("/runs/0/tool", json!({})),
            ("/runs/0/columnKind", json!("bytes")),
            ("/runs/0/results/0/level", json!("fatal")),
            ("/runs/0/results/0/message", json!("a text")),
            ("/runs/0/results/0/locations/0/physicalLocation/region/startLine", json!(0)),
            ("/runs/0/results/0/locations/0", json!({ "file": "src/lib.rs" })),
        ] {
            let mut broken = log.clone();
            *broken.pointer_mut(place).expect("it stands there") = wrong;
            assert_ne!(schema.faults(&broken), "", "{place}");
        }
    }
}
