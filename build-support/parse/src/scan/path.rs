//! Paths of names as sources write them.

use std::ops::Range;

use super::lexer::{Kind, Lexer, Token};

/// `::a::b`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NamePath {
    /// Whether `::` stands first: the first name is that of a crate.
    pub(super) global: bool,
    /// The names, without generic arguments.
    pub(super) names: Vec<String>,
}

/// A name that `use` brings into scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Import {
    pub(super) path: NamePath,
    /// What it is called here; `None` for a `*`.
    pub(super) name: Option<String>,
}

impl NamePath {
    /// The path that the range holds. Generic arguments are left out.
    pub(super) fn read(text: &str, range: Range<usize>) -> Self {
        let mut path = Self::default();
        let mut lexer = Lexer::range(text, range);
        let mut angles = 0_usize;
        while let Ok(Some(token)) = lexer.next() {
            match token.kind {
                Kind::Punct(b':') if path.names.is_empty() => path.global = true,
                Kind::Punct(b'<') => angles += 1,
                Kind::Punct(b'>') => angles = angles.saturating_sub(1),
                Kind::Ident if angles == 0 => path.names.push(plain(&text[token.start..token.end])),
                _ => {}
            }
        }
        path
    }

    /// The last name.
    pub(super) fn last(&self) -> Option<&str> {
        self.names.last().map(String::as_str)
    }
}

/// How deep braces may be nested in a `use`.
const DEPTH: usize = 32;

impl Import {
    /// Calls `each` for what `use tree;` brings into scope. What is not understood brings nothing.
    pub(super) fn each(text: &str, tree: Range<usize>, each: &mut impl FnMut(Self)) {
        let mut lexer = Lexer::range(text, tree);
        let mut global = false;
        let mut ahead = lexer;
        while let Ok(Some(Token { kind: Kind::Punct(b':'), .. })) = ahead.next() {
            global = true;
            lexer = ahead;
        }
        let mut names = Vec::new();
        read_tree(&mut lexer, global, &mut names, DEPTH, each);
    }
}

/// Reads one tree, up to and with the `,` or `}` after it; whether more trees follow.
fn read_tree(
    lexer: &mut Lexer<'_>,
    global: bool,
    names: &mut Vec<String>,
    depth: usize,
    each: &mut impl FnMut(Import),
) -> bool {
    let outer = names.len();
    let text = lexer.text();
    let mut local: Option<Option<String>> = None;
    let more = loop {
        let Ok(Some(token)) = lexer.next() else { break false };
        match token.kind {
            Kind::Ident if &text[token.start..token.end] == "as" => {
                if let Ok(Some(name)) = lexer.next() {
                    local = Some(Some(plain(&text[name.start..name.end])));
                }
            }
            Kind::Ident => {
                let name = plain(&text[token.start..token.end]);
                if name == "self" && !names.is_empty() {
                    local = Some(names.last().cloned());
                } else {
                    local = Some(Some(name.clone()));
                    names.push(name);
                }
            }
            Kind::Punct(b'*') => local = Some(None),
            Kind::Open(_) if depth > 0 => {
                local = None;
                while read_tree(lexer, global, names, depth - 1, each) {}
            }
            Kind::Punct(b',') => break true,
            Kind::Close(_) => break false,
            _ => {}
        }
    };
    if let Some(name) = local {
        each(Import { path: NamePath { global, names: names.clone() }, name });
    }
    names.truncate(outer);
    more
}

/// An identifier without its `r#`.
pub(super) fn plain(ident: &str) -> String {
    ident.strip_prefix("r#").unwrap_or(ident).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Import, NamePath};

    fn imports(tree: &str) -> Vec<String> {
        let mut all = Vec::new();
        Import::each(tree, 0..tree.len(), &mut |import| {
            let colons = if import.path.global { "::" } else { "" };
            all.push(format!("{colons}{} = {}", import.name.as_deref().unwrap_or("*"), import.path.names.join("::")));
        });
        all
    }

    #[test]
    fn each_leaf_of_a_tree_is_an_import() {
        assert_eq!(imports("glim::Model"), ["Model = glim::Model"]);
        assert_eq!(imports("::glim::Model as M"), ["::M = glim::Model"]);
        assert_eq!(
            imports("a::{self, b::{c, d as e}, f::*, r#type,}"),
            ["a = a", "c = a::b::c", "e = a::b::d", "* = a::f", "type = a::type"]
        );
        assert_eq!(imports("{a, b::c}"), ["a = a", "c = b::c"]);
        assert_eq!(imports("self::x"), ["x = self::x"]);
        assert_eq!(imports("a::{self as b}"), ["b = a"]);
        assert_eq!(imports("*"), ["* = "]);
    }

    #[test]
    fn a_path_is_its_names() {
        let text = "::a::r#b<C, D::<E>>::f";
        let path = NamePath::read(text, 0..text.len());
        assert_eq!((path.global, path.names.join(" ")), (true, "a b f".to_owned()));
    }
}
