//! Several folders that share one history.

use super::draft::{duplicates, sort};
use super::{Folder, Layout, Problem};

/// Makes one of folders that share one history, in one order. A folder without migrations fits any other.
pub fn join(folders: impl IntoIterator<Item = Folder>) -> Result<Folder, Vec<Problem>> {
    let mut joined: Option<Folder> = None;
    let mut problems = Vec::new();
    for mut folder in folders {
        let Some(joined) = &mut joined else {
            joined = Some(folder);
            continue;
        };
        if joined.migrations.is_empty() {
            joined.layout = folder.layout;
        } else if let Some(first) = folder.migrations.first().filter(|_| joined.layout != folder.layout) {
            let path = &first.run.path;
            let other = joined.migrations[0].run.path.display();
            let message = format!("the layout here is {}, that of `{other}` is {}", folder.layout, joined.layout);
            let help = format!(
                "folders that share one history have one layout: set `layout = \"{}\"` or `layout = \"{}\"`",
                joined.layout, folder.layout
            );
            problems.push(Problem::new(path, message).help(help));
        }
        joined.migrations.append(&mut folder.migrations);
        joined.warnings.append(&mut folder.warnings);
    }
    let mut joined = joined.unwrap_or(Folder { layout: Layout::Glim, migrations: Vec::new(), warnings: Vec::new() });
    if problems.is_empty() {
        sort(&mut joined.migrations, joined.layout);
        problems = duplicates(&joined.migrations, joined.layout);
    }
    if problems.is_empty() { Ok(joined) } else { Err(problems) }
}
