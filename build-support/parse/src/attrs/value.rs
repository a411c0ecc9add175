//! The values of keys.

use std::str::FromStr;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::{Lit, LitStr};

use super::entry::{Argument, Entry};
use crate::problem::Problems;

/// A text, with its tokens for later problems.
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) token: LitStr,
}

/// A value of `default`.
#[derive(Debug, PartialEq, Eq)]
pub enum Literal {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number, with its sign.
    Integer(String),
    /// A number with a point or an exponent, with its sign.
    Float(String),
    /// A text.
    Text(String),
    /// `sql("...")`: an expression in SQL.
    Sql(String),
}

impl Entry {
    /// `key` alone.
    pub(super) fn flag(&self, problems: &mut Problems) -> bool {
        match &self.argument {
            Argument::None => true,
            Argument::Value(tokens) | Argument::List(tokens) => {
                let problem = problems.add(tokens, format_args!("`{}` takes no value", self.name()));
                problem.help_is(format_args!("write `{}` alone", self.name()));
                false
            }
        }
    }

    /// `key = "text"`, not empty.
    pub(super) fn text(&self, problems: &mut Problems) -> Option<Text> {
        let example = format_args!("write `{} = \"...\"`", self.name()).to_string();
        let Argument::Value(tokens) = &self.argument else {
            problems.add(self.key(), format_args!("`{}` needs a text", self.name())).help_is(example);
            return None;
        };
        self.read_text(tokens, &example, problems)
    }

    /// `key("text")` or `key = "text"`, as the tokens give it.
    pub(super) fn read_text(&self, tokens: &TokenStream, example: &str, problems: &mut Problems) -> Option<Text> {
        let Ok(token) = syn::parse2::<LitStr>(tokens.clone()) else {
            let found = match syn::parse2::<Lit>(tokens.clone()) {
                Ok(_) => "the value of `{}` is a text in quotes",
                Err(_) => "the value of `{}` is a single text in quotes",
            };
            problems.add(tokens, found.replace("{}", &self.name())).help_is(example);
            return None;
        };
        let text = token.value();
        if text.trim().is_empty() {
            problems.add(&token, format_args!("the value of `{}` is empty", self.name())).help_is(example);
            return None;
        }
        if text.contains('\0') {
            let message = format!("the value of `{}` has a NUL character", self.name());
            problems.add(&token, message).help_is("remove it: no database takes one here");
            return None;
        }
        Some(Text { text, token })
    }

    /// `key = 255`.
    pub(super) fn number<N: FromStr>(&self, range: &str, problems: &mut Problems) -> Option<N> {
        let help = format!("write `{} = n`, with n {range}", self.name());
        let Argument::Value(tokens) = &self.argument else {
            problems.add(self.key(), format_args!("`{}` needs a number", self.name())).help_is(help);
            return None;
        };
        let digits = match syn::parse2::<Lit>(tokens.clone()) {
            Ok(Lit::Int(digits)) if digits.suffix().is_empty() => digits.base10_digits().parse().ok(),
            _ => None,
        };
        if digits.is_none() {
            let message = format_args!("the value of `{}` is a whole number {range}", self.name()).to_string();
            problems.add(tokens, message).help_is(help);
        }
        digits
    }

    /// `key = literal` or `key = sql("...")`.
    pub(super) fn literal(&self, problems: &mut Problems) -> Option<(Literal, TokenStream)> {
        const HELP: &str = "write a value, such as `default = 0`, `default = true` or `default = \"new\"`, or SQL as \
                            `default = sql(\"CURRENT_TIMESTAMP\")`";
        let Argument::Value(tokens) = &self.argument else {
            problems.add(self.key(), format_args!("`{}` needs a value", self.name())).help_is(HELP);
            return None;
        };
        if let Some(inside) = sql_call(tokens) {
            let example = "write `default = sql(\"CURRENT_TIMESTAMP\")`";
            return self.read_text(&inside, example, problems).map(|sql| (Literal::Sql(sql.text), tokens.clone()));
        }
        let literal = match syn::parse2::<Lit>(tokens.clone()) {
            Ok(Lit::Bool(value)) => Literal::Bool(value.value),
            Ok(Lit::Int(value)) if value.suffix().is_empty() => Literal::Integer(value.base10_digits().to_owned()),
            Ok(Lit::Float(value)) if value.suffix().is_empty() => Literal::Float(value.base10_digits().to_owned()),
            Ok(Lit::Str(value)) => Literal::Text(value.value()),
            Ok(Lit::Char(value)) => Literal::Text(value.value().to_string()),
            _ => {
                problems.add(tokens, "cannot read the value of `default`").help_is(HELP);
                return None;
            }
        };
        if matches!(&literal, Literal::Text(text) if text.contains('\0')) {
            let problem = problems.add(tokens, "the value of `default` has a NUL character");
            problem.help_is("remove it: no database takes one here");
            return None;
        }
        Some((literal, tokens.clone()))
    }
}

/// What is in the parentheses of `sql(...)`.
fn sql_call(tokens: &TokenStream) -> Option<TokenStream> {
    let mut tokens = tokens.clone().into_iter();
    match (tokens.next()?, tokens.next()?, tokens.next()) {
        (proc_macro2::TokenTree::Ident(name), proc_macro2::TokenTree::Group(group), None) if name == "sql" => {
            Some(group.stream())
        }
        _ => None,
    }
}

impl ToTokens for Text {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.token.to_tokens(tokens);
    }
}

/// An identifier in a list, such as `a` of `index(a, b)`.
pub(super) fn identifier(part: &[proc_macro2::TokenTree]) -> Option<Ident> {
    match part {
        [proc_macro2::TokenTree::Ident(ident)] => Some(ident.clone()),
        _ => None,
    }
}
