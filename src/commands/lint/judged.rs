//! The stage `lint`: which migrations are judged, and what is said of them.

use std::collections::BTreeSet;

use glim::Direction;
use glim_engine::catalog::Entry;
use glim_engine::lint::probe::{self, Measured};
use glim_engine::lint::{self, Allow, Fault, Finding as Judgement, Found, Rows, Severity, Subject};
use glim_files::split::Statement;

use super::measured::{Measurement, measure};
use super::place;
use crate::commands::check::Known;
use crate::commands::check::outcome::{Finding, Outcome};
use crate::commands::check::rule::Rule;
use crate::commands::options::Stage;
use crate::commands::project::{FoundAllow, Project};
use crate::commands::rehearsal::Tables;
use crate::commands::{database, explain};
use crate::failure::Result;
use crate::report::diagnostic::Diagnostic;
use crate::report::{Shell, plural};

pub(in crate::commands) fn stage(
    known: &Known,
    tables: &mut Tables<'_>,
    project: &mut Project,
    shell: &mut Shell,
) -> Result<Outcome> {
    known.sound()?;
    let steps = known.steps();
    let (names, what) = wanted(known)?;
    let is_judged = |name: &str| names.contains(name);
    if names.is_empty() {
        return Ok(Outcome::of(Stage::Lint, format!("nothing: no migration is {what}"), Vec::new()));
    }
    let measurement = measure(&steps, is_judged, tables, project, shell)?;
    let (rows, mut findings) = of_target(project, shell);
    let judgement = Judgment { known, measurement: &measurement, rows: &rows, project };
    let mut made = BTreeSet::new();
    for step in steps.iter().filter(|step| is_judged(&step.entry.name)) {
        judgement.add(step.entry, &mut made, &mut findings);
    }
    let sql_only = steps.iter().filter(|step| is_judged(&step.entry.name)).all(|step| step.entry.code.sql().is_some());
    findings.extend(unmeasured(&measurement, sql_only));
    let on = match (&measurement.server, &measurement.failure) {
        (Some(server), None) => format!(", measured on {server}"),
        _ => String::new(),
    };
    let judged = plural(names.len(), "migration");
    Ok(Outcome::of(Stage::Lint, format!("{judged} {what}{on}"), findings))
}

/// The migrations that are judged, and in a word, which those are.
fn wanted(known: &Known) -> Result<(BTreeSet<&str>, String)> {
    let entries = known.sound()?.entries().iter();
    if known.since {
        let release = match &known.release {
            Ok(Some(release)) => release,
            Ok(None) => return Ok((entries.map(|entry| entry.name.as_str()).collect(), "new".to_owned())),
            Err(failure) => return Err(failure.copy()),
        };
        let is_new = |entry: &&Entry| match release.migrations.get(&entry.name) {
            None => true,
            Some(then) => entry.checksum.is_some() && *then != entry.checksum,
        };
        let names = entries.filter(is_new).map(|entry| entry.name.as_str()).collect();
        return Ok((names, format!("new or changed since {}", release.revision)));
    }
    let rows = match &known.rows {
        Ok(rows) => rows,
        Err(failure) => return Err(failure.copy()),
    };
    let is_pending = |entry: &&Entry| !rows.iter().any(|row| row.name == entry.name);
    Ok((entries.filter(is_pending).map(|entry| entry.name.as_str()).collect(), "pending".to_owned()))
}

/// What the alias itself tells, if it can be read: nothing depends on it but the estimates.
fn of_target(project: &Project, shell: &mut Shell) -> (Rows, Vec<Finding>) {
    let alias = &project.settings.alias;
    let mut connection = match database::look_at(alias) {
        Ok(Some(connection)) => connection,
        Ok(None) => return (Rows::default(), Vec::new()),
        Err(failure) => {
            shell.note(&format!("without the sizes of tables: {}", failure.message()));
            return (Rows::default(), Vec::new());
        }
    };
    let told = Rows::of(&mut *connection).and_then(|rows| Ok((rows, Fault::all(&mut *connection)?)));
    match told {
        Ok((rows, faults)) => {
            let findings = faults.into_iter().map(|Fault { rule, what, fault, safe }| {
                let title = format!("{what} in `{}` {fault} ({})", alias.name, rule.id);
                Finding::new(Rule::Lint(rule), Diagnostic::error(title).note(rule.effect).help(paste(&safe)))
            });
            (rows, findings.collect())
        }
        Err(error) => {
            shell.note(&format!("without the sizes of tables: {error}"));
            (Rows::default(), Vec::new())
        }
    }
}

/// That not all was measured. SQL migrations are judged by their words then; of Rust migrations nothing is known.
fn unmeasured(measurement: &Measurement, sql_only: bool) -> Vec<Finding> {
    let failure = measurement.failure.iter().flat_map(|failure| &failure.diagnostics);
    let found = failure.map(|diagnostic| {
        let mut diagnostic = diagnostic.clone();
        if sql_only {
            diagnostic.severity = crate::report::diagnostic::Severity::Warning;
        }
        diagnostic.notes.push("what was not measured is judged by its words alone".to_owned());
        Finding::new(Rule::LintUnmeasured, diagnostic)
    });
    found.collect()
}

/// What all judgements stand on.
struct Judgment<'j> {
    known: &'j Known,
    measurement: &'j Measurement,
    rows: &'j Rows,
    project: &'j Project,
}

impl Judgment<'_> {
    /// Judges one migration; `made` are the tables that those before it make.
    fn add(&self, entry: &Entry, made: &mut BTreeSet<String>, findings: &mut Vec<Finding>) {
        let target = &self.project.settings.alias.target;
        let seen = self.measurement.seen.get(&entry.name);
        // What is wrong with the text itself is found by the stage `registry`, and by a run.
        let Ok(statements) = probe::statements(entry, Direction::Run, target.dialect()) else { return };
        let measured: &[Measured] = seen.map_or(&[], Vec::as_slice);
        let is_sql = entry.code.sql().is_some();
        let texts: Vec<&str> = if is_sql {
            statements.iter().map(|statement| statement.text).collect()
        } else {
            measured.iter().map(|measured| measured.sql.as_str()).collect()
        };
        if !is_sql && texts.is_empty() {
            return;
        }
        let subject = Subject {
            dialect: target.dialect(),
            transaction: entry.in_transaction(Direction::Run),
            statements: &texts,
            made,
            lock_timeout: target.lock_timeout.is_some(),
            statement_timeout: target.statement_timeout.is_some(),
        };
        let judged = lint::judge(subject, measured);
        let of_source: Vec<&FoundAllow> = self.known.allows.iter().filter(|it| it.migration == entry.name).collect();
        let allows = match entry.script(Direction::Run) {
            Some(script) => lint::in_sql(script.file(), &script.range(), &statements),
            None => of_source.iter().map(|found| Allow::read(&found.inside, 0..0)).collect(),
        };
        let judged = lint::heed(judged, &allows, &lint::today(), seen.is_some());
        let add = lint::made(subject);
        for judgement in judged {
            findings.push(self.finding(entry, &judgement, (&statements, &texts), (&allows, &of_source)));
        }
        made.extend(add);
    }

    fn finding(
        &self,
        entry: &Entry,
        judgement: &Judgement,
        (statements, texts): (&[Statement<'_>], &[&str]),
        (allows, of_source): (&[Allow], &[&FoundAllow]),
    ) -> Finding {
        let Judgement { rule, found, table, safe, facts } = judgement;
        let title = format!("`{}`: {} ({})", entry.name, rule.finds, rule.id);
        let mut diagnostic = match rule.severity {
            Severity::Error => Diagnostic::error(title),
            Severity::Warning => Diagnostic::warning(title),
        };
        let root = &self.project.workspace.root;
        let snippet = match found {
            Found::Statement(at) => match statements.get(*at) {
                Some(statement) => place::in_script(entry, statement.start, statement.text, root),
                None => place::in_source(entry, texts.get(*at).copied().unwrap_or_default(), table.as_deref(), root),
            },
            Found::Allow(number) => match (entry.script(Direction::Run), of_source.get(*number)) {
                (Some(script), _) => allows.get(*number).map(|allow| explain::file(script, allow.range.clone(), root)),
                (None, found) => found.and_then(|found| explain::line(&found.place, root)),
            },
            Found::Migration => explain::registration(entry, root),
        };
        diagnostic.snippets.extend(snippet);
        diagnostic = diagnostic.note(rule.effect);
        if let (Found::Statement(at), false) = (found, entry.code.sql().is_some()) {
            diagnostic
                .notes
                .extend(texts.get(*at).map(|sql| format!("it sends: {}", sql.lines().next().unwrap_or_default())));
        }
        diagnostic.notes.extend(facts.iter().map(|fact| format!("measured: {fact}")));
        diagnostic.notes.extend(table.as_ref().and_then(|table| self.rows.estimate(table)));
        Finding::new(Rule::Lint(rule), diagnostic.help(paste(safe)))
    }
}

fn paste(safe: &str) -> String {
    format!("the safe way:\n{safe}")
}
