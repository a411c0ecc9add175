//! What differs between two schemas, object by object, in the words of `schema.lock`. Pure.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use glim_schema::{Schema, lock};
use serde::Serialize;

/// One object that is not the same in both.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Item {
    /// What has to be done to come from the one to the other.
    pub(crate) change: Change,
    /// What it is, such as `column`.
    pub(crate) object: String,
    /// What it is called; of what has no name, its table.
    pub(crate) name: String,
    /// What it is in the first schema.
    pub(crate) from: Option<String>,
    /// What it is in the second.
    pub(crate) to: Option<String>,
}

/// What is done to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Change {
    Add,
    Remove,
    Alter,
}

/// A line of a lock: what it is about, and what it says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line {
    object: String,
    name: String,
    /// The name of a constraint or index, where it is not the one that we would make.
    given: Option<String>,
    definition: String,
}

/// All differences, table by table.
pub(crate) fn items(from: &Schema, to: &Schema) -> Vec<Item> {
    let (old, new) = (lines(from), lines(to));
    let gone: Vec<&Line> = old.iter().filter(|line| !new.contains(*line)).collect();
    let mut come: Vec<&Line> = new.iter().filter(|line| !old.contains(*line)).collect();
    let mut found = Vec::new();
    let mut add = |change, line: &Line, from: Option<&Line>, to: Option<&Line>| {
        let text = |line: &Line| line.text();
        let (object, name) = (line.object.clone(), line.name.clone());
        found.push(Item { change, object, name, from: from.map(text), to: to.map(text) });
    };
    for line in gone {
        let same = |other: &&Line| other.is_same_object(line);
        match come.iter().position(same).or_else(|| come.iter().position(|other| other.is_renamed(line))) {
            Some(place) => add(Change::Alter, line, Some(line), Some(come.remove(place))),
            None => add(Change::Remove, line, Some(line), None),
        }
    }
    for line in come {
        add(Change::Add, line, None, Some(line));
    }
    let whole: BTreeSet<(Change, String)> = {
        let tables = found.iter().filter(|item| item.object == "table" && item.change != Change::Alter);
        tables.map(|item| (item.change, item.name.clone())).collect()
    };
    // What belongs to a table that comes or goes comes or goes with it.
    found.retain(|item| item.object == "table" || !whole.contains(&(item.change, item.table().to_owned())));
    found.sort_by_key(|item| (item.object != "enum", item.table().to_owned(), rank(&item.object), item.name.clone()));
    found
}

/// The kinds of objects in the order of a table's lines.
fn rank(object: &str) -> usize {
    const ORDER: [&str; 7] = ["table", "column", "primary_key", "unique", "index", "foreign_key", "check"];
    ORDER.iter().position(|each| *each == object).unwrap_or(ORDER.len())
}

impl Item {
    /// The table that it is, or is part of.
    pub(super) fn table(&self) -> &str {
        match self.object.as_str() {
            "column" => &self.name[..word(&self.name, '.')],
            _ => &self.name,
        }
    }
}

impl PartialOrd for Change {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Change {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (*self as u8).cmp(&(*other as u8))
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { change, object, name, from, to } = self;
        let object = object.replace('_', " ");
        let text = |text: &Option<String>| match text.as_deref() {
            None | Some("") => String::new(),
            Some(text) => format!(" {text}"),
        };
        match change {
            Change::Add => write!(f, "+ {object} {name}{}", text(to)),
            Change::Remove => write!(f, "- {object} {name}{}", text(from)),
            Change::Alter => {
                let or_none = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
                let [from, to] = [from, to].map(|text| or_none(text).unwrap_or_else(|| "nothing".to_owned()));
                write!(f, "~ {object} {name}: {from} -> {to}")
            }
        }
    }
}

impl Line {
    fn read(text: &str) -> Option<Self> {
        let (object, rest) = text.split_once(' ')?;
        let (name, definition) = rest.split_at(word(rest, ' '));
        let (object, name) = (object.to_owned(), name.to_owned());
        let mut definition = definition.trim_start().to_owned();
        let mut given = None;
        if matches!(object.as_str(), "unique" | "index" | "foreign_key" | "check") {
            // The name is the last word of such a line.
            if let Some(at) =
                definition.rfind(" name ").filter(|at| word(&definition[at + 6..], ' ') + at + 6 == definition.len())
            {
                given = Some(definition[at + 6..].to_owned());
                definition.truncate(at);
            }
        }
        Some(Self { object, name, given, definition })
    }

    /// What it says beside what it is about.
    fn text(&self) -> String {
        match &self.given {
            Some(given) => format!("{} name {given}", self.definition),
            None => self.definition.clone(),
        }
    }

    fn is_same_object(&self, other: &Self) -> bool {
        let is_it = match rank(&self.object) {
            // A table has one of these by its own name.
            0..=2 | 7 => true,
            // The name that we would make is made of the columns.
            3..=5 => self.given == other.given && (self.given.is_some() || self.columns() == other.columns()),
            _ => self.check_name() == other.check_name(),
        };
        is_it && self.object == other.object && self.name == other.name
    }

    /// The name of a check: where none is given, it is made of the condition.
    fn check_name(&self) -> String {
        let condition = self.definition.trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\");
        self.given.clone().unwrap_or_else(|| glim_schema::Check::new(condition).name_in(&self.name))
    }

    fn columns(&self) -> &str {
        &self.definition[..word(&self.definition, ')')]
    }

    fn is_renamed(&self, other: &Self) -> bool {
        self.object == other.object && self.name == other.name && self.definition == other.definition
    }
}

/// Where the first word ends: at that letter, outside of quotes.
fn word(text: &str, end: char) -> usize {
    let mut quoted = false;
    let mut escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if letter == end && !quoted => return at,
            _ => {}
        }
    }
    text.len()
}

fn lines(schema: &Schema) -> BTreeSet<Line> {
    let text = lock::write(schema);
    let objects = text.lines().filter(|line| !line.starts_with('#') && !line.starts_with("version "));
    objects.filter_map(Line::read).collect()
}

/// How many of each change there are, by the words for it.
pub(crate) fn count(items: &[Item]) -> BTreeMap<Change, usize> {
    let mut counts = BTreeMap::new();
    for item in items {
        *counts.entry(item.change).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use glim_schema::{Check, Column, ColumnType, Index, Schema, Table};

    use super::items;

    fn shown(from: Table, to: Table) -> Vec<String> {
        let schema = |table| Schema::new([table]).expect("one table");
        items(&schema(from), &schema(to)).iter().map(ToString::to_string).collect()
    }

    fn table() -> Table {
        Table::new("users").column(Column::new("id", ColumnType::Int64)).primary_key(["id"])
    }

    #[test]
    fn each_object_that_differs_is_named_once() {
        let text = || ColumnType::Text { length: Some(20) };
        let from = table().column(Column::new("name", text())).index(Index::new(["name"]).name("old"));
        let to = table()
            .column(Column::new("name", text()).nullable())
            .column(Column::new("age", ColumnType::Int32))
            .index(Index::new(["name"]).name("new"))
            .index(Index::new(["age"]));
        assert_eq!(
            shown(from, to),
            [
                "+ column users.age int32",
                "~ column users.name: text(20) -> text(20) null",
                "~ index users: (name) name old -> (name) name new",
                "+ index users (age)",
            ]
        );
    }

    #[test]
    fn a_check_of_the_same_name_is_altered_and_a_whole_table_is_one_line() {
        let with = |sql: &str| {
            let mut table = table();
            table.checks.push(Check::new(sql).name("positive"));
            table
        };
        assert_eq!(
            shown(with("id > 0"), with("id > 1")),
            ["~ check users: \"id > 0\" name positive -> \"id > 1\" name positive"]
        );
        let other = Table { name: "clubs".to_owned(), ..table() };
        assert_eq!(shown(table(), other), ["+ table clubs", "- table users"]);
        assert_eq!(shown(table(), table()), Vec::<String>::new());
    }

    #[test]
    fn names_with_spaces_and_quotes_stay_whole() {
        let table = Table::new("a b").column(Column::new("c \"d", ColumnType::Int32));
        let found = shown(Table::new("a b"), table);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("+ column \"a b\"."), "{found:?}");
    }
}
