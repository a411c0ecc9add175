//! What differs on a terminal: questions, colours and Ctrl-C.
#![cfg(target_os = "linux")]

use std::time::Duration;

use crate::projects::{gated, losing, misbehave, shop, stubborn};
use crate::support::{Database, Glim, Kind, Output, Project, for_each_database};

for_each_database!(
    a_bare_rollback_asks_first,
    a_line_shows_what_a_statement_waits_for,
    ctrl_c_rolls_back,
    ctrl_c_while_a_migration_is_announced_leaves_nothing_of_it,
);

const QUESTION: &str = "[y/N] ";

/// Runs a command on a terminal on which somebody answers its question.
fn answered(glim: Glim, answer: &str) -> Option<Output> {
    let mut running = glim.on_terminal()?.spawn();
    running.until(QUESTION);
    running.types(answer);
    Some(running.wait())
}

fn a_bare_rollback_asks_first(database: &Database) {
    let project = stubborn();
    for name in ["Second", "First"] {
        project.glim(database, &format!("run --name {name}")).succeeds();
    }
    let before = database.contents();
    for answer in ["n\n", "\n", "yess\n"] {
        let Some(output) = answered(project.glim(database, "rollback"), answer) else { return };
        let output = output
            .exits(3)
            .stdout_has("Roll back 2 migrations on the alias `default` (")
            .stdout_has("nothing was rolled back");
        assert_eq!(database.contents(), before, "{answer:?}: {output}");
    }
    // The end of the input is no answer either.
    answered(project.glim(database, "rollback"), "\u{4}").expect("there is a terminal").exits(3);
    assert_eq!(database.contents(), before);

    let output = answered(project.glim(database, "rollback"), "y\n").expect("there is a terminal").exits(0);
    assert_eq!(database.tables(), Vec::<String>::new(), "{output}");
    assert_eq!(database.ledger(), Vec::<String>::new(), "{output}");
}

/// Two applied migrations, on SQLite.
fn with_two_applied(test: &str, then: fn(&Project, &Database)) {
    let database = Database::new(Kind::Sqlite, test).expect("SQLite needs no server");
    let project = stubborn();
    for name in ["First", "Second"] {
        project.glim(&database, &format!("run --name {name}")).succeeds();
    }
    then(&project, &database);
}

#[test]
fn what_was_said_clearly_is_not_asked() {
    with_two_applied("clear", |project, database| {
        for command in [
            "rollback --steps 1",
            "run --name Second",
            "rollback --name Second",
            "rollback",
            "run --to Second",
            "rollback --all",
        ] {
            let Some(glim) = project.glim(database, command).on_terminal() else { return };
            glim.succeeds().lacks(QUESTION);
        }
        project.glim(database, "run --to Second").succeeds();
        project.glim(database, "rollback --yes").on_terminal().expect("there is a terminal").succeeds().lacks(QUESTION);
    });
}

#[test]
fn nobody_is_asked_where_nobody_is() {
    with_two_applied("nobody", |project, database| {
        let output = project.glim(database, "rollback").stdin("n\n").succeeds().lacks(QUESTION);
        assert_eq!(database.ledger(), Vec::<String>::new(), "{output}");
    });
}

#[test]
fn a_protected_alias_asks_whatever_was_said() {
    with_two_applied("protected", |project, database| {
        // The database learns of it by the first command.
        project.glim(database, "rollback --db protected").run().exits(3);
        let before = database.contents();
        for command in ["rollback", "rollback --steps 1", "rollback --all", "redo"] {
            let glim = project.glim(database, command).args(["--db", "protected"]);
            let Some(output) = answered(glim, "n\n") else { return };
            output.exits(3).stdout_has("protected alias `protected`");
            assert_eq!(database.contents(), before, "{command}");
        }
        let glim = project.glim(database, "rollback --steps 1 --db protected");
        answered(glim, "yes\n").expect("there is a terminal").exits(0);
        assert_eq!(database.ledger(), ["First"]);
    });
}

#[test]
fn what_a_run_takes_away_is_asked_for() {
    let database = Database::new(Kind::Sqlite, "losing").expect("SQLite needs no server");
    losing().glim(&database, "run --to Passing --db protected").succeeds();
    let before = database.contents();
    let Some(output) = answered(losing().glim(&database, "run --db protected"), "n\n") else { return };
    let output = output.exits(3).stdout_has("Apply 1 migration on the protected alias `protected` (");
    assert_eq!(database.contents(), before, "{output}");
    answered(losing().glim(&database, "run"), "y\n").expect("there is a terminal").exits(0);
    assert_eq!(database.tables(), ["extra", "users"]);
}

#[test]
fn a_quiet_command_asks_all_the_same() {
    with_two_applied("quiet", |project, database| {
        let Some(output) = answered(project.glim(database, "rollback -q"), "n\n") else { return };
        output.exits(3);
        assert_eq!(database.ledger(), ["First", "Second"]);
    });
}

#[test]
fn ctrl_c_is_an_answer() {
    with_two_applied("ctrl_c", |project, database| {
        let before = database.contents();
        let Some(output) = answered(project.glim(database, "rollback"), "\u{3}") else { return };
        output.exits(130);
        assert_eq!(database.contents(), before);
        // The lock went with the command.
        project.glim(database, "rollback --lock-timeout 0s").succeeds();
    });
}

fn a_line_shows_what_a_statement_waits_for(database: &Database) {
    let line = match database.kind() {
        Kind::Sqlite => return,
        Kind::Postgres => "Waiting\u{1b}[0m for a lock held by connection ",
        Kind::Mysql => "Waiting\u{1b}[0m for a table metadata lock",
    };
    gated().glim(database, "run --name Prepare").succeeds();
    let Some(glim) = gated().glim(database, "run").on_terminal() else { return };
    database.lock("notes");
    let mut running = glim.spawn();
    running.until(line);
    database.unlock();
    let output = running.wait().exits(0);
    let (_, after) = output.stdout.rsplit_once(line).expect("it was there");
    let cleared = after.find("\r\u{1b}[KDone.\r\nMigrating Afterwards..");
    assert!(cleared.is_some() && !after.contains("error"), "{output}");
}

fn ctrl_c_rolls_back(database: &Database) {
    let project = misbehave();
    project.glim(database, "run --name Prepare").succeeds();
    for misbehaviour in ["loop", "query for ever"] {
        let Some(glim) = project.glim(database, "run").env("MISBEHAVIOUR", misbehaviour).on_terminal() else { return };
        let mut running = glim.spawn();
        running.until("Migrating Misbehave..\r\n");
        running.types("\u{3}");
        let output = running.wait().exits(130);
        assert_eq!(output.stdout.matches("error").count(), 1, "{output}");
        assert_eq!(database.ledger(), ["Prepare"], "{output}");
        assert_eq!(database.column("SELECT note FROM notes"), Vec::<String>::new(), "{output}");
    }
    project.glim(database, "run").succeeds();
}

fn ctrl_c_while_a_migration_is_announced_leaves_nothing_of_it(database: &Database) {
    if database.kind() != Kind::Mysql {
        // There, nothing is announced before a migration begins.
        return;
    }
    let under_way = || {
        let others = "SELECT info FROM information_schema.processlist WHERE db = database() AND id <> connection_id()";
        database.column(others)
    };
    let project = misbehave();
    project.glim(database, "run --name Prepare").succeeds();
    for (command, announces) in [("run", "INSERT INTO"), ("rollback --name Prepare --yes", "UPDATE")] {
        database.query("LOCK TABLES glim_migrations READ");
        let mut running = project.glim(database, command).spawn();
        while !under_way().iter().any(|info| info.starts_with(announces)) {
            assert_eq!(running.child().try_wait().expect("it can be asked"), None, "{command} waits for the ledger");
            std::thread::sleep(Duration::from_millis(5));
        }
        running.signal("INT");
        while under_way().iter().any(|info| info.starts_with(announces)) {
            std::thread::sleep(Duration::from_millis(5));
        }
        database.query("UNLOCK TABLES");
        let output =
            running.wait().exits(130).stderr_has("was interrupted").stderr_has("nothing of it is in the database");
        assert_eq!(database.ledger(), ["Prepare"], "{output}");
        assert_eq!(database.column("SELECT state FROM glim_migrations"), ["applied"], "{output}");
        assert_eq!(database.query("SELECT * FROM glim_journal").len(), 0, "{output}");
    }
    project.glim(database, "run").succeeds();
}

#[test]
fn colours_are_for_terminals() {
    let database = Database::new(Kind::Sqlite, "colours").expect("SQLite needs no server");
    let shop = shop();
    let glim = |arguments: &str| shop.glim(&database, arguments);
    let colour = "\u{1b}[";
    // Whatever the outcome: a result, an error of ours, an error of the command line, and help.
    for command in ["status", "status --db nowhere", "status --nowhere", "--help"] {
        glim(command).run().lacks(colour);
        let forced = glim(command).arg("--color=always").run();
        assert!(forced.stderr.contains(colour) || command == "--help" && forced.stdout.contains(colour), "{forced}");
        let Some(terminal) = glim(command).on_terminal() else { return };
        terminal.run().stdout_has(colour);
        let terminal = |glim: Glim| glim.on_terminal().expect("there is a terminal");
        terminal(glim(command).env("NO_COLOR", "1")).run().lacks(colour);
        terminal(glim(command).arg("--color=never")).run().lacks(colour);
        terminal(glim(command).env("CARGO_TERM_COLOR", "never")).run().lacks(colour);
    }
}
