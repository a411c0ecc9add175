"""Statements over the channel, against the same statements from a program that has the connection itself."""

from .. import project, table
from ..database import Database, memory_folder, remove
from ..measure import Contender, differences

SOURCE = """\
//! Each does one thing often.

use glim::{Db, Migration, Result, inventory};

const TITLE: &str = "one of many";

pub struct Nothing;

impl Migration for Nothing {
    fn run(&self, _: &mut Db) -> Result<()> {
        Ok(())
    }
}

inventory::submit! { glim::migration!(Nothing, irreversible) }

pub struct Statements;

impl Migration for Statements {
    fn run(&self, db: &mut Db) -> Result<()> {
        for id in 1..=STATEMENTS_i64 {
            db.execute("INSERT INTO items (id, title) VALUES ($1, $2)", (id, TITLE))?;
        }
        Ok(())
    }
}

inventory::submit! { glim::migration!(Statements, irreversible) }

pub struct Rows;

impl Migration for Rows {
    fn run(&self, db: &mut Db) -> Result<()> {
        let rows = (1..=ROWS_i64).map(|id| (id, TITLE));
        db.execute_many("INSERT INTO items (id, title) VALUES ($1, $2)", rows)?;
        Ok(())
    }
}

inventory::submit! { glim::migration!(Rows, irreversible) }

pub struct Query;

impl Migration for Query {
    fn run(&self, db: &mut Db) -> Result<()> {
        let mut sum = 0;
        for row in db.query("SELECT id, title FROM items", ())? {
            sum += row.get::<i64>("id")?;
        }
        assert_eq!(sum, ROWS_i64 * (ROWS_i64 + 1) / 2);
        Ok(())
    }
}

inventory::submit! { glim::migration!(Query, irreversible) }
"""
ITEMS = "CREATE TABLE items (id INTEGER PRIMARY KEY, title VARCHAR(100) NOT NULL)"


def run(bench):
    statements, rows = (4_000, 40_000) if bench.quick else (20_000, 200_000)
    print("## Statements over the channel\n")
    print(f"One migration each on SQLite in memory: {statements:,} single inserts with two parameters, one "
          f"`execute_many` of {rows:,} rows, one `query` of {rows:,} rows; what a migration that does nothing takes is "
          "subtracted in the second table. The runner is a debug build, as in development.\n")
    source = SOURCE.replace("STATEMENTS_i64", f"{statements}_i64").replace("ROWS_i64", f"{rows}_i64")
    work = {"Nothing": ("nothing", 1), "Statements": ("statements", statements), "Rows": ("rows", rows),
            "Query": ("query", rows)}
    folder = memory_folder(bench)
    try:
        contest(bench, project_of(bench, source), Database(bench, "sqlite", "channel", folder), work)
    finally:
        remove(folder)


def project_of(bench, source):
    channel = project.Project(bench, "channel")
    channel.write("Cargo.toml", project.package("channel") + "\n[workspace]\n")
    channel.write("src/lib.rs", source)
    return channel.lock()


def contest(bench, channel, database, work):
    def before(name):
        def fill():
            database.clear()
            database.run("sql", ITEMS)
            if name == "Query":
                database.run("rows", work["Query"][1])
        return fill

    channel.glim(database, "run", "--dry-run")
    pairs = {}
    for name, (floor, count) in work.items():
        command = [bench.glim, "glim", "run", "--no-build", "--name", name]
        least = [bench.floor, "sqlite", floor, *([] if name == "Nothing" else [count])]
        inserted = 0 if name == "Nothing" else count
        after = lambda inserted=inserted: database.expect_rows("items", inserted)
        pairs[name] = (
            Contender(f"floor, {name}", least, env=database.env(), before=before(name), after=after),
            Contender(f"`glim run --name {name}`", command, channel.root, database.env(), before(name), after),
        )
    everyone = [contender for pair in pairs.values() for contender in pair]
    bench.meter.contest("channel", everyone, bench.rounds)
    table.contest(everyone)
    nothing, lines = pairs.pop("Nothing"), []
    for name, (least, ours) in pairs.items():
        each = [[more / work[name][1] for more in differences(taken(contender), taken(empty))]
                for contender, empty in ((ours, nothing[1]), (least, nothing[0]))
                for taken in (Contender.wall, Contender.cpu)]
        lines.append([name, *map(table.spread, each)])
        bench.targets.below(f"channel: {name.lower()}, wall each", each[0], 15e-6 if name == "Statements" else 2e-6)
    table.rows(["each", "wall", "CPU", "floor, wall", "floor, CPU"], lines)
