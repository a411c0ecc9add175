//! Whether a statement was run, told from what it was to touch: as it was before, and as it is now. Never guessed.

use glim_files::statement::{Change, Definition, Touch};

use super::shape::is_explained;

/// What PostgreSQL's definition of an index ends with that was left half made.
pub(super) const INVALID: &str = "\n-- invalid: its making was interrupted";

/// What an emptied or filled table is, where only its rows count.
pub(super) const EMPTY: &str = "no rows";

/// Whether a statement was run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It was not.
    NotRun,
    /// It was, to its end.
    Done,
    /// It was begun and left an index that nobody can use, which has to be dropped before it is run again.
    Leftover,
    /// Nobody can tell.
    Unclear,
}

/// Whether a statement was run. Both lists are in the order of what it touches; `None` is what is not there.
pub(super) fn decide(definition: &Definition, before: &[Option<String>], now: &[Option<String>]) -> Verdict {
    if before.len() != definition.touches.len() || now.len() != before.len() {
        return Verdict::Unclear;
    }
    let each = definition.touches.iter().zip(before.iter().zip(now));
    let mut verdicts = each.map(|(touch, (before, now))| one(touch, before.as_deref(), now.as_deref()));
    let Some(first) = verdicts.next() else { return Verdict::Unclear };
    match verdicts.all(|verdict| verdict == first) {
        _ if definition.repeatable && first != Verdict::Leftover => Verdict::NotRun,
        true => first,
        false => Verdict::Unclear,
    }
}

fn one(touch: &Touch, before: Option<&str>, now: Option<&str>) -> Verdict {
    let is_unusable = |text: &str| text.ends_with(INVALID);
    match (&touch.effect, before, now) {
        (_, None, None) => Verdict::NotRun,
        (Change::Appears, None, Some(now)) if is_unusable(now) => Verdict::Leftover,
        (Change::Appears | Change::Replaced, None, Some(_))
        | (Change::Vanishes, Some(_), None)
        | (Change::Emptied, Some(_), Some(EMPTY)) => Verdict::Done,
        (Change::Vanishes, Some(_), Some(now)) if is_unusable(now) => Verdict::NotRun,
        (Change::Appears | Change::AppearsFirst | Change::Vanishes, Some(before), Some(now)) if before == now => {
            Verdict::NotRun
        }
        (Change::Altered(clauses), Some(before), Some(now)) => {
            let may_hide = clauses.iter().any(|clause| matches!(clause, glim_files::statement::Clause::Hidden));
            match () {
                () if may_hide => Verdict::Unclear,
                () if before == now => Verdict::NotRun,
                () if is_explained(before, now, clauses) => Verdict::Done,
                () => Verdict::Unclear,
            }
        }
        _ => Verdict::Unclear,
    }
}

/// Whether the catalogue can always tell if such a statement was run.
pub(super) fn is_decidable(definition: &Definition) -> bool {
    use glim_files::statement::Clause;
    let is_clear = |touch: &Touch| match &touch.effect {
        Change::Appears | Change::Vanishes => true,
        Change::AppearsFirst | Change::Emptied | Change::Replaced => false,
        Change::Altered(clauses) => !clauses.iter().any(|it| matches!(it, Clause::Hidden | Clause::Shown)),
    };
    definition.repeatable || definition.touches.iter().all(is_clear)
}

#[cfg(test)]
mod tests {
    use glim_files::statement::definition;
    use glim_schema::Dialect;

    use super::{EMPTY, INVALID, Verdict, decide};

    fn verdict(dialect: Dialect, sql: &str, before: &[Option<&str>], now: &[Option<&str>]) -> Verdict {
        let owned = |list: &[Option<&str>]| list.iter().map(|it| it.map(str::to_owned)).collect::<Vec<_>>();
        decide(&definition(sql, dialect).expect("a definition"), &owned(before), &owned(now))
    }

    #[test]
    fn what_the_catalogue_shows_decides() {
        use Verdict::{Done, NotRun, Unclear};
        let (there, other) = (Some("there"), Some("other"));
        for (sql, before, now, expected) in [
            ("CREATE TABLE a (b int)", &[None][..], &[None][..], NotRun),
            ("CREATE TABLE a (b int)", &[None], &[there], Done),
            // It was there before, so that the statement will fail again, and say so.
            ("CREATE TABLE a (b int)", &[there], &[there], NotRun),
            ("CREATE TABLE a (b int)", &[there], &[other], Unclear),
            ("CREATE TABLE IF NOT EXISTS a (b int)", &[None], &[there], NotRun),
            ("CREATE TABLE a SELECT 1", &[None], &[None], NotRun),
            ("CREATE TABLE a SELECT 1", &[None], &[there], Unclear),
            ("CREATE OR REPLACE TABLE a (b int)", &[there], &[there], Unclear),
            ("CREATE OR REPLACE VIEW a AS SELECT 1", &[there], &[other], NotRun),
            ("DROP TABLE a", &[there], &[None], Done),
            ("DROP TABLE a", &[there], &[there], NotRun),
            ("DROP TABLE a", &[None], &[None], NotRun),
            ("DROP TABLE a", &[there], &[other], Unclear),
            ("DROP TABLE a, b", &[there, there], &[None, None], Done),
            ("DROP TABLE a, b", &[there, there], &[None, there], Unclear),
            ("RENAME TABLE a TO b", &[there, None], &[None, there], Done),
            ("RENAME TABLE a TO b", &[there, None], &[there, None], NotRun),
            ("RENAME TABLE a TO c, b TO a, c TO b", &[there, None, there], &[there, None, there], Unclear),
            ("ALTER TABLE a ADD b int", &[there], &[there], NotRun),
            ("ALTER TABLE a ADD b int", &[there], &[other], Unclear),
            ("ALTER TABLE a EXCHANGE PARTITION p WITH TABLE b", &[there], &[there], Unclear),
            ("TRUNCATE a", &[there], &[Some(EMPTY)], Done),
            ("TRUNCATE a", &[there], &[there], Unclear),
            ("TRUNCATE a", &[None], &[None], NotRun),
        ] {
            assert_eq!(verdict(Dialect::Mysql, sql, before, now), expected, "{sql}: {before:?} -> {now:?}");
        }
    }

    #[test]
    fn an_index_that_was_left_half_made_is_dropped_and_made_again() {
        let half = format!("CREATE INDEX i ON t USING btree (a){INVALID}");
        for sql in ["CREATE INDEX CONCURRENTLY i ON t (a)", "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)"] {
            assert_eq!(verdict(Dialect::Postgres, sql, &[None], &[Some(&half)]), Verdict::Leftover);
            assert_eq!(verdict(Dialect::Postgres, sql, &[None], &[None]), Verdict::NotRun);
        }
        let whole = Some("CREATE INDEX i ON t USING btree (a)");
        let dropping = "DROP INDEX CONCURRENTLY i";
        assert_eq!(verdict(Dialect::Postgres, dropping, &[whole], &[Some(&half)]), Verdict::NotRun);
        assert_eq!(verdict(Dialect::Postgres, dropping, &[whole], &[None]), Verdict::Done);
    }
}
