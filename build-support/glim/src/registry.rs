//! How migrations and models of all linked crates come together.

use glim_schema::Table;

use crate::migration::Migration;
use crate::sql::SqlMigration;

/// A registered migration: the value of [`migration!`](crate::migration).
pub struct Registration {
    pub(crate) migration: &'static dyn Migration,
    pub(crate) name: Option<&'static str>,
    pub(crate) type_path: &'static str,
    pub(crate) version: Option<&'static str>,
    pub(crate) after: &'static [&'static str],
    pub(crate) transaction: bool,
    pub(crate) db: Option<&'static str>,
    pub(crate) irreversible: bool,
    pub(crate) sql: Option<&'static SqlMigration>,
    pub(crate) origin: Origin,
}

/// Where in the sources something is registered.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// The package's name.
    pub package: &'static str,
    /// The module's path, beginning with the crate's name.
    pub module: &'static str,
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
}

/// A model that `#[derive(Model)]` has registered.
pub struct ModelRegistration {
    /// The struct's name.
    pub name: &'static str,
    /// The table that it describes.
    pub table: fn() -> &'static Table,
    /// The alias that it belongs to, if only to one.
    pub db: Option<&'static str>,
    /// Whether it is only a row shape for one migration.
    pub frozen: bool,
    /// The package's name.
    pub package: &'static str,
    /// The module's path, beginning with the crate's name.
    pub module: &'static str,
    /// The file, as the compiler was given it.
    pub file: &'static str,
    /// The line, from 1.
    pub line: u32,
}

inventory::collect!(Registration);
inventory::collect!(ModelRegistration);

impl Registration {
    /// A migration with no options. Called by [`migration!`](crate::migration).
    #[doc(hidden)]
    pub const fn new(migration: &'static dyn Migration, type_path: &'static str, origin: Origin) -> Self {
        Self {
            migration,
            name: None,
            type_path,
            version: None,
            after: &[],
            transaction: true,
            db: None,
            irreversible: false,
            sql: None,
            origin,
        }
    }

    /// A migration that is SQL texts. Called by what `glim-build` generates.
    #[doc(hidden)]
    pub const fn of_sql(sql: &'static SqlMigration, name: &'static str, origin: Origin) -> Self {
        let irreversible = sql.rollback.is_none();
        let transaction = sql.run.transaction;
        Self { name: Some(name), irreversible, transaction, sql: Some(sql), ..Self::new(sql, "", origin) }
    }

    /// The option `name`.
    #[must_use]
    #[doc(hidden)]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// The option `version`.
    #[must_use]
    #[doc(hidden)]
    pub const fn version(mut self, version: &'static str) -> Self {
        self.version = Some(version);
        self
    }

    /// The option `after`.
    #[must_use]
    #[doc(hidden)]
    pub const fn after(mut self, after: &'static [&'static str]) -> Self {
        self.after = after;
        self
    }

    /// The option `transaction`.
    #[must_use]
    #[doc(hidden)]
    pub const fn transaction(mut self, transaction: bool) -> Self {
        self.transaction = transaction;
        self
    }

    /// The option `db`.
    #[must_use]
    #[doc(hidden)]
    pub const fn db(mut self, db: &'static str) -> Self {
        self.db = Some(db);
        self
    }

    /// The option `irreversible`.
    #[must_use]
    #[doc(hidden)]
    pub const fn irreversible(mut self) -> Self {
        self.irreversible = true;
        self
    }

    /// The name that the ledger knows it by: the option `name`, else the type's name.
    pub fn identity(&self) -> &'static str {
        self.name.unwrap_or_else(|| self.type_name())
    }

    /// The migration itself, to be run.
    pub fn migration(&self) -> &'static dyn Migration {
        self.migration
    }

    /// Its texts, where it is SQL and not a type.
    pub fn sql(&self) -> Option<&'static SqlMigration> {
        self.sql
    }

    /// The type's name without its path; empty where it is SQL.
    pub fn type_name(&self) -> &'static str {
        self.type_path.rsplit("::").next().unwrap_or(self.type_path).trim()
    }
}

/// Every registered migration. In the order of name, file and line, since the linker's order means nothing.
pub fn migrations() -> Vec<&'static Registration> {
    let mut all: Vec<_> = inventory::iter::<Registration>.into_iter().collect();
    // Cached, since a name is cut out of the type's path, and runners are seldom optimised.
    all.sort_by_cached_key(|r| (r.identity(), r.origin.file, r.origin.line));
    all
}

/// Every registered model, in the order of name, file and line.
pub fn models() -> Vec<&'static ModelRegistration> {
    let mut all: Vec<_> = inventory::iter::<ModelRegistration>.into_iter().collect();
    all.sort_by_key(|r| (r.name, r.file, r.line));
    all
}

/// A constant that registers a migration: `inventory::submit! { glim::migration!(AddUser) }`.
///
/// The type is a unit struct that implements [`Migration`]. Options follow, separated by commas:
/// - `name = "..."`: its identity in the ledger; the type's name unless said otherwise;
/// - `version = "20261122_150203"`: where it stands in the order; the digits at the start of the file's name unless
///   said otherwise;
/// - `after = ["Other"]`: the names of migrations that must be applied first;
/// - `transaction = false`: run outside a transaction, for statements that need that;
/// - `db = "alias"`: takes part only when that alias is selected;
/// - `irreversible`: it has no `rollback`.
#[macro_export]
macro_rules! migration {
    ($type:path $(, $($options:tt)*)?) => {
        $crate::__migration_options!(
            {
                $crate::__private::Registration::new(
                    &$type,
                    stringify!($type),
                    $crate::__private::Origin {
                        package: env!("CARGO_PKG_NAME"),
                        module: module_path!(),
                        file: file!(),
                        line: line!(),
                    },
                )
            }
            $($($options)*)?
        )
    };
}

/// Registers a migration: short for `inventory::submit! { glim::migration!(...) }`, with the same options.
#[macro_export]
macro_rules! submit {
    ($($migration:tt)*) => {
        $crate::inventory::submit! { $crate::migration!($($migration)*) }
    };
}

// Not public API. Takes the options of `migration!` one by one.
#[doc(hidden)]
#[macro_export]
macro_rules! __migration_options {
    ({ $($made:tt)* }) => { $($made)* };
    ({ $($made:tt)* } name = $value:literal $(, $($rest:tt)*)?) => {
        $crate::__migration_options!({ $($made)*.name($value) } $($($rest)*)?)
    };
    ({ $($made:tt)* } version = $value:literal $(, $($rest:tt)*)?) => {
        $crate::__migration_options!({ $($made)*.version($value) } $($($rest)*)?)
    };
    ({ $($made:tt)* } after = [$($value:literal),* $(,)?] $(, $($rest:tt)*)?) => {
        $crate::__migration_options!({ $($made)*.after(&[$($value),*]) } $($($rest)*)?)
    };
    ({ $($made:tt)* } transaction = $value:literal $(, $($rest:tt)*)?) => {
        $crate::__migration_options!({ $($made)*.transaction($value) } $($($rest)*)?)
    };
    ({ $($made:tt)* } db = $value:literal $(, $($rest:tt)*)?) => {
        $crate::__migration_options!({ $($made)*.db($value) } $($($rest)*)?)
    };
    // Read from the source by `cargo glim lint`.
    ({ $($made:tt)* } allow($($allow:tt)*) $(, $($rest:tt)*)?) => {
        $crate::__migration_options!({ $($made)* } $($($rest)*)?)
    };
    ({ $($made:tt)* } irreversible $(, $($rest:tt)*)?) => {
        $crate::__migration_options!({ $($made)*.irreversible() } $($($rest)*)?)
    };
    ({ $($made:tt)* } $option:tt $($rest:tt)*) => {
        compile_error!(concat!(
            "unexpected `", stringify!($option), "`; the options of a migration are: name = \"...\", version = \"...\", ",
            "after = [\"...\"], transaction = false, db = \"...\", irreversible, allow(rule, reason = \"...\")"
        ))
    };
}

#[cfg(test)]
mod tests {
    use super::Origin;
    use crate::{Db, Migration, Result, SqlMigration, SqlText};

    struct First;
    struct Second;

    impl Migration for First {
        fn run(&self, _: &mut Db) -> Result<()> {
            Ok(())
        }
    }

    impl Migration for Second {
        fn run(&self, _: &mut Db) -> Result<()> {
            Ok(())
        }
    }

    inventory::submit! { crate::migration!(First) }
    crate::submit!(
        Second,
        name = "second",
        version = "7",
        after = ["First"],
        transaction = false,
        db = "x",
        irreversible
    );

    const LATER: SqlText = SqlText { file: "m/2_later.sql", line: 1, transaction: false, text: "VACUUM;" };

    inventory::submit! {
        super::Registration::of_sql(
            &SqlMigration { title: "later", layout: "sqlx", run: LATER, rollback: None },
            "2_later",
            Origin { package: "p", module: "p::migrations", file: "m/2_later.sql", line: 1 },
        ).version("2")
    }

    #[test]
    fn registrations_are_found_with_their_options() {
        let all = super::migrations();
        assert_eq!(all.iter().map(|r| r.identity()).collect::<Vec<_>>(), ["2_later", "First", "second"]);
        let (first, second) = (all[1], all[2]);
        assert_eq!((first.version, first.after, first.transaction, first.irreversible), (None, &[][..], true, false));
        assert_eq!((second.version, second.after, second.transaction), (Some("7"), &["First"][..], false));
        assert_eq!((second.db, second.irreversible, second.type_name()), (Some("x"), true, "Second"));
        assert_eq!(first.origin.package, "glim-migrations");
        assert!(first.origin.file.ends_with("registry.rs"), "{}", first.origin.file);
        assert_eq!(first.sql(), None);
    }

    #[test]
    fn sql_is_registered_with_its_texts_and_what_follows_from_them() {
        let all = super::migrations();
        let later = all.iter().find(|it| it.identity() == "2_later").expect("it is registered above");
        assert_eq!(later.sql().map(|sql| sql.run), Some(LATER));
        assert_eq!((later.type_name(), later.version), ("", Some("2")));
        assert!(later.irreversible && !later.transaction);
        assert_eq!(later.migration.description(), "later");
    }
}
