//! Which tables the code of a migration makes, and what it takes away, as far as its own file says: the names and the SQL
//! that are written out in its `run` or `rollback`, and in the functions and constants of the file that it mentions.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::path::Path;

use super::attributes::unquoted;
use super::found::{Lost, Made};
use super::lexer::{Kind, Lexer, Token};

/// The functions and constants of a file, by name: what is inside each.
pub(super) struct Definitions<'t> {
    text: &'t str,
    by_name: HashMap<&'t str, Vec<Range<usize>>>,
}

/// What a migration is called by, whose mention calls no helper.
const OWN: [&str; 3] = ["run", "rollback", "description"];

impl<'t> Definitions<'t> {
    /// Of a file.
    pub(super) fn of(text: &'t str) -> Self {
        let tokens = Lexer::file(text).rest();
        let mut by_name: HashMap<&str, Vec<Range<usize>>> = HashMap::new();
        for (at, pair) in tokens.windows(2).enumerate() {
            let [keyword, name] = [word(text, pair[0]), word(text, pair[1])];
            let inside = match keyword {
                "fn" => block_after(&tokens, at + 2),
                "const" | "static" if name != "fn" => value_after(text, &tokens, at + 2),
                _ => None,
            };
            if let Some(inside) = inside.filter(|_| !name.is_empty() && !OWN.contains(&name)) {
                by_name.entry(name).or_default().push(inside);
            }
        }
        Self { text, by_name }
    }

    /// What a migration's `run` makes, and what its `run` and its `rollback` take away. These are the tokens of its block;
    /// files that it includes lie beside `file`.
    pub(super) fn made_and_lost(&self, block: &[Token], file: &Path) -> (Vec<Made>, [Vec<Lost>; 2]) {
        let (made, lost) = self.of_function("run", block, file);
        let (_, lost_by_rollback) = self.of_function("rollback", block, file);
        (made, [lost, lost_by_rollback])
    }

    fn of_function(&self, name: &str, block: &[Token], file: &Path) -> (Vec<Made>, Vec<Lost>) {
        let found = block.windows(2).position(|pair| self.is(pair[0], "fn") && self.is(pair[1], name));
        let Some(body) = found.and_then(|at| block_after(block, at + 2)) else { return Default::default() };
        let mut reader = Reader::new(self, file);
        let mut seen = HashSet::from([body.start]);
        let mut open = vec![body];
        while let Some(range) = open.pop() {
            for name in reader.read(range) {
                let helpers = self.by_name.get(name).into_iter().flatten();
                open.extend(helpers.filter(|inside| seen.insert(inside.start)).cloned());
            }
        }
        // A description of a table that nothing makes is for something else.
        let tables = if reader.creates { reader.tables } else { Vec::new() };
        (tables.into_iter().chain(reader.other).collect(), reader.lost)
    }

    fn is(&self, token: Token, word: &str) -> bool {
        self::word(self.text, token) == word
    }
}

/// Reads bodies.
struct Reader<'d, 't> {
    of: &'d Definitions<'t>,
    file: &'d Path,
    /// Whether a table is made from a description.
    creates: bool,
    /// The tables that are described.
    tables: Vec<Made>,
    other: Vec<Made>,
    /// The table whose change is being described.
    altered: Option<String>,
    lost: Vec<Lost>,
}

impl<'d, 't> Reader<'d, 't> {
    fn new(of: &'d Definitions<'t>, file: &'d Path) -> Self {
        Self { of, file, creates: false, tables: Vec::new(), other: Vec::new(), altered: None, lost: Vec::new() }
    }

    /// Takes what a body says, and gives the names that it mentions.
    fn read(&mut self, body: Range<usize>) -> Vec<&'t str> {
        let text = self.of.text;
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
    fn path_before(&self, tokens: &[Token], at: usize) -> Option<&'t str> {
        let [name, first, second] = tokens.get(at.checked_sub(3)?..at)? else { return None };
        let is_path = [first, second].iter().all(|token| token.kind == Kind::Punct(b':'));
        (is_path && name.kind == Kind::Ident).then(|| word(self.of.text, *name))
    }

    /// The text in the parenthesis that opens there, or that of the constant which stands in it.
    fn argument(&self, tokens: &[Token], at: usize) -> Option<String> {
        let text = self.of.text;
        let [open, argument] = tokens.get(at..at + 2)? else { return None };
        if open.kind != Kind::Open(b'(') {
            return None;
        }
        let literal = match argument.kind {
            Kind::Text => *argument,
            Kind::Ident => {
                let constant = self.of.by_name.get(word(text, *argument))?.first()?.clone();
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
