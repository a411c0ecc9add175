//! The encoding of schema changes.

use glim_schema::{
    Action, AlterEnum, AlterTable, Alteration, Change, Check, Column, ColumnType, Default, Deferral, Dialect,
    EnumColumn, EnumType, ForeignKey, Generated, Index, IndexPart, Indexed, Table, Unique,
};

use crate::wire::codec::{Decode, Encode, Input, Malformed, wire_enum, wire_struct};

wire_struct! {
    Table { name, columns, primary_key, uniques, indexes, foreign_keys, checks, comment }
    Column { name, ty, nullable, default, auto_increment, collation, generated, comment }
    Generated { expression, stored }
    EnumType { name, values }
    Unique { name, columns }
    Index { name, parts, unique, predicate, method, include }
    IndexPart { of, descending }
    ForeignKey { name, columns, references, referenced_columns, on_delete, on_update, deferral }
    Check { name, expression }
    AlterTable { table, alterations }
    AlterEnum { name, from, to, columns }
    EnumColumn { table, column }
}

wire_enum! {
    Dialect { 0 = Sqlite, 1 = Postgres, 2 = Mysql }
    Action { 0 = NoAction, 1 = Restrict, 2 = Cascade, 3 = SetNull, 4 = SetDefault }
    Deferral { 0 = Never, 1 = Possible, 2 = Initial }
    Indexed { 0 = Column(name), 1 = Expression(sql) }
    ColumnType {
        0 = Bool,
        1 = Int8, 2 = Int16, 3 = Int32, 4 = Int64,
        5 = Uint8, 6 = Uint16, 7 = Uint32, 8 = Uint64,
        9 = Float32, 10 = Float64,
        11 = Decimal { precision, scale },
        12 = Text { length },
        13 = Bytes { length },
        14 = Date, 15 = Time, 16 = Timestamp, 17 = TimestampTz,
        18 = Uuid, 19 = Json,
        20 = Native(name),
        21 = Enum(ty),
        22 = Array(of),
    }
    Alteration {
        0 = AddColumn(column),
        1 = DropColumn(name),
        2 = RenameColumn { from, to },
        3 = ChangeColumn(column),
        4 = RenameTo(name),
        5 = AddUnique(unique),
        6 = AddForeignKey(key),
        7 = AddCheck(check),
        8 = DropConstraint(name),
        9 = AlterColumn { from, to },
        10 = AddPrimaryKey(columns),
        11 = DropPrimaryKey,
        12 = DropForeignKey { name, index },
        13 = RenameIndex { from, to },
        14 = SetComment(comment),
    }
    Change {
        0 = CreateTable(table),
        1 = DropTable { table },
        2 = AlterTable(alter),
        3 = CreateIndex { table, index },
        4 = DropIndex { table, name },
        5 = CreateEnum(ty),
        6 = AlterEnum(alter),
        7 = DropEnum { name },
    }
}

impl Encode for Box<ColumnType> {
    fn encode(&self, out: &mut Vec<u8>) {
        ColumnType::encode(self, out);
    }
}

impl Decode for Box<ColumnType> {
    /// What an array holds is no array, or a message could nest them deeper than the stack.
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        if input.peek() == Some(ARRAY) {
            return Err(Malformed("an array of arrays"));
        }
        ColumnType::decode(input).map(Self::new)
    }
}

/// The tag of [`ColumnType::Array`].
const ARRAY: u8 = 22;

const KEYWORDS: [&str; 3] = ["NULL", "TRUE", "FALSE"];

impl Encode for Default {
    fn encode(&self, out: &mut Vec<u8>) {
        let (tag, text) = match self {
            Self::Keyword(text) => (0, *text),
            Self::Number(text) => (1, text.as_str()),
            Self::Text(text) => (2, text.as_str()),
            Self::Expression(text) => (3, text.as_str()),
        };
        out.push(tag);
        text.encode(out);
    }
}

impl Decode for Default {
    fn decode(input: &mut Input<'_>) -> Result<Self, Malformed> {
        let tag = input.tag()?;
        let text = String::decode(input)?;
        Ok(match tag {
            0 => Self::Keyword(
                KEYWORDS.into_iter().find(|keyword| *keyword == text).ok_or(Malformed("an unknown keyword"))?,
            ),
            1 => Self::Number(text),
            2 => Self::Text(text),
            3 => Self::Expression(text),
            _ => return Err(Malformed("an unknown default")),
        })
    }
}
