//! Where a session is.

use tokio_postgres::SimpleQueryMessage;

use crate::driver::Server;

/// What is asked of a server at first.
pub(super) const ASK: &str = "SELECT current_setting('server_version'), current_database(), current_schema(), \
                              host(inet_server_addr()), inet_server_port(), pg_backend_pid()";

/// The answer to [`ASK`].
#[derive(Debug, Default)]
pub(super) struct Session {
    version: String,
    database: String,
    schema: Option<String>,
    /// Host and port; none on a Unix socket.
    host: Option<(String, String)>,
    /// The process that serves it.
    pub(super) process: Option<String>,
}

impl Session {
    /// Reads the answer.
    pub(super) fn read(messages: &[SimpleQueryMessage]) -> Self {
        let row = messages.iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        let field = |at| row.and_then(|row| row.get(at)).map(str::to_owned);
        Self {
            version: field(0).unwrap_or_default().split(' ').next().unwrap_or_default().to_owned(),
            database: field(1).unwrap_or_default(),
            schema: field(2),
            host: field(3).zip(field(4)),
            process: field(5),
        }
    }

    /// The address as the server sees it.
    pub(super) fn address(&self) -> String {
        match &self.host {
            Some((host, port)) if host.contains(':') => format!("[{host}]:{port}/{}", self.database),
            Some((host, port)) => format!("{host}:{port}/{}", self.database),
            None => format!("a local socket, database {}", self.database),
        }
    }

    /// The description of the server at this address.
    pub(super) fn describe(self, address: String) -> Server {
        Server { product: "PostgreSQL", version: self.version, address, database: self.database, schema: self.schema }
    }
}
