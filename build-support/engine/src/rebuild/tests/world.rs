//! Random databases: a table of whatever SQLite takes, what hangs on it, and alterations of it.

use glim_schema::{AlterTable, Check, Column, ColumnType, Default, ForeignKey, Unique};
use proptest::prelude::*;
use proptest::sample::select;

use super::Database;
use crate::rebuild::tokens::quoted;

const NAMES: &[&str] = &["a", "B", "c d", "e\"f", "order", "g`h", "i'j", "ü", "rowid"];
const TYPES: &[&str] =
    &["", "INT", "INTEGER", "TEXT", "varchar ( 10 )", "REAL", "BLOB", "NUMERIC(10,2)", "double precision", "date"];
const STRICT_TYPES: &[&str] = &["INT", "INTEGER", "TEXT", "REAL", "BLOB", "ANY"];
const DEFAULTS: &[&str] =
    &["", "DEFAULT 5", "DEFAULT -1.5e3", "DEFAULT 'it''s, ('", "DEFAULT (1 + 2)", "DEFAULT NULL", "DEFAULT x'00'"];
const VALUES: &[&str] = &[
    "NULL",
    "0",
    "1",
    "2",
    "-9223372036854775808",
    "1.5",
    "1e300",
    "'a'",
    "'A'",
    "'1'",
    "'007'",
    "'it''s'",
    "x''",
    "x'00ff'",
    "CAST(x'ff' AS TEXT)",
];
const SEPARATORS: &[&str] = &[", ", ",", ",\n    ", ", -- a comment, with a comma\n  ", " /* ) */ , "];

/// A column of a random table.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each by chance")]
pub(super) struct Spec {
    ty: usize,
    not_null: bool,
    collate: bool,
    unique: bool,
    check: bool,
    references: bool,
    default: &'static str,
    quotes: u8,
}

/// What is random about a database.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each by chance")]
pub(super) struct World {
    pub(super) columns: Vec<(&'static str, Spec)>,
    pub(super) table: &'static str,
    strict: bool,
    /// 0: none, 1: the rowid, 2: numbered, 3: of the table, 4: WITHOUT ROWID.
    pub(super) key: u8,
    separator: &'static str,
    pub(super) computed: bool,
    table_check: bool,
    table_unique: bool,
    index: u8,
    trigger: bool,
    view: bool,
    action: &'static str,
    pub(super) rows: Vec<Vec<&'static str>>,
    orphans: bool,
    removed: bool,
    enforced: bool,
    analysed: bool,
}

prop_compose! {
    fn column()(
        ty in 0..60_usize, not_null in any::<bool>(), collate in any::<bool>(), unique in prop::bool::weighted(0.2),
        check in any::<bool>(), references in prop::bool::weighted(0.3), default in select(DEFAULTS), quotes in 0..4_u8,
    ) -> Spec {
        Spec { ty, not_null: not_null && default != "DEFAULT NULL", collate, unique, check, references, default, quotes }
    }
}

prop_compose! {
    pub(super) fn world()(
        (columns, names) in (prop::collection::vec(column(), 1..6), Just(NAMES.to_vec()).prop_shuffle()),
        table in select(&["t", "T b", "it's", "group", "q\"u`o]te"][..]),
        (strict, key, computed, table_check, table_unique) in
            (any::<bool>(), 0..5_u8, any::<bool>(), any::<bool>(), any::<bool>()),
        separator in select(SEPARATORS), index in 0..5_u8, trigger in any::<bool>(), view in any::<bool>(),
        action in select(&["CASCADE", "SET NULL", "RESTRICT", "NO ACTION DEFERRABLE INITIALLY DEFERRED"][..]),
        rows in prop::collection::vec(prop::collection::vec(select(VALUES), 6), 0..8),
        (orphans, removed, enforced, analysed) in (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()),
    ) -> World {
        let columns = names.into_iter().zip(columns).collect();
        World {
            columns, table, strict, key, separator, computed, table_check, table_unique, index, trigger, view, action,
            rows, orphans, removed, enforced, analysed,
        }
    }
}

impl Spec {
    fn ty(&self, strict: bool) -> &'static str {
        let types = if strict { STRICT_TYPES } else { TYPES };
        types[self.ty % types.len()]
    }

    fn definition(&self, name: &str, strict: bool) -> String {
        let text = match self.quotes {
            0 => quoted(name),
            1 if !name.contains(']') => format!("[{name}]"),
            2 => format!("'{}'", name.replace('\'', "''")),
            _ => format!("\"{}\"", name.replace('"', "\"\"")),
        };
        let quoted = quoted(name);
        let mut words = vec![text, self.ty(strict).to_owned(), self.default.to_owned()];
        let mut add = |wanted: bool, text: String| words.extend(wanted.then_some(text));
        add(self.not_null, "CONSTRAINT nn NOT NULL".to_owned());
        add(self.collate, "COLLATE nocase".to_owned());
        add(self.unique, "UNIQUE ON CONFLICT ABORT".to_owned());
        add(self.check, format!("CHECK(typeof({quoted}) <> ')')"));
        add(self.references, "REFERENCES p ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED".to_owned());
        words.retain(|word| !word.is_empty());
        words.join(" ")
    }
}

impl World {
    fn create(&self) -> String {
        let table = quoted(self.table);
        let each = self.columns.iter().map(|(name, spec)| spec.definition(name, self.strict));
        let mut parts: Vec<String> = each.collect();
        let first = quoted(self.columns[0].0);
        match self.key {
            1 => parts.insert(0, "id INTEGER PRIMARY KEY".to_owned()),
            2 => parts.insert(0, "[id] INTEGER CONSTRAINT pk PRIMARY KEY AUTOINCREMENT NOT NULL".to_owned()),
            3 | 4 => parts.insert(0, "\"id\" INT NOT NULL".to_owned()),
            _ => {}
        }
        if self.computed {
            let ty = if self.strict { "TEXT" } else { "" };
            parts.push(format!("made {ty} GENERATED ALWAYS AS (typeof({table}.{first}) || '), ') STORED"));
        }
        if self.key >= 3 {
            parts.push(format!("PRIMARY KEY (id, {first} COLLATE binary)"));
        }
        if self.table_check {
            parts.push(format!("CONSTRAINT \"the check\" CHECK ({first} IS NOT 'zz''')"));
        }
        if self.table_unique {
            parts.push(format!("UNIQUE({}, {first})", quoted(self.columns[self.columns.len() - 1].0)));
        }
        let mut options = Vec::new();
        options.extend((self.key == 4).then_some("WITHOUT ROWID"));
        options.extend(self.strict.then_some("STRICT"));
        format!("CREATE TABLE {table}({})\n{}", parts.join(self.separator), options.join(", "))
    }

    /// The database, if SQLite takes the table at all.
    pub(super) fn build(&self) -> Option<Database> {
        let database = Database::new(
            "PRAGMA foreign_keys = OFF; CREATE TABLE p (k PRIMARY KEY); INSERT INTO p VALUES (1), ('a'), (2)",
        );
        let (table, first) = (quoted(self.table), quoted(self.columns[0].0));
        database.0.execute_batch(&self.create()).ok()?;
        let key = if self.key == 1 || self.key == 2 { "id".to_owned() } else { first.clone() };
        let index = match self.index {
            1 => format!("CREATE INDEX [i x] ON {table} ({first} COLLATE rtrim DESC)"),
            2 => format!("CREATE INDEX i ON {table}(typeof({first}))"),
            3 => format!("CREATE UNIQUE INDEX i ON {table}({first}) WHERE {table}.{first} IS NULL"),
            4 => format!("create index i on {table}({first}, {})", quoted(self.columns[self.columns.len() - 1].0)),
            _ => String::new(),
        };
        let trigger = format!(
            "CREATE TRIGGER tr AFTER DELETE ON {table} WHEN old.{first} <> ';' BEGIN INSERT INTO log VALUES (old.{first}); END"
        );
        let other = format!("CREATE TRIGGER tp AFTER INSERT ON p BEGIN UPDATE {table} SET {first} = {first}; END");
        let view = format!("CREATE VIEW v AS SELECT {first} AS x FROM {table} WHERE x IS NOT NULL");
        for (wanted, sql) in [
            (true, "CREATE TABLE log (what)"),
            (true, index.as_str()),
            (self.trigger, trigger.as_str()),
            (self.trigger, other.as_str()),
            (self.view, view.as_str()),
        ] {
            if wanted {
                database.run(sql);
            }
        }
        let names: Vec<_> = self.columns.iter().map(|(name, _)| quoted(name)).collect();
        for (at, row) in self.rows.iter().enumerate() {
            let mut values: Vec<_> =
                row[..names.len().min(row.len())].iter().map(|value| (*value).to_owned()).collect();
            let mut into = names.clone();
            if self.key > 0 {
                into.insert(0, "id".to_owned());
                values.insert(0, (at * 3 + 1).to_string());
            }
            values.resize(into.len(), "NULL".to_owned());
            // A row that the table does not take is left out.
            let _ = database
                .0
                .execute(&format!("INSERT INTO {table} ({}) VALUES ({})", into.join(", "), values.join(", ")), []);
        }
        if self.removed {
            database.run(&format!("DELETE FROM {table} WHERE {key} = (SELECT max({key}) FROM {table})"));
        }
        // Rows that refer to those of the table, and some that refer to none.
        if self.key == 1 || self.key == 2 {
            database.run(&format!("CREATE TABLE child (t REFERENCES {table} (id) ON DELETE {})", self.action));
            database.run(&format!("INSERT INTO child SELECT id FROM {table}"));
            if self.orphans {
                database.run("INSERT INTO child VALUES (1000), (1001)");
            }
        }
        if self.analysed {
            database.run("ANALYZE");
        }
        if self.enforced {
            database.run("PRAGMA foreign_keys = ON");
        }
        Some(database)
    }

    fn model(&self, at: usize) -> Column {
        let (name, spec) = &self.columns[at];
        let column = Column::new(*name, ColumnType::Native(spec.ty(self.strict).to_owned()));
        if spec.not_null { column } else { column.nullable() }
    }

    /// An alteration, what undoes it, and the column that is touched.
    pub(super) fn alteration(&self, which: u8, at: usize) -> (AlterTable, Option<AlterTable>, Option<usize>) {
        let alter = || AlterTable::new(self.table);
        let at = at % self.columns.len();
        let name = self.columns[at].0;
        let extra = Column::new("extra", ColumnType::Text { length: None });
        match which {
            0 => (alter().add_check(Check::new("1 = 1").name("ck")), Some(alter().drop_constraint("ck")), None),
            1 => (alter().add_unique(Unique::new([name]).name("un")), Some(alter().drop_constraint("un")), None),
            2 => (alter().add_column(extra.nullable()).add_check(Check::new("1")), None, None),
            3 => {
                let column = extra.default(Default::Expression("CURRENT_TIMESTAMP".to_owned()));
                (alter().add_column(column), Some(alter().drop_column("extra").set_comment(None)), None)
            }
            4 => {
                let (from, mut to) = (self.model(at), self.model(at));
                to.nullable = !to.nullable;
                // What comes back is without a name.
                let undo = from.nullable.then(|| alter().alter_column(to.clone(), from.clone()));
                (alter().alter_column(from, to), undo, Some(at))
            }
            5 => {
                let (from, mut to) = (self.model(at), self.model(at));
                to.ty = ColumnType::Native(
                    if from.ty == ColumnType::Native("TEXT".to_owned()) { "INT" } else { "TEXT" }.to_owned(),
                );
                (alter().alter_column(from, to), None, Some(at))
            }
            6 => (alter().drop_column(name), None, Some(at)),
            7 => (alter().drop_constraint("the check"), None, None),
            8 => {
                let key = ForeignKey::new([name], "p", ["k"]).name("fk");
                (alter().add_foreign_key(key), Some(alter().drop_constraint("fk")), None)
            }
            _ => (alter().add_column(extra).add_check(Check::new("extra > ''").name("ce")), None, None),
        }
    }

    /// The rows of the table, but for some columns, with their rowids.
    pub(super) fn rows(&self, database: &Database, without: Option<usize>) -> Vec<String> {
        let mut columns: Vec<_> = self.columns.iter().map(|(name, _)| quoted(name)).collect();
        if let Some(at) = without {
            columns.remove(at);
        }
        let mut columns: Vec<_> = columns.iter().map(|name| format!("typeof({name}), CAST({name} AS BLOB)")).collect();
        columns.extend((self.key > 0).then(|| "id".to_owned()));
        columns.extend((self.computed && without != Some(0)).then(|| "made".to_owned()));
        columns.extend((self.key < 4).then(|| "_rowid_".to_owned()));
        database.rows(&format!(
            "SELECT {} FROM {} ORDER BY {}",
            columns.join(", "),
            quoted(self.table),
            columns.join(", ")
        ))
    }
}
