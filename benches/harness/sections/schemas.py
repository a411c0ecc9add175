"""Models and whole databases as schemas: `make`, `check` and `diff` where there are many tables."""

import shutil

from .. import project, table
from ..database import Database
from ..measure import Contender
from ..say import say
from ..tools import REPOSITORY

MODELS = 2000

MODEL = """\
#[derive(glim::Model)]
#[glim(table = "t{number}", index(name))]
pub struct T{number} {{
    #[glim(primary_key)]
    pub id: i64,
    #[glim(length = 80)]
    pub name: String,
    pub parent: Option<i64>,
    pub made: glim::Timestamp,
}}

"""


def run(bench):
    print("## Schemas\n")
    models(bench)
    for driver in bench.drivers:
        if driver != "sqlite":
            tables(bench, driver, 1000 if bench.quick else 10000)
    quickstart(bench)


def models(bench):
    """A column more, among many models that are recorded."""
    count = 200 if bench.quick else MODELS
    works, database = project.Project(bench, "models"), Database(bench, "sqlite", "models")
    shutil.rmtree(works.path("migrations"), ignore_errors=True)
    works.write("Cargo.toml", project.package("models") + "\n[workspace]\n")
    works.write("src/lib.rs", "pub mod models;\n")
    works.write("src/models.rs", "".join(MODEL.format(number=number) for number in range(count)))
    works.lock()
    database.clear()
    works.glim(database, "make", "create_all", "--sql")
    say(f"building {count} models")
    works.glim(database, "check", "--only", "models")

    def glim(*arguments):
        return Contender(f"`glim {' '.join(arguments)}`", [bench.glim, "glim", *arguments], works.root, database.env())

    stage = glim("check", "--only", "models", "--no-build")
    bench.meter.contest(f"{count} models, nothing to do", [same := glim("make", "more", "--sql"), stage], bench.rounds)
    text = works.path("src/models.rs").read_text()
    works.write("src/models.rs", text.replace("    pub parent", "    pub size: Option<i32>,\n    pub parent", 1))
    bench.meter.contest(f"{count} models, a column more", [more := glim("make", "more", "--dry-run")], bench.rounds)
    print(f"{count} models with an index each, all recorded: nothing to do, and with a column more.\n")
    table.contest([same, more, stage])
    for contender in [same, more, stage]:
        bench.targets.below(f"{contender.name} on {count} models, wall", contender.wall(), 0.3)


def tables(bench, driver, count):
    """A database is described twice, and compared with itself."""
    works, database = project.files(bench, "tables", 0), Database(bench, driver, "tables")
    say(f"{driver}: making {count} tables")
    database.clear()
    database.run("migrate", count, "statements", "tables")
    database.expect_tables(count)
    command = [bench.glim, "glim", "diff", "--from", "db", "--to", "db"]
    twice = Contender("`glim diff --from db --to db`", command, works.root, database.env())
    bench.meter.contest(f"{driver}, {count} tables", [twice], min(bench.rounds, 3))
    print(f"A database of {count} tables with an index each on {driver}, described twice and compared.\n")
    table.contest([twice])
    bench.targets.below(f"{count} tables on {driver}, described twice, wall", twice.wall(), 5)
    database.clear()


def quickstart(bench):
    """All stages of `check` on the README's example, once it is built."""
    root = bench.folder / "projects/quickstart"
    shutil.rmtree(root / "src", ignore_errors=True)
    shutil.copytree(REPOSITORY / "fixtures/quickstart", root, dirs_exist_ok=True,
                    ignore=shutil.ignore_patterns("target", "*.db*"))
    manifest = (root / "Cargo.toml").read_text()
    project.write(root / "Cargo.toml", manifest.replace("../../", f"{REPOSITORY}/"))
    check = Contender("`glim check`", [bench.glim, "glim", "check"], root)
    bench.meter.contest("check on the quick start", [check], bench.rounds)
    print("All stages of `check` on `fixtures/quickstart`, SQLite.\n")
    table.contest([check])
    bench.targets.below("`glim check` on the quick start, wall", check.wall(), 3)
