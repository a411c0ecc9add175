//! The part of the process's environment that decides how cargo sees the workspace.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

/// Variables by name; a value of its own, so that tests need not change those of the process.
#[derive(Clone, Debug, Default)]
pub(crate) struct Environment(BTreeMap<String, OsString>);

impl Environment {
    /// That of this process.
    pub(crate) fn of_process() -> Self {
        std::env::vars_os().collect()
    }

    /// The value of a variable that is set and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        self.0.get(name).map(OsString::as_os_str).filter(|value| !value.is_empty())
    }

    /// The variables that count, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &OsStr)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_os_str()))
    }

    /// The cargo to start: the one that started us, else the first on the path.
    pub(crate) fn cargo(&self) -> OsString {
        self.get("CARGO").map_or_else(|| "cargo".into(), OsStr::to_owned)
    }

    /// Where cargo keeps its own configuration.
    pub(crate) fn cargo_home(&self) -> Option<PathBuf> {
        match self.get("CARGO_HOME") {
            Some(home) => Some(home.into()),
            None => std::env::home_dir().map(|home| home.join(".cargo")),
        }
    }
}

impl<N: AsRef<OsStr>, V: Into<OsString>> FromIterator<(N, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        let counts = |(name, value): (N, V)| {
            let name = name.as_ref().to_str()?;
            counts(name).then(|| (name.to_owned(), value.into()))
        };
        Self(variables.into_iter().filter_map(counts).collect())
    }
}

fn counts(name: &str) -> bool {
    const NAMES: [&str; 5] = ["CARGO", "CARGO_HOME", "CARGO_TARGET_DIR", "RUSTC_WORKSPACE_WRAPPER", "RUSTUP_TOOLCHAIN"];
    const PREFIXES: [&str; 4] = ["CARGO_BUILD_", "CARGO_REGISTRIES_", "CARGO_REGISTRY_", "CARGO_UNSTABLE_"];
    // A password never counts, not even as part of a hash.
    (NAMES.contains(&name) || PREFIXES.iter().any(|prefix| name.starts_with(prefix))) && !name.ends_with("_TOKEN")
}

#[cfg(test)]
mod tests {
    use super::Environment;

    #[test]
    fn what_does_not_matter_to_the_workspace_is_left_out() {
        let set =
            [("CARGO_TARGET_DIR", "t"), ("CARGO_PKG_NAME", "x"), ("CARGO_REGISTRIES_OWN_TOKEN", "s"), ("PS1", "$")];
        let names: Vec<String> = Environment::from_iter(set).iter().map(|(name, _)| name.to_owned()).collect();
        assert_eq!(names, ["CARGO_TARGET_DIR"]);
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        assert_eq!(Environment::from_iter([("CARGO", "")]).cargo(), "cargo");
    }
}
