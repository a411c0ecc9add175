//! What is wrong with a model's source, collected so that one look shows everything.

use std::fmt::Display;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, TokenStreamExt};

/// One thing that is wrong, and where.
#[derive(Debug)]
pub struct Problem {
    message: String,
    help: Option<String>,
    start: Span,
    end: Span,
}

impl Problem {
    /// What is wrong: a fragment without a full stop.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What would be right.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The tokens that are meant; only the first one where spans have no locations.
    pub fn span(&self) -> Span {
        self.start.join(self.end).unwrap_or(self.start)
    }

    /// Says what would be right.
    pub(crate) fn help_is(&mut self, help: impl Display) {
        self.help = Some(help.to_string());
    }

    fn to_compile_error(&self) -> TokenStream {
        let text = match &self.help {
            Some(help) => format!("{}\nhelp: {help}", self.message),
            None => self.message.clone(),
        };
        // Two tokens carry the two ends: stable Rust joins no spans in a macro.
        let mut ends = TokenStream::new();
        ends.append(Ident::new("start", self.start));
        ends.append(Ident::new("end", self.end));
        syn::Error::new_spanned(ends, text).to_compile_error()
    }
}

/// Problems, in the order in which they were found.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> std::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// The compiler errors that say all this.
    pub fn to_compile_errors(&self) -> TokenStream {
        self.0.iter().map(Problem::to_compile_error).collect()
    }

    /// Adds what syn has to say.
    #[cfg(feature = "libraries")]
    pub(crate) fn add_error(&mut self, error: &syn::Error) -> &mut Problem {
        let span = error.span();
        self.0.push(Problem { message: error.to_string(), help: None, start: span, end: span });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }

    /// Adds a problem with those tokens, and gives it for more to be said.
    pub(crate) fn add(&mut self, tokens: impl ToTokens, message: impl Display) -> &mut Problem {
        let mut tokens = tokens.into_token_stream().into_iter();
        let start = tokens.next().map_or_else(Span::call_site, |token| token.span());
        let end = tokens.last().map_or(start, |token| token.span());
        self.0.push(Problem { message: message.to_string(), help: None, start, end });
        let last = self.0.len() - 1;
        &mut self.0[last]
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = std::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
