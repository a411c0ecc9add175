//! The tables that a statement makes, or gives a new name to.

use glim_schema::Dialect;

use super::words::{Words, name_of};
use crate::split::Token;

/// The names that tables have after a `CREATE TABLE`, an `ALTER TABLE ... RENAME TO` or a `RENAME TABLE`, without their
/// schema, as the server knows them. A temporary table is none of the database's.
pub fn made_tables(statement: &str, dialect: Dialect) -> Vec<String> {
    let head = Words::head(statement, dialect);
    if head.is(0, "create") {
        return created(statement, dialect, &[]).into_iter().collect();
    }
    let words = Words::new(statement, dialect);
    let renames_many = head.begins(&["rename", "table"]) || head.begins(&["rename", "tables"]);
    if !renames_many && !head.begins(&["alter", "table"]) {
        return Vec::new();
    }
    let tokens: Vec<Token<'_>> = words.collect();
    let follows = |at: usize| renames_many || tokens[..at].last().is_some_and(|before| before.is("rename"));
    let new = tokens.iter().enumerate().filter(|(at, token)| token.is_any(&["to", "as"]) && follows(*at));
    new.filter_map(|(at, _)| last_part(tokens[at + 1..].iter().copied(), dialect)).collect()
}

/// The table of a `CREATE TABLE`, also of one that makes a temporary table: it was not there before.
pub fn created_table(statement: &str, dialect: Dialect) -> Option<String> {
    created(statement, dialect, &["temporary", "temp", "global", "local"])
}

/// The name behind `CREATE TABLE`, where nothing stands between the two words but what may, and these.
fn created(statement: &str, dialect: Dialect, between: &[&str]) -> Option<String> {
    let mut words = Words::new(statement, dialect).peekable();
    words.next_if(|token| token.is("create"))?;
    let may_stand = ["or", "replace", "unlogged", "foreign", "virtual"];
    while words.next_if(|token| token.is_any(&may_stand) || token.is_any(between)).is_some() {}
    words.next_if(|token| token.is("table"))?;
    for keyword in ["if", "not", "exists"] {
        words.next_if(|token| token.is(keyword));
    }
    last_part(words, dialect)
}

/// The last part of the name that comes next.
fn last_part<'s>(words: impl Iterator<Item = Token<'s>>, dialect: Dialect) -> Option<String> {
    let mut words = words.peekable();
    let mut name = words.next()?;
    while words.next_if(|token| token.is_mark(b'.')).is_some() {
        name = words.next()?;
    }
    name_of(&name, dialect)
}

#[cfg(test)]
mod tests {
    use glim_schema::Dialect::{self, Mysql, Postgres, Sqlite};

    use super::{created_table, made_tables};

    #[track_caller]
    fn makes(sql: &str, dialects: &[Dialect], names: &[&str]) {
        for dialect in dialects {
            assert_eq!(made_tables(sql, *dialect), names, "{sql} on {dialect}");
        }
    }

    const ALL: [Dialect; 3] = [Sqlite, Postgres, Mysql];

    #[test]
    fn a_table_is_made_or_gets_a_new_name() {
        makes("CREATE TABLE users (id int)", &ALL, &["users"]);
        makes("/* c */ create table if not exists app.users(id int)", &ALL, &["users"]);
        makes("CREATE TABLE `a b` (id int)", &[Sqlite, Mysql], &["a b"]);
        makes("CREATE TABLE [a b] (id int)", &[Sqlite], &["a b"]);
        makes("CREATE TABLE \"App\".\"A\"\"b\" AS SELECT 1", &[Sqlite, Postgres], &["A\"b"]);
        makes("CREATE UNLOGGED TABLE Users (id int)", &[Postgres], &["users"]);
        makes("CREATE OR REPLACE TABLE Users (id int)", &[Mysql], &["Users"]);
        makes("CREATE VIRTUAL TABLE words USING fts5(word)", &[Sqlite], &["words"]);
        makes("ALTER TABLE old RENAME TO new", &ALL, &["new"]);
        makes("ALTER TABLE IF EXISTS ONLY app.old RENAME TO \"New\"", &[Postgres], &["New"]);
        makes("ALTER TABLE old ADD a int, RENAME AS new", &[Mysql], &["new"]);
        makes("RENAME TABLE a TO b, x.c TO y.d", &[Mysql], &["b", "d"]);
    }

    #[test]
    fn a_table_that_was_not_there_before_is_known() {
        let of = |sql: &str| created_table(sql, Sqlite);
        assert_eq!(of("CREATE TABLE IF NOT EXISTS app.users (id int)").as_deref(), Some("users"));
        assert_eq!(of("CREATE TEMP TABLE users (id int)").as_deref(), Some("users"));
        assert_eq!(of("ALTER TABLE old RENAME TO new"), None);
        assert_eq!(of("CREATE INDEX a ON users (id)"), None);
    }

    #[test]
    fn what_makes_no_table_of_the_database_makes_none() {
        for sql in [
            "",
            "CREATE TEMPORARY TABLE users (id int)",
            "CREATE TEMP TABLE users (id int)",
            "CREATE INDEX a ON users (id)",
            "CREATE VIEW tables AS SELECT 1",
            "ALTER TABLE users ADD COLUMN id int",
            "ALTER TABLE users RENAME COLUMN a TO b",
            "ALTER TABLE users RENAME a TO b",
            "DROP TABLE users",
            "INSERT INTO users VALUES ('CREATE TABLE x (id int)')",
            "CREATE TABLE",
        ] {
            makes(sql, &ALL, &[]);
        }
    }
}
