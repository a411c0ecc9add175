//! Names in Rust and names in SQL.

use proc_macro2::Ident;
use quote::ToTokens;

/// The identifier's name without `r#`.
pub(crate) fn plain(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

/// `UserProfile` as `user_profile`, `HTTPRequest2` as `http_request2`.
pub(crate) fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::with_capacity(name.len() + 4);
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let starts_word = letter.is_uppercase()
            && before.is_some_and(|before| {
                before.is_lowercase()
                    || before.is_numeric()
                    || (before.is_uppercase() && after.is_some_and(|after| after.is_lowercase()))
            });
        if starts_word {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Tokens as a person writes a type: `Option < String >` as `Option<String>`. The compiler and the fallback of
/// `proc_macro2` part them differently; this makes no difference between the two.
pub(crate) fn in_one_line(tokens: &impl ToTokens) -> String {
    let tokens = tokens.to_token_stream().to_string();
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut line = String::with_capacity(tokens.len());
    let mut words = tokens.split_whitespace().peekable();
    while let Some(word) = words.next() {
        line.push_str(word);
        let parted = words.peek().is_some_and(|next| {
            let begins_type = |c: char| is_name(c) || matches!(c, '\'' | '&') || (c == '[' && word.starts_with('\''));
            word.ends_with(is_name) && next.starts_with(begins_type)
        });
        if parted || (word.ends_with([',', ';']) && words.peek().is_some()) {
            line.push(' ');
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::{in_one_line, snake_case};

    #[test]
    fn types_read_as_they_are_written() {
        for ty in [
            "Option<String>",
            "std::collections::HashMap<String, Vec<u8>>",
            "&'static str",
            "&'static [u8]",
            "[u8; 16]",
            "(i32, Cow<'static, str>)",
            "Box<dyn Send>",
        ] {
            let parsed: syn::Type = syn::parse_str(ty).expect("a type");
            assert_eq!(in_one_line(&parsed), ty);
        }
    }

    #[test]
    fn words_are_parted_where_a_reader_sees_them() {
        for (name, snake) in [
            ("User", "user"),
            ("UserProfile", "user_profile"),
            ("HTTPRequest", "http_request"),
            ("Http2Frame", "http2_frame"),
            ("ÄußerungÖ", "äußerung_ö"),
            ("already_snake", "already_snake"),
            ("X", "x"),
            ("ABC", "abc"),
        ] {
            assert_eq!(snake_case(name), snake);
        }
    }
}
