"""Other migration tools, where they are installed, with the same migrations as SQL files."""

import json
import urllib.parse

from . import project, tools


class Sqlx:
    name = "sqlx"
    drivers = ("sqlite", "postgres", "mysql")

    def files(self, bench, count):
        folder = bench.folder / "peers" / f"sqlx-{count}"
        for number in range(1, count + 1):
            project.write(folder / f"{project.stem(number)}.sql", project.sql(number))
        return folder

    def url(self, database):
        return f"sqlite://{database.url}" if database.driver == "sqlite" else database.url

    def prepare(self, database, files):
        if database.driver == "sqlite":
            # Like those of the others: it would make one with a write-ahead log, which spares most of the waiting.
            database.bench.run(["sqlx", "database", "create", "--sqlite-create-db-wal=false", "--database-url",
                                self.url(database)])

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
            step = folder / project.stem(number)
            project.write(step / "up.sql", project.sql(number))
            project.write(step / "down.sql", f"DROP TABLE t{number:05};\n")
        return folder

    def prepare(self, database, files):
        pass

    def migrate(self, database, files):
        return ["diesel", "migration", "run", "--database-url", database.url, "--migration-dir", files]

    def status(self, database, files):
        return ["diesel", "migration", "list", "--database-url", database.url, "--migration-dir", files]


class Refinery:
    name = "refinery"
    drivers = ("sqlite", "postgres", "mysql")

    def files(self, bench, count):
        folder = bench.folder / "peers" / f"refinery-{count}"
        for number in range(1, count + 1):
            project.write(folder / f"V{number}__m{number:05}.sql", project.sql(number))
        return folder

    def prepare(self, database, files):
        if database.driver == "sqlite":
            # It makes no database.
            database.path.touch()

    def migrate(self, database, files):
        return ["refinery", "migrate", "-c", self.config(database), "-p", files]

    def status(self, database, files):
        """It has no such command."""

    def config(self, database):
        url = urllib.parse.urlsplit(database.url)
        if database.driver == "sqlite":
            settings = {"db_type": "Sqlite", "db_path": database.url}
        else:
            kind = {"postgres": "Postgres", "mysql": "Mysql"}[database.driver]
            settings = {"db_type": kind, "db_host": url.hostname, "db_port": str(url.port), "db_user": url.username,
                        "db_pass": url.password, "db_name": url.path.strip("/")}
        path = database.bench.folder / "peers" / f"refinery-{database.driver}-{database.name}.toml"
        given = {key: value for key, value in settings.items() if value}
        project.write(path, "[main]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in given.items()))
        return path


def installed():
    return [peer for peer in (Sqlx(), Diesel(), Refinery()) if tools.peer(peer.name)]
