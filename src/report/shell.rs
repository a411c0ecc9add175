//! The terminal: one value, handed down by `&mut`, with streams that tests can replace.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Effects, Style};
use serde::Serialize;

use super::confirm::Prompt;
use super::diagnostic::{Diagnostic, Severity};
use super::output::{Color, Format, Output, Verbosity};
use super::{render, text};
use crate::exit::Exit;
use crate::failure::Failure;

const VERB: Style = AnsiColor::BrightGreen.on_default().effects(Effects::BOLD);
const NOTE: Style = AnsiColor::BrightCyan.on_default().effects(Effects::BOLD);

type Stream = AutoStream<Box<dyn Write>>;

/// Where everything that the command says goes through.
pub(crate) struct Shell {
    output: Output,
    out: Stream,
    err: Stream,
    pub(super) prompt: Prompt,
    /// How wide the terminal is that stderr is, if it is one.
    terminal_width: Option<u16>,
    /// The first failure to write a result.
    lost: Option<io::Error>,
}

impl Shell {
    /// The shell of this process.
    pub(crate) fn of_process(output: Output) -> Self {
        let prompt = Prompt::of_process();
        let (out, err) = (io::stdout(), io::stderr());
        let out_choice = resolve(output.color, &out);
        let err_choice = resolve(output.color, &err);
        let terminal_width = terminal_size::terminal_size_of(&err).map(|(width, _)| width.0);
        let shell = Self::with_streams(output, (Box::new(out), out_choice), (Box::new(err), err_choice), prompt);
        Self { terminal_width, ..shell }
    }

    fn with_streams(
        output: Output,
        (out, out_choice): (Box<dyn Write>, ColorChoice),
        (err, err_choice): (Box<dyn Write>, ColorChoice),
        prompt: Prompt,
    ) -> Self {
        let (out, err) = (AutoStream::new(out, out_choice), AutoStream::new(err, err_choice));
        Self { output, out, err, prompt, terminal_width: None, lost: None }
    }

    /// How the user wants output, for what is handed on to cargo, which itself does not see where it goes.
    pub(crate) fn output(&self) -> Output {
        let is_plain = self.err.current_choice() == ColorChoice::Never;
        Output { color: if is_plain { Color::Never } else { Color::Always }, ..self.output }
    }

    /// How wide the terminal is that stderr is, if it is one on which a line can be cleared and written over.
    pub(crate) fn terminal_width(&self) -> Option<u16> {
        self.terminal_width.filter(|_| self.err.current_choice() != ColorChoice::Never)
    }

    /// Whether stdout carries JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.output.format == Format::Json
    }

    /// What stdout carries.
    pub(crate) fn format(&self) -> Format {
        self.output.format
    }

    /// Whether `-v` was given.
    pub(crate) fn is_verbose(&self) -> bool {
        self.output.verbosity >= Verbosity::Verbose
    }

    /// Whether anybody is told how far something is.
    pub(crate) fn shows_progress(&self) -> bool {
        let is_terminal = self.terminal_width().is_some() && self.output.verbosity >= Verbosity::Normal;
        is_terminal || self.is_verbose() || self.is_json()
    }

    /// A line of the result for people; nothing when stdout is for programs.
    pub(crate) fn result(&mut self, line: &str) {
        self.results([line]);
    }

    /// The same for many lines that are known at once.
    pub(crate) fn results(&mut self, lines: impl IntoIterator<Item = impl AsRef<str>>) {
        if self.output.format == Format::Human {
            let lines: String =
                lines.into_iter().fold(String::new(), |all, line| all + &text::visible(line.as_ref()) + "\n");
            self.write_out(lines.as_bytes());
        }
    }

    /// An event for programs, one JSON object a line; nothing when stdout is for people.
    pub(crate) fn event(&mut self, event: &impl Serialize) {
        if self.is_json() {
            self.write_json(serde_json::to_vec(event));
        }
    }

    /// The one document for programs that is the whole result; nothing when stdout is for people.
    pub(crate) fn document(&mut self, document: &impl Serialize) {
        if self.is_json() {
            self.write_json(serde_json::to_vec_pretty(document));
        }
    }

    /// A result that is a file by its nature, such as a completion script, byte for byte.
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.write_out(bytes);
    }

    /// What is being done, in cargo's manner: the verb right-aligned in 12 columns.
    pub(crate) fn status(&mut self, verb: &str, message: &str) {
        if self.output.verbosity >= Verbosity::Normal {
            self.write_err(&format!("{VERB}{verb:>12}{VERB:#} {}\n", text::visible(message)));
        }
    }

    /// How far something has come, on a line of a terminal that the next one replaces; an empty one clears it.
    pub(crate) fn progress(&mut self, verb: &str, message: &str) {
        let Some(width) = self.terminal_width().filter(|_| self.output.verbosity >= Verbosity::Normal) else { return };
        let shown: String = text::visible(message).chars().take(usize::from(width).saturating_sub(14)).collect();
        let line = if shown.is_empty() { String::new() } else { format!("{VERB}{verb:>12}{VERB:#} {shown}") };
        self.write_err(&format!("\r\x1b[K{line}"));
    }

    /// A fact that the user should know.
    pub(crate) fn note(&mut self, message: &str) {
        if self.output.verbosity >= Verbosity::Normal {
            self.write_err(&format!("{NOTE}note{NOTE:#}: {}\n", text::visible(message)));
        }
    }

    /// What cargo or the compiler says, as it says it, colours and all.
    pub(crate) fn compiler(&mut self, text: &str) {
        self.write_err(text);
    }

    /// What helps to find a fault; only with `-v`.
    pub(crate) fn detail(&mut self, line: &str) {
        if self.is_verbose() {
            self.write_err(&format!("{}\n", text::visible(line)));
        }
    }

    /// An error, or a warning (which `-q` hides).
    pub(crate) fn diagnostic(&mut self, diagnostic: &Diagnostic) {
        if diagnostic.severity == Severity::Error || self.output.verbosity >= Verbosity::Normal {
            self.write_err(&render::diagnostic(diagnostic));
        }
    }

    /// Says why the command failed, and gives the exit code that says so.
    pub(crate) fn failure(&mut self, failure: &Failure) -> Exit {
        for (index, diagnostic) in failure.diagnostics.iter().enumerate() {
            if index > 0 {
                self.write_err("\n");
            }
            self.diagnostic(diagnostic);
        }
        failure.exit
    }

    /// The exit code, once it is known whether the results reached anybody.
    pub(crate) fn finish(mut self, exit: Exit) -> Exit {
        if let Err(error) = self.out.flush() {
            self.lose(error);
        }
        match self.lost.take() {
            Some(error) => {
                self.diagnostic(&Diagnostic::error("cannot write the result to stdout").caused_by(&error));
                if exit == Exit::Done { Exit::No } else { exit }
            }
            None => exit,
        }
    }

    pub(super) fn write_err(&mut self, text: &str) {
        // Where stderr is gone, there is no place left to say so.
        let _ = self.err.write_all(text.as_bytes());
        let _ = self.err.flush();
    }

    fn write_json(&mut self, json: serde_json::Result<Vec<u8>>) {
        let mut json = json.expect("what we serialise are plain structs with text keys");
        json.push(b'\n');
        self.write_out(&json);
    }

    fn write_out(&mut self, bytes: &[u8]) {
        if let Err(error) = self.out.write_all(bytes) {
            self.lose(error);
        }
    }

    /// A reader that went away (`| head`) is no error, and no reason to stop in the middle of a migration: the work goes
    /// on in silence.
    fn lose(&mut self, error: io::Error) {
        if error.kind() != io::ErrorKind::BrokenPipe {
            self.lost.get_or_insert(error);
        }
    }
}

fn resolve(color: Color, stream: &(impl IsTerminal + anstream::stream::RawStream)) -> ColorChoice {
    match color.choice() {
        ColorChoice::Auto => AutoStream::choice(stream),
        choice => choice,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    /// A stream that a test reads afterwards.
    #[derive(Clone, Default)]
    pub(crate) struct Captured(Rc<RefCell<Vec<u8>>>);

    impl Captured {
        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.0.borrow().clone()).expect("output is UTF-8")
        }
    }

    impl Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A stream that fails in one way.
    struct Failing(io::ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A shell without colours, and its stdout and stderr; `answers` is what a person types, if one is there.
    pub(crate) fn captured(output: Output, answers: Option<&'static str>) -> (Shell, Captured, Captured) {
        let (out, err) = (Captured::default(), Captured::default());
        let never = ColorChoice::Never;
        let prompt = Prompt::scripted(answers);
        let shell = Shell::with_streams(output, (Box::new(out.clone()), never), (Box::new(err.clone()), never), prompt);
        (shell, out, err)
    }

    fn failing(kind: io::ErrorKind) -> Shell {
        let mut shell = captured(Output::default(), None).0;
        shell.out = AutoStream::new(Box::new(Failing(kind)), ColorChoice::Never);
        shell
    }

    #[test]
    fn results_go_to_stdout_and_the_rest_to_stderr() {
        let (mut shell, out, err) = captured(Output::default(), None);
        shell.result("Done.");
        shell.status("Applying", "AddUser");
        shell.note("a fact");
        shell.event(&serde_json::json!({"type": "done"}));
        assert_eq!(out.text(), "Done.\n");
        assert_eq!(err.text(), "    Applying AddUser\nnote: a fact\n");
    }

    #[test]
    fn json_replaces_the_lines_for_people() {
        let (mut shell, out, _) = captured(Output { format: Format::Json, ..Output::default() }, None);
        shell.result("Done.");
        shell.event(&serde_json::json!({"type": "done"}));
        assert_eq!(out.text(), "{\"type\":\"done\"}\n");
    }

    #[test]
    fn quiet_leaves_errors_only() {
        let (mut shell, _, err) = captured(Output { verbosity: Verbosity::Quiet, ..Output::default() }, None);
        shell.status("Applying", "AddUser");
        shell.note("a fact");
        shell.diagnostic(&Diagnostic::warning("careful"));
        shell.diagnostic(&Diagnostic::error("no"));
        assert_eq!(err.text(), "error: no\n");
    }

    #[test]
    fn names_from_a_database_cannot_move_the_cursor() {
        let (mut shell, out, err) = captured(Output::default(), None);
        shell.result("Migrating \u{1b}[2J..");
        shell.status("Applying", "\u{1b}[2J");
        assert_eq!(out.text(), "Migrating \\u{1b}[2J..\n");
        assert_eq!(err.text(), "    Applying \\u{1b}[2J\n");
    }

    #[test]
    fn a_closed_pipe_is_success() {
        let mut shell = failing(io::ErrorKind::BrokenPipe);
        shell.result("Done.");
        assert_eq!(shell.finish(Exit::Done), Exit::Done);
    }

    #[test]
    fn a_full_disk_is_not() {
        let mut shell = failing(io::ErrorKind::StorageFull);
        shell.result("Done.");
        assert_eq!(shell.finish(Exit::Done), Exit::No);
    }
}
