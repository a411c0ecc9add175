//! Cargo's own configuration, as far as we must know it without asking cargo: files, `--config` and variables.

use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::options::CargoOptions;
use super::paths::normal;

/// What was read, the strongest first.
#[derive(Debug)]
pub(crate) struct CargoConfig {
    sources: Vec<Source>,
    /// Every file that was read.
    pub(super) files: Vec<PathBuf>,
}

#[derive(Debug)]
struct Source {
    table: toml::Table,
    /// What relative paths in it are relative to.
    base: PathBuf,
    /// Given by `--config`, which is stronger than a variable; a file found by cargo is weaker.
    by_argument: bool,
}

/// Files that include each other in a circle end somewhere.
const DEEPEST_INCLUDE: usize = 8;

impl CargoConfig {
    /// Reads what holds in `cwd`: cargo goes by the current directory, not by the manifest.
    pub(crate) fn read(options: &CargoOptions, cwd: &Path, environment: &Environment) -> Self {
        let mut config = Self { sources: Vec::new(), files: Vec::new() };
        for argument in options.config.iter().rev() {
            if let Ok(table) = argument.parse() {
                config.sources.push(Source { table, base: cwd.to_owned(), by_argument: true });
            } else {
                config.add_file(&normal(&cwd.join(argument)), true, 0);
            }
        }
        let home = environment.cargo_home();
        let folders = cwd.ancestors().map(|dir| dir.join(".cargo")).chain(home.map(|home| normal(&cwd.join(home))));
        for folder in folders {
            // Where both are there, cargo takes the older name.
            if let Some(file) =
                ["config", "config.toml"].map(|name| folder.join(name)).into_iter().find(|it| it.is_file())
                && !config.files.contains(&file)
            {
                config.add_file(&file, false, 0);
            }
        }
        config
    }

    fn add_file(&mut self, file: &Path, by_argument: bool, depth: usize) {
        self.files.push(file.to_owned());
        // Cargo says what is wrong with a file that does not parse.
        let Some(table) = std::fs::read_to_string(file).ok().and_then(|text| text.parse::<toml::Table>().ok()) else {
            return;
        };
        let folder = file.parent().unwrap_or(file);
        let included: Vec<PathBuf> = includes(&table).map(|path| normal(&folder.join(path))).collect();
        self.sources.push(Source { table, base: folder.parent().unwrap_or(folder).to_owned(), by_argument });
        for file in included.iter().rev().filter(|_| depth < DEEPEST_INCLUDE) {
            self.add_file(file, by_argument, depth + 1);
        }
    }

    /// The strongest value of `[build] key`, and what a relative path in it is relative to.
    fn build(&self, key: &str, counts: impl Fn(&Source) -> bool) -> Option<(&toml::Value, &Path)> {
        let mut sources = self.sources.iter().filter(|source| counts(source));
        sources.find_map(|source| Some((source.table.get("build")?.get(key)?, source.base.as_path())))
    }

    fn build_path(&self, key: &str, counts: impl Fn(&Source) -> bool) -> Option<PathBuf> {
        self.build(key, counts).and_then(|(path, base)| Some(base.join(path.as_str()?)))
    }

    /// Where cargo will put what it builds, in the order in which cargo asks.
    pub(super) fn target_dir(&self, options: &CargoOptions, root: &Path, cwd: &Path, env: &Environment) -> PathBuf {
        let stated = options.target_dir.as_ref().map(|dir| cwd.join(dir));
        let dir = stated
            .or_else(|| env.get("CARGO_TARGET_DIR").map(|dir| cwd.join(dir)))
            .or_else(|| self.build_path("target-dir", |source| source.by_argument))
            .or_else(|| env.get("CARGO_BUILD_TARGET_DIR").map(|dir| cwd.join(dir)))
            .or_else(|| self.build_path("target-dir", |source| !source.by_argument))
            .unwrap_or_else(|| root.join("target"));
        normal(&dir)
    }

    /// Whether the build is for a stated target, which would not be what runs here.
    pub(crate) fn has_target(&self, environment: &Environment) -> bool {
        environment.get("CARGO_BUILD_TARGET").is_some() || self.build("target", |_| true).is_some()
    }

    /// The user's own wrapper around the compiler of workspace members.
    pub(crate) fn workspace_wrapper(&self, environment: &Environment) -> Option<PathBuf> {
        let names = ["RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER"];
        let variable = names.iter().find_map(|name| environment.get(name)).map(PathBuf::from);
        variable.or_else(|| {
            let (value, base) = self.build("rustc-workspace-wrapper", |_| true)?;
            let path = Path::new(value.as_str()?);
            // A bare name is looked up on the path.
            Some(if path.components().count() > 1 { base.join(path) } else { path.to_owned() })
        })
    }
}

/// `include = "x"`, `["x", …]` or `[{ path = "x" }, …]`.
fn includes(table: &toml::Table) -> impl Iterator<Item = &str> {
    let stated = table.get("include");
    let one = stated.and_then(toml::Value::as_str);
    let many = stated.and_then(toml::Value::as_array).into_iter().flatten();
    one.into_iter().chain(many.filter_map(|item| item.as_str().or_else(|| item.get("path")?.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Case {
        folder: tempfile::TempDir,
        options: CargoOptions,
        variables: Vec<(&'static str, &'static str)>,
    }

    impl Case {
        fn new(files: &[(&str, &str)]) -> Self {
            let folder = tempfile::tempdir().expect("a temporary folder");
            std::fs::create_dir_all(folder.path().join("w/sub")).expect("folders");
            for (path, text) in files {
                let path = folder.path().join(path);
                std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("folders");
                std::fs::write(path, text).expect("a file");
            }
            Self { folder, options: CargoOptions::default(), variables: vec![("CARGO_HOME", "/nowhere")] }
        }

        fn environment(&self) -> Environment {
            self.variables.iter().copied().collect()
        }

        fn config(&self) -> CargoConfig {
            CargoConfig::read(&self.options, &self.folder.path().join("w/sub"), &self.environment())
        }

        /// Relative to the temporary folder.
        fn target_dir(&self) -> String {
            let (root, cwd) = (self.folder.path().join("w"), self.folder.path().join("w/sub"));
            let dir = self.config().target_dir(&self.options, &root, &cwd, &self.environment());
            dir.strip_prefix(self.folder.path()).unwrap_or(&dir).display().to_string()
        }
    }

    const IN_FILE: (&str, &str) = ("w/.cargo/config.toml", "[build]\ntarget-dir = 'by-file'");

    #[test]
    fn by_default_it_is_target_in_the_root() {
        assert_eq!(Case::new(&[]).target_dir(), "w/target");
    }

    #[test]
    fn the_nearest_file_wins_and_is_relative_to_its_own_place() {
        assert_eq!(Case::new(&[IN_FILE]).target_dir(), "w/by-file");
        let nearer = ("w/sub/.cargo/config.toml", "build.target-dir = '../near'");
        assert_eq!(Case::new(&[IN_FILE, nearer]).target_dir(), "w/near");
    }

    #[test]
    fn variables_and_arguments_are_stronger_than_files() {
        let mut case = Case::new(&[IN_FILE]);
        case.variables.push(("CARGO_BUILD_TARGET_DIR", "by-build-variable"));
        assert_eq!(case.target_dir(), "w/sub/by-build-variable");
        case.options.config = vec!["build.target-dir = 'by-argument'".into()];
        assert_eq!(case.target_dir(), "w/sub/by-argument");
        case.variables.push(("CARGO_TARGET_DIR", "by-variable"));
        assert_eq!(case.target_dir(), "w/sub/by-variable");
        case.options.target_dir = Some("by-flag".into());
        assert_eq!(case.target_dir(), "w/sub/by-flag");
    }

    #[test]
    fn an_included_file_counts() {
        let config = ("w/.cargo/config.toml", "include = ['more.toml']");
        let more = ("w/.cargo/more.toml", "[build]\ntarget-dir = 'included'");
        assert_eq!(Case::new(&[config, more]).target_dir(), "w/included");
    }

    #[test]
    fn a_target_is_seen_wherever_it_is_set() {
        assert!(!Case::new(&[IN_FILE]).config().has_target(&Environment::default()));
        let in_file = Case::new(&[("w/.cargo/config.toml", "[build]\ntarget = 'wasm32-unknown-unknown'")]);
        assert!(in_file.config().has_target(&in_file.environment()));
        let variable = Environment::from_iter([("CARGO_BUILD_TARGET", "x")]);
        assert!(Case::new(&[]).config().has_target(&variable));
    }

    #[test]
    fn a_file_that_does_not_parse_is_left_to_cargo() {
        assert_eq!(Case::new(&[("w/.cargo/config.toml", "[build")]).target_dir(), "w/target");
    }
}
