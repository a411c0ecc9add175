//! Random pairs of schemas that a server makes: types and their defaults agree, and references are to keys.

use glim_schema::diff::Renames;
use glim_schema::{
    Action, Check, Column, ColumnType, Default, Deferral, Dialect, EnumType, ForeignKey, Index, IndexPart, Schema,
    Table,
};

use crate::random::Random;

/// Makes them for one database.
pub(crate) struct Sound {
    random: Random,
    dialect: Dialect,
}

/// Names that are used by both schemas of a pair; the last is what another was renamed to.
const TABLES: [&str; 4] = ["users", "posts", "tags", "renamed"];

impl Sound {
    pub(crate) fn new(seed: u64, dialect: Dialect) -> Self {
        Self { random: Random::new(seed), dialect }
    }

    /// Two schemas, and the hints by which the first becomes the second.
    pub(crate) fn pair(&mut self) -> (Schema, Schema, Renames) {
        let from = self.schema(&TABLES[..3]);
        let mut renames = Renames::default();
        let mut to = if self.random.one_in(3) { from.clone() } else { self.schema(&TABLES[..3]) };
        if let Some(old) =
            TABLES[..3].iter().find(|name| to.tables.contains_key(**name)).filter(|_| self.random.one_in(2))
        {
            let mut tables: Vec<Table> = to.tables.into_values().collect();
            for key in tables.iter_mut().flat_map(|table| &mut table.foreign_keys).filter(|key| key.references == *old)
            {
                TABLES[3].clone_into(&mut key.references);
            }
            for table in tables.iter_mut().filter(|table| table.name == *old) {
                TABLES[3].clone_into(&mut table.name);
            }
            to = Schema::new(tables).expect("one list of values");
            renames = renames.table(*old, TABLES[3]);
        }
        for table in to.tables.values() {
            let name = |name: &str| table.find_column(name).is_some();
            if name("motto") {
                renames = renames.column(table.name.as_str(), "name", "motto");
            }
        }
        (from, to, renames)
    }

    fn schema(&mut self, names: &[&str]) -> Schema {
        let values = self.random.some(&["sad", "happy", "so so"]);
        let names = self.random.some(names);
        let mut tables: Vec<Table> = names.iter().map(|name| self.table(name, &values)).collect();
        for at in 0..tables.len() {
            let other = tables[self.random.below(tables.len())].clone();
            let key = self.key(&tables[at], &other);
            tables[at].foreign_keys.extend(key);
        }
        Schema::new(tables).expect("one list of values")
    }

    fn table(&mut self, name: &str, values: &[&str]) -> Table {
        let random = &mut self.random;
        let wide = random.one_in(2);
        let id = Column::new("id", if wide { ColumnType::Int64 } else { ColumnType::Int32 });
        let numbered = random.one_in(2);
        let keyed = numbered || !random.one_in(4);
        let mut table = Table::new(name).column(if numbered { id.auto_increment() } else { id });
        let mut plain = vec!["id"];
        for (name, ty) in [
            ("name", ColumnType::Text { length: Some(20) }),
            ("motto", ColumnType::Text { length: Some(30) }),
            ("team", ColumnType::Int32),
            ("mood", ColumnType::Enum(EnumType::new("mood", values.iter().copied()))),
            ("at", ColumnType::TimestampTz),
            ("score", ColumnType::Decimal { precision: 9, scale: 2 }),
        ] {
            if self.random.one_in(2) {
                table = table.column(self.column(name, ty, values));
                if name != "mood" {
                    plain.push(name);
                }
            }
            if self.random.one_in(12) {
                break;
            }
        }
        let random = &mut self.random;
        if keyed {
            table = table.primary_key(["id"]);
            let second = table.columns.iter().find(|column| column.name == "team" && !column.nullable).is_some();
            if second && !numbered && random.one_in(3) {
                table = table.primary_key(["team", "id"]);
            }
        }
        if random.one_in(3) {
            table = table.unique(["id"]);
        }
        if random.one_in(3) {
            table = table.unique(random.some(&plain));
            let last = table.uniques.len() - 1;
            if last > 0 && table.uniques[0] == table.uniques[last] {
                table.uniques.pop();
            }
        }
        if random.one_in(2) {
            let index = self.index(name, &plain);
            table = table.index(index);
        }
        let random = &mut self.random;
        // MySQL checks no column that numbers rows.
        if !numbered && random.one_in(3) {
            let expression = format!("id > {}", random.below(2));
            table.checks.push(if random.one_in(2) {
                Check::new(expression).name(format!("{name}_ok"))
            } else {
                Check::new(expression)
            });
        }
        // MySQL computes nothing from a column that numbers rows, and refers to no column that is computed.
        if !numbered && random.one_in(3) {
            let column = Column::new("twice", ColumnType::Int64).nullable();
            table = table.column(column.stored(if random.one_in(2) { "id * 2" } else { "id + id" }));
        }
        if random.one_in(4) { table.comment("a table") } else { table }
    }

    fn column(&mut self, name: &str, ty: ColumnType, values: &[&str]) -> Column {
        let random = &mut self.random;
        // Other types that hold the same values, so that one can be made of the other.
        let ty = match ty {
            ColumnType::Int32 if random.one_in(2) => ColumnType::Int64,
            ColumnType::Text { .. } if random.one_in(3) => ColumnType::Text { length: Some(60) },
            ColumnType::Enum(_) if random.one_in(3) => ColumnType::Text { length: Some(40) },
            ColumnType::TimestampTz if random.one_in(3) => ColumnType::Timestamp,
            ColumnType::Decimal { .. } if random.one_in(3) => ColumnType::Bool,
            ty => ty,
        };
        let default = match &ty {
            ColumnType::Int32 | ColumnType::Int64 | ColumnType::Decimal { .. } => Default::Number("1".to_owned()),
            ColumnType::Bool => Default::Keyword("TRUE"),
            ColumnType::TimestampTz | ColumnType::Timestamp => Default::Expression("CURRENT_TIMESTAMP".to_owned()),
            _ => Default::Text(values[0].to_owned()),
        };
        let is_text = matches!(ty, ColumnType::Text { .. });
        let mut column = Column::new(name, ty);
        column.nullable = random.one_in(2);
        column.default = random.one_in(3).then_some(default);
        column.comment = random.one_in(4).then(|| "said".to_owned());
        column.collation = (is_text && random.one_in(4)).then(|| match self.dialect {
            Dialect::Sqlite => "NOCASE".to_owned(),
            Dialect::Postgres => "C".to_owned(),
            Dialect::Mysql => "utf8mb4_bin".to_owned(),
        });
        column
    }

    fn index(&mut self, table: &str, columns: &[&str]) -> Index {
        let random = &mut self.random;
        let mut index = Index::new(random.some(columns));
        index.unique = random.one_in(4);
        if self.dialect == Dialect::Postgres {
            index.parts[0].descending = random.one_in(3);
            if random.one_in(3) {
                index.parts.push(IndexPart::expression("abs(id)"));
            }
            index.predicate = random.one_in(3).then(|| "id > 1".to_owned());
            if random.one_in(4) {
                index = index.include(["id"]);
            }
        }
        if random.one_in(3) { index.name(format!("{table}_{}", random.below(2))) } else { index }
    }

    /// A key to the other table's `id`, where it is one.
    fn key(&mut self, table: &Table, other: &Table) -> Option<ForeignKey> {
        let random = &mut self.random;
        let unique = other.primary_key == ["id"] || other.uniques.iter().any(|unique| unique.columns == ["id"]);
        let target = other.find_column("id")?;
        let like = |column: &&Column| column.ty == target.ty && column.generated.is_none();
        let from = table.columns.iter().filter(like).find(|column| column.name == "team")?;
        let key = ForeignKey::new([from.name.as_str()], other.name.as_str(), ["id"]);
        let key = key.on_delete(*random.pick(&[Action::NoAction, Action::Cascade, Action::Restrict]));
        let deferred = self.dialect == Dialect::Postgres && random.one_in(3);
        let key = if deferred { key.deferral(Deferral::Initial) } else { key };
        (unique && !random.one_in(4)).then_some(key)
    }
}
