//! The modules of what is scanned, and where a path of names leads among them.

use super::candidate::{Candidate, Found};
use super::found::Place;
use super::path::{Import, NamePath};

/// All modules of all targets.
#[derive(Default)]
pub(super) struct Modules {
    all: Vec<Module>,
}

/// A module, or the part of one that comes from an included file.
pub(super) struct Module {
    target: usize,
    name: String,
    parent: Option<usize>,
    /// The module whose names these are: itself, or the one that includes it.
    host: usize,
    imports: Vec<Import>,
    traits: Vec<String>,
    /// Enums that are declared here and may be columns' types.
    enums: Vec<String>,
    modules: Vec<(String, usize)>,
    plain: Plain,
    /// What stands in it, with the position that orders it.
    content: Vec<(usize, Content)>,
}

/// The modules in a module that say nothing of glim. There may be very many, and of all that is known of them only the
/// names matter: that a path through one of them leads nowhere, and not to something that a macro makes.
#[derive(Default)]
struct Plain {
    /// Each followed by a line end.
    names: String,
    /// An empty module that stands for all of them.
    module: Option<usize>,
}

/// What stands in a module.
pub(super) enum Content {
    Module(usize),
    Candidate(Box<Candidate>),
}

/// The crates that a target may name.
pub(super) struct Crates<'a> {
    /// The root module of the target.
    pub(super) root: usize,
    /// The names of glim.
    pub(super) glim: &'a [String],
    /// The names of other targets, with their root modules.
    pub(super) others: Vec<(&'a str, usize)>,
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leads {
    /// To a name of glim.
    Glim(String),
    /// To a module.
    Module(usize),
    /// To the enum of that name in a module.
    Enum(usize, String),
    /// To another crate, or to something declared here.
    Elsewhere,
    /// Into a module of this crate that the sources do not show.
    Unseen,
    /// To nothing that is known.
    Nowhere,
}

/// A search for a name: the questions that are being asked, since imports may go in circles, and how many more may be.
struct Search {
    open: Vec<(usize, String)>,
    steps: usize,
}

/// Far more than real imports need.
const STEPS: usize = 10_000;

/// How many imports may lead from one to the next.
const DEPTH: usize = 128;

/// What a `use glim::*` brings into scope.
const GLIM_NAMES: [&str; 6] = ["Model", "Enum", "Migration", "submit", "migration", "inventory"];

impl Modules {
    /// Adds a module, or an included part where it has no name.
    pub(super) fn add(&mut self, target: usize, parent: Option<(usize, usize)>, name: Option<String>) -> usize {
        let id = self.all.len();
        let host = match (parent, &name) {
            (Some((parent, _)), None) => self.all[parent].host,
            _ => id,
        };
        if let Some((parent, at)) = parent {
            self.all[parent].content.push((at, Content::Module(id)));
            if let Some(name) = &name {
                let host = self.all[parent].host;
                self.all[host].modules.push((name.clone(), id));
            }
        }
        self.all.push(Module {
            target,
            name: name.unwrap_or_default(),
            parent: parent.map(|(parent, _)| self.all[parent].host),
            host,
            imports: Vec::new(),
            traits: Vec::new(),
            enums: Vec::new(),
            modules: Vec::new(),
            plain: Plain::default(),
            content: Vec::new(),
        });
        id
    }

    /// Adds a module in which nothing is to be found.
    pub(super) fn add_plain(&mut self, target: usize, parent: usize, name: &str) {
        let host = self.all[parent].host;
        if self.all[host].plain.module.is_none() {
            let id = self.add(target, None, None);
            self.all[id].parent = Some(host);
            self.all[host].plain.module = Some(id);
        }
        let names = &mut self.all[host].plain.names;
        names.push_str(name);
        names.push('\n');
    }

    /// Adds what a module's file says of it.
    pub(super) fn fill(&mut self, id: usize, imports: Vec<Import>, traits: Vec<String>, candidates: Vec<Candidate>) {
        let host = self.all[id].host;
        self.all[host].imports.extend(imports);
        self.all[host].traits.extend(traits);
        self.all[host].enums.extend(candidates.iter().filter_map(|candidate| match &candidate.found {
            Found::Enum(found) => Some(found.name.clone()),
            _ => None,
        }));
        self.all[id]
            .content
            .extend(candidates.into_iter().map(|found| (found.at, Content::Candidate(Box::new(found)))));
    }

    /// The module that has the names of this one: itself, or the one that includes it.
    pub(super) fn host(&self, id: usize) -> usize {
        self.all[id].host
    }

    /// The module's content in the order of the source, out of it.
    pub(super) fn take_content(&mut self, id: usize) -> Vec<(usize, Content)> {
        let mut content = std::mem::take(&mut self.all[id].content);
        content.sort_by_key(|(at, _)| *at);
        content
    }

    /// Completes a place in that module: the target, and the module's path as `module_path!()` gives it.
    pub(super) fn locate(&self, id: usize, place: &mut Place) {
        let mut names = Vec::new();
        let mut next = Some(self.all[id].host);
        while let Some(id) = next {
            names.push(self.all[id].name.as_str());
            next = self.all[id].parent;
        }
        names.reverse();
        place.module = names.join("::");
        place.target = self.all[id].target;
    }

    /// The names that imports give to one of `names`, and that are none of them.
    pub(super) fn aliases(&self, names: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        for import in self.all.iter().flat_map(|module| &module.imports) {
            let Some(name) = &import.name else { continue };
            let is_renamed = name != "_" && !names.contains(name) && !found.contains(name);
            if is_renamed && import.path.names.last().is_some_and(|last| names.contains(last)) {
                found.push(name.clone());
            }
        }
        found
    }

    /// Where a path leads that stands in that module.
    pub(super) fn leads(&self, module: usize, path: &NamePath, crates: &[Crates<'_>]) -> Leads {
        let mut search = Search { open: Vec::new(), steps: STEPS };
        self.follow(self.all[module].host, path, crates, &mut search)
    }

    fn follow(&self, module: usize, path: &NamePath, crates: &[Crates<'_>], search: &mut Search) -> Leads {
        let known = &crates[self.all[module].target];
        let mut names = path.names.iter().map(String::as_str);
        let Some(first) = names.next() else { return Leads::Nowhere };
        let mut place = match first {
            "self" if path.global => Leads::Module(known.root),
            _ if path.global => known.find(first),
            "crate" | "$crate" => Leads::Module(known.root),
            "self" => Leads::Module(module),
            "super" => self.all[module].parent.map_or(Leads::Nowhere, Leads::Module),
            _ => match self.step(module, first, crates, search) {
                Leads::Nowhere if path.names.len() > 1 || known.is_crate(first) => known.find(first),
                found => found,
            },
        };
        let mut left = path.names.len() - 1;
        for name in names {
            left -= 1;
            place = match place {
                Leads::Glim(_) => Leads::Glim(name.to_owned()),
                Leads::Module(id) if name == "super" => self.all[id].parent.map_or(Leads::Nowhere, Leads::Module),
                Leads::Module(id) => match self.step(id, name, crates, search) {
                    Leads::Nowhere if left > 0 => Leads::Unseen,
                    found => found,
                },
                other => return other,
            };
        }
        place
    }

    /// Where a name leads that is looked for in that module.
    fn step(&self, id: usize, name: &str, crates: &[Crates<'_>], search: &mut Search) -> Leads {
        let question = (id, name.to_owned());
        if search.steps == 0 || search.open.len() > DEPTH || search.open.contains(&question) {
            return Leads::Nowhere;
        }
        search.steps -= 1;
        search.open.push(question);
        let found = self.look(id, name, crates, search);
        search.open.pop();
        found
    }

    fn look(&self, id: usize, name: &str, crates: &[Crates<'_>], search: &mut Search) -> Leads {
        let module = &self.all[id];
        if let Some((_, child)) = module.modules.iter().find(|(child, _)| child == name) {
            return Leads::Module(*child);
        }
        if let Some(plain) = module.plain.find(name) {
            return Leads::Module(plain);
        }
        if module.traits.iter().any(|declared| declared == name) {
            return Leads::Elsewhere;
        }
        if module.enums.iter().any(|declared| declared == name) {
            return Leads::Enum(id, name.to_owned());
        }
        if let Some(import) = module.imports.iter().find(|import| import.name.as_deref() == Some(name)) {
            // `use glim;` names the crate, not itself.
            return match import.path.names.as_slice() {
                [single] if single == name => crates[module.target].find(name),
                _ => self.follow(id, &import.path, crates, search),
            };
        }
        for glob in module.imports.iter().filter(|import| import.name.is_none()) {
            let found = match self.follow(id, &glob.path, crates, search) {
                Leads::Glim(_) if GLIM_NAMES.contains(&name) => Leads::Glim(name.to_owned()),
                Leads::Module(other) => self.step(other, name, crates, search),
                _ => Leads::Nowhere,
            };
            if found != Leads::Nowhere {
                return found;
            }
        }
        Leads::Nowhere
    }
}

impl Plain {
    fn find(&self, name: &str) -> Option<usize> {
        self.module.filter(|_| self.names.split('\n').any(|known| known == name))
    }
}

impl Crates<'_> {
    fn is_crate(&self, name: &str) -> bool {
        self.glim.iter().any(|glim| glim == name) || self.others.iter().any(|(other, _)| *other == name)
    }

    fn find(&self, name: &str) -> Leads {
        if self.glim.iter().any(|glim| glim == name) {
            return Leads::Glim(name.to_owned());
        }
        let other = self.others.iter().find(|(other, _)| *other == name);
        other.map_or(Leads::Elsewhere, |(_, root)| Leads::Module(*root))
    }
}
