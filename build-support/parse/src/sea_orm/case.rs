//! Styles of names, as SeaORM's `rename_all` calls them.

/// A style of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Camel,
    Kebab,
    Mixed,
    Shouty,
    Snake,
    Title,
    Upper,
    Lower,
    ShoutyKebab,
    Pascal,
}

impl Case {
    /// The style of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "camel_case" | "PascalCase" => Self::Pascal,
            "camelCase" => Self::Camel,
            "snake_case" | "snek_case" => Self::Snake,
            "kebab_case" | "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ShoutyKebab,
            "shouty_snake_case" | "shouty_snek_case" | "SCREAMING_SNAKE_CASE" => Self::Shouty,
            "title_case" => Self::Title,
            "mixed_case" => Self::Mixed,
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            _ => return None,
        })
    }

    /// The name in this style. SeaORM applies the style to names that it has already written without underscores, as
    /// variants of an enum.
    pub(super) fn of(self, name: &str) -> String {
        let words = words(name);
        let capital = |word: &String| {
            let mut letters = word.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
        };
        let pascal = || words.iter().map(capital).collect::<String>();
        match self {
            Self::Pascal => pascal(),
            Self::Camel | Self::Mixed => {
                let rest = words.iter().skip(1).map(capital);
                words.iter().take(1).cloned().chain(rest).collect()
            }
            Self::Snake => words.join("_"),
            Self::Shouty => words.join("_").to_uppercase(),
            Self::Kebab => words.join("-"),
            Self::ShoutyKebab => words.join("-").to_uppercase(),
            Self::Title => words.iter().map(capital).collect::<Vec<_>>().join(" "),
            Self::Upper => name.to_uppercase(),
            Self::Lower => name.to_lowercase(),
        }
    }
}

/// The words of a name, in small letters. A word begins after what is no letter or digit, with a capital after a small
/// letter, and with the last of several capitals where a small letter follows; digits belong to the word before them.
fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in name.split(|letter: char| !letter.is_alphanumeric()) {
        let mut word = String::new();
        let mut after_capital = None;
        let mut letters = part.chars().peekable();
        while let Some(letter) = letters.next() {
            let begins = letter.is_uppercase()
                && match after_capital {
                    None => false,
                    Some(false) => true,
                    Some(true) => letters.peek().is_some_and(|next| next.is_lowercase()),
                };
            if begins {
                words.push(std::mem::take(&mut word));
            }
            if letter.is_alphabetic() {
                after_capital = Some(letter.is_uppercase());
            }
            word.extend(letter.to_lowercase());
        }
        words.push(word);
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::Case;

    #[test]
    fn names_change_their_style() {
        let shown = |name: &str| {
            let styles = ["camelCase", "PascalCase", "snake_case", "kebab-case", "SCREAMING_SNAKE_CASE", "title_case"];
            styles.map(|style| Case::named(style).expect("a style").of(name)).join(" ")
        };
        assert_eq!(shown("UserId"), "userId UserId user_id user-id USER_ID User Id");
        assert_eq!(shown("r2d2_pool"), "r2d2Pool R2d2Pool r2d2_pool r2d2-pool R2D2_POOL R2d2 Pool");
        assert_eq!(shown("HTTPPort"), "httpPort HttpPort http_port http-port HTTP_PORT Http Port");
        assert_eq!(Case::named("UPPERCASE").expect("a style").of("UserId"), "USERID");
        assert_eq!(Case::named("lowercase").expect("a style").of("UserId"), "userid");
        assert_eq!(Case::named("SCREAMING-KEBAB-CASE").expect("a style").of("UserId"), "USER-ID");
        assert_eq!(Case::named("Snake"), None);
    }
}
