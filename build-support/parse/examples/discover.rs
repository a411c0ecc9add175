//! Scans crates and says how fast that went:
//! `discover [--library=NAME] [--names] [--files] [--feature=NAME]... ROOT.rs...`. For measuring, for comparing the files
//! with those that rustc read, and for seeing what is made of other libraries' models.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use glim_parse::Library;
use glim_parse::scan::{CfgSet, CrateRoot, scan_for, scan_with};
use glim_schema::{Column, ColumnType};

fn main() -> io::Result<()> {
    let (flags, files): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|arg| arg.starts_with("--"));
    let has = |flag: &str| flags.iter().any(|given| given == flag);
    let features: Vec<&str> = flags.iter().filter_map(|flag| flag.strip_prefix("--feature=")).collect();
    let library = flags.iter().find_map(|flag| flag.strip_prefix("--library="));
    let library = library.map_or(Ok(Library::Glim), str::parse);
    let library = library.map_err(|()| io::Error::other("the libraries are glim, diesel and sea-orm"))?;
    let roots = files.into_iter().map(|file| CrateRoot {
        name: "scanned".to_owned(),
        file: PathBuf::from(file),
        cfg: CfgSet::of_this_platform(features.iter().copied()),
        glim: vec!["glim".to_owned()],
        crates: Vec::new(),
    });
    let roots: Vec<_> = roots.collect();
    let start = Instant::now();
    let mut files = BTreeSet::new();
    let mut on_file = |file: &Path| {
        if has("--files") {
            files.insert(file.to_owned());
        }
    };
    let scan = match library {
        Library::Glim => scan_with(&roots, &mut on_file),
        library => scan_for(&roots, library),
    };
    let seconds = start.elapsed().as_secs_f64();
    let mut out = io::stdout().lock();
    writeln!(out, "{} files, {} lines, {:.1} ms", scan.files, scan.lines, seconds * 1e3)?;
    writeln!(
        out,
        "{} models, {} migrations, {} problems",
        scan.models.len(),
        scan.migrations.len(),
        scan.problems.len()
    )?;
    if has("--names") {
        for model in &scan.models {
            let unknown = |column: &&Column| column.ty == ColumnType::native("");
            for column in model.table.columns.iter().filter(unknown) {
                writeln!(out, "unknown type: {}.{}", model.table.name, column.name)?;
            }
            writeln!(
                out,
                "{}::{} {}:{}",
                model.place.module,
                model.name,
                model.place.file.display(),
                model.place.line
            )?;
        }
        for problem in &scan.problems {
            let line = problem.source[..problem.span.start].matches('\n').count() + 1;
            writeln!(out, "{}:{line}: {}", problem.path.display(), problem.message)?;
        }
    }
    for file in files {
        writeln!(out, "{}", file.display())?;
    }
    Ok(())
}
