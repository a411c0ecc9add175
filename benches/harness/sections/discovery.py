"""Finding the models in a big source tree."""

from .. import project, table
from ..database import Database
from ..measure import Contender
from ..say import fail

# A file of ordinary code: what a reader of sources must get past quickly.
PIECE = '''\
/// Keeps what is known about number {n}.
///
/// It is made once, and read often; see [`Holder{n}::total`].
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Holder{n} {{
    names: std::collections::BTreeMap<String, Vec<u32>>,
    limit: usize,
    note: Option<String>,
}}

impl Holder{n} {{
    /// An empty one.
    pub fn new(limit: usize) -> Self {{
        Self {{ names: Default::default(), limit, note: None }}
    }}

    /// Adds a value, unless the limit is reached.
    pub fn add(&mut self, name: &str, value: u32) -> Result<(), String> {{
        let values = self.names.entry(name.to_owned()).or_default();
        if values.len() >= self.limit {{
            return Err(format!("`{{name}}` has {{}} values, and \\"{n}\\" takes no more", values.len()));
        }}
        match value {{
            0 => values.clear(),
            1..=9 => values.push(value),
            other => values.extend([other / 10, other % 10]), // two digits {{ are two values
        }}
        Ok(())
    }}

    /// The sum of all that passes a test.
    pub fn total(&self, pass: impl Fn(u32) -> bool) -> u64 {{
        self.names
            .values()
            .flatten()
            .copied()
            .filter(|value| pass(*value) && *value != 'x' as u32)
            .map(u64::from)
            .sum()
    }}
}}

'''
TESTS = '''\
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_one_sums_to_nothing() {
        assert_eq!(Holder1::new(3).total(|_| true), 0);
    }
}
'''
MODEL = '''\
use glim::Model;

/// A row.
#[derive(Debug, Model)]
#[glim(table = "rows{n}")]
pub struct Row{n} {{
    #[glim(primary_key)]
    pub id: i32,
    #[glim(length = 255)]
    pub name: String,
}}

'''
FOLDERS, PIECES = 20, 8
MODEL_EVERY = 40


def run(bench):
    sizes = (300_000,) if bench.quick else (300_000, 1_200_000)
    print("## Discovery\n")
    print(f"`glim models` over a generated package; one file in {MODEL_EVERY} has a model. The floor is `grep`, which "
          "reads the same files once.\n")
    database, contenders, lines, source = Database(bench, "sqlite", "discovery"), [], {}, []
    for size in sizes:
        tree, lines[size], characters, models = tree_of(bench, size)
        source.append(characters / 2**20)
        found = tree.glim(database, "models")
        if found.count("rows") < models:
            fail(f"fewer than {models} models were found:\n{found[-2000:]}")
        contenders.append(Contender(f"`grep`, {lines[size]:,} lines", ["grep", "-rlw", "Model", "src"], tree.root))
        contenders.append(Contender(f"`glim models`, {lines[size]:,} lines", [bench.glim, "glim", "models"], tree.root,
                                    database.env()))
    bench.meter.contest("discovery", contenders, bench.rounds)
    table.contest(contenders)
    for size, ours in zip(sizes, contenders[1::2]):
        speed = [lines[size] / wall for wall in ours.wall()]
        print(f"{lines[size]:,} lines: {table.spread(speed, count)} lines a second, {ours.peak():.1f} MiB.\n")
        bench.targets.above(f"discovery, lines a second of {lines[size]:,}", speed, 300_000, count)
    if len(sizes) == 2:
        # The models stay, of course, and in this tree the bigger one has wider folders; texts and plain files must not.
        memory, text = contenders[3].peak() - contenders[1].peak(), source[1] - source[0]
        print(f"{memory:.1f} MiB of memory more for {text:.1f} MiB of source more.\n")
        bench.targets.below("discovery, memory more ÷ source more", [memory / text], 0.05, table.factor)


def count(number):
    return f"{number:,.0f}"


def tree_of(bench, size):
    """A package of about that many lines."""
    tree = project.Project(bench, f"tree{size // 1000}k")
    tree.write("Cargo.toml", project.package(tree.root.name) + "\n[workspace]\n")
    usual = file_of(2, model=False)
    each = size // usual.count("\n") // FOLDERS
    lines, characters, models = 0, 0, 0
    tree.write("src/lib.rs", "".join(f"pub mod part{folder:02};\n" for folder in range(FOLDERS)))
    for folder in range(FOLDERS):
        tree.write(f"src/part{folder:02}/mod.rs", "".join(f"pub mod file{number:04};\n" for number in range(each)))
        for number in range(each):
            index = folder * each + number
            model = index % MODEL_EVERY == 0
            text = file_of(index, model)
            tree.write(f"src/part{folder:02}/file{number:04}.rs", text)
            lines, characters, models = lines + text.count("\n"), characters + len(text), models + model
    return tree.lock(), lines, characters, models


def file_of(index, model):
    pieces = "".join(PIECE.format(n=number) for number in range(1, PIECES + 1))
    return (MODEL.format(n=index) if model else "") + pieces + (TESTS if index % 2 else "")
