//! Structs and enums, which derive what they are to glim.

use std::ops::Range;

use super::Reader;
#[cfg(feature = "libraries")]
use crate::library::Library;
use crate::scan::attributes::Attributes;
use crate::scan::candidate::{Candidate, Found};
use crate::scan::cfg::Truth;
use crate::scan::declared::Declared;
use crate::scan::found::Severity;
use crate::scan::path::NamePath;
use crate::scan::record;

impl Reader<'_> {
    pub(super) fn type_item(&mut self, range: Range<usize>, name: Range<usize>, attributes: &Attributes) {
        #[cfg(feature = "libraries")]
        if self.context.library != Library::Glim {
            return self.foreign_type(range, name, attributes);
        }
        let derives: Vec<_> = attributes.derives.iter().map(|path| NamePath::read(self.text, path.clone())).collect();
        let is_named = derives.iter().any(|path| path.last().is_some_and(|name| self.is_wanted(name)));
        // `#[glim]` is an attribute of our derive and of no other; it may also stand on the fields.
        let has_glim = attributes.has_glim || (is_named && self.text[range.clone()].contains("glim("));
        let may_be_ours = is_named || (has_glim && !derives.is_empty());
        if !may_be_ours {
            if let (Some(cfg), true) = (&attributes.unknown, has_glim) {
                let gate = Truth::Unknown(cfg.clone());
                self.undetermined(&gate, name, "whether this is a model");
            }
            return;
        }
        let is_derived = |derive: &str| derives.iter().any(|path| path.last() == Some(derive));
        let is_enum = is_derived("Enum") || self.text[range.start..name.start].trim_end().ends_with("enum");
        let (found, raw) = if is_enum && !is_derived("Model") {
            record::enumeration(&self.file, range.clone(), name.clone(), self.context.cfg)
        } else {
            let (model, raw) = record::model(&self.file, range.clone(), name.start, self.context.cfg);
            let found = model.map_or(Found::Nothing, |(model, fields)| {
                let declared = (!fields.is_empty()).then(|| Declared { source: self.shared(), fields });
                Found::Model(Box::new(model), declared)
            });
            (found, raw)
        };
        let gate = self.scope().gate.clone().and(attributes.gate.clone());
        let problems = raw.into_iter().map(|raw| self.describe(raw, Severity::Error)).collect();
        let candidate = Candidate { at: range.start, names: derives, evidence: has_glim, found, problems };
        self.add(candidate, &gate, name);
    }
}
