//! A reader who does everything that README.md shows, in its order.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::page::{Block, Page, Role, Shown};
use crate::support::{Database, Glim, Kind, repository};

/// What README.md calls the folder that the reader works in.
const SHOWN_HOME: &str = "/home/you";

/// The reader, with a folder of his own.
pub(super) struct Session {
    home: PathBuf,
    /// Where he is, as `cd` left it.
    folder: PathBuf,
    /// What he exported.
    variables: Vec<(String, String)>,
    /// The exit code of the last command.
    code: Option<i32>,
    postgres: Option<Database>,
    /// One reader at a time.
    _lock: File,
}

impl Session {
    pub(super) fn new() -> Self {
        // The same folder each time: what is built would pile up otherwise.
        let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
        fs::create_dir_all(&home).expect("a folder can be made");
        let lock = File::create(home.with_extension("lock")).expect("a lock file can be made");
        lock.lock().expect("a lock can be had");
        fs::remove_dir_all(&home).expect("the folder is ours");
        fs::create_dir_all(&home).expect("a folder can be made");
        let postgres = Database::new(Kind::Postgres, "readme");
        let mut variables = Vec::new();
        if let Some(server) = postgres.as_ref().and_then(Database::server) {
            variables.push(("TEST_DATABASE_PASSWORD".to_owned(), server.password().to_owned()));
        }
        Self { folder: home.clone(), home, variables, code: None, postgres, _lock: lock }
    }

    pub(super) fn run(mut self, page: &Page) {
        for block in &page.blocks {
            match &block.role {
                Role::File(path) => self.write(path, &block.text),
                Role::Append(path) => {
                    let text = fs::read_to_string(self.folder.join(path)).expect("there is a file to add to");
                    self.write(path, &format!("{text}\n{}", block.text));
                }
                Role::Shown if block.language == "console" => self.block(block),
                Role::Quickstart => self.quickstart(block),
                Role::NeedsPostgres => self.postgres(block),
                Role::ProjectOf(tool) => self.project_of(tool, block),
                Role::Shown | Role::Compiles | Role::In(_) | Role::NotRun => {}
            }
        }
        self.compile(page);
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    fn block(&mut self, block: &Block) {
        let commands = block.commands();
        for (index, shown) in commands.iter().enumerate() {
            let is_asked = commands.get(index + 1).is_some_and(|next| next.line == "echo $?");
            self.command(shown, is_asked, block.line);
        }
    }

    /// Does one line. The exit code is 0 unless it is asked for.
    fn command(&mut self, shown: &Shown, is_asked: bool, line: usize) {
        if let Some(folder) = shown.line.strip_prefix("cd ") {
            let folder = self.folder.join(folder);
            self.folder = folder.canonicalize().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        } else if let Some(variable) = shown.line.strip_prefix("export ") {
            let (name, value) = variable.split_once('=').expect("export NAME=VALUE");
            self.variables.push((name.to_owned(), value.to_owned()));
        } else if shown.line == "echo $?" {
            let code = self.code.take().expect("a command before it");
            assert_eq!(shown.output.trim(), code.to_string(), "README.md:{line}: the exit code");
        } else {
            let creates = shown.line.starts_with("cargo new ");
            let output = if creates { self.create(&shown.line) } else { self.shell(&shown.line) };
            assert!(
                is_asked || output.0 == 0,
                "README.md:{line}: `{}` exits with {}\n{}",
                shown.line,
                output.0,
                output.1
            );
            self.code = Some(output.0);
            // What cargo says of itself is its own affair.
            if shown.line.starts_with("cargo new ") || shown.line.starts_with("cargo add ") {
                return;
            }
            let (expected, found) = (plain(&shown.output), plain(&self.as_shown(&output.1)));
            assert!(
                expected == found,
                "README.md:{line}: `{}` prints\n{found}\nand not\n{expected}\n(all of it: {})",
                shown.line,
                output.1
            );
        }
    }

    /// The exit code of a line, and what it prints to both streams.
    fn shell(&self, line: &str) -> (i32, String) {
        // The clone that the reader has beside his project is this repository.
        let line = line.replace("../cargo-glim", &repository().display().to_string());
        let mut command = Glim::shell(&self.folder, &format!("{{ {line}\n}} 2>&1"));
        for (name, value) in &self.variables {
            command = command.env(name, value);
        }
        let output = command.run();
        let code = output.code.unwrap_or_else(|| panic!("ended by a signal\n{output}"));
        (code, output.stdout)
    }

    /// Has cargo make a project, elsewhere first: below this repository, cargo would make it a member of its workspace.
    fn create(&self, line: &str) -> (i32, String) {
        let elsewhere = tempfile::tempdir().expect("a temporary folder can be made");
        let output = Glim::shell(elsewhere.path(), &format!("{{ {line}\n}} 2>&1")).run();
        let name = line.split(' ').next_back().expect("a name");
        let (from, to) = (elsewhere.path().join(name), self.home.join(name));
        fs::create_dir_all(to.join("src")).expect("a folder can be made");
        for file in ["Cargo.toml", ".gitignore", "src/lib.rs"] {
            fs::copy(from.join(file), to.join(file)).unwrap_or_else(|error| panic!("{file}: {error}\n{output}"));
        }
        let manifest = fs::read_to_string(to.join("Cargo.toml")).expect("just copied");
        fs::write(to.join("Cargo.toml"), format!("[workspace]\n\n{manifest}")).expect("the manifest can be written");
        // The versions of this repository, so that nothing needs the network.
        fs::copy(repository().join("Cargo.lock"), to.join("Cargo.lock")).expect("the lock file can be copied");
        (output.code.unwrap_or(-1), output.stdout)
    }

    /// What was printed, with the names that README.md uses.
    fn as_shown(&self, text: &str) -> String {
        let mut text = text.replace(&self.home.display().to_string(), SHOWN_HOME);
        for (name, value) in &self.variables {
            if name == "TEST_DATABASE_PASSWORD" {
                assert!(!text.contains(value), "the password is shown: {text}");
            }
        }
        if text.ends_with("\n\n") {
            text.pop();
        }
        text
    }

    /// Does the block in a copy of the quick start, with the command under test in place of one that cargo would build
    /// first.
    fn quickstart(&mut self, block: &Block) {
        let home = std::mem::replace(&mut self.folder, self.home.join("clone"));
        let folder = self.folder.join("fixtures/quickstart");
        fs::create_dir_all(folder.join("src")).expect("a folder can be made");
        let from = repository().join("fixtures/quickstart");
        for file in ["Cargo.toml", "Cargo.lock", "glim.toml", "src/lib.rs", "src/migrations.rs", "src/models.rs"] {
            fs::copy(from.join(file), folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"));
        }
        let glim = repository().join("build-support/glim").display().to_string();
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).expect("just copied");
        fs::write(folder.join("Cargo.toml"), manifest.replace("../../build-support/glim", &glim)).expect("writable");
        for mut shown in block.commands() {
            shown.line = shown.line.replace("cargo run -q --", "cargo-glim");
            self.command(&shown, false, block.line);
        }
        self.folder = home;
    }

    /// Does the block in a project that another tool has kept.
    fn project_of(&mut self, tool: &str, block: &Block) {
        let folder = self.home.join(tool);
        // A second block goes on where the first has ended.
        if !folder.exists() {
            fs::create_dir_all(&folder).expect("a folder can be made");
            super::adopted::make(tool, &folder);
        }
        let home = std::mem::replace(&mut self.folder, folder);
        self.block(block);
        self.folder = home;
    }

    /// Does the block on the test's server, which is elsewhere than README.md's.
    fn postgres(&mut self, block: &Block) {
        // Also without a server: the file that README.md shows has no faults.
        let (code, output) = self.shell("cargo glim status --no-build --db default");
        assert!(code == 0, "README.md's glim.toml has a fault:\n{output}");
        let Some(database) = &self.postgres else { return };
        let written = fs::read_to_string(self.folder.join("glim.toml")).expect("README.md has a glim.toml");
        let (before, _) = written.split_once("[db.production]").expect("with a production database");
        let ours = format!("{before}{}protected = true\n", database.settings("production"));
        self.write("glim.toml", &ours);
        self.block(block);
        self.write("glim.toml", &written);
    }

    /// Compiles the examples, each in a module of its own.
    fn compile(&self, page: &Page) {
        let mut root = fs::read_to_string(self.folder.join("src/lib.rs")).expect("README.md has a lib.rs");
        for block in page.blocks.iter().filter(|block| block.role == Role::Compiles) {
            let module = format!("line_{}", block.line);
            self.write(&format!("src/{module}.rs"), &block.text);
            root.extend(["pub mod ", &module, ";\n"]);
        }
        self.write("src/lib.rs", &root);
        let (code, output) = self.shell("cargo build --quiet");
        assert!(code == 0, "the examples do not compile:\n{output}");
    }
}

/// Text without what differs each time: cargo's own lines, times, durations.
fn plain(text: &str) -> String {
    let lines = text.lines().filter(|line| !is_of_cargo(line)).map(|line| {
        let line = dateless(line);
        match line.split_once("\"duration_ms\":") {
            Some((before, after)) => {
                format!("{before}\"duration_ms\":{}", after.replace(|c: char| c.is_ascii_digit(), ""))
            }
            // How often the engine calls the database is its own affair.
            None if line.contains(" points tried, ") => line.replace(|c: char| c.is_ascii_digit(), ""),
            None => line,
        }
    });
    lines.map(|line| line + "\n").collect()
}

fn is_of_cargo(line: &str) -> bool {
    const VERBS: [&str; 7] =
        ["Blocking", "Compiling", "Downloaded", "Downloading", "Finished `", "Locking", "Updating"];
    line.starts_with("   ") && VERBS.iter().any(|verb| line.trim_start().starts_with(verb))
}

/// `2026-11-22 18:27:24` as `9999-99-99 99:99:99`.
fn dateless(line: &str) -> String {
    const FORM: &[u8] = b"0000-00-00 00:00:00";
    let mut bytes = line.as_bytes().to_vec();
    for start in 0..bytes.len().saturating_sub(FORM.len() - 1) {
        let part = &mut bytes[start..start + FORM.len()];
        let is_time = part.iter().zip(FORM).all(|(a, b)| if *b == b'0' { a.is_ascii_digit() } else { a == b });
        if is_time {
            part.copy_from_slice(b"9999-99-99 99:99:99");
        }
    }
    String::from_utf8(bytes).expect("only ASCII was replaced, by ASCII")
}
