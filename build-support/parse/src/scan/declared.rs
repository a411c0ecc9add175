//! Fields whose types are enums of the sources: what their columns hold is known once all sources are read.

use std::ops::Range;
use std::sync::Arc;

use glim_schema::EnumType;

use super::found::{FoundModel, Severity, SourceProblem};
use super::names::{Crates, Leads, Modules};
use super::path::NamePath;
use crate::near::nearest;
use crate::types::SAY_ENUM;

/// The fields of a model whose types must be enums.
pub(super) struct Declared {
    /// The text of the model's file.
    pub(super) source: Arc<str>,
    pub(super) fields: Vec<DeclaredField>,
}

/// One of them.
pub(super) struct DeclaredField {
    /// Which of the table's columns it is.
    pub(super) column: usize,
    /// The enum's path.
    pub(super) path: NamePath,
    /// The field's type as it is written, and where it stands.
    pub(super) written: String,
    pub(super) span: Range<usize>,
    /// The column's default, and where it stands.
    pub(super) default: Option<(String, Range<usize>)>,
}

/// An enum with `#[derive(Enum)]`.
pub(super) struct FoundEnum {
    pub(super) name: String,
    /// What it is in the database; `None` where something is wrong with it, which is said there.
    pub(super) ty: Option<EnumType>,
}

/// The enums of all that is scanned, with their modules.
#[derive(Default)]
pub(super) struct Enums(Vec<(usize, FoundEnum)>);

/// Why a field's enum is not known.
enum Unfound {
    /// What is wrong is said at the enum.
    Broken,
    /// There is none.
    None,
    /// There are several, and the path does not tell which one is meant.
    Several,
    /// The path leads to a crate that is not scanned.
    Elsewhere,
}

impl Enums {
    /// Adds an enum that stands in that module.
    pub(super) fn add(&mut self, module: usize, found: FoundEnum) {
        self.0.push((module, found));
    }

    /// Completes the columns of a model that stands in that module. Gives whether all are known.
    pub(super) fn settle(
        &self,
        model: &mut FoundModel,
        declared: &Declared,
        module: usize,
        (modules, crates): (&Modules, &[Crates<'_>]),
        problems: &mut Vec<SourceProblem>,
    ) -> bool {
        let mut all_known = true;
        for field in &declared.fields {
            let problem = |span: &Range<usize>, message: String, help: String| SourceProblem {
                severity: Severity::Error,
                path: model.place.file.clone(),
                source: Arc::clone(&declared.source),
                span: span.clone(),
                message,
                label: String::new(),
                help: Some(help),
            };
            let found = match self.find(&modules.leads(module, &field.path, crates), &field.path) {
                Ok(found) => found,
                Err(why) => {
                    all_known = false;
                    if let Some((message, help)) = self.unfound(&why, field) {
                        problems.push(problem(&field.span, message, help));
                    }
                    continue;
                }
            };
            if let Some((default, span)) = field.default.as_ref().filter(|(text, _)| !found.values.contains(text)) {
                all_known = false;
                let message = format!("the default `{default}` is no value of `{}`", found.name);
                let help = match nearest(default, found.values.iter().map(String::as_str)) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("its values are `{}`", found.values.join("`, `")),
                };
                problems.push(problem(span, message, help));
            }
            if let Some(ty) = model.table.columns.get_mut(field.column).and_then(|column| column.ty.enum_type_mut()) {
                ty.clone_from(found);
            }
        }
        all_known
    }

    /// The enum that a path leads to; where what lies between is not seen, as what a macro makes, the only one of its
    /// name.
    fn find(&self, leads: &Leads, path: &NamePath) -> Result<&EnumType, Unfound> {
        let is_called = |found: &FoundEnum, name: &str| found.name == name;
        let mut fitting = match leads {
            Leads::Enum(module, name) => {
                let there = self.0.iter().filter(|(at, found)| at == module && is_called(found, name));
                there.collect::<Vec<_>>()
            }
            Leads::Elsewhere => return Err(Unfound::Elsewhere),
            _ => self.0.iter().filter(|(_, found)| path.last().is_some_and(|name| is_called(found, name))).collect(),
        }
        .into_iter();
        match (fitting.next(), fitting.next()) {
            (Some((_, only)), None) => only.ty.as_ref().ok_or(Unfound::Broken),
            (Some(_), Some(_)) => Err(Unfound::Several),
            (None, _) => Err(Unfound::None),
        }
    }

    /// What to say of it.
    fn unfound(&self, why: &Unfound, field: &DeclaredField) -> Option<(String, String)> {
        let unknown = format!("no column type is known for `{}`", field.written);
        let name = field.path.last().unwrap_or_default();
        Some(match why {
            Unfound::Broken => return None,
            Unfound::None => {
                let near = nearest(name, self.0.iter().map(|(_, found)| found.name.as_str()));
                let help = near.map_or_else(|| SAY_ENUM.to_owned(), |near| format!("did you mean `{near}`?"));
                (unknown, help)
            }
            Unfound::Several => {
                let message = format!("there are several enums `{name}`, and it is not seen which one is meant");
                (message, "import it by its module, or write the path: `crate::module::Name`".to_owned())
            }
            Unfound::Elsewhere => {
                let help = "it is in a crate whose sources are not read here: declare the enum in a crate of this \
                            workspace that depends on glim, or say the column's type with `#[glim(sql_type = \"..\")]`";
                (unknown, help.to_owned())
            }
        })
    }
}
