//! A table's definition as MySQL and MariaDB show it, part by part: one line each.

use std::collections::BTreeMap;

use glim_files::statement::{Clause, Part};

/// A part of a definition, by what it is and its name in lower case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Column(String),
    Index(String),
    Constraint(String),
    Primary,
    /// What stands after the last parenthesis.
    Options,
    /// A line of another kind.
    Other(String),
}

type Parts = BTreeMap<Key, String>;

/// The text without the number that the next row gets, which changes with every row.
pub(super) fn without_counter(text: &str) -> String {
    const COUNTER: &str = " AUTO_INCREMENT=";
    let Some((before, after)) = text.rfind(COUNTER).map(|at| text.split_at(at)) else { return text.to_owned() };
    // In the line of options only; a comment may hold anything, but stands in quotes after it.
    let options = before.rfind('\n').map_or("", |at| &before[at + 1..]);
    if !options.starts_with(')') || options.contains('\'') {
        return text.to_owned();
    }
    let rest = after[COUNTER.len()..].trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{before}{rest}")
}

/// The line of an index in a table's definition.
pub(super) fn index_line(text: &str, name: &str) -> Option<String> {
    parts(text).remove(&Key::Index(name.to_lowercase()))
}

/// Whether the change of a table's definition consists of what the clauses say, all of it and nothing else.
pub(super) fn is_explained(before: &str, now: &str, clauses: &[Clause]) -> bool {
    let (before, now) = (parts(before), parts(now));
    let mut told = Told::default();
    clauses.iter().all(|clause| told.take(clause, &before, &now)) && told.covers(&before, &now)
}

/// What clauses say of a change.
#[derive(Default)]
struct Told {
    keys: Vec<Key>,
    /// Names in whose lines anything may have changed, since the name has.
    names: Vec<String>,
    all_columns: bool,
    /// How many indexes and constraints the server has named itself.
    unnamed_indexes: usize,
    unnamed_constraints: usize,
    /// How many indexes more a foreign key may have brought with it.
    further_indexes: usize,
}

impl Told {
    /// Notes what a clause says; `false` where the change is not what it says.
    fn take(&mut self, clause: &Clause, before: &Parts, now: &Parts) -> bool {
        let appears = |key: &Key| !before.contains_key(key) && now.contains_key(key);
        let vanishes = |key: &Key| before.contains_key(key) && !now.contains_key(key);
        match clause {
            Clause::Adds(part) => match key(part) {
                Some(key) => {
                    if key == Key::Primary {
                        // Its columns can be NULL no longer.
                        self.all_columns = true;
                    }
                    if let Key::Column(name) | Key::Constraint(name) = &key {
                        self.further_indexes += 1;
                        self.keys.push(Key::Index(name.clone()));
                    }
                    let is = appears(&key);
                    self.keys.push(key);
                    is
                }
                None if matches!(part, Part::Constraint(_)) => {
                    self.unnamed_constraints += 1;
                    self.further_indexes += 1;
                    true
                }
                None => {
                    self.unnamed_indexes += 1;
                    true
                }
            },
            Clause::Drops(Part::Constraint(Some(name))) => {
                let name = name.to_lowercase();
                // A unique constraint is its index; the index of a foreign key stays when that goes.
                let key = Key::Constraint(name.clone());
                let key = if before.contains_key(&key) { key } else { Key::Index(name) };
                let is = vanishes(&key);
                self.keys.push(key);
                is
            }
            Clause::Drops(part) => {
                let Some(key) = key(part) else { return false };
                if let Key::Column(name) = &key {
                    self.names.push(name.clone());
                }
                let is = vanishes(&key);
                self.keys.push(key);
                is
            }
            Clause::Alters(part) => {
                let Some(key) = key(part) else { return false };
                let is = before.contains_key(&key) && now.contains_key(&key);
                self.keys.push(key);
                is
            }
            Clause::RenamesColumn(from, to) => {
                let (from, to) = (from.to_lowercase(), to.to_lowercase());
                self.names.push(from.clone());
                self.renames(Key::Column(from), Key::Column(to), before, now)
            }
            Clause::RenamesIndex(from, to) => {
                let (from, to) = (Key::Index(from.to_lowercase()), Key::Index(to.to_lowercase()));
                self.renames(from, to, before, now)
            }
            Clause::Options => {
                self.keys.push(Key::Options);
                true
            }
            Clause::Columns => {
                self.keys.push(Key::Options);
                self.all_columns = true;
                true
            }
            Clause::Unseen => true,
            Clause::RenameTable(..) | Clause::Shown | Clause::Hidden => false,
        }
    }

    fn renames(&mut self, from: Key, to: Key, before: &Parts, now: &Parts) -> bool {
        let is = before.contains_key(&from) && !now.contains_key(&from);
        let is = is && !before.contains_key(&to) && now.contains_key(&to);
        self.keys.extend([from, to]);
        is
    }

    /// Whether every difference was told of.
    fn covers(mut self, before: &Parts, now: &Parts) -> bool {
        for (key, then) in before {
            if now.get(key) != Some(then) && !self.allows(key, then) {
                return false;
            }
        }
        for key in now.keys().filter(|key| !before.contains_key(key)) {
            if self.keys.contains(key) {
                continue;
            }
            let budget = match key {
                Key::Index(_) if self.unnamed_indexes > 0 => &mut self.unnamed_indexes,
                Key::Index(_) => &mut self.further_indexes,
                Key::Constraint(_) => &mut self.unnamed_constraints,
                _ => return false,
            };
            match budget.checked_sub(1) {
                Some(left) => *budget = left,
                None => return false,
            }
        }
        self.unnamed_indexes == 0 && self.unnamed_constraints == 0
    }

    fn allows(&self, key: &Key, then: &str) -> bool {
        let then = then.to_lowercase();
        self.keys.contains(key)
            || self.all_columns && matches!(key, Key::Column(_))
            || self.names.iter().any(|name| then.contains(&format!("`{}`", name.replace('`', "``"))))
    }
}

fn key(part: &Part) -> Option<Key> {
    Some(match part {
        Part::Column(name) => Key::Column(name.to_lowercase()),
        Part::Index(name) => Key::Index(name.as_ref()?.to_lowercase()),
        Part::Constraint(name) => Key::Constraint(name.as_ref()?.to_lowercase()),
        Part::PrimaryKey => Key::Primary,
    })
}

fn parts(text: &str) -> Parts {
    let mut parts = Parts::new();
    let mut tail: Option<String> = None;
    // The first line names the table.
    for line in text.lines().skip(1) {
        let line = line.trim();
        if let Some(tail) = &mut tail {
            tail.push('\n');
            tail.push_str(line);
            continue;
        }
        if line.starts_with(')') {
            tail = Some(line.to_owned());
            continue;
        }
        let line = line.strip_suffix(',').unwrap_or(line);
        let name = |rest: &str| quoted(rest).map(|name| name.to_lowercase());
        let key = if let Some(column) = name(line) {
            Key::Column(column)
        } else if line.starts_with("PRIMARY KEY") {
            Key::Primary
        } else if let Some(constraint) = line.strip_prefix("CONSTRAINT ").and_then(name) {
            Key::Constraint(constraint)
        } else if let Some(index) = line.split_once("KEY ").and_then(|(_, rest)| name(rest)) {
            Key::Index(index)
        } else {
            Key::Other(line.to_owned())
        };
        parts.insert(key, line.to_owned());
    }
    if let Some(tail) = tail {
        parts.insert(Key::Options, tail);
    }
    parts
}

/// The name in backticks at the front.
fn quoted(text: &str) -> Option<String> {
    let mut name = String::new();
    let mut rest = text.strip_prefix('`')?.chars().peekable();
    while let Some(character) = rest.next() {
        if character == '`' && rest.next_if_eq(&'`').is_none() {
            return Some(name);
        }
        name.push(character);
    }
    None
}

#[cfg(test)]
mod tests {
    use glim_files::statement::{Change, definition};
    use glim_schema::Dialect;

    use super::{index_line, is_explained, without_counter};

    const BEFORE: &str = "CREATE TABLE `t` (\n  `id` int(11) NOT NULL,\n  `a` int(11) DEFAULT NULL,\n  `b` varchar(20) \
        DEFAULT NULL,\n  PRIMARY KEY (`id`),\n  KEY `by_a` (`a`)\n) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4";

    /// The definition after one text in it was replaced by another.
    fn after(from: &str, to: &str) -> String {
        assert!(BEFORE.contains(from), "{from}");
        BEFORE.replacen(from, to, 1)
    }

    fn explained(sql: &str, now: &str) -> bool {
        explained_from(BEFORE, sql, now)
    }

    fn explained_from(before: &str, sql: &str, now: &str) -> bool {
        let definition = definition(&format!("ALTER TABLE t {sql}"), Dialect::Mysql).expect("a definition");
        match &definition.touches[0].effect {
            Change::Altered(clauses) => is_explained(before, now, clauses),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_change_is_explained_by_clauses_that_say_it() {
        let key = "KEY `by_a` (`a`)";
        let with_key = |line: &str| after(key, &format!("{key},\n  {line}"));
        let with_column = after("  PRIMARY", "  `c` int(11) DEFAULT NULL,\n  PRIMARY");
        assert!(explained("ADD c int", &with_column));
        assert!(explained("ADD (c int)", &with_column));
        assert!(!explained("ADD d int", &with_column));
        assert!(!explained("ADD c int, ADD d int", &with_column));
        assert!(!explained("ADD c int", &with_column.replace("varchar(20)", "varchar(30)")));
        assert!(explained("DROP b", &after("  `b` varchar(20) DEFAULT NULL,\n", "")));
        assert!(explained("DROP a", &after("  `a` int(11) DEFAULT NULL,\n", "").replace(",\n  KEY `by_a` (`a`)", "")));
        assert!(!explained("DROP b", &after("  `a` int(11) DEFAULT NULL,\n", "")));
        assert!(explained("MODIFY b varchar(30)", &after("varchar(20)", "varchar(30)")));
        assert!(!explained("MODIFY a bigint", &after("varchar(20)", "varchar(30)")));
        assert!(explained("CHANGE a z int", &after("`a` int", "`z` int").replace("(`a`)", "(`z`)")));
        assert!(explained("RENAME INDEX by_a TO i", &after("`by_a`", "`i`")));
        assert!(explained("ADD INDEX i (b)", &with_key("KEY `i` (`b`)")));
        assert!(explained("ADD UNIQUE (b)", &with_key("UNIQUE KEY `b` (`b`)")));
        assert!(!explained("ADD UNIQUE (b)", BEFORE));
        assert!(!explained("ADD UNIQUE (b)", &with_key("UNIQUE KEY `b` (`b`),\n  KEY `c` (`a`)")));
        let foreign = "CONSTRAINT `f` FOREIGN KEY (`b`) REFERENCES `u` (`id`)";
        assert!(explained("ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES u (id)", &with_key(foreign)));
        let with_index = with_key(&format!("KEY `f` (`b`),\n  {foreign}"));
        assert!(explained("ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES u (id)", &with_index));
        assert!(explained("ADD FOREIGN KEY (b) REFERENCES u (id)", &with_index));
        let (with_index, own) = (with_index.as_str(), with_key("KEY `f` (`b`)"));
        assert!(explained_from(with_index, "DROP FOREIGN KEY f", &own));
        assert!(explained_from(with_index, "DROP CONSTRAINT f", &own));
        assert!(explained_from(with_index, "DROP FOREIGN KEY f, DROP INDEX f", BEFORE));
        assert!(!explained_from(with_index, "DROP FOREIGN KEY f", BEFORE));
        assert!(!explained_from(with_index, "DROP FOREIGN KEY f", &with_key(foreign)));
        assert!(explained_from(&own.replace("KEY `f`", "UNIQUE KEY `f`"), "DROP CONSTRAINT f", BEFORE));
        assert!(explained("COMMENT = 'x'", &format!("{BEFORE} COMMENT='x'")));
        assert!(explained("CONVERT TO CHARACTER SET latin1", &after("utf8mb4", "latin1")));
        assert!(!explained("ADD COLUMN IF NOT EXISTS c int", &with_column));
        assert!(!explained("EXCHANGE PARTITION p WITH TABLE u", &with_column));
    }

    #[test]
    fn the_next_number_of_a_table_is_no_part_of_its_definition() {
        assert_eq!(without_counter(BEFORE), BEFORE.replace(" AUTO_INCREMENT=7", ""));
        let comment = ") ENGINE=InnoDB COMMENT=' AUTO_INCREMENT=7'";
        assert_eq!(without_counter(&format!("\n{comment}")), format!("\n{comment}"));
        assert_eq!(index_line(BEFORE, "BY_A").as_deref(), Some("KEY `by_a` (`a`)"));
        assert_eq!(index_line(BEFORE, "a"), None);
    }
}
