//! Adding a module declaration to a crate root, without disturbing the rest of the file.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The text of a crate root with `mod name;` in it; `None` where it declares that module already.
///
/// The line goes before the first `mod x;` of the file, or else before its first item, after what the file says of
/// itself.
///
/// # Errors
/// The file is not made of Rust's tokens.
pub fn declare_module(source: &str, name: &str) -> Result<Option<String>, proc_macro2::LexError> {
    let items = items(source.parse()?);
    if items.iter().any(|item| item.module.as_deref() == Some(name)) {
        return Ok(None);
    }
    let declaration = items.iter().find(|item| item.module.is_some() && !item.is_inline);
    let line = declaration.or(items.first()).map(|item| item.line);
    let ending = if source.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines = source.split_inclusive('\n').peekable();
    let mut text: String = lines.by_ref().take(line.map_or(usize::MAX, |line| line - 1)).collect();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push_str(ending);
    }
    text.push_str("mod ");
    text.push_str(name);
    text.push(';');
    text.push_str(ending);
    if lines.peek().is_some() && declaration.is_none() {
        text.push_str(ending);
    }
    text.extend(lines);
    Ok(Some(text))
}

/// An item of a file, as far as it matters here.
struct Item {
    /// The line on which it begins, from 1, its attributes included.
    line: usize,
    /// Its name, if it is a module.
    module: Option<String>,
    /// Whether its body is here.
    is_inline: bool,
}

/// Splits a file into items: each ends with a semicolon or a body in braces.
fn items(tokens: TokenStream) -> Vec<Item> {
    let mut tokens = tokens.into_iter().peekable();
    let (mut items, mut item) = (Vec::new(), Vec::new());
    while let Some(token) = tokens.next() {
        let starts_inner =
            item.is_empty() && is_punct(&token, '#') && tokens.peek().is_some_and(|it| is_punct(it, '!'));
        if starts_inner {
            // `#![...]`: the exclamation mark, and the brackets after it.
            tokens.next();
            tokens.next();
            continue;
        }
        let is_body = matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
        let ends = is_body || is_punct(&token, ';');
        item.push(token);
        if ends {
            items.push(describe(&item, is_body));
            item.clear();
        }
    }
    items
}

fn describe(tokens: &[TokenTree], is_inline: bool) -> Item {
    let is_mod = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "mod");
    // `mod name` and the end, whatever stands before.
    let module = match tokens {
        [.., keyword, TokenTree::Ident(name), _] if is_mod(keyword) => Some(name.to_string()),
        _ => None,
    };
    Item { line: tokens.first().map_or(1, |token| token.span().start().line), module, is_inline }
}

fn is_punct(token: &TokenTree, mark: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark)
}

#[cfg(test)]
mod tests {
    use super::declare_module;

    fn declared(source: &str) -> Option<String> {
        declare_module(source, "migrations").expect("the source parses")
    }

    #[test]
    fn the_line_goes_before_other_modules() {
        assert_eq!(declared("//! Doc.\n\nmod users;\n").as_deref(), Some("//! Doc.\n\nmod migrations;\nmod users;\n"));
    }

    #[test]
    fn without_modules_it_goes_before_the_first_item_and_after_inner_attributes() {
        let source = "#![allow(\n    dead_code\n)]\n/* a */\n/// Doc.\n#[inline]\nfn main() {}\n";
        let expected = "#![allow(\n    dead_code\n)]\n/* a */\nmod migrations;\n\n/// Doc.\n#[inline]\nfn main() {}\n";
        assert_eq!(declared(source).as_deref(), Some(expected));
    }

    #[test]
    fn an_empty_file_and_one_without_a_last_line_end_are_fine() {
        assert_eq!(declared("").as_deref(), Some("mod migrations;\n"));
        assert_eq!(declared("//! Doc.").as_deref(), Some("//! Doc.\nmod migrations;\n"));
        assert_eq!(declared("fn main() {}\r\n").as_deref(), Some("mod migrations;\r\n\r\nfn main() {}\r\n"));
    }

    #[test]
    fn a_declared_module_stays_as_it_is() {
        assert_eq!(declared("pub mod migrations;\n"), None);
        assert_eq!(declared("mod migrations {}\n"), None);
    }

    #[test]
    fn what_is_not_rust_is_left_alone() {
        assert!(declare_module("fn (", "migrations").is_err());
    }
}
