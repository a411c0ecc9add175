"""A thousand migrations, against the same SQL from a bare program; and ten thousand."""

from .. import project, table
from ..database import Database
from ..measure import Contender, differences, median, ratios
from ..say import say

ROWS = {"BENCH_ROWS": "1"}


def run(bench):
    count = 200 if bench.quick else 1000
    print("## A thousand migrations\n")
    print(f"{count:,} Rust migrations of one table and one index each, to an empty database; the floor sends the same SQL "
          "from a bare program, one transaction and one history row each: as one message, and statement by statement. "
          "The servers' own CPU is not in it.\n")
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
        bench.targets.below(f"{count:,} migrations on {driver}, CPU ÷ {base.name}", ratios(ready.cpu(), base.cpu()), 1.3,
                            table.factor)


def peers(bench, database, count, check):
    contenders = []
    for peer in bench.peers():
        files = peer.files(bench, count)

        def before(peer=peer, files=files):
            database.clear()
            peer.prepare(database, files)

        contenders.append(Contender(f"`{peer.name}`, SQL files", peer.migrate(database, files), before=before, after=check))
    return contenders


def flat(bench, steps, count, more):
    """Whether a migration costs as much among many as among few."""
    print(f"### {more:,} on SQLite\n")
    many, database, lines = built(bench, more), Database(bench, "sqlite"), []
    runs = {}
    for number, where in ((count, steps), (more, many)):
        def check(number=number):
            database.expect_rows("glim_migrations", number)
            database.expect_tables(1)
        runs[number] = (floor(bench, database, number, "statements", "rows"),
                        glim(bench, database, where, check, "--no-build", env=ROWS))
    bench.meter.contest(f"{count} and {more} rows", [run for pair in runs.values() for run in pair], bench.rounds)
    print("Only the first makes a table and each other inserts a row, since ten thousand tables take SQLite itself more "
          "than ten seconds.\n")
    for number, (least, ours) in runs.items():
        beyond = median(differences(ours.cpu(), least.cpu())) / number
        lines.append([f"{number:,}", table.spread(ours.cpu()), table.seconds(median(ours.cpu()) / number),
                      table.spread(least.cpu()), table.seconds(median(least.cpu()) / number), table.seconds(beyond),
                      f"{ours.peak():.0f} MiB"])
    table.rows(["migrations", "CPU", "each", "floor, CPU", "each", "beyond the floor, each", "peak memory"], lines)
    each = [median(ours.cpu()) / number for number, (_, ours) in runs.items()]
    bench.targets.below(f"CPU of each of {more:,} ÷ each of {count:,}", [each[1] / each[0]], 1.1, table.factor)

    def check():
        database.expect_tables(more)

    tables = [floor(bench, database, more, "statements", check=check), glim(bench, database, many, check, "--no-build")]
    bench.meter.contest(f"{more} tables", tables, 1)
    print(f"{more:,} tables, once:\n")
    table.contest(tables, tables[0])
    status = [Contender("floor, status", [bench.floor, "sqlite", "status", more], env=database.env()),
              Contender("`glim status --no-build`", [bench.glim, "glim", "status", "--no-build"], many.root, database.env())]
    database.run("migrate", more, "message", "rows")
    bench.meter.contest(f"status of {more}", status, bench.rounds)
    print(f"`status` with {more:,} applied:\n")
    table.contest(status, status[0])
