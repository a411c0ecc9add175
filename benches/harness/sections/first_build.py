"""The first build of the runner, when the user's own project is built already."""

from .. import project, table
from ..database import Database
from ..measure import Contender, differences, median, ratios

SMALL, BIG = 50, 250
DRIVERS = ("sqlite3-sys", "rusqlite", "postgres", "mysql", "tokio", "rustls")


def run(bench):
    print("## First build of the runner\n")
    database = Database(bench, "sqlite", "first-build")
    database.clear()
    contenders = []
    for count in (SMALL, BIG):
        steps = project.steps(bench, f"steps{count}", count)

        def built(steps=steps):
            steps.forget_build()
            steps.cargo("build")

        contenders.append(Contender(f"`cargo build`, {count} migrations", [bench.env["CARGO"], "build"], steps.root,
                                    before=steps.forget_build))
        contenders.append(Contender(f"`glim status` after it, {count} migrations", [bench.glim, "glim", "status"],
                                    steps.root, database.env(), before=built))
    bench.meter.contest("first build", contenders, bench.rounds)
    print("A package that depends on glim alone. `cargo build` starts from nothing; `glim status` finds that done and "
          "builds the runner.\n")
    table.contest(contenders)
    _, small, _, big = contenders
    each = median(differences(big.cpu(), small.cpu())) / (BIG - SMALL)
    print(f"CPU for each migration more: {table.seconds(each)}.\n")
    compiled = [path.name for path in (project.Project(bench, f"steps{BIG}").path("target/debug/deps")).glob("*.d")]
    drivers = sorted({driver for driver in DRIVERS for name in compiled if driver in name})
    print(f"Drivers compiled: {', '.join(drivers) or 'none'}.\n")
    bench.targets.below("first build of the runner, CPU", median(small.cpu()), 5)
    bench.targets.below("each migration more in it, CPU", each, 0.006)
    bench.targets.below("drivers in the runner", len(drivers), 0, str)
