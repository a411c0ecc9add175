//! The runner as a process: that it ends too early, speaks another protocol, or outlives the command, is noticed.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::heard_until;
use crate::projects::misbehave;
use crate::support::{Database, Kind};

#[test]
fn a_killed_command_takes_its_runner_along() {
    let database = Database::new(Kind::Sqlite, module_path!()).expect("SQLite is always there");
    let project = misbehave();
    project.glim(&database, "run --name Prepare").succeeds();
    let mut running = project.glim(&database, "run").env("MISBEHAVIOUR", "say and loop").spawn();
    heard_until(running.child(), "looping");
    running.signal("KILL");
    // The runner holds the same stderr, which ends with the last of the two.
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(running.wait()));
    end.recv_timeout(Duration::from_mins(1)).expect("the runner should not go on without the command");
    assert_eq!(database.column("SELECT note FROM notes"), [""; 0]);
}

/// What runs before `main` can do all that a runner of another kind would.
#[cfg(target_os = "linux")]
mod early {
    use super::super::{migration, on_nothing};
    use crate::support::{Output, Project};

    const EARLY: &str = r#"
#[used]
#[unsafe(link_section = ".init_array")]
static EARLY: extern "C" fn() = early;

extern "C" fn early() {
    match std::env::var("EARLY").unwrap_or_default().as_str() {
        "exit" => std::process::exit(7),
        "foreign" => {
            let token = glim::channel::token_from_text(&std::env::var("GLIM_CHANNEL_TOKEN").unwrap()).unwrap();
            let Ok(glim::channel::Address::Unix(path)) = std::env::var("GLIM_CHANNEL").unwrap().parse() else { return };
            let mut stream = std::os::unix::net::UnixStream::connect(path).unwrap();
            glim::wire::hello::Hello { protocol: 999, token, glim: "9.9.9".to_owned() }.send(&mut stream).unwrap();
            // Until the command has seen it.
            let _ = std::io::Read::read(&mut stream, &mut [0]);
        }
        _ => {}
    }
}
"#;

    fn status(early: &str) -> Output {
        let lib = migration("Spoken", "\"\"") + EARLY;
        let project = Project::shared("spoken-early", &[("src/lib.rs", &lib)]);
        on_nothing(project.command(), &project).arg("status").env("EARLY", early).run()
    }

    #[test]
    fn a_runner_that_ends_before_it_has_said_anything_is_told() {
        status("").exits(0).stdout_has("Spoken");
        status("exit").exits(1).stderr_has("its process exited with status 7");
    }

    #[test]
    fn a_runner_that_speaks_another_protocol_is_told_with_both_versions() {
        let output = status("foreign").exits(2).stderr_has("glim-migrations 9.9.9, which speaks protocol 999");
        output.stderr_has(&format!("this is cargo-glim {}", env!("CARGO_PKG_VERSION"))).stderr_has("help:");
    }
}
