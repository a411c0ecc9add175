"""SQL files: a thousand applied, fifty and ten thousand with nothing to do."""

from .. import project, table
from ..database import Database, memory_folder, remove
from ..measure import Contender, ratios

MESSAGE, STATEMENTS = "message", "statements"


def run(bench):
    count = 200 if bench.quick else 1000
    print("## SQL files\n")
    print(f"{count:,} SQL files of one table and one index each, to an empty database, of a package that does not depend "
          "on glim. The floor reads the same files, and sends one transaction with one history row for each: as one "
          "message, and statement by statement. It keeps no checksum. The servers' own CPU is not in it.\n")
    named = project.files(bench, f"sql{count}", count)
    sectioned = project.files(bench, f"sql{count}-glim", count, layout="glim")
    for driver in bench.drivers:
        apply(bench, named, sectioned, driver, count)
    nothing(bench, 50)
    if bench.quick:
        print("Ten thousand are left out of `--quick`.\n")
    else:
        many(bench, (1000, 10_000))


def floor(bench, database, files, shape, **more):
    name = "floor, one message each" if shape == MESSAGE else "floor, statement by statement"
    command = [bench.floor, database.driver, "files", files.path("migrations"), shape]
    return Contender(name, command, env=database.env(), **more)


def glim(bench, database, files, *arguments, name="", **more):
    return Contender(f"`glim {' '.join(arguments)}`{name}", [bench.glim, "glim", *arguments], files.root, database.env(),
                     **more)


def apply(bench, named, sectioned, driver, count):
    database = Database(bench, driver, "files")

    def check():
        database.expect_tables(count)

    def check_ledger():
        database.expect_tables(count)
        database.expect_rows("glim_migrations", count)

    def least(shape):
        return floor(bench, database, named, shape, before=database.clear, after=check)

    def ours(files, name):
        return glim(bench, database, files, "run", name=name, before=database.clear, after=check_ledger)

    message, statements = least(MESSAGE), least(STATEMENTS)
    run_named, run_sectioned = ours(named, ", sqlx's layout"), ours(sectioned, ", glim's layout")
    contenders = [message, statements, run_named, run_sectioned, *peers(bench, database, count, check)]
    bench.meter.contest(f"{count} SQL files on {driver}", contenders, bench.rounds)
    print(f"### {driver}\n")
    table.contest(contenders, message)
    for contender in (run_named, run_sectioned):
        bench.targets.below(f"{count:,} files on {driver}, {contender.name}, CPU ÷ {message.name}",
                            ratios(contender.cpu(), message.cpu()), 1.2, table.factor)
    for peer in contenders[4:]:
        bench.targets.below(f"{count:,} files on {driver}, {run_named.name}, CPU ÷ {peer.name}",
                            ratios(run_named.cpu(), peer.cpu()), 1.0, table.factor)


def peers(bench, database, count, check):
    contenders = []
    for peer in bench.peers():
        if database.driver not in peer.drivers:
            continue
        files = peer.files(bench, count)

        def before(peer=peer, files=files):
            database.clear()
            peer.prepare(database, files)

        contenders.append(Contender(f"`{peer.name}`", peer.migrate(database, files), before=before, after=check))
    return contenders


def nothing(bench, count):
    """All are applied, on SQLite."""
    files = project.files(bench, f"sql{count}", count)
    database, theirs = Database(bench, "sqlite", "applied"), Database(bench, "sqlite", "applied-floor")
    least = floor(bench, theirs, files, MESSAGE)
    ours = [glim(bench, database, files, "run"), glim(bench, database, files, "status")]
    contenders = [least, *ours]
    for one, applied in ((ours[0], database), (least, theirs)):
        applied.clear()
        bench.meter.run(one.command, one.cwd, one.env)
    for peer in bench.peers():
        applied, folder = Database(bench, "sqlite", f"applied-{peer.name}"), peer.files(bench, count)
        applied.clear()
        peer.prepare(applied, folder)
        bench.run(peer.migrate(applied, folder))
        contenders.append(Contender(f"`{peer.name}`, run", peer.migrate(applied, folder)))
        if listed := peer.status(applied, folder):
            contenders.append(Contender(f"`{peer.name}`, list", listed))
    bench.meter.contest(f"{count} files applied", contenders, bench.rounds)
    print(f"### Nothing to do\n\n{count} files, all applied, SQLite.\n")
    table.contest(contenders, least, "difference")
    bench.targets.below(f"{ours[0].name}, {count} files applied, CPU", ours[0].cpu(), 0.005)


def many(bench, counts):
    """All are applied, on SQLite in memory."""
    print("### Many files with nothing to do\n\nAll applied, SQLite, in memory. Only the first makes a table; each other "
          "inserts a row.\n")
    folder = memory_folder(bench)
    try:
        runs = {count: applied(bench, folder, count) for count in counts}
        bench.meter.contest("many files applied", [one for those in runs.values() for one in those], bench.rounds)
    finally:
        remove(folder)
    for count, (least, *ours) in runs.items():
        print(f"{count:,}:\n")
        table.contest([least, *ours], least)
    few, more = counts
    for small, big in zip(runs[few][1:], runs[more][1:]):
        bench.targets.below(f"{big.name}, {more:,} files applied, CPU", big.cpu(), 0.1)
        each = [many / more / (one / few) for one, many in zip(small.cpu(), big.cpu())]
        bench.targets.below(f"{big.name}, CPU of each of {more:,} ÷ each of {few:,}", each, 1.1, table.factor)


def applied(bench, folder, count):
    files = project.files(bench, f"sql{count}-rows", count, rows=True)
    database = Database(bench, "sqlite", f"sql{count}", folder)
    least = Database(bench, "sqlite", f"sql{count}-floor", folder)
    ours = [glim(bench, database, files, what) for what in ("run", "status")]
    runs = [floor(bench, least, files, MESSAGE), *ours]
    for one in runs[:2]:
        bench.meter.run(one.command, one.cwd, one.env)
    database.expect_rows("glim_migrations", count)
    return runs
