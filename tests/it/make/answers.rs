//! What only a person knows.

use super::{FIRST, SECOND, make, migration, models, shop};

/// The second models, without a word on what was renamed.
fn unsaid() -> String {
    models(&SECOND.replace(", was = \"fullname\"", ""))
}

#[test]
fn what_may_have_been_renamed_is_not_guessed() {
    let shop = shop("make-renamed");
    make(&shop, "create_shop").succeeds();
    shop.write("src/lib.rs", &unsaid());
    let before = shop.files();
    let output = make(&shop, "change --allow-loss --default users.age=1").run().exits(3);
    output
        .stderr_has("was the column `users`.`fullname` renamed to `users`.`whole`, or does it go?")
        .stderr_has("write `#[glim(was = \"fullname\")]` above src/lib.rs:19")
        .stderr_has("add `--drop users.fullname`");
    assert_eq!(shop.files(), before, "nothing was written");

    make(&shop, "change --allow-loss --default users.age=1 --drop users.fullname").succeeds();
    let text = migration(&shop, "_change.rs");
    assert!(text.contains(".drop_column(\"fullname\")") && !text.contains("rename_column"), "{text}");
}

#[test]
fn a_loss_is_named_and_has_to_be_allowed() {
    let shop = shop("make-loss");
    make(&shop, "create_shop").succeeds();
    shop.write("src/lib.rs", &models(SECOND));
    let before = shop.files();
    make(&shop, "change")
        .run()
        .exits(3)
        .stderr_has("the migration adds the column `users`.`age`, which needs a value for each row that is there")
        .stderr_has("the migration gives the column `users`.`name` a type that does not hold all that it may hold now")
        .stderr_has("--allow-loss");
    assert_eq!(shop.files(), before, "nothing was written");
    make(&shop, "change --default users.nmae=1").run().exits(2).stderr_has("names no column that needs a value");
    make(&shop, "change --default users.age=18").run().exits(3).lacks("`users`.`age`");
    make(&shop, "change --default users.age=18 --allow-loss").succeeds();
    let text = migration(&shop, "_change.rs");
    assert!(text.contains("// Loses data: gives the column `users`.`name` a type"), "{text}");
    assert!(text.contains("// May fail: fails if a row of `users` does not meet age > 0."), "{text}");
}

#[test]
fn a_table_that_goes_is_a_loss() {
    let shop = shop("make-drop-table");
    make(&shop, "create_shop").succeeds();
    shop.write("src/lib.rs", "mod migrations;\n");
    make(&shop, "drop_shop")
        .run()
        .exits(3)
        .stderr_has("drops the table `orders` and its rows")
        .stderr_has("drops the table `users`");
    make(&shop, "drop_shop --drop users --drop orders").succeeds();
    let record = shop.read("migrations/schema.lock");
    assert!(!record.contains("table"), "{record}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_person_is_asked_and_the_answer_is_written_down() {
    let shop = shop("make-asked");
    make(&shop, "create_shop").succeeds();
    shop.write("src/lib.rs", &unsaid());
    let Some(command) = make(&shop, "change --allow-loss").on_terminal() else { return };
    let mut running = command.spawn();
    running.until("renamed to `users`.`whole`? [y/N] ");
    running.types("y\n");
    running.wait().exits(0);
    let source = shop.read("src/lib.rs");
    assert!(source.contains("    #[glim(was = \"fullname\")]\n    pub whole: Option<String>,\n"), "{source}");
    assert!(migration(&shop, "_change.rs").contains(".rename_column(\"fullname\", \"whole\")"));
    make(&shop, "again --check").succeeds();
}

#[cfg(target_os = "linux")]
#[test]
fn each_of_several_answers_is_written_where_it_belongs() {
    let fields = |a: &str, b: &str| format!("    /// The first.\n    pub {a}: i32,\n    pub {b}: Option<bool>,\n");
    let shop = shop("make-answers");
    shop.write("src/lib.rs", &models(&fields("one", "two")));
    make(&shop, "create_shop").succeeds();
    shop.write("src/lib.rs", &models(&fields("first", "second")).replace("\"orders\"", "\"sales\""));
    let Some(command) = make(&shop, "rename").on_terminal() else { return };
    let mut running = command.spawn();
    for _ in 0..3 {
        running.until("[y/N] ");
        running.types("y\n");
    }
    running.wait().exits(0);
    let source = shop.read("src/lib.rs");
    for (was, line) in [("one", "    pub first: i32"), ("two", "    pub second:"), ("orders", "pub struct Order ")] {
        let indent = &line[..line.len() - line.trim_start().len()];
        assert!(source.contains(&format!("{indent}#[glim(was = \"{was}\")]\n{line}")), "{source}");
    }
    let text = migration(&shop, "_rename.rs");
    assert!(text.contains(".rename_to(\"sales\")") && !text.contains("Loses data"), "{text}");
    make(&shop, "again --check").succeeds();
}

#[cfg(target_os = "linux")]
#[test]
fn a_person_is_asked_for_a_value() {
    let shop = shop("make-value");
    make(&shop, "create_shop").succeeds();
    shop.write("src/lib.rs", &models(&format!("{FIRST}    /// The age.\n    pub age: i32,\n")));
    let Some(command) = make(&shop, "add_age").on_terminal() else { return };
    let mut running = command.spawn();
    running.until("(nothing to leave it open) ");
    running.types("18\n");
    running.wait().exits(0);
    assert!(migration(&shop, "_add_age.rs").contains("schema::Default::number(\"18\")"));
}
