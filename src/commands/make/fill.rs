//! A value for the rows that are there, where a column comes that every row must have.

use glim_schema::diff::{Loss, Step};
use glim_schema::{AlterTable, Alteration, Change, Default};

/// A column that comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub(super) table: String,
    pub(super) column: String,
}

/// What a person wrote for a value: as SQL writes it, where a number and a quoted text are known.
pub(super) fn value(text: &str) -> Default {
    let text = text.trim();
    let quoted = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    match quoted {
        Some(inner) if !inner.replace("''", "").contains('\'') => return Default::Text(inner.replace("''", "'")),
        _ => {}
    }
    for word in ["NULL", "TRUE", "FALSE"] {
        if text.eq_ignore_ascii_case(word) {
            return Default::Keyword(word);
        }
    }
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.ends_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || c == '.')
        && digits.matches('.').count() < 2;
    if is_number { Default::Number(text.to_owned()) } else { Default::Expression(text.to_owned()) }
}

/// Adds the column with that default, and afterwards takes the default away again, since the models have none. Not in one
/// change: where a database builds the table anew, it does so once for a whole change.
pub(super) fn column(steps: &mut Vec<Step>, at: &At, value: &Default) {
    let mut found = None;
    for (index, step) in steps.iter_mut().enumerate() {
        let Change::AlterTable(alter) = &mut step.change else { continue };
        let name = name_after(alter).to_owned();
        if name != at.table {
            continue;
        }
        for each in &mut alter.alterations {
            if let Alteration::AddColumn(column) = each
                && column.name == at.column
            {
                let without = column.clone();
                column.default = Some(value.clone());
                found = Some((index, AlterTable::new(name.as_str()).alter_column(column.clone(), without)));
            }
        }
        let is_filled = |loss: &Loss| matches!(loss, Loss::Required { column, .. } if *column == at.column);
        if found.is_some() {
            step.losses.retain(|loss| !is_filled(loss));
            break;
        }
    }
    if let Some((index, alter)) = found {
        steps.insert(index + 1, Step { change: Change::AlterTable(alter), losses: Vec::new() });
    }
}

/// What a table is called after an alteration.
fn name_after(alter: &AlterTable) -> &str {
    let renamed = alter.alterations.iter().rev().find_map(|each| match each {
        Alteration::RenameTo(name) => Some(name.as_str()),
        _ => None,
    });
    renamed.unwrap_or(&alter.table)
}

#[cfg(test)]
mod tests {
    use super::{Default, value};

    #[test]
    fn a_value_is_known_by_how_it_is_written() {
        let text = |text: &str| Default::Text(text.to_owned());
        let sql = |text: &str| Default::Expression(text.to_owned());
        for (written, meant) in [
            ("'it''s'", text("it's")),
            ("''", text("")),
            ("true", Default::Keyword("TRUE")),
            ("-1.5", Default::Number("-1.5".to_owned())),
            ("1.", sql("1.")),
            ("1.2.3", sql("1.2.3")),
            ("CURRENT_TIMESTAMP", sql("CURRENT_TIMESTAMP")),
            ("'a' || 'b'", sql("'a' || 'b'")),
        ] {
            assert_eq!(value(written), meant, "{written}");
        }
    }
}
