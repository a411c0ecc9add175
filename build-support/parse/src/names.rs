//! Names in Rust and names in SQL.

use proc_macro2::Ident;

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

#[cfg(test)]
mod tests {
    use super::snake_case;

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
