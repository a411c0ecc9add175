//! The keys of an enum and of its variants.

use syn::{Attribute, Path};

use super::record::crate_path;
use super::value::Text;
use super::{each_known, entries};
use crate::problem::Problems;

/// The keys that an enum may have.
const KEYS: [&str; 2] = ["name", "crate"];

/// The keys that a variant may have.
const VARIANT_KEYS: [&str; 1] = ["name"];

/// What the enum's attributes say.
#[derive(Default)]
pub(crate) struct EnumAttrs {
    pub(crate) name: Option<Text>,
    pub(crate) crate_path: Option<Path>,
}

/// What the attributes of a variant say.
#[derive(Default)]
pub(crate) struct VariantAttrs {
    pub(crate) name: Option<Text>,
}

impl EnumAttrs {
    /// Reads them.
    pub(crate) fn read(attrs: &[Attribute], problems: &mut Problems) -> Self {
        let mut read = Self::default();
        let entries = entries(attrs, problems);
        let elsewhere = ("variants", &VARIANT_KEYS[..]);
        each_known(entries, "an enum", &KEYS, &[], elsewhere, problems, |key, entry, problems| match key {
            "name" => read.name = entry.text(problems),
            _ => read.crate_path = crate_path(entry, problems),
        });
        read
    }
}

impl VariantAttrs {
    /// Reads them.
    pub(crate) fn read(attrs: &[Attribute], problems: &mut Problems) -> Self {
        let mut read = Self::default();
        let entries = entries(attrs, problems);
        each_known(entries, "a variant", &VARIANT_KEYS, &[], ("enum", &KEYS[..]), problems, |_, entry, problems| {
            read.name = entry.text(problems);
        });
        read
    }
}
