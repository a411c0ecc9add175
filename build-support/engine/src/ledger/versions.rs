//! The versions of the ledger's own schema. What stands here was released: refinery's checksums are taken from these
//! texts, so none may ever change.

use glim_schema::Dialect;

use super::history::Expected;

/// Stands for the qualified name of the ledger, which is no part of the checksum: a database may be renamed.
pub(super) const LEDGER: &str = "%LEDGER%";

/// The same for the journal.
pub(super) const JOURNAL: &str = "%JOURNAL%";

/// The same for the log.
pub(super) const LOG: &str = "%LOG%";

/// The same for the settings.
pub(super) const SETTINGS: &str = "%SETTINGS%";

/// The last version that a ledger's columns tell of: what comes after it may be run again.
pub(super) const COLUMNS: i64 = 2;

/// refinery's names of the versions, and their statements.
pub(super) fn versions(dialect: Dialect) -> [(&'static str, &'static str); 4] {
    let (original, ours, journal, settings) = match dialect {
        Dialect::Sqlite => (SQLITE_ORIGINAL, SQLITE_OURS, SQLITE_JOURNAL, SETTINGS_OF_SQL),
        Dialect::Postgres => (POSTGRES_ORIGINAL, POSTGRES_OURS, POSTGRES_JOURNAL, SETTINGS_OF_SQL),
        Dialect::Mysql => (MYSQL_ORIGINAL, MYSQL_OURS, MYSQL_JOURNAL, MYSQL_SETTINGS),
    };
    [
        ("V1__original", original),
        ("V2__columns_of_cargo_glim", ours),
        ("V3__journal_and_log", journal),
        ("V4__settings", settings),
    ]
}

/// What the history says of the versions. Written out, since to compute it costs more than all else that a look at the
/// ledger does.
pub(super) const fn expected(dialect: Dialect) -> [Expected<'static>; 4] {
    let [original, ours, journal, settings] = match dialect {
        Dialect::Sqlite => [
            4_026_963_476_270_595_258,
            7_116_327_946_887_088_184,
            14_402_843_087_414_593_034,
            9_171_656_020_145_084_600,
        ],
        Dialect::Postgres => [
            13_534_960_690_134_752_801,
            15_482_328_048_837_899_744,
            13_432_408_559_872_853_455,
            9_171_656_020_145_084_600,
        ],
        Dialect::Mysql => [
            17_573_648_161_880_422_840,
            17_633_469_044_823_193_192,
            8_448_974_832_637_000_167,
            16_551_036_263_765_895_098,
        ],
    };
    [
        Expected { version: 1, name: "original", checksum: original },
        Expected { version: 2, name: "columns_of_cargo_glim", checksum: ours },
        Expected { version: 3, name: "journal_and_log", checksum: journal },
        Expected { version: 4, name: "settings", checksum: settings },
    ]
}

/// The part of version 2 that gives rows of the original tool their place, oldest first. It may be run again.
pub(super) fn backfill(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => SQLITE_BACKFILL,
        Dialect::Postgres => POSTGRES_BACKFILL,
        Dialect::Mysql => MYSQL_BACKFILL,
    }
}

// Version 1 is the table of the original tool, which made it through SQLAlchemy from
// `id = String(255), primary key; name = String(255); created_at = DateTime; description = Text`.

const SQLITE_ORIGINAL: &str = "CREATE TABLE IF NOT EXISTS %LEDGER% (
    id varchar(255) NOT NULL PRIMARY KEY,
    name varchar(255),
    created_at datetime,
    description text
)";

const POSTGRES_ORIGINAL: &str = "CREATE TABLE IF NOT EXISTS %LEDGER% (
    id varchar(255) NOT NULL PRIMARY KEY,
    name varchar(255),
    created_at timestamp,
    description text
)";

// Names are compared byte by byte, whatever the server's default is.
const MYSQL_ORIGINAL: &str = "CREATE TABLE IF NOT EXISTS %LEDGER% (
    id varchar(255) NOT NULL PRIMARY KEY,
    name varchar(255),
    created_at datetime(6),
    description text
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

macro_rules! sqlite_backfill {
    () => {
        "UPDATE %LEDGER% AS ledger SET applied_order = place.number, glim_version = 'original'
FROM (
    SELECT id, (SELECT coalesce(max(applied_order), 0) FROM %LEDGER%) + row_number() OVER (ORDER BY created_at, id)
        AS number
    FROM %LEDGER% WHERE applied_order IS NULL
) AS place
WHERE place.id = ledger.id"
    };
}

macro_rules! postgres_backfill {
    () => {
        "UPDATE %LEDGER% AS ledger SET applied_order = place.number, glim_version = 'original'
FROM (
    SELECT id, (SELECT coalesce(max(applied_order), 0) FROM %LEDGER%) + row_number() OVER (ORDER BY created_at NULLS FIRST, id)
        AS number
    FROM %LEDGER% WHERE applied_order IS NULL
) AS place
WHERE place.id = ledger.id"
    };
}

macro_rules! mysql_backfill {
    () => {
        "UPDATE %LEDGER% AS ledger JOIN (
    SELECT id, (SELECT coalesce(max(applied_order), 0) FROM %LEDGER%) + row_number() OVER (ORDER BY created_at, id)
        AS number
    FROM %LEDGER% WHERE applied_order IS NULL
) AS place ON place.id = ledger.id
SET ledger.applied_order = place.number, ledger.glim_version = 'original'"
    };
}

const SQLITE_BACKFILL: &str = sqlite_backfill!();
const POSTGRES_BACKFILL: &str = postgres_backfill!();
const MYSQL_BACKFILL: &str = mysql_backfill!();

const SQLITE_OURS: &str = concat!(
    "ALTER TABLE %LEDGER% ADD COLUMN applied_order bigint;
ALTER TABLE %LEDGER% ADD COLUMN version varchar(255);
ALTER TABLE %LEDGER% ADD COLUMN package varchar(255);
ALTER TABLE %LEDGER% ADD COLUMN checksum varchar(255);
ALTER TABLE %LEDGER% ADD COLUMN state varchar(20) NOT NULL DEFAULT 'applied';
ALTER TABLE %LEDGER% ADD COLUMN duration_ms bigint;
ALTER TABLE %LEDGER% ADD COLUMN glim_version varchar(255);
ALTER TABLE %LEDGER% ADD COLUMN applied_by varchar(255);
",
    sqlite_backfill!()
);

const POSTGRES_OURS: &str = concat!(
    "ALTER TABLE %LEDGER%
    ADD COLUMN applied_order bigint,
    ADD COLUMN version varchar(255),
    ADD COLUMN package varchar(255),
    ADD COLUMN checksum varchar(255),
    ADD COLUMN state varchar(20) NOT NULL DEFAULT 'applied',
    ADD COLUMN duration_ms bigint,
    ADD COLUMN glim_version varchar(255),
    ADD COLUMN applied_by varchar(255);
",
    postgres_backfill!()
);

// One statement, so that after a crash either all columns are there or none.
const MYSQL_OURS: &str = concat!(
    "ALTER TABLE %LEDGER%
    ADD COLUMN `applied_order` bigint,
    ADD COLUMN `version` varchar(255),
    ADD COLUMN `package` varchar(255),
    ADD COLUMN `checksum` varchar(255),
    ADD COLUMN `state` varchar(20) NOT NULL DEFAULT 'applied',
    ADD COLUMN `duration_ms` bigint,
    ADD COLUMN `glim_version` varchar(255),
    ADD COLUMN `applied_by` varchar(255);
",
    mysql_backfill!()
);

// Version 3 is two tables beside the ledger. It may be run again: the history may be written anew.

const SQLITE_JOURNAL: &str = "CREATE TABLE IF NOT EXISTS %JOURNAL% (
    migration varchar(255) NOT NULL,
    position bigint NOT NULL,
    direction varchar(20) NOT NULL,
    state varchar(20) NOT NULL,
    hash varchar(40),
    statement text,
    objects text,
    answer blob,
    PRIMARY KEY (migration, position)
);
CREATE TABLE IF NOT EXISTS %LOG% (
    id varchar(36) NOT NULL PRIMARY KEY,
    logged_at datetime,
    action varchar(40) NOT NULL,
    migration varchar(255) NOT NULL,
    who varchar(255),
    host varchar(255),
    glim_version varchar(255),
    duration_ms bigint,
    message text
)";

const POSTGRES_JOURNAL: &str = "CREATE TABLE IF NOT EXISTS %JOURNAL% (
    migration varchar(255) NOT NULL,
    position bigint NOT NULL,
    direction varchar(20) NOT NULL,
    state varchar(20) NOT NULL,
    hash varchar(40),
    statement text,
    objects text,
    answer bytea,
    PRIMARY KEY (migration, position)
);
CREATE TABLE IF NOT EXISTS %LOG% (
    id varchar(36) NOT NULL PRIMARY KEY,
    logged_at timestamp,
    action varchar(40) NOT NULL,
    migration varchar(255) NOT NULL,
    who varchar(255),
    host varchar(255),
    glim_version varchar(255),
    duration_ms bigint,
    message text
)";

// The journal has to be as transactional as the ledger, whatever the server's default engine is.
const MYSQL_JOURNAL: &str = "CREATE TABLE IF NOT EXISTS %JOURNAL% (
    `migration` varchar(255) NOT NULL,
    `position` bigint NOT NULL,
    `direction` varchar(20) NOT NULL,
    `state` varchar(20) NOT NULL,
    `hash` varchar(40),
    `statement` longtext,
    `objects` longtext,
    `answer` longblob,
    PRIMARY KEY (`migration`, `position`)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE TABLE IF NOT EXISTS %LOG% (
    `id` varchar(36) NOT NULL PRIMARY KEY,
    `logged_at` datetime(6),
    `action` varchar(40) NOT NULL,
    `migration` varchar(255) NOT NULL,
    `who` varchar(255),
    `host` varchar(255),
    `glim_version` varchar(255),
    `duration_ms` bigint,
    `message` longtext
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

// Version 4 is what holds for the database whatever a configuration says. It may be run again.

const SETTINGS_OF_SQL: &str = "CREATE TABLE IF NOT EXISTS %SETTINGS% (
    name varchar(40) NOT NULL PRIMARY KEY,
    value varchar(255) NOT NULL
)";

const MYSQL_SETTINGS: &str = "CREATE TABLE IF NOT EXISTS %SETTINGS% (
    `name` varchar(40) NOT NULL PRIMARY KEY,
    `value` varchar(255) NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

#[cfg(test)]
mod tests {
    use glim_schema::Dialect;
    use refinery_core::Migration;

    use super::{Expected, expected, versions};

    /// The numbers stand in the histories of databases out there: a change of a text would lock their owners out.
    #[test]
    fn no_released_version_has_changed() {
        for dialect in Dialect::ALL {
            for ((name, sql), expected) in versions(dialect).into_iter().zip(expected(dialect)) {
                let migration = Migration::unapplied(name, sql).expect("a valid name");
                let (version, checksum) = (migration.version(), migration.checksum());
                assert_eq!(expected, Expected { version, name: migration.name(), checksum }, "{dialect}");
            }
        }
    }
}
