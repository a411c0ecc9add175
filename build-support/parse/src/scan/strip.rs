//! A struct or enum as a derive would get it: without the fields and variants that `cfg` takes away, and with `cfg_attr` written out.

use std::mem;

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::token::Bracket;
use syn::{AttrStyle, Attribute, Data, DeriveInput, Fields, Meta, Token};

use super::cfg::{CfgSet, Truth};

/// Evaluates the conditions in a struct or enum. Gives the names on which a field or attribute depends and that are not known;
/// what depends on them is taken away.
pub(super) fn evaluate(input: &mut DeriveInput, cfg: &CfgSet) -> Vec<String> {
    let mut unknown = Vec::new();
    evaluate_attrs(&mut input.attrs, cfg, &mut unknown);
    match &mut input.data {
        Data::Struct(data) => {
            if let Fields::Named(fields) = &mut data.fields {
                fields.named = mem::take(&mut fields.named)
                    .into_iter()
                    .filter_map(|mut field| evaluate_attrs(&mut field.attrs, cfg, &mut unknown).then_some(field))
                    .collect();
            }
        }
        Data::Enum(data) => {
            data.variants = mem::take(&mut data.variants)
                .into_iter()
                .filter_map(|mut variant| evaluate_attrs(&mut variant.attrs, cfg, &mut unknown).then_some(variant))
                .collect();
        }
        Data::Union(_) => {}
    }
    unknown
}

/// Whether what has these attributes is compiled.
pub(super) fn evaluate_attrs(attrs: &mut Vec<Attribute>, cfg: &CfgSet, unknown: &mut Vec<String>) -> bool {
    let mut compiled = true;
    let mut waiting: Vec<Attribute> = mem::take(attrs).into_iter().rev().collect();
    while let Some(attr) = waiting.pop() {
        let is_condition = attr.path().is_ident("cfg");
        if !is_condition && !attr.path().is_ident("cfg_attr") {
            attrs.push(attr);
            continue;
        }
        let Meta::List(list) = &attr.meta else { continue };
        let mut parts = split_at_commas(list.tokens.clone()).into_iter();
        let condition = parts.next().unwrap_or_default().to_string();
        let holds = match cfg.evaluate(&condition, 0..condition.len()) {
            Truth::True => true,
            Truth::False => false,
            Truth::Unknown(name) => {
                unknown.push(name);
                false
            }
        };
        if is_condition {
            compiled &= holds;
        } else if holds {
            let written_out: Vec<_> = parts.filter_map(|part| syn::parse2::<Meta>(part).ok()).map(attribute).collect();
            waiting.extend(written_out.into_iter().rev());
        }
    }
    compiled
}

fn attribute(meta: Meta) -> Attribute {
    Attribute {
        pound_token: Token![#](Span::call_site()),
        style: AttrStyle::Outer,
        bracket_token: Bracket::default(),
        meta,
    }
}

fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens {
        match (token, parts.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => parts.push(TokenStream::new()),
            (token, Some(part)) => token.to_tokens(part),
            (_, None) => {}
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}
