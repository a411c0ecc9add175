//! diesel: versions as text and the time of each; no checksums.

use super::history::{Applied, BadValue, Cells};
use super::tool::Column;

pub(super) const TABLE: &str = "__diesel_schema_migrations";

pub(super) const COLUMNS: [Column; 2] = [Column::plain("version"), Column::time("run_on")];

pub(super) fn row(cells: &mut Cells<'_>) -> Result<Applied, BadValue> {
    let key: String = cells.required()?;
    cells.named(&key);
    Ok(Applied { at: cells.optional()?, key, ..Applied::default() })
}

/// The part before the first `_`, without its `-`.
pub(super) fn key(stem: &str) -> Option<String> {
    let version = stem.split('_').next()?.replace('-', "");
    (!version.is_empty()).then_some(version)
}

#[cfg(test)]
mod tests {
    use super::key;

    #[test]
    fn a_folders_version_is_what_stands_before_the_first_underscore() {
        for (stem, wanted) in [
            ("00000000000000_diesel_initial_setup", Some("00000000000000")),
            ("2024-02-15-080000-0000_add_root", Some("202402150800000000")),
            ("20240131120000_create_users", Some("20240131120000")),
            ("first_version", Some("first")),
            ("alone", Some("alone")),
            ("-_x", None),
            ("_x", None),
        ] {
            assert_eq!(key(stem).as_deref(), wanted, "{stem}");
        }
    }
}
