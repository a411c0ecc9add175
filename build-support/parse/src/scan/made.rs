//! Which tables the code of a migration makes, and what it takes away, as far as its own file says: the names and the SQL
//! that are written out in its `run` or `rollback`, and in the functions and constants of the file that it mentions.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use super::attributes::unquoted;
use super::found::{Lost, Made};
use super::lexer::{Kind, Lexer, Token};

/// The block of a migration. It is read when somebody asks, which few commands do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Code {
    file: Arc<CodeFile>,
    block: Range<usize>,
}

/// A file with migrations.
#[derive(Debug)]
pub(super) struct CodeFile {
    path: PathBuf,
    text: Arc<str>,
    definitions: OnceLock<Definitions>,
}

/// The functions and constants of a file, by name: what is inside each.
type Definitions = HashMap<String, Vec<Range<usize>>>;

/// What a migration is called by, whose mention calls no helper.
const OWN: [&str; 3] = ["run", "rollback", "description"];

impl Code {
    /// That of a block of the file.
    pub(super) fn new(file: Arc<CodeFile>, block: Range<usize>) -> Self {
        Self { file, block }
    }

    /// What `run` makes.
    pub(super) fn made(&self) -> Vec<Made> {
        self.read("run").map_or_else(Vec::new, Reader::made)
    }

    /// What one of its functions takes away.
    pub(super) fn lost(&self, function: &str) -> Vec<Lost> {
        self.read(function).map_or_else(Vec::new, |reader| reader.lost)
    }

    /// Reads a function, and what of the file it mentions.
    fn read(&self, function: &str) -> Option<Reader<'_>> {
        let CodeFile { path, text, .. } = &*self.file;
        let block = Lexer::range(text, self.block.clone()).rest();
        let is = |token, expected| word(text, token) == expected;
        let found = block.windows(2).position(|pair| is(pair[0], "fn") && is(pair[1], function))?;
        let body = block_after(&block, found + 2)?;
        let definitions = self.file.definitions();
        let mut reader = Reader::new(text, definitions, path);
        let mut seen = HashSet::from([body.start]);
        let mut open = vec![body];
        while let Some(range) = open.pop() {
            for name in reader.read(range) {
                let helpers = definitions.get(name).into_iter().flatten();
                open.extend(helpers.filter(|inside| seen.insert(inside.start)).cloned());
            }
        }
        Some(reader)
    }
}

impl CodeFile {
    /// Files that the code includes lie beside `path`.
    pub(super) fn new(path: &Path, text: Arc<str>) -> Self {
        Self { path: path.to_owned(), text, definitions: OnceLock::new() }
    }

    fn definitions(&self) -> &Definitions {
        self.definitions.get_or_init(|| definitions(&self.text))
    }
}

impl PartialEq for CodeFile {
    fn eq(&self, other: &Self) -> bool {
        (&self.path, &self.text) == (&other.path, &other.text)
    }
}

impl Eq for CodeFile {}

fn definitions(text: &str) -> Definitions {
    let tokens = Lexer::file(text).rest();
    let mut by_name = Definitions::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        let [keyword, name] = [word(text, pair[0]), word(text, pair[1])];
        let inside = match keyword {
            "fn" => block_after(&tokens, at + 2),
            "const" | "static" if name != "fn" => value_after(text, &tokens, at + 2),
            _ => None,
        };
        if let Some(inside) = inside.filter(|_| !name.is_empty() && !OWN.contains(&name)) {
            by_name.entry(name.to_owned()).or_default().push(inside);
        }
    }
    by_name
}

/// Reads bodies.
struct Reader<'c> {
    text: &'c str,
    definitions: &'c Definitions,
    file: &'c Path,
    /// Whether a table is made from a description.
    creates: bool,
    /// The tables that are described.
    tables: Vec<Made>,
    other: Vec<Made>,
    /// The table whose change is being described.
    altered: Option<String>,
    lost: Vec<Lost>,
}

impl<'c> Reader<'c> {
    fn new(text: &'c str, definitions: &'c Definitions, file: &'c Path) -> Self {
        let (tables, other, lost) = (Vec::new(), Vec::new(), Vec::new());
        Self { text, definitions, file, creates: false, tables, other, altered: None, lost }
    }

    /// A description of a table that nothing makes is for something else.
    fn made(self) -> Vec<Made> {
        let tables = if self.creates { self.tables } else { Vec::new() };
        tables.into_iter().chain(self.other).collect()
    }

    /// Takes what a body says, and gives the names that it mentions.
    fn read(&mut self, body: Range<usize>) -> Vec<&'c str> {
        let text = self.text;
        let tokens = Lexer::range(text, body).rest();
        let mut names = Vec::new();
        for (at, token) in tokens.iter().enumerate() {
            if token.kind == Kind::Text {
                self.sql(unquoted(&text[token.start..token.end]));
            }
            if token.kind != Kind::Ident {
                continue;
            }
            let name = word(text, *token);
            match name {
                "create_table" => self.creates = true,
                "rename_to" => {
                    let renamed = self.argument(&tokens, at + 1);
                    self.other.extend(renamed.map(Made::Renamed));
                }
                "new" if self.path_before(&tokens, at) == Some("Table") => {
                    let described = self.argument(&tokens, at + 1);
                    self.tables.extend(described.map(Made::Table));
                }
                "new" if self.path_before(&tokens, at) == Some("AlterTable") => {
                    self.altered = self.argument(&tokens, at + 1);
                }
                "delete" if is_method(&tokens, at) => self.lost.push(Lost::Rows),
                "drop_table" => {
                    let table = self.argument(&tokens, at + 1);
                    self.lost.push(table.map_or(Lost::Call("drop_table"), Lost::Table));
                }
                "drop_column" => {
                    let column = self.argument(&tokens, at + 1);
                    let known = self.altered.clone().zip(column);
                    self.lost
                        .push(known.map_or(Lost::Call("drop_column"), |(table, column)| Lost::Column(table, column)));
                }
                "table" => {
                    let model = self.path_before(&tokens, at);
                    self.tables.extend(model.map(|model| Made::Model(model.to_owned())));
                }
                "include_str" => {
                    let included = self.argument(&tokens, at + 2);
                    let path = included.and_then(|name| Some(self.file.parent()?.join(name)));
                    // One that cannot be read does not compile.
                    self.sql(path.and_then(|path| std::fs::read_to_string(path).ok()));
                }
                _ => names.push(name),
            }
        }
        names
    }

    fn sql(&mut self, text: Option<String>) {
        let Some(text) = text else { return };
        let lower = text.to_ascii_lowercase();
        let has = |word: &str| lower.contains(word);
        if has("drop") || has("truncate") || has("delete") {
            self.lost.push(Lost::Sql(text.clone()));
        }
        if has("table") && (has("create") || has("rename")) {
            self.other.push(Made::Sql(text));
        }
    }

    /// The name before `::`, where the token stands behind one.
    fn path_before(&self, tokens: &[Token], at: usize) -> Option<&'c str> {
        let [name, first, second] = tokens.get(at.checked_sub(3)?..at)? else { return None };
        let is_path = [first, second].iter().all(|token| token.kind == Kind::Punct(b':'));
        (is_path && name.kind == Kind::Ident).then(|| word(self.text, *name))
    }

    /// The text in the parenthesis that opens there, or that of the constant which stands in it.
    fn argument(&self, tokens: &[Token], at: usize) -> Option<String> {
        let text = self.text;
        let [open, argument] = tokens.get(at..at + 2)? else { return None };
        if open.kind != Kind::Open(b'(') {
            return None;
        }
        let literal = match argument.kind {
            Kind::Text => *argument,
            Kind::Ident => {
                let constant = self.definitions.get(word(text, *argument))?.first()?.clone();
                Lexer::range(text, constant).rest().into_iter().find(|token| token.kind == Kind::Text)?
            }
            _ => return None,
        };
        unquoted(&text[literal.start..literal.end])
    }
}

/// Whether a name is that of a method that is called.
fn is_method(tokens: &[Token], at: usize) -> bool {
    let kind = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map(|token| token.kind);
    kind(at.checked_sub(1)) == Some(Kind::Punct(b'.')) && kind(at.checked_add(1)) == Some(Kind::Open(b'('))
}

/// The identifier that a token is; empty for others.
fn word(text: &str, token: Token) -> &str {
    if token.kind == Kind::Ident { &text[token.start..token.end] } else { "" }
}

/// The inside of the first block from there on, where none of what stands before it ends the item.
fn block_after(tokens: &[Token], from: usize) -> Option<Range<usize>> {
    let (mut depth, mut start) = (0_usize, None);
    for token in tokens.get(from..)? {
        match token.kind {
            Kind::Punct(b';') if depth == 0 => return None,
            Kind::Open(delimiter) => {
                if depth == 0 && delimiter == b'{' {
                    start = Some(token.end);
                }
                depth += 1;
            }
            Kind::Close(_) => {
                depth = depth.checked_sub(1)?;
                if let (0, Some(start)) = (depth, start) {
                    return Some(start..token.start);
                }
            }
            _ => {}
        }
    }
    None
}

/// The value of a constant: what stands between its `=` and its `;`.
fn value_after(text: &str, tokens: &[Token], from: usize) -> Option<Range<usize>> {
    let (mut depth, mut start) = (0_usize, None);
    for token in tokens.get(from..)? {
        match token.kind {
            Kind::Punct(b'=') if depth == 0 && start.is_none() => start = Some(token.end),
            Kind::Punct(b';') if depth == 0 => return start.map(|start| start..token.start),
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.checked_sub(1)?,
            _ if word(text, *token) == "fn" && start.is_none() => return None,
            _ => {}
        }
    }
    None
}
