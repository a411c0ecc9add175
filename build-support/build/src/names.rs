//! The names by which a package depends on glim.

use std::fs;
use std::path::Path;

/// `glim`, and what the manifests of the package and of its workspace rename it to. A name too many does no harm: it is
/// only looked for in the folder's files.
pub(crate) fn of_glim(package: &Path) -> Vec<String> {
    let mut names = vec!["glim".to_owned()];
    for folder in package.ancestors() {
        // The manifest of no package of ours may be broken, or somebody else's.
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
        names.extend(renamed(&manifest));
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// The keys of dependencies with `package = "glim-migrations"`. To read all of TOML for that, each build would have to
/// compile a parser of it.
fn renamed(manifest: &str) -> impl Iterator<Item = String> {
    let mut table = "";
    manifest.lines().filter_map(move |line| {
        let line = line.trim();
        if let Some(header) = line.strip_prefix('[') {
            table = header.split(']').next().unwrap_or_default();
            return None;
        }
        let squeezed: String =
            line.chars().filter(|c| !c.is_whitespace()).map(|c| if c == '\'' { '"' } else { c }).collect();
        if !squeezed.contains("package=\"glim-migrations\"") {
            return None;
        }
        let key =
            if squeezed.starts_with("package=") { table.rsplit('.').next()? } else { squeezed.split('=').next()? };
        Some(key.trim().trim_matches('"').replace('-', "_"))
    })
}

#[cfg(test)]
mod tests {
    use super::renamed;

    #[test]
    fn each_form_of_a_renamed_dependency_is_found() {
        let manifest = "[package]\nname = \"app\"\n[dependencies]\nother = \"1\"\n\
                        steps = { version = \"1\", package = \"glim-migrations\" }\n\
                        \"db-steps\" = {package='glim-migrations'}\n\
                        [target.'cfg(unix)'.dependencies.deep]\nversion = \"1\"\npackage = \"glim-migrations\" # here\n";
        assert_eq!(renamed(manifest).collect::<Vec<_>>(), ["steps", "db_steps", "deep"]);
        assert_eq!(renamed("[dependencies]\nglim-migrations = \"1\"\n").count(), 0);
    }
}
