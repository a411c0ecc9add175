//! The walk over a crate's sources, as rustc would walk: finds models, migrations and registrations without compiling.
//!
//! Followed are `mod name;`, inline modules, `#[path]`, and `include!` of a literal; `cfg` and `cfg_attr` are evaluated.
//! Not seen is what macros and build scripts make, modules that are declared inside a macro or a function, and what is
//! wrong inside function bodies. Structs in function bodies are seen. Names are followed through `use`, also between the
//! scanned crates; a derive called `Model` from a crate that is not scanned counts when the struct has a `#[glim]`
//! attribute.

mod attributes;
mod candidate;
mod cfg;
mod checksum;
mod declared;
mod directory;
mod folder;
#[cfg(feature = "libraries")]
mod foreign;
mod found;
mod items;
mod lexer;
mod made;
mod migration;
mod names;
mod path;
mod place;
mod record;
mod registration;
mod skip;
mod source;
mod strip;
mod walk;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use self::candidate::{Candidate, Found};
pub use self::cfg::CfgSet;
use self::declared::{Declared, Enums};
pub use self::folder::{FOLDER, FolderModule, folder_modules};
pub use self::found::{
    Checksum, FoundField, FoundMigration, FoundModel, FoundRegistration, Lost, Made, Place, Scan, Severity,
    SourceProblem,
};
use self::names::{Content, Crates, Leads, Modules};
use self::walk::Walk;
use crate::library::Library;

/// A crate to scan: a target of a package.
#[derive(Clone, Debug)]
pub struct CrateRoot {
    /// The crate's name, as `module_path!()` begins with it.
    pub name: String,
    /// The root file, such as `src/lib.rs`.
    pub file: PathBuf,
    /// The conditions that hold for it.
    pub cfg: CfgSet,
    /// The names that the package's manifest gives to `glim-migrations`: `glim`, unless it is renamed.
    pub glim: Vec<String>,
    /// The names that it gives to other crates that are scanned with it, with their positions among the roots.
    pub crates: Vec<(String, usize)>,
}

/// Scans crates together. What is wrong in one file keeps no other from being read.
pub fn scan(roots: &[CrateRoot]) -> Scan {
    scan_with(roots, &mut |_| {})
}

/// The same, and tells of each file once it was read: some more than once.
pub fn scan_with(roots: &[CrateRoot], on_file: &mut dyn FnMut(&Path)) -> Scan {
    let mut names = ["Model", "Migration", "Enum"].map(str::to_owned).to_vec();
    loop {
        let walk = Walk::over(roots, &names, Library::Glim, on_file);
        // Who calls the derive by another name must be looked for by that name, in every file again. That is rare.
        let aliases = walk.modules.aliases(&names);
        if aliases.is_empty() {
            return Decision::new(roots, walk).scan();
        }
        names.extend(aliases);
    }
}

/// Scans crates together for the models of one library, in its own words. Migrations are those of glim alone, whatever
/// the models.
#[cfg(feature = "libraries")]
pub fn scan_for(roots: &[CrateRoot], library: Library) -> Scan {
    if library == Library::Glim {
        return scan(roots);
    }
    let walk = Walk::over(roots, &[], library, &mut |_| {});
    Decision::new(roots, walk).pieces(library)
}

/// Sorts glim's own out of the candidates.
struct Decision<'a> {
    crates: Vec<Crates<'a>>,
    modules: Modules,
    scan: Scan,
    /// What names do not decide: migrations of a trait that may be glim's, if one of the type's name is registered.
    open: Vec<(usize, FoundMigration)>,
    enums: Enums,
    /// Models that have columns of enums, with their modules.
    waiting: Vec<(usize, usize, Declared)>,
}

impl<'a> Decision<'a> {
    fn new(roots: &'a [CrateRoot], walk: Walk) -> Self {
        let Walk { modules, roots: ids, problems, folders, files, lines } = walk;
        let crates = roots.iter().zip(&ids).map(|(root, id)| {
            let others = root.crates.iter().filter_map(|(name, at)| Some((name.as_str(), *ids.get(*at)?)));
            Crates { root: *id, glim: &root.glim, others: others.collect() }
        });
        let scan = Scan { folders, problems, files, lines, ..Scan::default() };
        Self { crates: crates.collect(), modules, scan, open: Vec::new(), enums: Enums::default(), waiting: Vec::new() }
    }

    /// Calls `each` for all candidates, with their modules, in the order of the sources.
    fn each(&mut self, mut each: impl FnMut(&mut Self, usize, Candidate)) {
        for root in self.crates.iter().map(|known| known.root).collect::<Vec<_>>() {
            let mut waiting = vec![(root, self.modules.take_content(root).into_iter())];
            while let Some((module, content)) = waiting.last_mut() {
                let module = *module;
                match content.next() {
                    Some((_, Content::Candidate(candidate))) => each(self, module, *candidate),
                    Some((_, Content::Module(inner))) => {
                        let content = self.modules.take_content(inner);
                        waiting.push((inner, content.into_iter()));
                    }
                    None => drop(waiting.pop()),
                }
            }
        }
    }

    /// What another library's items come to.
    #[cfg(feature = "libraries")]
    fn pieces(mut self, library: Library) -> Scan {
        let mut pieces = Vec::new();
        self.each(|this, module, candidate| {
            if let Found::Piece(mut piece) = candidate.found {
                this.modules.locate(module, &mut piece.place);
                pieces.push(*piece);
            }
            this.scan.problems.extend(candidate.problems);
        });
        let (models, problems) = foreign::assemble(pieces);
        self.scan.problems.extend(problems);
        Scan { library, models, ..self.sorted() }
    }

    fn scan(mut self) -> Scan {
        self.each(Self::decide);
        self.settle_enums();
        let registered: HashSet<_> =
            self.scan.registrations.iter().map(|r| (r.place.target, r.type_name.clone())).collect();
        let open = std::mem::take(&mut self.open).into_iter();
        let rescued = open.filter(|(_, found)| registered.contains(&(found.place.target, found.type_name.clone())));
        for (at, migration) in rescued.collect::<Vec<_>>().into_iter().rev() {
            self.scan.migrations.insert(at, migration);
        }
        self.sorted()
    }

    /// Completes the models that have columns of enums. One with an enum that is not found is none.
    fn settle_enums(&mut self) {
        let names = (&self.modules, self.crates.as_slice());
        let Scan { models, problems, .. } = &mut self.scan;
        let mut unsettled = Vec::new();
        for (at, module, declared) in std::mem::take(&mut self.waiting) {
            if !self.enums.settle(&mut models[at], &declared, module, names, problems) {
                unsettled.push(at);
            }
        }
        for at in unsettled.into_iter().rev() {
            models.remove(at);
        }
    }

    fn sorted(mut self) -> Scan {
        let problems = &mut self.scan.problems;
        problems.sort_by(|a, b| (&a.path, a.span.start, &a.message).cmp(&(&b.path, b.span.start, &b.message)));
        problems.dedup();
        self.scan
    }

    fn decide(&mut self, module: usize, candidate: Candidate) {
        let Candidate { at: _, names, evidence, found, problems } = candidate;
        let leads: Vec<_> = names.iter().map(|path| self.modules.leads(module, path, &self.crates)).collect();
        let to = |wanted: &str| leads.iter().any(|leads| matches!(leads, Leads::Glim(name) if name == wanted));
        let unseen = leads.contains(&Leads::Unseen);
        match found {
            Found::Model(mut model, declared) if to("Model") || evidence || unseen => {
                self.modules.locate(module, &mut model.place);
                if let Some(declared) = declared {
                    self.waiting.push((self.scan.models.len(), module, declared));
                }
                self.scan.models.push(*model);
            }
            Found::Enum(found) if to("Enum") || evidence || unseen => self.enums.add(self.modules.host(module), found),
            Found::Migration(mut migration) => {
                self.modules.locate(module, &mut migration.place);
                let lost = leads.contains(&Leads::Nowhere) && evidence;
                if to("Migration") || unseen || lost {
                    self.scan.migrations.push(migration);
                } else {
                    self.open.push((self.scan.migrations.len(), migration));
                }
            }
            Found::Registration(mut registration) if names.is_empty() || to("submit") || unseen => {
                self.modules.locate(module, &mut registration.place);
                self.scan.registrations.push(registration);
            }
            Found::Nothing if to("Model") || to("Enum") || to("Migration") || to("submit") || evidence || unseen => {}
            _ => return,
        }
        self.scan.problems.extend(problems);
    }
}
