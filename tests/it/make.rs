//! `make`: migrations from what has changed in the models.

mod answers;
mod order;
mod record;

use crate::support::{Database, Glim, Project, for_each_database};

for_each_database!(what_is_made_is_applied_and_undone, a_table_that_sync_made_is_recorded_as_a_baseline);

/// The models of a shop, with these fields of a user.
fn models(fields: &str) -> String {
    format!(
        "//! A shop.\n\nmod migrations;\n\nuse glim::Model;\n\n/// A user.\n#[derive(Model)]\n#[glim(table = \"users\")]\n\
         pub struct User {{\n    /// The key.\n    #[glim(primary_key, auto_increment)]\n    pub id: i64,\n{fields}}}\n\n\
         /// An order.\n#[derive(Model)]\n#[glim(table = \"orders\", index(user_id, placed))]\npub struct Order {{\n    \
         /// The key.\n    #[glim(primary_key)]\n    pub id: i64,\n    /// Whose.\n    \
         #[glim(references = \"users.id\", on_delete = \"cascade\")]\n    pub user_id: i64,\n    /// When.\n    \
         pub placed: glim::Timestamp,\n    /// How much.\n    #[glim(precision = 10, scale = 2, default = 0)]\n    \
         pub total: glim::Decimal,\n}}\n"
    )
}

const FIRST: &str = "    /// The name.\n    #[glim(length = 80)]\n    pub name: String,\n    /// More.\n    \
                     #[glim(length = 80, unique)]\n    pub fullname: Option<String>,\n";

/// Renamed, narrowed, and with a column that rows must have.
const SECOND: &str = "    /// The name.\n    #[glim(length = 20)]\n    pub name: String,\n    /// More.\n    \
                      #[glim(length = 80, unique, was = \"fullname\")]\n    pub whole: Option<String>,\n    \
                      /// The age.\n    #[glim(check = \"age > 0\")]\n    pub age: i32,\n";

/// A project with the first models and no migration.
fn shop(name: &str) -> Project {
    Project::own(name, &[("src/lib.rs", &models(FIRST)), ("src/migrations.rs", "//! Migrations.\n")])
}

/// `cargo glim make ARGS`, with no database there.
fn make(project: &Project, args: &str) -> Glim {
    project.command().arg("make").args(args.split_whitespace())
}

/// The text of the one migration whose file's name ends so.
fn migration(project: &Project, end: &str) -> String {
    let paths: Vec<_> = project.files().into_keys().filter(|path| path.to_string_lossy().ends_with(end)).collect();
    assert_eq!(paths.len(), 1, "{paths:?}");
    std::fs::read_to_string(&paths[0]).expect("the file can be read")
}

fn what_is_made_is_applied_and_undone(database: &Database) {
    let shop = shop("make-cycle");
    make(&shop, "create_shop").succeeds().stdout_is("create table `users`\ncreate table `orders`\n");
    shop.glim(database, "run").succeeds().stdout_is("Migrating CreateShop..\nDone.\n");
    assert_eq!(database.tables(), ["orders", "users"]);
    database.query("INSERT INTO users (name, fullname) VALUES ('Ada', 'Ada Lovelace')");

    shop.write("src/lib.rs", &models(SECOND));
    make(&shop, "change_users --allow-loss --default users.age=18").succeeds();
    shop.glim(database, "run").succeeds().stdout_is("Migrating ChangeUsers..\nDone.\n");
    assert_eq!(database.value("SELECT whole FROM users WHERE age = 18 AND name = 'Ada'"), "Ada Lovelace");
    make(&shop, "again").succeeds().stdout_is("").stderr_has("nothing to write");

    shop.glim(database, "rollback --steps 1").succeeds();
    assert_eq!(database.value("SELECT fullname FROM users WHERE name = 'Ada'"), "Ada Lovelace");
    shop.glim(database, "run").succeeds();
    shop.glim(database, "rollback --all --yes").succeeds();
    assert_eq!(database.tables(), [""; 0]);
}

fn a_table_that_sync_made_is_recorded_as_a_baseline(database: &Database) {
    let shop = shop("make-baseline");
    shop.glim(database, "sync").succeeds();
    make(&shop, "create_shop").succeeds().stderr_has("cargo glim adopt --baseline CreateShop");
    // Whoever overlooks that is told again.
    shop.glim(database, "run")
        .run()
        .exits(1)
        .stderr_has("= help: where `sync` or another tool has made it, `cargo glim adopt");
    shop.glim(database, "adopt --baseline CreateShop").succeeds();
    shop.glim(database, "run").succeeds().stdout_is("");
    // From now on the tables are migrations'.
    shop.glim(database, "sync").succeeds().stdout_is("").stderr_has("belongs to migrations");
    shop.write("src/lib.rs", &models(SECOND));
    make(&shop, "change_users --allow-loss --default users.age=18").succeeds();
    shop.glim(database, "run").succeeds().stdout_is("Migrating ChangeUsers..\nDone.\n");
    assert_eq!(database.value("SELECT count(age) FROM users"), "0");
}

/// rustfmt and clippy find nothing in what is written, by the project's own configuration of rustfmt.
#[test]
fn what_is_written_is_clean() {
    let odd = "    /// It's.\n    #[glim(length = 80, default = \"it's \\\"fine\\\"\", comment = \"a \\\\ in it\")]\n    \
               pub a_name_of_a_column_that_leaves_little_of_a_line: String,\n";
    let shop = shop("make-clean");
    shop.write("src/migrations.rs", "//! Migrations.\n\nmod zebra;\n");
    shop.write("src/migrations/zebra.rs", "//! Nothing.\n");
    shop.write("rustfmt.toml", "max_width = 80\n");
    shop.cargo(&["fmt"]).succeeds();
    make(&shop, "create_shop").succeeds();
    shop.write("src/lib.rs", &models(&format!("{SECOND}{odd}")));
    shop.cargo(&["fmt"]).succeeds();
    make(&shop, "change_users --allow-loss --default users.age=18").succeeds();
    make(&shop, "fill_users --data --table users").succeeds();
    make(&shop, "nothing --empty").succeeds();
    shop.cargo(&["fmt", "--check"]).succeeds();
    shop.cargo(&["clippy", "--quiet", "--", "-Dwarnings", "-Wclippy::pedantic"]).succeeds();
}

#[test]
fn one_change_among_two_thousand_models_is_found() {
    let model = |number: usize| {
        format!(
            "#[derive(glim::Model)]\n#[glim(table = \"t{number}\", index(name))]\npub struct T{number} {{\n    \
             #[glim(primary_key)]\n    pub id: i64,\n    #[glim(length = 80)]\n    pub name: String,\n    \
             pub parent: Option<i64>,\n    pub made: glim::Timestamp,\n}}\n"
        )
    };
    let all: String = (0..2000).map(model).collect();
    let project = Project::own(
        "make-many",
        &[("src/lib.rs", "mod migrations;\nmod models;\n"), ("src/models.rs", &all), ("src/migrations.rs", "")],
    );
    make(&project, "create_all").succeeds();
    project.write("src/models.rs", &all.replacen("    pub parent", "    pub size: Option<i32>,\n    pub parent", 1));
    make(&project, "add_size").succeeds().stdout_is("add column `t0`.`size`\n");
}
