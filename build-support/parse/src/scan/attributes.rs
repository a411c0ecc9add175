//! What an item's attributes say about where it is and whether it is compiled.

use std::ops::Range;

use super::cfg::{CfgSet, Truth, plain_text};
use super::lexer::{Kind, Lexer};

/// The attributes of an item, `cfg_attr` evaluated.
pub(super) struct Attributes {
    /// Whether the item is compiled.
    pub(super) gate: Truth,
    /// The name on which it depends whether a `derive` or `path` is there at all.
    pub(super) unknown: Option<String>,
    /// `#[path = "..."]`.
    pub(super) path: Option<String>,
    /// The paths in `#[derive(...)]`.
    pub(super) derives: Vec<Range<usize>>,
    /// Whether there is a `#[glim(...)]`.
    pub(super) has_glim: bool,
}

impl Attributes {
    /// Of the attributes whose brackets hold those ranges of the text.
    pub(super) fn read(text: &str, attrs: &[Range<usize>], cfg: &CfgSet) -> Self {
        let mut read = Self { gate: Truth::True, unknown: None, path: None, derives: Vec::new(), has_glim: false };
        for attr in attrs {
            read.add(text, attr.clone(), cfg, 8);
        }
        read
    }

    fn add(&mut self, text: &str, attr: Range<usize>, cfg: &CfgSet, depth: u8) {
        let mut lexer = Lexer::range(text, attr.clone());
        let Ok(Some(name)) = lexer.next() else { return };
        match &text[name.start..name.end] {
            "cfg" => {
                let worth = cfg.evaluate(text, inside(text, lexer.position()..attr.end));
                self.gate = std::mem::replace(&mut self.gate, Truth::True).and(worth);
            }
            "cfg_attr" if depth > 0 => {
                let mut parts = split_at_commas(text, inside(text, lexer.position()..attr.end)).into_iter();
                let Some(condition) = parts.next() else { return };
                match cfg.evaluate(text, condition) {
                    Truth::True => parts.for_each(|part| self.add(text, part, cfg, depth - 1)),
                    Truth::False => {}
                    Truth::Unknown(name) => {
                        let mut parts = parts.map(|part| text[part].trim_start());
                        if parts.any(|part| part.starts_with("derive") || part.starts_with("path")) {
                            self.unknown = Some(name);
                        }
                    }
                }
            }
            "path" => {
                let literal = (lexer.next(), lexer.next());
                if let (Ok(Some(_)), Ok(Some(literal))) = literal {
                    if literal.kind == Kind::Text {
                        self.path = unquoted(&text[literal.start..literal.end]);
                    }
                }
            }
            "derive" => self.derives.extend(split_at_commas(text, inside(text, lexer.position()..attr.end))),
            "glim" => self.has_glim = true,
            // Only a test harness compiles it.
            "test" | "bench" => self.gate = Truth::False,
            _ => {}
        }
    }
}

/// The inside of the parentheses that fill the range.
fn inside(text: &str, range: Range<usize>) -> Range<usize> {
    let (Some(open), Some(close)) = (text[range.clone()].find('('), text[range.clone()].rfind(')')) else {
        return range.end..range.end;
    };
    range.start + open + 1..(range.start + close).max(range.start + open + 1)
}

/// The runs of tokens between the commas of that range; no empty ones.
pub(super) fn split_at_commas(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut lexer = Lexer::range(text, range);
    let mut parts = Vec::new();
    let mut part: Option<Range<usize>> = None;
    let mut depth = 0_usize;
    while let Ok(Some(token)) = lexer.next() {
        match token.kind {
            Kind::Punct(b',') if depth == 0 => {
                parts.extend(part.take());
                continue;
            }
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        part = Some(part.map_or(token.start, |part| part.start)..token.end);
    }
    parts.extend(part);
    parts
}

/// The text that a literal means.
pub(super) fn unquoted(literal: &str) -> Option<String> {
    match plain_text(literal) {
        Some(plain) => Some(plain.to_owned()),
        None => syn::parse_str::<syn::LitStr>(literal).ok().map(|literal| literal.value()),
    }
}
