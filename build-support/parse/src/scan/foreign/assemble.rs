//! What the items of another library come to together: types are looked up, and relations become foreign keys.

use std::collections::HashMap;

use glim_schema::{ColumnType, ForeignKey};

use super::{FoundTable, Kind, Piece, Reference};
use crate::described::settle;
use crate::scan::found::{FoundField, FoundModel, Place, SourceProblem};

/// The tables, as complete as they get, and what is not found. The models are in the order of the pieces.
pub(in crate::scan) fn assemble(pieces: Vec<Piece>) -> (Vec<FoundModel>, Vec<SourceProblem>) {
    let mut types: HashMap<String, Vec<(Place, ColumnType)>> = HashMap::new();
    let (mut tables, mut views, mut references) = (Vec::new(), Vec::new(), Vec::new());
    for Piece { place, kind } in pieces {
        match kind {
            Kind::Table(mut table) => {
                table.model.place = place.clone();
                references.extend(table.references.drain(..).map(|reference| (place.clone(), reference)));
                tables.push(*table);
            }
            Kind::View(name) => views.push(name),
            Kind::Type { name, ty } => types.entry(name).or_default().push((place, ty)),
            Kind::References(all) => references.extend(all.into_iter().map(|reference| (place.clone(), reference))),
        }
    }
    let (mut models, mut variants) = (Vec::with_capacity(tables.len()), Vec::with_capacity(tables.len()));
    for FoundTable { mut model, declared, variants: own, references: _ } in tables {
        for (column, path) in model.table.columns.iter_mut().zip(declared) {
            let Some(path) = path else { continue };
            let known = find_type(&types, &path, &model.place.module).or_else(|| guess(&path));
            settle(&mut column.ty, known.unwrap_or_else(|| ColumnType::native("")));
        }
        models.push(model);
        variants.push(own);
    }
    let mut problems = Vec::new();
    let known = Tables::of(&models, variants);
    let mut keys = Vec::new();
    for (place, reference) in references {
        match known.key(&models, &place, &reference) {
            Some(key) => keys.push(key),
            None => {
                let is_view = |name: &String| views.contains(name);
                if !(is_view(&reference.parent) || reference.child.as_ref().is_some_and(is_view)) {
                    problems.push(reference.unfound);
                }
            }
        }
    }
    for (at, key) in keys {
        let all = &mut models[at].table.foreign_keys;
        // An enum and the fields may say the same.
        if !all.iter().any(|other| other.columns == key.columns && other.references == key.references) {
            all.push(key);
        }
    }
    (models, problems)
}

/// The type of that path, as it is seen in a module: the one there, else the only one of its name, else the only one
/// whose module the path ends with.
fn find_type(types: &HashMap<String, Vec<(Place, ColumnType)>>, path: &str, module: &str) -> Option<ColumnType> {
    let (before, name) = path.rsplit_once("::").map_or(("", path), |(before, name)| (before, name));
    let all = types.get(name)?;
    let here = all.iter().find(|(place, _)| before.is_empty() && place.module == module);
    let found = here.or(match all.as_slice() {
        [only] => Some(only),
        _ => {
            let last = before.rsplit("::").next().filter(|last| !last.is_empty());
            // `table!` imports its types; those that stand beside it come first.
            let beside = format!("{module}::sql_types");
            let mut fitting = all.iter().filter(|(place, _)| match last {
                Some(last) => place.module.rsplit("::").next() == Some(last),
                None => place.module == beside,
            });
            fitting.next().filter(|_| fitting.next().is_none())
        }
    });
    found.map(|(_, ty)| ty.clone())
}

/// What crates beside diesel and SeaORM have: the types of PostgreSQL's extensions, and UUIDs.
fn guess(path: &str) -> Option<ColumnType> {
    let name = match path.rsplit("::").next().unwrap_or_default() {
        "TsVector" | "Tsvector" => "tsvector",
        "TsQuery" | "Tsquery" => "tsquery",
        "Ltree" => "ltree",
        "Hstore" => "hstore",
        "Vector" => "vector",
        "Geometry" => "geometry",
        "Geography" => "geography",
        // The forms of `uuid::fmt`.
        "Braced" | "Hyphenated" | "Simple" | "Urn" => return Some(ColumnType::Uuid),
        _ => return None,
    };
    Some(ColumnType::native(name))
}

/// Where the models are, by what names them.
struct Tables {
    /// By the module that they stand in.
    modules: HashMap<String, Vec<usize>>,
    /// By their item's name.
    items: HashMap<String, Vec<usize>>,
    /// What their columns are called as variants, where that is said.
    variants: Vec<Vec<Option<String>>>,
}

impl Tables {
    fn of(models: &[FoundModel], variants: Vec<Vec<Option<String>>>) -> Self {
        let (mut modules, mut items): (HashMap<_, Vec<_>>, HashMap<_, Vec<_>>) = (HashMap::new(), HashMap::new());
        for (at, model) in models.iter().enumerate() {
            modules.entry(model.place.module.clone()).or_default().push(at);
            items.entry(model.name.clone()).or_default().push(at);
        }
        Self { modules, items, variants }
    }

    /// The foreign key that a reference makes, and of which model.
    fn key(&self, models: &[FoundModel], place: &Place, reference: &Reference) -> Option<(usize, ForeignKey)> {
        let (child, parent) = match &reference.child {
            Some(child) => (self.item(models, child, place)?, self.item(models, &reference.parent, place)?),
            None => (only(self.modules.get(&place.module)?)?, self.entity(&reference.parent, place)?),
        };
        let from = self.columns(models, child, &reference.from)?;
        let to = if reference.to.is_empty() {
            models[parent].table.primary_key.clone()
        } else {
            self.columns(models, parent, &reference.to)?
        };
        if from.len() != to.len() {
            return None;
        }
        let key = ForeignKey::new(from, models[parent].table.name.as_str(), to);
        let key = key.on_delete(reference.on_delete).on_update(reference.on_update);
        Some((child, ForeignKey { name: reference.name.clone(), ..key }))
    }

    /// The table of an item's name: the one in the module, else the only one.
    fn item(&self, models: &[FoundModel], name: &str, place: &Place) -> Option<usize> {
        let all = self.items.get(name)?;
        let here: Vec<usize> = all.iter().copied().filter(|at| models[*at].place.module == place.module).collect();
        only(&here).or_else(|| only(all))
    }

    /// The entity at a path such as `super::cake::Entity`, as it is seen in a module.
    fn entity(&self, path: &str, place: &Place) -> Option<usize> {
        let names: Vec<&str> = path.split("::").map(str::trim).filter(|name| !name.is_empty()).collect();
        let (last, way) = names.split_last()?;
        let mut module: Vec<&str> = place.module.split("::").collect();
        let root = module.first().copied().unwrap_or_default();
        for name in way {
            match *name {
                "self" => {}
                "super" => drop(module.pop()),
                "crate" => module = vec![root],
                name => module.push(name),
            }
        }
        let there = self.modules.get(&module.join("::")).and_then(|all| only(all));
        if *last == "Entity" && there.is_some() {
            return there;
        }
        // By way of an import: `cake::Entity`, or `Cake` as the prelude has it.
        let wanted = match (*last, way.last()) {
            ("Entity", Some(module)) => plain(module),
            (alias, _) => plain(alias),
        };
        let of_alias = |(module, all): (&String, &Vec<usize>)| {
            (plain(module.rsplit("::").next().unwrap_or_default()) == wanted).then(|| only(all)).flatten()
        };
        let mut found = self.modules.iter().filter_map(of_alias);
        found.next().filter(|_| found.next().is_none())
    }

    /// The columns of those fields of a model, also where they are written as variants.
    fn columns(&self, models: &[FoundModel], model: usize, fields: &[String]) -> Option<Vec<String>> {
        let (known, variants) = (&models[model].fields, &self.variants[model]);
        let column = |name: &String| {
            let is_it = |(field, variant): (&FoundField, &Option<String>)| match variant {
                Some(variant) if variant == name => true,
                _ => plain(&field.name) == plain(name),
            };
            let at = known.iter().zip(variants).position(is_it)?;
            known[at].column.clone()
        };
        fields.iter().map(column).collect()
    }
}

fn only(all: &[usize]) -> Option<usize> {
    match all {
        [only] => Some(*only),
        _ => None,
    }
}

/// A name without what differs between styles.
fn plain(name: &str) -> String {
    name.chars().filter(|letter| *letter != '_').flat_map(char::to_lowercase).collect()
}
