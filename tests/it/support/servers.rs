//! The servers that `tests/run` started, from the variables that `tests/servers.bash` describes.

use std::collections::BTreeMap;

/// How to reach a server as a superuser.
#[derive(Clone, Debug)]
pub(crate) struct Server {
    words: BTreeMap<String, String>,
}

impl Server {
    /// The server of a variable; `None` when the variable is not set. One that is set counts: it must work.
    pub(crate) fn from_env(variable: &str) -> Option<Self> {
        Some(Self::read(&std::env::var(variable).ok()?))
    }

    /// The server of that description.
    pub(crate) fn read(description: &str) -> Self {
        let words = description.split_whitespace().map(|word| {
            let (key, value) = word.split_once('=').unwrap_or_else(|| panic!("{description}: `{word}` has no `=`"));
            (key.to_owned(), value.to_owned())
        });
        Self { words: words.collect() }
    }

    fn word(&self, key: &str) -> &str {
        self.words.get(key).unwrap_or_else(|| panic!("the server's description has no `{key}`: {:?}", self.words))
    }

    /// `PostgreSQL`: the socket's directory; `MariaDB`: the socket.
    pub(crate) fn socket(&self) -> &str {
        self.word("socket")
    }

    /// The address of its TCP port.
    pub(crate) fn host(&self) -> &str {
        self.word("host")
    }

    /// Its TCP port.
    pub(crate) fn port(&self) -> u16 {
        self.word("port").parse().expect("tests/servers.bash writes a number")
    }

    /// The superuser.
    pub(crate) fn user(&self) -> &str {
        self.word("user")
    }

    /// The superuser's password.
    pub(crate) fn password(&self) -> &str {
        self.word("password")
    }

    /// The file of the authority that signed its certificate, which is for `localhost` alone.
    pub(crate) fn ca(&self) -> &str {
        self.word("ca")
    }

    /// The file of a certificate that signed nothing.
    pub(crate) fn client_certificate(&self) -> &str {
        self.word("cert")
    }
}
