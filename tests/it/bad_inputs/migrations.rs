//! Mistakes that show once the project's migrations are known, and what stops them while they run.

use super::{check, contents, mistake};
use crate::projects::{misbehave, shop};
use crate::support::{Database, Project, for_each_database};

for_each_database!(names, a_statement_that_is_refused, a_lock_that_another_holds);

fn names(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync --to AddOrderMigration").succeeds();
    let mistakes = [
        mistake("an unknown migration", "run --name AddUserMigratoin").says(2, "error: no migration is named `AddUserMigratoin`").and("AddUserMigration"),
        mistake("an unknown end", "run --to Nothing").says(2, "error: no migration is named `Nothing`"),
        mistake("an unknown migration to undo", "rollback --name CloseOrder").says(2, "error: no migration is named `CloseOrder`").and("CloseOrders"),
        mistake("one to undo that is not applied", "rollback --name CloseOrders").says(0, "").and("Migration CloseOrders is not migrated"),
        mistake("one to undo that another needs", "rollback --name AddUserMigration").says(1, "error: `AddUserMigration` cannot be undone while these are applied, which come after it: `AddOrderMigration`"),
        mistake("a protected alias and nobody to ask", "rollback --db protected")
            .says(3, "error: the alias `protected` is protected, and nobody is there to ask")
            .and("pass `--yes` if you mean it"),
        mistake("an unknown model", "sync --name Usre")
            .says(2, "error: unknown model `Usre`")
            .and("did you mean `User`?"),
    ];
    check(&mistakes, &shop, Some(database));
}

fn a_statement_that_is_refused(database: &Database) {
    let project = misbehave();
    project.glim(database, "run --name Prepare").succeeds();
    let mistakes = [mistake("a statement that is refused", "run")
        .variable("MISBEHAVIOUR", "fail")
        .says(1, "error: the migration `Misbehave` failed")
        .and("INSERT INTO no_such_table")];
    check(&mistakes, &project, Some(database));
}

fn a_lock_that_another_holds(database: &Database) {
    let project = misbehave();
    project.glim(database, "run --name Prepare").succeeds();
    let before = contents(database);
    let mut running = project.glim(database, "run").env("MISBEHAVIOUR", "loop").spawn();
    running.until("Migrating Misbehave..");
    let locked = project.glim(database, "run --lock-timeout 1s").run().exits(4).silent();
    assert!(locked.first_line().starts_with("error: the database is still locked after 1 s, by "), "{locked}");

    running.signal("INT");
    let interrupted = running.wait().exits(130);
    assert_eq!(interrupted.first_line(), "error: the migration `Misbehave` was interrupted", "{interrupted}");
    assert_eq!(contents(database), before, "{interrupted}");
    project.glim(database, "run").succeeds().stdout_is("Migrating Misbehave..\nDone.\n");
}

#[test]
fn what_is_compiled() {
    let project = Project::own("bad-code", &[("src/lib.rs", "pub fn answer() -> u32 {\n    forty_two()\n}\n")]);
    project.write("glim.toml", "[db.default]\nurl = \"sqlite:app.db\"\n");
    let before = project.files();
    let output = project.command().arg("run").run().exits(101).silent();
    assert_eq!(output.first_line(), "error[E0425]: cannot find function `forty_two` in this scope", "{output}");
    assert_eq!(output.stderr.matches("forty_two").count(), 2, "the error, and the line: {output}");
    assert_eq!(project.files(), before);

    project.write("src/lib.rs", "use glim as _;\n");
    let mistakes = [mistake("no migration at all", "status")
        .says(0, "warning: no migration for `default` is registered in `bad-code`")
        .and("inventory::submit!")];
    check(&mistakes, &project, None);
}
