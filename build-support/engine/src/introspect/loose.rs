//! A comparison without a database in which the wanted schema could be made: what the server may have rewritten is left
//! out. Pure.

use std::collections::BTreeSet;

use glim_schema::{ColumnType, Default, Dialect, Indexed, Schema, Table};

use super::names::fold;
use super::whole::canonical;

/// Brings the two into one form, and gives what was left out of the comparison, in words.
pub fn loosen(live: &mut Schema, wanted: &mut Schema, dialect: Dialect) -> Vec<String> {
    fold(live, wanted, dialect);
    *wanted = canonical(std::mem::take(wanted), dialect);
    let mut left_out = BTreeSet::new();
    for table in wanted.tables.values_mut() {
        if let Some(live) = live.tables.get_mut(&table.name) {
            of_table(live, table, dialect, &mut left_out);
        }
    }
    for ty in live.tables.values().flat_map(|table| &table.columns).filter_map(|column| column.ty.enum_type()) {
        live.enums.insert(ty.name.clone(), ty.clone());
    }
    left_out.into_iter().collect()
}

fn of_table(live: &mut Table, wanted: &mut Table, dialect: Dialect, left_out: &mut BTreeSet<String>) {
    let name = live.name.clone();
    let mut leave_out = |what: String| {
        left_out.insert(what);
    };
    for column in &mut wanted.columns {
        let Some(own) = live.columns.iter_mut().find(|own| own.name == column.name) else { continue };
        if own.generated.is_some() && own.generated != column.generated && column.generated.is_some() {
            leave_out(format!("the expression of column {name}.{}", column.name));
            own.generated.clone_from(&column.generated);
        }
        if let (Some(given), Some(default)) = (&own.default, &column.default)
            && given != default
        {
            if is_expression(given) || is_expression(default) {
                leave_out(format!("the default of column {name}.{}", column.name));
                own.default.clone_from(&column.default);
            } else if literal(given) == literal(default) {
                own.default.clone_from(&column.default);
            }
        }
        if matches!(column.ty, ColumnType::Native(_)) && column.ty != own.ty {
            leave_out(format!("the type of column {name}.{}", column.name));
            own.ty.clone_from(&column.ty);
        }
        if let (Some(ty), Some(other)) = (column.ty.enum_type(), own.ty.enum_type())
            && ty.values == other.values
            && dialect != Dialect::Postgres
        {
            own.ty.clone_from(&column.ty);
        }
        if column.collation.is_none() && own.collation.is_some() {
            leave_out(format!("the collation of column {name}.{}", column.name));
            own.collation = None;
        }
        if !dialect.capabilities().comments {
            column.comment = None;
        }
        if wanted.primary_key.contains(&column.name) {
            column.nullable = false;
        }
    }
    if !dialect.capabilities().comments {
        wanted.comment = None;
    }
    for check in &wanted.checks {
        let wanted_name = check.name_in(&name);
        let same = |own: &&mut glim_schema::Check| own.name_in(&name) == wanted_name;
        if let Some(own) = live.checks.iter_mut().find(same).filter(|own| own.expression != check.expression) {
            leave_out(format!("the condition of check {wanted_name}"));
            own.expression.clone_from(&check.expression);
        }
    }
    for index in &wanted.indexes {
        let wanted_name = index.name_in(&name);
        let Some(own) = live.indexes.iter_mut().find(|own| own.name_in(&name) == wanted_name) else { continue };
        let is_plain = index.is_of_columns() && index.predicate.is_none();
        let parts = own.parts.len() == index.parts.len()
            && own.parts.iter().zip(&index.parts).all(|(own, part)| {
                own.descending == part.descending
                    && matches!(
                        (&own.of, &part.of),
                        (Indexed::Column(_), Indexed::Column(_)) | (Indexed::Expression(_), Indexed::Expression(_))
                    )
            });
        if !is_plain && parts && own.predicate.is_some() == index.predicate.is_some() && own != index {
            leave_out(format!("the expressions of index {wanted_name}"));
            own.clone_from(index);
        }
    }
}

fn is_expression(default: &Default) -> bool {
    matches!(default, Default::Expression(_))
}

/// A literal in one form: databases keep truth as a number, and fill numbers up with zeros.
fn literal(default: &Default) -> String {
    match default {
        Default::Keyword("TRUE") => "1".to_owned(),
        Default::Keyword("FALSE") => "0".to_owned(),
        Default::Keyword(word) => (*word).to_owned(),
        Default::Number(text) | Default::Text(text) | Default::Expression(text) => match text.split_once('.') {
            Some((whole, rest)) if rest.chars().all(|c| c == '0') => whole.to_owned(),
            Some(_) => text.trim_end_matches('0').to_owned(),
            None => text.clone(),
        },
    }
}

#[cfg(test)]
mod tests {
    use glim_schema::{Check, Column, ColumnType, Default, Dialect, Schema, Table};

    use super::loosen;

    #[test]
    fn what_a_server_rewrites_is_left_out_and_named_and_the_rest_is_not() {
        let table = |default: &str, check: &str, ty: ColumnType| {
            let column = Column::new("a", ty).default(Default::Expression(default.to_owned()));
            let mut table = Table::new("t").column(column);
            table.checks.push(Check::new(check).name("positive"));
            Schema::new([table]).expect("one table")
        };
        let mut live = table("now()", "(a > 0)", ColumnType::Int16);
        let mut wanted = table("CURRENT_TIMESTAMP", "a > 0", ColumnType::Int8);
        let left_out = loosen(&mut live, &mut wanted, Dialect::Postgres);
        assert_eq!(left_out, ["the condition of check positive", "the default of column t.a"]);
        assert_eq!(live, wanted);
        let mut live = table("now()", "(a > 0)", ColumnType::Int32);
        loosen(&mut live, &mut wanted, Dialect::Postgres);
        assert_ne!(live, wanted);
    }
}
