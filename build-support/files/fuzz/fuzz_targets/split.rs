//! Whatever a file holds, the splitter gives statements in their order or an error inside the text, and what is told of
//! statements is told without a panic.
#![no_main]

use glim_files::split::{Position, Statements};
use glim_files::statement;
use glim_schema::Dialect;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|sql: &str| {
    for dialect in Dialect::ALL {
        let (mut end, mut found) = (0, Vec::new());
        for result in Statements::new(sql, dialect) {
            match result {
                Ok(statement) => {
                    assert!(statement.start >= end && !statement.text.is_empty());
                    end = statement.end();
                    assert_eq!(&sql[statement.start..end], statement.text);
                    assert_eq!(statement.text, statement.text.trim_ascii());
                    found.push(statement);
                }
                Err(error) => {
                    assert!(error.start < sql.len());
                    let _ = (error.to_string(), Position::of(sql, error.start));
                }
            }
        }
        let _ = statement::uses_new_enum_value(&found);
        let _ = statement::transaction_control_in(sql, dialect);
        for text in found.iter().map(|statement| statement.text).chain([sql]) {
            let _ = statement::transaction_control(text, dialect);
            let _ = statement::outside_transaction(text, dialect);
            let _ = statement::commits_implicitly(text);
            let _ = statement::copies_from_stdin(text);
        }
    }
});
