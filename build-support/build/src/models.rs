//! The models of the package, compared with the recorded schema.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use glim_parse::scan::{CrateRoot, FoundModel, Severity, scan};
use glim_schema::diff::{Renames, Step, diff};
use glim_schema::{Change, Schema};

use crate::environment::Environment;
use crate::instruction::Instruction;
use crate::names;
use crate::record::{Record, Records};

/// What there is to say of the models in these sources, and which folders to watch for that.
pub(crate) fn all(sources: &[String], records: &Records, here: &Environment) -> Vec<Instruction> {
    let mut instructions = Vec::new();
    let mut roots = Vec::new();
    for source in sources {
        let path = here.package.join(source);
        let found = roots_of(&path);
        if found.is_empty() {
            let message = "there are no sources: neither is it a file, nor a folder with `lib.rs` or `main.rs`";
            instructions.push(Instruction::error(Path::new(source), None, message, None));
            continue;
        }
        // Modules lie beside their root and below.
        let folder = if path.is_dir() { path } else { path.parent().unwrap_or(&here.package).to_owned() };
        instructions.push(Instruction::Watch(folder));
        roots.extend(found);
    }
    let models = models(roots, here);
    if models.is_empty() || records.broken {
        return instructions;
    }
    if records.all.is_empty() {
        let first = &models[0];
        let message = "the schema of the models is not recorded yet: run `cargo glim make`";
        instructions.push(Instruction::warning(&here.shown(&first.place.file), Some(first.place.line), message, None));
        return instructions;
    }
    for record in &records.all {
        let of_record: Vec<&FoundModel> =
            models.iter().filter(|model| records.of(model).is_some_and(|it| it.file == record.file)).collect();
        instructions.extend(compared(record, &of_record, here));
    }
    for model in models.iter().filter(|model| records.of(model).is_none()) {
        instructions.push(said(model, "is not recorded yet", model.db.as_deref(), here));
    }
    instructions
}

/// The roots of crates that a path stands for.
fn roots_of(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    ["lib.rs", "main.rs"].iter().map(|name| path.join(name)).filter(|file| file.is_file()).collect()
}

/// The models that describe tables. What is wrong in the sources, the compiler says; then there is nothing to compare.
fn models(files: Vec<PathBuf>, here: &Environment) -> Vec<FoundModel> {
    let glim = names::of_glim(&here.package);
    let root = |file| CrateRoot {
        name: "crate".to_owned(),
        file,
        cfg: here.cfg.clone(),
        glim: glim.clone(),
        crates: Vec::new(),
    };
    let found = scan(&files.into_iter().map(root).collect::<Vec<_>>());
    if found.problems.iter().any(|problem| problem.severity == Severity::Error) {
        return Vec::new();
    }
    // A file may be a module of the library and of the program.
    let mut seen = BTreeSet::new();
    let mut is_new = |model: &FoundModel| seen.insert((model.place.file.clone(), model.place.line, model.place.column));
    found.models.into_iter().filter(|model| !model.frozen && is_new(model)).collect()
}

impl Records {
    /// The record that a model belongs in. Which alias is used when none is named, the command's configuration says: one
    /// that has no record of its own may be that.
    fn of(&self, model: &FoundModel) -> Option<&Record> {
        let own = self.all.iter().find(|record| record.alias.is_some() && record.alias == model.db);
        own.or_else(|| {
            let main = self.all.iter().find(|record| record.alias.is_none())?;
            (model.db.is_none() || main.schema.table(&model.table.name).is_some()).then_some(main)
        })
    }
}

/// What of the models is not as it is recorded. Tables without a model here may have theirs in other packages.
fn compared(record: &Record, models: &[&FoundModel], here: &Environment) -> Vec<Instruction> {
    let mut wanted = Schema::default();
    let mut renames = Renames::default();
    for model in models {
        if let Err(problem) = wanted.add(model.table.clone()) {
            let message = format!("the model `{}` does not fit the others: {problem}", model.name);
            return vec![Instruction::warning(&here.shown(&model.place.file), Some(model.place.line), &message, None)];
        }
        renames = model.hints(renames);
    }
    let given_up = |name: &str| models.iter().any(|model| model.was.as_deref() == Some(name));
    for (name, table) in record.schema.tables.iter().filter(|(name, _)| !given_up(name)) {
        wanted.tables.entry(name.clone()).or_insert_with(|| table.clone());
    }
    for (name, ty) in &record.schema.enums {
        wanted.enums.entry(name.clone()).or_insert_with(|| ty.clone());
    }
    let difference = match diff(&record.schema, &wanted, &renames) {
        Ok(difference) => difference,
        Err(problem) => {
            let message = format!("the models cannot be compared with this: {problem}");
            return vec![Instruction::warning(&here.shown(&record.file), None, &message, None)];
        }
    };
    let touched: BTreeSet<&str> = difference.run.iter().flat_map(touched).collect();
    let is_touched = |model: &FoundModel| {
        touched.contains(model.table.name.as_str()) || model.was.as_deref().is_some_and(|was| touched.contains(was))
    };
    let changed = models.iter().filter(|model| is_touched(model));
    let is_known = |model: &FoundModel| {
        let known = |name: &str| record.schema.table(name).is_some();
        known(&model.table.name) || model.was.as_deref().is_some_and(known)
    };
    let what = |model: &FoundModel| if is_known(model) { "changed" } else { "is not recorded yet" };
    changed.map(|model| said(model, what(model), record.alias.as_deref(), here)).collect()
}

fn said(model: &FoundModel, what: &str, alias: Option<&str>, here: &Environment) -> Instruction {
    let alias = alias.map(|alias| format!(" --db {alias}")).unwrap_or_default();
    let message = format!("the model `{}` {what}: run `cargo glim make{alias}`", model.name);
    Instruction::warning(&here.shown(&model.place.file), Some(model.place.line), &message, None)
}

/// The tables that a step changes.
fn touched(step: &Step) -> Vec<&str> {
    match &step.change {
        Change::CreateTable(table) => vec![&table.name],
        Change::DropTable { table } | Change::CreateIndex { table, .. } | Change::DropIndex { table, .. } => {
            vec![table]
        }
        Change::AlterTable(alter) => vec![&alter.table],
        Change::AlterEnum(alter) => alter.columns.iter().map(|column| column.table.as_str()).collect(),
        Change::CreateEnum(_) | Change::DropEnum { .. } => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use glim_parse::scan::CfgSet;

    use crate::environment::Environment;
    use crate::migrations;

    const USER: &str = "#[derive(glim::Model)]\n#[glim(table = \"users\")]\npub struct User {\n    #[glim(primary_key)]\n    pub id: i64,\n    \
                        pub name: String,\n}\n";
    const POST: &str = "#[derive(glim::Model)]\n#[glim(table = \"posts\")]\npub struct Post {\n    #[glim(primary_key)]\n    pub id: i64,\n    \
                        #[glim(references = \"users.id\")]\n    pub author: i64,\n}\n";
    const RECORD: &str = "version 1\n\ntable users\ncolumn users.id int64\ncolumn users.name text\nprimary_key users (id)\n\n\
                          table elsewhere\ncolumn elsewhere.id int64\nprimary_key elsewhere (id)\n";

    /// What cargo is told of the models in `src`, and the watched folders outside the package's own.
    fn told(files: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a temporary directory");
        let root = folder.path().canonicalize().expect("the directory is there");
        for (name, text) in [("app/migrations/.gitkeep", ""), ("Cargo.lock", "")].iter().chain(files) {
            let path = root.join(name);
            fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        let here = Environment { package: root.join("app"), out: root.join("out"), cfg: CfgSet::default() };
        let told = migrations("migrations").models("src").generate(&here);
        let shown = |line: String| line.replace(&format!("{}/", root.display()), "");
        let told = told.into_iter().map(|instruction| shown(instruction.to_string()));
        told.filter(|line| line != "cargo::rerun-if-changed=app/migrations").collect()
    }

    #[test]
    fn models_as_they_are_recorded_are_worth_no_word() {
        let files = [("app/src/lib.rs", USER), ("app/migrations/schema.lock", RECORD)];
        assert_eq!(told(&files), ["cargo::rerun-if-changed=app/src"]);
    }

    #[test]
    fn a_model_that_changed_is_told_at_its_line_and_no_other() {
        let user = USER.replace("name: String", "name: Option<String>");
        let record = format!(
            "{RECORD}\ntable posts\ncolumn posts.id int64\ncolumn posts.author int64\nprimary_key posts (id)\n\
             foreign_key posts (author) references users (id)\n"
        );
        let files = [
            ("app/src/main.rs", "mod models;\n"),
            ("app/src/models.rs", &*format!("{POST}{user}")),
            ("app/migrations/schema.lock", &record),
        ];
        let line = POST.lines().count() + 3;
        let warning = format!("cargo::warning=src/models.rs:{line}: the model `User` changed: run `cargo glim make`");
        assert_eq!(told(&files), ["cargo::rerun-if-changed=app/src".to_owned(), warning]);
    }

    #[test]
    fn a_model_that_is_new_is_told() {
        let files = [("app/src/lib.rs", &*format!("{USER}{POST}")), ("app/migrations/schema.lock", RECORD)];
        let line = USER.lines().count() + 3;
        let warning =
            format!("cargo::warning=src/lib.rs:{line}: the model `Post` is not recorded yet: run `cargo glim make`");
        assert_eq!(told(&files)[1..], [warning]);
    }

    #[test]
    fn a_renamed_model_has_changed() {
        let user = USER.replace("\"users\"", "\"people\", was = \"users\"").replace("User", "Person");
        let files = [("app/src/lib.rs", &*user), ("app/migrations/schema.lock", RECORD)];
        let warning = "cargo::warning=src/lib.rs:3: the model `Person` changed: run `cargo glim make`";
        assert_eq!(told(&files)[1..], [warning]);
    }

    #[test]
    fn the_models_of_an_alias_belong_in_its_own_record() {
        let post = POST.replace("\"posts\"", "\"posts\", db = \"logs\"");
        let text = format!("{USER}{post}");
        let line = USER.lines().count() + 3;
        let warning = |what: &str| {
            format!("cargo::warning=src/lib.rs:{line}: the model `Post` {what}: run `cargo glim make --db logs`")
        };
        let main = [("app/src/lib.rs", text.as_str()), ("app/migrations/schema.lock", RECORD)];
        assert_eq!(told(&main)[1..], [warning("is not recorded yet")]);
        let logs = "version 1\n\ntable posts\ncolumn posts.id int64\nprimary_key posts (id)\n";
        let both = [main[0], main[1], ("app/migrations/schema.logs.lock", logs)];
        assert_eq!(told(&both)[1..], [warning("changed")]);
    }

    #[test]
    fn the_record_of_the_workspace_counts_where_the_package_has_none() {
        let user = USER.replace("String", "i32");
        let files = [("app/src/lib.rs", &*user), ("migrations/schema.lock", RECORD)];
        let warning = "cargo::warning=src/lib.rs:3: the model `User` changed: run `cargo glim make`";
        assert_eq!(told(&files), ["cargo::rerun-if-changed=migrations", "cargo::rerun-if-changed=app/src", warning]);
    }

    #[test]
    fn models_without_any_record_are_one_warning() {
        let text = format!("{USER}{POST}");
        let warning =
            "cargo::warning=src/lib.rs:3: the schema of the models is not recorded yet: run `cargo glim make`";
        assert_eq!(told(&[("app/src/lib.rs", &text)])[1..], [warning]);
        assert_eq!(told(&[("app/src/lib.rs", "")]), ["cargo::rerun-if-changed=app/src"]);
    }

    #[test]
    fn sources_that_are_not_there_are_an_error() {
        let error =
            "cargo::error=src: there are no sources: neither is it a file, nor a folder with `lib.rs` or `main.rs`";
        assert_eq!(told(&[]), [error]);
    }

    #[test]
    fn a_record_that_a_merge_has_broken_is_an_error_and_nothing_is_compared() {
        let broken = format!("{RECORD}<<<<<<< ours\ncolumn users.age int32\n=======\n>>>>>>> theirs\n");
        let user = USER.replace("String", "i32");
        let told = told(&[("app/src/lib.rs", &user), ("app/migrations/schema.lock", &broken)]);
        assert!(told[0].starts_with("cargo::error=migrations/schema.lock:11: a merge was left unfinished"), "{told:?}");
        assert_eq!(told[1..], ["cargo::rerun-if-changed=app/src"]);
    }
}
