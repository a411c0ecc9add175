//! The judgement: what the rules find, what a measurement adds or refutes, and what is suppressed.

use std::collections::BTreeSet;

use glim_schema::Dialect;

use super::allow::Allow;
use super::migration::{Migration, Subject, same};
use super::probe::Measured;
use super::rule::{Hit, Rule};
use super::statement::Form;
use super::{rules, squawk};

/// Something that was found in a migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule.
    pub rule: &'static Rule,
    /// What it is about.
    pub found: Found,
    /// The table that is meant, if any.
    pub table: Option<String>,
    /// The safe way, with the names of what was found.
    pub safe: String,
    /// What was measured.
    pub facts: Vec<String>,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The statement of that number.
    Statement(usize),
    /// The suppression of that number.
    Allow(usize),
    /// The migration as a whole.
    Migration,
}

/// The tables that a migration makes.
pub fn made(subject: Subject<'_>) -> BTreeSet<String> {
    Migration::read(subject).made().collect()
}

/// What is to be said of a migration. `measured` has an entry for each statement, or none where nothing was measured.
pub fn judge(subject: Subject<'_>, measured: &[Measured]) -> Vec<Finding> {
    let migration = Migration::read(subject);
    let mut hits: Vec<(usize, &'static Rule, Hit)> = Vec::new();
    if subject.dialect == Dialect::Postgres && !subject.statements.is_empty() {
        for (at, rule) in squawk::look(&migration) {
            let hit = named(&migration, at);
            let is_new = hit.table.as_ref().is_some_and(|table| !migration.exists(table, at));
            let is_known = hits.iter().any(|(known, other, _)| (*known, *other) == (at, rule));
            if !(rule.existing && is_new || is_known) {
                hits.push((at, rule, hit));
            }
        }
    }
    for rule in rules::all().filter(|rule| rule.dialects.contains(&subject.dialect)) {
        let by_squawk = subject.dialect == Dialect::Postgres && !rule.squawk.is_empty();
        let Some(look) = rule.look.filter(|_| !by_squawk) else { continue };
        for at in 0..migration.statements.len() {
            let hit = look(&migration, at);
            let is_new = |hit: &Hit| hit.table.as_ref().is_some_and(|table| !migration.exists(table, at));
            hits.extend(hit.filter(|hit| !(rule.existing && is_new(hit))).map(|hit| (at, rule, hit)));
        }
    }
    measure(&migration, measured, &mut hits);
    hits.sort_by_key(|(at, ..)| *at);
    let mut findings: Vec<Finding> = hits.into_iter().map(|(at, rule, hit)| finding(at, rule, hit, measured)).collect();
    if subject.statements.is_empty() {
        let rule = rules::find("empty-migration").into_iter();
        findings.extend(rule.map(|rule| Finding { found: Found::Migration, ..finding(0, rule, Hit::default(), &[]) }));
    }
    findings
}

fn finding(at: usize, rule: &'static Rule, hit: Hit, measured: &[Measured]) -> Finding {
    let facts = measured.get(at).map(Measured::facts).unwrap_or_default();
    Finding { rule, found: Found::Statement(at), safe: rule.safe_for(&hit), table: hit.table, facts }
}

/// The names in a statement, for a rule of squawk's, which does not tell them.
fn named(migration: &Migration<'_>, at: usize) -> Hit {
    let statement = &migration.statements[at];
    let mut hit = Hit::of(statement.table());
    for action in statement.actions() {
        let heads = [
            "add column if not exists",
            "add column",
            "alter column",
            "drop column if exists",
            "drop column",
            "rename column",
        ];
        let place = action.skip(0, &heads);
        if place > 0 && hit.column.is_none() {
            hit.column = action.name(place).map(|(name, _)| name);
        }
        if action.begins("add constraint") {
            hit.name = action.name(2).map(|(name, _)| name);
        }
    }
    match &statement.form {
        Form::CreateIndex { name, .. } => hit.name.clone_from(name),
        Form::Drop { kind, names, .. } if kind != "table" => hit.name = names.first().cloned(),
        _ => {}
    }
    hit
}

/// Takes out what a measurement refutes, and adds what it alone has seen.
fn measure(migration: &Migration<'_>, measured: &[Measured], hits: &mut Vec<(usize, &'static Rule, Hit)>) {
    hits.retain(|(at, rule, _)| !(rule.supposes_rewrite && measured.get(*at).is_some_and(Measured::refutes_rewrite)));
    let mut locked: Vec<&str> = Vec::new();
    for (at, measured) in measured.iter().enumerate().take(migration.statements.len()) {
        let is_old = |table: &str| migration.exists(table, at);
        let table = |name: &str| Hit::of(Some(name));
        let explained = hits.iter().any(|(known, rule, _)| *known == at && rule.supposes_rewrite);
        if let Some(name) = measured.rewritten.iter().find(|name| is_old(name)).filter(|_| !explained) {
            hits.push((at, rules::TABLE_REWRITE, table(name)));
        }
        let strong = measured.locks.iter().filter(|lock| lock.mode.blocks_writes() && is_old(&lock.table));
        for lock in strong {
            if migration.subject.transaction && !locked.iter().any(|known| same(known, &lock.table)) {
                locked.push(&lock.table);
                if locked.len() == 2 {
                    hits.push((at, rules::MANY_TABLES_LOCKED, table(&lock.table)));
                }
            }
        }
        if let Some((name, best)) = measured.online.as_ref().filter(|(name, _)| is_old(name)) {
            let says = migration.statements[at].words().has("algorithm");
            if best.blocks_writes() {
                hits.push((at, rules::BLOCKING_ALTER, table(name)));
            } else if !says && !hits.iter().any(|(known, rule, _)| *known == at && rule.id == "partitioning") {
                hits.push((at, rules::ASSERT_ALGORITHM, table(name).name(Some(best.clause()))));
            }
        }
        let statement = &migration.statements[at];
        if let Form::CreateIndex { table: of, name, concurrently: false, .. } = &statement.form
            && !statement.words().has("on only")
            && measured.partitioned.iter().any(|it| same(it, of) && is_old(it))
        {
            // What that one recommends is refused there.
            hits.retain(|(known, rule, _)| (*known, rule.id) != (at, "create-index-nonconcurrent"));
            hits.push((at, rules::INDEX_ON_PARTITIONED, table(of).name(name.clone())));
        }
        if let Some((name, _)) = measured.mismatched.first() {
            hits.push((at, rules::FK_TYPE_MISMATCH, table(name)));
        }
        for name in measured.rebuilt.iter().filter(|name| is_old(name)) {
            hits.push((at, rules::SQLITE_REBUILD, table(name)));
        }
        for (name, lost) in measured.lost.iter().filter(|(name, _)| is_old(name)) {
            hits.push((at, rules::SQLITE_REBUILD_LOSES, table(name).name(Some(lost.clone()))));
        }
    }
}

/// Takes out what is suppressed, and adds what is wrong with the suppressions. `today` is a day as `2027-01-01`; `complete`
/// says whether all was looked at, so that a suppression of what was not found is unused.
pub fn heed(findings: Vec<Finding>, allows: &[Allow], today: &str, complete: bool) -> Vec<Finding> {
    let mut used = vec![false; allows.len()];
    let mut kept: Vec<Finding> = Vec::new();
    for finding in findings {
        let at = match finding.found {
            Found::Statement(at) => at,
            Found::Allow(_) | Found::Migration => usize::MAX - 1,
        };
        let mut suppressed = false;
        for (allow, used) in allows.iter().zip(&mut used) {
            if allow.covers(finding.rule, at) {
                *used = true;
                suppressed |= allow.fault(today).is_none();
            }
        }
        if !suppressed {
            kept.push(finding);
        }
    }
    for (number, (allow, used)) in allows.iter().zip(used).enumerate() {
        let unmeasured = |id: &String| rules::find(id).is_some_and(Rule::is_measured);
        let unused = !used && (complete || !allow.rules.iter().any(unmeasured));
        let fault = allow.fault(today).or(unused.then_some(rules::ALLOW_UNUSED));
        kept.extend(fault.map(|rule| Finding { found: Found::Allow(number), ..finding(0, rule, Hit::default(), &[]) }));
    }
    kept
}
