//! Two descriptions brought into one form, so that what is left between them is a difference. Pure.

use std::collections::BTreeSet;

use super::names::fold;
use glim_files::split::{Kind, tokens};
use glim_schema::{Check, Default, Dialect, ForeignKey, Index, Indexed, Schema, Table, Unique};

/// Gives constraints and indexes of `live` the names that those of `wanted` have which say the same, where the name is
/// nobody's choice: the database has none for it, or `source`, of which `wanted` was made, left it to us. And where two
/// texts of SQL differ in nothing but white space and capitals, `live` gets that of `wanted`: SQLite keeps each as it was
/// written. Names are written alike where the database does not tell their capitals apart.
pub fn align(live: &mut Schema, wanted: &Schema, source: Option<&Schema>, dialect: Dialect) {
    fold(live, wanted, dialect);
    for table in live.tables.values_mut() {
        let Some(other) = wanted.tables.get(&table.name) else { continue };
        if dialect == Dialect::Sqlite {
            align_texts(table, other);
        }
        let made = source.and_then(|source| source.tables.get(&table.name)).map(made_names).unwrap_or_default();
        let name = table.name.as_str();
        rename(&mut table.uniques, &other.uniques, name, &made);
        rename(&mut table.indexes, &other.indexes, name, &made);
        rename(&mut table.foreign_keys, &other.foreign_keys, name, &made);
        rename(&mut table.checks, &other.checks, name, &made);
    }
}

/// What has a name that may be left to us.
trait Named: Clone + PartialEq {
    fn name(&mut self) -> &mut Option<String>;
    fn name_in(&self, table: &str) -> String;

    fn nameless(&self) -> Self {
        let mut copy = self.clone();
        *copy.name() = None;
        copy
    }
}

macro_rules! named {
    ($($ty:ident)*) => {$(
        impl Named for $ty {
            fn name(&mut self) -> &mut Option<String> {
                &mut self.name
            }

            fn name_in(&self, table: &str) -> String {
                $ty::name_in(self, table)
            }
        }
    )*};
}

named! { Unique Index ForeignKey Check }

/// The names that we made for what was given none.
fn made_names(table: &Table) -> BTreeSet<String> {
    fn made<'a, T: Named + 'a>(list: &'a [T], table: &'a str) -> impl Iterator<Item = String> + 'a {
        list.iter().filter(|each| (*each).clone().name().is_none()).map(move |each| each.name_in(table))
    }
    let Table { name, uniques, indexes, foreign_keys, checks, .. } = table;
    let keys = made(uniques, name).chain(made(indexes, name));
    keys.chain(made(foreign_keys, name)).chain(made(checks, name)).collect()
}

fn rename<T: Named>(live: &mut [T], wanted: &[T], table: &str, made: &BTreeSet<String>) {
    let mut open: Vec<&T> = wanted.iter().collect();
    let mut rest = Vec::new();
    for each in live.iter_mut() {
        let name = each.name_in(table);
        match open.iter().position(|other| other.name_in(table) == name) {
            Some(place) => drop(open.remove(place)),
            None => rest.push(each),
        }
    }
    for each in rest {
        let (form, unnamed) = (each.nameless(), each.name().is_none());
        let same = |other: &&T| other.nameless() == form && (unnamed || made.contains(&other.name_in(table)));
        if let Some(place) = open.iter().position(same) {
            *each = open.remove(place).clone();
        }
    }
}

/// Takes over the texts that say the same.
fn align_texts(live: &mut Table, wanted: &Table) {
    let take = |own: &mut String, other: &str| {
        if own != other && normal(own) == normal(other) {
            other.clone_into(own);
        }
    };
    for column in &mut live.columns {
        let Some(other) = wanted.find_column(&column.name) else { continue };
        if let (Some(own), Some(other)) = (&mut column.generated, &other.generated) {
            take(&mut own.expression, &other.expression);
        }
        if let (Some(Default::Expression(own)), Some(Default::Expression(other))) =
            (&mut column.default, &other.default)
        {
            take(own, other);
        }
        if let (Some(own), Some(other)) = (&mut column.collation, &other.collation)
            && own.eq_ignore_ascii_case(other)
        {
            own.clone_from(other);
        }
    }
    for check in &mut live.checks {
        let form = normal(&check.expression);
        if let Some(other) = wanted.checks.iter().find(|other| normal(&other.expression) == form) {
            check.expression.clone_from(&other.expression);
        }
    }
    let texts = |index: &Index| -> Vec<String> {
        let parts = index.parts.iter().filter_map(|part| match &part.of {
            Indexed::Expression(sql) => Some(normal(sql)),
            Indexed::Column(_) => None,
        });
        parts.chain(index.predicate.as_deref().map(normal)).collect()
    };
    for index in &mut live.indexes {
        let form = texts(index);
        let same = |other: &&Index| other.parts.len() == index.parts.len() && texts(other) == form && !form.is_empty();
        if let Some(other) = wanted.indexes.iter().find(same) {
            index.predicate.clone_from(&other.predicate);
            for (own, other) in index.parts.iter_mut().zip(&other.parts) {
                if let (Indexed::Expression(own), Indexed::Expression(other)) = (&mut own.of, &other.of) {
                    own.clone_from(other);
                }
            }
        }
    }
}

/// The text without what makes no difference: white space, comments, capitals of words, quotes around names, and
/// parentheses around all of it.
fn normal(sql: &str) -> String {
    let Ok(tokens) = tokens(sql, Dialect::Sqlite) else { return sql.to_owned() };
    let each = tokens.iter().map(|token| {
        let text = String::from_utf8_lossy(token.text);
        match token.kind {
            Kind::Word => text.to_lowercase(),
            Kind::Name => text.get(1..text.len().saturating_sub(1)).unwrap_or_default().to_lowercase(),
            _ => text.into_owned(),
        }
    });
    let mut words: Vec<String> = each.collect();
    while is_wrapped(&words) {
        words = words[1..words.len() - 1].to_vec();
    }
    words.join(" ")
}

/// Whether the first parenthesis is closed by the last one.
fn is_wrapped(words: &[String]) -> bool {
    let [first, .., last] = words else { return false };
    let mut depth = 0_usize;
    let closes_early = words[..words.len() - 1].iter().any(|word| {
        match word.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    first == "(" && last == ")" && !closes_early
}

#[cfg(test)]
mod tests {
    use glim_schema::{Check, Column, ColumnType, Dialect, Index, Schema, Table, Unique};

    use super::align;

    fn schema(table: Table) -> Schema {
        Schema::new([table]).expect("one table")
    }

    fn table() -> Table {
        Table::new("t").column(Column::new("a", ColumnType::Int32))
    }

    #[test]
    fn a_name_that_nobody_chose_is_no_difference() {
        let source = schema(table().unique(["a"]).index(Index::new(["a"]).name("mine")));
        let mut wanted = source.clone();
        wanted.tables.get_mut("t").expect("t").uniques[0].name = Some("t_a_key".to_owned());
        let mut live = schema(table().index(Index::new(["a"]).name("theirs")));
        live.tables.get_mut("t").expect("t").uniques.push(Unique::new(["a"]).name("t_a_key1"));
        align(&mut live, &wanted, Some(&source), Dialect::Postgres);
        let live = &live.tables["t"];
        assert_eq!(live.uniques[0].name.as_deref(), Some("t_a_key"));
        assert_eq!(live.indexes[0].name.as_deref(), Some("theirs"), "the model chose the name");
    }

    #[test]
    fn white_space_and_capitals_are_no_difference_on_sqlite_and_texts_are() {
        let with = |sql: &str| {
            let mut table = table();
            table.checks.push(Check::new(sql).name("c"));
            schema(table)
        };
        let wanted = with("\"a\" > 0 AND (a) <> 7");
        let mut live = with("( A>0 and(a)<>7 )");
        align(&mut live, &wanted, None, Dialect::Sqlite);
        assert_eq!(live, wanted);
        let mut other = with("a > 0 AND (a) <> 8");
        align(&mut other, &wanted, None, Dialect::Sqlite);
        assert_ne!(other, wanted);
    }
}
