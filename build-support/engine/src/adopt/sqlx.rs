//! sqlx: versions, whether each was finished, and the SHA-384 of its file.

use sha2::{Digest as _, Sha384};

use super::history::{Applied, BadValue, Cells, Checksum};
use super::tool::Column;

pub(super) const TABLE: &str = "_sqlx_migrations";

pub(super) const COLUMNS: [Column; 6] = [
    Column::plain("version"),
    Column::plain("description"),
    Column::time("installed_on"),
    Column::plain("success"),
    Column::plain("checksum"),
    Column::plain("execution_time"),
];

pub(super) fn row(cells: &mut Cells<'_>) -> Result<Applied, BadValue> {
    let key = cells.required::<i64>()?.to_string();
    cells.named(&key);
    Ok(Applied {
        key,
        name: cells.optional()?,
        at: cells.optional()?,
        is_dirty: !cells.required::<bool>()?,
        checksum: Some(Checksum::Sha384(cells.required()?)),
        // Nanoseconds; -1 until the migration is finished.
        duration_ms: cells.optional::<i64>()?.filter(|&time| time >= 0).map(|time| time / 1_000_000),
    })
}

/// The whole number before the first `_`.
pub(super) fn key(stem: &str) -> Option<String> {
    let (version, _) = stem.split_once('_')?;
    version.parse().ok().map(|version: i64| version.to_string())
}

/// The checksum that sqlx gives a file of this text.
pub(super) fn checksum(text: &str) -> Vec<u8> {
    Sha384::digest(text.as_bytes()).to_vec()
}

#[cfg(test)]
mod tests {
    use super::{checksum, key};

    #[test]
    fn a_files_version_is_the_number_before_the_first_underscore() {
        for (stem, wanted) in [
            ("20240131120000_create_users", Some("20240131120000")),
            ("0007_x", Some("7")),
            ("1_2_3", Some("1")),
            ("V1__x", None),
            ("1", None),
            ("2024-01-31_x", None),
            ("99999999999999999999_x", None),
        ] {
            assert_eq!(key(stem).as_deref(), wanted, "{stem}");
        }
    }

    #[test]
    fn the_checksum_is_sha_384() {
        assert_eq!(checksum("abc")[..8], [0xcb, 0x00, 0x75, 0x3f, 0x45, 0xa3, 0x5e, 0x8b]);
        assert_eq!(checksum("").len(), 48);
    }
}
