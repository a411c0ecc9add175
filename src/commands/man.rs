//! `man`: prints the manual page, or writes all pages to a folder.

use super::options::{Man, Page};
use crate::exit::Exit;
use crate::failure::{Failure, Result};
use crate::report::Shell;
use crate::report::diagnostic::Diagnostic;

pub(crate) fn run(options: &Man, shell: &mut Shell) -> Result<Exit> {
    let Man { pages, out_dir } = options;
    let Some(folder) = out_dir else {
        if let Some(main) = pages.first() {
            shell.raw(&main.text);
        }
        return Ok(Exit::Done);
    };
    let failed = |error: &std::io::Error| {
        Failure::usage(Diagnostic::error("cannot write the pages of the manual").caused_by(error))
    };
    fs_err::create_dir_all(folder).map_err(|error| failed(&error))?;
    for Page { file, text } in pages {
        let path = folder.join(file);
        fs_err::write(&path, text).map_err(|error| failed(&error))?;
        shell.status("Wrote", &path.display().to_string());
    }
    Ok(Exit::Done)
}
