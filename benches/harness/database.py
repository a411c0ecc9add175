"""The databases that are migrated: made empty before a measurement, looked at after it."""

import os
import pathlib
import shutil

from .say import fail
from .tools import text_of


class Database:
    """An empty database on one of the three drivers."""

    def __init__(self, bench, driver, name="bench", folder=None):
        self.bench, self.driver, self.name = bench, driver, name
        if driver == "sqlite":
            self.path = pathlib.Path(folder or bench.folder / "databases") / f"{name}.db"
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.url = str(self.path)
        else:
            self.url, self.admin = bench.servers().url(driver, name), bench.servers().url(driver, driver)

    def env(self):
        """For the floor, and for the configuration of the generated projects."""
        url = f"sqlite:{self.url}" if self.driver == "sqlite" else self.url
        if self.driver != "sqlite":
            url += "?sslmode=disable"
        return {"FLOOR_URL": self.url, "BENCH_URL": url}

    def clear(self):
        if self.driver == "sqlite":
            for path in self.path.parent.glob(f"{self.path.name}*"):
                path.unlink()
            return
        admin = self.admin
        for sql in {"postgres": [f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)", f"CREATE DATABASE {self.name}",
                                 "CHECKPOINT"],
                    "mysql": [f"DROP DATABASE IF EXISTS {self.name}", f"CREATE DATABASE {self.name}"]}[self.driver]:
            self._floor(admin, "sql", sql)

    def run(self, *work):
        """Lets the floor do some work here, unmeasured."""
        return self._floor(self.url, *work)

    def number(self, select):
        return int(self.run("number", select))

    def expect_tables(self, count):
        """Fails unless there are exactly the tables of so many migrations."""
        found = self.number({
            "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name GLOB 't[0-9]*'",
            "postgres": "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^t[0-9]+$'",
            "mysql": "SELECT count(*) FROM information_schema.tables WHERE table_schema = database() "
                     "AND table_name REGEXP '^t[0-9]+$'",
        }[self.driver])
        if found != count:
            fail(f"{self.driver}: {found} tables where {count} were to be made")

    def expect_rows(self, table, count):
        found = self.number(f"SELECT count(*) FROM {table}")
        if found != count:
            fail(f"{self.driver}: {found} rows in {table} where {count} were to be inserted")

    def _floor(self, url, *work):
        env = {**self.bench.env, "FLOOR_URL": url}
        return text_of([self.bench.floor, self.driver, *work], env=env)


def memory_folder(bench):
    """A folder in memory, so that no disk is measured; else an ordinary one."""
    shared = pathlib.Path("/dev/shm")
    return shared / f"glim-bench-{os.getpid()}" if os.access(shared, os.W_OK) else bench.folder / "databases"


def remove(folder):
    """Removes such a folder, unless it is the ordinary one."""
    if folder.parent.name == "shm":
        shutil.rmtree(folder, ignore_errors=True)
