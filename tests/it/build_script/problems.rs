//! What is wrong with a folder, or with how it is named, fails the build or is a warning of it.

use super::{ADA, CREATE, package};

#[test]
fn what_is_wrong_with_migrations_fails_the_build_where_it_stands() {
    let circle = "glim::submit!(AddAda, name = \"1_users\", after = [\"Later\"]);\n\
                  glim::submit!(AddAda, name = \"Later\", after = [\"1_users\"]);\n";
    let project = package(
        "build-script-wrong",
        &[
            ("src/lib.rs", "glim::migrations!();\n"),
            ("migrations/1_users.sql", CREATE),
            ("migrations/3_more.sql", "-- glim:run\nSELECT 1;\n"),
            ("migrations/2_ada.rs", &ADA.replace("glim::submit!(AddAda);\n", circle)),
        ],
    );
    let line = ADA.lines().count();
    let output = project.cargo(&["build"]).run().exits(101);
    let output = output.stderr_has(&format!(
        "error: build-script-wrong@0.1.0: migrations/2_ada.rs:{line}: the migration at migrations/1_users.sql:2 is \
         called `1_users` too"
    ));
    let output = output.stderr_has("none can be first");
    output.stderr_has("warning: build-script-wrong@0.1.0: migrations/3_more.sql:2: nothing says how to undo");

    project.write("migrations/2_ada.rs", ADA);
    let again = project.cargo(&["build"]).succeeds();
    again.stderr_has("migrations/3_more.sql:2: nothing says how to undo").lacks("error");
}

#[test]
fn a_macro_that_names_another_folder_does_not_compile() {
    let project = package(
        "build-script-folders",
        &[("src/lib.rs", "glim::migrations!(\"db\");\n"), ("migrations/1_users.sql", CREATE)],
    );
    let output = project.cargo(&["build"]).run().exits(101);
    output
        .stderr_has("the call of `glim_build::migrations` in build.rs name different folders")
        .stderr_has("src/lib.rs:1");
}

#[test]
fn a_folder_that_is_not_there_fails_the_build_until_it_is() {
    let project = package("build-script-missing", &[("src/lib.rs", "glim::migrations!();\n")]);
    let output = project.cargo(&["build"]).run().exits(101);
    output.stderr_has("error: build-script-missing@0.1.0: migrations: there is no such folder");
    project.write("migrations/1_users.sql", CREATE);
    project.cargo(&["build"]).succeeds();
}
