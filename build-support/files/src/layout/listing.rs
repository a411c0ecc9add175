//! What a folder holds, before anything is made of it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Problem;

/// What the names of SQL files end in. To each of the tools, `.SQL` is something else.
pub(super) const SQL: &str = ".sql";

/// A folder, with its files and folders in the order of their names.
#[derive(Clone, Debug, Default)]
pub struct Listing {
    /// Where it is.
    pub path: PathBuf,
    /// Whether a symbolic link led to it.
    pub link: bool,
    /// Its files.
    pub files: Vec<File>,
    /// Its folders.
    pub folders: Vec<Listing>,
}

/// A file of a folder.
#[derive(Clone, Debug)]
pub struct File {
    /// Its name.
    pub name: String,
    /// Whether the name was not UTF-8, so that [`name`](Self::name) is not quite the name.
    pub lossy: bool,
    /// What is in it.
    pub content: Content,
}

/// What is in a file.
#[derive(Clone, Debug)]
pub enum Content {
    /// It was not read, since no layout would.
    Unread,
    /// Its text.
    Text(Arc<str>),
    /// It cannot be read, and why.
    Failed(String, Option<u32>),
}

impl Content {
    /// The text that these bytes are.
    pub fn of(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self::Text(text.into()),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let before = &error.as_bytes()[..valid];
                let line = memchr::memchr_iter(b'\n', before).count() + 1;
                let column = valid - memchr::memrchr(b'\n', before).map_or(0, |at| at + 1) + 1;
                let byte = error.as_bytes()[valid];
                let message = format!("the file is not UTF-8: byte {column} of the line is 0x{byte:02x}");
                Self::Failed(message, u32::try_from(line).ok())
            }
        }
    }
}

impl Listing {
    /// A folder with files that are in memory; their paths are relative, with `/` between the parts.
    pub fn new<P: AsRef<str>, B: Into<Vec<u8>>>(
        folder: impl Into<PathBuf>,
        files: impl IntoIterator<Item = (P, B)>,
    ) -> Self {
        let mut root = Tree::default();
        for (path, bytes) in files {
            let mut parts: Vec<&str> = path.as_ref().split('/').collect();
            let name = parts.pop().unwrap_or_default().to_owned();
            let tree = parts.into_iter().fold(&mut root, |tree, part| tree.folders.entry(part.to_owned()).or_default());
            tree.files.insert(name, bytes.into());
        }
        root.into_listing(folder.into())
    }

    /// The folder's own name.
    pub(super) fn name(&self) -> Option<&str> {
        self.path.file_name()?.to_str()
    }

    /// The file of that name.
    pub(super) fn file(&self, name: &str) -> Option<&File> {
        self.files.iter().find(|file| file.name == name)
    }

    /// The path of one of its files.
    pub(super) fn path_of(&self, file: &File) -> PathBuf {
        self.path.join(&file.name)
    }

    /// The text of one of its files.
    pub(super) fn text(&self, file: &File) -> Result<Arc<str>, Problem> {
        let path = || self.path_of(file);
        if file.lossy {
            return Err(Problem::new(path(), "the name of the file is not UTF-8").help("rename the file"));
        }
        match &file.content {
            Content::Text(text) => Ok(Arc::clone(text)),
            Content::Unread => Err(Problem::new(path(), "the file was not read")),
            Content::Failed(message, line) => Err(Problem { line: *line, ..Problem::new(path(), message.clone()) }),
        }
    }
}

impl File {
    /// Its text, where it has one.
    pub(super) fn peek(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Unread | Content::Failed(..) => None,
        }
    }

    /// Whether its name ends as each of the tools wants it.
    pub(super) fn is_sql(&self) -> bool {
        self.name.ends_with(SQL)
    }

    /// Whether a person would take it for SQL: then it is worth a warning that a tool does not.
    pub(super) fn looks_like_sql(&self) -> bool {
        let extension = Path::new(&self.name).extension();
        !self.name.starts_with('.') && extension.is_some_and(|extension| extension.eq_ignore_ascii_case("sql"))
    }
}

/// A folder in the making.
#[derive(Default)]
struct Tree {
    files: BTreeMap<String, Vec<u8>>,
    folders: BTreeMap<String, Tree>,
}

impl Tree {
    fn into_listing(self, path: PathBuf) -> Listing {
        let folders = self.folders.into_iter().map(|(name, tree)| tree.into_listing(path.join(name))).collect();
        let files = self.files.into_iter();
        let files = files.map(|(name, bytes)| File { name, lossy: false, content: Content::of(bytes) }).collect();
        Listing { path, link: false, files, folders }
    }
}
