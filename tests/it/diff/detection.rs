//! Rows of what is detected: what is done to a database that is as its models say, and what is said of it.

use crate::support::{Database, Kind};

/// A way to change a database, and to change it back.
pub(super) enum How {
    /// These statements.
    Sql(&'static str, &'static str),
    /// SQLite: this text of a stored statement becomes that one.
    Text(&'static str, &'static str),
    /// There is no such thing.
    Never,
}

/// One kind of difference.
pub(super) struct Row {
    pub(super) what: &'static str,
    sqlite: How,
    postgres: How,
    mysql: How,
    /// What is said; with `|` between what is said on each database, where that differs.
    said: &'static [&'static str],
}

impl Row {
    pub(super) fn statements(&self, database: &Database) -> Option<[String; 2]> {
        let how = match database.kind() {
            Kind::Sqlite => &self.sqlite,
            Kind::Postgres => &self.postgres,
            Kind::Mysql => &self.mysql,
        };
        match how {
            Sql(make, undo) => Some([(*make).to_owned(), (*undo).to_owned()]),
            Text(from, to) => {
                let quoted = |text: &str| format!("'{}'", text.replace('\'', "''"));
                let replace = |from: &str, to: &str| {
                    let (from, to) = (quoted(from), quoted(to));
                    format!(
                        "PRAGMA writable_schema = ON; \
                         UPDATE sqlite_schema SET sql = replace(sql, {from}, {to}) WHERE instr(sql, {from}) > 0; \
                         PRAGMA writable_schema = RESET"
                    )
                };
                Some([replace(from, to), replace(to, from)])
            }
            Never => None,
        }
    }

    pub(super) fn lines(&self, database: &Database) -> Vec<String> {
        let of = |line: &&str| {
            let each: Vec<&str> = line.split(" | ").collect();
            let own = each.get(database.kind() as usize).or(each.first()).copied().unwrap_or_default();
            own.to_owned()
        };
        self.said.iter().map(of).filter(|line| !line.is_empty()).collect()
    }
}

use How::{Never, Sql, Text};

pub(super) const ROWS: &[Row] = &[
    Row {
        what: "a foreign key that is missing",
        sqlite: Text(
            " CONSTRAINT `users_team_id_fkey` FOREIGN KEY (`team_id`) REFERENCES `teams` (`id`) ON DELETE CASCADE,",
            "/* gone */",
        ),
        postgres: Sql(
            "ALTER TABLE users DROP CONSTRAINT users_team_id_fkey",
            "ALTER TABLE users ADD CONSTRAINT users_team_id_fkey \
             FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE",
        ),
        mysql: Sql(
            "ALTER TABLE users DROP FOREIGN KEY users_team_id_fkey",
            "ALTER TABLE users ADD CONSTRAINT users_team_id_fkey \
             FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE",
        ),
        said: &["+ foreign key users (team_id) references teams (id) on_delete cascade"],
    },
    Row {
        what: "a table that is missing",
        sqlite: Sql("ALTER TABLE teams RENAME TO glim_hidden", "ALTER TABLE glim_hidden RENAME TO teams"),
        postgres: Sql("ALTER TABLE teams RENAME TO glim_hidden", "ALTER TABLE glim_hidden RENAME TO teams"),
        mysql: Sql("RENAME TABLE teams TO glim_hidden", "RENAME TABLE glim_hidden TO teams"),
        said: &[
            "+ table teams | + table teams comment \"who plays together\" | + table teams comment \"who plays together\"",
            "~ foreign key users: (team_id) references glim_hidden (id) on_delete cascade -> (team_id) references teams (id) on_delete cascade",
        ],
    },
    Row {
        what: "a table that no model has",
        sqlite: Sql("CREATE TABLE legacy (id int)", "DROP TABLE legacy"),
        postgres: Sql("CREATE TABLE legacy (id int)", "DROP TABLE legacy"),
        mysql: Sql("CREATE TABLE legacy (id int)", "DROP TABLE legacy"),
        said: &["- table legacy"],
    },
    Row {
        what: "a column that no model has",
        sqlite: Sql("ALTER TABLE teams ADD COLUMN old text", "ALTER TABLE teams DROP COLUMN old"),
        postgres: Sql("ALTER TABLE teams ADD COLUMN old text", "ALTER TABLE teams DROP COLUMN old"),
        mysql: Sql("ALTER TABLE teams ADD COLUMN old longtext", "ALTER TABLE teams DROP COLUMN old"),
        said: &["- column teams.old text null"],
    },
    Row {
        what: "a column under another name",
        sqlite: Sql("ALTER TABLE users RENAME COLUMN born TO birth", "ALTER TABLE users RENAME COLUMN birth TO born"),
        postgres: Sql("ALTER TABLE users RENAME COLUMN born TO birth", "ALTER TABLE users RENAME COLUMN birth TO born"),
        mysql: Sql("ALTER TABLE users RENAME COLUMN born TO birth", "ALTER TABLE users RENAME COLUMN birth TO born"),
        said: &["- column users.birth date null", "+ column users.born date null"],
    },
    Row {
        what: "a type",
        sqlite: Text("`name` varchar(40)", "`name` varchar(30)"),
        postgres: Sql(
            "ALTER TABLE teams ALTER COLUMN name TYPE varchar(30)",
            "ALTER TABLE teams ALTER COLUMN name TYPE varchar(40)",
        ),
        mysql: Sql(
            "ALTER TABLE teams MODIFY name varchar(30) NOT NULL",
            "ALTER TABLE teams MODIFY name varchar(40) NOT NULL",
        ),
        said: &["~ column teams.name: text(30) -> text(40)"],
    },
    Row {
        what: "whether a column may be NULL",
        sqlite: Text("`name` varchar(40) NOT NULL", "`name` varchar(40)"),
        postgres: Sql(
            "ALTER TABLE teams ALTER COLUMN name DROP NOT NULL",
            "ALTER TABLE teams ALTER COLUMN name SET NOT NULL",
        ),
        mysql: Sql("ALTER TABLE teams MODIFY name varchar(40)", "ALTER TABLE teams MODIFY name varchar(40) NOT NULL"),
        said: &["~ column teams.name: text(40) null -> text(40)"],
    },
    Row {
        what: "a default",
        sqlite: Text("DEFAULT 'new'", "DEFAULT 'old'"),
        postgres: Sql(
            "ALTER TABLE users ALTER COLUMN state SET DEFAULT 'old'",
            "ALTER TABLE users ALTER COLUMN state SET DEFAULT 'new'",
        ),
        mysql: Sql(
            "ALTER TABLE users ALTER COLUMN state SET DEFAULT 'old'",
            "ALTER TABLE users ALTER COLUMN state SET DEFAULT 'new'",
        ),
        said: &["~ column users.state: text(20) default text \"old\" -> text(20) default text \"new\""],
    },
    Row {
        what: "a collation",
        sqlite: Text("`name` varchar(40) NOT NULL", "`name` varchar(40) NOT NULL COLLATE NOCASE"),
        postgres: Sql(
            "ALTER TABLE teams ALTER COLUMN name TYPE varchar(40) COLLATE \"C\"",
            "ALTER TABLE teams ALTER COLUMN name TYPE varchar(40) COLLATE \"default\"",
        ),
        mysql: Sql(
            "ALTER TABLE teams MODIFY name varchar(40) COLLATE utf8mb4_bin NOT NULL",
            "ALTER TABLE teams MODIFY name varchar(40) NOT NULL",
        ),
        said: &["~ column teams.name: text(40) collation NOCASE -> text(40) | \
                 ~ column teams.name: text(40) collation C -> text(40) | \
                 ~ column teams.name: text(40) collation utf8mb4_bin -> text(40)"],
    },
    Row {
        what: "a column that is computed",
        sqlite: Sql(
            "ALTER TABLE teams ADD COLUMN twice int AS (id * 2) VIRTUAL",
            "ALTER TABLE teams DROP COLUMN twice",
        ),
        postgres: Sql(
            "ALTER TABLE teams ADD COLUMN twice int GENERATED ALWAYS AS (id * 2) STORED",
            "ALTER TABLE teams DROP COLUMN twice",
        ),
        mysql: Sql(
            "ALTER TABLE teams ADD COLUMN twice int AS (char_length(name) * 2) VIRTUAL",
            "ALTER TABLE teams DROP COLUMN twice",
        ),
        said: &["- column teams.twice int32 null computed \"id * 2\" | \
                 - column teams.twice int32 null stored \"(id * 2)\" | \
                 - column teams.twice int32 null computed \"char_length(`name`) * 2\""],
    },
    Row {
        what: "whether the database numbers the rows",
        sqlite: Text("`id` INTEGER PRIMARY KEY AUTOINCREMENT", "`id` INTEGER PRIMARY KEY"),
        postgres: Sql(
            "ALTER TABLE teams ALTER COLUMN id DROP IDENTITY",
            "ALTER TABLE teams ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY",
        ),
        mysql: Sql(
            "SET foreign_key_checks = 0; ALTER TABLE teams MODIFY id int NOT NULL; SET foreign_key_checks = 1",
            "SET foreign_key_checks = 0; ALTER TABLE teams MODIFY id int NOT NULL AUTO_INCREMENT; \
             SET foreign_key_checks = 1",
        ),
        said: &["~ column teams.id: int32 -> int32 auto_increment"],
    },
    Row {
        what: "the primary key",
        sqlite: Text("PRIMARY KEY (`id`)", "PRIMARY KEY (`id`, `age`)"),
        postgres: Sql(
            "ALTER TABLE users DROP CONSTRAINT users_pkey; ALTER TABLE users ADD PRIMARY KEY (id, age)",
            "ALTER TABLE users DROP CONSTRAINT users_pkey; ALTER TABLE users ADD PRIMARY KEY (id)",
        ),
        mysql: Sql(
            "ALTER TABLE users DROP PRIMARY KEY, ADD PRIMARY KEY (id, age)",
            "ALTER TABLE users DROP PRIMARY KEY, ADD PRIMARY KEY (id)",
        ),
        said: &["~ primary key users: (id, age) -> (id)"],
    },
    Row {
        what: "an index",
        sqlite: Sql("CREATE INDEX more ON users (token DESC)", "DROP INDEX more"),
        postgres: Sql("CREATE INDEX more ON users (token DESC) INCLUDE (age)", "DROP INDEX more"),
        mysql: Sql("CREATE INDEX more ON users (token)", "DROP INDEX more ON users"),
        said: &["- index users (token desc) name more | \
                 - index users (token desc) include (age) name more | \
                 - index users (token) name more"],
    },
    Row {
        what: "the name of an index that the model names",
        sqlite: Sql(
            "DROP INDEX chosen; CREATE INDEX other ON users (state, age)",
            "DROP INDEX other; CREATE INDEX chosen ON users (state, age)",
        ),
        postgres: Sql("ALTER INDEX chosen RENAME TO other", "ALTER INDEX other RENAME TO chosen"),
        mysql: Sql("ALTER TABLE users RENAME INDEX chosen TO other", "ALTER TABLE users RENAME INDEX other TO chosen"),
        said: &["~ index users: (state, age) name other -> (state, age) name chosen"],
    },
    Row {
        what: "the condition of an index",
        sqlite: Sql(
            "DROP INDEX chosen; CREATE INDEX chosen ON users (state, age) WHERE age > 1",
            "DROP INDEX chosen; CREATE INDEX chosen ON users (state, age)",
        ),
        postgres: Sql(
            "DROP INDEX chosen; CREATE INDEX chosen ON users (state, age) WHERE age > 1",
            "DROP INDEX chosen; CREATE INDEX chosen ON users (state, age)",
        ),
        mysql: Never,
        said: &["~ index users: (state, age) where \"age > 1\" name chosen -> (state, age) name chosen | \
                 ~ index users: (state, age) where \"(age > 1)\" name chosen -> (state, age) name chosen"],
    },
    Row {
        what: "an index over an expression, and one of another kind",
        sqlite: Sql("CREATE INDEX low ON teams (lower(name))", "DROP INDEX low"),
        postgres: Sql("CREATE INDEX low ON teams USING hash (lower(name))", "DROP INDEX low"),
        mysql: Sql("CREATE FULLTEXT INDEX low ON teams (name)", "DROP INDEX low ON teams"),
        said: &["- index teams (sql \"lower(name)\") name low | \
                 - index teams (sql \"lower(name::text)\") using hash name low | \
                 - index teams (name) using fulltext name low"],
    },
    Row {
        what: "a unique constraint",
        sqlite: Sql("CREATE UNIQUE INDEX once ON teams (name)", "DROP INDEX once"),
        postgres: Sql("ALTER TABLE teams ADD CONSTRAINT once UNIQUE (name)", "ALTER TABLE teams DROP CONSTRAINT once"),
        mysql: Sql("ALTER TABLE teams ADD CONSTRAINT once UNIQUE (name)", "ALTER TABLE teams DROP INDEX once"),
        said: &[
            "- index teams (name) unique name once | - unique teams (name) name once | - unique teams (name) name once",
        ],
    },
    Row {
        what: "what a foreign key does",
        sqlite: Text("ON DELETE CASCADE", "ON DELETE SET NULL"),
        postgres: Sql(
            "ALTER TABLE users DROP CONSTRAINT users_team_id_fkey; ALTER TABLE users ADD CONSTRAINT users_team_id_fkey \
             FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE SET NULL DEFERRABLE",
            "ALTER TABLE users DROP CONSTRAINT users_team_id_fkey; ALTER TABLE users ADD CONSTRAINT users_team_id_fkey \
             FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE",
        ),
        mysql: Sql(
            "ALTER TABLE users DROP FOREIGN KEY users_team_id_fkey; ALTER TABLE users ADD CONSTRAINT \
             users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE SET NULL",
            "ALTER TABLE users DROP FOREIGN KEY users_team_id_fkey; ALTER TABLE users ADD CONSTRAINT \
             users_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams (id) ON DELETE CASCADE",
        ),
        said: &[
            "~ foreign key users: (team_id) references teams (id) on_delete set_null -> (team_id) references teams (id) on_delete cascade | \
        ~ foreign key users: (team_id) references teams (id) on_delete set_null deferrable -> (team_id) references teams (id) on_delete cascade | \
        ~ foreign key users: (team_id) references teams (id) on_delete set_null -> (team_id) references teams (id) on_delete cascade",
        ],
    },
    Row {
        what: "the condition of a check, not only its name",
        sqlite: Text("CHECK (age < 200)", "CHECK (age < 100)"),
        postgres: Sql(
            "DO $$ DECLARE n text; BEGIN SELECT conname INTO n FROM pg_constraint WHERE contype = 'c' \
             AND pg_get_constraintdef(oid) LIKE '%200%'; EXECUTE 'ALTER TABLE users DROP CONSTRAINT ' || n; \
             EXECUTE 'ALTER TABLE users ADD CONSTRAINT ' || n || ' CHECK (age < 100)'; END $$",
            "DO $$ DECLARE n text; BEGIN SELECT conname INTO n FROM pg_constraint WHERE contype = 'c' \
             AND pg_get_constraintdef(oid) LIKE '%100%'; EXECUTE 'ALTER TABLE users DROP CONSTRAINT ' || n; \
             EXECUTE 'ALTER TABLE users ADD CONSTRAINT ' || n || ' CHECK (age < 200)'; END $$",
        ),
        mysql: Sql(
            "ALTER TABLE users DROP CONSTRAINT users_a3418e50_check, ADD CONSTRAINT users_a3418e50_check CHECK (age < 100)",
            "ALTER TABLE users DROP CONSTRAINT users_a3418e50_check, ADD CONSTRAINT users_a3418e50_check CHECK (age < 200)",
        ),
        said: &["~ check users: \"age < 100\" name users_a3418e50_check -> \"age < 200\" | \
                 ~ check users: \"(age < 100)\" name users_a3418e50_check -> \"(age < 200)\" name users_a3418e50_check | \
                 ~ check users: \"`age` < 100\" name users_a3418e50_check -> \"`age` < 200\" name users_a3418e50_check"],
    },
    Row {
        what: "a comment",
        sqlite: Never,
        postgres: Sql(
            "COMMENT ON COLUMN users.age IS 'in days'; COMMENT ON TABLE teams IS NULL",
            "COMMENT ON COLUMN users.age IS 'in years'; COMMENT ON TABLE teams IS 'who plays together'",
        ),
        mysql: Sql(
            "ALTER TABLE users MODIFY age int NOT NULL DEFAULT 18 COMMENT 'in days'; ALTER TABLE teams COMMENT = ''",
            "ALTER TABLE users MODIFY age int NOT NULL DEFAULT 18 COMMENT 'in years'; \
             ALTER TABLE teams COMMENT = 'who plays together'",
        ),
        said: &[
            "~ table teams: nothing -> comment \"who plays together\"",
            "~ column users.age: int32 default number \"18\" comment \"in days\" -> int32 default number \"18\" \
             comment \"in years\"",
        ],
    },
    Row {
        what: "an enum",
        sqlite: Sql(
            "ALTER TABLE teams ADD COLUMN mood text CHECK (mood IN ('a', 'b'))",
            "ALTER TABLE teams DROP COLUMN mood",
        ),
        postgres: Sql(
            "CREATE TYPE teams_mood AS ENUM ('a', 'b'); ALTER TABLE teams ADD COLUMN mood teams_mood",
            "ALTER TABLE teams DROP COLUMN mood; DROP TYPE teams_mood",
        ),
        mysql: Sql("ALTER TABLE teams ADD COLUMN mood enum('a', 'b')", "ALTER TABLE teams DROP COLUMN mood"),
        said: &["- enum teams_mood (\"a\", \"b\")", "- column teams.mood enum(teams_mood) null"],
    },
    Row {
        what: "a type that only one database knows",
        sqlite: Sql("ALTER TABLE teams ADD COLUMN fee MONEY", "ALTER TABLE teams DROP COLUMN fee"),
        postgres: Sql("ALTER TABLE teams ADD COLUMN fee inet[]", "ALTER TABLE teams DROP COLUMN fee"),
        mysql: Sql("ALTER TABLE teams ADD COLUMN fee year", "ALTER TABLE teams DROP COLUMN fee"),
        said: &["- column teams.fee native(\"MONEY\") null | - column teams.fee native(\"inet[]\") null | \
                 - column teams.fee native(\"year(4)\") null"],
    },
];
