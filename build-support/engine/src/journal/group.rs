//! Statements that are sent together with the notes of them, since nothing has to be asked between them.
//!
//! Such are those that change rows in the transaction that is open, and definitions of which the server itself can make
//! sure, as it notes them, that what they make is not there yet.

use glim::error::DatabaseError;
use glim_files::statement::{Definition, Work};
use glim_schema::Dialect;

use super::{Journal, Last, Sent, Whose, begin, fingerprint};
use crate::driver::Connection;

/// Statements that are sent together.
#[derive(Default)]
pub(crate) struct Group<'s> {
    members: Vec<Member<'s>>,
}

struct Member<'s> {
    sent: Sent<'s>,
    /// What is sent just before it.
    before: Option<String>,
}

/// How a group has ended.
#[derive(Default)]
pub(crate) struct Grouped {
    /// So many were done.
    pub(crate) completed: usize,
    /// One of these commits by itself.
    pub(crate) has_committed: bool,
    /// Why the next one was not done; nothing where it is to be sent by itself.
    pub(crate) failed: Option<DatabaseError>,
}

impl Group<'_> {
    /// How many statements it has.
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// All that is to be sent, in order.
    pub(crate) fn texts(&self) -> Vec<&str> {
        self.members.iter().flat_map(|member| member.before.as_deref().into_iter().chain([member.sent.text])).collect()
    }

    /// Whether a transaction is open after it.
    pub(crate) fn ends_in_transaction(&self) -> bool {
        self.members.last().is_some_and(|last| !last.is_definition())
    }

    /// Which statement a text belongs to, and whether it is what comes before that.
    fn place(&self, text: usize) -> (usize, bool) {
        let mut first = 0;
        for (at, member) in self.members.iter().enumerate() {
            let own = first + usize::from(member.before.is_some());
            if text <= own {
                return (at, text < own);
            }
            first = own + 1;
        }
        (self.members.len(), false)
    }
}

impl Member<'_> {
    fn is_definition(&self) -> bool {
        matches!(self.sent.work, Work::Definition(_))
    }
}

impl Journal<'_> {
    /// These statements with the notes of them, in order, where all are definitions of which the server itself can make
    /// sure that what they make is not there yet.
    pub(crate) fn definitions(
        &mut self,
        conn: &mut dyn Connection,
        kind: &str,
        statements: &[(&str, Work)],
    ) -> Option<Vec<String>> {
        if !statements.iter().all(|(_, work)| matches!(work, Work::Definition(_))) {
            return None;
        }
        let group = self.group(conn, kind, statements).ok()?;
        let is_all = group.len() == statements.len();
        is_all.then(|| group.texts().into_iter().map(str::to_owned).collect())
    }

    /// As many of these statements as can be sent together, from the first on.
    pub(crate) fn group<'s>(
        &mut self,
        conn: &mut dyn Connection,
        kind: &str,
        statements: &[(&'s str, Work)],
    ) -> Result<Group<'s>, DatabaseError> {
        let mut group = Group::default();
        let is_free = self.transaction != Whose::Theirs && self.last.is_none_or(|last| last.is_done);
        let is_new = !self.resumes && !self.is_undone;
        if self.dialect != Dialect::Mysql || self.is_bare || self.is_locked || !is_new || !is_free {
            return Ok(group);
        }
        let (mut transaction, mut unnoted) = (self.transaction, 0);
        for (number, (text, work)) in (self.position + 1..).zip(statements) {
            let mut sent = Sent::new(text, work.clone(), super::hash(kind, text, &[]), number);
            let before = match work {
                Work::Data if !self.may_stay(conn, text)? && !self.may_have_grown(&group) => {
                    let is_closed = std::mem::replace(&mut transaction, Whose::Ours) == Whose::Nobodys;
                    is_closed.then(|| begin(self.dialect).to_owned())
                }
                Work::Definition(definition) => {
                    let Some(presence) = fingerprint::presence(definition) else { break };
                    sent.before = Some(vec![None; definition.touches.len()]);
                    sent.record.objects = Some(fingerprint::encode(&[None]));
                    let pending = if unnoted == 0 { self.pending.as_slice() } else { &[] };
                    let members = group.members[unnoted..].iter().filter(|member| !member.is_definition());
                    let pending = pending.iter().chain(members.map(|member| &member.sent.record));
                    let ledger = self.ledger;
                    let note =
                        ledger.journal_intent_text(self.migration, self.direction, pending, &sent.record, &presence);
                    (transaction, unnoted) = (Whose::Nobodys, group.members.len() + 1);
                    Some(note)
                }
                _ => break,
            };
            group.members.push(Member { sent, before });
        }
        Ok(group)
    }

    /// Takes note of how a group has ended: which of its texts has failed, and why.
    pub(crate) fn grouped(
        &mut self,
        conn: &mut dyn Connection,
        group: Group<'_>,
        failed: Option<(usize, DatabaseError)>,
    ) -> Result<Grouped, DatabaseError> {
        let (at, failed) = failed.map_or((usize::MAX, None), |(at, error)| (at, Some(error)));
        let (completed, is_before) = group.place(at);
        let mut ended = Grouped { completed, has_committed: false, failed };
        for (at, member) in group.members.into_iter().enumerate() {
            if at > completed || at == completed && is_before {
                break;
            }
            self.position = member.sent.record.position;
            match (&member.sent.work, at == completed) {
                (Work::Definition(definition), is_failed) => self.defines(&member.sent, definition, is_failed),
                _ if self.transaction == Whose::Nobodys => self.transaction = Whose::Ours,
                _ => {}
            }
            match &ended.failed {
                Some(error) if at == completed => self.after(conn, member.sent, Err(error))?,
                _ if member.is_definition() => {
                    ended.has_committed = true;
                    self.transaction = Whose::Nobodys;
                }
                _ => self.pending.push(member.sent.record),
            }
        }
        // What is to be made is there already: the server is to say what it thinks of that.
        ended.failed.take_if(|error| is_before && is_present(error));
        Ok(ended)
    }

    /// Takes note that a definition was noted and sent.
    fn defines(&mut self, sent: &Sent<'_>, definition: &Definition, is_failed: bool) {
        debug_assert!(!definition.touches.is_empty(), "it could not be grouped");
        self.pending.clear();
        self.last = Some(Last { position: sent.record.position, is_done: !is_failed, is_changed: false });
        self.forget_plain(sent.text);
    }

    /// Whether a group makes tables that no transaction may cover, of which nothing is known until it is sent.
    fn may_have_grown(&self, group: &Group<'_>) -> bool {
        let mut definitions = group.members.iter().filter(|member| member.is_definition());
        definitions.any(|member| self.plain.as_ref().is_none_or(|plain| plain.may_grow(member.sent.text)))
    }
}

/// The question whether what a statement makes is there, if that is all that it does.
pub(crate) fn presence(work: &Work) -> Option<String> {
    match work {
        Work::Definition(definition) => fingerprint::presence(definition),
        _ => None,
    }
}

/// Whether it is the note of a definition that failed, since what is to be made is there.
fn is_present(error: &DatabaseError) -> bool {
    error.code.as_deref().is_some_and(|code| code.starts_with("1242"))
}
