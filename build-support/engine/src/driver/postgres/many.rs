//! One statement for each of many rows, which are sent without waiting for the answer to each.

use glim::value::Value;

use super::client::Client;
use super::script::{self, Step};
use super::{Postgres, encode_all};
use crate::driver::{Connection as _, Result, Transaction, wrong_count};

/// How many rows are sent before the first answer is awaited.
const WINDOW: usize = 256;

/// About how many bytes are sent before the first answer is awaited.
const WINDOW_BYTES: usize = 64 * 1024;

/// The rows of a call.
type Rows<'r> = dyn Iterator<Item = Vec<Value>> + 'r;

impl<C: Client> Postgres<C> {
    /// Runs one statement for each row. Where no transaction is open, they get one of their own, so that nothing is left of
    /// the rows that were sent after one that fails.
    pub(super) fn many(&mut self, sql: &str, rows: &mut Rows<'_>) -> Result<u64> {
        let steps = script::read(sql)?;
        let Some(first) = rows.next() else { return Ok(0) };
        if first.is_empty() {
            return std::iter::once(first).chain(rows).try_fold(0, |changed, row| match row.len() {
                0 => self.execute(sql, &[]).map(|more| changed + more),
                given => Err(wrong_count(sql, 0, given)),
            });
        }
        if self.transaction() != Transaction::None {
            return self.windows(sql, &steps, first, rows);
        }
        self.begin("BEGIN")?;
        match self.windows(sql, &steps, first, rows) {
            Ok(changed) => self.batch("COMMIT").map(|()| changed),
            Err(error) => {
                // The first error tells more than that of a connection that is gone.
                let _ = self.batch("ROLLBACK");
                Err(error)
            }
        }
    }

    fn windows(&mut self, sql: &str, steps: &[Step], first: Vec<Value>, rows: &mut Rows<'_>) -> Result<u64> {
        let (statement, _) = self.bind(sql, &first)?;
        // Unless the transaction is certain, a row must not be sent before the one above it has succeeded.
        let limit = if self.transaction() == Transaction::Unknown { 1 } else { WINDOW };
        let mut rows = std::iter::once(first).chain(rows);
        let (mut changed, mut refused) = (0, None);
        while refused.is_none() {
            let window = window(&mut rows, limit);
            if window.is_empty() {
                break;
            }
            let mut params = Vec::with_capacity(window.len());
            for row in &window {
                match encode_all(sql, row, &statement) {
                    Ok(row) => params.push(row),
                    Err(error) => {
                        refused = Some(error);
                        break;
                    }
                }
            }
            let answer = self.client.execute_all(&statement, &params);
            changed += self.settle(sql, steps, answer)?;
        }
        let has_result = !statement.columns().is_empty();
        let counts = steps.iter().any(|step| step.changes(has_result));
        refused.map_or(Ok(if counts { changed } else { 0 }), Err)
    }
}

/// The next rows that are sent together.
fn window(rows: &mut impl Iterator<Item = Vec<Value>>, limit: usize) -> Vec<Vec<Value>> {
    let (mut window, mut bytes) = (Vec::new(), 0);
    while window.len() < limit && bytes < WINDOW_BYTES {
        let Some(row) = rows.next() else { break };
        bytes += row.iter().map(size).sum::<usize>();
        window.push(row);
    }
    window
}

/// About how many bytes a value takes.
fn size(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Json(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::Array(elements) => elements.iter().map(size).sum(),
        _ => 16,
    }
}
