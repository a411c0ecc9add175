//! What only shows when all fields are read: the key, and names that must differ.

use glim_schema::ColumnType;

use crate::attrs::Columns;
use crate::field::ReadField;
use crate::names;
use crate::near::nearest;
use crate::problem::Problems;

/// Which fields are the primary key, in its order: what the struct says, else the fields that say so themselves.
pub(crate) fn key(on_struct: Option<&Columns>, fields: &[ReadField], problems: &mut Problems) -> Vec<usize> {
    let marked =
        fields.iter().enumerate().filter_map(|(at, field)| field.attrs.primary_key.as_ref().map(|key| (at, key)));
    let key: Vec<usize> = match on_struct {
        None => marked.map(|(at, _)| at).collect(),
        Some(columns) => {
            for (_, key) in marked {
                let problem = problems.add(key, "`primary_key` on a field and on the struct");
                problem.help_is("keep `primary_key(...)` on the struct, which says the order too");
            }
            listed_fields(columns, fields, problems)
        }
    };
    for at in &key {
        let field = &fields[*at];
        if field.column.as_ref().is_some_and(|column| column.nullable) {
            let problem = problems.add(&field.ty, "a primary key cannot be NULL");
            problem.help_is(format_args!("make the type of `{}` the one inside the `Option`", field.ident));
        }
    }
    key
}

/// Checks the fields against each other and against the key.
pub(crate) fn fields(fields: &[ReadField], key: &[usize], problems: &mut Problems) {
    if !fields.is_empty() && fields.iter().all(|field| field.column.is_none()) {
        let problem = problems.add(&fields[0].ident, "the model has no column");
        problem.help_is("remove `skip` from at least one field");
    }
    for (at, field) in fields.iter().enumerate() {
        let Some(column) = &field.column else { continue };
        if let Some(auto) = &field.attrs.auto_increment {
            if !column.ty.is_integer() && !matches!(column.ty, ColumnType::Native(_)) {
                let problem = problems.add(auto, "`auto_increment` is for integers only");
                problem.help_is("make the field an integer such as `i64`, or remove it");
            } else if key != [at] {
                let problem = problems.add(auto, "`auto_increment` on a field that is not the whole primary key");
                problem.help_is("write `#[glim(primary_key, auto_increment)]` on this field, and on no other");
            }
        }
        let twin = fields[..at].iter().find(|other| {
            other.column.as_ref().is_some_and(|other| other.name.to_lowercase() == column.name.to_lowercase())
        });
        if let Some(twin) = twin {
            let message = format!("the column `{}` is also that of the field `{}`", column.name, twin.ident);
            let problem = match &field.attrs.column {
                Some(name) => problems.add(name, message),
                None => problems.add(&field.ident, message),
            };
            problem.help_is("databases do not tell names apart by case: give one of them another `column`");
        }
    }
}

/// The columns that `index(a, b)` and the like name.
pub(crate) fn listed_columns(columns: &Columns, fields: &[ReadField], problems: &mut Problems) -> Vec<String> {
    let listed = listed_fields(columns, fields, problems);
    listed.into_iter().filter_map(|at| fields[at].column_name().map(str::to_owned)).collect()
}

fn listed_fields(columns: &Columns, fields: &[ReadField], problems: &mut Problems) -> Vec<usize> {
    let mut listed = Vec::new();
    for ident in &columns.fields {
        let key = &columns.key;
        let wanted = names::plain(ident);
        match fields.iter().position(|field| names::plain(&field.ident) == wanted) {
            // Without fields, what is wrong with the struct has been said.
            None if fields.is_empty() => {}
            None => {
                let problem = problems.add(ident, format_args!("`{key}` names `{wanted}`, which is no field"));
                let all: Vec<String> = fields.iter().map(|field| names::plain(&field.ident)).collect();
                match nearest(&wanted, all.iter().map(String::as_str)) {
                    Some(meant) => problem.help_is(format_args!("did you mean `{meant}`?")),
                    None => problem.help_is("write names of fields, also where a field has another `column`"),
                }
            }
            Some(at) if fields[at].column.is_none() => {
                let problem = problems.add(ident, format_args!("`{key}` names `{wanted}`, which is skipped"));
                problem.help_is(format_args!("remove `skip` from the field, or `{wanted}` from `{key}`"));
            }
            Some(at) if listed.contains(&at) => {
                problems.add(ident, format_args!("`{key}` names `{wanted}` twice")).help_is("keep one of them");
            }
            Some(at) => listed.push(at),
        }
    }
    listed
}
