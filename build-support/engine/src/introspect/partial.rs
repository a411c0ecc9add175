//! What a schema leaves unsaid whose source cannot say all, taken over from the one that it is compared with: what is left
//! between the two is then what the source says. Pure.

use std::collections::BTreeSet;

use glim_schema::sql::type_name;
use glim_schema::{Action, Check, Column, ColumnType, Dialect, ForeignKey, Index, Schema, Table, Unique};

use super::holds::holds;
use super::whole::Other;

/// Takes over from `other` the types that spell what `partial` has in mind, so that it can be made as it is meant. Without
/// a dialect, a type counts that any database would spell so.
pub fn take_types(partial: &mut Schema, other: &Schema, dialect: Option<Dialect>) {
    for table in partial.tables.values_mut() {
        let Some(other) = other.tables.get(&table.name) else { continue };
        if dialect == Some(Dialect::Sqlite) {
            forget_row_id(table, other);
        }
        for column in &mut table.columns {
            let own = other.find_column(&column.name);
            if let Some(own) = own.filter(|own| is_meant(&column.ty, &own.ty, dialect)) {
                column.ty = own.ty.clone();
            }
        }
    }
    settle_enums(partial, other);
}

/// Takes over all that `partial` does not say of the tables that both have. Gives what was not compared therefore: what
/// `other` says, and `partial` does not.
pub fn take_unsaid(partial: &mut Schema, other: &Schema, dialect: Option<Dialect>) -> Vec<Other> {
    take_types(partial, other, dialect);
    let mut unsaid = Vec::new();
    for table in partial.tables.values_mut() {
        if let Some(other) = other.tables.get(&table.name) {
            take_table(table, other, &mut unsaid);
        }
    }
    unsaid
}

/// SQLite numbers the rows of a table that has no key, under names that are no columns; diesel takes the number for the key.
fn forget_row_id(table: &mut Table, other: &Table) {
    let is_row_id = |name: &str| {
        ["rowid", "oid", "_rowid_"].contains(&name) && other.primary_key.is_empty() && other.find_column(name).is_none()
    };
    table.columns.retain(|column| !is_row_id(&column.name));
    table.primary_key.retain(|name| !is_row_id(name));
}

/// The enums of the columns, and those of the other that the source has no word for.
fn settle_enums(partial: &mut Schema, other: &Schema) {
    let of_columns =
        partial.tables.values().flat_map(|table| &table.columns).filter_map(|column| column.ty.enum_type());
    let of_columns = of_columns.map(|ty| (ty.name.clone(), ty.clone()));
    partial.enums = other.enums.clone().into_iter().chain(of_columns).collect();
}

/// Whether the one is what the other means.
fn is_meant(meant: &ColumnType, given: &ColumnType, dialect: Option<Dialect>) -> bool {
    match (meant, given) {
        (ColumnType::Enum(meant), ColumnType::Enum(given)) => {
            // Only PostgreSQL has a name for it.
            meant.values == given.values && (dialect != Some(Dialect::Postgres) || meant.name == given.name)
        }
        (ColumnType::Native(name), ColumnType::Enum(given)) if !name.is_empty() => {
            name.rsplit('.').next().is_some_and(|name| name.trim_matches('"') == given.name)
        }
        // What holds any text holds these.
        (ColumnType::Text { length: None }, ColumnType::Enum(_)) => dialect != Some(Dialect::Postgres),
        (ColumnType::Array(meant), ColumnType::Array(given)) => is_meant(meant, given, dialect),
        _ => match dialect {
            Some(dialect) => holds(dialect, meant, &type_name(dialect, given)),
            None => {
                meant == given
                    || Dialect::ALL.into_iter().any(|dialect| holds(dialect, meant, &type_name(dialect, given)))
            }
        },
    }
}

fn take_table(table: &mut Table, other: &Table, unsaid: &mut Vec<Other>) {
    let name = table.name.clone();
    let mut leave = |kind: &str, what: String, definition: String| {
        unsaid.push(Other { kind: kind.to_owned(), name: what, definition });
    };
    for column in &mut table.columns {
        if let Some(own) = other.find_column(&column.name) {
            let is_key = table.primary_key.contains(&column.name);
            take_column(&name, column, (own, is_key), &mut leave);
        }
    }
    if table.comment.is_none() {
        table.comment.clone_from(&other.comment);
    }
    take_uniques(table, other, &mut leave);
    take_indexes(table, other, &mut leave);
    take_foreign_keys(table, other, &mut leave);
    for check in &other.checks {
        let is_it = |own: &&Check| own.name_in(&name) == check.name_in(&name) || own.expression == check.expression;
        if !table.checks.iter().any(|own| is_it(&own)) {
            leave("check", check.name_in(&name), check.expression.clone());
            table.checks.push(check.clone());
        }
    }
}

fn take_column(
    table: &str,
    column: &mut Column,
    (own, is_key): (&Column, bool),
    leave: &mut impl FnMut(&str, String, String),
) {
    if column.default.is_none() && own.default.is_some() {
        leave("default", format!("{table}.{}", column.name), String::new());
        column.default.clone_from(&own.default);
    }
    if column.generated.is_none() && own.generated.is_some() {
        leave("generated", format!("{table}.{}", column.name), String::new());
        column.generated.clone_from(&own.generated);
    }
    if column.collation.is_none() && own.collation.is_some() {
        leave("collation", format!("{table}.{}", column.name), String::new());
        column.collation.clone_from(&own.collation);
    }
    if is_key {
        column.nullable = own.nullable;
    }
    column.auto_increment |= own.auto_increment;
    if column.comment.is_none() {
        column.comment.clone_from(&own.comment);
    }
}

/// A unique constraint may also be an index, and have any name.
fn take_uniques(table: &mut Table, other: &Table, leave: &mut impl FnMut(&str, String, String)) {
    let name = table.name.clone();
    let key = &other.primary_key;
    let mut taken = BTreeSet::new();
    let mut kept = Vec::new();
    for unique in std::mem::take(&mut table.uniques) {
        let same = |each: &Unique| each.columns == unique.columns;
        if let Some(at) = other.uniques.iter().position(same) {
            taken.insert(at);
            kept.push(other.uniques[at].clone());
        } else if let Some(index) = other.indexes.iter().find(|index| is_unique_over(index, &unique.columns)) {
            table.indexes.push(index.clone());
        } else if *key != unique.columns {
            kept.push(unique);
        }
    }
    // And an index may also be a constraint.
    table.indexes.retain(|index| {
        let at = other.uniques.iter().position(|unique| is_unique_over(index, &unique.columns));
        if let Some(at) = at.filter(|_| !other.indexes.contains(index)) {
            if taken.insert(at) {
                kept.push(other.uniques[at].clone());
            }
            return false;
        }
        true
    });
    for (_, unique) in other.uniques.iter().enumerate().filter(|(at, _)| !taken.contains(at)) {
        leave("unique", unique.name_in(&name), format!("({})", unique.columns.join(", ")));
        kept.push(unique.clone());
    }
    table.uniques = kept;
}

fn is_unique_over(index: &Index, columns: &[String]) -> bool {
    index.unique && index.predicate.is_none() && index.is_of_columns() && index.columns().eq(columns)
}

/// An index is the same under any name, and with any details that the source has no word for.
fn take_indexes(table: &mut Table, other: &Table, leave: &mut impl FnMut(&str, String, String)) {
    let name = table.name.clone();
    let mut open: Vec<&Index> = other.indexes.iter().collect();
    for index in &mut table.indexes {
        let exact = open.iter().position(|each| *each == index);
        let same =
            |each: &&Index| each.is_of_columns() && each.unique == index.unique && each.columns().eq(index.columns());
        if let Some(at) = exact.or_else(|| open.iter().position(same)) {
            *index = open.remove(at).clone();
        }
    }
    for index in open {
        leave("index", index.name_in(&name), format!("({})", index.columns().collect::<Vec<_>>().join(", ")));
        table.indexes.push(index.clone());
    }
}

fn take_foreign_keys(table: &mut Table, other: &Table, leave: &mut impl FnMut(&str, String, String)) {
    let name = table.name.clone();
    let mut open: Vec<&ForeignKey> = other.foreign_keys.iter().collect();
    for key in &mut table.foreign_keys {
        let same = |each: &&ForeignKey| {
            each.columns == key.columns
                && each.references == key.references
                && (each.referenced_columns.is_empty() || each.referenced_columns == key.referenced_columns)
        };
        let Some(at) = open.iter().position(same) else { continue };
        let own = open.remove(at);
        let mut action = |said: Action, given: Action, what: &str| match (said, given) {
            (Action::NoAction, Action::NoAction) => given,
            (Action::NoAction, _) => {
                leave(what, own.name_in(&name), String::new());
                given
            }
            _ => said,
        };
        let on_delete = action(key.on_delete, own.on_delete, "on_delete of foreign_key");
        let on_update = action(key.on_update, own.on_update, "on_update of foreign_key");
        *key = ForeignKey { on_delete, on_update, ..own.clone() };
    }
    for key in open {
        leave("foreign_key", key.name_in(&name), format!("({})", key.columns.join(", ")));
        table.foreign_keys.push(key.clone());
    }
}

#[cfg(test)]
mod tests {
    use glim_schema::{Action, Check, Column, ColumnType, Default, Dialect, ForeignKey, Index, Schema, Table, Unique};

    use super::take_unsaid;

    fn schema(table: Table) -> Schema {
        Schema::new([table]).expect("one table")
    }

    fn told() -> Table {
        Table::new("posts")
            .column(Column::new("id", ColumnType::Int32))
            .column(Column::new("title", ColumnType::Text { length: None }))
            .column(Column::new("author", ColumnType::Int32))
            .primary_key(["id"])
            .foreign_key(ForeignKey::new(["author"], "users", ["id"]))
    }

    fn given() -> Table {
        let mut table = told();
        table.columns[0].auto_increment = true;
        table.columns[1].ty = ColumnType::text(50);
        table.columns[1].default = Some(Default::text("none"));
        table.foreign_keys[0] = table.foreign_keys[0].clone().name("written_by").on_delete(Action::Cascade);
        let table = table.add_unique(Unique::new(["title"]).name("one_title")).index(Index::new(["author"]));
        table.add_check(Check::new("id > 0").name("positive"))
    }

    fn shown(partial: &mut Schema, other: &Schema) -> Vec<String> {
        let unsaid = take_unsaid(partial, other, Some(Dialect::Postgres));
        unsaid.iter().map(|other| format!("{} {}", other.kind, other.name)).collect()
    }

    #[test]
    fn what_is_not_said_is_no_difference_and_is_named() {
        let (mut partial, other) = (schema(told()), schema(given()));
        assert_eq!(
            shown(&mut partial, &other),
            [
                "default posts.title",
                "unique one_title",
                "index posts_author_idx",
                "on_delete of foreign_key written_by",
                "check positive",
            ]
        );
        assert_eq!(partial, other);
    }

    #[test]
    fn what_is_said_stays() {
        let mut table = told().unique(["author"]).index(Index::new(["title"]));
        table.columns[1].ty = ColumnType::text(80);
        table.columns[2].default = Some(Default::number("7"));
        table.foreign_keys[0].on_delete = Action::SetNull;
        table.foreign_keys.push(ForeignKey::new(["id"], "others", ["id"]));
        let said = table.clone();
        let mut partial = schema(table);
        shown(&mut partial, &schema(given()));
        let partial = &partial.tables["posts"];
        assert_eq!(partial.columns[1].ty, ColumnType::text(80));
        assert_eq!(partial.columns[2].default, said.columns[2].default);
        assert_eq!(partial.foreign_keys[0].on_delete, Action::SetNull);
        assert_eq!(partial.foreign_keys[1], said.foreign_keys[1]);
        assert!(partial.uniques.contains(&Unique::new(["author"])) && partial.indexes.contains(&Index::new(["title"])));
    }

    #[test]
    fn the_number_of_a_row_is_no_column_on_sqlite() {
        let text = || Column::new("name", ColumnType::Text { length: None });
        let rows = Table::new("posts").column(Column::new("rowid", ColumnType::Int64)).column(text());
        let mut partial = schema(rows.primary_key(["rowid"]));
        let other = schema(Table::new("posts").column(text()));
        take_unsaid(&mut partial, &other, Some(Dialect::Sqlite));
        assert_eq!(partial, other);
    }

    #[test]
    fn a_unique_index_and_a_unique_constraint_are_one_thing() {
        let constraint = || told().unique(["title"]);
        let index = || told().index(Index::new(["title"]).unique().name("idx-posts-title"));
        for (partial, other) in [(constraint(), index()), (index(), constraint()), (index(), index())] {
            let (mut partial, other) = (schema(partial), schema(other));
            assert_eq!(shown(&mut partial, &other), [""; 0]);
            assert_eq!(partial, other);
        }
    }
}
