//! Near misses: which known names a person may have meant by an unknown one.

/// The known name that is most like `word`, if any is like enough to be worth a hint.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_first(word, known).into_iter().next()
}

/// The known names that are like `word`, the most alike first, at most three.
pub fn nearest_first<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let lower = word.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&lower, &name.to_lowercase()), name))
        // Below this, hints mislead more than they help: `port` and `sport` pass, `user` and `url` do not.
        .filter(|(score, _)| *score >= 0.8)
        .collect();
    scored.sort_by(|(a, x), (b, y)| b.total_cmp(a).then(x.cmp(y)));
    scored.dedup_by(|(_, a), (_, b)| a == b);
    scored.into_iter().take(3).map(|(_, name)| name).collect()
}

/// `did you mean A, B or C?`
pub fn did_you_mean<S: AsRef<str>>(near: &[S]) -> Option<String> {
    let quoted: Vec<_> = near.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    let (last, others) = quoted.split_last()?;
    let meant = if others.is_empty() { last.clone() } else { format!("{} or {last}", others.join(", ")) };
    Some(format!("did you mean {meant}?"))
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, nearest, nearest_first};

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

    #[test]
    fn case_does_not_count_and_a_name_comes_once() {
        let known = ["AddUsers", "AddUser", "DropEverything", "addusermigration", "AddUser"];
        assert_eq!(nearest_first("adduser", known), ["AddUser", "AddUsers", "addusermigration"]);
        assert!(nearest_first("Billing", known).is_empty());
    }

    #[test]
    fn a_list_of_names_reads_as_a_question() {
        assert_eq!(did_you_mean::<&str>(&[]), None);
        assert_eq!(did_you_mean(&["A"]).as_deref(), Some("did you mean `A`?"));
        assert_eq!(did_you_mean(&["A", "B", "C"]).as_deref(), Some("did you mean `A`, `B` or `C`?"));
    }
}
