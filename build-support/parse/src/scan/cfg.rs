//! What `cfg` conditions are worth for the chosen features and target.

use std::collections::{BTreeMap, BTreeSet};
use std::env::consts;
use std::ops::Range;

use super::lexer::{Kind, Lexer, Token};

/// The conditions that hold: what `rustc --print cfg` says of the target, and the features of the package.
#[derive(Clone, Debug, Default)]
pub struct CfgSet {
    flags: BTreeSet<String>,
    values: BTreeMap<String, BTreeSet<String>>,
}

/// What a condition is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Truth {
    /// It holds.
    True,
    /// It does not hold.
    False,
    /// It depends on this name, which a build script may set or not.
    Unknown(String),
}

/// Names that are never set while a program is built.
const NEVER: [&str; 6] = ["test", "doc", "doctest", "miri", "clippy", "rustfmt"];

/// Names that only the compiler sets: where the set has none of them, they do not hold.
const COMPILERS: [&str; 12] = [
    "unix",
    "windows",
    "debug_assertions",
    "overflow_checks",
    "ub_checks",
    "proc_macro",
    "panic",
    "relocation_model",
    "sanitize",
    "feature",
    "fmt_debug",
    "contract_checks",
];

/// How deep conditions may be nested.
const DEPTH: usize = 64;

impl CfgSet {
    /// Of those features, on the target that the output of `rustc --print cfg` describes: one condition a line, `unix` or
    /// `target_os="linux"`.
    pub fn new<F: Into<String>>(features: impl IntoIterator<Item = F>, print_cfg: &str) -> Self {
        let mut set = Self::default();
        for line in print_cfg.lines().map(str::trim).filter(|line| !line.is_empty()) {
            match line.split_once('=') {
                Some((name, value)) => set.insert_value(name.trim(), value.trim().trim_matches('"')),
                None => set.insert_flag(line),
            }
        }
        set.values.entry("feature".to_owned()).or_default().extend(features.into_iter().map(Into::into));
        set
    }

    /// Of those features, on the platform that this program runs on, with debug assertions: what a `cargo build` without
    /// flags builds for. Saves asking rustc.
    pub fn of_this_platform<F: Into<String>>(features: impl IntoIterator<Item = F>) -> Self {
        let mut set = Self::new(features, "debug_assertions\npanic=\"unwind\"");
        set.insert_flag(consts::FAMILY);
        for (name, value) in [
            ("target_os", consts::OS),
            ("target_arch", consts::ARCH),
            ("target_family", consts::FAMILY),
            ("target_pointer_width", if cfg!(target_pointer_width = "64") { "64" } else { "32" }),
            ("target_endian", if cfg!(target_endian = "big") { "big" } else { "little" }),
            ("target_env", this_env()),
            ("target_vendor", this_vendor()),
        ] {
            set.insert_value(name, value);
        }
        // What rustc has for these without `-C target-cpu`.
        let features: &[&str] = match consts::ARCH {
            "x86_64" => &["fxsr", "sse", "sse2"],
            "aarch64" => &["neon"],
            _ => &[],
        };
        for feature in features {
            set.insert_value("target_feature", feature);
        }
        for width in ["8", "16", "32", "64", "ptr"] {
            set.insert_value("target_has_atomic", width);
        }
        set
    }

    /// Adds a condition without a value, such as one that a build script sets.
    pub fn insert_flag(&mut self, name: &str) {
        self.flags.insert(name.to_owned());
    }

    /// Adds a condition with a value.
    pub fn insert_value(&mut self, name: &str, value: &str) {
        self.values.entry(name.to_owned()).or_default().insert(value.to_owned());
    }

    /// The worth of the condition in that range of the text, as it stands in the parentheses of `cfg(...)`.
    pub(super) fn evaluate(&self, text: &str, condition: Range<usize>) -> Truth {
        let mut lexer = Lexer::range(text, condition.clone());
        self.predicate(&mut lexer, DEPTH).unwrap_or_else(|| Truth::Unknown(text[condition].trim().to_owned()))
    }

    /// One predicate; `None` for what is not understood.
    fn predicate(&self, lexer: &mut Lexer<'_>, depth: usize) -> Option<Truth> {
        let depth = depth.checked_sub(1)?;
        let text = lexer.text();
        let word = |token: Token| &text[token.start..token.end];
        let name = lexer.next().ok()?.filter(|token| token.kind == Kind::Ident).map(word)?;
        let before = *lexer;
        match lexer.next().ok()? {
            Some(token) if token.kind == Kind::Punct(b'=') => {
                let value = lexer.next().ok()?.filter(|token| token.kind == Kind::Text).map(word)?;
                Some(self.value(name, plain_text(value)?))
            }
            Some(token) if token.kind == Kind::Open(b'(') => {
                let mut worths = Vec::new();
                loop {
                    let ahead = *lexer;
                    match lexer.next().ok()?? {
                        Token { kind: Kind::Close(_), .. } => break,
                        Token { kind: Kind::Punct(b','), .. } => {}
                        _ => {
                            *lexer = ahead;
                            worths.push(self.predicate(lexer, depth)?);
                        }
                    }
                }
                combine(name, worths)
            }
            _ => {
                *lexer = before;
                Some(self.flag(name))
            }
        }
    }

    fn flag(&self, name: &str) -> Truth {
        if name == "true" || self.flags.contains(name) {
            Truth::True
        } else if name == "false" || NEVER.contains(&name) || is_compilers(name) {
            Truth::False
        } else {
            Truth::Unknown(name.to_owned())
        }
    }

    fn value(&self, name: &str, value: &str) -> Truth {
        let values = self.values.get(name);
        if values.is_some_and(|values| values.contains(value)) {
            Truth::True
        } else if values.is_some() || is_compilers(name) {
            Truth::False
        } else {
            Truth::Unknown(name.to_owned())
        }
    }
}

fn combine(name: &str, worths: Vec<Truth>) -> Option<Truth> {
    match name {
        "all" => Some(worths.into_iter().fold(Truth::True, Truth::and)),
        "any" => Some(worths.into_iter().map(Truth::not).fold(Truth::True, Truth::and).not()),
        "not" => {
            let mut worths = worths.into_iter();
            worths.next().filter(|_| worths.len() == 0).map(Truth::not)
        }
        _ => None,
    }
}

impl Truth {
    /// Both.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::Unknown(name), _) | (_, Self::Unknown(name)) => Self::Unknown(name),
            (Self::True, Self::True) => Self::True,
        }
    }

    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown(name) => Self::Unknown(name),
        }
    }
}

fn is_compilers(name: &str) -> bool {
    name.starts_with("target_") || COMPILERS.contains(&name)
}

/// The inside of a text in quotes; `None` where it has escapes, which no name needs.
pub(super) fn plain_text(literal: &str) -> Option<&str> {
    let unquoted = match literal.strip_prefix('r') {
        Some(raw) => raw.trim_matches('#').strip_prefix('"')?.strip_suffix('"')?,
        None => literal.strip_prefix('"')?.strip_suffix('"').filter(|inside| !inside.contains('\\'))?,
    };
    Some(unquoted)
}

const fn this_env() -> &'static str {
    if cfg!(target_env = "gnu") {
        "gnu"
    } else if cfg!(target_env = "musl") {
        "musl"
    } else if cfg!(target_env = "msvc") {
        "msvc"
    } else {
        ""
    }
}

const fn this_vendor() -> &'static str {
    if cfg!(target_vendor = "apple") {
        "apple"
    } else if cfg!(target_vendor = "pc") {
        "pc"
    } else {
        "unknown"
    }
}

#[cfg(test)]
mod tests {
    use super::{CfgSet, Truth};

    fn worth(condition: &str) -> Truth {
        let cfg = CfgSet::new(["sqlite", "with space"], "unix\ntarget_os=\"linux\"\ntarget_has_atomic=\"8\"\n\n");
        cfg.evaluate(condition, 0..condition.len())
    }

    #[test]
    fn known_conditions_are_worth_what_they_are() {
        for condition in [
            "unix",
            "target_os = \"linux\"",
            "feature = \"sqlite\"",
            "feature = r#\"with space\"#",
            "all()",
            "not(any())",
            "all(unix, not(windows),)",
            "any(windows, feature = \"sqlite\")",
            "not(test)",
            "not(target_has_atomic = \"16\")",
            "true",
            "any(unix, loom)",
            "not(all(loom, windows))",
        ] {
            assert_eq!(worth(condition), Truth::True, "{condition}");
        }
        for condition in [
            "windows",
            "test",
            "feature = \"other\"",
            "target_arch = \"arm\"",
            "any()",
            "false",
            "all(loom, test)",
            "doc",
        ] {
            assert_eq!(worth(condition), Truth::False, "{condition}");
        }
    }

    #[test]
    fn what_a_build_script_may_set_is_unknown() {
        for condition in ["loom", "not(loom)", "loom = \"1\"", "all(unix, loom)", "any(windows, loom)"] {
            assert_eq!(worth(condition), Truth::Unknown("loom".to_owned()), "{condition}");
        }
    }

    #[test]
    fn what_is_not_understood_is_unknown() {
        let deep = format!("{}unix{}", "not(".repeat(1000), ")".repeat(1000));
        for condition in
            ["", "version(\"1.85\")", "not(unix, windows)", "not(", "a = 5", "\"a\"", &deep, "feature = \"\\\""]
        {
            assert_eq!(worth(condition), Truth::Unknown(condition.to_owned()), "{condition}");
        }
    }

    #[test]
    fn this_platform_is_like_the_compilers_own_answer() {
        let cfg = CfgSet::of_this_platform(["a"]);
        let expected = if cfg!(unix) { "unix" } else { "windows" };
        assert_eq!(cfg.evaluate(expected, 0..expected.len()), Truth::True);
        let os = format!("target_os = \"{}\"", std::env::consts::OS);
        assert_eq!(cfg.evaluate(&os, 0..os.len()), Truth::True);
    }
}
