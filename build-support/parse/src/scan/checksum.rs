//! The checksum of a migration's code, which tells whether it changed after it was applied.
//!
//! It is kept in databases: **what follows never changes**. A better definition gets another prefix, and both are
//! compared for as long as old rows exist.
//!
//! `rs1:` is FNV-1a of 128 bits (Fowler, Noll, Vo; IETF RFC 9923) over the tokens of the text, written as 32 hexadecimal
//! digits. Of each token that counts, its bytes and then one zero byte are hashed, with CR LF in it taken as LF, as rustc
//! does. Tokens are identifiers, lifetimes, literals with their prefixes, delimiters, and single characters of operators.
//! These do not count, so that neither comments nor what rustfmt does make a difference:
//!
//! 1. white space, comments, and doc comments;
//! 2. a comma before a closing `)`, `]`, `}` or `>`, or before `{`, as after a `where` clause;
//! 3. a semicolon before a closing `}`;
//! 4. the braces of a block that directly follows `=>` or `|`, as of a match arm or a closure;
//! 5. a comma that stands directly in a pair of braces that also has a `=>` before it: the end of a match arm.
//!
//! It protects from mistakes, not from somebody who wants two texts of one checksum.

use std::fmt;

use super::lexer::{Kind, Token};

/// The checksum of code. Its text form is `rs1:` and 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Checksum(u128);

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // In halves, which are formatted several times faster than 128 bits at once.
        #[expect(clippy::cast_possible_truncation, reason = "each is one half")]
        let [high, low] = [(self.0 >> 64) as u64, self.0 as u64];
        write!(f, "rs1:{high:016x}{low:016x}")
    }
}

/// The checksum of those tokens of a text.
pub(super) fn of_tokens(text: &str, tokens: &[Token]) -> Checksum {
    let mut hash = Fnv(0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
    // For each open delimiter: whether its token counts, and whether a `=>` stood directly in it.
    let mut groups: Vec<Group> = Vec::new();
    let mut before = [None, None];
    for (at, token) in tokens.iter().enumerate() {
        let follows = tokens.get(at + 1).map(|next| next.kind);
        let in_arms = groups.last().is_some_and(|group| group.has_arrow);
        let counts = match token.kind {
            Kind::Punct(b',') => {
                !in_arms && !matches!(follows, Some(Kind::Close(_) | Kind::Open(b'{') | Kind::Punct(b'>')))
            }
            Kind::Punct(b';') => follows != Some(Kind::Close(b'}')),
            Kind::Punct(b'>') if before[1] == Some(Kind::Punct(b'=')) => {
                if let Some(group) = groups.last_mut().filter(|group| group.is_brace) {
                    group.has_arrow = true;
                }
                true
            }
            Kind::Open(delimiter) => {
                let is_brace = delimiter == b'{';
                let is_arm = before == [Some(Kind::Punct(b'=')), Some(Kind::Punct(b'>'))];
                let counts = !(is_brace && (is_arm || before[1] == Some(Kind::Punct(b'|'))));
                groups.push(Group { counts, is_brace, has_arrow: false });
                counts
            }
            Kind::Close(_) => groups.pop().is_none_or(|group| group.counts),
            _ => true,
        };
        if counts {
            hash.token(&text[token.start..token.end]);
        }
        before = [before[1], Some(token.kind)];
    }
    Checksum(hash.0)
}

struct Group {
    counts: bool,
    is_brace: bool,
    has_arrow: bool,
}

struct Fnv(u128);

impl Fnv {
    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }

    fn token(&mut self, token: &str) {
        let bytes = token.as_bytes();
        for (at, byte) in bytes.iter().enumerate() {
            if *byte != b'\r' || bytes.get(at + 1) != Some(&b'\n') {
                self.byte(*byte);
            }
        }
        self.byte(0);
    }
}

#[cfg(test)]
mod tests {
    use super::of_tokens;
    use crate::scan::lexer::Lexer;

    fn sum(text: &str) -> String {
        of_tokens(text, &Lexer::range(text, 0..text.len()).rest()).to_string()
    }

    /// These are in databases. A change here is a change of every recorded migration.
    #[test]
    fn the_checksums_of_old_code_never_change() {
        assert_eq!(sum(""), "rs1:6c62272e07bb014262b821756295c58d");
        assert_eq!(sum("a"), "rs1:0880954519ab1be95aa0733055b70e0c");
        let block = "impl Migration for A { fn run(&self, db: &mut Db) -> Result<()> { db.batch(\"é\\n\") } }";
        assert_eq!(sum(block), "rs1:427cc11a0688cb5fcd75029d6c0206a1");
    }

    #[test]
    fn formatting_and_comments_do_not_count() {
        let plain = "impl Migration for A { fn run(&self, db: &mut Db) -> Result<()> { let x = vec![1, 2]; f(a, b); \
                     match x { Some(a) => f(a), None => g(1, 2), _ => return } s.map(|x| h(x)) } }";
        for same in [
            "impl  Migration for A{fn run(&self,db:&mut Db)->Result<(),>{let x=vec![1,2,];f(a,b,);\
             match x{Some(a)=>f(a),None=>g(1,2),_=>return,}s.map(|x|h(x))}}",
            "impl Migration for A {\r\n /// doc\r\n fn run(&self, db: &mut Db,) -> Result<()> { let x = vec![1, 2];\
             f(a, b); match x { Some(a) => { f(a) } None => { g(1, 2) }, _ => { return; } } s.map(|x| { h(x) }) } }",
        ] {
            assert_eq!(sum(plain), sum(same), "{same}");
        }
    }

    #[test]
    fn a_comma_that_rustfmt_adds_does_not_count() {
        for (one, other) in [
            ("impl<T> A for B<T> where T: C {}", "impl<T> A for B<T>\nwhere\n    T: C,\n{}"),
            ("fn f(a: B<C, D>, e: (F,)) {}", "fn f(\n    a: B<\n C,\n D,\n>,\n    e: (F,),\n) {}"),
            ("let [a, b] = c;", "let [\n a,\n b,\n] = c;"),
            ("match a { B if c => {} D => e(|| f), }", "match a {\n B if c => {}\n D => {\n e(|| {\n f\n })\n }\n}"),
        ] {
            assert_eq!(sum(one), sum(other), "{one}");
        }
    }

    #[test]
    fn what_changes_the_code_counts() {
        let all = [
            "f(a, b)",
            "f(a b)",
            "f(ab)",
            "f[a, b]",
            "f(b, a)",
            "f(a, b) ;",
            "f(a, \"b\")",
            "f(a, -b)",
            "f(a - b)",
            "f(a, 'b')",
            "f(a, b\"b\")",
            "match x { 1 => a, 2 => b }",
            "match x { 1 => b, 2 => a }",
            "{ f(a, b) }",
            "\"a b\"",
            "\"a  b\"",
            "\"a\nb\"",
        ];
        let sums: std::collections::BTreeSet<_> = all.iter().map(|text| sum(text)).collect();
        assert_eq!(sums.len(), all.len());
    }

    #[test]
    fn line_ends_in_texts_are_those_of_the_compiler() {
        assert_eq!(sum("\"a\r\nb\""), sum("\"a\nb\""));
        assert_ne!(sum("\"a\rb\""), sum("\"ab\""));
    }
}
