//! PostgreSQL: its views of progress, and whom a session waits for.

use super::{Activity, Row};
use crate::driver::Server;
use crate::lock::{Holder, Id};

/// Indexes. What is counted is another thing in each phase.
const INDEXES: &str = "SELECT pid, command, phase, \
    CASE WHEN phase LIKE 'waiting for %' THEN lockers_done WHEN phase LIKE '%loading%' THEN tuples_done \
         WHEN phase LIKE '%scanning%' THEN blocks_done END AS done, \
    CASE WHEN phase LIKE 'waiting for %' THEN lockers_total WHEN phase LIKE '%loading%' THEN tuples_total \
         WHEN phase LIKE '%scanning%' THEN blocks_total END AS total \
    FROM pg_catalog.pg_stat_progress_create_index";

/// `CLUSTER` and `VACUUM FULL`. By an index, blocks are read in any order and more than once.
const TABLES: &str = "SELECT pid, command, phase, heap_blks_scanned, \
    CASE WHEN phase = 'seq scanning heap' THEN heap_blks_total END FROM pg_catalog.pg_stat_progress_cluster";

const COPIES: &str =
    "SELECT pid, command, 'copying', bytes_processed, bytes_total FROM pg_catalog.pg_stat_progress_copy";

/// The server's version that first told of copies.
const TELLS_OF_COPIES: u32 = 14;

/// Whom it waits for is found out only if it waits: to know that, the server stops all locking for a moment.
pub(super) fn question(session: &str, server: &Server) -> String {
    let version = server.version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    let copies = match version {
        Some(version) if version < TELLS_OF_COPIES => String::new(),
        _ => format!(" UNION ALL {COPIES}"),
    };
    format!(
        "SELECT p.command, p.phase, p.done, p.total, a.wait_event_type = 'Lock', b.pid::bigint, b.usename::text, \
         coalesce(b.client_hostname, host(b.client_addr)), b.application_name::text \
         FROM pg_catalog.pg_stat_activity a \
         LEFT JOIN ({INDEXES} UNION ALL {TABLES}{copies}) p ON p.pid = a.pid \
         LEFT JOIN pg_catalog.pg_stat_activity b \
         ON b.pid = CASE WHEN a.wait_event_type = 'Lock' THEN (pg_catalog.pg_blocking_pids(a.pid))[1] END \
         WHERE a.pid = {session} AND a.state = 'active' \
         AND pg_catalog.clock_timestamp() - a.query_start >= interval '1 second'"
    )
}

pub(super) fn read(row: &Row) -> Option<Activity> {
    if row.get(4) == Some(true) {
        let id = row.get(5).map(Id::Connection);
        let holder = Holder { id, user: row.get(6), host: row.get(7), program: row.get(8), since: None };
        return Some(Activity::Waiting { lock: "lock".to_owned(), holder: id.map(|_| holder) });
    }
    let phase: String = row.get(1)?;
    // In full it is `building index: scanning table`.
    let phase = phase.strip_prefix("building index: ").unwrap_or(&phase).to_owned();
    Some(Activity::Working { command: row.get(0), phase, percent: row.percent(2, 3) })
}

#[cfg(test)]
mod tests {
    use glim::value::Value;

    use super::{Row, read};

    fn shown(row: &[Value]) -> Option<String> {
        read(&Row(row.to_vec())).map(|activity| activity.to_string())
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn how_far_an_index_is_is_said() {
        let row = |phase: &str, done: Value, total: Value| {
            shown(&[text("CREATE INDEX"), text(phase), done, total, Value::Bool(false)])
        };
        let scanning = "building index: scanning table";
        let int = Value::Int;
        assert_eq!(row(scanning, int(43), int(100)).as_deref(), Some("CREATE INDEX: scanning table, 43 %"));
        assert_eq!(row(scanning, int(0), int(0)).as_deref(), Some("CREATE INDEX: scanning table"));
        assert_eq!(row(scanning, int(i64::MAX), int(1)).as_deref(), Some("CREATE INDEX: scanning table, 100 %"));
        let sorting = "building index: sorting live tuples";
        assert_eq!(row(sorting, Value::Null, Value::Null).as_deref(), Some("CREATE INDEX: sorting live tuples"));
    }

    #[test]
    fn who_holds_a_lock_is_said() {
        let row = |pid: Value, program: Value| {
            let nothing = [Value::Null, Value::Null, Value::Null, Value::Null];
            let [command, phase, done, total] = nothing;
            shown(&[command, phase, done, total, Value::Bool(true), pid, text("anna"), Value::Null, program])
        };
        assert_eq!(
            row(Value::Int(4711), text("psql")).as_deref(),
            Some("waiting for a lock held by connection 4711 (psql, anna)")
        );
        // It was given back in this moment.
        assert_eq!(row(Value::Null, Value::Null).as_deref(), Some("waiting for a lock"));
    }

    #[test]
    fn of_what_the_server_says_nothing_about_nothing_is_said() {
        assert_eq!(shown(&[Value::Null, Value::Null, Value::Null, Value::Null, Value::Null]), None);
        assert_eq!(shown(&[]), None);
    }
}
