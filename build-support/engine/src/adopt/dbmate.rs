//! dbmate: versions as text, and nothing else. Other tools call their tables by the same name.

use super::history::{Applied, BadValue, Cells};
use super::tool::Column;

pub(super) const TABLE: &str = "schema_migrations";

pub(super) const COLUMNS: [Column; 1] = [Column::plain("version")];

pub(super) fn row(cells: &mut Cells<'_>) -> Result<Applied, BadValue> {
    Ok(Applied { key: cells.required()?, ..Applied::default() })
}

/// The digits that a file's name begins with.
pub(super) fn key(stem: &str) -> Option<String> {
    let digits = stem.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| stem[..digits].to_owned())
}

/// Which tool a table of this name belongs to when it has columns that dbmate's has not.
pub(super) fn other_owner(columns: &[String]) -> Option<&'static str> {
    let has = |name: &str| columns.iter().any(|column| column.eq_ignore_ascii_case(name));
    if has("dirty") {
        Some("golang-migrate")
    } else if has("inserted_at") {
        Some("Ecto")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn a_files_version_is_its_leading_digits_as_they_stand() {
        for (stem, wanted) in [
            ("20240131120000_create_users", Some("20240131120000")),
            ("001-x", Some("001")),
            ("7", Some("7")),
            ("x1", None),
        ] {
            assert_eq!(key(stem).as_deref(), wanted, "{stem}");
        }
    }
}
