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
mod tests {
    use super::*;
    use crate::commands::options::Stage;
    use crate::report::diagnostic::{Diagnostic, Snippet};

    /// What the schema of SARIF 2.1.0 demands of the objects that we write, and that nothing else stands in them: they
    /// are closed there.
    fn check(object: &Value, what: &str, required: &[&str], optional: &[&str]) {
        let object = object.as_object().unwrap_or_else(|| panic!("{what} is no object: {object}"));
        for key in required {
            assert!(object.contains_key(*key), "{what} has no `{key}`: {object:?}");
        }
        for key in object.keys() {
            assert!(required.contains(&key.as_str()) || optional.contains(&key.as_str()), "`{key}` in {what}");
        }
    }

    fn array<'v>(value: &'v Value, what: &str) -> &'v [Value] {
        value.as_array().unwrap_or_else(|| panic!("{what} is no array: {value}"))
    }

    /// The parts of the schema that concern us, at <https://json.schemastore.org/sarif-2.1.0.json>.
    fn validate(log: &Value) {
        check(log, "sarifLog", &["version", "runs"], &["$schema"]);
        assert_eq!(log["version"], "2.1.0");
        for run in array(&log["runs"], "runs") {
            check(run, "run", &["tool"], &["results", "invocations", "columnKind"]);
            assert!(["utf16CodeUnits", "unicodeCodePoints"].contains(&run["columnKind"].as_str().expect("a text")));
            check(&run["tool"], "tool", &["driver"], &[]);
            let driver = &run["tool"]["driver"];
            check(driver, "toolComponent", &["name"], &["version", "informationUri", "rules"]);
            assert!(driver["informationUri"].as_str().is_some_and(|uri| uri.starts_with("https://")));
            let rules = array(&driver["rules"], "rules");
            for rule in rules {
                check(rule, "reportingDescriptor", &["id"], &["shortDescription"]);
                check(&rule["shortDescription"], "multiformatMessageString", &["text"], &["markdown"]);
            }
            for invocation in array(&run["invocations"], "invocations") {
                check(invocation, "invocation", &["executionSuccessful"], &[]);
                assert!(invocation["executionSuccessful"].is_boolean());
            }
            for result in array(&run["results"], "results") {
                check(result, "result", &["message"], &["ruleId", "ruleIndex", "level", "locations"]);
                check(&result["message"], "message", &["text"], &[]);
                assert!(["none", "note", "warning", "error"].contains(&result["level"].as_str().expect("a text")));
                let index = usize::try_from(result["ruleIndex"].as_i64().expect("a number")).expect("not negative");
                assert_eq!(rules[index]["id"], result["ruleId"]);
                for location in result.get("locations").map_or(&[][..], |it| array(it, "locations")) {
                    check(location, "location", &[], &["physicalLocation"]);
                    let place = &location["physicalLocation"];
                    check(place, "physicalLocation", &["artifactLocation"], &["region"]);
                    check(&place["artifactLocation"], "artifactLocation", &["uri"], &["uriBaseId"]);
                    check(&place["region"], "region", &[], &["startLine"]);
                    assert!(place["region"]["startLine"].as_u64().is_some_and(|line| line >= 1));
                }
            }
        }
    }

    #[test]
    fn what_is_written_is_what_the_schema_allows() {
        let snippet =
            Snippet { path: "src/ä b.rs".into(), source: "\n\nx\n".into(), span: 2..3, label: String::new() };
        let findings = vec![
            Finding::new(Rule::TargetDrift, Diagnostic::error("a table \"differs\"").at(snippet)),
            Finding::new(Rule::RegistryNoRollback, Diagnostic::warning("none")),
        ];
        let failed = Outcome::of(Stage::Target, "all".to_owned(), findings);
        let not_run = Outcome::not_run(Stage::Upgrade, vec![Diagnostic::error("no scratch database")]);
        let log: Value =
            serde_json::from_str(&text(&[failed, not_run, Outcome::left_out(Stage::Models)])).expect("JSON");
        validate(&log);
        let results = array(&log["runs"][0]["results"], "results");
        assert_eq!(results.len(), 3);
        let place = &results[0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "src/%C3%A4%20b.rs");
        assert_eq!(place["region"]["startLine"], 3);
        assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
        validate(&serde_json::from_str(&text(&[])).expect("JSON"));
    }
}
