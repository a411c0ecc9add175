//! What a change may cost where there are rows.

use std::fmt;

use crate::diff::Step;
use crate::form::Named as _;
use crate::sql::Problem;
use crate::{Alteration, Change, Check, Column, ColumnType, ForeignKey, Index, Indexed, Schema, Table, Unique};

/// What a change may cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Loss {
    /// A table goes, and its rows.
    Table {
        /// The table.
        table: String,
    },
    /// A column goes, and what it holds.
    Column {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A column's type no longer holds every value that it may have: values are cut or rounded, or the change fails.
    Narrowed {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// The type until now.
        from: ColumnType,
        /// The type from now on.
        to: ColumnType,
    },
    /// An enum loses values; the change fails where a row has one.
    EnumValues {
        /// The enum.
        name: String,
        /// The values that go.
        values: Vec<String>,
    },
    /// A column comes that every row must have a value for, and says of none.
    Required {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A column may no longer be NULL; the change fails where it is.
    NotNull {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// Rows may no longer share values; the change fails where some do.
    Unique {
        /// The table.
        table: String,
        /// The columns, or expressions.
        columns: Vec<String>,
    },
    /// Rows must refer to others that are there; the change fails where one does not.
    Reference {
        /// The table.
        table: String,
        /// The columns.
        columns: Vec<String>,
        /// The table that they refer to.
        references: String,
    },
    /// Rows must meet a condition; the change fails where one does not.
    Check {
        /// The table.
        table: String,
        /// The condition.
        expression: String,
    },
}

/// What kind of a cost it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossKind {
    /// Something that is stored may be gone.
    Loses,
    /// The change needs to be told a value, or it fails where there are rows.
    NeedsValue,
    /// The change fails, and nothing is lost, if the rows are not as it wants them.
    MayFail,
}

impl Loss {
    /// What kind of a cost it is.
    pub fn kind(&self) -> LossKind {
        match self {
            Self::Table { .. } | Self::Column { .. } | Self::Narrowed { .. } | Self::EnumValues { .. } => {
                LossKind::Loses
            }
            Self::Required { .. } => LossKind::NeedsValue,
            Self::NotNull { .. } | Self::Unique { .. } | Self::Reference { .. } | Self::Check { .. } => {
                LossKind::MayFail
            }
        }
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Table { table } => write!(f, "drops the table `{table}` and its rows"),
            Self::Column { table, column } => write!(f, "drops the column `{table}`.`{column}` and what it holds"),
            Self::Narrowed { table, column, .. } => {
                write!(f, "gives the column `{table}`.`{column}` a type that does not hold all that it may hold now")
            }
            Self::EnumValues { name, values } => {
                write!(f, "takes from the enum `{name}` the values {}", values.join(", "))
            }
            Self::Required { table, column } => {
                write!(f, "adds the column `{table}`.`{column}`, which needs a value for each row that is there")
            }
            Self::NotNull { table, column } => write!(f, "fails if `{table}`.`{column}` is NULL in a row"),
            Self::Unique { table, columns } => {
                write!(f, "fails if rows of `{table}` share their values of {}", columns.join(", "))
            }
            Self::Reference { table, columns, references } => {
                write!(f, "fails if {} of a row of `{table}` is not in `{references}`", columns.join(", "))
            }
            Self::Check { table, expression } => {
                write!(f, "fails if a row of `{table}` does not meet {}", expression.trim())
            }
        }
    }
}

/// The changes from that schema on, with what each may cost.
pub(super) fn with_losses(from: &Schema, changes: Vec<Change>) -> Result<Vec<Step>, Problem> {
    let mut walk = Walk { state: from.clone(), ..Walk::default() };
    changes.into_iter().map(|change| walk.step(change)).collect()
}

/// The schema as it is by then, and what was taken from it: what comes again unchanged cannot fail.
#[derive(Default)]
struct Walk {
    state: Schema,
    uniques: Vec<(String, Unique)>,
    indexes: Vec<(String, Index)>,
    checks: Vec<(String, Check)>,
    keys: Vec<ForeignKey>,
}

impl Walk {
    fn step(&mut self, change: Change) -> Result<Step, Problem> {
        let mut losses = Vec::new();
        match &change {
            Change::DropTable { table } => losses.push(Loss::Table { table: table.clone() }),
            Change::AlterTable(alter) => {
                let mut table = self.state.table(&alter.table).cloned().unwrap_or_else(|| Table::new(&*alter.table));
                for alteration in &alter.alterations {
                    losses.extend(self.altered(&table, alteration));
                    table.alter(alteration)?;
                }
            }
            Change::CreateIndex { table, index } if index.unique => {
                let again = self.indexes.iter().any(|(of, gone)| of == table && *gone == index.nameless());
                let columns = index.parts.iter().map(|part| match &part.of {
                    Indexed::Column(name) => name.clone(),
                    Indexed::Expression(sql) => sql.trim().to_owned(),
                });
                if !again {
                    losses.push(Loss::Unique { table: table.clone(), columns: columns.collect() });
                }
            }
            Change::DropIndex { table, name } => {
                let indexes = self.state.table(table).into_iter().flat_map(|table| &table.indexes);
                let gone = indexes.filter(|index| index.name_in(table) == *name);
                self.indexes.extend(gone.map(|index| (table.clone(), index.nameless())));
            }
            Change::AlterEnum(alter) => {
                let values: Vec<_> = alter.from.iter().filter(|value| !alter.to.contains(value)).cloned().collect();
                if !values.is_empty() {
                    losses.push(Loss::EnumValues { name: alter.name.clone(), values });
                }
            }
            Change::CreateTable(_) | Change::CreateIndex { .. } | Change::CreateEnum(_) | Change::DropEnum { .. } => {}
        }
        self.state.apply(&change)?;
        Ok(Step { change, losses })
    }

    fn altered(&mut self, at: &Table, alteration: &Alteration) -> Option<Loss> {
        let table = || at.name.clone();
        match alteration {
            Alteration::AddColumn(column) => {
                let filled = column.nullable || column.default.is_some() || column.generated.is_some();
                (!filled).then(|| Loss::Required { table: table(), column: column.name.clone() })
            }
            Alteration::DropColumn(name) => {
                let computed = at.find_column(name).is_some_and(|column| column.generated.is_some());
                (!computed).then(|| Loss::Column { table: table(), column: name.clone() })
            }
            Alteration::AlterColumn { from, to } => changed(&at.name, from, to),
            Alteration::ChangeColumn(to) => at.find_column(&to.name).and_then(|from| changed(&at.name, from, to)),
            Alteration::AddUnique(unique) => {
                let again = self.uniques.iter().any(|(of, gone)| *of == at.name && *gone == unique.nameless());
                (!again).then(|| Loss::Unique { table: table(), columns: unique.columns.clone() })
            }
            Alteration::AddPrimaryKey(columns) => Some(Loss::Unique { table: table(), columns: columns.clone() }),
            Alteration::AddForeignKey(key) => (!self.keys.contains(&key.nameless())).then(|| {
                let (columns, references) = (key.columns.clone(), key.references.clone());
                Loss::Reference { table: table(), columns, references }
            }),
            Alteration::AddCheck(check) => {
                let again = self.checks.iter().any(|(of, gone)| *of == at.name && *gone == check.nameless());
                (!again).then(|| Loss::Check { table: table(), expression: check.expression.clone() })
            }
            Alteration::DropConstraint(name) | Alteration::DropForeignKey { name, .. } => {
                let is = |other: String| other == *name;
                let uniques = at.uniques.iter().filter(|each| is(each.name_in(&at.name)));
                self.uniques.extend(uniques.map(|each| (table(), each.nameless())));
                let checks = at.checks.iter().filter(|each| is(each.name_in(&at.name)));
                self.checks.extend(checks.map(|each| (table(), each.nameless())));
                let keys = at.foreign_keys.iter().filter(|each| is(each.name_in(&at.name)));
                self.keys.extend(keys.map(ForeignKey::nameless));
                None
            }
            Alteration::RenameColumn { .. }
            | Alteration::RenameTo(_)
            | Alteration::DropPrimaryKey
            | Alteration::RenameIndex { .. }
            | Alteration::SetComment(_) => None,
        }
    }
}

fn changed(table: &str, from: &Column, to: &Column) -> Option<Loss> {
    let (table, column) = (table.to_owned(), to.name.clone());
    if from.ty != to.ty && !holds(&to.ty, &from.ty) {
        return Some(Loss::Narrowed { table, column, from: from.ty.clone(), to: to.ty.clone() });
    }
    (from.nullable && !to.nullable).then_some(Loss::NotNull { table, column })
}

/// Whether a type holds every value of another.
fn holds(wide: &ColumnType, narrow: &ColumnType) -> bool {
    let characters = |length: &Option<u32>, most: u32| length.is_none_or(|length| length >= most);
    match (wide, narrow) {
        _ if wide == narrow => true,
        (ColumnType::Text { length }, ColumnType::Text { length: Some(least) })
        | (ColumnType::Bytes { length }, ColumnType::Bytes { length: Some(least) }) => characters(length, *least),
        (
            ColumnType::Text { .. } | ColumnType::Bytes { .. },
            ColumnType::Text { length: None } | ColumnType::Bytes { .. },
        ) => {
            // Bytes need not be a text at all.
            matches!((wide, narrow), (ColumnType::Bytes { length: None }, ColumnType::Text { .. }))
        }
        (ColumnType::Text { length }, ColumnType::Uuid) => characters(length, 36),
        (ColumnType::Text { length }, ColumnType::Enum(ty)) => {
            let longest = ty.values.iter().map(|value| value.chars().count()).max().unwrap_or(0);
            length.is_none_or(|length| length as usize >= longest)
        }
        (ColumnType::Text { length: Some(length) }, narrow) if narrow.is_integer() => *length >= 20,
        (ColumnType::Enum(wide), ColumnType::Enum(narrow)) => {
            narrow.values.iter().all(|value| wide.values.contains(value))
        }
        (ColumnType::Text { length: None }, _)
        | (ColumnType::Float64, ColumnType::Float32)
        | (ColumnType::Timestamp | ColumnType::TimestampTz, ColumnType::Date)
        | (ColumnType::Timestamp, ColumnType::TimestampTz)
        | (ColumnType::TimestampTz, ColumnType::Timestamp) => true,
        (ColumnType::Decimal { precision, scale }, ColumnType::Decimal { precision: digits, scale: after }) => {
            scale >= after && i32::from(*precision) - i32::from(*scale) >= i32::from(*digits) - i32::from(*after)
        }
        (wide, ColumnType::Bool) => wide.is_integer(),
        (ColumnType::Array(wide), ColumnType::Array(narrow)) => holds(wide, narrow),
        (wide, narrow) => match (integers(wide), narrow.integer_range()) {
            (Some((least, most)), Some((low, high))) => least <= low && most >= high,
            _ => false,
        },
    }
}

/// The whole numbers that a type holds, each of them exactly.
fn integers(ty: &ColumnType) -> Option<(i128, i128)> {
    match ty {
        ColumnType::Float32 => Some((-(1 << 24), 1 << 24)),
        ColumnType::Float64 => Some((-(1 << 53), 1 << 53)),
        ColumnType::Decimal { precision, scale } => {
            let digits = u32::from(precision.saturating_sub(*scale));
            // More than 30 digits hold every integer that there is.
            let most = 10_i128.pow(digits.min(30)) - 1;
            Some((-most, most))
        }
        ty => ty.integer_range(),
    }
}

#[cfg(test)]
mod tests {
    use super::holds;
    use crate::{ColumnType as Type, EnumType};

    const fn text(length: Option<u32>) -> Type {
        Type::Text { length }
    }

    #[test]
    fn a_wider_type_loses_nothing() {
        let mood = || Type::Enum(EnumType::new("mood", ["sad", "happy"]));
        let decimal = |precision, scale| Type::Decimal { precision, scale };
        for (wide, narrow) in [
            (Type::Int64, Type::Int32),
            (Type::Int16, Type::Uint8),
            (Type::Float64, Type::Int32),
            (Type::Float64, Type::Float32),
            (decimal(20, 0), Type::Uint32),
            (decimal(12, 4), decimal(10, 2)),
            (text(None), text(Some(9))),
            (text(Some(9)), text(Some(8))),
            (text(None), Type::Json),
            (text(Some(5)), mood()),
            (Type::TimestampTz, Type::Timestamp),
            (Type::Timestamp, Type::Date),
            (Type::Int8, Type::Bool),
        ] {
            assert!(holds(&wide, &narrow), "{wide:?} for {narrow:?}");
        }
        for (narrow, wide) in [
            (Type::Int32, Type::Int64),
            (Type::Int8, Type::Uint8),
            (Type::Float64, Type::Int64),
            (Type::Float32, Type::Float64),
            (decimal(10, 4), decimal(10, 2)),
            (text(Some(8)), text(Some(9))),
            (text(Some(9)), text(None)),
            (text(Some(4)), mood()),
            (text(None), Type::Bytes { length: None }),
            (Type::Date, Type::Timestamp),
            (Type::Bool, Type::Int8),
            (Type::Native("inet".to_owned()), Type::Native("cidr".to_owned())),
        ] {
            assert!(!holds(&narrow, &wide), "{narrow:?} for {wide:?}");
        }
    }
}
