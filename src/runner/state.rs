//! What is remembered of a runner between two commands, in a file beside it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::workspace::{CargoOptions, write_if_changed};

const FORMAT: u32 = 1;

/// The file `state.json` in the runner's folder.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    format: u32,
    /// The fingerprint of what the folder was generated from.
    pub(super) generated_from: u64,
    /// The fingerprint of the runner's lock file when it was last found to be in order.
    pub(super) lock_checked: u64,
    /// The runner built last, by [`flavour`].
    pub(super) built: BTreeMap<String, Program>,
}

/// A runner that was built.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Program {
    pub(super) executable: PathBuf,
    /// Where its dynamic libraries are, if it may have any.
    pub(super) library_paths: Vec<PathBuf>,
}

impl State {
    /// Reads it. Without a readable one, everything is done again.
    pub(super) fn read(folder: &Path) -> Self {
        let text = std::fs::read(folder.join("state.json")).unwrap_or_default();
        let state: Self = serde_json::from_slice(&text).unwrap_or_default();
        if state.format == FORMAT { state } else { Self::default() }
    }

    /// Writes it. Where that fails, the next command does more work.
    pub(super) fn write(&mut self, folder: &Path) {
        self.format = FORMAT;
        if let Ok(text) = serde_json::to_vec(self) {
            let _ = write_if_changed(&folder.join("state.json"), &text);
        }
    }
}

/// The options that lead to another executable of the same runner.
pub(super) fn flavour(options: &CargoOptions) -> String {
    options.profile.clone().unwrap_or_else(|| "dev".to_owned())
}
