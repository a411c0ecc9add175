//! The word that was probably meant.

/// The candidate that is nearest to `word`, if one is near enough to be meant.
pub(crate) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).clamp(1, 3);
    let by_distance = candidates.into_iter().map(|candidate| (distance(word, candidate), candidate));
    by_distance.filter(|(distance, _)| *distance <= limit).min().map(|(_, candidate)| candidate)
}

/// How many letters must be inserted, removed, replaced, or swapped with their neighbour (optimal string alignment).
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().filter(|c| *c != '_').collect();
    let b: Vec<char> = b.to_lowercase().chars().filter(|c| *c != '_').collect();
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    const KEYS: [&str; 4] = ["primary_key", "auto_increment", "length", "was"];

    #[test]
    fn a_slip_of_the_hand_finds_its_word() {
        for (word, meant) in [
            ("lenght", "length"),
            ("primarykey", "primary_key"),
            ("primaryKey", "primary_key"),
            ("autoincrement", "auto_increment"),
            ("wsa", "was"),
        ] {
            assert_eq!(nearest(word, KEYS), Some(meant), "{word}");
        }
    }

    #[test]
    fn another_word_finds_nothing() {
        for word in ["table", "", "x", "nullable"] {
            assert_eq!(nearest(word, KEYS), None, "{word}");
        }
    }
}
