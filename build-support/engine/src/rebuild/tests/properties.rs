//! Random tables with random rows, altered: all but the alteration stays, or nothing happens.

use glim_schema::AlterTable;
use proptest::prelude::*;

use super::Database;
use super::world::{World, world};
use crate::rebuild::Way;
use crate::rebuild::tokens::{name, quoted, read};

/// The table's definition without white space and comments, and without the style of the name's quotes.
fn normal(database: &Database, table: &str) -> String {
    let sql = database.text(&format!("SELECT sql FROM sqlite_schema WHERE name = '{}'", table.replace('\'', "''")));
    let tokens = read(&sql).expect("tokens");
    let mut words: Vec<_> = tokens.iter().map(|token| String::from_utf8_lossy(token.text).into_owned()).collect();
    words[2] = name(&tokens[2]).expect("a name");
    let all = words.join(" ");
    // In expressions, the table's own name is left out.
    all.replace(&format!("{} . ", quoted(table)), "")
}

/// All objects but the table and the indexes of its constraints, and all rows but the table's.
fn others(world: &World, database: &Database) -> Vec<String> {
    let table = world.table.replace('\'', "''");
    let objects = format!(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name <> '{table}' AND sql IS NOT NULL ORDER BY type, name"
    );
    let mut all = database.rows(&objects);
    for other in ["p", "log"] {
        all.extend(database.rows(&format!("SELECT rowid, * FROM {other} ORDER BY rowid")));
    }
    if world.key == 1 || world.key == 2 {
        all.extend(database.rows("SELECT rowid, t FROM child ORDER BY rowid"));
        all.extend(database.rows("SELECT * FROM pragma_foreign_key_check('child')"));
    }
    if world.key == 2 {
        all.extend(database.rows("SELECT * FROM sqlite_sequence ORDER BY name"));
    }
    all.extend(database.rows("PRAGMA foreign_keys"));
    all.extend(database.rows("PRAGMA legacy_alter_table"));
    all
}

/// What SQLite makes of a column's definition.
fn columns(world: &World, database: &Database, without: Option<usize>) -> Vec<String> {
    let table = world.table.replace('\'', "''");
    let gone = without.map_or("extra", |at| world.columns[at].0).replace('\'', "''");
    let sql = format!(
        "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo('{table}') \
         WHERE name NOT IN ('extra', '{gone}') ORDER BY cid"
    );
    let mut all = database.rows(&sql);
    all.extend(database.rows(&format!("SELECT wr, strict FROM pragma_table_list('{table}')")));
    all
}

/// More cases by `PROPTEST_CASES`.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    ProptestConfig { cases: default.cases.max(1000), failure_persistence: None, ..default }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn all_but_the_alteration_stays_or_nothing_happens(world in world(), which in 0..10_u8, at in 0..6_usize, rebuild in any::<bool>()) {
        let Some(database) = world.build() else { return Ok(()) };
        let (alter, undo, touched) = world.alteration(which, at);
        let dropped = which == 6;
        let by = |alter: &AlterTable| database.alter_by(alter, if rebuild { Way::Rebuild } else { Way::Least });
        // A column of another type may hold the same in another way, and its generated column tells.
        let rows = |database: &Database| world.rows(database, touched.filter(|_| which == 5 || dropped));
        let everything = database.everything();
        let (before, text, kept, shape) =
            (rows(&database), normal(&database, world.table), others(&world, &database), columns(&world, &database, touched));
        let result = by(&alter);
        prop_assert_eq!(database.rows("PRAGMA integrity_check"), ["Text(\"ok\")"]);
        if let Err(reason) = result {
            // Nothing about the rows or the objects can stand in the way of these.
            prop_assert!(which != 0 && which != 2, "{}", reason);
            prop_assert!(!reason.contains("glim_new") && !reason.contains("cannot be read"), "{}", reason);
            prop_assert_eq!(database.everything(), everything);
            return Ok(());
        }
        prop_assert_eq!(&rows(&database), &before);
        prop_assert_eq!(columns(&world, &database, touched), shape);
        if !dropped {
            prop_assert_eq!(&others(&world, &database), &kept);
        }
        if let Some(undo) = undo {
            if let Err(reason) = by(&undo) {
                prop_assert!(false, "{}", reason);
            }
            prop_assert_eq!(&rows(&database), &before);
            prop_assert_eq!(&others(&world, &database), &kept);
            prop_assert_eq!(normal(&database, world.table), text);
        }
    }

    #[test]
    fn several_alterations_are_made_together_or_not_at_all(
        world in world(), which in prop::collection::vec((0..13_u8, 0..6_usize), 1..5),
    ) {
        let Some(database) = world.build() else { return Ok(()) };
        let mut alter = AlterTable::new(world.table);
        for (which, at) in which {
            alter = match which {
                10 => alter.rename_to("renamed"),
                11 => alter.rename_column(world.columns[at % world.columns.len()].0, "other"),
                12 => alter.rename_index("i", "j"),
                _ => {
                    alter.alterations.extend(world.alteration(which, at).0.alterations);
                    alter
                }
            };
        }
        let table = |database: &Database| {
            let renamed = database.rows("SELECT 1 FROM sqlite_schema WHERE name = 'renamed'").is_empty();
            quoted(if renamed { world.table } else { "renamed" })
        };
        let counts = |database: &Database| {
            let mut all = database.rows(&format!("SELECT count(*) FROM {}", table(database)));
            all.extend(database.rows("SELECT type, name FROM sqlite_schema WHERE type IN ('view', 'trigger') ORDER BY 1, 2"));
            if world.key == 1 || world.key == 2 {
                all.extend(database.rows("SELECT rowid, t FROM child"));
                all.extend(database.rows("SELECT rowid FROM pragma_foreign_key_check('child')"));
                all.extend(database.rows(&format!("SELECT id FROM {} ORDER BY id", table(database))));
            }
            if world.key == 2 {
                all.extend(database.rows("SELECT seq FROM sqlite_sequence"));
            }
            all.extend(database.rows("PRAGMA foreign_keys"));
            all
        };
        let (everything, before) = (database.everything(), counts(&database));
        match database.alter(&alter) {
            Ok(()) => prop_assert_eq!(counts(&database), before),
            Err(_) => prop_assert_eq!(database.everything(), everything),
        }
        prop_assert_eq!(database.rows("PRAGMA integrity_check"), ["Text(\"ok\")"]);
    }
}

/// A test that mostly looked at refusals would prove little.
#[test]
fn most_random_alterations_are_made() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let (mut built, mut made) = (0, 0);
    for which in (0..10).cycle().take(300) {
        let world = world().new_tree(&mut runner).expect("a world").current();
        if let Some(database) = world.build() {
            built += 1;
            made += u32::from(database.alter_by(&world.alteration(which, 1).0, Way::Rebuild).is_ok());
        }
    }
    assert!(built > 150 && made * 2 > built, "of 300, SQLite took {built} and {made} were altered");
}
