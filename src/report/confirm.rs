//! Questions to a person.

use std::io::{self, BufRead, IsTerminal};

use super::Shell;
use super::text::visible;

/// What came of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The person agreed.
    Yes,
    /// The person did not, or said nothing.
    No,
    /// Nobody is there to ask: stdin or stderr is no terminal.
    Nobody,
}

/// Where answers come from; `None` where nobody is there.
pub(super) struct Prompt(Option<Box<dyn BufRead>>);

impl Prompt {
    pub(super) fn of_process() -> Self {
        let is_person = io::stdin().is_terminal() && io::stderr().is_terminal();
        Self(is_person.then(|| Box::new(io::BufReader::new(io::stdin())) as Box<dyn BufRead>))
    }

    #[cfg(test)]
    pub(super) fn scripted(answers: Option<&'static str>) -> Self {
        Self(answers.map(|answers| Box::new(answers.as_bytes()) as Box<dyn BufRead>))
    }
}

impl Shell {
    /// Whether a person is there to answer.
    pub(crate) fn is_interactive(&self) -> bool {
        self.prompt.0.is_some()
    }

    /// Asks a question that is answered by yes or no; no is the default.
    pub(crate) fn confirm(&mut self, question: &str) -> Answer {
        if !self.is_interactive() {
            return Answer::Nobody;
        }
        // A question is asked even with `-q`: without it the program would wait in silence.
        self.write_err(&format!("{} [y/N] ", visible(question)));
        let mut line = String::new();
        let read = self.prompt.0.as_mut().map(|answers| answers.read_line(&mut line));
        match (read, line.trim().to_lowercase().as_str()) {
            (Some(Ok(_)), "y" | "yes") => Answer::Yes,
            _ => Answer::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::shell::tests::captured;
    use super::super::{Output, Verbosity};
    use super::Answer;

    #[test]
    fn only_a_clear_yes_is_yes() {
        let cases =
            [("y\n", Answer::Yes), ("YES\n", Answer::Yes), ("\n", Answer::No), ("ye\n", Answer::No), ("", Answer::No)];
        for (typed, answer) in cases {
            let (mut shell, out, err) = captured(Output::default(), Some(typed));
            assert_eq!(shell.confirm("Undo 3 migrations?"), answer, "{typed:?}");
            assert_eq!(err.text(), "Undo 3 migrations? [y/N] ");
            assert_eq!(out.text(), "");
        }
    }

    #[test]
    fn nobody_is_asked_off_a_terminal() {
        let (mut shell, _, err) = captured(Output::default(), None);
        assert_eq!(shell.confirm("Undo?"), Answer::Nobody);
        assert_eq!(err.text(), "");
    }

    #[test]
    fn quiet_still_asks() {
        let quiet = Output { verbosity: Verbosity::Quiet, ..Output::default() };
        let (mut shell, _, err) = captured(quiet, Some("y\n"));
        assert_eq!(shell.confirm("Undo?"), Answer::Yes);
        assert!(err.text().contains("Undo?"));
    }
}
