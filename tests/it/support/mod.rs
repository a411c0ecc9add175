//! What scenarios stand on: projects, the command, databases.

mod command;
mod database;
mod project;
mod sarif;
mod servers;

pub(crate) use command::{Glim, Output, Running};
pub(crate) use database::{Database, Kind, Row};
pub(crate) use project::{Project, manifest, repository, target};
pub(crate) use sarif::Schema as SarifSchema;
pub(crate) use servers::Server;

/// Makes a module of each scenario, a function that takes a [`Database`], with one test for each kind of database:
/// `scenario::sqlite`, `scenario::postgres` and `scenario::mysql`.
macro_rules! for_each_database {
    ($($scenario:ident),+ $(,)?) => {$(
        mod $scenario {
            use $crate::support::{Database, Kind};

            #[test]
            fn sqlite() {
                Database::test(Kind::Sqlite, module_path!(), super::$scenario);
            }

            #[test]
            fn postgres() {
                Database::test(Kind::Postgres, module_path!(), super::$scenario);
            }

            #[test]
            fn mysql() {
                Database::test(Kind::Mysql, module_path!(), super::$scenario);
            }
        }
    )+};
}
pub(crate) use for_each_database;
