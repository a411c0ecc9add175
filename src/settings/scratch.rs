//! `scratch` of an alias: a server on which scratch databases may be made.

use glim_engine::target::Target;
use toml::Spanned;

use super::check::{Check, Form};
use super::{connection, url};
use crate::report::diagnostic::Diagnostic;

/// What the alias says of scratch databases. Commands that make none do not mind what is wrong with it: in production,
/// the variable that a URL stands in may not be set.
#[derive(Clone, Debug, Default)]
pub(crate) enum ScratchServer {
    /// Nothing.
    #[default]
    Unsaid,
    /// They may be made there.
    At(Box<Target>),
    /// Something that cannot be used, and why.
    Unusable(Vec<Diagnostic>),
}

impl ScratchServer {
    /// The server that `scratch` names, if it is there.
    pub(super) fn read(written: Option<&Spanned<String>>, alias: &Check<'_>) -> Self {
        let Some(written) = written else { return Self::Unsaid };
        let mut problems = Vec::new();
        let mut check = Check {
            subject: format!("`scratch` of {}", alias.subject),
            form: Form::Url,
            source: alias.source,
            span: written.span(),
            is_selected: true,
            is_damaged: false,
            misspelt: Vec::new(),
            variables: alias.variables,
            root: alias.root,
            problems: &mut problems,
        };
        let target = url::read(written, &mut check).and_then(|(driver, parts)| {
            let connect_timeout = connection::time_out("connect_timeout", parts.connect_timeout.as_ref(), &mut check);
            let place = parts.into_place(driver, &mut check)?;
            Some(connection::target(place, connect_timeout, None, None))
        });
        match target {
            Some(target) if problems.is_empty() => Self::At(Box::new(target)),
            _ => Self::Unusable(problems),
        }
    }
}
