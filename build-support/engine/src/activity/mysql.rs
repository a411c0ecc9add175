//! MariaDB and MySQL: the list of processes; on MariaDB who holds a lock of rows, and on MySQL the stages of the performance
//! schema.

use super::{Activity, Row};
use crate::lock::{Holder, Id};

/// MariaDB tells the stage in its list of processes.
pub(super) fn question(session: &str) -> String {
    format!(
        "SELECT state, stage, max_stage, CAST(floor(progress) AS signed), 100 FROM information_schema.processlist \
         WHERE id = {session} AND command <> 'Sleep' AND time_ms >= 1000"
    )
}

/// Who holds the lock of rows that it waits for on MariaDB, of which the list of processes does not tell.
pub(super) fn question_for_holder(session: &str) -> String {
    format!(
        "SELECT theirs.trx_mysql_thread_id, p.user, p.host FROM information_schema.innodb_lock_waits w \
         JOIN information_schema.innodb_trx ours ON ours.trx_id = w.requesting_trx_id \
         JOIN information_schema.innodb_trx theirs ON theirs.trx_id = w.blocking_trx_id \
         LEFT JOIN information_schema.processlist p ON p.id = theirs.trx_mysql_thread_id \
         WHERE ours.trx_mysql_thread_id = {session}"
    )
}

/// MySQL's list has the state alone.
pub(super) fn question_without_stages(session: &str) -> String {
    format!(
        "SELECT state FROM information_schema.processlist WHERE id = {session} AND command <> 'Sleep' AND time >= 1"
    )
}

/// A stage of MySQL is `stage/innodb/alter table (read PK and internal sort)`; it knows of no others after it.
pub(super) fn question_for_stages(session: &str) -> String {
    format!(
        "SELECT substring_index(s.event_name, '/', -1), 1, 1, s.work_completed, s.work_estimated \
         FROM performance_schema.events_stages_current s \
         JOIN performance_schema.threads t ON t.thread_id = s.thread_id \
         WHERE t.processlist_id = {session} AND s.work_estimated > 0"
    )
}

pub(super) fn read(row: &Row) -> Option<Activity> {
    let state: String = row.get(0)?;
    if let Some(lock) = state.strip_prefix("Waiting for ").filter(|it| it.ends_with(" lock")) {
        return Some(Activity::Waiting { lock: lock.to_owned(), holder: None });
    }
    let (current, of): (u64, u64) = (row.get(1)?, row.get(2).filter(|of| *of > 0)?);
    let phase = if of == 1 { state } else { format!("{state}, stage {current} of {of}") };
    Some(Activity::Working { command: None, phase, percent: row.percent(3, 4) })
}

pub(super) fn read_holder(row: &Row) -> Option<Activity> {
    let id = Id::Connection(row.get(0)?);
    let holder = Holder { id: Some(id), user: row.get(1), host: row.get(2), program: None, since: None };
    Some(Activity::Waiting { lock: "row lock".to_owned(), holder: Some(holder) })
}

#[cfg(test)]
mod tests {
    use glim::value::Value;

    use super::{Row, read};

    #[test]
    fn a_state_becomes_a_line_where_it_tells_something() {
        let shown = |state: &str, stage: i64, of: i64, done: i64| {
            let row = [Value::Text(state.to_owned()), Value::Int(stage), Value::Int(of), Value::Int(done)];
            read(&Row([&row[..], &[Value::Int(100)]].concat())).map(|activity| activity.to_string())
        };
        let copying = "copy to tmp table";
        assert_eq!(shown(copying, 1, 2, 43).as_deref(), Some("copy to tmp table, stage 1 of 2, 43 %"));
        assert_eq!(shown(copying, 1, 1, 43).as_deref(), Some("copy to tmp table, 43 %"));
        let waiting = "Waiting for table metadata lock";
        assert_eq!(shown(waiting, 0, 0, 0).as_deref(), Some("waiting for a table metadata lock"));
        assert_eq!(shown("Updating", 0, 0, 0), None);
        assert!(read(&Row(vec![Value::Null])).is_none());
    }
}
