//! The name of a runner: what may differ between two runners that lie in one target directory.

use crate::workspace::{Fingerprint, Selection, Workspace};

/// Cargo tells artifacts of equal name, version and dependencies apart by nothing: two workspaces that share a target
/// directory would run each other's runner. Hence the workspace's root is part of the name, and all that changes the
/// manifest besides.
pub(super) fn key(workspace: &Workspace, selection: &Selection) -> String {
    let mut fingerprint = Fingerprint::new();
    fingerprint.add_path(&workspace.root);
    for dependent in &selection.dependents {
        let package = &workspace.packages[dependent.package];
        fingerprint.add(&package.id).add([u8::try_from(dependent.target).unwrap_or(u8::MAX)]);
        for feature in &dependent.features {
            fingerprint.add(feature);
        }
        // A feature is never empty, so this ends the list.
        fingerprint.add("");
    }
    // Short, since Windows has little room in a path.
    format!("{:012x}", fingerprint.finish() & 0xffff_ffff_ffff)
}

/// The name of the package and the binary.
pub(super) fn name(key: &str) -> String {
    format!("glim-runner-{key}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::testing::{depends, package, workspace};
    use crate::workspace::{CargoOptions, GLIM};

    fn key_of(workspace: &Workspace, options: &CargoOptions) -> String {
        key(workspace, &workspace.select(options).expect("a selection"))
    }

    #[test]
    fn root_packages_and_features_are_part_of_the_name() {
        let one = || package("a").depends(depends(GLIM)).feature("x", &[]);
        let two = package("b").depends(depends(GLIM));
        let all = CargoOptions::default();
        let base = workspace([one(), two.clone()]);
        let elsewhere = Workspace { root: "/elsewhere".into(), ..base.clone() };
        let only_a = CargoOptions { packages: vec!["a".into()], ..all.clone() };
        let with_x = CargoOptions { features: vec!["x".into()], ..all.clone() };
        let keys = [key_of(&base, &all), key_of(&elsewhere, &all), key_of(&base, &only_a), key_of(&base, &with_x)];
        let distinct: std::collections::BTreeSet<&String> = keys.iter().collect();
        assert_eq!(distinct.len(), keys.len(), "{keys:?}");
        assert_eq!(key_of(&base, &all), keys[0]);
    }
}
