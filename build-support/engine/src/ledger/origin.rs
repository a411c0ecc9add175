//! Who we are, as rows and locks say it.

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
