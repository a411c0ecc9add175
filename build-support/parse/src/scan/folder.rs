//! The modules of a folder of migrations, which `glim::migrations!` declares: which files they are, and their names.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder that `glim::migrations!()` means.
pub const FOLDER: &str = "migrations";

/// The module in which those of the folder are.
pub(super) const MODULE: &str = "migrations";

/// A file of the folder as a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderModule {
    /// The module's name. Two files may have the same.
    pub name: String,
    /// The file.
    pub file: PathBuf,
}

/// The Rust files of a folder by their names, without `mod.rs` and without hidden files, such as editors make.
///
/// # Errors
/// The folder cannot be read.
pub fn folder_modules(folder: &Path) -> io::Result<Vec<FolderModule>> {
    let mut modules = Vec::new();
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        let stem = name.strip_suffix(".rs").filter(|stem| !name.starts_with('.') && *stem != "mod");
        if let Some(stem) = stem.filter(|_| file.is_file()) {
            modules.push(FolderModule { name: module_name(stem), file: file.clone() });
        }
    }
    modules.sort_by(|a, b| a.file.cmp(&b.file));
    Ok(modules)
}

/// The name of a file as an identifier: what is no letter, digit or `_` of ASCII is replaced, `m` stands before a digit,
/// and `_` after a word of the language.
fn module_name(stem: &str) -> String {
    let mut name = String::with_capacity(stem.len() + 1);
    if stem.starts_with(|first: char| first.is_ascii_digit()) {
        name.push('m');
    }
    for character in stem.chars() {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => name.push(character),
            _ if character.is_ascii() => name.push('_'),
            // A `String` takes everything.
            _ => drop(write!(name, "u{:x}", u32::from(character))),
        }
    }
    // `gen` is a word only since the edition of 2024.
    if name == "gen" || syn::parse_str::<syn::Ident>(&name).is_err() {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{folder_modules, module_name};

    #[test]
    fn each_files_name_becomes_an_identifier() {
        for (stem, name) in [
            ("m20261122_150203_add", "m20261122_150203_add"),
            ("20261122_150203_add", "m20261122_150203_add"),
            ("add-users 2.1", "add_users_2_1"),
            ("größe", "gruf6udfe"),
            ("type", "type_"),
            ("self", "self_"),
            ("gen", "gen_"),
            ("_", "__"),
        ] {
            assert_eq!(module_name(stem), name, "{stem}");
            syn::parse_str::<syn::Ident>(name).unwrap_or_else(|error| panic!("{stem}: {error}"));
        }
    }

    #[test]
    fn only_rust_files_are_modules() {
        let folder = tempfile::tempdir().expect("a temporary directory");
        for name in ["2_b.rs", "1_a.rs", "mod.rs", ".#1_a.rs", "1_a.sql", "x.rs~", ".rs"] {
            fs::write(folder.path().join(name), "").expect("a file");
        }
        fs::create_dir(folder.path().join("y.rs")).expect("a folder");
        let modules = folder_modules(folder.path()).expect("the folder can be read");
        assert_eq!(modules.iter().map(|module| module.name.as_str()).collect::<Vec<_>>(), ["m1_a", "m2_b"]);
        assert_eq!(modules[0].file, folder.path().join("1_a.rs"));
        assert!(folder_modules(&folder.path().join("none")).is_err());
    }
}
