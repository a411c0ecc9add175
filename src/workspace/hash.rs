//! A fingerprint of things that are compared with their former selves. Two programs need not agree on it.

use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

/// Collects parts; the order counts, and `ab` + `c` is not `a` + `bc`.
pub(crate) struct Fingerprint(DefaultHasher);

impl Fingerprint {
    pub(crate) fn new() -> Self {
        Self(DefaultHasher::new())
    }

    /// Adds a part.
    pub(crate) fn add(&mut self, part: impl AsRef<[u8]>) -> &mut Self {
        let part = part.as_ref();
        self.0.write_usize(part.len());
        self.0.write(part);
        self
    }

    /// Adds a path.
    pub(crate) fn add_path(&mut self, path: &Path) -> &mut Self {
        self.add(path.as_os_str().as_encoded_bytes())
    }

    /// Adds a file: its path, and its content or its absence.
    pub(crate) fn add_file(&mut self, path: &Path) -> &mut Self {
        self.add_path(path);
        match std::fs::read(path) {
            Ok(content) => self.add(content),
            Err(error) => self.add(format!("{:?}", error.kind())),
        }
    }

    /// Adds this program, so that what another version of it has left behind is not believed.
    pub(crate) fn add_program(&mut self) -> &mut Self {
        let modified = std::env::current_exe().and_then(|path| path.metadata()).and_then(|it| it.modified());
        self.add(env!("CARGO_PKG_VERSION")).add(format!("{:?}", modified.ok()))
    }

    pub(crate) fn finish(&self) -> u64 {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;

    #[test]
    fn parts_do_not_run_together() {
        let of = |parts: &[&str]| {
            let mut fingerprint = Fingerprint::new();
            for part in parts {
                fingerprint.add(part);
            }
            fingerprint.finish()
        };
        assert_eq!(of(&["ab", "c"]), of(&["ab", "c"]));
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
        assert_ne!(of(&["ab"]), of(&["ab", ""]));
    }
}
