//! Paths by their text alone.

use std::path::{Component, Path, PathBuf};

/// `path` without `.` and `..`. `canonicalize` would resolve links, which cargo does not, and make `\\?\` paths on
/// Windows, which `include!` does not take.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved() {
        assert_eq!(normal(Path::new("/a/./b/../c")), Path::new("/a/c"));
        assert_eq!(normal(Path::new("/a/b/")), Path::new("/a/b"));
    }
}
