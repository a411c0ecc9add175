//! Changes in words for people, one line for each.

use glim_schema::{Alteration, Change};

/// What a change does.
pub(super) fn change(change: &Change) -> Vec<String> {
    match change {
        Change::CreateTable(table) => vec![format!("create table `{}`", table.name)],
        Change::DropTable { table } => vec![format!("drop table `{table}`")],
        Change::AlterTable(alter) => alter.alterations.iter().map(|each| alteration(&alter.table, each)).collect(),
        Change::CreateIndex { table, index } => {
            vec![format!("create index `{}` on `{table}`", index.name_in(table))]
        }
        Change::DropIndex { table, name } => vec![format!("drop index `{name}` of `{table}`")],
        Change::CreateEnum(ty) => vec![format!("create enum `{}`", ty.name)],
        Change::AlterEnum(alter) => vec![format!("give enum `{}` other values", alter.name)],
        Change::DropEnum { name } => vec![format!("drop enum `{name}`")],
    }
}

fn alteration(table: &str, alteration: &Alteration) -> String {
    match alteration {
        Alteration::AddColumn(column) => format!("add column `{table}`.`{}`", column.name),
        Alteration::DropColumn(name) => format!("drop column `{table}`.`{name}`"),
        Alteration::RenameColumn { from, to } => format!("rename column `{table}`.`{from}` to `{to}`"),
        Alteration::ChangeColumn(column) | Alteration::AlterColumn { to: column, .. } => {
            format!("alter column `{table}`.`{}`", column.name)
        }
        Alteration::RenameTo(name) => format!("rename table `{table}` to `{name}`"),
        Alteration::AddUnique(unique) => format!("add unique constraint `{}` to `{table}`", unique.name_in(table)),
        Alteration::AddForeignKey(key) => format!("add foreign key `{}` to `{table}`", key.name_in(table)),
        Alteration::AddCheck(check) => format!("add check `{}` to `{table}`", check.name_in(table)),
        Alteration::DropConstraint(name) => format!("drop constraint `{name}` of `{table}`"),
        Alteration::DropForeignKey { name, .. } => format!("drop foreign key `{name}` of `{table}`"),
        Alteration::AddPrimaryKey(columns) => format!("add primary key ({}) to `{table}`", columns.join(", ")),
        Alteration::DropPrimaryKey => format!("drop primary key of `{table}`"),
        Alteration::RenameIndex { from, to } => format!("rename index `{from}` of `{table}` to `{to}`"),
        Alteration::SetComment(_) => format!("change the comment of `{table}`"),
    }
}
