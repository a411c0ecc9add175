//! One `key`, `key = value` or `key(...)` of an attribute.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

use crate::names;
use crate::problem::Problems;

/// A key with what follows it.
pub(super) struct Entry {
    key: Ident,
    pub(super) argument: Argument,
}

/// What follows a key.
pub(super) enum Argument {
    /// Nothing.
    None,
    /// `= value`.
    Value(TokenStream),
    /// `(...)`.
    List(TokenStream),
}

impl Entry {
    /// The entries between the parentheses of an attribute. One that is none is a problem, and the rest is still read.
    pub(super) fn split(tokens: TokenStream, problems: &mut Problems) -> Vec<Self> {
        let parts = split_at_commas(tokens);
        parts.into_iter().filter_map(|part| Self::read(part, problems)).collect()
    }

    fn read(part: Vec<TokenTree>, problems: &mut Problems) -> Option<Self> {
        let whole: TokenStream = part.iter().cloned().collect();
        let mut tokens = part.into_iter();
        let Some(TokenTree::Ident(key)) = tokens.next() else {
            problems.add(whole, "expected a key").help_is("write `key`, `key = value` or `key(...)`");
            return None;
        };
        let argument = match (tokens.next(), tokens.next()) {
            (None, _) => Argument::None,
            (Some(TokenTree::Punct(punct)), Some(first)) if punct.as_char() == '=' => {
                Argument::Value(std::iter::once(first).chain(tokens).collect())
            }
            (Some(TokenTree::Group(group)), None) if group.delimiter() == Delimiter::Parenthesis => {
                Argument::List(group.stream())
            }
            (Some(TokenTree::Punct(punct)), None) if punct.as_char() == '=' => {
                let problem = problems.add(whole, format_args!("`{key}` has no value after `=`"));
                problem.help_is(format_args!("write `{key} = ...`, or remove it"));
                return None;
            }
            _ => {
                let problem = problems.add(whole, format_args!("cannot read what follows `{key}`"));
                problem.help_is("write `key`, `key = value` or `key(...)`, with commas between them");
                return None;
            }
        };
        Some(Self { key, argument })
    }

    /// The key.
    pub(super) fn key(&self) -> &Ident {
        &self.key
    }

    /// The key's text.
    pub(super) fn name(&self) -> String {
        names::plain(&self.key)
    }
}

/// The runs of tokens between commas; nothing for an empty one, so that a comma may stand at the end.
pub(super) fn split_at_commas(tokens: TokenStream) -> Vec<Vec<TokenTree>> {
    let mut parts = vec![Vec::new()];
    for token in tokens {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => parts.push(Vec::new()),
            token => {
                if let Some(part) = parts.last_mut() {
                    part.push(token);
                }
            }
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
