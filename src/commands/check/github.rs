//! `check --format github`: workflow commands, which GitHub shows beside the lines that they are about.

use super::outcome::{Finding, Outcome};

/// One line a finding.
pub(super) fn annotations(outcomes: &[Outcome]) -> String {
    outcomes.iter().flat_map(|outcome| &outcome.findings).map(annotation).collect()
}

fn annotation(finding: &Finding) -> String {
    let level = if finding.is_error() { "error" } else { "warning" };
    let place = match finding.place() {
        Some((file, line)) => format!("file={},line={line},", property(&file)),
        None => String::new(),
    };
    format!("::{level} {place}title={}::{}\n", property(&finding.rule.id()), data(&finding.message()))
}

/// Text after the second pair of colons.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::rule::Rule;
    use super::*;
    use crate::report::diagnostic::{Diagnostic, Snippet};

    #[test]
    fn a_finding_is_one_line_whatever_is_in_it() {
        let snippet = Snippet { path: "src/a,b.rs".into(), source: "\nx\n".into(), span: 1..2, label: String::new() };
        let diagnostic = Diagnostic::error("100% wrong").note("one\ntwo").help("mend it").at(snippet);
        assert_eq!(
            annotation(&Finding::new(Rule::TargetDrift, diagnostic)),
            "::error file=src/a%2Cb.rs,line=2,title=target/drift::100%25 wrong%0Anote: one%0Atwo%0Ahelp: mend it\n"
        );
        let warning = Finding::new(Rule::RegistryNoRollback, Diagnostic::warning("none"));
        assert_eq!(annotation(&warning), "::warning title=registry/no-rollback::none\n");
    }
}
