//! From the roots of crates over their files, several at a time with the feature `parallel`.
//!
//! The next files come from a stack, a part of it at once: most of the module tree is then either read and forgotten or not
//! looked at yet, so that memory does not grow with the tree.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

#[cfg(feature = "parallel")]
use rayon::prelude::*;

use super::CrateRoot;
use super::cfg::Truth;
use super::directory::Directory;
use super::found::{Severity, SourceProblem};
use super::names::Modules;
use super::source::{Child, Context, Source};
use crate::library::Library;

/// What the walk over all files gives.
pub(super) struct Walk {
    pub(super) modules: Modules,
    /// The root modules of the targets.
    pub(super) roots: Vec<usize>,
    pub(super) problems: Vec<SourceProblem>,
    pub(super) folders: Vec<PathBuf>,
    pub(super) files: usize,
    pub(super) lines: usize,
}

/// A file to be read.
struct Pending {
    module: Seat,
    target: usize,
    file: PathBuf,
    directory: Directory,
    gate: Truth,
    above: Option<Arc<Lineage>>,
}

/// Which module a file is, or is part of.
enum Seat {
    /// A root.
    Root(usize),
    /// One that is added once it is known what it says: in this module, at this position, by this name.
    Child { parent: usize, at: usize, name: Option<String> },
}

/// A file and those that lead to it.
struct Lineage {
    file: PathBuf,
    above: Option<Arc<Lineage>>,
    depth: usize,
}

/// How deep modules may be nested.
const DEPTH: usize = 128;

/// So few files are read before threads could start.
const FEW: usize = 6;

/// More files at once would keep threads no busier.
const MANY: usize = 256;

impl Walk {
    /// Walks over the files of all roots, and tells of each that was read.
    pub(super) fn over(
        roots: &[CrateRoot],
        names: &[String],
        library: Library,
        on_file: &mut dyn FnMut(&Path),
    ) -> Self {
        let glim: Vec<String> = roots.iter().flat_map(|root| root.glim.iter().cloned()).collect();
        let mut walk = Self {
            modules: Modules::default(),
            roots: Vec::new(),
            problems: Vec::new(),
            folders: Vec::new(),
            files: 0,
            lines: 0,
        };
        let mut waiting = Vec::new();
        for (target, root) in roots.iter().enumerate() {
            let module = walk.modules.add(target, None, Some(root.name.clone()));
            walk.roots.push(module);
            let (file, directory, module) = (root.file.clone(), Directory::beside(&root.file), Seat::Root(module));
            waiting.push(Pending { module, target, file, directory, gate: Truth::True, above: None });
        }
        waiting.reverse();
        let read = |pending: &Pending| {
            let context = Context { library, cfg: &roots[pending.target].cfg, names, glim: &glim };
            pending.read(&context)
        };
        while !waiting.is_empty() {
            let rest = waiting.len().saturating_sub((waiting.len() / 8).clamp(FEW, MANY));
            let mut batch = waiting.split_off(rest);
            batch.reverse();
            #[cfg(feature = "parallel")]
            let sources: Vec<_> =
                if batch.len() < FEW { batch.iter().map(read).collect() } else { batch.par_iter().map(read).collect() };
            #[cfg(not(feature = "parallel"))]
            let sources: Vec<_> = batch.iter().map(read).collect();
            for (pending, source) in batch.into_iter().zip(sources) {
                match source {
                    Ok(source) => {
                        on_file(&pending.file);
                        walk.take(pending, source, &mut waiting);
                    }
                    Err(problem) => walk.fail(&pending, *problem),
                }
            }
        }
        walk
    }

    fn fail(&mut self, pending: &Pending, problem: SourceProblem) {
        self.problems.push(problem);
        if let Seat::Child { parent, name: Some(name), .. } = &pending.module {
            self.modules.add_plain(pending.target, *parent, name);
        }
    }

    fn take(&mut self, pending: Pending, source: Source, waiting: &mut Vec<Pending>) {
        self.files += 1;
        self.lines += source.lines;
        let is_plain = source.is_plain();
        self.problems.extend(source.problems);
        self.folders.extend(source.folders);
        let module = match pending.module {
            Seat::Root(module) => module,
            Seat::Child { parent, name, .. } if is_plain => {
                if let Some(name) = name {
                    self.modules.add_plain(pending.target, parent, &name);
                }
                return;
            }
            Seat::Child { parent, at, name } => self.modules.add(pending.target, Some((parent, at)), name),
        };
        let mut ids = Vec::with_capacity(source.scopes.len());
        for scope in source.scopes {
            let id = match scope.parent {
                None => module,
                Some((parent, at)) => self.modules.add(pending.target, Some((ids[parent], at)), Some(scope.name)),
            };
            ids.push(id);
            self.modules.fill(id, scope.imports, scope.traits, scope.candidates);
        }
        if !source.children.is_empty() {
            let depth = pending.above.as_ref().map_or(0, |above| above.depth + 1);
            let lineage = Arc::new(Lineage { file: pending.file.clone(), above: pending.above, depth });
            // The first is to lie on top.
            for child in source.children.into_iter().rev() {
                match circle(&child, &lineage) {
                    Some(problem) => self.problems.push(problem),
                    None => waiting.push(Pending::new(child, pending.target, &ids, &lineage)),
                }
            }
        }
    }
}

impl Pending {
    fn new(child: Child, target: usize, ids: &[usize], lineage: &Arc<Lineage>) -> Self {
        let Child { parent: (scope, at), name, file, directory, gate, may_circle: _ } = child;
        let module = Seat::Child { parent: ids[scope], at, name };
        Self { module, target, file, directory, gate, above: Some(Arc::clone(lineage)) }
    }

    fn read(&self, context: &Context<'_>) -> Result<Source, Box<SourceProblem>> {
        let bytes = fs::read(&self.file).map_err(|error| {
            let help = match error.kind() {
                ErrorKind::NotFound => "it is named in the package's manifest, or by a `mod` or `include!`",
                _ => "the file must be readable",
            };
            Box::new(unreadable(&self.file, &error.to_string(), help))
        })?;
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let help = "Rust sources are UTF-8: save the file as that";
            Box::new(unreadable(&self.file, &format!("byte {at} is not UTF-8"), help))
        })?;
        Ok(Source::read(&text, &self.file, self.directory.clone(), self.gate.clone(), context))
    }
}

/// That the child would be read within itself.
fn circle(child: &Child, lineage: &Arc<Lineage>) -> Option<SourceProblem> {
    let too_deep = lineage.depth >= DEPTH;
    if !too_deep && !child.may_circle {
        return None;
    }
    let file = canonical(&child.file);
    let mut above = Some(lineage);
    while let Some(link) = above {
        if canonical(&link.file) == file {
            let help = "a module cannot contain its own file";
            return Some(unreadable(&child.file, "it leads to itself", help));
        }
        above = link.above.as_ref();
    }
    too_deep.then(|| unreadable(&child.file, "modules are nested too deeply", "check `#[path]` and symbolic links"))
}

fn canonical(file: &Path) -> PathBuf {
    fs::canonicalize(file).unwrap_or_else(|_| file.to_owned())
}

fn unreadable(file: &Path, why: &str, help: &str) -> SourceProblem {
    SourceProblem {
        severity: Severity::Error,
        path: file.to_owned(),
        source: Arc::from(""),
        span: 0..0,
        message: format!("cannot read `{}`: {why}", file.display()),
        label: String::new(),
        help: Some(help.to_owned()),
    }
}
