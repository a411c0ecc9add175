//! Passing over what is inside items, by matching delimiters.

use std::ops::Range;

use super::items::{Items, Nested, Result, error, unclosed};
use super::lexer::{Kind, Token};

impl Items<'_> {
    /// Leaves a module that was entered, unread.
    pub(super) fn skip_module(&mut self) -> Result<()> {
        let Some(open) = self.modules.pop() else { return Ok(()) };
        self.skip_group(open, None).map(drop)
    }

    /// Skips the rest of an item: to its `;` or over its block. Gives the block's inside, and collects the structs in it.
    pub(super) fn skip_rest(&mut self, mut nested: Option<&mut Vec<Nested>>) -> Result<Range<usize>> {
        let start = self.lexer.position();
        loop {
            let Some(token) = self.token()? else {
                return Err(error(self.lexer.character_before(start), "the file ends within an item"));
            };
            match token.kind {
                Kind::Punct(b';') => return Ok(start..token.end),
                Kind::Open(delimiter) => {
                    self.skip_group(token.start, nested.as_deref_mut())?;
                    if delimiter == b'{' && !self.goes_on()? {
                        return Ok(token.start..self.lexer.position());
                    }
                }
                Kind::Close(_) => return Err(self.unexpected(token)),
                _ => {}
            }
        }
    }

    /// Whether a block that was just read is a generic argument, `Name<{ N }>`, and no body.
    fn goes_on(&self) -> Result<bool> {
        Ok(self.peek()?.is_some_and(|next| matches!(next.kind, Kind::Punct(b'>' | b','))))
    }

    /// What stands before the next block that is no generic argument; the block itself is not taken.
    pub(super) fn up_to_block(&mut self) -> Result<Range<usize>> {
        let start = self.lexer.position();
        let mut last = Kind::Ident;
        loop {
            let before = self.lexer;
            let Some(token) = self.token()? else {
                return Err(error(start.saturating_sub(4)..start, "expected a block after this `impl`"));
            };
            match token.kind {
                Kind::Open(b'{') => {
                    // Most blocks are long: only one that may be a generic argument is passed over to see what follows.
                    let may_be_argument = matches!(last, Kind::Punct(b'<' | b',' | b'='));
                    if may_be_argument {
                        self.skip_group(token.start, None)?;
                    }
                    if !may_be_argument || !self.goes_on()? {
                        self.lexer = before;
                        return Ok(start..token.start);
                    }
                }
                Kind::Open(_) => {
                    self.skip_group(token.start, None)?;
                }
                Kind::Close(_) | Kind::Punct(b';') => return Err(self.unexpected(token)),
                _ => {}
            }
            last = token.kind;
        }
    }

    pub(super) fn up_to_semicolon(&mut self) -> Result<Range<usize>> {
        let start = self.lexer.position();
        loop {
            let Some(token) = self.token()? else {
                return Err(error(self.lexer.character_before(start), "expected `;` before the end of the file"));
            };
            match token.kind {
                Kind::Punct(b';') => return Ok(start..token.start),
                Kind::Open(_) => {
                    self.skip_group(token.start, None)?;
                }
                Kind::Close(_) => return Err(error(token.start..token.end, "expected `;` before this")),
                _ => {}
            }
        }
    }

    /// An attribute after its `#`: whether it is an inner one, and the inside of its brackets.
    pub(super) fn attribute(&mut self) -> Result<(bool, Range<usize>)> {
        let mut token = self.token()?;
        let is_inner = token.is_some_and(|token| token.kind == Kind::Punct(b'!'));
        if is_inner {
            token = self.token()?;
        }
        match token {
            Some(token) if token.kind == Kind::Open(b'[') => Ok((is_inner, self.skip_group(token.start, None)?)),
            Some(token) => Err(error(token.start..token.end, "expected `[` after `#`")),
            None => {
                let end = self.lexer.position();
                Err(error(self.lexer.character_before(end), "the file ends within an attribute"))
            }
        }
    }

    /// Skips a group whose opening delimiter at `open` was just taken. Gives its inside.
    pub(super) fn skip_group(&mut self, open: usize, mut nested: Option<&mut Vec<Nested>>) -> Result<Range<usize>> {
        let inside = self.lexer.position();
        let outer = self.groups.len();
        self.groups.push(open);
        let mut after_word = false;
        loop {
            let Some(token) = self.token()? else {
                return Err(unclosed(self.groups.last().copied().unwrap_or(open)));
            };
            match token.kind {
                Kind::Open(_) => self.groups.push(token.start),
                Kind::Close(close) => {
                    let open = self.groups.pop().unwrap_or(open);
                    let opened = self.lexer.text().as_bytes()[open];
                    if !matches!((opened, close), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
                        let message = format!("`{}` is closed by `{}`", char::from(opened), char::from(close));
                        return Err(error(open..open + 1, message));
                    }
                    if self.groups.len() == outer {
                        return Ok(inside..token.start);
                    }
                }
                // A macro's arguments are no items, whatever they look like.
                Kind::Punct(b'!') if after_word && nested.is_some() => {
                    if let Some(Token { kind: Kind::Open(_), start, .. }) = self.peek()? {
                        self.token()?;
                        self.skip_group(start, None)?;
                    }
                }
                Kind::Punct(b'#') => {
                    if let Some(nested) = nested.as_deref_mut() {
                        self.nested(token.start, nested)?;
                    }
                }
                _ => {}
            }
            after_word = token.kind == Kind::Ident;
        }
    }

    /// Collects the struct that may follow the `#` at `start`, in a function's body.
    fn nested(&mut self, start: usize, nested: &mut Vec<Nested>) -> Result<()> {
        let mut attrs = Vec::new();
        loop {
            if !self.peek()?.is_some_and(|next| matches!(next.kind, Kind::Open(b'[') | Kind::Punct(b'!'))) {
                return Ok(());
            }
            attrs.push(self.attribute()?.1);
            match self.peek()? {
                Some(next) if next.kind == Kind::Punct(b'#') => self.token()?,
                _ => break,
            };
        }
        if self.next_is("pub")? {
            self.token()?;
            if let Some(Token { kind: Kind::Open(b'('), start, .. }) = self.peek()? {
                self.token()?;
                self.skip_group(start, None)?;
            }
        }
        if self.next_is("struct")? || self.next_is("enum")? {
            self.token()?;
            let name = self.name()?;
            let end = self.skip_rest(None)?.end;
            nested.push(Nested { attrs, start, name, end });
        }
        Ok(())
    }
}
