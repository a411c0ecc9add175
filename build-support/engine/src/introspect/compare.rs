//! How a table of the database differs from the one that a model describes. Pure.
//!
//! Names of indexes and constraints do not count, nor do defaults and checks, which databases rewrite; nor what the
//! database has beyond the model, except columns.

use std::fmt;

use glim_schema::sql::type_name;
use glim_schema::{Column, ColumnType, Dialect, Index, Table};

use super::native::normal;
use super::table::{Live, LiveColumn};

/// A difference between a model and its table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Difference {
    /// The table lacks a column.
    MissingColumn {
        /// The column.
        column: String,
    },
    /// The table has a column that the model does not have.
    ExtraColumn {
        /// The column.
        column: String,
    },
    /// A column has another type.
    Type {
        /// The column.
        column: String,
        /// The model's type, in the database's words.
        model: String,
        /// The table's type.
        live: String,
    },
    /// A column may be NULL, and should not, or the reverse.
    Nullable {
        /// The column.
        column: String,
        /// Whether the model's may be.
        model: bool,
    },
    /// The primary key has other columns.
    PrimaryKey {
        /// The model's.
        model: Vec<String>,
        /// The table's.
        live: Vec<String>,
    },
    /// No index or constraint makes these columns unique.
    MissingUnique {
        /// The columns.
        columns: Vec<String>,
    },
    /// There is no index over these columns.
    MissingIndex {
        /// The columns.
        columns: Vec<String>,
    },
    /// A reference is missing.
    MissingForeignKey {
        /// The referring columns.
        columns: Vec<String>,
        /// The table and columns referred to.
        references: String,
    },
}

/// What the table would have to become to be as the model describes it.
pub fn compare(model: &Table, live: &Live, dialect: Dialect) -> Vec<Difference> {
    let same = |a: &str, b: &str| match dialect {
        Dialect::Postgres => a == b,
        // They do not tell capitals from small letters in names of columns.
        Dialect::Sqlite | Dialect::Mysql => a.to_lowercase() == b.to_lowercase(),
    };
    let all_same = |a: &[String], b: &[String]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b));
    let mut found = Vec::new();
    for column in &model.columns {
        match live.columns.iter().find(|other| same(&other.name, &column.name)) {
            None => found.push(Difference::MissingColumn { column: column.name.clone() }),
            Some(other) => compare_column(model, column, other, dialect, &mut found),
        }
    }
    for other in &live.columns {
        if !model.columns.iter().any(|column| same(&column.name, &other.name)) {
            found.push(Difference::ExtraColumn { column: other.name.clone() });
        }
    }
    if !all_same(&model.primary_key, &live.primary_key) {
        let (model, live) = (model.primary_key.clone(), live.primary_key.clone());
        found.push(Difference::PrimaryKey { model, live });
    }

    let is_unique = |columns: &[String]| {
        all_same(columns, &live.primary_key)
            || live.indexes.iter().any(|index| index.unique && all_same(columns, &index.columns))
    };
    let columns = |index: &Index| index.columns().map(str::to_owned).collect::<Vec<_>>();
    let of_columns = || model.indexes.iter().filter(|index| index.is_of_columns());
    let unique_indexes = of_columns().filter(|index| index.unique).map(columns);
    for columns in model.uniques.iter().map(|unique| unique.columns.clone()).chain(unique_indexes) {
        if !is_unique(&columns) {
            found.push(Difference::MissingUnique { columns });
        }
    }
    for columns in of_columns().filter(|index| !index.unique).map(columns) {
        if !live.indexes.iter().any(|other| all_same(&columns, &other.columns)) {
            found.push(Difference::MissingIndex { columns });
        }
    }
    for key in &model.foreign_keys {
        let there = live.foreign_keys.iter().any(|other| {
            all_same(&key.columns, &other.columns)
                && same(&key.references, &other.references)
                && (other.referenced_columns.is_empty() || all_same(&key.referenced_columns, &other.referenced_columns))
        });
        if !there {
            let references = format!("{}({})", key.references, key.referenced_columns.join(", "));
            found.push(Difference::MissingForeignKey { columns: key.columns.clone(), references });
        }
    }
    found
}

fn compare_column(model: &Table, column: &Column, live: &LiveColumn, dialect: Dialect, found: &mut Vec<Difference>) {
    let wanted = match dialect {
        // The only type that lets SQLite number the rows.
        Dialect::Sqlite if column.auto_increment => "integer".to_owned(),
        Dialect::Sqlite | Dialect::Postgres | Dialect::Mysql => type_name(dialect, &column.ty),
    };
    if is_comparable(&column.ty) && normal(dialect, &wanted) != normal(dialect, &live.ty) {
        found.push(Difference::Type { column: column.name.clone(), model: wanted, live: live.ty.clone() });
    }
    // What a key says of NULL is the key's own affair; SQLite does not even say it.
    if column.nullable != live.nullable && !model.primary_key.contains(&column.name) {
        found.push(Difference::Nullable { column: column.name.clone(), model: column.nullable });
    }
}

/// A database may report a type in its own words in quite another form than it was asked for, so that nothing follows
/// from a difference.
fn is_comparable(ty: &ColumnType) -> bool {
    !matches!(ty, ColumnType::Native(_))
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingColumn { column } => write!(f, "column `{column}` is missing"),
            Self::ExtraColumn { column } => write!(f, "column `{column}` is not in the model"),
            Self::Type { column, model, live } => {
                write!(f, "column `{column}` is `{live}`, and `{model}` in the model")
            }
            Self::Nullable { column, model: true } => {
                write!(f, "column `{column}` is NOT NULL, and may be NULL in the model")
            }
            Self::Nullable { column, model: false } => {
                write!(f, "column `{column}` may be NULL, and is NOT NULL in the model")
            }
            Self::PrimaryKey { model, live } => {
                write!(f, "the primary key is {}, and {} in the model", key(live), key(model))
            }
            Self::MissingUnique { columns } => write!(f, "({}) is not unique", columns.join(", ")),
            Self::MissingIndex { columns } => write!(f, "there is no index on ({})", columns.join(", ")),
            Self::MissingForeignKey { columns, references } => {
                write!(f, "there is no foreign key from ({}) to {references}", columns.join(", "))
            }
        }
    }
}

fn key(columns: &[String]) -> String {
    if columns.is_empty() { "none".to_owned() } else { format!("({})", columns.join(", ")) }
}

#[cfg(test)]
mod tests {
    use glim_schema::{Column, ColumnType, Dialect, ForeignKey, Index, Table};

    use super::compare;
    use crate::introspect::{Live, LiveColumn, LiveForeignKey, LiveIndex};

    fn model() -> Table {
        Table::new("users")
            .column(Column::new("id", ColumnType::Int64))
            .column(Column::new("name", ColumnType::Text { length: Some(255) }))
            .column(Column::new("team", ColumnType::Int32).nullable())
            .primary_key(["id"])
            .unique(["name"])
            .index(Index::new(["team", "name"]))
            .foreign_key(ForeignKey::new(["team"], "teams", ["id"]))
    }

    fn live() -> Live {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let column = |name: &str, ty: &str, nullable| LiveColumn {
            name: name.to_owned(),
            ty: ty.to_owned(),
            nullable,
            default: None,
        };
        let index =
            |name: &str, columns: &[&str], unique| LiveIndex { name: name.to_owned(), columns: names(columns), unique };
        Live {
            name: "users".to_owned(),
            columns: vec![
                column("id", "bigint", true),
                column("name", "character varying(255)", false),
                column("team", "integer", true),
            ],
            primary_key: names(&["id"]),
            indexes: vec![index("any", &["name"], true), index("other", &["team", "name"], false)],
            foreign_keys: vec![LiveForeignKey {
                columns: names(&["team"]),
                references: "teams".to_owned(),
                referenced_columns: names(&["id"]),
            }],
        }
    }

    fn differences(live: &Live) -> Vec<String> {
        compare(&model(), live, Dialect::Postgres).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_table_as_the_model_describes_it_has_no_difference() {
        assert!(differences(&live()).is_empty());
    }

    #[test]
    fn each_difference_is_said() {
        let mut live = live();
        live.columns[0].ty = "integer".to_owned();
        live.columns[1].nullable = true;
        live.columns[2].name = "Team".to_owned();
        live.primary_key.clear();
        live.indexes.clear();
        live.foreign_keys[0].references = "clubs".to_owned();
        assert_eq!(
            differences(&live),
            [
                "column `id` is `integer`, and `bigint` in the model",
                "column `name` may be NULL, and is NOT NULL in the model",
                "column `team` is missing",
                "column `Team` is not in the model",
                "the primary key is none, and (id) in the model",
                "(name) is not unique",
                "there is no index on (team, name)",
                "there is no foreign key from (team) to teams(id)",
            ]
        );
    }

    #[test]
    fn capitals_of_a_column_count_only_on_postgres() {
        let mut live = live();
        live.columns[1].ty = "varchar(255)".to_owned();
        live.columns[2].name = "TEAM".to_owned();
        live.columns[2].ty = "INTEGER".to_owned();
        assert!(compare(&model(), &live, Dialect::Sqlite).is_empty());
    }
}
