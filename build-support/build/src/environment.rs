//! What cargo tells a build script about the package.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use glim_parse::scan::CfgSet;

use crate::instruction::Instruction;

/// The package, and where to write.
#[derive(Debug)]
pub(crate) struct Environment {
    /// The package's folder.
    pub(crate) package: PathBuf,
    /// `OUT_DIR`.
    pub(crate) out: PathBuf,
    /// What `cfg` conditions are worth for what is being built.
    pub(crate) cfg: CfgSet,
}

impl Environment {
    /// Of the running build script.
    pub(crate) fn of_process() -> Result<Self, Instruction> {
        let folder = |name: &str| {
            env::var_os(name).map(PathBuf::from).ok_or_else(|| {
                Instruction::Error(format!("glim_build: {name} is not set; it is cargo that runs build scripts"))
            })
        };
        let variables = env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value)));
        Ok(Self { package: folder("CARGO_MANIFEST_DIR")?, out: folder("OUT_DIR")?, cfg: conditions(variables) })
    }

    /// A path as messages show it: relative to the package where it is inside.
    pub(crate) fn shown(&self, path: &Path) -> PathBuf {
        path.strip_prefix(&self.package).unwrap_or(path).to_owned()
    }
}

/// The conditions that the variables `CARGO_CFG_*` and `CARGO_FEATURE_*` state.
fn conditions(variables: impl Iterator<Item = (String, OsString)>) -> CfgSet {
    let mut set = CfgSet::default();
    // Without any feature, each condition on one is false.
    for (name, value) in variables {
        if let Some(feature) = name.strip_prefix("CARGO_FEATURE_") {
            // The variable tells neither `-` from `_`, nor small letters from capitals, which features hardly have.
            let feature = feature.to_lowercase();
            set.insert_value("feature", &feature.replace('_', "-"));
            set.insert_value("feature", &feature);
        } else if let Some(condition) = name.strip_prefix("CARGO_CFG_") {
            let condition = condition.to_lowercase();
            let value = value.to_string_lossy();
            if value.is_empty() {
                set.insert_flag(&condition);
            }
            for value in value.split(',').filter(|_| condition != "feature") {
                set.insert_value(&condition, value);
            }
        }
    }
    set
}

#[cfg(test)]
mod tests {
    use std::fs;

    use glim_parse::scan::{CrateRoot, scan};

    use super::conditions;

    #[test]
    fn conditions_are_those_of_what_is_built() {
        let variables = [
            ("CARGO_FEATURE_WITH_DASH", "1"),
            ("CARGO_CFG_UNIX", ""),
            ("CARGO_CFG_TARGET_OS", "linux"),
            ("CARGO_CFG_TARGET_HAS_ATOMIC", "8,16"),
            ("CARGO_CFG_FEATURE", "with-dash"),
            ("PATH", "/bin"),
        ];
        let cfg = conditions(variables.into_iter().map(|(name, value)| (name.to_owned(), value.into())));
        let folder = tempfile::tempdir().expect("a temporary directory");
        let holds = |condition: &str| {
            let file = folder.path().join("x.rs");
            fs::write(&file, format!("#[cfg({condition})] glim::submit!(X);")).expect("a file");
            let root =
                CrateRoot { name: "x".into(), file, cfg: cfg.clone(), glim: vec!["glim".into()], crates: vec![] };
            scan(&[root]).registrations.len() == 1
        };
        for condition in ["unix", "target_os = \"linux\"", "target_has_atomic = \"16\"", "feature = \"with-dash\""] {
            assert!(holds(condition), "{condition}");
        }
        for condition in ["windows", "target_os = \"macos\"", "feature = \"other\"", "test"] {
            assert!(!holds(condition), "{condition}");
        }
    }
}
