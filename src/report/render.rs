//! A [`Diagnostic`] as text in the manner of rustc. Always styled: the stream removes colours where none are wanted.

use std::fmt::Write as _;

use annotate_snippets::renderer::{DEFAULT_ERROR_STYLE, DEFAULT_HELP_STYLE, DEFAULT_NOTE_STYLE, DEFAULT_WARNING_STYLE};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet as Source};
use anstyle::Style;

use super::diagnostic::{Diagnostic, Severity};
use super::text::visible;

/// The diagnostic, ending in a line end.
pub(super) fn diagnostic(diagnostic: &Diagnostic) -> String {
    if diagnostic.snippets.is_empty() { without_source(diagnostic) } else { with_source(diagnostic) }
}

fn without_source(diagnostic: &Diagnostic) -> String {
    let Diagnostic { severity, title, snippets: _, causes, notes, helps } = diagnostic;
    let mut text = String::new();
    match severity {
        Severity::Error => line(&mut text, "", "error", DEFAULT_ERROR_STYLE, title),
        Severity::Warning => line(&mut text, "", "warning", DEFAULT_WARNING_STYLE, title),
    }
    for cause in causes {
        line(&mut text, "  ", "caused by", DEFAULT_NOTE_STYLE, cause);
    }
    for note in notes {
        line(&mut text, "  ", "note", DEFAULT_NOTE_STYLE, note);
    }
    for help in helps {
        line(&mut text, "  ", "help", DEFAULT_HELP_STYLE, help);
    }
    text
}

/// A message of one line or more; those after the first stand below it.
fn line(text: &mut String, indent: &str, word: &str, style: Style, message: &str) {
    let below = format!("\n{:width$}", "", width = indent.len() + word.len() + 2);
    let message = visible(message).trim_end().replace('\n', &below);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "{indent}{style}{word}{style:#}: {message}");
}

fn with_source(diagnostic: &Diagnostic) -> String {
    let Diagnostic { severity, title, snippets, causes, notes, helps } = diagnostic;
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut group = Group::with_title(level.primary_title(visible(title)));
    for (index, snippet) in snippets.iter().enumerate() {
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let label = (!snippet.label.is_empty()).then(|| visible(&snippet.label));
        group = group.element(
            Source::source(&*snippet.source)
                .path(snippet.path.to_string_lossy())
                .annotation(kind.span(clamp(&snippet.source, &snippet.span)).label(label)),
        );
    }
    for cause in causes {
        group = group.element(Level::NOTE.with_name("caused by").message(visible(cause)));
    }
    for note in notes {
        group = group.element(Level::NOTE.message(visible(note)));
    }
    for help in helps {
        group = group.element(Level::HELP.message(visible(help)));
    }
    let mut text = Renderer::styled().render(&[group]);
    text.push('\n');
    text
}

/// The span, kept inside the text and at character borders: the renderer panics on anything else, and a file may have
/// changed since it was read.
fn clamp(text: &str, span: &std::ops::Range<usize>) -> std::ops::Range<usize> {
    let start = text.floor_char_boundary(span.start.min(text.len()));
    let end = text.ceil_char_boundary(span.end.clamp(start, text.len()));
    start..end
}

#[cfg(test)]
mod tests {
    use super::super::diagnostic::Snippet;
    use super::*;

    fn plain(message: &Diagnostic) -> String {
        anstream::adapter::strip_str(&diagnostic(message)).to_string()
    }

    fn snippet(source: &str, span: std::ops::Range<usize>) -> Snippet {
        Snippet { path: "glim.toml".into(), source: source.into(), span, label: "not a driver".into() }
    }

    #[test]
    fn a_snippet_shows_the_line_and_what_to_do() {
        let message = Diagnostic::error("unknown driver `sqlight`")
            .at(snippet("[db.default]\ndriver = \"sqlight\"\n", 22..31))
            .note("drivers are sqlite, postgres, mysql, mariadb")
            .help("write `driver = \"sqlite\"`");
        insta::assert_snapshot!(plain(&message), @r#"
        error: unknown driver `sqlight`
         --> glim.toml:2:10
          |
        2 | driver = "sqlight"
          |          ^^^^^^^^^ not a driver
          |
          = note: drivers are sqlite, postgres, mysql, mariadb
          = help: write `driver = "sqlite"`
        "#);
    }

    #[test]
    fn without_a_snippet_causes_notes_and_helps_follow_the_title() {
        let message = Diagnostic::warning("cannot connect to `default`")
            .caused_by(&std::io::Error::other("connection refused\nis it up?"))
            .help("start the server");
        insta::assert_snapshot!(plain(&message), @r"
        warning: cannot connect to `default`
          caused by: connection refused
                     is it up?
          help: start the server
        ");
    }

    #[test]
    fn a_span_outside_the_text_does_not_panic() {
        for span in [90..95, 3..900, 0..0] {
            assert!(plain(&Diagnostic::error("x").at(snippet("ä = 1", span))).contains("glim.toml"));
        }
        let inside_a_character = snippet("ä = 1", 1..2);
        assert!(plain(&Diagnostic::error("x").at(inside_a_character)).contains("ä = 1"));
    }

    #[test]
    fn escape_sequences_in_messages_are_written_out() {
        let message = Diagnostic::error("bad \u{1b}[31mname").note("also \u{1b}]0;title\u{7}");
        let shown = plain(&message);
        assert!(shown.contains("bad \\u{1b}[31mname") && shown.contains("\\u{1b}]0;title\\u{7}"), "{shown}");
    }
}
