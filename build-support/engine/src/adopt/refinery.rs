//! refinery: versions with names, a time as text, and a checksum over name, version and text.

use std::hash::{Hash as _, Hasher as _};

use refinery_core::parse_migration_name;
use siphasher::sip::SipHasher13;

use super::history::{Applied, BadValue, Cells, Checksum};
use super::tool::Column;

pub(super) const TABLE: &str = "refinery_schema_history";

pub(super) const COLUMNS: [Column; 4] =
    [Column::plain("version"), Column::plain("name"), Column::plain("applied_on"), Column::plain("checksum")];

pub(super) fn row(cells: &mut Cells<'_>) -> Result<Applied, BadValue> {
    let key = cells.required::<i64>()?.to_string();
    cells.named(&key);
    Ok(Applied {
        key,
        name: cells.optional()?,
        at: cells.optional()?,
        checksum: Some(Checksum::SipHash(cells.number()?)),
        ..Applied::default()
    })
}

/// The version in `V2__create_users`.
pub(super) fn key(stem: &str) -> Option<String> {
    parse_migration_name(stem).ok().map(|(_, version, _)| version.to_string())
}

/// The name in `V2__create_users`.
pub(super) fn name(stem: &str) -> Option<String> {
    parse_migration_name(stem).ok().map(|(_, _, name)| name)
}

/// The checksums that refinery gives a file. It hashes the version as the type that it was built with: 32 bits, or 64
/// with `int8-versions`, as the refinery within us is.
pub(super) fn checksums(stem: &str, text: &str) -> Vec<u64> {
    let Ok((_, version, name)) = parse_migration_name(stem) else { return Vec::new() };
    let checksum = |write_version: &dyn Fn(&mut SipHasher13)| {
        let mut hasher = SipHasher13::new();
        name.hash(&mut hasher);
        write_version(&mut hasher);
        text.hash(&mut hasher);
        hasher.finish()
    };
    let narrow = i32::try_from(version).ok().map(|version| checksum(&|hasher| version.hash(hasher)));
    narrow.into_iter().chain([checksum(&|hasher| version.hash(hasher))]).collect()
}

#[cfg(test)]
mod tests {
    use refinery_core::Migration;

    use super::{checksums, key, name};

    #[test]
    fn names_are_read_as_refinery_reads_them() {
        let cases = [
            ("V1__initial", Some(("1", "initial"))),
            ("V0010__add_users", Some(("10", "add_users"))),
            ("U7__undo", Some(("7", "undo"))),
            ("V20240131120000__größe", Some(("20240131120000", "größe"))),
            ("V1__add-users", Some(("1", "add"))),
            ("V1.5__half", None),
            ("V1_initial", None),
            ("v1__initial", None),
            ("1__initial", None),
        ];
        for (stem, wanted) in cases {
            let found = key(stem).zip(name(stem));
            assert_eq!(found, wanted.map(|(key, name)| (key.to_owned(), name.to_owned())), "{stem}");
        }
    }

    #[test]
    fn the_checksum_of_wide_versions_is_what_refinery_computes() {
        for (stem, text) in [("V1__initial", "CREATE TABLE a (b int);\n"), ("V20240131120000__ä", "")] {
            let refinery = Migration::unapplied(stem, text).expect("a valid name").checksum();
            assert_eq!(checksums(stem, text).last(), Some(&refinery), "{stem}");
        }
    }

    #[test]
    fn a_version_beyond_32_bits_has_one_checksum() {
        assert_eq!(checksums("V2147483647__a", "x").len(), 2);
        assert_eq!(checksums("V2147483648__a", "x").len(), 1);
        assert_eq!(checksums("nothing", "x"), [] as [u64; 0]);
    }
}
