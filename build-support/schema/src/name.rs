//! Names that we make, for constraints and indexes that were given none.

/// `<table>_<columns>_<suffix>`. What is longer than the strictest database allows, 63 bytes, is cut and gets a hash of
/// the whole, so that the name is one and the same on every database and the cut never makes two names alike.
pub(crate) fn generated_name<N: AsRef<str>>(table: &str, columns: &[N], suffix: &str) -> String {
    const LIMIT: usize = 63;
    let stem = format!("{table}_{}", columns.iter().map(AsRef::as_ref).collect::<Vec<_>>().join("_"));
    if stem.len() + 1 + suffix.len() <= LIMIT {
        return format!("{stem}_{suffix}");
    }
    let tail = format!("_{}_{suffix}", hash(std::iter::once(table).chain(columns.iter().map(AsRef::as_ref))));
    format!("{}{tail}", cut(&stem, LIMIT - tail.len()))
}

/// Eight digits for those texts. FNV-1a, since names outlive the standard library's hasher; the separator keeps `a_b`, `c`
/// from `a`, `b_c`.
pub(crate) fn hash<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let bytes = parts.into_iter().flat_map(|part| part.bytes().chain([0]));
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{:08x}", hash >> 32)
}

/// The longest beginning of a text that is no longer than so many bytes and ends between characters, which is how
/// PostgreSQL cuts names.
pub(crate) fn cut(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

pub(crate) fn names<N: Into<String>>(columns: impl IntoIterator<Item = N>) -> Vec<String> {
    columns.into_iter().map(Into::into).collect()
}

#[cfg(test)]
mod tests {
    use super::cut;
    use crate::Index;

    #[test]
    fn long_generated_names_are_cut_alike_everywhere_and_stay_apart() {
        assert_eq!(Index::new(["a", "b"]).name_in("t"), "t_a_b_idx");
        let column = "é".repeat(40);
        let name = Index::new([column.clone()]).name_in("t");
        assert!(name.len() <= 63 && name.ends_with("_idx"), "{name}");
        assert_eq!(Index::new([column.clone()]).name_in("t"), name);
        assert_ne!(Index::new([format!("{column}x")]).name_in("t"), name);
        assert_eq!(Index::new([column.clone()]).name(column.clone()).name_in("t"), column);
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!((cut("aé", 2), cut("aé", 3), cut("aé", 9), cut("é", 0)), ("a", "aé", "aé", ""));
    }
}
