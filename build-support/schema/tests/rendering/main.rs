//! What `sql::render` writes: compared with the files in `golden/` (`SNAPSHOTS=overwrite` writes them), and run on real
//! databases. SQLite is built in; servers are those of `GLIM_TEST_POSTGRES` and `GLIM_TEST_MYSQL`, which `tests/run`
//! starts.

mod cases;
mod golden;
mod live;
mod refused;
mod sqlite;
