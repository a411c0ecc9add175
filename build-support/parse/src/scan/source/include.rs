//! `include!("file")`: a file whose text stands in for the macro.

use std::ops::Range;

use super::{Child, Reader};
use crate::scan::attributes::{Attributes, unquoted};
use crate::scan::candidate::RawProblem;
use crate::scan::cfg::Truth;
use crate::scan::directory::Directory;
use crate::scan::found::Severity;
use crate::scan::lexer::{Kind, Lexer};

impl Reader<'_> {
    /// Follows `include!("file")`. A path that is put together, from `OUT_DIR` say, is only known to the compiler.
    pub(super) fn include(&mut self, at: usize, arguments: Range<usize>, attributes: &Attributes) {
        let mut lexer = Lexer::range(self.text, arguments);
        let (Ok(Some(literal)), Ok(None)) = (lexer.next(), lexer.next()) else { return };
        let text = &self.text[literal.start..literal.end];
        let Some(path) = (literal.kind == Kind::Text).then(|| unquoted(text)).flatten() else { return };
        let file = Directory::included(self.file.path, &path);
        let parent = (self.current(), at);
        let gate = self.scope().gate.clone().and(attributes.gate.clone());
        if file.is_file() {
            let directory = Directory::beside(&file);
            self.source.children.push(Child { parent, name: None, file, directory, gate, may_circle: true });
        } else if gate == Truth::True {
            let message = format!("no file `{path}` to include");
            let help = Some(format!("there is no `{}`", file.display()));
            self.problem(RawProblem { span: literal.start..literal.end, message, help }, Severity::Error);
        }
    }
}
