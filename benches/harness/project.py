"""The generated projects: workspaces with migrations, and source trees with models."""

import pathlib
import shutil
import subprocess

from .say import fail
from .tools import REPOSITORY, text_of

TABLE = REPOSITORY / "benches/floor/src/table.sql"

SETTINGS = """\
[extensions.migration]
db = "default"

[db.default]
url = "${BENCH_URL}"
"""

MIGRATION = """\
use glim::{{Db, Migration, Result, inventory}};

pub struct M{number:05};

impl Migration for M{number:05} {{
    fn run(&self, db: &mut Db) -> Result<()> {{
        {run}
    }}

    fn rollback(&self, db: &mut Db) -> Result<()> {{
        db.execute("DROP TABLE t{number:05}", ())?;
        Ok(())
    }}
}}

inventory::submit! {{ glim::migration!(M{number:05}) }}
"""

# With BENCH_ROWS, only the first makes a table; see the floor, which does the same.
STEP = """\
use std::sync::LazyLock;

use glim::{Db, Result};

static ROWS: LazyLock<bool> = LazyLock::new(|| std::env::var_os("BENCH_ROWS").is_some());

pub fn run(db: &mut Db, number: u32, table: &str) -> Result<()> {
    if number > 1 && *ROWS {
        db.execute(format!("INSERT INTO t00001 (id, title) VALUES ({number}, 'one of many')"), ())?;
        return Ok(());
    }
    db.execute_batch(table)
}
"""


def write(path, text):
    """Writes a file unless it says so already: cargo goes by the time of the last change."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def glim_dependency():
    return f'glim = {{ package = "glim-migrations", path = "{REPOSITORY}/build-support/glim" }}\n'


def package(name, dependencies=""):
    return (f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\npublish = false\n\n'
            f"[dependencies]\n{glim_dependency()}{dependencies}")


def migration(folder, number, run):
    write(folder / f"m{number:05}_step.rs", MIGRATION.format(number=number, run=run))


def modules(numbers):
    return "".join(f"mod m{number:05}_step;\n" for number in numbers)


class Project:
    """A folder with a Cargo workspace."""

    def __init__(self, bench, name):
        self.bench, self.root = bench, bench.folder / "projects" / name
        self.root.mkdir(parents=True, exist_ok=True)
        write(self.root / "glim.toml", SETTINGS)

    def path(self, path):
        return self.root / path

    def write(self, path, text):
        write(self.root / path, text)

    def lock(self):
        """The versions of this repository's lock file, unless there is one already."""
        if not self.path("Cargo.lock").exists():
            shutil.copyfile(REPOSITORY / "Cargo.lock", self.path("Cargo.lock"))
        return self

    def forget_build(self):
        shutil.rmtree(self.path("target"), ignore_errors=True)

    def keep_build(self):
        """Keeps what is built now, to be gone back to."""
        self.forget_kept()
        self._copy("target", "target.kept")

    def restore_build(self):
        self.forget_build()
        self._copy("target.kept", "target")

    def forget_kept(self):
        shutil.rmtree(self.path("target.kept"), ignore_errors=True)

    def _copy(self, source, copy):
        # With the times of the files, which cargo goes by.
        text_of(["cp", "-a", self.path(source), self.path(copy)])

    def cargo(self, *arguments):
        """Runs cargo, unmeasured."""
        result = subprocess.run([self.bench.env["CARGO"], *arguments], cwd=self.root, env=self.bench.env,
                                stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if result.returncode != 0:
            fail(f"cargo {' '.join(arguments)} failed in {self.root}:\n{result.stderr[-6000:]}")

    def glim(self, database, *arguments, env=None):
        """Runs the command, unmeasured."""
        result = subprocess.run([self.bench.glim, "glim", *arguments], cwd=self.root, stdin=subprocess.DEVNULL,
                                env={**self.bench.env, **database.env(), **(env or {})}, capture_output=True, text=True)
        if result.returncode != 0:
            fail(f"cargo glim {' '.join(arguments)} ended with {result.returncode} in {self.root}:\n"
                 f"{result.stdout[-3000:]}{result.stderr[-6000:]}")
        return result.stdout


def steps(bench, name, count):
    """One package with `count` migrations, one file each, that make a table and an index each."""
    project = Project(bench, name)
    project.write("Cargo.toml", package(name) + "\n[workspace]\n")
    project.write("src/lib.rs", "pub mod migrations;\npub mod step;\n")
    project.write("src/step.rs", STEP)
    project.write("src/migrations/mod.rs", modules(range(1, count + 1)))
    for number in range(1, count + 1):
        migration(project.path("src/migrations"), number, f'crate::step::run(db, {number}, "{sql(number)}")')
    return project.lock()


def sql(number, rows=False):
    """The SQL of a migration. With `rows`, only the first makes a table; see the floor, which does the same."""
    if rows and number > 1:
        return f"INSERT INTO t00001 (id, title) VALUES ({number}, 'one of many');\n"
    return TABLE.read_text().replace("NNNNN", f"{number:05}")


def stem(number):
    """A file's name with a time that grows with the number, as sqlx and diesel have it."""
    hours, rest = divmod(number, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"20260101{hours:02}{minutes:02}{seconds:02}_m{number:05}"


def files(bench, name, count, layout="sqlx", rows=False):
    """One package that does not depend on glim, with `count` SQL files."""
    project = Project(bench, name)
    project.write("Cargo.toml", f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2024"\npublish = false\n'
                                "\n[workspace]\n")
    project.write("src/lib.rs", "//! A program with a folder of SQL migrations.\n")
    for number in range(1, count + 1):
        text = sql(number, rows)
        if layout == "glim":
            text = f"-- glim:run\n{text}\n-- glim:rollback\nDROP TABLE t{number:05};\n"
        project.write(f"migrations/{stem(number)}.sql", text)
    return project


LARGE = """\
axum = "0.8"
serde = { version = "1", features = ["derive"] }
sqlx = { version = "0.8", default-features = false, features = ["macros", "postgres", "runtime-tokio", "tls-rustls"] }
tokio = { version = "1", features = ["full"] }
"""
LARGE_MAIN = """\
#[tokio::main]
async fn main() {{
    println!("{{}}", {sum});
    let routes = axum::Router::<()>::new().route("/", axum::routing::get(async || "hello"));
    let pool = std::env::var("POOL").map(|url| sqlx::PgPool::connect_lazy(&url));
    println!("{{:?}} {{:?}}", routes, pool.is_ok());
}}
"""
SMALL_MAIN = """\
fn main() {{
    println!("{{}}", {sum});
}}
"""


def workspace(bench, large):
    """Ten packages with five migrations each, and a program that uses them all."""
    project, crates = Project(bench, "large" if large else "small"), [f"area{number:02}" for number in range(1, 10)]
    project.write("Cargo.toml", '[workspace]\nmembers = ["crates/*"]\nresolver = "3"\n')
    for index, name in enumerate([*crates, "app"]):
        root, numbers = project.path("crates") / name, range(index * 5 + 1, index * 5 + 6)
        others = "".join(f'{other} = {{ path = "../{other}" }}\n' for other in crates if name == "app")
        write(root / "Cargo.toml", package(name, others + (LARGE if large and name == "app" else "")))
        write(root / "src/lib.rs", f"pub mod migrations;\n\npub fn answer() -> u32 {{\n    {index}\n}}\n")
        write(root / "src/migrations/mod.rs", modules(numbers))
        for number in numbers:
            migration(root / "src/migrations", number,
                      f'db.execute_batch("CREATE TABLE t{number:05} (id INTEGER PRIMARY KEY, title VARCHAR(100))")')
    total = " + ".join(f"{name}::answer()" for name in [*crates, "app"])
    project.write("crates/app/src/main.rs", (LARGE_MAIN if large else SMALL_MAIN).format(sum=total))
    # The large one has dependencies that this repository has not: cargo finds them in the registry.
    return project if large else project.lock()
