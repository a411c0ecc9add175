//! A folder in the making: migrations and what is wrong with them, until all is known.

use std::collections::HashMap;

use super::{Folder, Layout, Migration, Problem};

/// What a layout found.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) migrations: Vec<Migration>,
    pub(super) warnings: Vec<Problem>,
    pub(super) errors: Vec<Problem>,
}

impl Draft {
    /// The value, or the problem taken down.
    pub(super) fn check<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.errors.push(problem)).ok()
    }

    /// Puts the migrations into the layout's order and refuses two of one version.
    pub(super) fn finish(mut self, layout: Layout) -> Result<Folder, Vec<Problem>> {
        sort(&mut self.migrations, layout);
        self.errors.extend(duplicates(&self.migrations, layout));
        if self.errors.is_empty() {
            Ok(Folder { layout, migrations: self.migrations, warnings: self.warnings })
        } else {
            Err(self.errors)
        }
    }
}

/// The order in which the layout's tool applies them.
pub(super) fn sort(migrations: &mut [Migration], layout: Layout) {
    match layout {
        // `FindMigrations` in dbmate's pkg/dbmate/db.go sorts by the file's whole name, the extension included.
        Layout::Dbmate => migrations.sort_by(|one, two| one.run.path.file_name().cmp(&two.run.path.file_name())),
        Layout::Glim | Layout::Diesel | Layout::Sqlx | Layout::Refinery => {
            migrations.sort_by(|one, two| one.version.cmp(&two.version));
        }
    }
}

/// Two of one version. No tool's history can hold both: some fail on the second, diesel forgets one of the two.
pub(super) fn duplicates(migrations: &[Migration], layout: Layout) -> Vec<Problem> {
    let mut seen: HashMap<_, &Migration> = HashMap::with_capacity(migrations.len());
    let mut problems = Vec::new();
    for migration in migrations {
        if let Some(first) = seen.insert(&migration.version, migration) {
            let version = &migration.version;
            let other = first.run.path.display();
            let message = format!("version {version} is taken by `{other}`");
            let help = format!("give one of the two another version: to {layout}, both are one migration");
            problems.push(Problem::new(&migration.run.path, message).help(help));
        }
    }
    problems
}
