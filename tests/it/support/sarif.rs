//! What the schema of SARIF 2.1.0 says of a document.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use boon::{Compiler, SchemaIndex, Schemas};
use serde_json::Value;

/// What the schema is known by here.
const PLACE: &str = "https://schema.invalid/sarif-2.1.0.json";

/// The schema.
pub(crate) struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    /// The copy that serde-sarif ships, a package that is never compiled here.
    pub(crate) fn official() -> &'static Self {
        static OFFICIAL: OnceLock<Schema> = OnceLock::new();
        OFFICIAL.get_or_init(Self::read)
    }

    fn read() -> Self {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked", "--manifest-path"])
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
            .output()
            .expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let metadata: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let packages = metadata["packages"].as_array().expect("packages");
        let package = packages.iter().find(|package| package["name"] == "serde-sarif").expect("a dependency");
        let manifest = Path::new(package["manifest_path"].as_str().expect("a path"));
        let text = fs::read_to_string(manifest.with_file_name("src").join("schema.json")).expect("it is shipped");
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        compiler.add_resource(PLACE, serde_json::from_str(&text).expect("JSON")).expect("a place");
        let index = compiler.compile(PLACE, &mut schemas).expect("a schema");
        Self { schemas, index }
    }

    /// What is wrong with a document, with each place; nothing where all is well.
    pub(crate) fn faults(&self, document: &Value) -> String {
        self.schemas.validate(document, self.index).map_or_else(|error| format!("{error:#}"), |()| String::new())
    }
}
