//! A statement as rules see it: what it does to which table, told from its words.

use std::ops::Range;

use glim_files::split::{Kind, Token, tokens};
use glim_schema::Dialect;

use super::words::Words;

/// A statement of a migration.
pub(super) struct Statement<'s> {
    pub(super) text: &'s str,
    tokens: Vec<Token<'s>>,
    pub(super) form: Form,
}

/// What a statement does, as far as rules ask.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// ALTER TABLE, with the ranges of its actions.
    AlterTable { table: String, actions: Vec<Range<usize>> },
    /// CREATE TABLE, with the ranges of what is in its parentheses.
    CreateTable { table: String, temporary: bool, items: Vec<Range<usize>> },
    /// CREATE INDEX.
    CreateIndex { table: String, name: Option<String>, unique: bool, concurrently: bool },
    /// DROP of something.
    Drop { kind: String, names: Vec<String>, table: Option<String> },
    /// Anything else, with the table that it names, if it is clear which.
    Other { table: Option<String> },
}

impl<'s> Statement<'s> {
    /// Reads a statement. What cannot be read has no words, and no rule finds anything in it.
    pub(super) fn read(text: &'s str, dialect: Dialect) -> Self {
        let mut tokens = tokens(text, dialect).unwrap_or_default();
        tokens.retain(|token| !matches!(token.kind, Kind::Hint | Kind::Semicolon | Kind::Delimiter));
        let form = form(Words(&tokens));
        Self { text, tokens, form }
    }

    /// Its words.
    pub(super) fn words(&self) -> Words<'_, 's> {
        Words(&self.tokens)
    }

    /// The table that it is about.
    pub(super) fn table(&self) -> Option<&str> {
        match &self.form {
            Form::AlterTable { table, .. } | Form::CreateTable { table, .. } | Form::CreateIndex { table, .. } => {
                Some(table)
            }
            Form::Drop { kind, names, table } => match kind.as_str() {
                "table" => names.first().map(String::as_str),
                _ => table.as_deref(),
            },
            Form::Other { table } => table.as_deref(),
        }
    }

    /// The actions of an ALTER TABLE.
    pub(super) fn actions(&self) -> impl Iterator<Item = Words<'_, 's>> {
        let ranges = match &self.form {
            Form::AlterTable { actions, .. } => actions.as_slice(),
            _ => &[],
        };
        ranges.iter().map(|range| self.words().of(range.clone()))
    }

    /// What stands in the parentheses of a CREATE TABLE.
    pub(super) fn items(&self) -> impl Iterator<Item = Words<'_, 's>> {
        let ranges = match &self.form {
            Form::CreateTable { items, .. } => items.as_slice(),
            _ => &[],
        };
        ranges.iter().map(|range| self.words().of(range.clone()))
    }
}

fn form(words: Words<'_, '_>) -> Form {
    let alter = words.skip(words.skip(0, &["alter online table", "alter ignore table", "alter table"]), &["if exists"]);
    if alter > 0 {
        let alter = words.skip(alter, &["only"]);
        if let Some((table, next)) = words.name(alter) {
            return Form::AlterTable { table, actions: words.parts(next) };
        }
    }
    if words.begins("create") {
        return create(words);
    }
    if words.begins("drop") {
        return drop(words);
    }
    let heads = [
        "truncate table only",
        "truncate table",
        "truncate",
        "update only",
        "update",
        "delete from only",
        "delete from",
        "insert into",
        "insert ignore into",
        "replace into",
        "reindex table concurrently",
        "reindex table",
        "cluster",
        "refresh materialized view concurrently",
        "refresh materialized view",
        "vacuum full",
        "rename table",
    ];
    let place = words.skip(0, &heads);
    let table = if place == 0 { None } else { words.name(place).map(|(table, _)| table) };
    Form::Other { table }
}

fn create(words: Words<'_, '_>) -> Form {
    let tables = [
        "create table",
        "create temp table",
        "create temporary table",
        "create unlogged table",
        "create or replace table",
        "create global temporary table",
        "create local temporary table",
    ];
    let place = words.skip(0, &tables);
    if place > 0 {
        let place = words.skip(place, &["if not exists"]);
        let Some((table, next)) = words.name(place) else { return Form::Other { table: None } };
        let items = words.group(next).map_or_else(Vec::new, |group| {
            let offset = group.start;
            let inside = words.of(group).parts(0);
            inside.into_iter().map(|range| range.start + offset..range.end + offset).collect()
        });
        let temporary = words.at(1, "temp") || words.has("temporary table");
        return Form::CreateTable { table, temporary, items };
    }
    let unique = words.at(1, "unique");
    let kinds = ["create unique index", "create index", "create fulltext index", "create spatial index"];
    let place = words.skip(0, &kinds);
    if place > 0 {
        let concurrently = words.at(place, "concurrently");
        let place = words.skip(words.skip(place, &["concurrently"]), &["if not exists"]);
        let (name, place) = match words.name(place) {
            Some((name, next)) if !words.at(place, "on") => (Some(name), next),
            _ => (None, place),
        };
        let on = words.skip((place..words.0.len()).find(|at| words.at(*at, "on")).unwrap_or(place), &["on only", "on"]);
        if let Some((table, _)) = words.name(on) {
            return Form::CreateIndex { table, name, unique, concurrently };
        }
    }
    // CREATE TRIGGER ... ON t, CREATE POLICY ... ON t
    let is_on = words.has("trigger") || words.begins("create policy");
    let table = if is_on { words.find("on").and_then(|on| words.name(on + 1)).map(|(table, _)| table) } else { None };
    Form::Other { table }
}

fn drop(words: Words<'_, '_>) -> Form {
    let kinds = [
        "drop table",
        "drop temporary table",
        "drop materialized view",
        "drop view",
        "drop index concurrently",
        "drop index",
        "drop schema",
        "drop database",
        "drop function",
        "drop procedure",
        "drop trigger",
        "drop type",
        "drop domain",
        "drop extension",
        "drop role",
        "drop policy",
        "drop sequence",
        "drop aggregate",
        "drop event",
        "drop package",
    ];
    let place = words.skip(0, &kinds);
    if place == 0 {
        return Form::Other { table: None };
    }
    let kind = kinds.iter().find(|kind| words.begins(kind)).map_or("", |kind| kind.trim_start_matches("drop "));
    let (names, next) = words.names(words.skip(place, &["if exists"]));
    let on = words.at(next, "on").then(|| words.name(next + 1)).flatten();
    Form::Drop { kind: kind.to_owned(), names, table: on.map(|(table, _)| table) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(sql: &str) -> Form {
        Statement::read(sql, Dialect::Postgres).form
    }

    #[test]
    fn a_table_is_known_by_its_name_as_the_server_compares_it() {
        for sql in [
            "ALTER TABLE users ADD a int",
            "alter table if exists only Users add a int",
            "ALTER TABLE \"users\" ADD a int",
            "CREATE UNIQUE INDEX i ON users (a)",
            "CREATE INDEX ON ONLY users (a)",
            "DROP TABLE IF EXISTS users CASCADE",
            "UPDATE users SET a = 1",
            "TRUNCATE TABLE users",
            "DROP TRIGGER t ON users",
        ] {
            assert_eq!(Statement::read(sql, Dialect::Postgres).table(), Some("users"), "{sql}");
        }
        assert_eq!(Statement::read("ALTER TABLE app.users ADD a int", Dialect::Postgres).table(), Some("app.users"));
    }

    #[test]
    fn actions_and_items_are_told_apart_by_commas_outside_of_parentheses() {
        let Form::AlterTable { actions, .. } = form("ALTER TABLE t ADD a numeric(10, 2), DROP COLUMN b") else {
            panic!("an ALTER TABLE")
        };
        assert_eq!(actions.len(), 2);
        let Form::CreateTable { items, .. } = form("CREATE TABLE t (a numeric(10, 2), b int) WITH (fillfactor = 70)")
        else {
            panic!("a CREATE TABLE")
        };
        assert_eq!(items.len(), 2);
    }

    #[test]
    fn nonsense_is_read_without_a_panic() {
        for sql in
            ["", "(", "ALTER", "ALTER TABLE", "CREATE TABLE t (((", "DROP", "CREATE INDEX ON", "'", "DROP TABLE ,,"]
        {
            let _ = Statement::read(sql, Dialect::Postgres).table();
        }
    }
}
