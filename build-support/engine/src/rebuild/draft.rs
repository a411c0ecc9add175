//! The new CREATE TABLE, alteration by alteration, and what becomes of columns on the way.

use std::ops::Range;

use glim_schema::{Alteration, Check, Column, ForeignKey, Unique};

use super::constraint::{Constraint, Kind};
use super::definition::{ColumnText, Definition};
use super::splice::Splices;
use super::tokens::{quoted, same};
use super::{Refusal, dropped, rendered, retyped};

/// A definition that is being edited.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// The table's name.
    pub(super) table: String,
    /// The CREATE TABLE as it stands.
    pub(super) text: String,
    /// The columns that were there and go.
    pub(super) dropped: Vec<String>,
    /// The columns that come, and whether a row needs a value for them that nothing gives.
    pub(super) added: Vec<(String, bool)>,
    /// The columns whose type, collation or expression changes.
    pub(super) retyped: Vec<String>,
}

impl Draft {
    pub(super) fn new(table: &str, text: &str) -> Self {
        let (table, text) = (table.to_owned(), text.to_owned());
        Self { table, text, dropped: Vec::new(), added: Vec::new(), retyped: Vec::new() }
    }

    /// Makes one alteration.
    pub(super) fn alter(&mut self, alteration: &Alteration) -> Result<(), Refusal> {
        match alteration {
            Alteration::AddColumn(column) => self.add_column(column),
            Alteration::DropColumn(name) => dropped::drop_column(self, name),
            Alteration::ChangeColumn(column) => retyped::change(self, None, column),
            Alteration::AlterColumn { from, to } => retyped::change(self, Some(from), to),
            Alteration::AddUnique(unique) => self.add_constraint(
                &unique.columns,
                Some(&unique.name_in(&self.table)),
                &rendered::unique(&self.table, unique)?,
            ),
            Alteration::AddForeignKey(key) => self.add_constraint(
                &key.columns,
                Some(&key.name_in(&self.table)),
                &rendered::foreign_key(&self.table, key)?,
            ),
            Alteration::AddCheck(check) => {
                self.add_constraint(&[], Some(&check.name_in(&self.table)), &rendered::check(&self.table, check)?)
            }
            Alteration::AddPrimaryKey(columns) => {
                if self.read(|definition| Ok(definition.primary_key().is_some()))? {
                    return Err(Refusal::new("it has a primary key already"));
                }
                self.add_constraint(columns, None, &rendered::primary_key(&self.table, columns)?)
            }
            Alteration::DropPrimaryKey => self.drop_primary_key(),
            Alteration::DropConstraint(name) | Alteration::DropForeignKey { name, .. } => self.drop_constraint(name),
            Alteration::RenameIndex { from, to } => self.rename_constraint(from, to),
            // SQLite keeps no comments.
            Alteration::SetComment(_) => Ok(()),
            Alteration::RenameColumn { .. } | Alteration::RenameTo(_) => {
                Err(Refusal::new("a new name is no matter of a rebuild"))
            }
        }
    }

    /// Looks at the parts.
    pub(super) fn read<T>(&self, look: impl FnOnce(&Definition<'_>) -> Result<T, Refusal>) -> Result<T, Refusal> {
        look(&Definition::parse(&self.text)?)
    }

    /// Edits the text.
    pub(super) fn edit(
        &mut self,
        edit: impl FnOnce(&Definition<'_>, &mut Splices) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let mut splices = Splices::default();
        edit(&Definition::parse(&self.text)?, &mut splices)?;
        self.text = splices.apply(&self.text);
        Ok(())
    }

    fn add_column(&mut self, column: &Column) -> Result<(), Refusal> {
        let table = self.table.clone();
        if column.auto_increment {
            let reason = format!("the column `{}` numbers the rows, and cannot be added later", column.name);
            return Err(Refusal::new(reason));
        }
        self.edit(|definition, splices| {
            if definition.column(&column.name).is_some() {
                return Err(Refusal::new(format!("it has a column `{}` already", column.name)));
            }
            let text = rendered::column(&table, column, definition.strict)?.text;
            splices.add_part(definition, &text, true);
            Ok(())
        })?;
        let needed = !column.nullable && column.default.is_none() && column.generated.is_none();
        self.added.push((column.name.clone(), needed));
        Ok(())
    }

    fn add_constraint(&mut self, columns: &[String], name: Option<&str>, text: &str) -> Result<(), Refusal> {
        self.edit(|definition, splices| {
            for column in columns {
                definition.demand_column(column)?;
            }
            if let Some(name) = name
                && all(definition).any(|(_, each)| each.is_named(name))
            {
                return Err(Refusal::new(format!("it has a constraint `{name}` already")));
            }
            splices.add_part(definition, text, false);
            Ok(())
        })
    }

    fn drop_primary_key(&mut self) -> Result<(), Refusal> {
        self.edit(|definition, splices| {
            if definition.without_rowid {
                return Err(Refusal::new("it is WITHOUT ROWID, and so cannot be without a primary key"));
            }
            match definition.primary_key() {
                Some((_, Some(_), key)) => splices.cut_constraint(definition, key),
                Some((_, None, key)) => splices.cut_part(definition, &key.tokens),
                None => return Err(Refusal::new("it has no primary key")),
            }
            Ok(())
        })
    }

    fn drop_constraint(&mut self, name: &str) -> Result<(), Refusal> {
        let table = self.table.clone();
        self.edit(|definition, splices| {
            let named = all(definition).find(|(_, each)| each.is_named(name) && each.kind != Kind::Nothing);
            // One without a name goes by the name that we would have given it.
            let found = named.or_else(|| {
                all(definition).find(|(column, each)| {
                    each.name.is_none() && generated(definition, &table, *column, each).as_deref() == Some(name)
                })
            });
            let Some((column, constraint)) = found else {
                return Err(Refusal::new(format!("it has no constraint `{name}`")));
            };
            cut(definition, splices, column, constraint);
            Ok(())
        })
    }

    fn rename_constraint(&mut self, from: &str, to: &str) -> Result<(), Refusal> {
        let table = self.table.clone();
        self.edit(|definition, splices| {
            let taken = all(definition).any(|(_, each)| each.is_named(to));
            if taken {
                return Err(Refusal::new(format!("it has a constraint `{to}` already")));
            }
            if let Some((_, each)) = all(definition).find(|(_, each)| each.is_named(from)) {
                let place = each.tokens.start + 1;
                splices.replace(definition.bytes(&(place..place + 1)), quoted(to));
                return Ok(());
            }
            let nameless = |(column, each): &(Option<&ColumnText>, &Constraint)| {
                generated(definition, &table, *column, each).as_deref() == Some(from)
            };
            match all(definition).filter(|(_, each)| each.name.is_none()).find(nameless) {
                Some((_, each)) => {
                    splices.insert(definition.bytes(&each.tokens).start, format!("CONSTRAINT {} ", quoted(to)));
                    Ok(())
                }
                None => Err(Refusal::new(format!("it has no index or constraint `{from}`"))),
            }
        })
    }
}

/// All constraints, those of a column with it.
pub(super) fn all<'d>(
    definition: &'d Definition<'_>,
) -> impl Iterator<Item = (Option<&'d ColumnText>, &'d Constraint)> {
    let of_columns =
        definition.columns.iter().flat_map(|column| column.constraints.iter().map(move |each| (Some(column), each)));
    of_columns.chain(definition.constraints.iter().map(|each| (None, each)))
}

/// Cuts out a constraint; with a column's foreign key goes when it is checked.
pub(super) fn cut(
    definition: &Definition<'_>,
    splices: &mut Splices,
    column: Option<&ColumnText>,
    constraint: &Constraint,
) {
    let Some(column) = column else { return splices.cut_part(definition, &constraint.tokens) };
    splices.cut_constraint(definition, constraint);
    if matches!(constraint.kind, Kind::ForeignKey { .. }) {
        let after = column.constraints.iter().skip_while(|each| each.tokens.start <= constraint.tokens.start);
        let own = after.take_while(|each| !matches!(each.kind, Kind::ForeignKey { .. }));
        own.filter(|each| each.kind == Kind::Deferral).for_each(|each| splices.cut_constraint(definition, each));
    }
}

/// The name that glim gives to such a constraint.
fn generated(
    definition: &Definition<'_>,
    table: &str,
    column: Option<&ColumnText>,
    constraint: &Constraint,
) -> Option<String> {
    let columns = |own: &Vec<String>| column.map_or_else(|| own.clone(), |column| vec![column.name.clone()]);
    match &constraint.kind {
        Kind::Unique { columns: own } => Some(Unique { name: None, columns: columns(own) }.name_in(table)),
        Kind::ForeignKey { columns: own } => {
            let none: [String; 0] = [];
            Some(ForeignKey::new(columns(own), "", none).name_in(table))
        }
        Kind::Check { inside } => {
            let expression = definition.text(inside).to_owned();
            Some(Check { name: None, expression }.name_in(table))
        }
        _ => None,
    }
}

/// The text without the table's own name before columns, as `t.a` in a check: the table has another name for a while.
pub(super) fn without_qualifiers(text: &str) -> Result<String, Refusal> {
    let definition = Definition::parse(text)?;
    let own = super::tokens::name(&definition.tokens[definition.name]).unwrap_or_default();
    let expressions = all(&definition).filter_map(|(_, each)| match &each.kind {
        Kind::Check { inside } | Kind::Generated { inside } => Some(inside.clone()),
        _ => None,
    });
    let mut splices = Splices::default();
    for at in expressions.flatten() {
        let is_own = super::tokens::name(&definition.tokens[at]).is_some_and(|name| same(&name, &own));
        if is_own && definition.tokens.get(at + 1).is_some_and(|next| next.is_mark(b'.')) {
            splices.replace(definition.bytes(&Range { start: at, end: at + 2 }), "");
        }
    }
    Ok(splices.apply(text))
}
