//! The migrations between random schemas, made by real databases: what results is what is made at once, in both
//! directions.

use glim_engine::driver::Connection;
use glim_engine::introspect::{self, Described};
use glim_engine::scratch::snapshot::Snapshot;
use glim_engine::session::Session;
use glim_schema::diff::{Renames, Step, diff};
use glim_schema::{Dialect, Schema, lock};

use crate::sound::Sound;
use crate::support::{Database, for_each_database};

for_each_database! { a_migration_leads_from_any_schema_to_any_other_and_back }

/// How many pairs of schemas; another number is in the variable `GLIM_TEST_DIFFS`.
fn cases(dialect: Dialect) -> u64 {
    let given = std::env::var("GLIM_TEST_DIFFS").ok().and_then(|count| count.parse().ok());
    given.unwrap_or(if dialect == Dialect::Sqlite { 500 } else { 150 })
}

/// What a database holds: as the neutral schema, and in its own words, so that the first is not its own judge.
struct Seen {
    described: Described,
    snapshot: Snapshot,
}

/// One pair of schemas on an empty database.
struct Case<'c> {
    seed: u64,
    conn: &'c mut dyn Connection,
    empty: &'c Snapshot,
}

/// The lines of a lock that only one of both has.
fn differing(live: &Schema, wanted: &Schema) -> Vec<String> {
    let [live, wanted] = [live, wanted].map(|schema| lock::write(&schema.clone().normal()));
    let only = |sign: &str, of: &str, than: &str| -> Vec<String> {
        of.lines()
            .filter(|line| than.lines().all(|other| other != *line))
            .map(|line| format!("{sign} {line}"))
            .collect()
    };
    [only("has", &live, &wanted), only("lacks", &wanted, &live)].concat()
}

impl Case<'_> {
    /// Applies steps as a migration does.
    fn apply(&mut self, what: &str, steps: &[Step]) {
        let seed = self.seed;
        let is_framed = self.conn.dialect().capabilities().transactional_ddl;
        if is_framed {
            self.conn.batch("BEGIN").expect("a transaction");
        }
        for step in steps {
            let result = Session::unguarded(&mut *self.conn).change(&step.change);
            result.unwrap_or_else(|error| panic!("seed {seed}, {what}: {error}\n{:#?}\nof {steps:?}", step.change));
        }
        if is_framed {
            self.conn.batch("COMMIT").expect("it is still open");
        }
    }

    fn look(&mut self) -> Seen {
        let described = introspect::describe(&mut *self.conn).expect("a catalogue");
        Seen { described, snapshot: Snapshot::take(&mut *self.conn).expect("a catalogue") }
    }

    /// What is there has to be what was asked for, except where the server says an expression in its own words.
    fn assert_is(&self, seen: &Seen, source: &Schema, what: &str) {
        let dialect = self.conn.dialect();
        let (mut live, mut wanted) = (seen.described.schema.clone(), source.clone());
        let left_out = introspect::loosen(&mut live, &mut wanted, dialect);
        introspect::align(&mut live, &wanted, Some(source), dialect);
        live.enums.retain(|_, _| dialect == Dialect::Postgres);
        wanted.enums.retain(|_, _| dialect == Dialect::Postgres);
        let found = differing(&live, &wanted);
        assert!(found.is_empty(), "seed {}, {what}: {found:#?}\nwithout {left_out:?}", self.seed);
    }

    fn assert_same(&self, seen: &Seen, expected: &Seen, what: &str, steps: &[Step]) {
        let mut found = expected.snapshot.differences(&seen.snapshot);
        // Primary keys and sequences keep the names that the server gave them before their table was renamed.
        found.retain(|line| !line.contains("_pkey") && !line.contains("_id_seq"));
        // SQLite keeps texts, which may say one thing in several ways.
        found.retain(|_| self.conn.dialect() != Dialect::Sqlite);
        assert!(found.is_empty(), "seed {}, {what}: {found:#?}\nafter {steps:?}", self.seed);
        let found = differing(&seen.described.schema, &expected.described.schema);
        let others = (&seen.described.others, &expected.described.others);
        assert!(
            found.is_empty() && others.0 == others.1,
            "seed {}, {what}: {found:#?} {others:?}\nafter {steps:?}",
            self.seed
        );
    }

    fn assert_empty(&mut self, what: &str) {
        let left = self.empty.differences(&Snapshot::take(&mut *self.conn).expect("a catalogue"));
        assert!(left.is_empty(), "seed {}, {what}: {left:?}", self.seed);
    }
}

fn a_migration_leads_from_any_schema_to_any_other_and_back(database: &Database) {
    database.with(|conn| {
        if database.dialect == Dialect::Sqlite {
            // A crash of the machine would cost nothing but this test.
            conn.batch("PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY").expect("settings");
        }
        let empty = Snapshot::take(conn).expect("a catalogue");
        for seed in 0..cases(database.dialect) {
            let (from, to, renames) = Sound::new(seed, database.dialect).pair();
            pair(&mut Case { seed, conn: &mut *conn, empty: &empty }, &from, &to, &renames);
        }
    });
}

fn pair(case: &mut Case<'_>, from: &Schema, to: &Schema, renames: &Renames) {
    let between = |from: &Schema, to: &Schema, renames: &Renames| diff(from, to, renames).expect("both are valid");
    let (empty, none) = (Schema::default(), Renames::default());
    let make_from = between(&empty, from, &none);
    let make_to = between(&empty, to, &none);
    let there = between(from, to, renames);

    case.apply("from nothing to the first", &make_from.run);
    let at_first = case.look();
    case.assert_is(&at_first, from, "the first");
    case.apply("from the first to the second", &there.run);
    let at_second = case.look();
    case.assert_is(&at_second, to, "the second");
    let recorded = lock::read(&lock::write(to)).expect("what was written");
    assert!(between(&recorded, to, renames).is_empty(), "seed {}: something is left to make", case.seed);
    case.apply("back to the first", &there.rollback);
    let back = case.look();
    case.assert_same(&back, &at_first, "back at the first", &there.rollback);
    case.apply("from the first to nothing", &make_from.rollback);
    case.assert_empty("without the first");

    case.apply("from nothing to the second", &make_to.run);
    let at_once = case.look();
    case.assert_same(&at_second, &at_once, "the second, made from the first", &there.run);
    case.apply("from the second to nothing", &make_to.rollback);
    case.assert_empty("without the second");
}
