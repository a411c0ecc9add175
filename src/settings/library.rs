//! In whose words the models are written: the key `models`.

use glim_engine::near::nearest;
use glim_parse::Library;

use super::file::Source;
use super::mask;
use super::table::Table;
use crate::report::diagnostic::Diagnostic;

pub(super) fn read(table: &mut Table<'_, '_>, source: &Source, problems: &mut Vec<Diagnostic>) -> Option<Library> {
    let name = table.text("models", problems)?;
    let library = name.get_ref().parse().ok();
    if library.is_none() {
        let error = Diagnostic::error(format!(
            "`models` is `{}`, which is no library that is known",
            mask::name(name.get_ref())
        ));
        let error = error.at(source.snippet(name.span(), "unknown"));
        let known = Library::ALL.map(Library::name);
        problems.push(match nearest(name.get_ref(), known) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help(format!("write one of {}, or leave the key out", known.join(", "))),
        });
    }
    library
}
