//! What the derive says about sources that are wrong: `tests/ui` in the root. `TRYBUILD=overwrite` records new texts.

#[test]
fn what_is_wrong_is_said_where_it_is() {
    trybuild::TestCases::new().compile_fail("../../tests/ui/*.rs");
}
