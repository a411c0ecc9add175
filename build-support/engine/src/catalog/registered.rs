//! What a program has registered, as entries.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use glim::wire::{RegisteredMigration, RegisteredSql, RegisteredText};
use glim_files::layout::{Folder, Layout, Migration, Script, Version};

use super::{Code, Entry, Sql};

impl Entry {
    /// A registered Rust migration, as far as the registration tells. What its sources would add is missing: a checksum,
    /// whether it has a `rollback`, and its package's place.
    pub fn of_type(migration: &RegisteredMigration) -> Self {
        Self {
            name: migration.name.clone(),
            description: migration.description.clone(),
            version: migration.version.clone(),
            package: migration.package.clone(),
            package_order: 0,
            file: migration.file.clone(),
            line: migration.line,
            after: migration.after.clone(),
            transaction: migration.transaction,
            irreversible: migration.irreversible,
            db: migration.db.clone(),
            checksum: None,
            has_rollback: None,
            code: Code::Rust,
        }
    }

    /// The SQL migrations of a package's folder, in their order. `place` gives a file as messages show it.
    pub fn of_folder(folder: Folder, package: &str, place: impl Fn(&Path) -> String) -> Vec<Self> {
        let layout = folder.layout;
        let numbered = folder.migrations.into_iter().enumerate();
        let entry = |(position, migration): (usize, Migration)| {
            let file = place(&migration.run.path);
            Self { package: package.to_owned(), ..Self::of_sql(Sql { migration, layout, position }, file) }
        };
        numbered.map(entry).collect()
    }

    /// The SQL migrations among registered ones; Rust migrations are left out. The order within a package is that of its
    /// layout. `place` gives a file as messages show it.
    pub fn of_texts<'r>(
        registered: impl IntoIterator<Item = &'r RegisteredMigration>,
        place: impl Fn(&Path) -> String,
    ) -> Vec<Self> {
        let mut folders: BTreeMap<_, Vec<Migration>> = BTreeMap::new();
        for migration in registered {
            if let Some(sql) = &migration.sql {
                let folder = (migration.package.as_str(), sql.layout.as_str(), migration.db.as_deref());
                folders.entry(folder).or_default().push(of_texts(migration, sql));
            }
        }
        let mut entries = Vec::new();
        for ((package, layout, db), mut migrations) in folders {
            migrations.sort_by(|a, b| a.version.cmp(&b.version).then_with(|| a.name.cmp(&b.name)));
            let folder = Folder { layout: layout_named(layout), migrations, warnings: Vec::new() };
            let of_folder = Self::of_folder(folder, package, &place).into_iter();
            entries.extend(of_folder.map(|entry| Self { db: db.map(str::to_owned), ..entry }));
        }
        entries
    }
}

fn layout_named(name: &str) -> Layout {
    name.parse().unwrap_or(Layout::Glim)
}

fn of_texts(migration: &RegisteredMigration, sql: &RegisteredSql) -> Migration {
    let script = |it: &RegisteredText| {
        Script::new(PathBuf::from(&it.file), it.line, it.transaction, Arc::<str>::from(it.text.as_str()))
    };
    Migration {
        name: migration.name.clone(),
        version: Version::read(layout_named(&sql.layout), migration.version.as_deref().unwrap_or_default()),
        title: migration.description.clone(),
        after: migration.after.clone(),
        run: script(&sql.run),
        rollback: sql.rollback.as_ref().map(script),
    }
}

#[cfg(test)]
mod tests {
    use glim::wire::{RegisteredMigration, RegisteredSql, RegisteredText};

    use super::Entry;

    fn registered(name: &str, version: &str, layout: &str) -> RegisteredMigration {
        let run =
            RegisteredText { file: format!("m/{name}.sql"), line: 2, transaction: false, text: "SELECT 1".into() };
        RegisteredMigration {
            name: name.to_owned(),
            type_name: String::new(),
            description: "a title".to_owned(),
            version: Some(version.to_owned()),
            after: vec!["Other".to_owned()],
            transaction: false,
            db: None,
            irreversible: true,
            sql: Some(RegisteredSql { layout: layout.to_owned(), run, rollback: None }),
            package: "app".to_owned(),
            module: "app::migrations".to_owned(),
            file: "build/out.rs".to_owned(),
            line: 9,
        }
    }

    #[test]
    fn texts_are_in_the_order_of_their_layout_and_keep_what_they_say() {
        let all = [registered("10_b", "10", "sqlx"), registered("9_a", "9", "sqlx")];
        let entries = Entry::of_texts(&all, |path| path.display().to_string());
        let shown: Vec<_> = entries.iter().map(|it| (it.name.as_str(), it.file.as_str(), it.line)).collect();
        assert_eq!(shown, [("9_a", "m/9_a.sql", 2), ("10_b", "m/10_b.sql", 2)]);
        assert_eq!(entries[0].checksum.as_deref(), Some(&*glim_files::checksum("SELECT 1")));
        assert_eq!((entries[0].package.as_str(), entries[0].transaction), ("app", false));
        assert_eq!((entries[0].has_rollback, &entries[0].db), (Some(false), &None));
        let other = RegisteredMigration { db: Some("other".to_owned()), ..registered("1_c", "1", "sqlx") };
        assert_eq!(Entry::of_texts([&other], |_| String::new())[0].db.as_deref(), Some("other"));
    }

    #[test]
    fn a_type_has_no_checksum_here() {
        let rust = RegisteredMigration { sql: None, ..registered("AddUser", "7", "glim") };
        let entry = Entry::of_type(&rust);
        assert_eq!((entry.name.as_str(), entry.file.as_str(), entry.line), ("AddUser", "build/out.rs", 9));
        assert_eq!((entry.checksum, entry.has_rollback), (None, None));
        assert_eq!(Entry::of_texts([&rust], |_| String::new()), []);
    }
}
