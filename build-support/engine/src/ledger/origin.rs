//! Who we are and when, as rows and locks say it.

use std::time::{SystemTime, UNIX_EPOCH};

use glim::value::Timestamp;

/// The user that this process runs as, as far as its environment says.
pub(crate) fn user() -> Option<String> {
    ["USER", "LOGNAME", "USERNAME"]
        .into_iter()
        .find_map(|name| std::env::var(name).ok())
        .filter(|user| !user.is_empty())
}

/// This machine's name.
pub(crate) fn host() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

/// `user@host`.
pub(super) fn user_at_host() -> String {
    match user() {
        Some(user) => format!("{user}@{}", host()),
        None => host(),
    }
}

/// The present time in UTC, in microseconds as databases keep it.
pub(crate) fn now() -> Option<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Timestamp::from_microseconds_since_epoch(i64::try_from(since.as_micros()).ok()?)
}
