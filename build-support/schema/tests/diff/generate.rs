//! Random schemas, and random changes of them. One seed, one schema.

use glim_schema::diff::Renames;
use glim_schema::{
    Action, Check, Column, ColumnType, Default, Deferral, EnumType, ForeignKey, Index, IndexPart, Indexed, Schema,
    Table, Unique,
};

use crate::random::Random;

impl Random {
    pub(crate) fn schema(&mut self) -> Schema {
        let values = self.some(&["sad", "happy", "so so", "it's"]);
        let names = self.some(&["users", "posts", "tags", "a table"]);
        let mut tables: Vec<Table> = names.iter().map(|name| self.table(name, &values)).collect();
        for at in 0..tables.len() {
            while self.one_in(2) {
                let other = tables[self.below(tables.len())].clone();
                let key = self.key(&tables[at], &other);
                tables[at].foreign_keys.extend(key);
            }
        }
        let mut schema = Schema::new(tables.into_iter().map(distinct)).expect("one list of values");
        if self.one_in(4) {
            schema.enums.insert("unused".to_owned(), EnumType::new("unused", self.some(&["a", "b", "c"])));
        }
        schema
    }

    fn table(&mut self, name: &str, values: &[&str]) -> Table {
        let names = self.some(&["id", "name", "age", "team", "score"]);
        let mut table = Table::new(name);
        for each in names {
            let column = self.column(each, values, &table);
            table = table.column(column);
        }
        let plain = |column: &&Column| !column.nullable && column.generated.is_none();
        let keyed: Vec<String> = table.columns.iter().filter(plain).map(|column| column.name.clone()).collect();
        if !keyed.is_empty() && !self.one_in(3) {
            table.primary_key = self.some(&keyed);
        }
        if let [key] = table.primary_key.as_slice() {
            let numbered = self.one_in(2);
            let column = table.columns.iter_mut().find(|column| column.name == *key).expect("it is a column");
            column.auto_increment = numbered && column.ty.is_integer() && column.default.is_none();
        }
        let all: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        while self.one_in(2) {
            let unique = Unique::new(self.some(&all));
            table.uniques.push(if self.one_in(3) { unique.name(self.name(&table)) } else { unique });
        }
        while self.one_in(2) {
            let index = self.index(&all);
            table.indexes.push(if self.one_in(3) { index.name(self.name(&table)) } else { index });
        }
        while self.one_in(2) {
            let check = Check::new(format!("{} > {}", self.pick(&all), self.below(3)));
            table.checks.push(if self.one_in(3) { check.name(self.name(&table)) } else { check });
        }
        table.comment = self.one_in(4).then(|| (*self.pick(&["one", "two"])).to_owned());
        distinct(table)
    }

    fn name(&mut self, table: &Table) -> String {
        format!("{} name {}", table.name, self.below(4))
    }

    fn column(&mut self, name: &str, values: &[&str], table: &Table) -> Column {
        let types = [
            ColumnType::Int32,
            ColumnType::Int64,
            ColumnType::Text { length: Some(20) },
            ColumnType::Text { length: None },
            ColumnType::Bool,
            ColumnType::TimestampTz,
            ColumnType::Decimal { precision: 9, scale: 2 },
            ColumnType::Enum(EnumType::new("mood", values.iter().copied())),
            ColumnType::Array(Box::new(ColumnType::Enum(EnumType::new("mood", values.iter().copied())))),
            ColumnType::Native("inet".to_owned()),
        ];
        let mut column = Column::new(name, self.pick(&types).clone());
        column.nullable = self.one_in(2);
        if self.one_in(4) && !table.columns.is_empty() {
            let expression = format!("upper({})", self.pick(&table.columns).name);
            column = if self.one_in(2) { column.stored(expression) } else { column.computed(expression) };
        } else if self.one_in(3) {
            let defaults = [
                Default::Number("1".to_owned()),
                Default::Text(values[0].to_owned()),
                Default::Expression("f()".to_owned()),
            ];
            column.default = Some(self.pick(&defaults).clone());
        }
        column.collation = self.one_in(8).then(|| "C".to_owned());
        column.comment = self.one_in(8).then(|| "said".to_owned());
        column
    }

    fn index(&mut self, columns: &[String]) -> Index {
        let mut index = Index::new(self.some(columns));
        if self.one_in(4) {
            index.parts.push(IndexPart::expression(format!("lower({})", self.pick(columns))));
        }
        index.parts[0].descending = self.one_in(4);
        index.unique = self.one_in(3);
        index.predicate = self.one_in(4).then(|| format!("{} > 0", self.pick(columns)));
        index.method = self.one_in(6).then(|| (*self.pick(&["gin", "BTREE"])).to_owned());
        index
    }

    fn key(&mut self, table: &Table, other: &Table) -> Option<ForeignKey> {
        let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
        let targets = other.uniques.iter().map(|unique| &unique.columns).chain([&other.primary_key]);
        let targets: Vec<&Vec<String>> = targets.filter(|key| !key.is_empty() && key.len() <= columns.len()).collect();
        if targets.is_empty() {
            return None;
        }
        let target = (*self.pick(&targets)).clone();
        let from = columns.into_iter().take(target.len());
        let key = ForeignKey::new(from, other.name.as_str(), target);
        let key = key.on_delete(*self.pick(&[Action::NoAction, Action::Cascade, Action::Restrict]));
        let key = key.deferral(*self.pick(&[Deferral::Never, Deferral::Initial]));
        Some(if self.one_in(3) { key.name(self.name(table)) } else { key })
    }

    /// That schema with some changes, and the hints for those that are renames.
    pub(crate) fn changed(&mut self, from: &Schema) -> (Schema, Renames) {
        let mut renames = Renames::default();
        let other = self.schema();
        let mut tables: Vec<Table> = from.tables.values().cloned().collect();
        for table in &mut tables {
            if self.one_in(4) {
                self.rename_column(table, &mut renames);
            }
            if let (true, Some(like)) = (self.one_in(2), other.table(&table.name)) {
                self.take_over(table, like);
            }
        }
        if self.one_in(4) {
            let at = self.below(tables.len());
            let (old, new) = (tables[at].name.clone(), "renamed");
            for key in tables.iter_mut().flat_map(|table| &mut table.foreign_keys).filter(|key| key.references == old) {
                new.clone_into(&mut key.references);
            }
            new.clone_into(&mut tables[at].name);
            for (table, ..) in renames.columns.iter_mut().filter(|(table, ..)| *table == old) {
                new.clone_into(table);
            }
            renames = renames.table(old.as_str(), new);
            // Sometimes a new table takes the name that became free.
            tables.extend(other.table(&old).filter(|_| self.one_in(2)).cloned());
        }
        let names: Vec<String> = tables.iter().map(|table| table.name.clone()).collect();
        tables.extend(other.tables.values().filter(|table| !names.contains(&table.name)).cloned());
        if self.one_in(3) {
            tables.remove(self.below(tables.len()));
        }
        (settled(tables, &from.enums), renames)
    }

    fn rename_column(&mut self, table: &mut Table, renames: &mut Renames) {
        let old = self.pick(&table.columns).name.clone();
        let new = "renamed";
        let parts = table.indexes.iter_mut().flat_map(|index| &mut index.parts).filter_map(|part| match &mut part.of {
            Indexed::Column(name) => Some(name),
            Indexed::Expression(_) => None,
        });
        let uniques = table.uniques.iter_mut().flat_map(|unique| &mut unique.columns);
        let keys = table.foreign_keys.iter_mut().flat_map(|key| &mut key.columns);
        let names = table.primary_key.iter_mut().chain(parts).chain(uniques).chain(keys);
        names.filter(|name| **name == old).for_each(|name| new.clone_into(name));
        for column in table.columns.iter_mut().filter(|column| column.name == old) {
            new.clone_into(&mut column.name);
        }
        *renames = std::mem::take(renames).column(table.name.as_str(), old, new);
    }

    /// Some parts of another table of the same name.
    fn take_over(&mut self, table: &mut Table, like: &Table) {
        for column in &like.columns {
            match table.columns.iter_mut().find(|each| each.name == column.name) {
                Some(own) if self.one_in(2) => own.clone_from(column),
                None if self.one_in(2) => table.columns.push(column.clone()),
                _ => {}
            }
        }
        if self.one_in(2) && table.columns.len() > 1 {
            table.columns.remove(self.below(table.columns.len()));
        }
        macro_rules! part {
            ($($field:ident)*) => {$(
                if self.one_in(2) {
                    table.$field.clone_from(&like.$field);
                }
            )*};
        }
        part! { primary_key uniques indexes foreign_keys checks comment }
    }
}

/// Without constraints of one name, or over columns that are not there.
fn distinct(mut table: Table) -> Table {
    let columns: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    let name = table.name.clone();
    let mut names = Vec::new();
    let mut first = move |name: String| {
        !names.contains(&name) && {
            names.push(name);
            true
        }
    };
    table.primary_key.retain(|each| columns.contains(each));
    table
        .uniques
        .retain(|each| each.columns.iter().all(|column| columns.contains(column)) && first(each.name_in(&name)));
    table.indexes.retain(|each| {
        each.columns().all(|column| columns.iter().any(|one| one == column)) && first(each.name_in(&name))
    });
    table
        .foreign_keys
        .retain(|each| each.columns.iter().all(|column| columns.contains(column)) && first(each.name_in(&name)));
    table.checks.retain(|each| first(each.name_in(&name)));
    for column in table.columns.iter_mut().filter(|column| table.primary_key.contains(&column.name)) {
        column.nullable = false;
    }
    table
}

/// A schema of those tables, without keys to what is not there.
fn settled(tables: Vec<Table>, enums: &std::collections::BTreeMap<String, EnumType>) -> Schema {
    let mut tables: Vec<Table> = tables.into_iter().map(distinct).collect();
    let known: Vec<(String, Vec<String>)> = tables
        .iter()
        .map(|table| (table.name.clone(), table.columns.iter().map(|column| column.name.clone()).collect()))
        .collect();
    let holds = |key: &ForeignKey| {
        known.iter().any(|(name, columns)| {
            *name == key.references && key.referenced_columns.iter().all(|column| columns.contains(column))
        })
    };
    for table in &mut tables {
        table.foreign_keys.retain(holds);
    }
    let moods: Vec<EnumType> =
        tables.iter().flat_map(|table| &table.columns).filter_map(|column| column.ty.enum_type().cloned()).collect();
    if let Some(values) = moods.last().map(|ty| ty.values.clone()) {
        let columns = tables.iter_mut().flat_map(|table| &mut table.columns);
        columns.filter_map(|column| column.ty.enum_type_mut()).for_each(|ty| ty.values.clone_from(&values));
    }
    let mut schema = Schema::new(tables).expect("one list of values");
    schema
        .enums
        .extend(enums.iter().filter(|(name, _)| *name == "unused").map(|(name, ty)| (name.clone(), ty.clone())));
    schema
}
