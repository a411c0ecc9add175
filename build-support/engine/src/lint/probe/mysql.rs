//! MySQL and MariaDB: the best ALGORITHM and LOCK that the server accepts, tried out on an empty copy of the table.

use glim_files::split::tokens;
use glim_schema::Dialect;

use super::measured::Online;
use crate::driver::Connection;
use crate::lint::statement::{Form, Statement};

/// The name of the copy.
const COPY: &str = "`glim_probe`";

/// From the best: NOCOPY is MariaDB's alone, and MySQL refuses the word.
const TRIED: [Online; 7] = [
    Online { algorithm: "INSTANT", lock: None },
    Online { algorithm: "NOCOPY", lock: Some("NONE") },
    Online { algorithm: "INPLACE", lock: Some("NONE") },
    Online { algorithm: "NOCOPY", lock: Some("SHARED") },
    Online { algorithm: "INPLACE", lock: Some("SHARED") },
    Online { algorithm: "COPY", lock: Some("SHARED") },
    Online { algorithm: "COPY", lock: Some("EXCLUSIVE") },
];

/// The table that a statement changes, and the best that is accepted; nothing where it cannot be tried out, as with foreign
/// keys that are dropped, which a copy has not.
pub(super) fn best(conn: &mut dyn Connection, sql: &str) -> Option<(String, Online)> {
    let attempt = Attempt::of(sql)?;
    let made = conn.batch(&format!("CREATE TABLE {COPY} LIKE {}", attempt.quoted)).is_ok();
    let best = TRIED.into_iter().filter(|_| made).find(|online| conn.batch(&attempt.with(*online)).is_ok());
    if made {
        // It goes with the scratch database at the latest.
        let _ = conn.batch(&format!("DROP TABLE {COPY}"));
    }
    best.map(|online| (attempt.table, online))
}

/// A statement that can be run on another table, with a clause behind it.
struct Attempt<'s> {
    table: String,
    /// The table's name as it is written.
    quoted: &'s str,
    before: &'s str,
    after: &'s str,
    separator: &'static str,
}

impl<'s> Attempt<'s> {
    fn of(sql: &'s str) -> Option<Self> {
        let sql = sql.trim().trim_end_matches(';').trim_end();
        let statement = Statement::read(sql, Dialect::Mysql);
        let words = statement.words();
        let separator = match &statement.form {
            Form::AlterTable { actions, .. } if !actions.is_empty() => ", ",
            Form::CreateIndex { .. } => " ",
            Form::Drop { kind, .. } if kind == "index" => " ",
            _ => return None,
        };
        let refused = ["algorithm", "lock", "partition", "rename to", "rename as", "tablespace"];
        if refused.iter().any(|word| words.has_outside(word)) {
            return None;
        }
        let table = statement.table()?.to_owned();
        let all = tokens(sql, Dialect::Mysql).ok()?;
        let from = match &statement.form {
            Form::AlterTable { .. } => words.find("table")? + 1,
            _ => words.find("on")? + 1,
        };
        let from = words.skip(from, &["if exists"]);
        let (_, next) = words.name(from)?;
        let start = words.0.get(from)?.start;
        let end = words.0.get(next - 1)?.end();
        // A comment that the server runs would end inside what is cut.
        if all.len() != words.0.len() {
            return None;
        }
        Some(Self { table, quoted: sql.get(start..end)?, before: sql.get(..start)?, after: sql.get(end..)?, separator })
    }

    fn with(&self, online: Online) -> String {
        let Self { before, after, separator, .. } = self;
        let clause = if *separator == " " { online.clause().replace(", ", " ") } else { online.clause() };
        format!("{before}{COPY}{after}\n{separator}{clause}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_tried_on_the_copy_with_a_clause_behind_it() {
        let attempt = Attempt::of("ALTER TABLE app.`users` ADD COLUMN a int;").expect("it can be tried");
        assert_eq!((attempt.table.as_str(), attempt.quoted), ("app.users", "app.`users`"));
        assert_eq!(attempt.with(TRIED[1]), "ALTER TABLE `glim_probe` ADD COLUMN a int\n, ALGORITHM=NOCOPY, LOCK=NONE");
        let index = Attempt::of("CREATE INDEX i ON users (a)").expect("it can be tried");
        assert_eq!(index.with(TRIED[2]), "CREATE INDEX i ON `glim_probe` (a)\n ALGORITHM=INPLACE LOCK=NONE");
    }

    #[test]
    fn what_the_server_does_not_answer_truly_is_not_asked() {
        for sql in
            ["ALTER TABLE t PARTITION BY HASH (id)", "ALTER TABLE t RENAME TO u", "UPDATE t SET a = 1", "DROP TABLE t"]
        {
            assert!(Attempt::of(sql).is_none(), "{sql}");
        }
    }
}
