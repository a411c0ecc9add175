//! Values that arguments take.

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use clap::ValueEnum;

use crate::report;
use crate::settings::duration;

/// A time such as `2s`.
pub(super) fn time(text: &str) -> Result<Duration, String> {
    duration::parse(text)
}

/// A time that is not zero.
pub(super) fn some_time(text: &str) -> Result<Duration, String> {
    match duration::parse(text)? {
        Duration::ZERO => Err("a time of zero leaves no time for anything".to_owned()),
        time => Ok(time),
    }
}

/// `--format`, for the commands that have it.
#[derive(clap::Args)]
pub(super) struct FormatArg {
    /// What stdout carries
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, help_heading = super::shared::OUTPUT)]
    format: Format,
}

#[derive(Clone, Copy, Default, ValueEnum)]
enum Format {
    /// Lines for people
    #[default]
    Human,
    /// JSON for programs
    Json,
}

impl FormatArg {
    pub(super) fn into_plain(self) -> report::Format {
        match self.format {
            Format::Human => report::Format::Human,
            Format::Json => report::Format::Json,
        }
    }
}

/// `--color`.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum ColorArg {
    /// On a terminal
    Auto,
    /// Also into pipes and files
    Always,
    /// Not at all
    Never,
}

/// The colour that a word of `--color` or `CARGO_TERM_COLOR` means; nothing for an unknown word.
pub(super) fn color(word: &str) -> Option<report::Color> {
    [report::Color::Auto, report::Color::Always, report::Color::Never].into_iter().find(|color| color.word() == word)
}

/// The colour that the arguments ask for, seen before they are parsed. What is wrong with them, the parser says.
pub(super) fn color_of(arguments: &[OsString]) -> Option<report::Color> {
    let mut arguments = arguments.iter().map(OsString::as_os_str).take_while(|argument| *argument != "--");
    let mut found = None;
    while let Some(argument) = arguments.next() {
        let word = if argument == "--color" {
            arguments.next().and_then(OsStr::to_str)
        } else {
            argument.to_str().and_then(|argument| argument.strip_prefix("--color="))
        };
        found = word.and_then(color).or(found);
    }
    found
}
