//! Statements that change objects of the catalogue: which, and how it shows afterwards.
//!
//! For MySQL and MariaDB, whose definitions are no part of a transaction; for PostgreSQL, those few that are not.

use glim_schema::Dialect;

use super::alteration::{Clause, clauses};
use super::reader::Reader;

/// What a statement does to objects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The objects, and what becomes of each. The statement does all of it or, as far as the server is able to, nothing.
    pub touches: Vec<Touch>,
    /// To run it again does no harm: `IF EXISTS`, `IF NOT EXISTS`, `OR REPLACE` of what holds no rows.
    pub repeatable: bool,
}

/// An object, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Touch {
    /// The object.
    pub object: Object,
    /// What becomes of it.
    pub effect: Effect,
}

/// An object of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// The schema, or database, that is named.
    pub schema: Option<String>,
    /// Its name.
    pub name: String,
    /// The table of an index on MySQL and MariaDB, which has no name of its own without it.
    pub table: Option<String>,
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObjectKind {
    /// A table, view or sequence, which share their names.
    Relation,
    /// The rows of a table: whether there are any.
    Rows,
    /// An index.
    Index,
    /// A trigger.
    Trigger,
    /// A procedure.
    Procedure,
    /// A function.
    Function,
    /// An event.
    Event,
    /// A database.
    Database,
}

/// What becomes of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It is there afterwards, and was not before.
    Appears,
    /// It is there afterwards, with rows that come after it: to see it does not mean that all is done.
    AppearsFirst,
    /// It is gone afterwards.
    Vanishes,
    /// It has no rows afterwards.
    Emptied,
    /// Its definition is another one afterwards, by these clauses.
    Altered(Vec<Clause>),
    /// It is another one afterwards, in a way that nobody can tell.
    Replaced,
}

/// What a statement does to objects, where its words say it.
pub fn definition(statement: &str, dialect: Dialect) -> Option<Definition> {
    let mut reader = Reader::of(statement, dialect);
    match dialect {
        Dialect::Mysql => mysql(&mut reader),
        Dialect::Postgres => postgres(&mut reader),
        Dialect::Sqlite => None,
    }
}

fn mysql(reader: &mut Reader<'_>) -> Option<Definition> {
    match () {
        () if reader.eat("create") => create(reader),
        () if reader.eat("drop") => drop_(reader),
        () if reader.eat("alter") => alter(reader),
        () if reader.eat("truncate") => {
            reader.eat("table");
            Some(one(reader.object(ObjectKind::Rows)?, Effect::Emptied, false))
        }
        () if reader.eat("rename") => {
            let _ = reader.eat("table") || reader.eat("tables");
            rename(reader)
        }
        () => None,
    }
}

fn create(reader: &mut Reader<'_>) -> Option<Definition> {
    const KINDS: [&str; 10] =
        ["table", "view", "sequence", "index", "trigger", "procedure", "function", "event", "database", "schema"];
    let replaces = reader.eat("or") && reader.eat("replace");
    // What stands between `CREATE` and the kind: `DEFINER = ...`, `ALGORITHM = ...`, `UNIQUE`.
    while !reader.peek()?.is_any(&KINDS) {
        if reader.peek()?.is_mark(b'(') && !reader.follows("current_user") {
            return None;
        }
        reader.at += 1;
    }
    let word = reader.word()?;
    let ensures = reader.eat_all(&["if", "not", "exists"]);
    let kind = kind(&word)?;
    let mut object = reader.object(kind)?;
    if kind == ObjectKind::Index {
        while !reader.eat("on") {
            reader.next()?;
        }
        let table = reader.object(ObjectKind::Relation)?;
        object = Object { schema: table.schema, table: Some(table.name), ..object };
    }
    let holds_rows = matches!(word.as_str(), "table" | "sequence");
    let effect = match (replaces && holds_rows, word == "table" && reader.has_query()) {
        (true, _) => Effect::Replaced,
        (false, true) => Effect::AppearsFirst,
        (false, false) => Effect::Appears,
    };
    let repeatable = (ensures && effect == Effect::Appears) || (replaces && !holds_rows);
    Some(one(object, effect, repeatable))
}

fn drop_(reader: &mut Reader<'_>) -> Option<Definition> {
    let word = reader.word()?;
    let kind = kind(if word == "tables" { "table" } else { &word })?;
    let repeatable = reader.eat_all(&["if", "exists"]);
    let mut touches = Vec::new();
    loop {
        let mut object = reader.object(kind)?;
        if kind == ObjectKind::Index {
            if !reader.eat("on") {
                return None;
            }
            let table = reader.object(ObjectKind::Relation)?;
            object = Object { schema: table.schema, table: Some(table.name), ..object };
        }
        touches.push(Touch { object, effect: Effect::Vanishes });
        if !reader.eat_mark(b',') {
            return Some(Definition { touches, repeatable });
        }
    }
}

fn alter(reader: &mut Reader<'_>) -> Option<Definition> {
    while reader.eat("online") || reader.eat("ignore") {}
    if !reader.eat("table") {
        return None;
    }
    let may_be_missing = reader.eat_all(&["if", "exists"]);
    let table = reader.object(ObjectKind::Relation)?;
    if reader.eat("wait") {
        reader.next()?;
    }
    reader.eat("nowait");
    let clauses = clauses(reader);
    if let [Clause::RenameTable(schema, name)] = clauses.as_slice() {
        // An unqualified name is one of the current database, also where the table's own is qualified.
        let to = Object { schema: schema.clone(), name: name.clone(), ..table.clone() };
        return Some(renamed(vec![(table, to)]));
    }
    let is_odd = may_be_missing || clauses.iter().any(|clause| matches!(clause, Clause::RenameTable(..)));
    let clauses = if is_odd { vec![Clause::Shown] } else { clauses };
    Some(one(table, Effect::Altered(clauses), false))
}

fn rename(reader: &mut Reader<'_>) -> Option<Definition> {
    let mut pairs = Vec::new();
    loop {
        let from = reader.object(ObjectKind::Relation)?;
        if !reader.eat("to") {
            return None;
        }
        pairs.push((from, reader.object(ObjectKind::Relation)?));
        if !reader.eat_mark(b',') {
            return Some(renamed(pairs));
        }
    }
}

/// Where one name is given to another table at once, what becomes of it cannot be told by whether it is there.
fn renamed(pairs: Vec<(Object, Object)>) -> Definition {
    let mut touches: Vec<Touch> = Vec::new();
    for (from, to) in pairs {
        for (object, effect) in [(from, Effect::Vanishes), (to, Effect::Appears)] {
            match touches.iter_mut().find(|touch| touch.object == object) {
                Some(touch) => touch.effect = Effect::Replaced,
                None => touches.push(Touch { object, effect }),
            }
        }
    }
    Definition { touches, repeatable: false }
}

/// What cannot be part of a transaction on PostgreSQL.
fn postgres(reader: &mut Reader<'_>) -> Option<Definition> {
    match () {
        () if reader.eat("create") => {
            reader.eat("unique");
            if reader.eat("database") {
                return Some(one(reader.object(ObjectKind::Database)?, Effect::Appears, false));
            }
            if !reader.eat_all(&["index", "concurrently"]) {
                return None;
            }
            reader.eat_all(&["if", "not", "exists"]);
            if reader.peek()?.is("on") {
                return None;
            }
            let mut object = reader.object(ObjectKind::Index)?;
            if !reader.eat("on") {
                return None;
            }
            reader.eat("only");
            // An index is in its table's schema.
            object.schema = reader.object(ObjectKind::Relation)?.schema;
            Some(one(object, Effect::Appears, false))
        }
        () if reader.eat_all(&["drop", "index", "concurrently"]) => {
            let repeatable = reader.eat_all(&["if", "exists"]);
            Some(one(reader.object(ObjectKind::Index)?, Effect::Vanishes, repeatable))
        }
        () if reader.eat_all(&["drop", "database"]) => {
            let repeatable = reader.eat_all(&["if", "exists"]);
            Some(one(reader.object(ObjectKind::Database)?, Effect::Vanishes, repeatable))
        }
        () => None,
    }
}

fn one(object: Object, effect: Effect, repeatable: bool) -> Definition {
    Definition { touches: vec![Touch { object, effect }], repeatable }
}

fn kind(word: &str) -> Option<ObjectKind> {
    Some(match word {
        "table" | "view" | "sequence" => ObjectKind::Relation,
        "index" => ObjectKind::Index,
        "trigger" => ObjectKind::Trigger,
        "procedure" => ObjectKind::Procedure,
        "function" => ObjectKind::Function,
        "event" => ObjectKind::Event,
        "database" | "schema" => ObjectKind::Database,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use glim_schema::Dialect::{Mysql, Postgres};

    use super::{Effect, ObjectKind, definition};

    /// What a statement does, in a line.
    fn shown(sql: &str, dialect: glim_schema::Dialect) -> String {
        let Some(definition) = definition(sql, dialect) else { return "unknown".to_owned() };
        let touches = definition.touches.iter().map(|touch| {
            let object = &touch.object;
            let schema = object.schema.as_ref().map(|it| format!("{it}.")).unwrap_or_default();
            let table = object.table.as_ref().map(|it| format!("{it}/")).unwrap_or_default();
            let effect = match &touch.effect {
                Effect::Altered(_) => "Altered".to_owned(),
                other => format!("{other:?}"),
            };
            format!("{:?} {schema}{table}{} {effect}", object.kind, object.name)
        });
        let again = if definition.repeatable { " again" } else { "" };
        touches.collect::<Vec<_>>().join(", ") + again
    }

    #[test]
    fn the_objects_of_a_statement_are_found() {
        for (sql, expected) in [
            ("CREATE TABLE a (b int)", "Relation a Appears"),
            ("create table if not exists `a``b`.`c d` (e int)", "Relation a`b.c d Appears again"),
            ("CREATE TABLE a LIKE b", "Relation a Appears"),
            ("CREATE TABLE a AS SELECT 1", "Relation a AppearsFirst"),
            ("CREATE TABLE IF NOT EXISTS a AS SELECT 1", "Relation a AppearsFirst"),
            ("CREATE OR REPLACE TABLE a (b int)", "Relation a Replaced"),
            ("CREATE OR REPLACE VIEW a AS SELECT 1", "Relation a Appears again"),
            (
                "/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 SQL SECURITY DEFINER */ /*!50001 VIEW `v` AS SELECT 1 */",
                "Relation v Appears",
            ),
            (
                "CREATE DEFINER=`root`@`localhost` TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = 1",
                "Trigger t Appears",
            ),
            ("CREATE DEFINER=CURRENT_USER() PROCEDURE p() SELECT 1", "Procedure p Appears"),
            ("CREATE FUNCTION f() RETURNS int RETURN 1", "Function f Appears"),
            ("CREATE UNIQUE INDEX i USING BTREE ON d.t (a)", "Index d.t/i Appears"),
            ("CREATE INDEX IF NOT EXISTS i ON t (a)", "Index t/i Appears again"),
            ("CREATE DATABASE a", "Database a Appears"),
            ("DROP TABLE a, b.c", "Relation a Vanishes, Relation b.c Vanishes"),
            ("DROP TABLE IF EXISTS a", "Relation a Vanishes again"),
            ("DROP INDEX i ON t", "Index t/i Vanishes"),
            ("DROP VIEW v", "Relation v Vanishes"),
            ("RENAME TABLE a TO b", "Relation a Vanishes, Relation b Appears"),
            ("RENAME TABLE a TO c, b TO a", "Relation a Replaced, Relation c Appears, Relation b Vanishes"),
            ("ALTER TABLE a RENAME TO b", "Relation a Vanishes, Relation b Appears"),
            ("ALTER TABLE a ADD b int", "Relation a Altered"),
            ("ALTER TABLE a ADD b int, RENAME TO c", "Relation a Altered"),
            ("TRUNCATE TABLE a", "Rows a Emptied"),
            ("CREATE USER a", "unknown"),
            ("ALTER DATABASE a CHARACTER SET utf8mb4", "unknown"),
            ("INSERT INTO a VALUES (1)", "unknown"),
        ] {
            assert_eq!(shown(sql, Mysql), expected, "{sql}");
        }
        for (sql, expected) in [
            ("CREATE INDEX CONCURRENTLY I ON s.t (a)", "Index s.i Appears"),
            ("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"I\" ON ONLY t (a)", "Index I Appears"),
            ("CREATE INDEX CONCURRENTLY ON t (a)", "unknown"),
            ("DROP INDEX CONCURRENTLY IF EXISTS s.i", "Index s.i Vanishes again"),
            ("DROP INDEX CONCURRENTLY i", "Index i Vanishes"),
            ("CREATE DATABASE d", "Database d Appears"),
            ("ALTER SYSTEM SET a = 1", "unknown"),
        ] {
            assert_eq!(shown(sql, Postgres), expected, "{sql}");
        }
        assert_eq!(definition("TRUNCATE a", Mysql).unwrap().touches[0].object.kind, ObjectKind::Rows);
    }
}
