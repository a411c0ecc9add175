//! What git makes of the locks of two branches.

use std::path::PathBuf;
use std::process::Command;

use glim_schema::lock::{LockError, read, write};
use glim_schema::{Column, ColumnType, Schema, Table};

use crate::{schema, users};

/// What git's merge of the two texts is read as; with `union`, as it is for files with the attribute `merge=union`.
fn merged(name: &str, base: &Schema, ours: &Schema, theirs: &Schema, union: bool) -> Result<Schema, LockError> {
    let folder = std::env::temp_dir().join(format!("glim-lock-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the files");
    let files: Vec<PathBuf> = [("ours", ours), ("base", base), ("theirs", theirs)]
        .into_iter()
        .map(|(name, schema)| {
            let file = folder.join(name);
            std::fs::write(&file, write(schema)).expect("a file that can be written");
            file
        })
        .collect();
    let union: &[&str] = if union { &["--union"] } else { &[] };
    let output = Command::new("git").args(["merge-file", "-p"]).args(union).args(&files).output();
    let text = String::from_utf8(output.expect("git is installed").stdout).expect("a text");
    std::fs::remove_dir_all(&folder).expect("our own folder");
    read(&text)
}

fn with(name: &str, ty: ColumnType) -> Table {
    users().column(Column::new(name, ty))
}

fn other(columns: &[&str]) -> Table {
    columns.iter().fold(Table::new("zoo"), |table, name| table.column(Column::new(*name, ColumnType::Json)))
}

#[test]
fn changes_of_different_tables_merge() {
    let base = schema([users(), other(&["a"])]);
    let (ours, theirs) =
        (schema([with("mail", ColumnType::Json), other(&["a"])]), schema([users(), other(&["a", "b"])]));
    let both = schema([with("mail", ColumnType::Json), other(&["a", "b"])]);
    assert_eq!(merged("tables", &base, &ours, &theirs, false).map(Schema::normal), Ok(both.normal()));
}

#[test]
fn different_columns_of_one_table_merge_where_git_keeps_both_sides() {
    let base = schema([users()]);
    let (ours, theirs) = (schema([with("born", ColumnType::Date)]), schema([with("city", ColumnType::Json)]));
    let both = schema([with("born", ColumnType::Date).column(Column::new("city", ColumnType::Json))]);
    assert_eq!(merged("union", &base, &ours, &theirs, true).map(Schema::normal), Ok(both.normal()));
    let error = merged("markers", &base, &ours, &theirs, false).expect_err("git leaves its markers");
    assert_eq!(error.objects, ["column `users`.`born`", "column `users`.`city`"]);
    assert!(error.help.contains("keep the lines of both"), "{}", error.help);
}

#[test]
fn one_column_that_both_sides_changed_is_named_in_either_way() {
    let base = schema([users()]);
    let (ours, theirs) = (schema([with("born", ColumnType::Date)]), schema([with("born", ColumnType::Json)]));
    for union in [true, false] {
        let error = merged(&format!("same-{union}"), &base, &ours, &theirs, union).expect_err("they disagree");
        assert_eq!(error.objects, ["column `users`.`born`"]);
    }
}
