"""A thousand migrations, against the same SQL from a bare program; and ten thousand."""

from .. import project, table
from ..database import Database, memory_folder, remove
from ..measure import Contender, differences, median, ratios
from ..say import say

ROWS = {"BENCH_ROWS": "1"}


def run(bench):
    count = 200 if bench.quick else 1000
    print("## A thousand migrations\n")
    print(f"{count:,} Rust migrations of one table and one index each, to an empty database; the floor sends the same "
          "SQL from a bare program, one transaction and one history row each: as one message, and statement by "
          "statement. The servers' own CPU is not in it.\n")
    steps = built(bench, count)
    for driver in bench.drivers:
        apply(bench, steps, driver, count)
    if bench.quick:
        print("Ten thousand are left out of `--quick`.\n")
    else:
        flat(bench, steps, count, 10_000)


def built(bench, count):
    steps = project.steps(bench, f"steps{count}", count)
    say(f"building {count} migrations")
    database = Database(bench, "sqlite", "built")
    database.clear()
    steps.glim(database, "run", "--dry-run")
    return steps


def floor(bench, database, count, shape, what="tables", check=None):
    name = "floor, one message each" if shape == "message" else "floor, statement by statement"
    return Contender(name, [bench.floor, database.driver, "migrate", count, shape, what], env=database.env(),
                     before=database.clear, after=check)


def glim(bench, database, steps, check, *arguments, env=None):
    command = [bench.glim, "glim", "run", *arguments]
    return Contender(f"`glim {' '.join(['run', *arguments])}`", command, steps.root, {**database.env(), **(env or {})},
                     database.clear, check)


def apply(bench, steps, driver, count):
    database = Database(bench, driver)

    def check():
        database.expect_tables(count)

    def check_ledger():
        database.expect_tables(count)
        database.expect_rows("glim_migrations", count)

    message, statements = (floor(bench, database, count, shape, check=check) for shape in ("message", "statements"))
    ready = glim(bench, database, steps, check_ledger, "--no-build")
    contenders = [message, statements, ready]
    if driver == "sqlite":
        contenders.append(glim(bench, database, steps, check_ledger))
    contenders += peers(bench, database, count, check)
    bench.meter.contest(f"{count} migrations on {driver}", contenders, bench.rounds)
    print(f"### {driver}\n")
    table.contest(contenders, message)
    for base in (message, statements):
        ratio = ratios(ready.cpu(), base.cpu())
        bench.targets.below(f"{count:,} migrations on {driver}, CPU ÷ {base.name}", ratio, 1.3, table.factor)


def peers(bench, database, count, check):
    contenders = []
    for peer in bench.peers():
        files = peer.files(bench, count)

        def before(peer=peer, files=files):
            database.clear()
            peer.prepare(database, files)

        name = f"`{peer.name}`, SQL files"
        contenders.append(Contender(name, peer.migrate(database, files), before=before, after=check))
    return contenders


def flat(bench, few, count, more):
    """Whether a migration costs as much among many as among few."""
    print(f"### {more:,} on SQLite\n")
    folder = memory_folder(bench)
    try:
        many = built(bench, more)
        rows(bench, folder, ((count, few), (more, many)))
        tables(bench, folder, more, many)
    finally:
        remove(folder)


def rows(bench, folder, projects):
    database, runs, lines = Database(bench, "sqlite", "rows", folder), {}, []
    for count, steps in projects:
        def check(count=count):
            database.expect_rows("glim_migrations", count)
            database.expect_tables(1)
        runs[count] = (floor(bench, database, count, "statements", "rows"),
                       glim(bench, database, steps, check, "--no-build", env=ROWS))
    bench.meter.contest("rows", [run for pair in runs.values() for run in pair], bench.rounds)
    print("In memory. Only the first makes a table and each other inserts a row, since ten thousand tables take SQLite "
          "itself more than ten seconds.\n")
    for count, (least, ours) in runs.items():
        beyond = median(differences(ours.cpu(), least.cpu())) / count
        lines.append([f"{count:,}", table.spread(ours.cpu()), table.seconds(median(ours.cpu()) / count),
                      table.spread(least.cpu()), table.seconds(median(least.cpu()) / count), table.seconds(beyond),
                      f"{ours.peak():.0f} MiB"])
    table.rows(["migrations", "CPU", "each", "floor, CPU", "each", "beyond the floor, each", "peak memory"], lines)
    (few, (_, small)), (more, (_, big)) = runs.items()
    each = [many / more / (one / few) for one, many in zip(small.cpu(), big.cpu())]
    bench.targets.below(f"CPU of each of {more:,} ÷ each of {few:,}", each, 1.1, table.factor)


def tables(bench, folder, count, steps):
    database, least = Database(bench, "sqlite", "tables", folder), Database(bench, "sqlite", "floor", folder)

    def check():
        database.expect_tables(count)

    runs = [floor(bench, least, count, "statements"), glim(bench, database, steps, check, "--no-build")]
    bench.meter.contest(f"{count} tables", runs, 1)
    print(f"{count:,} tables, once:\n")
    table.contest(runs, runs[0])
    status = [Contender("floor, status", [bench.floor, "sqlite", "status", count], env=least.env()),
              Contender("`glim status --no-build`", [bench.glim, "glim", "status", "--no-build"], steps.root,
                        database.env())]
    bench.meter.contest(f"status of {count}", status, bench.rounds)
    print(f"`status` with {count:,} applied:\n")
    table.contest(status, status[0])
