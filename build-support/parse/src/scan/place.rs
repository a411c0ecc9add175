//! A file's text with its places: a position in bytes to a line and a column.

use std::cell::OnceCell;
use std::path::Path;

use memchr::memchr_iter;

use super::found::Place;

/// A file that is being read.
pub(super) struct File<'a> {
    pub(super) text: &'a str,
    pub(super) path: &'a Path,
    /// Where its lines end; counted when the first place is asked for, since most files have none to tell.
    line_ends: OnceCell<Vec<usize>>,
}

impl<'a> File<'a> {
    pub(super) fn new(text: &'a str, path: &'a Path) -> Self {
        Self { text, path, line_ends: OnceCell::new() }
    }

    /// The line of a position, from 1.
    pub(super) fn line(&self, at: usize) -> usize {
        self.line_ends().partition_point(|end| *end < at) + 1
    }

    /// A position as a place; its target and module are filled in later.
    pub(super) fn place(&self, at: usize) -> Place {
        let line = self.line(at);
        let start = line.checked_sub(2).map_or(0, |before| self.line_ends()[before] + 1);
        let column = self.text[start..at].chars().count() + 1;
        Place { target: 0, module: String::new(), file: self.path.to_owned(), line, column }
    }

    fn line_ends(&self) -> &[usize] {
        self.line_ends.get_or_init(|| memchr_iter(b'\n', self.text.as_bytes()).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::File;

    #[test]
    fn lines_and_columns_count_from_one() {
        let file = File::new("a\näb\n\nc", Path::new("x.rs"));
        let all = [0, 1, 2, 4, 5, 6, 7].map(|at| file.place(at)).map(|place| (place.line, place.column));
        assert_eq!(all, [(1, 1), (1, 2), (2, 1), (2, 2), (2, 3), (3, 1), (4, 1)]);
    }
}
