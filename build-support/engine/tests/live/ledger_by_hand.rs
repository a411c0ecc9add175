//! Ledgers that people have edited by hand: each gets an error that names what is wrong and the fix, and nothing changes.

use glim_engine::driver::Access;
use glim_engine::ledger::{HISTORY, LedgerError};
use glim_schema::Dialect;

use crate::ledger::{entry, open, original};
use crate::support::{Database, for_each_database};

for_each_database! {
    a_row_without_a_name,
    two_rows_of_one_name,
    a_state_that_does_not_exist,
    text_in_the_date,
    text_as_a_place,
    a_dropped_column,
    a_dropped_column_of_the_original,
    a_renamed_table,
    a_table_of_somebody_else,
    a_checksum_that_is_no_number,
    a_date_that_is_none_in_the_history,
    other_wrong_histories,
    a_wrong_row_keeps_the_original_ledger_as_it_is,
}

/// That opening fails in both ways, with a message and a help that have these parts, and changes nothing.
#[track_caller]
fn refused(database: &Database, message: &str, help: &str) -> LedgerError {
    let dump = || -> Vec<String> {
        let tables = database.with(glim_engine::introspect::tables).expect("a list");
        let rows = |table: &String| database.query(&format!("SELECT * FROM {table}"));
        tables.iter().flat_map(|table| [vec![table.clone()], rows(table)].concat()).collect()
    };
    let before = dump();
    let error = open(database, Access::ReadOnly).expect_err("a wrong ledger");
    assert_eq!(open(database, Access::ReadWrite).map(|_| ()), Err(error.clone()));
    assert_eq!(dump(), before);
    assert!(error.to_string().contains(message), "{error}");
    let given = error.help().unwrap_or_default();
    assert!(given.contains(help), "{given}");
    error
}

/// A ledger with the migrations `A` and `B`, whose rows have the ids `a` and `b`.
fn filled(database: &Database) {
    let mut connection = database.connect();
    let (mut ledger, _) = open(database, Access::ReadWrite).expect("a ledger");
    for name in ["A", "B"] {
        let mut row = ledger.next_row(&entry(name));
        row.id = name.to_lowercase();
        ledger.insert(&mut *connection, &row).expect("a new row");
    }
}

fn a_row_without_a_name(database: &Database) {
    filled(database);
    database.batch("UPDATE glim_migrations SET name = NULL WHERE id = 'b'");
    refused(database, "has a row without a name, with the id `b`", "DELETE FROM glim_migrations WHERE id = 'b'");
}

fn two_rows_of_one_name(database: &Database) {
    filled(database);
    database.batch("UPDATE glim_migrations SET name = 'A' WHERE id = 'b'");
    refused(database, "has two rows named `A`, with the ids `a` and `b`", "WHERE id = 'b'");
}

fn a_state_that_does_not_exist(database: &Database) {
    filled(database);
    database.batch("UPDATE glim_migrations SET state = 'half-way' WHERE id = 'b'");
    refused(database, "migration `B` in the state \"half-way\"", "SET state = 'applied' WHERE id = 'b'");
}

fn text_in_the_date(database: &Database) {
    filled(database);
    match database.dialect {
        Dialect::Sqlite => database.batch("UPDATE glim_migrations SET created_at = 'yesterday' WHERE id = 'b'"),
        Dialect::Postgres => database.batch(
            "ALTER TABLE glim_migrations ALTER COLUMN created_at TYPE text; \
             UPDATE glim_migrations SET created_at = 'yesterday' WHERE id = 'b'",
        ),
        Dialect::Mysql => database.batch(
            "ALTER TABLE glim_migrations MODIFY created_at varchar(50); \
             UPDATE glim_migrations SET created_at = 'yesterday' WHERE id = 'b'",
        ),
    }
    refused(
        database,
        "a wrong value in column `created_at` of row `b`: expected a timestamp, found the text \"yesterday\"",
        "UPDATE glim_migrations SET created_at = NULL WHERE id = 'b'",
    );
}

fn text_as_a_place(database: &Database) {
    filled(database);
    match database.dialect {
        Dialect::Sqlite => {}
        Dialect::Postgres => database.batch("ALTER TABLE glim_migrations ALTER COLUMN applied_order TYPE text"),
        Dialect::Mysql => database.batch("ALTER TABLE glim_migrations MODIFY applied_order varchar(50)"),
    }
    database.batch("UPDATE glim_migrations SET applied_order = 'first' WHERE id = 'b'");
    refused(database, "a wrong value in column `applied_order` of row", "glim_migrations");
}

fn a_dropped_column(database: &Database) {
    filled(database);
    database.batch("ALTER TABLE glim_migrations DROP COLUMN checksum");
    refused(database, "lacks the column `checksum`; it has `id`, `name`,", "restore");
}

fn a_dropped_column_of_the_original(database: &Database) {
    filled(database);
    database.batch("ALTER TABLE glim_migrations DROP COLUMN description");
    refused(database, "lacks the column `description`", "restore");
}

fn a_renamed_table(database: &Database) {
    filled(database);
    database.batch("ALTER TABLE glim_migrations RENAME TO old_migrations");
    let error = refused(database, "the ledger `glim_migrations` is missing", "name it `glim_migrations` again");
    assert_eq!(error, LedgerError::TableMissing);
}

fn a_table_of_somebody_else(database: &Database) {
    database.batch("CREATE TABLE glim_migrations (id integer, title varchar(20))");
    refused(
        database,
        "lacks the columns `name`, `created_at`, `description`; it has `id`, `title`",
        "give that table another name",
    );
}

fn a_checksum_that_is_no_number(database: &Database) {
    filled(database);
    database.batch(&format!("UPDATE {HISTORY} SET checksum = 'abc' WHERE version = 2"));
    refused(
        database,
        "the row of version 2 has `abc` as `checksum`, which is not a whole number",
        "drop `glim_ledger_history`",
    );
    database.batch(&format!("DROP TABLE {HISTORY}"));
    assert_eq!(open(database, Access::ReadWrite).expect("the help helps").1.len(), 2);
}

fn a_date_that_is_none_in_the_history(database: &Database) {
    filled(database);
    database.batch(&format!("UPDATE {HISTORY} SET applied_on = '31.12.2026'"));
    refused(database, "the row of version 1 has `31.12.2026` as `applied_on`, which is not a time", HISTORY);
}

fn other_wrong_histories(database: &Database) {
    filled(database);
    let restore =
        database.query(&format!("SELECT version, name, applied_on, checksum FROM {HISTORY} ORDER BY version"));
    for (edit, message) in [
        ("UPDATE %H% SET checksum = NULL WHERE version = 1", "the row of version 1 has NULL as `checksum`"),
        ("UPDATE %H% SET checksum = '-1' WHERE version = 1", "the row of version 1 has `-1` as `checksum`"),
        ("UPDATE %H% SET checksum = '5' WHERE version = 1", "and the checksum `5` instead of `original`"),
        ("UPDATE %H% SET name = 'other' WHERE version = 2", "has the name `other`"),
        ("UPDATE %H% SET name = NULL WHERE version = 2", "the row of version 2 has NULL as `name`"),
        ("UPDATE %H% SET version = 0 WHERE version = 2", "a row of version 0, which never was"),
        ("DELETE FROM %H% WHERE version = 1", "a row of version 2, and not one of each version before"),
    ] {
        database.batch(&edit.replace("%H%", HISTORY));
        refused(database, message, "drop `glim_ledger_history`");
        let rows: Vec<_> = restore.iter().map(|row| format!("('{}')", row.replace('|', "', '"))).collect();
        database.batch(&format!("DELETE FROM {HISTORY}; INSERT INTO {HISTORY} VALUES {}", rows.join(", ")));
        open(database, Access::ReadWrite).expect("restored");
    }
    database.batch(&format!("ALTER TABLE {HISTORY} DROP COLUMN checksum"));
    refused(database, "it lacks the column `checksum`", "put it back");
}

fn a_wrong_row_keeps_the_original_ledger_as_it_is(database: &Database) {
    original(database);
    database.batch("UPDATE glim_migrations SET name = NULL WHERE id = 'c'");
    refused(database, "a row without a name, with the id `c`", "WHERE id = 'c'");
}
