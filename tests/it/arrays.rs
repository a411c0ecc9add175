//! Models with arrays, which PostgreSQL keeps and no other database.

use crate::support::{Database, Kind, Project, for_each_database, manifest};

for_each_database!(a_model_with_arrays_is_made_and_used_where_there_are_arrays);

const MODELS: &str = r#"mod migrations;
mod notes;

#[derive(Clone, Copy, Debug, PartialEq, glim::Enum)]
pub enum Mood {
    Happy,
    Sad,
}

#[derive(glim::Model, Debug, PartialEq)]
#[glim(table = "notes")]
pub struct Note {
    #[glim(primary_key)]
    pub id: i64,
    pub tags: Vec<String>,
    pub marks: Vec<Option<i32>>,
    pub moods: Option<Vec<Mood>>,
    #[glim(precision = 6, scale = 2)]
    pub prices: Vec<glim::Decimal>,
    #[glim(default = "{1,2}")]
    pub numbers: Vec<i64>,
    pub bytes: Vec<u8>,
}
"#;

const NOTES: &str = r#"use glim::{Db, Migration, Result};

use crate::{Mood, Note};

pub struct AddNote;

impl Migration for AddNote {
    fn run(&self, db: &mut Db) -> Result<()> {
        let mut note = Note {
            id: 1,
            tags: vec!["a,b".into(), String::new(), "NULL".into(), "\"{\\}".into()],
            marks: vec![Some(-1), None],
            moods: Some(vec![Mood::Sad, Mood::Happy]),
            prices: vec!["12.50".parse()?],
            numbers: vec![i64::MIN, i64::MAX],
            bytes: vec![0, 255],
        };
        db.insert(&note)?;
        assert_eq!(db.find::<Note>(1)?.as_ref(), Some(&note));
        assert_eq!(db.find_by::<Note>("tags", note.tags.clone())?.len(), 1);
        (note.moods, note.marks) = (None, vec![]);
        assert!(db.update(&note)?);
        assert_eq!(db.find::<Note>(1)?, Some(note));
        let sum: i64 = db.query_one("SELECT sum(n)::bigint FROM unnest($1::int[]) n", (vec![1, 2, 3],))?.get(0)?;
        assert_eq!(sum, 6);
        let nested = db.query_one("SELECT ARRAY[[1, 2], [3, 4]] AS it", ());
        assert!(nested.is_err_and(|error| error.to_string().contains("several dimensions")));
        Ok(())
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        db.execute("DELETE FROM notes", ()).map(drop)
    }
}

glim::submit!(AddNote, after = ["CreateNotes"]);
"#;

fn a_model_with_arrays_is_made_and_used_where_there_are_arrays(database: &Database) {
    let files = [
        ("Cargo.toml", &*manifest("arrays")),
        ("src/lib.rs", MODELS),
        ("src/migrations.rs", "//! Migrations.\n"),
        ("src/notes.rs", "//! What is noted.\n"),
    ];
    let project = Project::own("arrays", &files);
    let refused = "does not support the array `notes`.`tags`; keep it as JSON, or as rows of a table of its own";
    if database.kind() != Kind::Postgres {
        for command in ["sync", "make create_notes --sql", "diff --format sql"] {
            project.glim(database, command).run().exits(1).stderr_has(refused);
        }
        assert_eq!(database.tables(), [""; 0]);
    }
    project.command().args(["make", "create_notes"]).succeeds();
    project.write("src/notes.rs", NOTES);
    if database.kind() != Kind::Postgres {
        for command in ["run", "check"] {
            project.glim(database, command).run().exits(1).stderr_has(refused);
        }
        assert_eq!(database.tables(), [""; 0]);
        return;
    }
    project.glim(database, "run").succeeds().stdout_is("Migrating CreateNotes..\nDone.\nMigrating AddNote..\nDone.\n");
    assert_eq!(database.value("SELECT tags[1] || cardinality(tags) || (moods IS NULL) FROM notes"), "a,b4true");
    project.glim(database, "diff").succeeds();
    project.glim(database, "check").succeeds().stdout_has("verdict: passed");
    project.command().args(["make", "again"]).succeeds().stderr_has("nothing to write");
    project.glim(database, "rollback --all --yes").succeeds();
    assert_eq!(database.tables(), [""; 0]);
}
