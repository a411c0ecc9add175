//! The models of the last release on the upgraded database: its programs still run while the new ones are started.

use glim_engine::introspect::Described;
use glim_parse::scan::FoundModel;
use glim_schema::{Column, Dialect, Table};

use super::release::Release;
use crate::report::diagnostic::Diagnostic;

/// What fails for a program of the release when the database is upgraded under it: a warning for each model.
pub(super) fn outlived(release: &Release, upgraded: &Described, dialect: Dialect) -> Vec<Diagnostic> {
    let of_model = |model: &FoundModel| {
        let faults = faults(&model.table, upgraded, dialect);
        if faults.is_empty() {
            return None;
        }
        let (name, revision) = (&model.name, &release.revision);
        let mut warning = Diagnostic::warning(format!(
            "the model `{name}` as it is in {revision} does not fit the upgraded table `{}`",
            model.table.name
        ));
        warning.notes.extend(faults);
        let help = "programs that still run meanwhile fail with it: release the code that does without first, and this \
                    migration after it";
        Some(warning.help(help))
    };
    release.models.iter().filter_map(of_model).collect()
}

fn faults(then: &Table, upgraded: &Described, dialect: Dialect) -> Vec<String> {
    let same = |a: &str, b: &str| match dialect {
        Dialect::Postgres => a == b,
        Dialect::Sqlite | Dialect::Mysql => a.eq_ignore_ascii_case(b),
    };
    let Some((_, now)) = upgraded.schema.tables.iter().find(|(name, _)| same(name, &then.name)) else {
        return vec!["it is gone, or has another name".to_owned()];
    };
    let has = |table: &Table, column: &Column| table.columns.iter().any(|other| same(&other.name, &column.name));
    let gone = then.columns.iter().filter(|column| !has(now, column));
    let gone = gone.map(|column| format!("its column `{}` is gone, or has another name", column.name));
    let is_demanded = |column: &&Column| {
        !column.nullable && column.default.is_none() && column.generated.is_none() && !column.auto_increment
    };
    let demanded = now.columns.iter().filter(|column| !has(then, column)).filter(is_demanded);
    let demanded =
        demanded.map(|column| format!("its column `{}`, which is new, takes no row without a value", column.name));
    gone.chain(demanded).collect()
}

#[cfg(test)]
mod tests {
    use glim_schema::{ColumnType, Default, Schema};

    use super::*;

    fn table(columns: impl IntoIterator<Item = Column>) -> Table {
        columns.into_iter().fold(Table::new("users"), Table::column)
    }

    fn column(name: &str) -> Column {
        Column::new(name, ColumnType::Int32)
    }

    fn of(now: Option<Table>, dialect: Dialect) -> Vec<String> {
        let mut schema = Schema::default();
        schema.tables.extend(now.map(|table| (table.name.clone(), table)));
        faults(&table([column("id"), column("name")]), &Described { schema, others: Vec::new() }, dialect)
    }

    #[test]
    fn what_the_release_does_not_name_may_come_if_it_takes_care_of_itself() {
        let more = [
            column("free").nullable(),
            column("filled").default(Default::number("1")),
            column("computed").stored("id + 1"),
            column("numbered").auto_increment(),
        ];
        let now = table([column("id"), column("name")].into_iter().chain(more));
        assert_eq!(of(Some(now), Dialect::Postgres), [""; 0]);
        let upper = table([column("ID"), column("NAME")]);
        assert_eq!(of(Some(upper.clone()), Dialect::Mysql), [""; 0]);
        assert_eq!(of(Some(upper), Dialect::Postgres).len(), 4);
    }

    #[test]
    fn what_is_gone_or_demanded_is_told() {
        assert_eq!(of(None, Dialect::Sqlite), ["it is gone, or has another name"]);
        assert_eq!(
            of(Some(table([column("id"), column("wanted")])), Dialect::Sqlite),
            [
                "its column `name` is gone, or has another name",
                "its column `wanted`, which is new, takes no row without a value"
            ]
        );
    }
}
