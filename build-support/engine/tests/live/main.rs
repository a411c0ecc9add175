//! Ledger, lock and introspection on real databases. SQLite is built in; servers are those of `GLIM_TEST_POSTGRES` and
//! `GLIM_TEST_MYSQL`, which `tests/run` starts.

#![cfg(feature = "sqlite")]

mod activity;
mod adopt;
mod backfill;
mod cut;
mod ended;
mod introspect;
mod ledger;
mod ledger_by_hand;
mod lock;
mod property;
#[path = "../../../schema/tests/diff/random.rs"]
mod random;
mod rebuild;
mod resume;
mod retry;
mod scratch;
mod sound;
mod support;
mod unclear;
