//! The encoding of schema changes.

use glim_schema::table::Default;
use glim_schema::{
    Action, AlterTable, Alteration, Change, Check, Column, ColumnType, Dialect, ForeignKey, Index, Table, Unique,
};

use crate::wire::codec::{Decode, Encode, Input, Malformed, wire_enum, wire_struct};

wire_struct! {
    Table { name, columns, primary_key, uniques, indexes, foreign_keys, checks, comment }
    Column { name, ty, nullable, default, auto_increment, comment }
    Unique { name, columns }
    Index { name, columns, unique }
    ForeignKey { name, columns, references, referenced_columns, on_delete, on_update }
    Check { name, expression }
    AlterTable { table, alterations }
}

wire_enum! {
    Dialect { 0 = Sqlite, 1 = Postgres, 2 = Mysql }
    Action { 0 = NoAction, 1 = Restrict, 2 = Cascade, 3 = SetNull, 4 = SetDefault }
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
    }
    Change {
        0 = CreateTable(table),
        1 = DropTable { table },
        2 = AlterTable(alter),
        3 = CreateIndex { table, index },
        4 = DropIndex { table, name },
    }
}

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
