//! What a table or a schema is after a change, worked out without a database.

use crate::form::Named as _;
use crate::sql::Problem;
use crate::{AlterTable, Alteration, Change, Index, Indexed, Schema, Table};

impl Table {
    /// This table after those alterations: what a database without them has to build anew.
    ///
    /// Constraints and indexes keep the names that they have, as they do in a database, when what their names were made
    /// from is renamed. SQL in checks, indexes and computed columns stays as it is.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for an alteration of what is not there, or one that adds what is there already.
    pub fn after(&self, alter: &AlterTable) -> Result<Self, Problem> {
        let mut table = self.clone();
        if table.name != alter.table {
            return Err(Problem::table(
                &alter.table,
                format!("these are alterations of another table than `{}`", self.name),
            ));
        }
        for alteration in &alter.alterations {
            table.alter(alteration)?;
        }
        Ok(table)
    }

    pub(crate) fn alter(&mut self, alteration: &Alteration) -> Result<(), Problem> {
        match alteration {
            Alteration::AddColumn(column) if self.find_column(&column.name).is_some() => {
                return Err(Problem::column(&self.name, &column.name, "it is there already"));
            }
            Alteration::AddColumn(column) => self.columns.push(column.clone()),
            Alteration::DropColumn(name) => {
                self.place_of(name)?;
                if let Some(user) = self.user_of(name) {
                    return Err(Problem::column(&self.name, name, format!("{user} needs it")));
                }
                self.columns.retain(|column| column.name != *name);
            }
            Alteration::RenameColumn { from, to } => self.rename_column(from, to)?,
            Alteration::ChangeColumn(column) | Alteration::AlterColumn { to: column, .. } => {
                let place = self.place_of(&column.name)?;
                self.columns[place] = column.clone();
            }
            Alteration::RenameTo(name) => {
                self.pin_names();
                for key in self.foreign_keys.iter_mut().filter(|key| key.references == self.name) {
                    key.references.clone_from(name);
                }
                self.name.clone_from(name);
            }
            Alteration::AddUnique(unique) => self.uniques.push(unique.clone()),
            Alteration::AddForeignKey(key) => self.foreign_keys.push(key.clone()),
            Alteration::AddCheck(check) => self.checks.push(check.clone()),
            Alteration::DropConstraint(name) => self.drop_constraint(name)?,
            Alteration::DropForeignKey { name, .. } => {
                let place = self.foreign_keys.iter().position(|key| key.name_in(&self.name) == *name);
                self.foreign_keys.remove(place.ok_or_else(|| self.missing("foreign key", name))?);
            }
            Alteration::AddPrimaryKey(_) if !self.primary_key.is_empty() => {
                return Err(Problem::table(&self.name, "it has a primary key already"));
            }
            Alteration::AddPrimaryKey(columns) => {
                for name in columns {
                    self.place_of(name)?;
                }
                self.primary_key.clone_from(columns);
            }
            Alteration::DropPrimaryKey if self.primary_key.is_empty() => {
                return Err(Problem::table(&self.name, "it has no primary key"));
            }
            Alteration::DropPrimaryKey => self.primary_key.clear(),
            Alteration::RenameIndex { from, to } => self.rename_index(from, to)?,
            Alteration::SetComment(comment) => self.comment.clone_from(comment),
        }
        Ok(())
    }

    fn place_of(&self, column: &str) -> Result<usize, Problem> {
        let place = self.columns.iter().position(|each| each.name == column);
        place.ok_or_else(|| Problem::column(&self.name, column, "there is no such column"))
    }

    /// What would be left with a column that is not there.
    fn user_of(&self, column: &str) -> Option<String> {
        let has = |columns: &[String]| columns.iter().any(|each| each == column);
        if has(&self.primary_key) {
            return Some("the primary key".to_owned());
        }
        let unique = self.uniques.iter().find(|unique| has(&unique.columns)).map(|unique| unique.name_in(&self.name));
        let key = || self.foreign_keys.iter().find(|key| has(&key.columns)).map(|key| key.name_in(&self.name));
        let index = || {
            let uses = |index: &&Index| index.columns().any(|each| each == column) || has(&index.include);
            self.indexes.iter().find(uses).map(|index| index.name_in(&self.name))
        };
        unique.or_else(key).or_else(index).map(|name| format!("`{name}`"))
    }

    fn rename_column(&mut self, from: &str, to: &str) -> Result<(), Problem> {
        let place = self.place_of(from)?;
        if self.find_column(to).is_some() {
            return Err(Problem::column(&self.name, to, "it is there already"));
        }
        self.pin_names();
        to.clone_into(&mut self.columns[place].name);
        let own = self.name.clone();
        self.each_column_name(&mut |table, name| {
            if table == own && name == from {
                to.clone_into(name);
            }
        });
        Ok(())
    }

    /// Calls with each name of a column outside of the columns themselves, and the table that has the column.
    pub(crate) fn each_column_name(&mut self, visit: &mut dyn FnMut(&str, &mut String)) {
        let own = self.name.clone();
        let uniques = self.uniques.iter_mut().flat_map(|unique| &mut unique.columns);
        self.primary_key.iter_mut().chain(uniques).for_each(|name| visit(&own, name));
        for index in &mut self.indexes {
            for part in &mut index.parts {
                if let Indexed::Column(name) = &mut part.of {
                    visit(&own, name);
                }
            }
            index.include.iter_mut().for_each(|name| visit(&own, name));
        }
        for key in &mut self.foreign_keys {
            key.columns.iter_mut().for_each(|name| visit(&own, name));
            key.referenced_columns.iter_mut().for_each(|name| visit(&key.references, name));
        }
    }

    /// Writes down the names that are made from other names, since those are about to change.
    pub(crate) fn pin_names(&mut self) {
        let Self { name: table, uniques, indexes, foreign_keys, checks, .. } = self;
        macro_rules! pin {
            ($($list:ident)*) => {$(
                for each in $list.iter_mut() {
                    each.name = Some(each.name_in(table));
                }
            )*};
        }
        pin! { uniques indexes foreign_keys checks }
    }

    fn drop_constraint(&mut self, name: &str) -> Result<(), Problem> {
        let table = &self.name;
        if let Some(place) = self.uniques.iter().position(|each| each.name_in(table) == name) {
            self.uniques.remove(place);
        } else if let Some(place) = self.foreign_keys.iter().position(|each| each.name_in(table) == name) {
            self.foreign_keys.remove(place);
        } else if let Some(place) = self.checks.iter().position(|each| each.name_in(table) == name) {
            self.checks.remove(place);
        } else {
            return Err(self.missing("constraint", name));
        }
        Ok(())
    }

    fn rename_index(&mut self, from: &str, to: &str) -> Result<(), Problem> {
        let table = self.name.clone();
        let unique = self.uniques.iter_mut().find(|each| each.name_in(&table) == from).map(|each| &mut each.name);
        let index = self.indexes.iter_mut().find(|each| each.name_in(&table) == from).map(|each| &mut each.name);
        match unique.or(index) {
            Some(name) => *name = Some(to.to_owned()),
            None => return Err(self.missing("index", from)),
        }
        Ok(())
    }

    fn missing(&self, kind: &str, name: &str) -> Problem {
        Problem::table(&self.name, format!("it has no {kind} `{name}`"))
    }

    /// The same table in one form: names that are as we would make them are left out, and what has no order is sorted.
    #[must_use]
    pub fn normal(mut self) -> Self {
        let Self { name: table, columns, uniques, indexes, foreign_keys, checks, .. } = &mut self;
        macro_rules! leave_out_made_names {
            ($($list:ident)*) => {$(
                for each in $list.iter_mut() {
                    let given = each.name.take();
                    *each = each.nameless();
                    each.name = given.filter(|name| *name != each.name_in(table));
                }
                $list.sort_by_cached_key(|each| each.name_in(table));
            )*};
        }
        leave_out_made_names! { uniques indexes foreign_keys checks }
        columns.sort_by(|a, b| a.name.cmp(&b.name));
        self
    }
}

impl Schema {
    /// This schema after that change.
    ///
    /// # Errors
    /// [`Problem::Invalid`] for a change of what is not there, or one that adds what is there already.
    pub fn after(&self, change: &Change) -> Result<Self, Problem> {
        let mut schema = self.clone();
        schema.apply(change)?;
        Ok(schema)
    }

    pub(crate) fn apply(&mut self, change: &Change) -> Result<(), Problem> {
        match change {
            Change::CreateTable(table) => self.add(table.clone())?,
            Change::DropTable { table } => {
                let refers = self.tables.values().find(|other| {
                    other.name != *table && other.foreign_keys.iter().any(|key| key.references == *table)
                });
                if let Some(other) = refers {
                    return Err(Problem::table(table, format!("the table `{}` refers to it", other.name)));
                }
                self.tables.remove(table).ok_or_else(|| no_table(table))?;
            }
            Change::AlterTable(alter) => self.alter_table(alter)?,
            Change::CreateIndex { table, index } => self.table_mut(table)?.indexes.push(index.clone()),
            Change::DropIndex { table, name } => {
                let of = self.table_mut(table)?;
                let place = of.indexes.iter().position(|index| index.name_in(&of.name) == *name);
                of.indexes.remove(place.ok_or_else(|| of.missing("index", name))?);
            }
            Change::CreateEnum(ty) => {
                if self.enums.insert(ty.name.clone(), ty.clone()).is_some() {
                    return Err(no_enum(&ty.name, "it is there already"));
                }
            }
            Change::AlterEnum(alter) => {
                let ty =
                    self.enums.get_mut(&alter.name).ok_or_else(|| no_enum(&alter.name, "there is no such enum"))?;
                ty.values.clone_from(&alter.to);
                let columns = self.tables.values_mut().flat_map(|table| &mut table.columns);
                let types = columns.filter_map(|column| column.ty.enum_type_mut());
                types.filter(|ty| ty.name == alter.name).for_each(|ty| ty.values.clone_from(&alter.to));
                for each in &alter.columns {
                    let table = self.table_mut(&each.table)?;
                    let place = table.place_of(&each.column.name)?;
                    table.columns[place] = each.column.clone();
                }
            }
            Change::DropEnum { name } => {
                if let Some((table, column)) = self.columns_of(name).next() {
                    return Err(no_enum(name, &format!("the column `{}`.`{}` has it", table.name, column.name)));
                }
                self.enums.remove(name).ok_or_else(|| no_enum(name, "there is no such enum"))?;
            }
        }
        Ok(())
    }

    fn alter_table(&mut self, alter: &AlterTable) -> Result<(), Problem> {
        let mut table = self.table(&alter.table).ok_or_else(|| no_table(&alter.table))?.clone();
        self.tables.remove(&alter.table);
        for alteration in &alter.alterations {
            let before = table.name.clone();
            table.alter(alteration)?;
            // What other tables say of it follows.
            let keys = self.tables.values_mut().flat_map(|other| &mut other.foreign_keys);
            let keys = keys.filter(|key| key.references == before);
            match alteration {
                Alteration::RenameTo(name) => keys.for_each(|key| key.references.clone_from(name)),
                Alteration::RenameColumn { from, to } => {
                    let columns = keys.flat_map(|key| &mut key.referenced_columns);
                    columns.filter(|name| *name == from).for_each(|name| name.clone_from(to));
                }
                _ => {}
            }
        }
        self.add(table)
    }

    fn table_mut(&mut self, name: &str) -> Result<&mut Table, Problem> {
        self.tables.get_mut(name).ok_or_else(|| no_table(name))
    }

    /// The same schema in one form: that of [`Table::normal`].
    #[must_use]
    pub fn normal(self) -> Self {
        let tables = self.tables.into_iter().map(|(name, table)| (name, table.normal())).collect();
        Self { tables, enums: self.enums }
    }
}

fn no_table(name: &str) -> Problem {
    Problem::table(name, "there is no such table")
}

fn no_enum(name: &str, reason: &str) -> Problem {
    Problem::Invalid { object: format!("enum `{name}`"), reason: reason.to_owned() }
}
