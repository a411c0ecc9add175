//! What a migration would do to a live database, judged statement by statement: rules that look at words, rules of squawk,
//! and what was measured on a scratch database.
//!
//! Nothing here touches a database but [`probe`].

mod allow;
mod judge;
mod migration;
pub mod probe;
mod rule;
mod rules;
mod squawk;
mod statement;
mod target;
#[cfg(test)]
mod tests;
mod words;

pub use self::allow::{Allow, in_sql};
pub use self::judge::{Finding, Found, heed, judge, made};
pub use self::migration::Subject;
pub use self::rule::{Rule, Severity};
pub use self::rules::{all, find};
pub use self::target::{Fault, Rows};

/// This day, as suppressions write days.
pub fn today() -> String {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date().to_string()
}
