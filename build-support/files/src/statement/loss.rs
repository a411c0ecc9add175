//! What a statement takes away that holds data, as far as its words say it.

use glim_schema::Dialect;

use super::alteration::{Clause, Part, clauses};
use super::definition::{Object, ObjectKind};
use super::reader::Reader;

/// Something with data in it that is gone afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// A table.
    Table(Object),
    /// All rows of a table.
    Rows(Object),
    /// Rows of a table; which, its conditions say.
    SomeRows(Object),
    /// A column of a table.
    Column(Object, String),
}

/// What a statement takes away. What it does by functions, triggers and the like is not seen.
pub fn losses(statement: &str, dialect: Dialect) -> Vec<Loss> {
    let mut reader = Reader::of(statement, dialect);
    let tokens = &mut reader.tokens;
    // What may be missing is lost if it is there.
    while let Some(at) = tokens.windows(2).position(|pair| pair[0].is("if") && pair[1].is("exists")) {
        tokens.drain(at..at + 2);
    }
    read(&mut reader).unwrap_or_default()
}

fn read(reader: &mut Reader<'_>) -> Option<Vec<Loss>> {
    if reader.eat_all(&["create", "or", "replace"]) {
        // That of a temporary table takes away none of the database's, nor does its `DROP`.
        return if reader.eat("table") { Some(list(reader, Loss::Table)) } else { None };
    }
    if reader.eat("drop") {
        return if reader.eat("table") { Some(list(reader, Loss::Table)) } else { None };
    }
    if reader.eat("truncate") {
        reader.eat("table");
        return Some(list(reader, Loss::Rows));
    }
    if reader.eat("delete") && reader.eat("from") {
        reader.eat("only");
        let table = reader.object(ObjectKind::Relation)?;
        // What is not deleted is said after it.
        let rest = reader.tokens.get(reader.at..).unwrap_or_default();
        let is_limited = rest.iter().any(|token| ["where", "using", "limit"].iter().any(|word| token.is(word)));
        return Some(vec![if is_limited { Loss::SomeRows(table) } else { Loss::Rows(table) }]);
    }
    if reader.eat("alter") && reader.eat("table") {
        reader.eat("only");
        let table = reader.object(ObjectKind::Relation)?;
        let lost = clauses(reader).into_iter().filter_map(|clause| match clause {
            Clause::Drops(Part::Column(column)) => Some(Loss::Column(table.clone(), column)),
            _ => None,
        });
        return Some(lost.collect());
    }
    None
}

/// The tables of a list.
fn list(reader: &mut Reader<'_>, lost: fn(Object) -> Loss) -> Vec<Loss> {
    reader.eat("only");
    let mut all = Vec::new();
    while let Some(table) = reader.object(ObjectKind::Relation) {
        all.push(lost(table));
        if !reader.eat_mark(b',') {
            break;
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use glim_schema::Dialect;

    use super::{Loss, losses};

    fn shown(statement: &str, dialect: Dialect) -> Vec<String> {
        let one = |loss: &Loss| match loss {
            Loss::Table(table) => format!("table {}", table.name),
            Loss::Rows(table) => format!("rows {}", table.name),
            Loss::SomeRows(table) => format!("some {}", table.name),
            Loss::Column(table, column) => format!("column {}.{column}", table.name),
        };
        losses(statement, dialect).iter().map(one).collect()
    }

    #[test]
    fn what_holds_data_and_goes_is_seen_on_every_database() {
        for dialect in Dialect::ALL {
            for (statement, expected) in [
                ("DROP TABLE users", &["table users"][..]),
                ("drop table if exists a, b CASCADE", &["table a", "table b"]),
                ("DELETE FROM users WHERE id = 5", &["some users"]),
                ("DELETE FROM users", &["rows users"]),
                ("DELETE FROM users RETURNING id", &["rows users"]),
                ("ALTER TABLE users DROP COLUMN name", &["column users.name"]),
                ("ALTER TABLE IF EXISTS users DROP COLUMN IF EXISTS name", &["column users.name"]),
                ("ALTER TABLE users ADD COLUMN name TEXT", &[]),
                ("DROP INDEX by_name", &[]),
                ("DROP VIEW v", &[]),
                ("INSERT INTO users VALUES (1)", &[]),
                ("DROP", &[]),
                ("", &[]),
            ] {
                assert_eq!(shown(statement, dialect), expected, "{statement} on {dialect}");
            }
        }
        assert_eq!(shown("CREATE OR REPLACE TABLE a (id int)", Dialect::Mysql), ["table a"]);
        for temporary in ["DROP TEMPORARY TABLE a", "CREATE OR REPLACE TEMPORARY TABLE a (id int)"] {
            assert_eq!(shown(temporary, Dialect::Mysql), [""; 0]);
        }
        assert_eq!(shown("TRUNCATE app.a, b", Dialect::Postgres), ["rows a", "rows b"]);
        assert_eq!(shown("ALTER TABLE ONLY a DROP COLUMN b, DROP c", Dialect::Postgres), ["column a.b", "column a.c"]);
        assert_eq!(shown("ALTER TABLE `a` DROP `b`, DROP INDEX i", Dialect::Mysql), ["column a.b"]);
    }
}
