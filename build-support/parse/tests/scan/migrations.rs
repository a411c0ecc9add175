//! Migrations and their registrations.

use glim_parse::scan::{Lost, Made};

use crate::project::{Project, messages};

fn found(text: &str) -> Vec<String> {
    let scan = Project::new(&[("src/lib.rs", text)]).scan();
    assert_eq!(messages(&scan), [""; 0]);
    scan.migrations.iter().map(|found| format!("{}::{}", found.place.module, found.type_name)).collect()
}

#[test]
fn implementations_are_found_with_their_place() {
    let text = "use glim::Migration;\n\nmod m {\n  pub struct A;\n  impl super::Migration for A {\n    fn run(&self) {}\n  }\n}\n";
    let scan = Project::new(&[("src/lib.rs", text)]).scan();
    let [migration] = &scan.migrations[..] else { panic!("one migration") };
    assert_eq!((migration.type_name.as_str(), migration.place.module.as_str()), ("A", "app::m"));
    assert_eq!((migration.place.line, migration.place.column), (5, 3));
    assert!(!migration.has_rollback);
}

#[test]
fn the_trait_is_followed_like_the_derive() {
    for text in [
        "impl glim::Migration for A { }",
        "impl ::glim::Migration for crate::x::A { }",
        "use glim::*; impl Migration for A { }",
        "use glim::Migration as Step; impl Step for A { }",
        "impl<T: Into<u8>, F: Fn() -> T> glim::Migration for A<T, { 1 }> where T: Copy, [u8; { 2 }]: Sized { }",
        "use other::*; impl Migration for A { fn run(&self) {} }",
        "use other::Migration; impl Migration for A { } glim::submit!(A);",
    ] {
        assert_eq!(found(text), ["app::A"], "{text}");
    }
    for text in [
        "impl other::Migration for A { fn run(&self) {} }",
        "use other::Migration; impl Migration for A { fn run(&self) {} }",
        "trait Migration {} impl Migration for A { fn run(&self) {} }",
        "impl Migration { fn run(&self) {} }",
        "impl From<Migration> for A { }",
        "impl glim::Model for A { }",
        "use other::*; impl Migration for A { fn up(&self) {} }",
    ] {
        assert_eq!(found(text), [""; 0], "{text}");
    }
}

#[test]
fn a_rollback_is_seen_only_directly_in_the_block() {
    let has = |body: &str| {
        let text = format!("impl glim::Migration for A {{ fn run(&self) {{ {body}\n}} }}");
        Project::new(&[("src/lib.rs", &text)]).scan().migrations[0].has_rollback
    };
    assert!(has("} fn rollback(&self) {"));
    assert!(has("} /* x */ fn /* y */ rollback<'a>(&'a self) {"));
    assert!(!has("fn rollback() {}"));
    assert!(!has("\"fn rollback\"; // fn rollback"));
}

#[test]
fn registrations_are_found_in_all_their_forms() {
    let text = "use glim::{inventory, submit};\n\
                inventory::submit! { glim::migration!(A) }\n\
                glim::submit!(m::B, name = \"bee\", db = \"x\", irreversible);\n\
                submit! { C, version = \"1\" }\n\
                glim::inventory::submit!(glim::migration!(D, after = [\"A\"], name = \"d\\u{e9}\"));\n\
                inventory::submit! { Other::new(E) }\n\
                other::submit!(F);\n\
                #[cfg(test)] glim::submit!(G);";
    let scan = Project::new(&[("src/lib.rs", text)]).scan();
    let all: Vec<_> =
        scan.registrations.iter().map(|r| (r.type_name.as_str(), r.name.as_deref(), r.irreversible)).collect();
    assert_eq!(all, [("A", None, false), ("B", Some("bee"), true), ("C", None, false), ("D", Some("dé"), false)]);
    assert_eq!(scan.registrations[1].db.as_deref(), Some("x"));
    assert_eq!(scan.registrations.iter().map(|r| r.place.line).collect::<Vec<_>>(), [2, 3, 4, 5]);
}

#[test]
fn a_checksum_is_of_the_block_alone() {
    let sum = |text: &str| Project::new(&[("src/lib.rs", text)]).scan().migrations[0].checksum.to_string();
    let one = sum("impl glim::Migration for A { fn run(&self) { x() } }");
    assert_eq!(
        one,
        sum(
            "struct Before;\r\n#[allow(x)]\r\nimpl glim::Migration for A {\r\n  // y\r\n  fn run(&self) { x(); }\r\n}\r\n"
        )
    );
    assert_ne!(one, sum("impl glim::Migration for A { fn run(&self) { y() } }"));
}

/// What the code of the first migration makes.
fn made(files: &[(&str, &str)]) -> Vec<Made> {
    let project = Project::new(files);
    let scan = project.scan();
    assert_eq!(messages(&scan), [""; 0]);
    scan.migrations[0].made()
}

#[test]
fn tables_that_are_named_in_the_code_are_made_by_it() {
    let of = |body: &str, rest: &str| {
        let text = format!("impl glim::Migration for A {{ fn run(&self, db: &mut Db) {{ {body} }} }}\n{rest}");
        made(&[("src/lib.rs", &text), ("src/users.sql", "CREATE TABLE u (id int)")])
    };
    let table = |name: &str| Made::Table(name.to_owned());
    let sql = |text: &str| Made::Sql(text.to_owned());
    assert_eq!(of("db.create_table(Table::new(\"a\").column(b))?", ""), [table("a")]);
    assert_eq!(of("db.create_table(glim::schema::Table::new(NAME))", "const NAME: &str = r\"a\";"), [table("a")]);
    assert_eq!(of("db.create_table(models::User::table())", ""), [Made::Model("User".to_owned())]);
    assert_eq!(of("db.create_table(a_table())", "fn a_table() -> Table { Table::new(\"a\") }"), [table("a")]);
    assert_eq!(
        of("self.make(db)", "impl A { fn make(&self, d: &mut Db) { d.create_table(Table::new(\"a\")) } }"),
        [table("a")]
    );
    assert_eq!(of("db.alter_table(AlterTable::new(\"a\").rename_to(\"b\"))", ""), [Made::Renamed("b".to_owned())]);
    assert_eq!(of("db.execute(\"CREATE TABLE a (b int)\", ())", ""), [sql("CREATE TABLE a (b int)")]);
    assert_eq!(
        of("db.execute_batch(SQL)", "static SQL: &'static str = \"create\\ntable a\";"),
        [sql("create\ntable a")]
    );
    assert_eq!(of("db.execute_batch(include_str!(\"users.sql\"))", ""), [sql("CREATE TABLE u (id int)")]);
    let circle = "fn f() { g(); db.create_table(Table::new(\"a\")) } fn g() { f() }";
    assert_eq!(of("f()", circle), [table("a")]);
}

#[test]
fn what_is_only_undone_read_or_mentioned_is_not_made() {
    for body in [
        "fn run(&self) {} fn rollback(&self) { db.create_table(Table::new(\"a\")) }",
        "fn run(&self) { db.drop_table(\"a\"); let t = Table::new(\"a\"); }",
        "fn run(&self) { db.insert(&User { name: \"CREATE\" }) } fn description(&self) { \"CREATE TABLE a\" }",
        "fn run(&self) { self.rollback(db) } fn rollback(&self) { db.execute(\"CREATE TABLE a (b int)\") }",
        "fn run(&self);",
        "fn rollback(&self) {}",
    ] {
        let other = "fn unused() { db.create_table(Table::new(\"b\")); db.execute(\"CREATE TABLE b\") }";
        let text = format!("impl glim::Migration for A {{ {body} }} {other}");
        assert_eq!(made(&[("src/lib.rs", &text)]), [], "{body}");
    }
}

#[test]
fn what_the_code_may_take_away_is_told_by_its_words() {
    let of = |body: &str, rest: &str| {
        let text = format!("impl glim::Migration for A {{ fn run(&self, db: &mut Db) {{ {body} }} }}\n{rest}");
        let scan = Project::new(&[("src/lib.rs", &text)]).scan();
        assert_eq!(messages(&scan), [""; 0]);
        let migration = &scan.migrations[0];
        assert_eq!(migration.lost_by_rollback(), []);
        migration.lost()
    };
    let column = |table: &str, column: &str| Lost::Column(table.to_owned(), column.to_owned());
    assert_eq!(of("db.drop_table(\"a\")", ""), [Lost::Table("a".to_owned())]);
    assert_eq!(of("gone(db)", "fn gone(db: &mut Db) { db.drop_table(NAME) }"), [Lost::Call("drop_table")]);
    let alter = "db.alter_table(AlterTable::new(\"a\").drop_column(\"b\").drop_column(C))";
    assert_eq!(of(alter, "const C: &str = \"c\";"), [column("a", "b"), column("a", "c")]);
    assert_eq!(of("alter(db).drop_column(\"b\")", ""), [Lost::Call("drop_column")]);
    assert_eq!(of("db.delete(&user)", ""), [Lost::Rows]);
    for sql in ["DROP TABLE {name}", "delete from a", "TRUNCATE a"] {
        let body = format!("db.execute(&format!(\"{sql}\"), ())");
        assert_eq!(of(&body, ""), [Lost::Sql(sql.to_owned())]);
    }
    for harmless in ["db.execute(\"UPDATE a SET b = 1\", ())", "db.drop_index(\"a\", \"b\")", "drop(db)", "delete(1)"] {
        assert_eq!(of(harmless, "fn unused(db: &mut Db) { db.drop_table(\"a\") }"), [], "{harmless}");
    }
    let undone = "fn rollback(&self) { gone(db) } fn run(&self) {} } fn gone(db: &mut Db) { db.drop_table(\"a\") ";
    let scan = Project::new(&[("src/lib.rs", &format!("impl glim::Migration for A {{ {undone} }}"))]).scan();
    assert_eq!(scan.migrations[0].lost(), []);
    assert_eq!(scan.migrations[0].lost_by_rollback(), [Lost::Table("a".to_owned())]);
}
