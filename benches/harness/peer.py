"""Other migration tools, where they are installed, with the same migrations as SQL files."""

from . import project, tools


def number_of(number):
    """A time as their file names have it, growing with the number."""
    hours, rest = divmod(number, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"20260101{hours:02}{minutes:02}{seconds:02}"


class Sqlx:
    name = "sqlx"
    drivers = ("sqlite", "postgres", "mysql")

    def files(self, bench, count):
        folder = bench.folder / "peers" / f"sqlx-{count}"
        for number in range(1, count + 1):
            project.write(folder / f"{number_of(number)}_m{number:05}.sql", table(number))
        return folder

    def url(self, database):
        return f"sqlite://{database.url}" if database.driver == "sqlite" else database.url

    def prepare(self, database, files):
        if database.driver == "sqlite":
            database.bench.run(["sqlx", "database", "create", "--database-url", self.url(database)])

    def migrate(self, database, files):
        return ["sqlx", "migrate", "run", "--database-url", self.url(database), "--source", files]

    def status(self, database, files):
        return ["sqlx", "migrate", "info", "--database-url", self.url(database), "--source", files]


class Diesel:
    name = "diesel"
    drivers = ("sqlite", "postgres", "mysql")

    def files(self, bench, count):
        folder = bench.folder / "peers" / f"diesel-{count}"
        for number in range(1, count + 1):
            step = folder / f"{number_of(number)}_m{number:05}"
            project.write(step / "up.sql", table(number))
            project.write(step / "down.sql", f"DROP TABLE t{number:05};\n")
        return folder

    def prepare(self, database, files):
        pass

    def migrate(self, database, files):
        return ["diesel", "migration", "run", "--database-url", database.url, "--migration-dir", files]

    def status(self, database, files):
        return ["diesel", "migration", "list", "--database-url", database.url, "--migration-dir", files]


def table(number):
    return project.TABLE.read_text().replace("NNNNN", f"{number:05}")


def installed():
    return [peer for peer in (Sqlx(), Diesel()) if tools.peer(peer.name)]
