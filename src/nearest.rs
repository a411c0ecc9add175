//! Near misses: which known names a user may have meant by an unknown one.

/// The known name that is most like `word`, if any is like enough to be worth a hint.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_first(word, known).into_iter().next()
}

/// The known names that are like `word`, the most alike first, at most three.
pub(crate) fn nearest_first<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let lower = word.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&lower, &name.to_lowercase()), name))
        // Below this, hints mislead more than they help: `port` and `sport` pass, `user` and `url` do not.
        .filter(|(score, _)| *score >= 0.8)
        .collect();
    scored.sort_by(|(a, x), (b, y)| b.total_cmp(a).then(x.cmp(y)));
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::{nearest, nearest_first};

    #[test]
    fn a_slip_of_the_finger_finds_the_name() {
        assert_eq!(nearest("pasword", ["path", "password", "port"]), Some("password"));
        assert_eq!(nearest("Prodution", ["default", "production"]), Some("production"));
    }

    #[test]
    fn an_unlike_word_finds_nothing() {
        assert_eq!(nearest("zebra", ["path", "password", "port"]), None);
    }

    #[test]
    fn the_most_alike_comes_first_and_three_at_most() {
        let known = ["AddUser", "AddUsers", "AddUserName", "AddUsersTable", "DropUser"];
        assert_eq!(nearest_first("AddUserNam", known), ["AddUserName", "AddUser", "AddUsers"]);
    }
}
