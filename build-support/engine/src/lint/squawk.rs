//! The rules of squawk, for PostgreSQL: a parser of its own, and what is known about locks there.

use std::collections::HashMap;

use squawk_linter::Linter;
use squawk_syntax::SourceFile;

use super::migration::Migration;
use super::rule::Rule;
use super::rules;

/// What squawk finds, as statements by number and rules of ours that stand for its own. What ours do not name, such as
/// questions of taste, is left out.
pub(super) fn look(migration: &Migration<'_>) -> Vec<(usize, &'static Rule)> {
    let ours: HashMap<&str, &Rule> =
        rules::all().flat_map(|rule| rule.squawk.iter().map(move |name| (*name, rule))).collect();
    let (mut text, mut ends) = (String::new(), Vec::new());
    for statement in migration.subject.statements {
        text.push_str(statement);
        text.push_str("\n;\n");
        ends.push(text.len());
    }
    let mut linter = Linter::with_all_rules();
    linter.settings.assume_in_transaction = migration.subject.transaction;
    let found = linter.lint(&SourceFile::parse(&text), &text);
    let place = |at: usize| ends.partition_point(|end| *end <= at).min(ends.len().saturating_sub(1));
    let found = found.into_iter().filter_map(|violation| {
        let rule = ours.get(violation.code.to_string().as_str())?;
        Some((place(usize::from(violation.text_range.start())), *rule))
    });
    found.collect()
}
