//! A program on tokio: the example as it stands.

#[allow(dead_code, unreachable_pub, reason = "a program's main is called by nobody here")]
#[path = "../../examples/tokio.rs"]
mod example;

#[test]
fn an_asynchronous_program_migrates_on_a_blocking_thread() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let names = |applied: Vec<glim_engine::Applied>| applied.into_iter().map(|it| it.name).collect::<Vec<_>>();
    let migrate = || runtime.block_on(example::migrate(folder.path().join("app.db"))).map(names);
    assert_eq!(migrate().expect("all go well"), ["CreateVisits"]);
    assert!(migrate().expect("nothing is left").is_empty());
}
