//! The clauses of an `ALTER TABLE` of MySQL and MariaDB, as far as they tell what of the table's definition changes.

use super::reader::Reader;

/// A clause, and how it shows in the definition afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clause {
    /// A part is there afterwards, and was not before.
    Adds(Part),
    /// A part is gone afterwards.
    Drops(Part),
    /// A part may be another one afterwards.
    Alters(Part),
    /// A column has another name afterwards, and may be another one.
    RenamesColumn(String, String),
    /// An index has another name afterwards.
    RenamesIndex(String, String),
    /// The table has another name afterwards.
    RenameTable(Option<String>, String),
    /// What is said of the table as a whole may be another one afterwards.
    Options,
    /// Any column, and what is said of the table as a whole, may be another one afterwards.
    Columns,
    /// It changes how the table is stored, or how the statement runs; to run it again does no harm.
    Unseen,
    /// It shows in the definition, but how is not known.
    Shown,
    /// It may do something that does not show in the definition.
    Hidden,
}

/// A part of a table's definition.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// A column.
    Column(String),
    /// An index; without a name, the server gives it one.
    Index(Option<String>),
    /// The primary key.
    PrimaryKey,
    /// A foreign key or a check.
    Constraint(Option<String>),
}

/// The clauses from here to the end.
pub(super) fn clauses(reader: &mut Reader<'_>) -> Vec<Clause> {
    let mut clauses = Vec::new();
    while reader.peek().is_some() {
        let end = end_of_clause(reader);
        clause(reader, end, &mut clauses);
        // Past the comma.
        reader.at = end + 1;
    }
    clauses
}

/// Where the comma stands that ends the clause, or the end of the statement.
fn end_of_clause(reader: &Reader<'_>) -> usize {
    let mut depth = 0_usize;
    for (at, token) in reader.tokens.iter().enumerate().skip(reader.at) {
        if token.is_mark(b'(') {
            depth += 1;
        } else if token.is_mark(b')') {
            depth = depth.saturating_sub(1);
        } else if token.is_mark(b',') && depth == 0 {
            return at;
        }
    }
    reader.tokens.len()
}

fn clause(reader: &mut Reader<'_>, end: usize, clauses: &mut Vec<Clause>) {
    const OPTIONS: [&str; 19] = [
        "default",
        "character",
        "charset",
        "collate",
        "comment",
        "auto_increment",
        "row_format",
        "key_block_size",
        "stats_persistent",
        "stats_auto_recalc",
        "stats_sample_pages",
        "max_rows",
        "min_rows",
        "avg_row_length",
        "checksum",
        "delay_key_write",
        "pack_keys",
        "page_compressed",
        "encrypted",
    ];
    const UNSEEN: [&str; 9] = ["algorithm", "lock", "force", "order", "enable", "disable", "with", "without", "wait"];
    const SHOWN: [&str; 4] = ["partition", "remove", "coalesce", "reorganize"];
    let Some(first) = reader.peek() else { return };
    let found = match () {
        () if first.is("add") => return add(reader, end, clauses),
        () if first.is("drop") => drop_(reader),
        () if first.is("modify") => column_after(reader).map(|name| Clause::Alters(Part::Column(name))),
        () if first.is("change") => change(reader),
        () if first.is("alter") => alter(reader),
        () if first.is("rename") => rename(reader),
        () if first.is("convert") => Some(Clause::Columns),
        () if first.is("engine") => Some(Clause::Options),
        () if first.is_any(&OPTIONS) => Some(Clause::Options),
        () if first.is_any(&UNSEEN) => Some(Clause::Unseen),
        () if first.is_any(&SHOWN) => Some(Clause::Shown),
        () => None,
    };
    clauses.push(found.unwrap_or(Clause::Hidden));
}

/// `COLUMN`, `IF EXISTS` and `IF NOT EXISTS`, after the first word; whether the clause may do nothing.
fn skip_column(reader: &mut Reader<'_>) -> bool {
    reader.at += 1;
    reader.eat("column");
    reader.eat_all(&["if", "exists"]) || reader.eat_all(&["if", "not", "exists"])
}

fn column_after(reader: &mut Reader<'_>) -> Option<String> {
    skip_column(reader);
    reader.name()
}

fn change(reader: &mut Reader<'_>) -> Option<Clause> {
    if skip_column(reader) {
        return Some(Clause::Shown);
    }
    let (from, to) = (reader.name()?, reader.name()?);
    Some(renamed_column(from, to))
}

fn renamed_column(from: String, to: String) -> Clause {
    // A name that differs in nothing but case is the same column.
    if from.eq_ignore_ascii_case(&to) { Clause::Shown } else { Clause::RenamesColumn(from, to) }
}

fn alter(reader: &mut Reader<'_>) -> Option<Clause> {
    reader.at += 1;
    if reader.eat("index") || reader.eat("key") {
        return Some(Clause::Alters(Part::Index(reader.name())));
    }
    if reader.eat("check") || reader.eat("constraint") {
        return Some(Clause::Alters(Part::Constraint(reader.name())));
    }
    reader.at -= 1;
    column_after(reader).map(|name| Clause::Alters(Part::Column(name)))
}

fn rename(reader: &mut Reader<'_>) -> Option<Clause> {
    reader.at += 1;
    if reader.eat("column") {
        let from = reader.name()?;
        return reader.eat("to").then(|| reader.name()).flatten().map(|to| renamed_column(from, to));
    }
    if reader.eat("index") || reader.eat("key") {
        let from = reader.name()?;
        return reader.eat("to").then(|| reader.name()).flatten().map(|to| Clause::RenamesIndex(from, to));
    }
    let _ = reader.eat("to") || reader.eat("as") || reader.eat_mark(b'=');
    let first = reader.name()?;
    Some(if reader.eat_mark(b'.') {
        Clause::RenameTable(Some(first), reader.name()?)
    } else {
        Clause::RenameTable(None, first)
    })
}

fn drop_(reader: &mut Reader<'_>) -> Option<Clause> {
    reader.at += 1;
    if reader.eat_all(&["primary", "key"]) {
        return Some(Clause::Drops(Part::PrimaryKey));
    }
    if reader.eat("partition") || reader.eat("system") || reader.eat("period") {
        return Some(Clause::Shown);
    }
    let index = reader.eat("index") || reader.eat("key");
    let constraint = !index && (reader.eat_all(&["foreign", "key"]) || reader.eat("constraint") || reader.eat("check"));
    reader.eat("column");
    if reader.eat_all(&["if", "exists"]) {
        return Some(Clause::Shown);
    }
    let name = reader.name()?;
    Some(Clause::Drops(match (index, constraint) {
        (true, _) => Part::Index(Some(name)),
        (_, true) => Part::Constraint(Some(name)),
        _ => Part::Column(name),
    }))
}

fn add(reader: &mut Reader<'_>, end: usize, clauses: &mut Vec<Clause>) {
    reader.at += 1;
    if reader.eat("partition") || reader.eat("system") || reader.eat("period") {
        clauses.push(Clause::Shown);
        return;
    }
    reader.eat("column");
    if !reader.eat_mark(b'(') {
        clauses.push(added(reader).unwrap_or(Clause::Hidden));
        return;
    }
    // Several at once, between parentheses.
    let mut depth = 0_usize;
    let mut is_begin = true;
    while reader.at < end {
        if is_begin {
            is_begin = false;
            clauses.push(added(reader).unwrap_or(Clause::Hidden));
            continue;
        }
        let Some(token) = reader.next() else { return };
        if token.is_mark(b'(') {
            depth += 1;
        } else if token.is_mark(b')') {
            depth = depth.saturating_sub(1);
        }
        is_begin = token.is_mark(b',') && depth == 0;
    }
}

/// What is added: the reader stands after `ADD`, and goes no further than the name.
fn added(reader: &mut Reader<'_>) -> Option<Clause> {
    const METHODS: [&str; 2] = ["using", "("];
    let mut name = None;
    if reader.eat("constraint") {
        if reader.eat_all(&["if", "not", "exists"]) {
            return Some(Clause::Shown);
        }
        let is_kind = reader.peek()?.is_any(&["primary", "unique", "foreign", "check"]);
        name = if is_kind { None } else { Some(reader.name()?) };
    }
    if reader.eat_all(&["primary", "key"]) {
        return Some(Clause::Adds(Part::PrimaryKey));
    }
    if reader.eat("check") {
        return Some(Clause::Adds(Part::Constraint(name)));
    }
    let foreign = reader.eat_all(&["foreign", "key"]);
    let index = !foreign && (reader.eat("unique") || reader.eat("fulltext") || reader.eat("spatial"));
    let index = (!foreign && (reader.eat("index") || reader.eat("key"))) || index;
    if reader.eat_all(&["if", "not", "exists"]) {
        return Some(Clause::Shown);
    }
    if !foreign && !index {
        return Some(Clause::Adds(Part::Column(reader.name()?)));
    }
    let is_named = !reader.peek()?.is_mark(b'(') && !reader.peek()?.is_any(&METHODS[..1]);
    let own = if is_named { Some(reader.name()?) } else { None };
    Some(Clause::Adds(if foreign {
        Part::Constraint(name.or(own))
    } else {
        // The index's own name counts, where there are two.
        Part::Index(own.or(name))
    }))
}

#[cfg(test)]
mod tests {
    use glim_schema::Dialect::Mysql;

    use super::{Clause, Part};
    use crate::statement::definition::{Effect, definition};

    fn clauses(rest: &str) -> Vec<Clause> {
        match definition(&format!("ALTER TABLE t {rest}"), Mysql).unwrap().touches.remove(0).effect {
            Effect::Altered(clauses) => clauses,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn each_clause_says_what_it_is_about() {
        let column = |name: &str| Part::Column(name.to_owned());
        let index = |name: &str| Part::Index(Some(name.to_owned()));
        let constraint = |name: &str| Part::Constraint(Some(name.to_owned()));
        for (sql, expected) in [
            ("ADD a int", vec![Clause::Adds(column("a"))]),
            (
                "ADD COLUMN `a b` decimal(3,2) AFTER c, DROP d",
                vec![Clause::Adds(column("a b")), Clause::Drops(column("d"))],
            ),
            ("ADD (a int, b decimal(3, 1))", vec![Clause::Adds(column("a")), Clause::Adds(column("b"))]),
            ("ADD INDEX i (a)", vec![Clause::Adds(index("i"))]),
            ("ADD UNIQUE KEY (a)", vec![Clause::Adds(Part::Index(None))]),
            ("ADD UNIQUE i (a)", vec![Clause::Adds(index("i"))]),
            ("ADD CONSTRAINT u UNIQUE (a)", vec![Clause::Adds(index("u"))]),
            ("ADD PRIMARY KEY (a)", vec![Clause::Adds(Part::PrimaryKey)]),
            ("ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES b (c)", vec![Clause::Adds(constraint("f"))]),
            ("ADD FOREIGN KEY (a) REFERENCES b (c)", vec![Clause::Adds(Part::Constraint(None))]),
            ("ADD CONSTRAINT c CHECK (a > 0)", vec![Clause::Adds(constraint("c"))]),
            ("DROP INDEX i", vec![Clause::Drops(index("i"))]),
            ("DROP FOREIGN KEY f", vec![Clause::Drops(constraint("f"))]),
            ("DROP PRIMARY KEY", vec![Clause::Drops(Part::PrimaryKey)]),
            (
                "MODIFY a bigint, CHANGE b c int",
                vec![Clause::Alters(column("a")), Clause::RenamesColumn("b".to_owned(), "c".to_owned())],
            ),
            ("CHANGE a A int", vec![Clause::Shown]),
            ("ALTER COLUMN a SET DEFAULT 1", vec![Clause::Alters(column("a"))]),
            ("RENAME COLUMN a TO b", vec![Clause::RenamesColumn("a".to_owned(), "b".to_owned())]),
            ("RENAME INDEX a TO b", vec![Clause::RenamesIndex("a".to_owned(), "b".to_owned())]),
            ("ENGINE=InnoDB, COMMENT='x', ALGORITHM=COPY", vec![Clause::Options, Clause::Options, Clause::Unseen]),
            ("CONVERT TO CHARACTER SET utf8mb4", vec![Clause::Columns]),
            ("ADD COLUMN IF NOT EXISTS a int", vec![Clause::Shown]),
            ("DROP COLUMN IF EXISTS a", vec![Clause::Shown]),
            ("EXCHANGE PARTITION p WITH TABLE u", vec![Clause::Hidden]),
            ("TRUNCATE PARTITION p", vec![Clause::Hidden]),
            ("IMPORT TABLESPACE", vec![Clause::Hidden]),
            ("DROP PARTITION p", vec![Clause::Shown]),
        ] {
            assert_eq!(clauses(sql), expected, "{sql}");
        }
    }
}
