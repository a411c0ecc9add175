//! What is wrong between migrations: names that two have, versions that two have, and a circle of `after`.

use std::collections::{BTreeMap, HashMap};

use crate::environment::Environment;
use crate::instruction::Instruction;
use crate::migration::Migration;
use crate::version;

/// All that is wrong.
pub(crate) fn all(migrations: &[Migration], here: &Environment) -> Vec<Instruction> {
    let mut problems = names(migrations, here);
    problems.extend(versions(migrations, here));
    problems.extend(circle(migrations, here));
    problems
}

/// The ledger knows a migration by its name.
fn names(migrations: &[Migration], here: &Environment) -> Vec<Instruction> {
    let mut seen: HashMap<&str, &Migration> = HashMap::new();
    let mut problems = Vec::new();
    for migration in migrations {
        if let Some(other) = seen.insert(&migration.name, migration) {
            let message = format!("the migration at {} is called `{}` too", place(other, here), migration.name);
            let help = match migration.sql {
                Some(_) => "rename one of the files",
                None => "give one of them another name: `name = \"...\"` in its registration",
            };
            let file = here.shown(&migration.file);
            problems.push(Instruction::error(&file, Some(migration.line), &message, Some(help)));
        }
    }
    problems
}

/// Where two have one version, their files' names decide, which may not be what was meant. Those of one file are in the
/// order of their lines, and two in SQL their layout has dealt with.
fn versions(migrations: &[Migration], here: &Environment) -> Vec<Instruction> {
    let mut seen: BTreeMap<(usize, String), &Migration> = BTreeMap::new();
    let mut problems = Vec::new();
    for migration in migrations {
        let Some(key) = migration.version.as_deref().and_then(version::key) else { continue };
        let Some(other) = seen.insert(key, migration) else { continue };
        if other.file != migration.file && !(other.sql.is_some() && migration.sql.is_some()) {
            let version = migration.version.as_deref().unwrap_or_default();
            let message = format!("the migration at {} has the version {version} too", place(other, here));
            let help = "which of the two comes first is decided by their files; give one of them another version";
            let file = here.shown(&migration.file);
            problems.push(Instruction::warning(&file, Some(migration.line), &message, Some(help)));
        }
    }
    problems
}

/// The first circle found. Names of migrations from elsewhere lead nowhere.
fn circle(migrations: &[Migration], here: &Environment) -> Option<Instruction> {
    let by_name: HashMap<&str, usize> =
        migrations.iter().enumerate().map(|(at, migration)| (migration.name.as_str(), at)).collect();
    let before = |at: usize| migrations[at].after.iter().filter_map(|name| by_name.get(name.as_str()).copied());
    let mut done = vec![false; migrations.len()];
    for start in 0..migrations.len() {
        // The way from `start`, each step with those that are still to be followed from it.
        let mut way = vec![(start, before(start).collect::<Vec<_>>())];
        while let Some((at, rest)) = way.last_mut() {
            let at = *at;
            match rest.pop() {
                Some(next) if done[next] => {}
                Some(next) => match way.iter().position(|(on_way, _)| *on_way == next) {
                    Some(first) => return Some(refused(migrations, way[first..].iter().map(|(at, _)| *at), here)),
                    None => way.push((next, before(next).collect())),
                },
                None => {
                    done[at] = true;
                    way.pop();
                }
            }
        }
    }
    None
}

fn refused(migrations: &[Migration], circle: impl Iterator<Item = usize>, here: &Environment) -> Instruction {
    let circle: Vec<&Migration> = circle.map(|at| &migrations[at]).collect();
    let (first, rest) = (circle[0], &circle[1..]);
    let steps = rest.iter().map(|it| format!("`{}` ({}), which comes after ", it.name, place(it, here)));
    let message = format!("`{}` comes after {}itself: none can be first", first.name, steps.collect::<String>());
    let help = "take one of the names out of its `after`";
    Instruction::error(&here.shown(&first.file), Some(first.line), &message, Some(help))
}

fn place(migration: &Migration, here: &Environment) -> String {
    format!("{}:{}", here.shown(&migration.file).display(), migration.line)
}

#[cfg(test)]
mod tests {
    use glim_parse::scan::CfgSet;

    use super::all;
    use crate::environment::Environment;
    use crate::migration::{Migration, Script, Sql};

    fn migration(name: &str, file: &str, line: usize, version: &str, after: &[&str]) -> Migration {
        Migration {
            name: name.to_owned(),
            version: Some(version.to_owned()),
            after: after.iter().map(|&name| name.to_owned()).collect(),
            file: format!("/app/{file}").into(),
            line,
            sql: None,
        }
    }

    fn sql(name: &str, file: &str, version: &str) -> Migration {
        let run = Script { file: file.into(), line: 1, transaction: true, text: String::new() };
        let sql = Sql { title: String::new(), layout: "glim", run, rollback: None };
        Migration { sql: Some(sql), ..migration(name, file, 1, version, &[]) }
    }

    fn said(migrations: &[Migration]) -> Vec<String> {
        let here = Environment { package: "/app".into(), out: "/out".into(), cfg: CfgSet::default() };
        all(migrations, &here).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_name_that_two_have_is_an_error_at_the_second() {
        let two = [sql("1_a", "m/1_a.sql", "1"), migration("1_a", "m/x.rs", 7, "2", &[])];
        let error = "cargo::error=m/x.rs:7: the migration at m/1_a.sql:1 is called `1_a` too; give one of them another \
                     name: `name = \"...\"` in its registration";
        assert_eq!(said(&two), [error]);
    }

    #[test]
    fn a_version_that_two_files_have_is_a_warning() {
        let two = [sql("1_a", "m/1_a.sql", "1"), migration("B", "m/x.rs", 7, "0001", &[])];
        let warning = "cargo::warning=m/x.rs:7: the migration at m/1_a.sql:1 has the version 0001 too; which of the two \
                       comes first is decided by their files; give one of them another version";
        assert_eq!(said(&two), [warning]);
        let in_one_file = [migration("A", "m/1.rs", 3, "1", &[]), migration("B", "m/1.rs", 7, "1", &[])];
        assert_eq!(said(&in_one_file), [""; 0]);
        let in_sql = [sql("1_a", "m/1_a.sql", "1"), sql("01_b", "m/01_b.sql", "01")];
        assert_eq!(said(&in_sql), [""; 0]);
    }

    #[test]
    fn a_circle_is_an_error_that_names_each_step() {
        let three = [
            migration("Z", "m/0.rs", 1, "0", &["A", "Elsewhere"]),
            migration("A", "m/1.rs", 1, "1", &["B"]),
            migration("B", "m/2.rs", 2, "2", &["C"]),
            migration("C", "m/3.rs", 3, "3", &["Elsewhere", "A"]),
        ];
        let error = "cargo::error=m/1.rs:1: `A` comes after `B` (m/2.rs:2), which comes after `C` (m/3.rs:3), which comes \
                     after itself: none can be first; take one of the names out of its `after`";
        assert_eq!(said(&three), [error]);
        let itself = [migration("A", "m/1.rs", 1, "1", &["A"])];
        assert!(said(&itself)[0].contains("`A` comes after itself"), "{:?}", said(&itself));
    }

    #[test]
    fn many_ways_to_one_migration_are_no_circle_and_take_no_time() {
        let name = |at: usize| format!("M{at}");
        let all: Vec<Migration> = (0..2000_usize)
            .map(|at| {
                let before: Vec<String> = (at.saturating_sub(3)..at).map(name).collect();
                let before: Vec<&str> = before.iter().map(String::as_str).collect();
                migration(&name(at), &format!("m/{at}.rs"), 1, &at.to_string(), &before)
            })
            .rev()
            .collect();
        assert_eq!(said(&all), [""; 0]);
    }
}
