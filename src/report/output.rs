//! How the user wants output.

use anstream::ColorChoice;

/// What the user said about output.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Output {
    /// `--format`.
    pub(crate) format: Format,
    /// `--color`, or what the environment says in its place.
    pub(crate) color: Color,
    /// `-q` and `-v`.
    pub(crate) verbosity: Verbosity,
}

/// What stdout carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// Lines for people.
    #[default]
    Human,
    /// JSON for programs.
    Json,
    /// Annotations for GitHub.
    Github,
    /// SARIF, for code scanning.
    Sarif,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Color {
    /// On a terminal, unless `NO_COLOR` or its like says otherwise.
    #[default]
    Auto,
    /// Also into pipes and files.
    Always,
    /// Not at all.
    Never,
}

/// How much is said on stderr.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Errors only.
    Quiet,
    /// What a person wants to know.
    #[default]
    Normal,
    /// Also what helps to find a fault.
    Verbose,
}

impl Color {
    /// The word that `--color` takes, to hand it on to cargo.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }

    /// What it means for a stream, if that is known before the stream is.
    pub(super) fn choice(self) -> ColorChoice {
        match self {
            Self::Auto => ColorChoice::Auto,
            Self::Always => ColorChoice::Always,
            Self::Never => ColorChoice::Never,
        }
    }
}
