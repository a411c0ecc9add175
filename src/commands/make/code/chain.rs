//! Calls of methods one after another, laid out as rustfmt does it by default.

use std::fmt::Write as _;

/// The longest chain, and the longest arguments of a call, that stay on one line.
const SHORT: usize = 60;

/// How long a line may be.
const WIDTH: usize = 100;

/// A value, and the methods that are called on it in turn.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    /// A function, or the value itself where it has no arguments.
    function: String,
    arguments: Vec<String>,
    /// Whether the arguments are an array's.
    is_list: bool,
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
    /// What a function makes of those arguments.
    pub(super) fn new(function: &str, arguments: impl IntoIterator<Item = String>) -> Self {
        Self {
            function: function.to_owned(),
            arguments: arguments.into_iter().collect(),
            is_list: false,
            calls: Vec::new(),
        }
    }

    /// What a function makes of an array.
    pub(super) fn of_list(function: &str, items: impl IntoIterator<Item = String>) -> Self {
        Self { is_list: true, ..Self::new(function, items) }
    }

    /// A value as it stands.
    pub(super) fn plain(value: String) -> Self {
        Self { function: value, arguments: Vec::new(), is_list: false, calls: Vec::new() }
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

    /// A call of a method with what chains make, laid out for a line that is indented so far, on which `db` and `?;` stand.
    pub(super) fn statement(method: &'static str, arguments: &[Self], indent: usize) -> String {
        Call { method, arguments: Arguments::Chains(arguments.to_vec()) }.laid_out(indent, "db?;".len())
    }

    /// All on one line.
    pub(super) fn flat(&self) -> String {
        let calls = self.calls.iter().map(|call| format!(".{}({})", call.method, call.arguments.flat()));
        format!("{}{}", self.root(), calls.collect::<String>())
    }

    fn root(&self) -> String {
        match self.arguments.as_slice() {
            [] => self.function.clone(),
            arguments if self.is_list => format!("{}([{}])", self.function, arguments.join(", ")),
            arguments => format!("{}({})", self.function, arguments.join(", ")),
        }
    }

    /// The root, with its arguments on lines of their own where they are long.
    fn root_laid_out(&self, indent: usize, forced: bool) -> String {
        if self.arguments.len() < 2 || !forced && self.is_short() {
            return self.root();
        }
        let (open, close) = if self.is_list { ("([", "])") } else { ("(", ")") };
        let mut text = format!("{}{open}", self.function);
        for argument in &self.arguments {
            let _ = write!(text, "\n{:1$}{argument},", "", indent + 4);
        }
        let _ = write!(text, "\n{:indent$}{close}", "");
        text
    }

    /// Whether the arguments of the root may stay on one line.
    fn is_short(&self) -> bool {
        let brackets = if self.is_list { 2 } else { 0 };
        self.arguments.len() < 2 || self.arguments.join(", ").len() + brackets <= SHORT
    }

    /// Laid out for a line that is indented so far, and on which `rest` columns more are taken.
    pub(super) fn laid_out(&self, indent: usize, rest: usize) -> String {
        let flat = self.flat();
        // The limit of chains is for those of two calls or more.
        let limit = if self.calls.len() > 1 { SHORT } else { WIDTH };
        if self.is_short() && flat.len() <= limit && indent + flat.len() + rest <= WIDTH {
            return flat;
        }
        let mut text = self.root_laid_out(indent, false);
        let deeper = if text.contains('\n') { indent } else { indent + 4 };
        if let [only] = self.calls.as_slice()
            && !text.contains('\n')
        {
            // What stands on many lines anyway may begin on the first one.
            let (beside, below) = (only.broken(indent), only.laid_out(deeper, 0));
            let lines = beside.lines().count();
            if lines > 1 && (lines >= 5 || below.lines().count() >= lines) {
                return text + &beside;
            }
        }
        for call in &self.calls {
            let _ = write!(text, "\n{:deeper$}", "");
            text.push_str(&call.laid_out(deeper, 0));
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
    fn laid_out(&self, indent: usize, rest: usize) -> String {
        let flat = format!(".{}({})", self.method, self.arguments.flat());
        let Arguments::Chains(chains) = &self.arguments else { return flat };
        if let [only] = chains.as_slice()
            && only.calls.is_empty()
            && (only.flat().len() > SHORT || indent + flat.len() + rest > WIDTH)
        {
            return format!(".{}({})", self.method, only.root_laid_out(indent, true));
        }
        let stays = |chain: &Chain| chain.calls.len() < 2 || chain.flat().len() <= SHORT;
        let short = chains.len() == 1 || self.arguments.flat().len() <= SHORT;
        if short && chains.iter().all(stays) && indent + flat.len() + rest <= WIDTH {
            return flat;
        }
        self.broken(indent)
    }

    /// Each argument on lines of its own.
    fn broken(&self, indent: usize) -> String {
        let Arguments::Chains(chains) = &self.arguments else {
            return format!(".{}({})", self.method, self.arguments.flat());
        };
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
