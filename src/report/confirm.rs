//! Questions to a person.

use std::io::{self, BufRead, IsTerminal};

use super::Shell;
use super::text::visible;

/// Where answers come from; `None` where nobody is there: stdin or stderr is no terminal.
pub(super) struct Prompt(Option<Box<dyn BufRead + Send>>);

/// A question that was put to a person.
pub(crate) struct Question(Box<dyn BufRead + Send>);

impl Prompt {
    pub(super) fn of_process() -> Self {
        let is_person = io::stdin().is_terminal() && io::stderr().is_terminal();
        Self(is_person.then(|| Box::new(io::BufReader::new(io::stdin())) as Box<dyn BufRead + Send>))
    }

    #[cfg(test)]
    pub(super) fn scripted(answers: Option<&'static str>) -> Self {
        Self(answers.map(|answers| Box::new(answers.as_bytes()) as Box<dyn BufRead + Send>))
    }
}

impl Shell {
    /// Whether a person is there to answer.
    pub(crate) fn is_interactive(&self) -> bool {
        self.prompt.0.is_some()
    }

    /// Asks a question that is answered by yes or no; no is the default. `None` where nobody is there. A command asks
    /// once: the question takes the input with it.
    pub(crate) fn ask(&mut self, question: &str) -> Option<Question> {
        let input = self.prompt.0.take()?;
        // A question is asked even with `-q`: without it the program would wait in silence.
        self.write_err(&format!("{} [y/N] ", visible(question)));
        Some(Question(input))
    }

    /// Asks for a line of text, and waits for it; white space around it does not count. `None` where nobody is there, or the
    /// input ends.
    pub(crate) fn ask_line(&mut self, question: &str) -> Option<String> {
        if self.is_interactive() {
            self.write_err(&format!("{} ", visible(question)));
        }
        let mut line = String::new();
        let count = self.prompt.0.as_mut()?.read_line(&mut line).ok()?;
        (count > 0).then(|| line.trim().to_owned())
    }

    /// Ends the line of a question that got no answer.
    pub(crate) fn leave_question(&mut self) {
        self.write_err("\n");
    }
}

impl Question {
    /// Waits for the answer, which Ctrl-C does not end by itself, and gives whether it is yes.
    pub(crate) fn agrees(mut self) -> bool {
        let mut line = String::new();
        let read = self.0.read_line(&mut line);
        read.is_ok() && matches!(line.trim().to_lowercase().as_str(), "y" | "yes")
    }
}

#[cfg(test)]
mod tests {
    use super::super::shell::tests::captured;
    use super::super::{Output, Verbosity};
    use super::Question;

    #[test]
    fn only_a_clear_yes_is_yes() {
        for (typed, agreed) in [("y\n", true), ("YES\n", true), ("\n", false), ("ye\n", false), ("", false)] {
            let (mut shell, out, err) = captured(Output::default(), Some(typed));
            assert_eq!(shell.ask("Undo 3 migrations?").map(Question::agrees), Some(agreed), "{typed:?}");
            assert_eq!(err.text(), "Undo 3 migrations? [y/N] ");
            assert_eq!(out.text(), "");
        }
    }

    #[test]
    fn nobody_is_asked_off_a_terminal() {
        let (mut shell, _, err) = captured(Output::default(), None);
        assert!(shell.ask("Undo?").is_none());
        assert_eq!(err.text(), "");
    }

    #[test]
    fn several_lines_can_be_asked_for() {
        let (mut shell, _, err) = captured(Output::default(), Some(" 'x' \n\n"));
        assert_eq!(shell.ask_line("One?").as_deref(), Some("'x'"));
        assert_eq!(shell.ask_line("Two?").as_deref(), Some(""));
        assert_eq!(shell.ask_line("Three?"), None);
        assert_eq!(err.text(), "One? Two? Three? ");
        assert_eq!(captured(Output::default(), None).0.ask_line("One?"), None);
    }

    #[test]
    fn quiet_still_asks() {
        let quiet = Output { verbosity: Verbosity::Quiet, ..Output::default() };
        let (mut shell, _, err) = captured(quiet, Some("y\n"));
        assert!(shell.ask("Undo?").is_some_and(Question::agrees));
        assert!(err.text().contains("Undo?"));
    }
}
