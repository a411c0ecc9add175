//! `#[sea_orm(...)]`: its keys. SeaORM passes over those that it does not know, and so does this.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::Parse;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, Token};

use crate::problem::Problems;

/// The keys of an item, a field or a variant.
pub(super) struct Keys(Vec<Meta>);

/// A text, with its tokens for later problems.
pub(super) struct Text {
    pub(super) text: String,
    pub(super) token: LitStr,
}

/// Rust in a text. None where it is no such thing, or nested so deeply that parsing it, which recurs, could run out of
/// stack.
pub(super) fn rust<T: Parse>(text: &str) -> Option<T> {
    const LIMIT: usize = 64;
    let marks = text.chars().filter(|letter| "([{<&*-!".contains(*letter)).count();
    (marks <= LIMIT).then(|| syn::parse_str(text).ok()).flatten()
}

impl Keys {
    /// The keys in all `#[sea_orm(...)]` among those attributes.
    pub(super) fn read(attrs: &[Attribute], problems: &mut Problems) -> Self {
        let mut keys = Vec::new();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("sea_orm")) {
            // `#[sea_orm]` alone says nothing.
            let Meta::List(list) = &attr.meta else { continue };
            match list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated) {
                Ok(metas) => keys.extend(metas),
                Err(error) => {
                    problems.add_error(&error).help_is("write `#[sea_orm(key, key = \"value\")]`");
                }
            }
        }
        Self(keys)
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the key is there, with whatever value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// `key = "text"`.
    pub(super) fn text(&self, key: &str, problems: &mut Problems) -> Option<Text> {
        match self.literal(key, problems)? {
            Lit::Str(token) => {
                let text = token.value();
                Some(Text { token: LitStr::new(&text, token.span()), text })
            }
            other => {
                problems.add(other, format_args!("the value of `{key}` is a text in quotes"));
                None
            }
        }
    }

    /// `key = true`.
    pub(super) fn truth(&self, key: &str, problems: &mut Problems) -> Option<bool> {
        match self.literal(key, problems)? {
            Lit::Bool(truth) => Some(truth.value()),
            other => {
                problems.add(other, format_args!("the value of `{key}` is `true` or `false`"));
                None
            }
        }
    }

    /// `key = literal`; a number may have a sign.
    pub(super) fn value(&self, key: &str) -> Option<TokenStream> {
        match self.find(key)? {
            Meta::NameValue(pair) => Some(pair.value.to_token_stream()),
            Meta::Path(_) | Meta::List(_) => None,
        }
    }

    fn literal(&self, key: &str, problems: &mut Problems) -> Option<&Lit> {
        let meta = self.find(key)?;
        match meta {
            Meta::NameValue(pair) => match &pair.value {
                Expr::Lit(ExprLit { lit, .. }) => Some(lit),
                other => {
                    problems.add(other, format_args!("the value of `{key}` is no literal"));
                    None
                }
            },
            Meta::Path(_) | Meta::List(_) => {
                problems.add(meta, format_args!("`{key}` needs a value")).help_is(format_args!("write `{key} = ...`"));
                None
            }
        }
    }

    /// The last of that name counts, as it does for SeaORM.
    fn find(&self, key: &str) -> Option<&Meta> {
        self.0.iter().rev().find(|meta| meta.path().is_ident(key))
    }
}
