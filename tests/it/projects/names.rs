//! Names and values that need quoting, wherever they go.

use glim::{Db, Migration, Model, Result, inventory};

#[derive(Debug, Model)]
#[glim(table = "select")]
pub struct Select {
    #[glim(primary_key, column = "where")]
    pub id: i32,
    #[glim(column = "it's; DROP TABLE \"select\"; --", length = 200)]
    pub statement: String,
    #[glim(column = "back\\slash `and` \"quote\"", length = 200)]
    pub quotes: Option<String>,
    #[glim(column = "größe $1 ? :name @x %s {}", length = 200)]
    pub placeholders: String,
}

#[derive(Debug, Model)]
#[glim(table = "order\"; --")]
pub struct Order {
    #[glim(primary_key, column = "group")]
    pub id: i32,
    #[glim(references = "select.where", column = "from")]
    pub from_id: i32,
}

pub struct NastyValues;

pub const VALUES: [&str; 6] = [
    "it's; DROP TABLE \"select\"; --",
    "back\\slash `and` \"quote\" \\' \\",
    "$1 $2 ? ?? :name @x %s {} $$ $tag$",
    "🦀 naïve größe \u{202e}\u{200b}\u{feff}",
    "\r\n\t\u{1}\u{7f}",
    "",
];

impl Migration for NastyValues {
    fn run(&self, db: &mut Db) -> Result<()> {
        for (id, value) in (1..).zip(VALUES) {
            let row = Select { id, statement: value.into(), quotes: Some(value.into()), placeholders: value.into() };
            db.insert(&row)?;
            db.insert(&Order { id, from_id: id })?;
            let found = db.find::<Select>(id)?.expect("it was just inserted");
            assert_eq!((found.statement.as_str(), found.quotes.as_deref()), (value, Some(value)));
            let found = db.find_by::<Select>("back\\slash `and` \"quote\"", value)?;
            assert_eq!(found.len(), 1, "{value:?}");
        }
        Ok(())
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        for id in (1..).take(VALUES.len()) {
            let order = db.find::<Order>(id)?.expect("run inserted it");
            db.delete(&order)?;
            let mut row = db.find::<Select>(id)?.expect("run inserted it");
            row.quotes = None;
            db.update(&row)?;
            db.delete(&row)?;
        }
        Ok(())
    }
}

inventory::submit! { glim::migration!(NastyValues, name = "nasty ' \" ; -- \\ 🦀") }
