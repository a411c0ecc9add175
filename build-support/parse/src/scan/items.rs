//! The items of a source file, one head at a time: what an item is, and where it is, but not what is inside it. A body
//! is only skipped, by matching its delimiters.

use std::ops::Range;

use super::lexer::{Kind, LexError, Lexer, Token};

/// Why a file cannot be read, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) span: Range<usize>,
    pub(super) message: String,
}

/// The start of an item. Its body, if [`Head::has_rest`], is the caller's to skip or to enter.
pub(super) struct Head {
    /// The insides of the brackets of its outer attributes.
    pub(super) attrs: Vec<Range<usize>>,
    /// Where it begins, with its attributes.
    pub(super) start: usize,
    /// What it is.
    pub(super) kind: HeadKind,
}

/// What an item is.
pub(super) enum HeadKind {
    /// `mod name;`.
    Module { name: Range<usize> },
    /// `mod name {`, entered.
    InlineModule { name: Range<usize> },
    /// The `}` of a module that was entered.
    ModuleEnd,
    /// `#![...]`: the inside of the brackets.
    InnerAttribute { inside: Range<usize> },
    /// `use tree;`, whole.
    Use { tree: Range<usize> },
    /// `extern crate name;` or `extern crate name as other;`, whole.
    ExternCrate { name: Range<usize>, rename: Option<Range<usize>> },
    /// A struct, enum or union, whole.
    Type { name: Range<usize>, end: usize },
    /// `trait Name`, with a rest.
    Trait { name: Range<usize> },
    /// `impl header`, with a rest. The header is what stands between `impl` and the block.
    Impl { keyword: usize, header: Range<usize> },
    /// `path!(arguments)`, whole.
    Macro { path: Range<usize>, arguments: Range<usize> },
    /// Anything else, with a rest.
    Other,
    /// Anything else, whole.
    Whole,
}

/// A struct inside a function, with its attributes.
pub(super) struct Nested {
    pub(super) attrs: Vec<Range<usize>>,
    pub(super) start: usize,
    pub(super) name: Range<usize>,
    pub(super) end: usize,
}

/// Reads items.
pub(super) struct Items<'a> {
    pub(super) lexer: Lexer<'a>,
    /// Where the modules that were entered begin.
    pub(super) modules: Vec<usize>,
    /// Where the groups that are being skipped begin.
    pub(super) groups: Vec<usize>,
}

pub(super) type Result<T> = std::result::Result<T, SyntaxError>;

impl Head {
    /// Whether [`Items::skip_rest`] is to be called.
    pub(super) fn has_rest(&self) -> bool {
        matches!(self.kind, HeadKind::Trait { .. } | HeadKind::Impl { .. } | HeadKind::Other)
    }
}

impl<'a> Items<'a> {
    /// Of a file.
    pub(super) fn of(text: &'a str) -> Self {
        Self { lexer: Lexer::file(text), modules: Vec::new(), groups: Vec::new() }
    }

    /// The next item's head; `None` at the file's end.
    pub(super) fn next(&mut self) -> Result<Option<Head>> {
        let mut attrs = Vec::new();
        let mut start = None;
        loop {
            let Some(token) = self.token()? else {
                return match (self.modules.last(), start) {
                    (Some(open), _) => Err(unclosed(*open)),
                    (None, Some(start)) => Err(error(start..start + 1, "expected an item after this attribute")),
                    (None, None) => Ok(None),
                };
            };
            let item_start = *start.get_or_insert(token.start);
            let kind = match token.kind {
                Kind::Punct(b';') if attrs.is_empty() => {
                    start = None;
                    continue;
                }
                Kind::Punct(b'#') => match self.attribute()? {
                    (true, inside) if attrs.is_empty() => HeadKind::InnerAttribute { inside },
                    (_, inside) => {
                        attrs.push(inside);
                        continue;
                    }
                },
                Kind::Close(b'}') if !self.modules.is_empty() && attrs.is_empty() => {
                    self.modules.pop();
                    HeadKind::ModuleEnd
                }
                Kind::Ident | Kind::Punct(b':' | b'$') => self.item(token)?,
                _ => return Err(self.unexpected(token)),
            };
            return Ok(Some(Head { attrs, start: item_start, kind }));
        }
    }

    /// The item that begins with `first`, after its attributes.
    fn item(&mut self, first: Token) -> Result<HeadKind> {
        let mut token = first;
        loop {
            let next = self.peek()?;
            let before_name = next.is_some_and(|next| next.kind == Kind::Ident);
            match self.str(token) {
                "pub" => {
                    if next.is_some_and(|next| next.kind == Kind::Open(b'(')) {
                        self.token()?;
                        self.skip_group(next.map_or(0, |next| next.start), None)?;
                    }
                }
                "mod" if before_name => return self.module(),
                "use" => return Ok(HeadKind::Use { tree: self.up_to_semicolon()? }),
                "struct" | "enum" | "union" if before_name => {
                    let name = self.name()?;
                    return Ok(HeadKind::Type { name, end: self.skip_rest(None)?.end });
                }
                "trait" if before_name => return Ok(HeadKind::Trait { name: self.name()? }),
                "impl" => {
                    let header = self.up_to_block()?;
                    return Ok(HeadKind::Impl { keyword: token.start, header });
                }
                "fn" if before_name => return Ok(HeadKind::Other),
                "macro" if before_name => {
                    self.skip_rest(None)?;
                    return Ok(HeadKind::Whole);
                }
                "extern" => match next {
                    Some(next) if self.str(next) == "crate" => {
                        self.token()?;
                        return self.extern_crate();
                    }
                    Some(next) if next.kind == Kind::Open(b'{') => return Ok(HeadKind::Other),
                    Some(next) if next.kind == Kind::Text => {
                        self.token()?;
                        if self.peek()?.is_some_and(|next| next.kind == Kind::Open(b'{')) {
                            return Ok(HeadKind::Other);
                        }
                    }
                    _ => {}
                },
                "const" if !next.is_some_and(|next| is_function_word(self.str(next))) => {
                    self.up_to_semicolon()?;
                    return Ok(HeadKind::Whole);
                }
                "static" | "type" if before_name => {
                    self.up_to_semicolon()?;
                    return Ok(HeadKind::Whole);
                }
                "unsafe" | "async" | "const" | "default" | "auto" | "safe" | "gen" if before_name => {}
                _ => return self.macro_call(token),
            }
            token = match self.token()? {
                Some(token) if matches!(token.kind, Kind::Ident | Kind::Punct(b':')) => token,
                Some(token) => return Err(self.unexpected(token)),
                None => return Err(error(first.start..first.end, "the file ends within this item")),
            };
        }
    }

    fn module(&mut self) -> Result<HeadKind> {
        let name = self.name()?;
        match self.token()? {
            Some(token) if token.kind == Kind::Punct(b';') => Ok(HeadKind::Module { name }),
            Some(token) if token.kind == Kind::Open(b'{') => {
                self.modules.push(token.start);
                Ok(HeadKind::InlineModule { name })
            }
            _ => Err(error(name, "expected `;` or `{` after the module's name")),
        }
    }

    fn extern_crate(&mut self) -> Result<HeadKind> {
        let name = self.name()?;
        let rest = self.up_to_semicolon()?;
        let mut rest = Lexer::range(self.lexer.text(), rest);
        let rename = match (rest.next().ok().flatten(), rest.next().ok().flatten()) {
            (Some(_), Some(rename)) => Some(rename.start..rename.end),
            _ => None,
        };
        Ok(HeadKind::ExternCrate { name, rename })
    }

    fn macro_call(&mut self, first: Token) -> Result<HeadKind> {
        let mut end = first.end;
        loop {
            let Some(token) = self.token()? else {
                return Err(error(first.start..end, "expected an item"));
            };
            match token.kind {
                Kind::Punct(b':') => end = token.end,
                Kind::Ident if self.lexer.text().as_bytes()[end - 1] == b':' => end = token.end,
                Kind::Punct(b'!') => break,
                _ => return Err(self.unexpected(first)),
            }
        }
        let mut open = self.token()?;
        if open.is_some_and(|token| token.kind == Kind::Ident) {
            open = self.token()?;
        }
        match open {
            Some(open) if matches!(open.kind, Kind::Open(_)) => {
                let arguments = self.skip_group(open.start, None)?;
                Ok(HeadKind::Macro { path: first.start..end, arguments })
            }
            _ => Err(error(first.start..end, "expected `(`, `[` or `{` after the macro's name")),
        }
    }

    pub(super) fn name(&mut self) -> Result<Range<usize>> {
        match self.token()? {
            Some(token) if token.kind == Kind::Ident => Ok(token.start..token.end),
            Some(token) => Err(error(token.start..token.end, format!("expected a name, found `{}`", self.str(token)))),
            None => {
                let end = self.lexer.position();
                Err(error(self.lexer.character_before(end), "expected a name before the end of the file"))
            }
        }
    }

    pub(super) fn next_is(&self, word: &str) -> Result<bool> {
        Ok(self.peek()?.is_some_and(|next| self.str(next) == word))
    }

    pub(super) fn peek(&self) -> Result<Option<Token>> {
        let mut ahead = self.lexer;
        ahead.next().map_err(SyntaxError::from)
    }

    pub(super) fn token(&mut self) -> Result<Option<Token>> {
        self.lexer.next().map_err(SyntaxError::from)
    }

    fn str(&self, token: Token) -> &'a str {
        &self.lexer.text()[token.start..token.end]
    }

    pub(super) fn unexpected(&self, token: Token) -> SyntaxError {
        error(token.start..token.end, format!("expected an item, found `{}`", self.str(token)))
    }
}

impl From<LexError> for SyntaxError {
    fn from(error: LexError) -> Self {
        Self { span: error.span, message: error.message.to_owned() }
    }
}

pub(super) fn error(span: Range<usize>, message: impl Into<String>) -> SyntaxError {
    SyntaxError { span, message: message.into() }
}

pub(super) fn unclosed(open: usize) -> SyntaxError {
    error(open..open + 1, "this is never closed")
}

/// Words that make of `const name` something else than a constant.
fn is_function_word(word: &str) -> bool {
    matches!(word, "fn" | "unsafe" | "async" | "extern" | "impl" | "trait" | "auto" | "safe" | "gen")
}
