"""The first build of the runner, when the user's own project is built already."""

from .. import project, table
from ..database import Database
from ..measure import Contender, differences
from ..say import say

SMALL, BIG = 50, 250
DRIVERS = ("sqlite3-sys", "rusqlite", "postgres", "mysql", "tokio", "rustls")


def run(bench):
    print("## First build of the runner\n")
    database, projects, contenders, own = Database(bench, "sqlite", "first-build"), {}, [], []
    database.clear()
    for count in (SMALL, BIG):
        steps = projects[count] = project.steps(bench, f"steps{count}", count)
        say(f"building a project with {count} migrations")
        steps.forget_build()
        own.append(bench.meter.run([bench.env["CARGO"], "build"], steps.root))
        steps.keep_build()
        contenders.append(Contender(f"`glim status`, {count} migrations", [bench.glim, "glim", "status"], steps.root,
                                    database.env(), steps.restore_build))
    bench.meter.contest("first build", contenders, bench.rounds)
    print("`glim status` in a package that depends on glim alone, just after `cargo build`, which took "
          f"{table.seconds(own[0].cpu)} of CPU from nothing with {SMALL} migrations and {table.seconds(own[1].cpu)} "
          f"with {BIG}.\n")
    table.contest(contenders)
    small, big = contenders
    each = [more / (BIG - SMALL) for more in differences(big.cpu(), small.cpu())]
    print(f"CPU for each migration more: {table.spread(each)}.\n")
    compiled = [path.name for path in projects[BIG].path("target/debug/deps").glob("*.d")]
    drivers = sorted({driver for driver in DRIVERS for name in compiled if driver in name})
    print(f"Drivers compiled: {', '.join(drivers) or 'none'}.\n")
    bench.targets.below("first build of the runner, CPU", small.cpu(), 5)
    bench.targets.below("each migration more in it, CPU", each, 0.006)
    bench.targets.below("drivers in the runner", [len(drivers)], 0, str)
    for steps in projects.values():
        steps.forget_kept()
