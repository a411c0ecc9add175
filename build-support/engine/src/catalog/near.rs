//! Names that a person may have meant.

/// At most three names that resemble `name`, the most similar first.
pub(crate) fn near_misses<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted = name.to_lowercase();
    let mut found: Vec<(f64, &str)> = known
        .map(|candidate| (strsim::jaro_winkler(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|&(similarity, _)| similarity > 0.8)
        .collect();
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    found.dedup_by(|a, b| a.1 == b.1);
    found.into_iter().take(3).map(|(_, candidate)| candidate.to_owned()).collect()
}

/// `did you mean A, B or C?`
pub(crate) fn did_you_mean(near: &[String]) -> Option<String> {
    let quoted: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
    let (last, others) = quoted.split_last()?;
    let meant = if others.is_empty() { last.clone() } else { format!("{} or {last}", others.join(", ")) };
    Some(format!("did you mean {meant}?"))
}

#[cfg(test)]
mod tests {
    use super::{did_you_mean, near_misses};

    #[test]
    fn the_most_similar_names_come_first_and_others_not_at_all() {
        let known = ["AddUsers", "AddUser", "DropEverything", "addusermigration"];
        assert_eq!(near_misses("adduser", known.into_iter()), ["AddUser", "AddUsers", "addusermigration"]);
        assert!(near_misses("Billing", known.into_iter()).is_empty());
    }

    #[test]
    fn a_list_of_names_reads_as_a_question() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(did_you_mean(&[]), None);
        assert_eq!(did_you_mean(&names(&["A"])).as_deref(), Some("did you mean `A`?"));
        assert_eq!(did_you_mean(&names(&["A", "B", "C"])).as_deref(), Some("did you mean `A`, `B` or `C`?"));
    }
}
