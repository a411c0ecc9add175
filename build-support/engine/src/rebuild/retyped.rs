//! Columns that get another type, default, nullability, collation or expression.

use glim_schema::Column;

use super::Refusal;
use super::constraint::Kind;
use super::definition::{ColumnText, Definition};
use super::draft::{Draft, all, cut};
use super::rendered::{self, Rendered};
use super::splice::Splices;
use super::tokens::same;

/// Makes a column as in `to`. Where it is known how it was, only what differs is touched; else its type, default and
/// nullability are.
pub(super) fn change(draft: &mut Draft, from: Option<&Column>, to: &Column) -> Result<(), Refusal> {
    let table = draft.table.clone();
    let mut retyped = false;
    let strict = draft.read(|definition| Ok(definition.strict))?;
    let old = from.map(|from| rendered::column(&table, from, strict)).transpose()?;
    let new = rendered::column(&table, to, strict)?;
    if from.is_some_and(|from| !same(&from.name, &to.name)) {
        return Err(Refusal::new(format!("the column `{}` gets another name as it changes", to.name)));
    }
    let numbers = draft.read(|definition| {
        definition.demand_column(&to.name)?;
        Ok(is_numbered(definition, &to.name))
    })?;
    let renumber = old.as_ref().is_none_or(|old| old.auto_increment != new.auto_increment);
    if renumber && numbers != new.auto_increment {
        number(draft, &to.name, new.auto_increment)?;
    }
    draft.edit(|definition, splices| {
        let column = definition.demand_column(&to.name)?;
        let mut change = Change { definition, column, splices };
        let differs = |part: fn(&Rendered) -> &Option<String>| old.as_ref().is_none_or(|old| part(old) != part(&new));
        if old.as_ref().is_none_or(|old| old.ty != new.ty) {
            retyped |= change.ty(&new.ty);
        }
        if old.as_ref().is_none_or(|old| old.not_null != new.not_null) {
            change.not_null(new.not_null);
        }
        if differs(|each| &each.default) {
            change.part(&|kind| *kind == Kind::Default, new.default.as_deref());
        }
        // A change that says nothing of these leaves them.
        if (old.is_some() || new.collate.is_some()) && differs(|each| &each.collate) {
            retyped |= change.part(&|kind| *kind == Kind::Collate, new.collate.as_deref());
        }
        if (old.is_some() || new.generated.is_some()) && differs(|each| &each.generated) {
            if change.column.find(is_generated).is_none() {
                let reason = format!("the column `{}` holds values, and would be computed from now on", to.name);
                return Err(Refusal::new(reason));
            }
            retyped |= change.part(&is_generated, new.generated.as_deref());
        }
        if (old.is_some() || new.check.is_some()) && differs(|each| &each.check) {
            change.check(old.as_ref().and_then(|old| old.check.as_deref()), new.check.as_deref())?;
        }
        Ok(())
    })?;
    if retyped {
        draft.retyped.push(to.name.clone());
    }
    Ok(())
}

fn is_generated(kind: &Kind) -> bool {
    matches!(kind, Kind::Generated { .. })
}

/// Whether rows are numbered by that column, with AUTOINCREMENT.
fn is_numbered(definition: &Definition<'_>, name: &str) -> bool {
    definition.primary_key().is_some_and(|(columns, _, key)| {
        matches!(key.kind, Kind::PrimaryKey { autoincrement: true, .. }) && columns.iter().all(|each| same(each, name))
    })
}

/// Lets rows be numbered by a column, or no longer.
fn number(draft: &mut Draft, name: &str, on: bool) -> Result<(), Refusal> {
    draft.edit(|definition, splices| {
        let key = definition.primary_key().filter(|(columns, ..)| columns.len() == 1 && same(&columns[0], name));
        let Some((_, of, key)) = key else {
            return Err(Refusal::new(format!("the column `{name}` cannot number the rows: it is not the primary key")));
        };
        if on && definition.without_rowid {
            return Err(Refusal::new(format!("the column `{name}` cannot number the rows: it is WITHOUT ROWID")));
        }
        if !on {
            let word = key.tokens.clone().find(|&at| definition.tokens[at].is("autoincrement"));
            if let Some(at) = word {
                splices.replace(definition.tokens[at - 1].end()..definition.tokens[at].end(), "");
            }
            return Ok(());
        }
        match of {
            Some(_) => splices.insert(definition.bytes(&key.tokens).end, " AUTOINCREMENT"),
            None => {
                splices.cut_part(definition, &key.tokens);
                let column = definition.demand_column(name)?;
                let end = definition.bytes(&(column.tokens.start..column.ty.end)).end;
                splices.insert(end, " PRIMARY KEY AUTOINCREMENT");
            }
        }
        Ok(())
    })
}

/// A column under change.
struct Change<'a, 's> {
    definition: &'a Definition<'s>,
    column: &'a ColumnText,
    splices: &'a mut Splices,
}

impl Change<'_, '_> {
    /// Sets the type, and says whether it was another.
    fn ty(&mut self, ty: &str) -> bool {
        let plain = |text: &str| text.split_whitespace().collect::<String>().to_lowercase();
        let (definition, column) = (self.definition, self.column);
        if column.ty.is_empty() {
            self.splices.insert(self.after_type(), format!(" {ty}"));
            return true;
        }
        if plain(definition.text(&column.ty)) == plain(ty) {
            return false;
        }
        self.splices.replace(definition.bytes(&column.ty), ty);
        true
    }

    fn not_null(&mut self, demanded: bool) {
        let there: Vec<_> = self.column.constraints.iter().filter(|each| each.kind == Kind::NotNull).collect();
        if !demanded {
            for each in there {
                self.splices.cut_constraint(self.definition, each);
            }
        } else if there.is_empty() {
            let null = self.column.constraints.iter().filter(|each| each.kind == Kind::Null);
            null.for_each(|each| self.splices.cut_constraint(self.definition, each));
            self.splices.insert(self.after_type(), " NOT NULL");
        }
    }

    /// Sets the one constraint of a kind, and says whether it was another.
    fn part(&mut self, is: &dyn Fn(&Kind) -> bool, text: Option<&str>) -> bool {
        match (self.column.find(is), text) {
            (None, None) => return false,
            (None, Some(text)) => {
                let end = self.definition.bytes(&self.column.tokens).end;
                self.splices.insert(end, format!(" {text}"));
            }
            (Some(old), Some(text)) => {
                if self.definition.text(&old.body) == text {
                    return false;
                }
                self.splices.replace(self.definition.bytes(&old.body), text);
            }
            (Some(old), None) => self.splices.cut_constraint(self.definition, old),
        }
        true
    }

    /// Puts a type's check in the place of another's.
    fn check(&mut self, old: Option<&str>, new: Option<&str>) -> Result<(), Refusal> {
        let normal = |text: &str| -> Result<String, Refusal> {
            let text = format!("CREATE TABLE t (a {text})");
            let definition = Definition::parse(&text)?;
            let column = definition.demand_column("a")?;
            Ok(column.constraints.first().map(|each| definition.normal(&each.body)).unwrap_or_default())
        };
        let find = |wanted: &str| {
            let mut checks = all(self.definition).filter(|(_, each)| matches!(each.kind, Kind::Check { .. }));
            checks.find(|(_, each)| self.definition.normal(&each.body) == wanted)
        };
        let old = match old {
            Some(old) => {
                let found = find(&normal(old)?);
                Some(found.ok_or_else(|| Refusal::new(format!("the column `{}` has no {old}", self.column.name)))?)
            }
            None => None,
        };
        match (old, new) {
            (Some((_, old)), Some(new)) => self.splices.replace(self.definition.bytes(&old.body), new),
            (Some((of, old)), None) => cut(self.definition, self.splices, of, old),
            (None, Some(new)) if find(&normal(new)?).is_none() => {
                self.splices.insert(self.definition.bytes(&self.column.tokens).end, format!(" {new}"));
            }
            (None, _) => {}
        }
        Ok(())
    }

    fn after_type(&self) -> usize {
        self.definition.bytes(&(self.column.tokens.start..self.column.ty.end)).end
    }
}
