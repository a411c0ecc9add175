"""`status` and `run` when there is nothing to do, against a fresh `cargo build`."""

from .. import processes, project, table
from ..database import Database
from ..measure import Contender, differences
from ..say import say

COUNT = 50


def run(bench):
    print("## Nothing to do\n")
    graph(bench, large=False)
    if bench.large:
        graph(bench, large=True)
    else:
        print("The workspace with axum and sqlx is left out; `--large` measures it too.\n")


def graph(bench, large):
    what = "with axum and sqlx" if large else "small graph"
    workspace, database = project.workspace(bench, large), Database(bench, "sqlite", f"nothing-{what.split()[-1]}")
    say(f"building the workspace, {what}")
    workspace.cargo("build")
    database.clear()
    workspace.glim(database, "run")
    database.expect_tables(COUNT)

    def glim(*arguments):
        command = [bench.glim, "glim", *arguments]
        return Contender(f"`glim {' '.join(arguments)}`", command, workspace.root, database.env())

    build = Contender("`cargo build`", [bench.env["CARGO"], "build"], workspace.root)
    ready = [glim("status", "--no-build"), glim("run", "--no-build")]
    built = [glim("status"), glim("run")]
    through = Contender("`cargo glim status`", ["cargo", "glim", "status"], workspace.root,
                        {**database.env(), "PATH": f"{bench.glim.parent}:{bench.env['PATH']}"})
    others = [] if large else peers(bench)
    contenders = [build, *built, through, *ready, *others]
    bench.meter.contest(f"nothing to do, {what}", contenders, bench.rounds * 3)
    print(f"{COUNT} Rust migrations in 10 crates, all applied, SQLite, {what}.\n")
    table.contest(contenders, build, "difference")
    counted(bench, workspace, database, built)
    for contender in built:
        wall = differences(contender.wall(), build.wall())
        bench.targets.below(f"{contender.name} beyond `cargo build`, wall, {what}", wall, 0.015)
    if not large:
        for contender in ready:
            bench.targets.below(f"{contender.name}, CPU", contender.cpu(), 0.008)


def counted(bench, workspace, database, contenders):
    for contender in contenders:
        env = {**bench.env, **database.env()}
        programs = processes.started(contender.command, workspace.root, env, bench.folder / "strace.txt")
        if programs is None:
            print("The processes are not counted: strace is not installed.\n")
            return
        print(f"Processes of {contender.name}: {processes.shown(programs)}.\n")
        bench.targets.below(f"cargo processes of {contender.name}", [programs["cargo"]], 1, str)
        bench.targets.below(f"compilers of {contender.name}", [programs["rustc"] + programs["rustup"]], 0, str)


def peers(bench):
    """The bare program, and other tools with as many SQL files."""
    bare = Database(bench, "sqlite", "nothing-floor")
    bare.clear()
    bare.run("migrate", COUNT, "message", "rows")
    contenders = [Contender("floor, bare rusqlite", [bench.floor, "sqlite", "status", COUNT], env=bare.env())]
    for peer in bench.peers():
        database = Database(bench, "sqlite", f"nothing-{peer.name}")
        database.clear()
        files = peer.files(bench, COUNT)
        peer.prepare(database, files)
        bench.run(peer.migrate(database, files))
        if listed := peer.status(database, files):
            contenders.append(Contender(f"`{peer.name}`, status", listed))
    return contenders
