//! The first hour: sync, run, status, rollback, redo.

use crate::projects::{shop, stubborn};
use crate::support::{Database, Project, for_each_database};

for_each_database!(
    sync_creates_the_tables_of_models,
    sync_of_one_model_creates_first_what_it_refers_to,
    run_applies_what_is_pending_in_order,
    run_with_sync_creates_the_tables_first,
    one_migration_is_run_after_those_that_it_needs,
    an_unknown_migration_is_refused_with_near_misses,
    run_to_includes_its_migration_and_rollback_to_keeps_it,
    a_dry_run_changes_nothing,
    rollback_undoes_everything_newest_first,
    rollback_goes_by_the_order_of_application,
    a_migration_that_others_need_is_not_rolled_back,
    one_irreversible_migration_refuses_the_whole_rollback,
    redo_repeats_the_last,
    a_protected_database_needs_a_yes,
    a_database_remembers_that_it_is_protected,
    the_settings_can_name_a_socket,
);

const SYNCED: &str = "\
Syncing User..
Done.
Syncing Order..
Done.
";

const MIGRATED: &str = "\
Migrating AddUserMigration..
Done.
Migrating AddOrderMigration..
Done.
Migrating CloseOrders..
Done.
";

const ROLLED_BACK: &str = "\
Rolling back CloseOrders
Done.
Rolling back AddOrderMigration
Done.
Rolling back AddUserMigration
Done.
";

const ALL: [&str; 3] = ["AddOrderMigration", "AddUserMigration", "CloseOrders"];

fn sync_creates_the_tables_of_models(database: &Database) {
    let shop = shop();
    shop.glim(database, "sync").succeeds().stdout_is(SYNCED);
    assert_eq!(database.tables(), ["orders", "users"]);
    database.query("INSERT INTO users (id, name) VALUES (1, 'kept')");
    let before = database.contents();
    shop.glim(database, "sync").succeeds();
    assert_eq!(database.contents(), before);
}

fn sync_of_one_model_creates_first_what_it_refers_to(database: &Database) {
    let shop = shop();
    shop.glim(database, "sync --name User").succeeds();
    assert_eq!(database.tables(), ["users"]);
    database.query("DROP TABLE users");
    shop.glim(database, "sync --name Order").succeeds();
    assert_eq!(database.tables(), ["orders", "users"]);
    shop.glim(database, "sync --name Ordre").run().exits(2).stderr_has("Order");
}

fn run_applies_what_is_pending_in_order(database: &Database) {
    let shop = shop();
    shop.glim(database, "sync").succeeds();
    shop.glim(database, "run").succeeds().stdout_is(MIGRATED);
    assert_eq!(database.ledger(), ALL);
    assert_eq!(database.column("SELECT name FROM users"), ["Aras"]);
    assert_eq!(database.column("SELECT state FROM orders"), ["closed"]);
    let description = "SELECT description FROM glim_migrations WHERE name = 'AddUserMigration'";
    assert_eq!(database.value(description), "creates a sample user in users table");
    assert_eq!(database.value("SELECT count(*) FROM glim_migrations WHERE created_at IS NULL OR id IS NULL"), "0");

    let before = database.contents();
    shop.glim(database, "run").succeeds().silent();
    assert_eq!(database.contents(), before);
}

fn run_with_sync_creates_the_tables_first(database: &Database) {
    shop().glim(database, "run --sync").succeeds().stdout_is(&format!("{SYNCED}{MIGRATED}"));
    assert_eq!(database.tables(), ["orders", "users"]);
    assert_eq!(database.ledger(), ALL);
}

fn one_migration_is_run_after_those_that_it_needs(database: &Database) {
    let shop = shop();
    shop.glim(database, "sync").succeeds();
    let one = "Migrating AddUserMigration..\nDone.\n";
    shop.glim(database, "run --name AddUserMigration").succeeds().stdout_is(one);
    assert_eq!(database.ledger(), ["AddUserMigration"]);
    let again = shop.glim(database, "run --name AddUserMigration").succeeds();
    again.stdout_has("Migration AddUserMigration already migrated");
    let rest = MIGRATED.strip_prefix(one).expect("it is the first");
    shop.glim(database, "run --name CloseOrders").succeeds().stdout_is(rest).stderr_has("AddOrderMigration");
    assert_eq!(database.ledger(), ALL);
}

fn an_unknown_migration_is_refused_with_near_misses(database: &Database) {
    let shop = shop();
    for command in ["run --name AddUsreMigration", "run --to AddUserMigratio", "rollback --name addusermigration"] {
        let output = shop.glim(database, command).run().exits(2).silent();
        output.stderr_has("AddUserMigration").lacks("panicked");
        assert_eq!(database.all_tables(), Vec::<String>::new(), "{command}");
    }
}

fn run_to_includes_its_migration_and_rollback_to_keeps_it(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync --to AddOrderMigration").succeeds();
    assert_eq!(database.ledger(), ["AddOrderMigration", "AddUserMigration"]);
    shop.glim(database, "rollback --to AddUserMigration")
        .succeeds()
        .stdout_is("Rolling back AddOrderMigration\nDone.\n");
    assert_eq!(database.ledger(), ["AddUserMigration"]);
}

fn a_dry_run_changes_nothing(database: &Database) {
    let shop = shop();
    shop.glim(database, "sync").succeeds();
    let before = database.contents();
    let output = shop.glim(database, "run --dry-run").succeeds();
    let at = |name: &str| output.stdout.find(name).unwrap_or_else(|| panic!("{name} is not shown\n{output}"));
    assert!(
        at("AddUserMigration") < at("AddOrderMigration") && at("AddOrderMigration") < at("CloseOrders"),
        "{output}"
    );
    assert_eq!(database.contents(), before);

    shop.glim(database, "run").succeeds();
    let before = database.contents();
    let output = shop.glim(database, "rollback --dry-run").succeeds();
    let at = |name: &str| output.stdout.find(name).unwrap_or_else(|| panic!("{name} is not shown\n{output}"));
    assert!(
        at("CloseOrders") < at("AddOrderMigration") && at("AddOrderMigration") < at("AddUserMigration"),
        "{output}"
    );
    assert_eq!(database.contents(), before);
}

fn rollback_undoes_everything_newest_first(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync").succeeds();
    shop.glim(database, "rollback --steps 1").succeeds().stdout_is("Rolling back CloseOrders\nDone.\n");
    assert_eq!(database.column("SELECT state FROM orders"), ["open"]);
    shop.glim(database, "run").succeeds().stdout_is("Migrating CloseOrders..\nDone.\n");
    shop.glim(database, "rollback").succeeds().stdout_is(ROLLED_BACK);
    assert_eq!(database.ledger(), Vec::<String>::new());
    assert_eq!(database.column("SELECT name FROM users"), Vec::<String>::new());
    shop.glim(database, "rollback").succeeds().silent();
    // And back, to the same place.
    shop.glim(database, "run").succeeds().stdout_is(MIGRATED);
    shop.glim(database, "rollback --all").succeeds().stdout_is(ROLLED_BACK);
}

fn rollback_goes_by_the_order_of_application(database: &Database) {
    let stubborn = stubborn();
    stubborn.glim(database, "run --name Second").succeeds();
    stubborn.glim(database, "run --name First").succeeds();
    assert_eq!(database.tables(), ["first", "second"]);
    let undone = "Rolling back First\nDone.\nRolling back Second\nDone.\n";
    stubborn.glim(database, "rollback").succeeds().stdout_is(undone);
    assert_eq!(database.tables(), Vec::<String>::new());
}

fn a_migration_that_others_need_is_not_rolled_back(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync").succeeds();
    let before = database.contents();
    let output = shop.glim(database, "rollback --name AddUserMigration").run().exits(1);
    output.silent().stderr_has("AddOrderMigration");
    assert_eq!(database.contents(), before);
    shop.glim(database, "rollback --name CloseOrders").succeeds().stdout_is("Rolling back CloseOrders\nDone.\n");
}

fn one_irreversible_migration_refuses_the_whole_rollback(database: &Database) {
    let stubborn = stubborn();
    stubborn.glim(database, "run").succeeds();
    assert_eq!(database.ledger(), ["First", "Fourth", "Second", "Stubborn"]);
    let before = database.contents();
    for command in ["rollback", "rollback --steps 2", "rollback --name Stubborn"] {
        stubborn.glim(database, command).run().exits(1).silent().stderr_has("Stubborn");
        assert_eq!(database.contents(), before, "{command}");
    }
    stubborn.glim(database, "rollback --steps 1").succeeds().stdout_is("Rolling back Fourth\nDone.\n");
    stubborn.glim(database, "redo").run().exits(1).silent().stderr_has("Stubborn");
}

fn redo_repeats_the_last(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync").succeeds();
    let expected = "Rolling back CloseOrders\nDone.\nMigrating CloseOrders..\nDone.\n";
    shop.glim(database, "redo").succeeds().stdout_is(expected);
    assert_eq!(database.ledger(), ALL);
    assert_eq!(database.column("SELECT state FROM orders"), ["closed"]);
}

fn a_protected_database_needs_a_yes(database: &Database) {
    let shop = shop();
    shop.glim(database, "run --sync --db protected").succeeds();
    let before = database.contents();
    for command in ["rollback --db protected", "rollback --steps 1 --db protected", "redo --db protected"] {
        shop.glim(database, command).run().exits(3).silent().stderr_has("--yes");
        assert_eq!(database.contents(), before, "{command}");
    }
    shop.glim(database, "rollback --db protected --yes").succeeds().stdout_is(ROLLED_BACK);
}

fn a_database_remembers_that_it_is_protected(database: &Database) {
    let shop = shop();
    let protection = "SELECT action FROM glim_log WHERE migration = '' ORDER BY id";
    shop.glim(database, "run --sync --db protected").succeeds();
    shop.glim(database, "run --db protected").succeeds();
    assert_eq!(database.column(protection), ["protected"]);
    // By a configuration that does not speak of it, and by one that denies it.
    let before = database.contents();
    for command in ["rollback", "redo", "rollback --db lax", "redo --db lax"] {
        let output = shop.glim(database, command).run().exits(3).silent().stderr_has("--yes");
        output
            .stderr_has("error: the database of the alias `")
            .stderr_has("` is protected, and nobody is there to ask");
        assert_eq!(database.contents(), before, "{command}");
    }
    shop.glim(database, "rollback --dry-run").succeeds();
    shop.glim(database, "redo --yes").succeeds();
    assert_eq!(database.column(protection), ["protected"]);
    // What denies it, and a yes, end it.
    let ended = "note: the database is not protected any more";
    shop.glim(database, "redo --db lax --yes").succeeds().stderr_has(ended);
    assert_eq!(database.column(protection), ["protected", "unprotected"]);
    shop.glim(database, "rollback").succeeds().stdout_is(ROLLED_BACK);
}

fn the_settings_can_name_a_socket(database: &Database) {
    let shop = shop();
    let own = Project::own("socket", &[("src/lib.rs", include_str!("projects/shop.rs"))]);
    own.write("glim.toml", &database.settings("default"));
    own.glim(database, "sync").succeeds();
    assert_eq!(database.tables(), ["orders", "users"]);
    // The same database, by the other way in.
    shop.glim(database, "run").succeeds().stdout_is(MIGRATED);
}
