//! `impl Migration for Type { ... }`.

use std::ops::Range;
use std::sync::Arc;

use super::checksum;
use super::found::FoundMigration;
use super::lexer::{Kind, Lexer, Token};
use super::made::{Code, CodeFile};
use super::path::{NamePath, plain};
use super::place::File;

/// The trait's path and the migration that an `impl` block describes, when it is of a trait called one of `traits`.
pub(super) fn read(
    file: &File<'_>,
    keyword: usize,
    header: Range<usize>,
    block: Range<usize>,
    is_wanted: impl Fn(&str) -> bool,
    code: impl FnOnce() -> Arc<CodeFile>,
) -> Option<(NamePath, FoundMigration, bool)> {
    let text = file.text;
    let (trait_path, type_name) = split_header(text, header, is_wanted)?;
    let tokens = Lexer::range(text, keyword..block.end).rest();
    let inside = tokens.partition_point(|token| token.start <= block.start);
    let functions = functions(text, &tokens[inside..]);
    let migration = FoundMigration {
        type_name,
        place: file.place(keyword),
        checksum: checksum::of_tokens(text, &tokens),
        has_rollback: functions.contains(&"rollback"),
        code: Code::new(code(), block),
    };
    Some((trait_path, migration, functions.contains(&"run")))
}

/// `<T> Trait for Type where ...` as the trait's path and the type's name.
fn split_header(text: &str, header: Range<usize>, is_wanted: impl Fn(&str) -> bool) -> Option<(NamePath, String)> {
    let mut lexer = Lexer::range(text, header.clone());
    let (mut angles, mut groups) = (0_usize, 0_usize);
    let mut trait_start = header.start;
    let mut trait_path = None;
    let mut type_name = None;
    let mut before = Kind::Punct(b' ');
    while let Ok(Some(token)) = lexer.next() {
        match token.kind {
            Kind::Punct(b'<') => angles += 1,
            // The `>` of `->` closes nothing.
            Kind::Punct(b'>') if before != Kind::Punct(b'-') => {
                angles = angles.saturating_sub(1);
                if angles == 0 && trait_path.is_none() && text[trait_start..token.start].trim_start().starts_with('<') {
                    trait_start = token.end;
                }
            }
            Kind::Open(_) => groups += 1,
            Kind::Close(_) => groups = groups.saturating_sub(1),
            Kind::Ident if angles == 0 && groups == 0 => match (&text[token.start..token.end], &trait_path) {
                ("for", None) => {
                    let path = NamePath::read(text, trait_start..token.start);
                    if !path.last().is_some_and(&is_wanted) {
                        return None;
                    }
                    trait_path = Some(path);
                }
                ("where", Some(_)) => break,
                (name, Some(_)) => type_name = Some(plain(name)),
                _ => {}
            },
            _ => {}
        }
        before = token.kind;
    }
    Some((trait_path?, type_name?))
}

/// The names of the functions that stand directly in a block, whose tokens these are.
fn functions<'t>(text: &'t str, block: &[Token]) -> Vec<&'t str> {
    let mut names = Vec::new();
    let mut depth = 0_usize;
    let mut after_fn = false;
    for token in block {
        match token.kind {
            Kind::Open(_) => depth += 1,
            Kind::Close(_) => depth = depth.saturating_sub(1),
            Kind::Ident if after_fn && depth == 0 => names.push(&text[token.start..token.end]),
            _ => {}
        }
        after_fn = token.kind == Kind::Ident && &text[token.start..token.end] == "fn";
    }
    names
}
