//! A migration as rules see it: all of its statements, and what was there before them.

use std::collections::BTreeSet;

use glim_schema::Dialect;

use super::statement::{Form, Statement};

/// A migration that is to be judged.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'s> {
    /// The kind of database.
    pub dialect: Dialect,
    /// Whether it runs in a transaction.
    pub transaction: bool,
    /// Its statements.
    pub statements: &'s [&'s str],
    /// Tables that migrations make that are judged with it and come before it: no live database has them.
    pub made: &'s BTreeSet<String>,
    /// Whether the configuration bounds the wait for locks.
    pub lock_timeout: bool,
    /// Whether the configuration bounds the time of statements.
    pub statement_timeout: bool,
}

/// A migration, read.
pub(super) struct Migration<'s> {
    pub(super) subject: Subject<'s>,
    pub(super) statements: Vec<Statement<'s>>,
}

impl<'s> Migration<'s> {
    pub(super) fn read(subject: Subject<'s>) -> Self {
        let statements = subject.statements.iter().map(|text| Statement::read(text, subject.dialect)).collect();
        Self { subject, statements }
    }

    /// Whether a table is there on a live database before that statement runs.
    pub(super) fn exists(&self, table: &str, at: usize) -> bool {
        let made_here = self.statements[..at].iter().filter_map(made).any(|made| same(made, table));
        !made_here && !self.subject.made.iter().any(|made| same(made, table))
    }

    /// The statement of that number, if it is about a table that is there before.
    pub(super) fn existing(&self, at: usize) -> Option<(&Statement<'s>, &str)> {
        let statement = &self.statements[at];
        let table = statement.table()?;
        self.exists(table, at).then_some((statement, table))
    }

    /// The tables that it makes, and the names that it gives to tables.
    pub(super) fn made(&self) -> impl Iterator<Item = String> {
        self.statements.iter().filter_map(made).map(str::to_owned)
    }
}

fn made<'m>(statement: &'m Statement<'_>) -> Option<&'m str> {
    match &statement.form {
        Form::CreateTable { table, .. } => Some(table),
        _ => None,
    }
}

/// Whether two names mean one table, as far as it can be told: one of them may leave the schema out.
pub(super) fn same(a: &str, b: &str) -> bool {
    let bare = |name: &str| name.rsplit('.').next().unwrap_or_default().to_lowercase();
    let both = a.contains('.') && b.contains('.');
    if both { a.eq_ignore_ascii_case(b) } else { bare(a) == bare(b) }
}
