//! Each case against the file that shows its SQL.

use std::fmt::Write as _;
use std::path::Path;

use glim_schema::{Change, Dialect, sql};
use snapbox::{Assert, Data};

use crate::cases;

fn rendered(changes: &[Change], dialect: Dialect) -> String {
    let mut text = String::new();
    for change in changes {
        match sql::render(change, dialect) {
            Ok(statements) => statements.iter().try_for_each(|statement| writeln!(text, "{statement};")),
            Err(problem) => writeln!(text, "-- {problem}"),
        }
        .expect("a String takes any text");
    }
    text
}

#[test]
fn the_sql_of_each_case_is_what_its_file_shows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rendering/golden");
    for (name, changes) in cases::ALL {
        for dialect in Dialect::ALL {
            let file = folder.join(format!("{name}.{dialect}.sql"));
            let expected = Data::read_from(&file, None).raw();
            Assert::new().action_env("SNAPSHOTS").eq(rendered(&changes(), dialect), expected);
        }
    }
}
