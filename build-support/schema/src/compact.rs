//! A table as one text, for code that is generated: a literal costs the compiler a fraction of what an expression that
//! builds the table does, and a crate has many models.
//!
//! Texts are written as their length, a colon, and themselves; numbers end with a semicolon; what may be absent begins
//! with `+` or is `-`; a variant is one letter. Only the same version reads it.

use crate::{
    Action, Check, Column, ColumnType, Default, Deferral, EnumType, ForeignKey, Generated, Index, IndexPart, Indexed,
    Table, Unique,
};

impl Table {
    /// The table as a text.
    pub fn to_compact(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// The table that [`Table::to_compact`] wrote; `None` for any other text.
    pub fn from_compact(text: &str) -> Option<Self> {
        let mut rest = text;
        let table = Self::read(&mut rest)?;
        rest.is_empty().then_some(table)
    }
}

/// What a table is made of.
trait Compact: Sized {
    fn write(&self, text: &mut String);
    fn read(text: &mut &str) -> Option<Self>;
}

/// Writes and reads the fields of a struct, all of them, in one order.
macro_rules! fields {
    ($($type:ident { $($field:ident),* })*) => {$(
        impl Compact for $type {
            fn write(&self, text: &mut String) {
                let Self { $($field),* } = self;
                $($field.write(text);)*
            }

            fn read(text: &mut &str) -> Option<Self> {
                $(let $field = Compact::read(text)?;)*
                Some(Self { $($field),* })
            }
        }
    )*};
}

/// Writes and reads an enum: a letter for each variant, then what it holds.
macro_rules! variants {
    ($($type:ident { $($letter:literal = $variant:ident $(($inner:ident))? $({ $($field:ident),* })?),* })*) => {$(
        impl Compact for $type {
            fn write(&self, text: &mut String) {
                match self {
                    $(Self::$variant $(($inner))? $({ $($field),* })? => {
                        text.push($letter);
                        $($inner.write(text);)?
                        $($($field.write(text);)*)?
                    })*
                }
            }

            fn read(text: &mut &str) -> Option<Self> {
                Some(match letter(text)? {
                    $($letter => {
                        $(let $inner = Compact::read(text)?;)?
                        $($(let $field = Compact::read(text)?;)*)?
                        Self::$variant $(($inner))? $({ $($field),* })?
                    })*
                    _ => return None,
                })
            }
        }
    )*};
}

fields! {
    Table { name, columns, primary_key, uniques, indexes, foreign_keys, checks, comment }
    Column { name, ty, nullable, default, auto_increment, collation, generated, comment }
    Generated { expression, stored }
    EnumType { name, values }
    Unique { name, columns }
    Index { name, parts, unique, predicate, method, include }
    IndexPart { of, descending }
    ForeignKey { name, columns, references, referenced_columns, on_delete, on_update, deferral }
    Check { name, expression }
}

variants! {
    ColumnType {
        'b' = Bool,
        'i' = Int8,
        'j' = Int16,
        'k' = Int32,
        'l' = Int64,
        'u' = Uint8,
        'v' = Uint16,
        'w' = Uint32,
        'x' = Uint64,
        'f' = Float32,
        'g' = Float64,
        'd' = Decimal { precision, scale },
        't' = Text { length },
        'y' = Bytes { length },
        'D' = Date,
        'T' = Time,
        'S' = Timestamp,
        'Z' = TimestampTz,
        'U' = Uuid,
        'J' = Json,
        'E' = Enum(inner),
        'A' = Array(inner),
        'N' = Native(name)
    }
    Default { 'k' = Keyword(word), 'n' = Number(digits), 't' = Text(value), 'e' = Expression(sql) }
    Action { 'n' = NoAction, 'r' = Restrict, 'c' = Cascade, '0' = SetNull, 'd' = SetDefault }
    Deferral { 'n' = Never, 'p' = Possible, 'i' = Initial }
    Indexed { 'c' = Column(name), 'e' = Expression(sql) }
}

impl Compact for Box<ColumnType> {
    fn write(&self, text: &mut String) {
        ColumnType::write(self, text);
    }

    /// An array of arrays would be read as deep as a text is long.
    fn read(text: &mut &str) -> Option<Self> {
        if text.starts_with('A') { None } else { ColumnType::read(text).map(Self::new) }
    }
}

impl Compact for String {
    fn write(&self, text: &mut String) {
        text.push_str(&self.len().to_string());
        text.push(':');
        text.push_str(self);
    }

    fn read(text: &mut &str) -> Option<Self> {
        let (length, rest) = text.split_once(':')?;
        let (taken, rest) = rest.split_at_checked(length.parse().ok()?)?;
        *text = rest;
        Some(taken.to_owned())
    }
}

impl Compact for &'static str {
    fn write(&self, text: &mut String) {
        (*self).to_owned().write(text);
    }

    /// Only the keywords of [`Default::Keyword`].
    fn read(text: &mut &str) -> Option<Self> {
        let read = String::read(text)?;
        ["NULL", "TRUE", "FALSE"].into_iter().find(|word| *word == read)
    }
}

impl Compact for bool {
    fn write(&self, text: &mut String) {
        text.push(if *self { '+' } else { '-' });
    }

    fn read(text: &mut &str) -> Option<Self> {
        match letter(text)? {
            '+' => Some(true),
            '-' => Some(false),
            _ => None,
        }
    }
}

impl<T: Compact> Compact for Option<T> {
    fn write(&self, text: &mut String) {
        self.is_some().write(text);
        if let Some(value) = self {
            value.write(text);
        }
    }

    fn read(text: &mut &str) -> Option<Self> {
        if bool::read(text)? { T::read(text).map(Some) } else { Some(None) }
    }
}

impl<T: Compact> Compact for Vec<T> {
    fn write(&self, text: &mut String) {
        for item in self {
            text.push('+');
            item.write(text);
        }
        text.push('-');
    }

    fn read(text: &mut &str) -> Option<Self> {
        let mut items = Self::new();
        while bool::read(text)? {
            items.push(T::read(text)?);
        }
        Some(items)
    }
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl Compact for $type {
            fn write(&self, text: &mut String) {
                text.push_str(&self.to_string());
                text.push(';');
            }

            fn read(text: &mut &str) -> Option<Self> {
                let (digits, rest) = text.split_once(';')?;
                *text = rest;
                digits.parse().ok()
            }
        }
    )*};
}

numbers! { u16 u32 }

fn letter(text: &mut &str) -> Option<char> {
    let mut letters = text.chars();
    let letter = letters.next()?;
    *text = letters.as_str();
    Some(letter)
}

#[cfg(test)]
mod tests {
    use crate::{Action, Column, ColumnType, Default, Deferral, EnumType, ForeignKey, Index, IndexPart, Table, Unique};

    fn table() -> Table {
        let types = [
            ColumnType::Bool,
            ColumnType::Int8,
            ColumnType::Int16,
            ColumnType::Int32,
            ColumnType::Int64,
            ColumnType::Uint8,
            ColumnType::Uint16,
            ColumnType::Uint32,
            ColumnType::Uint64,
            ColumnType::Float32,
            ColumnType::Float64,
            ColumnType::Decimal { precision: 10, scale: 2 },
            ColumnType::Text { length: None },
            ColumnType::Text { length: Some(u32::MAX) },
            ColumnType::Bytes { length: Some(1) },
            ColumnType::Date,
            ColumnType::Time,
            ColumnType::Timestamp,
            ColumnType::TimestampTz,
            ColumnType::Uuid,
            ColumnType::Json,
            ColumnType::Enum(EnumType::new("e", ["a", "b;"])),
            ColumnType::Array(Box::new(ColumnType::Int32)),
            ColumnType::Native("naïve; 5:x".to_owned()),
        ];
        let columns = types.into_iter().enumerate().map(|(at, ty)| Column::new(format!("c{at}"), ty));
        let mut table = Table::new("ta\"b:le;+-").primary_key(["c1", "c2"]).unique(["ü"]).check("a > 0").comment("");
        table.columns = columns.collect();
        let defaults = [
            Default::Keyword("NULL"),
            Default::Number("-1.5".into()),
            Default::Text("'\n".into()),
            Default::Expression("f()".into()),
        ];
        for (column, default) in table.columns.iter_mut().zip(defaults) {
            column.default = Some(default);
            column.nullable = true;
            column.auto_increment = true;
            column.comment = Some("x".to_owned());
            column.collation = Some("C".to_owned());
        }
        table.columns.push(Column::new("s", ColumnType::Int32).stored("c1 + 1"));
        table.columns.push(Column::new("v", ColumnType::Int32).computed("c1 - 1"));
        table.uniques.push(Unique { name: Some("n".to_owned()), columns: vec![] });
        let actions = [Action::NoAction, Action::Restrict, Action::Cascade, Action::SetNull, Action::SetDefault];
        for action in actions {
            table.foreign_keys.push(ForeignKey::new(["a"], "other", ["b"]).on_delete(action).on_update(action));
        }
        for deferral in [Deferral::Never, Deferral::Possible, Deferral::Initial] {
            table.foreign_keys.push(ForeignKey::new(["a"], "other", ["b"]).deferral(deferral));
        }
        let parts = [IndexPart::column("a").descending(), IndexPart::expression("lower(b)")];
        table.indexes.push(Index::over(parts).predicate("a > 0").method("gin").include(["c"]));
        table.index(Index::new(["a", "b"]).name("i").unique())
    }

    #[test]
    fn every_part_of_a_table_comes_back() {
        assert_eq!(Table::from_compact(&table().to_compact()), Some(table()));
        assert_eq!(Table::from_compact(&Table::new("").to_compact()), Some(Table::new("")));
    }

    #[test]
    fn a_text_that_was_cut_or_changed_is_no_table_and_no_panic() {
        let text = table().to_compact();
        for (at, char) in text.char_indices() {
            assert_eq!(Table::from_compact(&text[..at]), None, "cut at {at}");
            for other in ["", "0", "9", "+", ":", "é"] {
                let changed = format!("{}{other}{}", &text[..at], &text[at + char.len_utf8()..]);
                let _ = Table::from_compact(&changed);
            }
        }
        assert_eq!(Table::from_compact(&format!("{text}-")), None);
        assert_eq!(Table::from_compact("99999999999999999999999:a"), None);
    }
}
