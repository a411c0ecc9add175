//! From the roots of crates over their files: level by level of the module tree, the files of a level in parallel.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::CrateRoot;
use super::cfg::Truth;
use super::directory::Directory;
use super::found::{Severity, SourceProblem};
use super::names::Modules;
use super::source::{Child, Context, Source};

/// What the walk over all files gives.
pub(super) struct Walk {
    pub(super) modules: Modules,
    /// The root modules of the targets.
    pub(super) roots: Vec<usize>,
    pub(super) problems: Vec<SourceProblem>,
    pub(super) files: Vec<PathBuf>,
    pub(super) lines: usize,
}

/// A file to be read.
struct Pending {
    module: usize,
    target: usize,
    file: PathBuf,
    directory: Directory,
    gate: Truth,
    above: Option<Arc<Lineage>>,
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

impl Walk {
    /// Walks over the files of all roots.
    pub(super) fn over(roots: &[CrateRoot], names: &[String]) -> Self {
        let glim: Vec<String> = roots.iter().flat_map(|root| root.glim.iter().cloned()).collect();
        let mut walk =
            Self { modules: Modules::default(), roots: Vec::new(), problems: Vec::new(), files: Vec::new(), lines: 0 };
        let mut level = Vec::new();
        for (target, root) in roots.iter().enumerate() {
            let module = walk.modules.add(target, None, Some(root.name.clone()));
            walk.roots.push(module);
            let (file, directory) = (root.file.clone(), Directory::beside(&root.file));
            level.push(Pending { module, target, file, directory, gate: Truth::True, above: None });
        }
        let read = |pending: &Pending| {
            let context = Context { cfg: &roots[pending.target].cfg, names, glim: &glim };
            pending.read(&context)
        };
        while !level.is_empty() {
            let sources: Vec<_> =
                if level.len() < FEW { level.iter().map(read).collect() } else { level.par_iter().map(read).collect() };
            let mut next = Vec::new();
            for (pending, source) in level.into_iter().zip(sources) {
                match source {
                    Ok(source) => walk.take(pending, source, &mut next),
                    Err(problem) => walk.problems.push(*problem),
                }
            }
            level = next;
        }
        walk
    }

    fn take(&mut self, pending: Pending, source: Source, next: &mut Vec<Pending>) {
        self.lines += source.lines;
        self.problems.extend(source.problems);
        let mut ids = Vec::with_capacity(source.scopes.len());
        for scope in source.scopes {
            let id = match scope.parent {
                None => pending.module,
                Some((parent, at)) => self.modules.add(pending.target, Some((ids[parent], at)), Some(scope.name)),
            };
            ids.push(id);
            self.modules.fill(id, scope.imports, scope.traits, scope.candidates);
        }
        if !source.children.is_empty() {
            let depth = pending.above.as_ref().map_or(0, |above| above.depth + 1);
            let lineage = Arc::new(Lineage { file: pending.file.clone(), above: pending.above, depth });
            for child in source.children {
                match circle(&child, &lineage) {
                    Some(problem) => self.problems.push(problem),
                    None => next.push(self.pending(child, pending.target, &ids, &lineage)),
                }
            }
        }
        self.files.push(pending.file);
    }

    fn pending(&mut self, child: Child, target: usize, ids: &[usize], lineage: &Arc<Lineage>) -> Pending {
        let (scope, at) = child.parent;
        let module = self.modules.add(target, Some((ids[scope], at)), child.name);
        let above = Some(Arc::clone(lineage));
        Pending { module, target, file: child.file, directory: child.directory, gate: child.gate, above }
    }
}

impl Pending {
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
