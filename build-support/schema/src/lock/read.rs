//! A schema from its lines.

use std::collections::BTreeMap;

use crate::lock::conflict::conflict;
use crate::lock::entry::Entry;
use crate::lock::parse::entry;
use crate::lock::{LockError, VERSION};
use crate::{EnumType, Schema, Table};

const HELP: &str = "`cargo glim make` writes this file: take back the edit, or write the line as the others are";

/// The schema that [`write()`](crate::lock::write()) wrote, with the lines in any order. Blank lines and such as begin with `#`
/// do not count.
///
/// # Errors
/// The line that is wrong, and what to do; where a merge went before, the objects that both sides have changed.
pub fn read(text: &str) -> Result<Schema, LockError> {
    if let Some(error) = conflict(text) {
        return Err(error);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let numbered = (1..).zip(text.lines()).map(|(number, line)| (number, line.trim()));
    let mut lines = numbered.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    version(lines.next())?;
    let mut entries: Vec<(usize, Entry)> = Vec::new();
    // With the table's own name: two names that hold backticks may be shown alike.
    let mut seen: BTreeMap<(Option<String>, String), (usize, Entry)> = BTreeMap::new();
    for (number, line) in lines {
        let entry = entry(line).map_err(|message| LockError::new(number, message, HELP))?;
        let object = entry.object();
        let key = (entry.table().map(str::to_owned), object.clone());
        match seen.get(&key) {
            // Both sides of a merge may have made the same change.
            Some((_, other)) if *other == entry => continue,
            Some((other, _)) => {
                let message = format!("two lines describe {object}, this one and line {other}");
                let help = "both sides of a merge have changed it: keep the line that agrees with the models";
                return Err(LockError { objects: vec![object], ..LockError::new(number, message, help) });
            }
            None => drop(seen.insert(key, (number, entry.clone()))),
        }
        entries.push((number, entry));
    }
    assemble(entries)
}

fn version(line: Option<(usize, &str)>) -> Result<(), LockError> {
    let (number, line) = line.unwrap_or((1, ""));
    let Some(version) = line.strip_prefix("version ").map(str::trim) else {
        let message = format!("the first line that counts is not `version {VERSION}`");
        return Err(LockError::new(number, message, HELP));
    };
    match version.parse::<u32>() {
        Ok(VERSION) => Ok(()),
        Ok(newer) if newer > VERSION => {
            let message = format!("this is version {newer} of the format, and we know {VERSION}");
            Err(LockError::new(number, message, "update cargo-glim to the version that wrote it"))
        }
        _ => Err(LockError::new(number, format!("`{version}` is no version of the format"), HELP)),
    }
}

fn assemble(entries: Vec<(usize, Entry)>) -> Result<Schema, LockError> {
    let mut schema = Schema::default();
    let mut parts = Vec::new();
    for (number, entry) in entries {
        match entry {
            Entry::Enum(ty) => drop(schema.enums.insert(ty.name.clone(), ty)),
            Entry::Table { name, comment } => {
                let table = Table { comment, ..Table::new(name.as_str()) };
                schema.tables.insert(name, table);
            }
            part => parts.push((number, part)),
        }
    }
    let Schema { tables, enums } = &mut schema;
    for (number, part) in parts {
        let object = part.object();
        let Some(table) = part.table().and_then(|name| tables.get_mut(name)) else {
            let message = format!("{object} has no table: no line describes the table");
            let help = "a merge may have dropped the table on one side: add the table's lines, or remove this one";
            return Err(LockError { objects: vec![object], ..LockError::new(number, message, help) });
        };
        place(part, table, enums).map_err(|message| {
            let help = "add the enum's line, or remove this one";
            LockError { objects: vec![object], ..LockError::new(number, message, help) }
        })?;
    }
    Ok(schema)
}

fn place(part: Entry, table: &mut Table, enums: &BTreeMap<String, EnumType>) -> Result<(), String> {
    match part {
        Entry::Column { mut column, .. } => {
            if let Some(ty) = column.ty.enum_type_mut() {
                let known = enums.get(&ty.name).ok_or_else(|| format!("no line describes the enum `{}`", ty.name))?;
                ty.values.clone_from(&known.values);
            }
            table.columns.push(column);
        }
        Entry::PrimaryKey { columns, .. } => table.primary_key = columns,
        Entry::Unique { unique, .. } => table.uniques.push(unique),
        Entry::Index { index, .. } => table.indexes.push(index),
        Entry::ForeignKey { key, .. } => table.foreign_keys.push(key),
        Entry::Check { check, .. } => table.checks.push(check),
        Entry::Enum(_) | Entry::Table { .. } => {}
    }
    Ok(())
}
