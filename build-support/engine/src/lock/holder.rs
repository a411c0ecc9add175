//! Who holds a lock.

use std::fmt;

/// Who holds the lock, as far as that could be found out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// The process on its machine, or the server's number for the connection.
    pub id: Option<Id>,
    /// The user, of the machine or of the database.
    pub user: Option<String>,
    /// The machine.
    pub host: Option<String>,
    /// The program, where the connection says it.
    pub program: Option<String>,
    /// Since when: the lock in a file, else the connection.
    pub since: Option<String>,
}

/// A number that a person can look up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Id {
    /// A process.
    Process(u64),
    /// A connection, by the server's number.
    Connection(u64),
}

impl fmt::Display for Holder {
    /// `process 4711 (anna on laptop, since 2026-11-22 15:02:03 UTC)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.id {
            Some(Id::Process(id)) => write!(f, "process {id}")?,
            Some(Id::Connection(id)) => write!(f, "connection {id}")?,
            None => f.write_str("another process")?,
        }
        let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        let who = match (given(&self.user), given(&self.host)) {
            (Some(user), Some(host)) => Some(format!("{user} on {host}")),
            (Some(user), None) => Some(user),
            (None, host) => host,
        };
        let since = given(&self.since).map(|since| format!("since {since}"));
        let details: Vec<_> = [given(&self.program), who, since].into_iter().flatten().collect();
        if details.is_empty() { Ok(()) } else { write!(f, " ({})", details.join(", ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Holder, Id};

    #[test]
    fn what_is_known_is_said() {
        let some = |text: &str| Some(text.to_owned());
        let mut holder = Holder {
            id: Some(Id::Process(4711)),
            user: some("anna"),
            host: some("laptop"),
            program: None,
            since: some("2026-11-22 15:02:03 UTC"),
        };
        assert_eq!(holder.to_string(), "process 4711 (anna on laptop, since 2026-11-22 15:02:03 UTC)");
        holder = Holder { id: Some(Id::Connection(7)), program: some("cargo-glim"), ..Holder::default() };
        assert_eq!(holder.to_string(), "connection 7 (cargo-glim)");
        assert_eq!(Holder { user: some(""), ..Holder::default() }.to_string(), "another process");
    }
}
