//! The recorded schema.

use super::{FIRST, SECOND, make, models, shop};

#[test]
fn a_check_says_by_its_exit_code_whether_something_is_to_be_written() {
    let shop = shop("make-check");
    let before = shop.files();
    make(&shop, "--check").run().exits(1).stdout_is("create table `users`\ncreate table `orders`\n");
    make(&shop, "create_shop --dry-run").succeeds().stderr_has("Would write src/migrations/m20");
    assert_eq!(shop.files(), before, "nothing was written");
    make(&shop, "create_shop").succeeds();
    make(&shop, "--check").succeeds();
}

#[test]
fn what_both_sides_of_a_merge_changed_is_named() {
    let shop = shop("make-merge");
    make(&shop, "create_shop").succeeds();
    let record = shop.read("migrations/schema.lock");
    let line = "column users.name text(80)\n";
    assert!(record.contains(line), "{record}");
    let conflict = "<<<<<<< ours\ncolumn users.name text(90)\n=======\ncolumn users.name text(70)\n>>>>>>> theirs\n";
    shop.write("migrations/schema.lock", &record.replace(line, conflict));
    make(&shop, "after_merge").run().exits(1).stderr_has("column `users`.`name`").stderr_has("migrations/schema.lock");
    // Lines about different objects need nothing.
    shop.write(
        "migrations/schema.lock",
        &record.replace(line, "column users.nick text(9) null\ncolumn users.name text(80)\n"),
    );
    shop.write(
        "src/lib.rs",
        &models(&format!("{FIRST}    /// Nick.\n    #[glim(length = 9)]\n    pub nick: Option<String>,\n")),
    );
    make(&shop, "--check").succeeds();
}

#[test]
fn all_is_written_or_nothing() {
    let shop = shop("make-whole");
    shop.write("migrations", "a file, where the folder of the record would be\n");
    let before = shop.files();
    make(&shop, "create_shop").run().exits(2);
    assert_eq!(
        shop.files().into_iter().filter(|(_, text)| text.is_some()).collect::<Vec<_>>(),
        before.into_iter().filter(|(_, text)| text.is_some()).collect::<Vec<_>>()
    );
}

#[test]
fn rows_have_the_columns_that_are_recorded() {
    let shop = shop("make-rows");
    make(&shop, "fill --data").run().exits(2).stderr_has("which table's rows is the migration about?");
    make(&shop, "create_shop").succeeds();
    // These columns are not there before a migration makes them.
    shop.write("src/lib.rs", &models(SECOND));
    make(&shop, "fill --data --table user").run().exits(2).stderr_has("did you mean `users`?");
    make(&shop, "fill --data --table users").succeeds();
    let text = super::migration(&shop, "_fill.rs");
    assert!(text.contains("#[glim(table = \"users\", frozen)]\npub struct UsersRow {"), "{text}");
    assert!(text.contains("pub fullname: Option<String>") && !text.contains("pub age"), "{text}");
    make(&shop, "--check").run().exits(1);
}
