//! Each rule finds what it is for, and leaves alone what looks like it. A rule's test has its name.

use std::collections::BTreeSet;

use glim_files::split::split;
use glim_schema::Dialect::{self, Mysql, Postgres, Sqlite};

use super::probe::{Lock, Measured, Mode, Online};
use super::{Allow, Finding, Found, Subject, all, find, heed, judge};

fn lint(dialect: Dialect, sql: &str, measured: &[Measured]) -> Vec<Finding> {
    let (transaction, sql) = match sql.strip_prefix("no transaction: ") {
        Some(sql) => (false, sql),
        None => (true, sql),
    };
    let statements: Vec<&str> = split(sql, dialect).expect("it can be split").iter().map(|it| it.text).collect();
    let made = BTreeSet::from(["made_before".to_owned()]);
    let subject = Subject {
        dialect,
        transaction,
        statements: &statements,
        made: &made,
        lock_timeout: false,
        statement_timeout: false,
    };
    judge(subject, measured)
}

fn ids(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.rule.id).collect()
}

/// That a rule finds the one, and not the other.
fn check(id: &str, dialect: Dialect, hit: &str, miss: &str) {
    let id = id.replace('_', "-");
    let rule = find(&id).unwrap_or_else(|| panic!("there is no rule {id}"));
    assert!(rule.dialects.contains(&dialect), "{id} is not for {dialect:?}");
    let found = lint(dialect, hit, &[]);
    let finding = found.iter().find(|finding| finding.rule == rule);
    let finding = finding.unwrap_or_else(|| panic!("{id} does not find {hit:?}, but {:?}", ids(&found)));
    assert!(!finding.safe.contains("{table}") && !finding.safe.is_empty(), "{}", finding.safe);
    let found = lint(dialect, miss, &[]);
    assert!(!found.iter().any(|finding| finding.rule == rule), "{id} finds {miss:?}");
}

macro_rules! rules {
    ($($id:ident: $dialect:ident, $hit:expr, $miss:expr;)*) => {
        $(#[test]
        fn $id() {
            check(stringify!($id), $dialect, &$hit, &$miss);
        })*

        /// The rules that are found in words.
        const TESTED: &[&str] = &[$(stringify!($id)),*];
    };
}

const TABLE: &str = "CREATE TABLE t (id bigint PRIMARY KEY);";

rules! {
    drop_schema: Postgres, "DROP SCHEMA app CASCADE", "DROP VIEW app";
    drop_table: Sqlite, "DROP TABLE t", "CREATE TABLE t (id int PRIMARY KEY); DROP TABLE t";
    drop_column: Mysql, "ALTER TABLE t DROP COLUMN a", "ALTER TABLE t DROP INDEX a, DROP FOREIGN KEY b";
    drop_fk: Mysql, "ALTER TABLE t DROP FOREIGN KEY f", "ALTER TABLE t DROP COLUMN f";
    drop_check: Postgres, "ALTER TABLE t DROP CONSTRAINT t_a_check", "ALTER TABLE t DROP CONSTRAINT t_a_fkey";
    drop_pk: Mysql, "ALTER TABLE t DROP PRIMARY KEY", "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (b)";
    truncate: Mysql, "TRUNCATE TABLE t", "TRUNCATE TABLE made_before";
    truncate_cascade: Postgres, "TRUNCATE t CASCADE", "TRUNCATE t";
    drop_cascade: Postgres, "DROP TABLE t CASCADE", "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES b ON DELETE CASCADE";
    drop_routine_view: Postgres, "DROP VIEW v",
        "DROP VIEW v; CREATE VIEW v AS SELECT 1; ALTER TYPE \"e\" RENAME TO \"e_old\"; DROP TYPE \"e_old\"";
    disable_rls: Postgres, "ALTER TABLE t DISABLE ROW LEVEL SECURITY", "ALTER TABLE t ENABLE ROW LEVEL SECURITY";
    create_table_force: Sqlite, format!("DROP TABLE t; {TABLE}"), format!("DROP TABLE u; {TABLE}");
    drop_system_versioning: Mysql, "ALTER TABLE t DROP SYSTEM VERSIONING", "ALTER TABLE t ADD SYSTEM VERSIONING";
    rename_table: Sqlite, "ALTER TABLE t RENAME TO u", "ALTER TABLE t RENAME COLUMN a TO b";
    rename_column: Mysql, "ALTER TABLE t CHANGE a b int", "ALTER TABLE t CHANGE a a bigint, RENAME INDEX a TO b";
    rename_schema: Postgres, "ALTER SCHEMA a RENAME TO b", "ALTER SCHEMA a OWNER TO b";
    rename_enum_value: Postgres, "ALTER TYPE e RENAME VALUE 'a' TO 'b'", "ALTER TYPE e ADD VALUE 'b'";
    drop_not_null: Postgres, "ALTER TABLE t ALTER COLUMN a DROP NOT NULL", "ALTER TABLE t ALTER COLUMN a DROP DEFAULT";
    replica_identity: Postgres, "ALTER TABLE t REPLICA IDENTITY FULL", "ALTER TABLE t REPLICA IDENTITY DEFAULT";
    inline_references: Mysql, "ALTER TABLE t ADD a int REFERENCES u (id)",
        "CREATE TABLE v (id int PRIMARY KEY, FOREIGN KEY (id) REFERENCES u (id))";
    unique_on_existing: Sqlite, "CREATE UNIQUE INDEX i ON t (a)", "CREATE UNIQUE INDEX i ON made_before (a)";
    index_to_unique: Mysql, "DROP INDEX i ON t; CREATE UNIQUE INDEX i ON t (a)", "CREATE UNIQUE INDEX i ON t (a)";
    add_required_column: Sqlite, "ALTER TABLE t ADD a int NOT NULL", "ALTER TABLE t ADD a int NOT NULL DEFAULT 1";
    not_null_nonstrict: Mysql, "SET sql_mode = ''", "SET sql_mode = 'STRICT_TRANS_TABLES'";
    backfill_in_ddl_tx: Postgres, "ALTER TABLE t ADD a int; UPDATE t SET a = 1 WHERE id < 9",
        "ALTER TABLE t ADD a int; UPDATE u SET a = 1 WHERE id < 9";
    dml_without_where: Mysql, "UPDATE t SET a = 1", "UPDATE t SET a = 1 WHERE id = 2";
    lossy_cast_using: Postgres, "ALTER TABLE t ALTER COLUMN a TYPE int USING a::int", "ALTER TABLE t ALTER a TYPE int";
    type_change: Postgres, "ALTER TABLE t ALTER COLUMN a TYPE bigint", "ALTER TABLE t ALTER COLUMN a SET DEFAULT 1";
    volatile_default: Postgres, "ALTER TABLE t ADD COLUMN a uuid DEFAULT gen_random_uuid()",
        "ALTER TABLE t ADD COLUMN a int DEFAULT 1";
    set_not_null: Postgres, "ALTER TABLE t ALTER COLUMN a SET NOT NULL", "ALTER TABLE t ALTER COLUMN a DROP NOT NULL";
    stored_generated: Postgres, "ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS (b * 2) STORED",
        "ALTER TABLE t ADD COLUMN a int GENERATED ALWAYS AS IDENTITY";
    add_identity_or_serial: Postgres, "ALTER TABLE t ADD COLUMN a bigserial", "ALTER TABLE t ADD COLUMN a bigint";
    collation_change: Postgres, "ALTER TABLE t ALTER COLUMN a TYPE text COLLATE \"C\"", "ALTER TABLE t ALTER COLUMN a TYPE text";
    set_logged: Postgres, "ALTER TABLE t SET UNLOGGED", "ALTER TABLE t SET (fillfactor = 70)";
    access_method: Postgres, "ALTER TABLE t SET ACCESS METHOD heap2", "ALTER TABLE t SET SCHEMA heap2";
    autovacuum_off: Postgres, "ALTER TABLE t SET (autovacuum_enabled = false)", "ALTER TABLE t SET (autovacuum_enabled = true)";
    json_column: Postgres, "CREATE TABLE u (id int PRIMARY KEY, a json)", "CREATE TABLE u (id int PRIMARY KEY, a jsonb)";
    add_primary_key: Postgres, "ALTER TABLE t ADD PRIMARY KEY (id)", "ALTER TABLE t ADD PRIMARY KEY USING INDEX i";
    redefine_pk: Postgres, "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (b)", "ALTER TABLE t ADD PRIMARY KEY (b)";
    add_unique: Postgres, "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)", "ALTER TABLE t ADD CONSTRAINT u UNIQUE USING INDEX i";
    add_exclude: Postgres, "ALTER TABLE t ADD CONSTRAINT e EXCLUDE USING gist (a WITH &&)", "ALTER TABLE t ADD a int";
    constraint_validating: Postgres, "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID";
    domain_with_constraint: Postgres, "CREATE DOMAIN d AS int CHECK (value > 0)", "CREATE DOMAIN d AS int";
    alter_domain_add_constraint: Postgres, "ALTER DOMAIN d ADD CONSTRAINT c CHECK (value > 0)", "ALTER DOMAIN d DROP DEFAULT";
    many_fks_one_migration: Postgres,
        "ALTER TABLE t ADD CONSTRAINT a FOREIGN KEY (a) REFERENCES u; ALTER TABLE v ADD CONSTRAINT b FOREIGN KEY (b) REFERENCES w",
        "ALTER TABLE t ADD CONSTRAINT a FOREIGN KEY (a) REFERENCES u";
    fk_without_index: Postgres, "CREATE TABLE u (id int PRIMARY KEY, t int REFERENCES t)",
        "CREATE TABLE u (id int PRIMARY KEY, t int REFERENCES t); CREATE INDEX i ON u (t)";
    create_index_nonconcurrent: Postgres, "CREATE INDEX i ON t (a)", "no transaction: CREATE INDEX CONCURRENTLY i ON t (a)";
    drop_index_nonconcurrent: Postgres, "DROP INDEX i", "no transaction: DROP INDEX CONCURRENTLY i";
    concurrently_in_tx: Postgres, "CREATE INDEX CONCURRENTLY i ON t (a)", "no transaction: CREATE INDEX CONCURRENTLY i ON t (a)";
    concurrent_build_and_others: Postgres, "no transaction: CREATE INDEX CONCURRENTLY i ON t (a); UPDATE t SET a = 1",
        "no transaction: SET lock_timeout = '2s'; CREATE INDEX CONCURRENTLY i ON t (a)";
    reindex_nonconcurrent: Postgres, "REINDEX TABLE t", "no transaction: REINDEX TABLE CONCURRENTLY t";
    create_index_only_parent: Postgres, "CREATE INDEX i ON ONLY t (a)",
        "CREATE INDEX i ON ONLY t (a); ALTER INDEX i ATTACH PARTITION i1";
    redundant_index: Mysql, "CREATE INDEX i ON t (a); CREATE INDEX j ON t (a, b)",
        "CREATE INDEX i ON t (b); CREATE INDEX j ON t (a, b); CREATE INDEX k ON u (a); CREATE INDEX l ON t (a(9))";
    create_trigger: Postgres, "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()", "DROP TRIGGER g ON t";
    partition_detach: Postgres, "ALTER TABLE t DETACH PARTITION p", "ALTER TABLE t DETACH PARTITION p CONCURRENTLY";
    partition_attach_scan: Postgres, "CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2)",
        "CREATE TABLE p PARTITION OF made_before FOR VALUES FROM (1) TO (2)";
    vacuum_full_cluster: Postgres, "no transaction: VACUUM FULL t", "no transaction: VACUUM t";
    refresh_matview: Postgres, "REFRESH MATERIALIZED VIEW v", "REFRESH MATERIALIZED VIEW CONCURRENTLY v";
    missing_lock_timeout: Postgres, "ALTER TABLE t ADD a int", "SET lock_timeout = '2s'; ALTER TABLE t ADD a int";
    missing_statement_timeout: Postgres, "ALTER TABLE t ADD a int", "SET statement_timeout = '2s'; ALTER TABLE t ADD a int";
    enum_256: Mysql, format!("ALTER TABLE t ADD e ENUM ({})", ["'a'"; 256].join(", ")), "ALTER TABLE t ADD e ENUM ('a', 'b')";
    add_fk: Mysql, "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id)",
        "SET foreign_key_checks = 0; ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES u (id)";
    add_pk: Mysql, "ALTER TABLE t ADD PRIMARY KEY (id)", "ALTER TABLE made_before ADD PRIMARY KEY (id)";
    redefine_pk_my: Mysql, "ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (b)", "ALTER TABLE t ADD PRIMARY KEY (b)";
    fulltext: Mysql, "CREATE FULLTEXT INDEX i ON t (a)", "CREATE INDEX i ON t (a)";
    spatial: Mysql, "ALTER TABLE t ADD SPATIAL INDEX i (a)", "ALTER TABLE t ADD INDEX i (a)";
    charset_convert: Mysql, "ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4", "ALTER TABLE t DEFAULT CHARACTER SET utf8mb4";
    column_charset: Mysql, "ALTER TABLE t MODIFY a varchar(9) CHARACTER SET latin1", "ALTER TABLE t MODIFY a varchar(9)";
    engine_change: Mysql, "ALTER TABLE t ENGINE = InnoDB", "ALTER TABLE t COMMENT = 'engine'";
    partitioning: Mysql, "ALTER TABLE t PARTITION BY HASH (id) PARTITIONS 2", "ALTER TABLE t ADD `partition by` int";
    stored_generated_my: Mysql, "ALTER TABLE t ADD a int AS (b * 2) STORED", "ALTER TABLE t ADD a int AS (b * 2) VIRTUAL";
    auto_increment_add: Mysql, "ALTER TABLE t ADD a int AUTO_INCREMENT PRIMARY KEY", "ALTER TABLE t ADD a int";
    add_column_not_last: Mysql, "ALTER TABLE t ADD a int AFTER b", "ALTER TABLE t ADD a int";
    add_check_my: Mysql, "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", "ALTER TABLE t DROP CHECK c";
    check_enforce: Mysql, "ALTER TABLE t ALTER CHECK c NOT ENFORCED", "ALTER TABLE t ALTER COLUMN c SET DEFAULT 1";
    copy_algorithm: Mysql, "ALTER TABLE t ADD a int, ALGORITHM=COPY", "ALTER TABLE t ADD a int, ALGORITHM=INSTANT";
    lock_option: Mysql, "ALTER TABLE t ADD a int, LOCK SHARED", "ALTER TABLE t ADD a int, LOCK=NONE";
    expression_default: Mysql, "ALTER TABLE t ADD a varchar(36) DEFAULT (uuid())", "ALTER TABLE t ADD a int DEFAULT 1";
    sqlite_fk_pragma_in_tx: Sqlite, "PRAGMA foreign_keys = OFF", "no transaction: PRAGMA foreign_keys = OFF";
    sqlite_rebuild_with_fk_on: Sqlite, "DROP TABLE t; ALTER TABLE t_new RENAME TO t",
        "no transaction: PRAGMA foreign_keys = OFF; DROP TABLE t; ALTER TABLE t_new RENAME TO t";
    sqlite_add_column_limits: Sqlite, "ALTER TABLE t ADD a text DEFAULT CURRENT_TIMESTAMP", "ALTER TABLE t ADD a text DEFAULT 'x'";
    sqlite_legacy_rename: Sqlite, "PRAGMA legacy_alter_table = ON", "PRAGMA legacy_alter_table = OFF";
    nested_transaction: Postgres, "BEGIN; SELECT 1; COMMIT", "SELECT 1";
    not_idempotent: Postgres, "no transaction: CREATE INDEX CONCURRENTLY i ON t (a)",
        "no transaction: CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)";
    enum_add_in_tx: Postgres, "ALTER TYPE e ADD VALUE 'b'; INSERT INTO t VALUES ('b')", "ALTER TYPE e ADD VALUE 'b'";
    identifier_too_long: Postgres, format!("CREATE TABLE {} (id bigint PRIMARY KEY)", "t".repeat(64)),
        format!("CREATE TABLE {} (id bigint PRIMARY KEY)", "t".repeat(63));
    opaque_sql: Postgres, "DO $$ BEGIN END $$", "SELECT 'do'";
    sql_injection: Postgres, "DO $$ BEGIN EXECUTE 'DROP TABLE ' || name; END $$",
        "DO $$ BEGIN EXECUTE format('DROP TABLE %I', name || 'x'); END $$";
    security_definer_path: Postgres, "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql SECURITY DEFINER SET search_path = app AS 'SELECT 1'";
    empty_migration: Sqlite, "-- nothing", "SELECT 1";
    unnamed_constraint: Postgres, "ALTER TABLE t ADD CHECK (a > 0)", "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)";
    no_primary_key: Mysql, "CREATE TABLE u (a int)", "CREATE TABLE u (a int); ALTER TABLE u ADD PRIMARY KEY (a)";
    prefer_bigint: Postgres, "CREATE TABLE u (id int PRIMARY KEY)", "CREATE TABLE u (id bigint PRIMARY KEY, a int)";
    prefer_timestamptz: Postgres, "CREATE TABLE u (a timestamp)", "CREATE TABLE u (a timestamptz)";
    no_char: Postgres, "CREATE TABLE u (a char(9))", "CREATE TABLE u (a text)";
    mixed_tx_statements: Postgres, "VACUUM t", "no transaction: VACUUM t";
}

/// That a rule finds something in this measurement, and nothing without it.
fn check_measured(id: &str, dialect: Dialect, sql: &str, measured: &[Measured]) {
    assert!(ids(&lint(dialect, sql, measured)).contains(&id), "{id}: {:?}", ids(&lint(dialect, sql, measured)));
    assert!(!ids(&lint(dialect, sql, &[])).contains(&id), "{id} without a measurement");
}

fn locks(table: &str, mode: Mode) -> Measured {
    let locks = vec![Lock { table: table.to_owned(), mode }];
    Measured { is_complete: true, locks, ..Measured::default() }
}

#[test]
fn table_rewrite() {
    let rewritten = Measured { rewritten: vec!["t".to_owned()], is_complete: true, ..Measured::default() };
    check_measured("table-rewrite", Postgres, "ALTER TABLE t ADD a my_domain", std::slice::from_ref(&rewritten));
    let new = Measured { rewritten: vec!["made_before".to_owned()], ..rewritten };
    assert!(!ids(&lint(Postgres, "ALTER TABLE made_before ADD a int", &[new])).contains(&"table-rewrite"));
}

#[test]
fn a_measurement_refutes_what_was_only_supposed() {
    let sql = "ALTER TABLE t ALTER COLUMN a TYPE varchar(40)";
    assert!(ids(&lint(Postgres, sql, &[])).contains(&"type-change"));
    assert!(!ids(&lint(Postgres, sql, &[locks("t", Mode::AccessExclusive)])).contains(&"type-change"));
}

#[test]
fn many_tables_locked() {
    let both = [locks("t", Mode::AccessExclusive), locks("u", Mode::ShareRowExclusive)];
    check_measured("many-tables-locked", Postgres, "ALTER TABLE t ADD a int; ALTER TABLE u ADD a int", &both);
    let weak = [locks("t", Mode::AccessExclusive), locks("u", Mode::RowExclusive)];
    assert!(
        !ids(&lint(Postgres, "ALTER TABLE t ADD a int; UPDATE u SET a = 1", &weak)).contains(&"many-tables-locked")
    );
}

fn online(algorithm: &'static str, lock: Option<&'static str>) -> [Measured; 1] {
    [Measured { online: Some(("t".to_owned(), Online { algorithm, lock })), ..Measured::default() }]
}

#[test]
fn blocking_alter() {
    check_measured("blocking-alter", Mysql, "ALTER TABLE t MODIFY a bigint", &online("COPY", Some("SHARED")));
    assert!(!ids(&lint(Mysql, "ALTER TABLE t ADD a int", &online("INSTANT", None))).contains(&"blocking-alter"));
}

#[test]
fn assert_algorithm() {
    check_measured("assert-algorithm", Mysql, "ALTER TABLE t ADD a int", &online("INSTANT", None));
    let found = lint(Mysql, "ALTER TABLE t ADD a int", &online("INPLACE", Some("NONE")));
    assert!(found.iter().any(|it| it.safe.ends_with("ALGORITHM=INPLACE, LOCK=NONE")), "{found:?}");
    assert!(ids(&lint(Mysql, "ALTER TABLE t ADD a int, ALGORITHM=INSTANT", &online("INSTANT", None))).is_empty());
}

#[test]
fn index_on_partitioned() {
    let partitioned = Measured { partitioned: vec!["public.t".to_owned()], ..locks("public.t", Mode::Share) };
    let partitioned = std::slice::from_ref(&partitioned);
    check_measured("index-on-partitioned", Postgres, "CREATE INDEX i ON t (a)", partitioned);
    let found = ids(&lint(Postgres, "CREATE INDEX i ON t (a)", partitioned));
    assert!(!found.contains(&"create-index-nonconcurrent"), "{found:?}");
    for other in ["CREATE INDEX i ON ONLY t (a)", "CREATE INDEX i ON made_before (a)", "CREATE INDEX i ON u (a)"] {
        assert!(!ids(&lint(Postgres, other, partitioned)).contains(&"index-on-partitioned"), "{other}");
    }
}

#[test]
fn fk_type_mismatch() {
    let mismatched = vec![("u".to_owned(), "`u.t` is integer, and `t.id` bigint".to_owned())];
    let measured = Measured { mismatched, ..Measured::default() };
    let sql = "CREATE TABLE u (id bigint PRIMARY KEY, t int REFERENCES t)";
    for dialect in [Sqlite, Postgres] {
        check_measured("fk-type-mismatch", dialect, sql, std::slice::from_ref(&measured));
    }
}

#[test]
fn sqlite_rebuild() {
    let rebuilt = Measured { rebuilt: vec!["t".to_owned()], ..Measured::default() };
    check_measured("sqlite-rebuild", Sqlite, "ALTER TABLE t_new RENAME TO t", &[rebuilt]);
}

#[test]
fn sqlite_rebuild_loses() {
    let lost = vec![("t".to_owned(), "the index `i`".to_owned())];
    let lost = Measured { rebuilt: vec!["t".to_owned()], lost, ..Measured::default() };
    check_measured("sqlite-rebuild-loses", Sqlite, "ALTER TABLE t_new RENAME TO t", &[lost]);
}

const TODAY: &str = "2026-11-23";

/// What is left with a suppression.
fn allowed(inside: &str, statement: Option<usize>) -> Vec<&'static str> {
    let found = lint(Sqlite, "DROP TABLE t; DROP TABLE u", &[]);
    let allow = Allow { statement, ..Allow::read(inside, 0..0) };
    ids(&heed(found, &[allow], TODAY, true))
}

#[test]
fn a_suppression_holds_for_its_statement_or_for_all() {
    assert_eq!(allowed("drop-table, reason = \"x\", until = \"2026-11-23\"", None), Vec::<&str>::new());
    assert_eq!(allowed("drop-table, reason = \"x\"", Some(1)), ["drop-table"]);
}

#[test]
fn allow_unused() {
    assert!(allowed("drop-column, reason = \"x\"", None).contains(&"allow-unused"));
    assert!(!allowed("drop-table, reason = \"x\"", None).contains(&"allow-unused"));
}

#[test]
fn allow_expired() {
    let found = allowed("drop-table, reason = \"x\", until = \"2026-11-22\"", None);
    assert_eq!(found, ["drop-table", "drop-table", "allow-expired"]);
}

#[test]
fn allow_unreasoned() {
    assert_eq!(allowed("drop-table", None), ["drop-table", "drop-table", "allow-unreasoned"]);
}

#[test]
fn allow_unknown() {
    assert!(allowed("drop-tables, reason = \"x\"", None).contains(&"allow-unknown"));
}

#[test]
fn a_suppression_of_what_was_not_measured_is_not_called_unused() {
    let allow = Allow::read("sqlite-rebuild, reason = \"x\"", 0..0);
    assert_eq!(ids(&heed(Vec::new(), std::slice::from_ref(&allow), TODAY, false)), Vec::<&str>::new());
    assert_eq!(ids(&heed(Vec::new(), &[allow], TODAY, true)), ["allow-unused"]);
}

#[test]
fn each_rule_has_a_name_of_its_own_and_a_test_of_that_name() {
    let source = include_str!("tests.rs");
    let mut names: Vec<_> = all().map(|rule| rule.id).collect();
    for rule in all() {
        let test = rule.id.replace('-', "_");
        // What is wrong in a database only the database tells: tests of the command.
        let is_elsewhere = ["invalid-index-left", "auto-inc-capacity"].contains(&rule.id);
        assert!(is_elsewhere || TESTED.contains(&test.as_str()) || source.contains(&format!("fn {test}()")), "{test}");
        assert!(!rule.finds.is_empty() && !rule.effect.is_empty() && !rule.safe.is_empty(), "{}", rule.id);
    }
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}

#[test]
fn squawk_knows_the_rules_that_ours_name() {
    for name in all().flat_map(|rule| rule.squawk) {
        assert!(name.parse::<squawk_linter::Rule>().is_ok(), "{name}");
    }
}

#[test]
fn finding_says_where() {
    let found = lint(Postgres, "SELECT 1; CREATE INDEX i ON t (a); ALTER TABLE t DROP COLUMN b", &[]);
    let at = |id: &str| found.iter().find(|it| it.rule.id == id).map(|it| it.found);
    assert_eq!(at("create-index-nonconcurrent"), Some(Found::Statement(1)));
    assert_eq!(at("drop-column"), Some(Found::Statement(2)));
}
