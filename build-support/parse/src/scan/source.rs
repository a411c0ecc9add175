//! One source file: its modules, what they import, and what in them may be glim's.

mod derived;
mod include;
mod migrations;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use memchr::memchr_iter;

use super::attributes::Attributes;
use super::candidate::{Candidate, Found, RawProblem, UNKNOWN_CFG};
use super::cfg::{CfgSet, Truth};
use super::directory::{Directory, NoFile};
use super::found::{Severity, SourceProblem};
use super::items::{Head, HeadKind, Items, Nested};
use super::made::CodeFile;
use super::path::{Import, NamePath, plain};
use super::place::File;
use super::{migration, registration};
use crate::library::Library;

/// What a file's text is read with.
pub(super) struct Context<'a> {
    /// The library whose models are looked for.
    #[cfg_attr(not(feature = "libraries"), expect(dead_code, reason = "it is glim then"))]
    pub(super) library: Library,
    pub(super) cfg: &'a CfgSet,
    /// The names that glim's derive and trait go by, anywhere in what is scanned.
    pub(super) names: &'a [String],
    /// The names of the crates that imports of glim begin with.
    pub(super) glim: &'a [String],
}

/// What a file says.
pub(super) struct Source {
    pub(super) lines: usize,
    pub(super) problems: Vec<SourceProblem>,
    /// The modules of the file: itself first, then the inline ones.
    pub(super) scopes: Vec<Scope>,
    /// Other files that belong to it.
    pub(super) children: Vec<Child>,
    /// Folders whose files were made its modules.
    pub(super) folders: Vec<PathBuf>,
}

/// A module.
pub(super) struct Scope {
    /// The scope of the same file that it is in, and where; `None` for the file itself.
    pub(super) parent: Option<(usize, usize)>,
    pub(super) name: String,
    pub(super) imports: Vec<Import>,
    /// Traits that are declared here under one of the wanted names.
    pub(super) traits: Vec<String>,
    pub(super) candidates: Vec<Candidate>,
    pub(super) gate: Truth,
    directory: Directory,
}

/// A file that `mod name;` or `include!` names.
pub(super) struct Child {
    /// The scope that it is in, and where.
    pub(super) parent: (usize, usize),
    /// The module's name; `None` where the file's text stands in for the macro.
    pub(super) name: Option<String>,
    pub(super) file: PathBuf,
    pub(super) directory: Directory,
    pub(super) gate: Truth,
    /// Whether the file could be one of those above it, so that reading would never end.
    pub(super) may_circle: bool,
}

/// How deep inline modules may be nested, as rustc's own limit is by default.
const DEPTH: usize = 128;

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) file: File<'a>,
    pub(super) context: &'a Context<'a>,
    shared: Option<Arc<str>>,
    /// There once a migration is found.
    code: Option<Arc<CodeFile>>,
    source: Source,
    /// The scopes that the items being read are in.
    open: Vec<usize>,
}

impl Source {
    /// Reads a file's text.
    pub(super) fn read(text: &str, file: &Path, directory: Directory, gate: Truth, context: &Context<'_>) -> Self {
        let lines =
            memchr_iter(b'\n', text.as_bytes()).count() + usize::from(!text.is_empty() && !text.ends_with('\n'));
        let scope = Scope::new(None, String::new(), gate, directory);
        let source =
            Self { lines, problems: Vec::new(), scopes: vec![scope], children: Vec::new(), folders: Vec::new() };
        let file = File::new(text, file);
        let mut reader = Reader { text, file, context, shared: None, code: None, source, open: vec![0] };
        let mut items = Items::of(text);
        loop {
            match reader.step(&mut items) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    let raw = RawProblem { span: error.span, message: error.message, help: None };
                    reader.problem(raw, Severity::Error);
                    break;
                }
            }
        }
        reader.finish()
    }

    /// Whether it is one module in which nothing is to be found.
    pub(super) fn is_plain(&self) -> bool {
        let [Scope { imports, traits, candidates, .. }] = self.scopes.as_slice() else { return false };
        self.children.is_empty() && imports.is_empty() && traits.is_empty() && candidates.is_empty()
    }
}

impl Scope {
    fn new(parent: Option<(usize, usize)>, name: String, gate: Truth, directory: Directory) -> Self {
        Self { parent, name, gate, directory, imports: Vec::new(), traits: Vec::new(), candidates: Vec::new() }
    }
}

impl Reader<'_> {
    /// Reads one item; `false` at the end of the file, or of what is compiled of it.
    fn step(&mut self, items: &mut Items<'_>) -> Result<bool, super::items::SyntaxError> {
        let Some(head) = items.next()? else { return Ok(false) };
        let attributes = Attributes::read(self.text, &head.attrs, self.context.cfg);
        if attributes.gate == Truth::False {
            match head.kind {
                HeadKind::InlineModule { .. } => items.skip_module()?,
                _ if head.has_rest() => {
                    items.skip_rest(None)?;
                }
                _ => {}
            }
            return Ok(true);
        }
        match head.kind {
            HeadKind::Module { ref name } => self.module(&head, &plain(&self.text[name.clone()]), &attributes),
            HeadKind::InlineModule { ref name } if self.open.len() >= DEPTH => {
                let message = "modules are nested too deeply".to_owned();
                self.problem(RawProblem { span: name.clone(), message, help: None }, Severity::Error);
                items.skip_module()?;
            }
            HeadKind::InlineModule { name } => {
                let name = plain(&self.text[name]);
                let scope = self.scope();
                let gate = scope.gate.clone().and(attributes.gate);
                let directory = scope.directory.inline(&name, attributes.path.as_deref());
                let parent = Some((self.current(), head.start));
                self.source.scopes.push(Scope::new(parent, name, gate, directory));
                self.open.push(self.source.scopes.len() - 1);
            }
            HeadKind::ModuleEnd => drop(self.open.pop()),
            HeadKind::InnerAttribute { inside } => return self.inner_attribute(inside, items),
            HeadKind::Use { tree } => {
                let mut imports = Vec::new();
                Import::each(self.text, tree, &mut |import| imports.push(import));
                self.scope().imports.extend(imports);
            }
            HeadKind::ExternCrate { name, rename } => {
                let path = NamePath { global: true, names: vec![plain(&self.text[name.clone()])] };
                let name = plain(&self.text[rename.unwrap_or(name)]);
                self.scope().imports.push(Import { path, name: Some(name) });
            }
            HeadKind::Type { ref name, end } => self.type_item(head.start..end, name.clone(), &attributes),
            HeadKind::Trait { ref name } => {
                let name = plain(&self.text[name.clone()]);
                if self.is_wanted(&name) {
                    self.scope().traits.push(name);
                }
                items.skip_rest(None)?;
            }
            HeadKind::Impl { keyword, header } => {
                let block = self.body(items)?;
                self.impl_item(keyword, header, block, &attributes);
            }
            HeadKind::Macro { path, arguments } => self.macro_item(path, arguments, &attributes),
            HeadKind::Other => {
                self.body(items)?;
            }
            HeadKind::Whole => {}
        }
        Ok(true)
    }

    /// Skips a body, and takes the structs in its functions.
    fn body(&mut self, items: &mut Items<'_>) -> Result<Range<usize>, super::items::SyntaxError> {
        let mut nested = Vec::new();
        let range = items.skip_rest(Some(&mut nested))?;
        for Nested { attrs, start, name, end } in nested {
            let attributes = Attributes::read(self.text, &attrs, self.context.cfg);
            if attributes.gate != Truth::False {
                self.type_item(start..end, name, &attributes);
            }
        }
        Ok(range)
    }

    fn module(&mut self, head: &Head, name: &str, attributes: &Attributes) {
        let parent = (self.current(), head.start);
        let scope = self.scope();
        let gate = scope.gate.clone().and(attributes.gate.clone());
        match scope.directory.module(name, attributes.path.as_deref()) {
            Ok(module) => self.source.children.push(Child {
                parent,
                name: Some(name.to_owned()),
                file: module.file,
                directory: module.directory,
                gate,
                may_circle: attributes.path.is_some(),
            }),
            // It may be that nobody compiles it.
            Err(_) if gate != Truth::True || attributes.unknown.is_some() => {}
            Err(no_file) => {
                let (message, help) = match no_file {
                    NoFile::Missing(tried) => {
                        let tried: Vec<_> = tried.iter().map(|path| format!("`{}`", path.display())).collect();
                        (format!("no file for the module `{name}`"), format!("there is no {}", tried.join(", and no ")))
                    }
                    NoFile::Both(flat, deep) => (
                        format!("two files for the module `{name}`"),
                        format!("remove `{}` or `{}`", flat.display(), deep.display()),
                    ),
                };
                let text = &self.text[head.start..];
                let end = head.start + text.find(';').unwrap_or(0);
                self.problem(RawProblem { span: head.start..end, message, help: Some(help) }, Severity::Error);
            }
        }
    }

    /// `#![cfg(...)]` takes the rest of its module away.
    fn inner_attribute(
        &mut self,
        inside: Range<usize>,
        items: &mut Items<'_>,
    ) -> Result<bool, super::items::SyntaxError> {
        let attributes = Attributes::read(self.text, &[inside], self.context.cfg);
        if attributes.gate != Truth::False {
            let scope = self.scope();
            scope.gate = scope.gate.clone().and(attributes.gate);
            return Ok(true);
        }
        if self.open.len() == 1 {
            return Ok(false);
        }
        self.open.pop();
        items.skip_module()?;
        Ok(true)
    }

    fn impl_item(&mut self, keyword: usize, header: Range<usize>, block: Range<usize>, attributes: &Attributes) {
        let is_wanted = |name: &str| name != "Enum" && self.context.names.iter().any(|wanted| wanted == name);
        let code = || {
            let text = self.shared.get_or_insert_with(|| Arc::from(self.text));
            self.code.get_or_insert_with(|| Arc::new(CodeFile::new(self.file.path, text.clone()))).clone()
        };
        let read = migration::read(&self.file, keyword, header.clone(), block, is_wanted, code);
        let Some((path, migration, has_run)) = read else { return };
        let gate = self.scope().gate.clone().and(attributes.gate.clone());
        let found = Found::Migration(migration);
        let candidate = Candidate { at: keyword, names: vec![path], evidence: has_run, found, problems: Vec::new() };
        self.add(candidate, &gate, keyword..header.end);
    }

    fn macro_item(&mut self, path: Range<usize>, arguments: Range<usize>, attributes: &Attributes) {
        let at = path.start;
        #[cfg(feature = "libraries")]
        self.foreign_macro(path.clone(), arguments.clone(), attributes);
        let path = NamePath::read(self.text, path);
        match path.last() {
            Some("include") => self.include(at, arguments, attributes),
            Some("migrations") if self.is_glims(&path) => self.migrations(at, arguments, attributes),
            Some("submit") => {
                let (found, is_plain) = registration::read(&self.file, at, arguments);
                let is_inventory = path.names.len() > 1 && path.names[path.names.len() - 2] == "inventory";
                if is_inventory && !is_plain {
                    return;
                }
                let gate = self.scope().gate.clone().and(attributes.gate.clone());
                for registration in found {
                    let names = if is_plain { Vec::new() } else { vec![path.clone()] };
                    let found = Found::Registration(registration);
                    let candidate = Candidate { at, names, evidence: is_plain, found, problems: Vec::new() };
                    self.add(candidate, &gate, at..at + 6);
                }
            }
            _ => {}
        }
    }

    /// Adds a candidate that is compiled, or its problem where that is not known.
    pub(super) fn add(&mut self, mut candidate: Candidate, gate: &Truth, name: Range<usize>) {
        if let Truth::Unknown(cfg) = gate {
            let what = match &candidate.found {
                Found::Migration(migration) => format!("whether the migration `{}` is compiled", migration.type_name),
                Found::Registration(found) => format!("whether the migration `{}` is registered", found.type_name),
                #[cfg(feature = "libraries")]
                Found::Piece(_) => format!("whether `{}` is compiled here", &self.text[name.clone()]),
                Found::Enum(found) => format!("whether the enum `{}` is compiled", found.name),
                Found::Model(..) | Found::Nothing => {
                    format!("whether the model `{}` is compiled", &self.text[name.clone()])
                }
            };
            let raw = RawProblem {
                span: name,
                message: format!("{what} depends on `{cfg}`"),
                help: Some(UNKNOWN_CFG.to_owned()),
            };
            candidate.problems = vec![self.describe(raw, Severity::Warning)];
            candidate.found = Found::Nothing;
        }
        self.scope().candidates.push(candidate);
    }

    fn undetermined(&mut self, gate: &Truth, name: Range<usize>, what: &str) {
        if let Truth::Unknown(cfg) = gate {
            let message = format!("{what} depends on `{cfg}`");
            let raw = RawProblem { span: name, message, help: Some(UNKNOWN_CFG.to_owned()) };
            self.problem(raw, Severity::Warning);
        }
    }

    fn finish(mut self) -> Source {
        let has_candidates = self.source.scopes.iter().any(|scope| !scope.candidates.is_empty());
        let keeps_all = has_candidates || !self.source.children.is_empty();
        for scope in &mut self.source.scopes {
            // A file without candidates matters only for what others import through it: glim, and enums of other files.
            scope.imports.retain(|import| keeps_all || leads_to_glim(import, self.context));
        }
        self.source
    }

    fn problem(&mut self, raw: RawProblem, severity: Severity) {
        let problem = self.describe(raw, severity);
        self.source.problems.push(problem);
    }

    pub(super) fn describe(&mut self, raw: RawProblem, severity: Severity) -> SourceProblem {
        let source = self.shared();
        let RawProblem { span, message, help } = raw;
        SourceProblem { severity, path: self.file.path.to_owned(), source, span, message, label: String::new(), help }
    }

    /// The file's text, to be kept.
    fn shared(&mut self) -> Arc<str> {
        Arc::clone(self.shared.get_or_insert_with(|| Arc::from(self.text)))
    }

    fn is_wanted(&self, name: &str) -> bool {
        self.context.names.iter().any(|wanted| wanted == name)
    }

    fn current(&self) -> usize {
        self.open.last().copied().unwrap_or(0)
    }

    pub(super) fn scope(&mut self) -> &mut Scope {
        let current = self.current();
        &mut self.source.scopes[current]
    }
}

fn leads_to_glim(import: &Import, context: &Context<'_>) -> bool {
    import.name.is_none()
        || import.path.last().is_some_and(|name| context.names.iter().any(|wanted| wanted == name))
        || import.path.names.first().is_some_and(|name| context.glim.contains(name))
}
