//! Models with enums, from the struct to the database and back.

use crate::support::{Database, Project, for_each_database, manifest};

for_each_database!(a_model_with_an_enum_is_made_used_and_changed);

/// Feelings, with these variants of the enum.
fn models(variants: &str) -> String {
    format!(
        "mod feelings;\nmod migrations;\n\npub mod mood {{\n    #[derive(Clone, Copy, Debug, PartialEq, Eq, glim::Enum)]\n    \
         pub enum Mood {{\n        {variants}\n    }}\n}}\n\n\
         #[derive(glim::Model, Debug, PartialEq)]\n#[glim(table = \"users\")]\npub struct User {{\n    \
         #[glim(primary_key)]\n    pub id: i64,\n    pub mood: mood::Mood,\n    pub earlier: Option<mood::Mood>,\n    \
         #[glim(default = \"sad\")]\n    pub now: mood::Mood,\n}}\n"
    )
}

/// A migration that writes and reads by the model.
const FEELINGS: &str = r#"use glim::{Db, Migration, Result};

use crate::User;
use crate::mood::Mood;

pub struct AddAda;

impl Migration for AddAda {
    fn run(&self, db: &mut Db) -> Result<()> {
        let mut ada = User { id: 1, mood: Mood::SoSo, earlier: None, now: Mood::Happy };
        db.insert(&ada)?;
        assert_eq!(db.find::<User>(1)?.as_ref(), Some(&ada));
        ada.earlier = Some(Mood::Sad);
        assert!(db.update(&ada)?);
        assert_eq!(db.find_by::<User>("mood", Mood::SoSo)?, [ada]);
        assert_eq!(db.find_by::<User>("earlier", Mood::Happy)?, []);
        Ok(())
    }

    fn rollback(&self, db: &mut Db) -> Result<()> {
        if let Some(ada) = db.find::<User>(1)? {
            db.delete(&ada)?;
        }
        Ok(())
    }
}

glim::submit!(AddAda, after = ["CreateUsers"]);
"#;

fn a_model_with_an_enum_is_made_used_and_changed(database: &Database) {
    let files = [
        ("Cargo.toml", &*manifest("enums")),
        ("src/lib.rs", &*models("Happy,\n        Sad,\n        #[glim(name = \"so so\")]\n        SoSo,")),
        ("src/migrations.rs", "//! Migrations.\n"),
        ("src/feelings.rs", "//! What is felt.\n"),
    ];
    let project = Project::own("enums", &files);
    let change = |variants: &str| project.write("src/lib.rs", &models(variants));
    let make = |args: &str| project.command().arg("make").args(args.split_whitespace());

    make("create_users").succeeds().stdout_has("create table `users`\n");
    project.write("src/feelings.rs", FEELINGS);
    make("again").succeeds().stdout_is("").stderr_has("nothing to write");
    make("fill_users --data --table users").succeeds();
    project.glim(database, "run").succeeds().stdout_has("Migrating AddAda..\n");
    assert_eq!(database.value("SELECT mood FROM users WHERE earlier = 'sad' AND now = 'happy'"), "so so");
    database.query("INSERT INTO users (id, mood) VALUES (2, 'happy')");
    assert_eq!(database.value("SELECT now FROM users WHERE id = 2"), "sad");
    project.glim(database, "diff").succeeds();
    project.glim(database, "check").succeeds().stdout_has("verdict: passed");
    project.command().arg("models").succeeds().stdout_has("    earlier: Option<mood::Mood>\n");

    // A value that comes, one that goes, and what the database says of them.
    change("Happy,\n        Sad,\n        Angry,\n        #[glim(name = \"so so\")]\n        SoSo,");
    project.glim(database, "diff").run().exits(1).stdout_has("angry");
    make("get_angry").succeeds();
    project.glim(database, "run").succeeds().stdout_is("Migrating GetAngry..\nDone.\n");
    database.query("INSERT INTO users (id, mood, now) VALUES (3, 'angry', 'sad')");
    project.glim(database, "diff").succeeds();
    database.query("DELETE FROM users WHERE id = 3");
    project.glim(database, "rollback --steps 1").succeeds();
    change("Sad,\n        #[glim(name = \"so so\")]\n        SoSo,\n        Happy,\n        Angry,");
    make("lose_nothing --dry-run").succeeds();
    change("Sad,\n        #[glim(name = \"so so\")]\n        SoSo,\n        Angry,");
    make("be_unhappy").run().exits(3).stderr_has("happy");
}

#[test]
fn what_is_no_enum_or_no_value_is_an_error_in_our_words_where_it_is() {
    let text = "struct Color;\n\n#[derive(glim::Enum)]\nenum Mood {\n    Sad,\n}\n\n#[derive(glim::Model)]\nstruct User {\n    \
                id: i64,\n    color: Option<Color>,\n    #[glim(default = \"sade\")]\n    mood: Mood,\n}\n";
    let files = [("Cargo.toml", &*manifest("no-enums")), ("src/lib.rs", text)];
    let output = Project::own("no-enums", &files).cargo(&["check"]).run().exits(101);
    output
        .stderr_has("no column type is known for `Color`\n  --> src/lib.rs:11:19")
        .stderr_has("for an enum: add `#[derive(glim::Enum)]` to it")
        .stderr_has("the default `sade` is no value of the enum\n  --> src/lib.rs:")
        .stderr_has("cannot be stored as the value of a column");
}
