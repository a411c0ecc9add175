"""One line changed in a migration: rebuild and apply, against `cargo build` alone."""

import itertools
import shutil

from .. import project, table
from ..database import Database
from ..measure import Contender, ratios
from ..say import say


def run(bench):
    print("## One line changed\n")
    graph(bench, large=False)
    if bench.large:
        graph(bench, large=True)


def graph(bench, large):
    what = "with axum and sqlx" if large else "small graph"
    workspace, database = project.workspace(bench, large), Database(bench, "sqlite", "change")
    say(f"building the workspace, {what}")
    database.clear()
    workspace.cargo("build")
    workspace.glim(database, "run", "--to", "M00024")
    kept = database.path.with_suffix(".kept")
    shutil.copyfile(database.path, kept)
    edits = itertools.count(1)

    def edit():
        # M00025 is in the middle of the workspace: one crate stands on the one that has it.
        project.migration(workspace.path("crates/area05/src/migrations"), 25,
                          'db.execute_batch("CREATE TABLE t00025 (id INTEGER PRIMARY KEY, '
                          f'title VARCHAR({next(edits)}))")')
        database.clear()
        shutil.copyfile(kept, database.path)

    build = Contender("`cargo build`", [bench.env["CARGO"], "build"], workspace.root, before=edit)
    glim = Contender("`glim run`", [bench.glim, "glim", "run", "--to", "M00025"], workspace.root, database.env(),
                     before=edit, after=lambda: database.expect_tables(25))
    bench.meter.contest(f"one line changed, {what}", [build, glim], bench.rounds)
    print(f"A line of one migration of 50 changed, debug profile, {what}: built, and with `glim run` applied.\n")
    table.contest([build, glim], build)
    # The next run finds the project as it is generated.
    project.workspace(bench, large)
    for word, taken in (("wall", Contender.wall), ("CPU", Contender.cpu)):
        bench.targets.below(f"a line changed, {word} of `glim run` ÷ `cargo build`, {what}",
                            ratios(taken(glim), taken(build)), 1.5, table.factor)
