//! The SQL migrations of a folder, as a build takes them.

use glim_files::layout::{self, Folder, Layout};

use crate::migration::{Migration, Script, Sql};

/// The migrations, in the order of their layout.
pub(crate) fn migrations(folder: &Folder) -> Vec<Migration> {
    folder.migrations.iter().map(|found| migration(found, folder.layout)).collect()
}

fn migration(found: &layout::Migration, layout: Layout) -> Migration {
    let line = usize::try_from(found.run.line).unwrap_or(usize::MAX);
    Migration {
        name: found.name.clone(),
        version: Some(found.version.to_string()),
        after: found.after.clone(),
        file: found.run.path.clone(),
        line,
        sql: Some(Sql {
            title: found.title.clone(),
            layout: layout.name(),
            run: script(&found.run),
            rollback: found.rollback.as_ref().map(script),
        }),
    }
}

fn script(found: &layout::Script) -> Script {
    Script { file: found.path.clone(), line: found.line, transaction: found.transaction, text: found.text().to_owned() }
}

/// The migrations that cannot be undone, where that is not what the whole folder does, and nothing was said of it yet.
pub(crate) fn without_rollback(folder: &Folder) -> impl Iterator<Item = &layout::Migration> {
    let goes_back = match folder.layout {
        // Both make the file or the section with the migration.
        Layout::Glim | Layout::Diesel => true,
        // For these, to go only forward is a way to work.
        Layout::Sqlx | Layout::Dbmate => folder.migrations.iter().any(|it| it.rollback.is_some()),
        // This knows no other way: `U` is for migrations out of the order.
        Layout::Refinery => false,
    };
    let is_told = |it: &layout::Migration| folder.warnings.iter().any(|told| told.path.as_ref() == Some(&it.run.path));
    folder.migrations.iter().filter(move |it| goes_back && it.rollback.is_none() && !is_told(it))
}

/// What would make a migration of this layout one that can be undone.
pub(crate) fn rollback_help(layout: Layout) -> Option<&'static str> {
    let help = match layout {
        Layout::Glim => "write what undoes it after a line `-- glim:rollback`",
        Layout::Diesel => "write what undoes it into a file `down.sql` beside it",
        Layout::Sqlx => "write what undoes it into a file of the same name with `.down.sql`",
        Layout::Refinery => return None,
        Layout::Dbmate => "write what undoes it after the line `-- migrate:down`",
    };
    Some(help)
}
