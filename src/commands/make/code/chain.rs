//! Calls of methods one after another, laid out as rustfmt does it by default.

use std::fmt::Write as _;

/// The longest chain that stays on one line.
const CHAIN: usize = 60;

/// How long a line may be.
const WIDTH: usize = 100;

/// A value, and the methods that are called on it in turn.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    root: String,
    calls: Vec<Call>,
}

/// The call of a method.
#[derive(Clone, Debug)]
struct Call {
    method: &'static str,
    arguments: Arguments,
}

/// What a method is called with.
#[derive(Clone, Debug)]
enum Arguments {
    /// As they stand.
    Text(String),
    /// Chains themselves.
    Chains(Vec<Chain>),
}

impl Chain {
    pub(super) fn new(root: String) -> Self {
        Self { root, calls: Vec::new() }
    }

    /// Calls a method with arguments as they stand.
    pub(super) fn call(&mut self, method: &'static str, arguments: String) {
        self.calls.push(Call { method, arguments: Arguments::Text(arguments) });
    }

    /// Calls a method with what another chain makes.
    pub(super) fn push(&mut self, method: &'static str, argument: Self) {
        self.calls.push(Call { method, arguments: Arguments::Chains(vec![argument]) });
    }

    /// Calls a method with what two chains make.
    pub(super) fn both(&mut self, method: &'static str, first: Self, second: Self) {
        self.calls.push(Call { method, arguments: Arguments::Chains(vec![first, second]) });
    }

    /// All on one line.
    pub(super) fn flat(&self) -> String {
        let calls = self.calls.iter().map(|call| format!(".{}({})", call.method, call.arguments.flat()));
        format!("{}{}", self.root, calls.collect::<String>())
    }

    /// Laid out for a line that is indented so far, and on which `rest` columns more are taken.
    pub(super) fn laid_out(&self, indent: usize, rest: usize) -> String {
        let flat = self.flat();
        // The limit of chains is for those of two calls or more.
        let limit = if self.calls.len() > 1 { CHAIN } else { WIDTH };
        if flat.len() <= limit && indent + flat.len() + rest <= WIDTH {
            return flat;
        }
        let mut text = self.root.clone();
        for call in &self.calls {
            let _ = write!(text, "\n{:1$}", "", indent + 4);
            text.push_str(&call.laid_out(indent + 4));
        }
        text
    }
}

impl Arguments {
    fn flat(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Chains(chains) => chains.iter().map(Chain::flat).collect::<Vec<_>>().join(", "),
        }
    }
}

impl Call {
    fn laid_out(&self, indent: usize) -> String {
        let flat = format!(".{}({})", self.method, self.arguments.flat());
        let Arguments::Chains(chains) = &self.arguments else { return flat };
        let stays = |chain: &Chain| chain.calls.len() < 2 || chain.flat().len() <= CHAIN;
        let short = chains.len() == 1 || self.arguments.flat().len() <= CHAIN;
        if short && chains.iter().all(stays) && indent + flat.len() <= WIDTH {
            return flat;
        }
        let mut text = format!(".{}(", self.method);
        for chain in chains {
            let _ = write!(text, "\n{:1$}", "", indent + 4);
            text.push_str(&chain.laid_out(indent + 4, 1));
            text.push(',');
        }
        let _ = write!(text, "\n{:indent$})", "");
        text
    }
}
