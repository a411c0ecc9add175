//! The command line as a whole: what `--help` says, and what arguments become.

use std::num::NonZeroUsize;
use std::time::Duration;

use clap::builder::StyledStr;

use super::*;
use crate::commands::options::{Extent, Select};
use crate::report::Verbosity;

fn parse(arguments: &str) -> Result<Invocation, clap::Error> {
    parse_with(arguments.split_whitespace().map(OsString::from), None)
}

fn parsed(arguments: &str) -> Invocation {
    parse(arguments).unwrap_or_else(|error| panic!("`{arguments}`: {error}"))
}

/// The first line of the message for wrong arguments.
fn refused(arguments: &str) -> String {
    let error = parse(arguments).err().unwrap_or_else(|| panic!("`{arguments}` was accepted"));
    assert_eq!(error.exit_code(), 2, "{arguments}");
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn commands() -> Vec<ClapCommand> {
    let mut cargo = Cargo::command().term_width(100);
    cargo.build();
    let glim = cargo.find_subcommand("glim").expect("the one variant").clone();
    let mut commands: Vec<ClapCommand> = glim.get_subcommands().cloned().collect();
    commands.insert(0, glim);
    commands.retain(|command| command.get_name() != "help");
    commands
}

#[test]
fn clap_finds_no_fault() {
    Cargo::command().debug_assert();
}

#[test]
fn help_stays_as_it_is() {
    for command in commands() {
        let name = format!("help_{}", command.get_name());
        insta::assert_snapshot!(name, command.clone().render_help());
    }
}

#[test]
fn help_is_complete_and_of_one_style() {
    for command in commands() {
        let name = command.get_name();
        lint(name, "", command.get_about());
        for argument in command.get_arguments() {
            lint(name, argument.get_id().as_str(), argument.get_help());
        }
    }
}

fn lint(command: &str, argument: &str, help: Option<&StyledStr>) {
    let help = help.map(ToString::to_string).unwrap_or_default();
    assert!(!help.is_empty(), "{command} {argument} has no help");
    assert!(help.starts_with(|c: char| c.is_uppercase()), "{command} {argument}: begin with a capital: {help}");
    assert!(!help.ends_with('.'), "{command} {argument}: no full stop at the end: {help}");
}

#[test]
fn three_ways_to_call_it_are_one() {
    for call in ["cargo-glim glim status", "cargo-glim status", "cargo glim status"] {
        assert!(matches!(parsed(call).command, Command::Status), "{call}");
    }
}

#[test]
fn what_run_selects() {
    let select = |arguments: &str| match parsed(arguments).command {
        Command::Run(run) => run.select,
        other => panic!("{other:?}"),
    };
    assert_eq!(select("x run"), Select::Pending);
    assert_eq!(select("x run --name A"), Select::Name("A".to_owned()));
    assert_eq!(select("x run --to=A"), Select::To("A".to_owned()));
}

#[test]
fn how_far_rollback_goes() {
    let extent = |arguments: &str| match parsed(arguments).command {
        Command::Rollback(rollback) => rollback.extent,
        other => panic!("{other:?}"),
    };
    assert_eq!(extent("x rollback"), Extent::Unsaid);
    assert_eq!(extent("x rollback --all"), Extent::All);
    assert_eq!(extent("x rollback --steps 3"), Extent::Steps(NonZeroUsize::new(3).expect("not zero")));
    assert_eq!(extent("x rollback --name A"), Extent::Name("A".to_owned()));
    assert_eq!(extent("x rollback --to A"), Extent::To("A".to_owned()));
}

#[test]
fn shared_flags_stand_before_or_after_the_command() {
    for call in ["x --db a -p b --locked run", "x run --db a -p b --locked"] {
        let invocation = parsed(call);
        assert_eq!(invocation.db.as_deref(), Some("a"), "{call}");
        assert_eq!(invocation.cargo.packages, ["b"], "{call}");
        assert!(invocation.cargo.locked, "{call}");
    }
}

#[test]
fn features_are_split_as_cargo_splits_them() {
    let cargo = parsed("x run -F a,b --features c").cargo;
    assert_eq!(cargo.features, ["a", "b", "c"]);
    let spaced = parse_with(["x", "run", "-F", "a b"].map(OsString::from), None).expect("accepted");
    assert_eq!(spaced.cargo.features, ["a", "b"]);
}

#[test]
fn release_is_a_profile() {
    assert_eq!(parsed("x run -r").cargo.profile.as_deref(), Some("release"));
    assert_eq!(parsed("x run --profile dist").cargo.profile.as_deref(), Some("dist"));
    assert_eq!(parsed("x run").cargo.profile, None);
}

#[test]
fn times_are_read() {
    let Command::Run(run) = parsed("x run --timeout 2s --lock-timeout 500ms").command else { panic!("not run") };
    assert_eq!(run.timeout, Some(Duration::from_secs(2)));
    assert_eq!(run.lock_timeout, Some(Duration::from_millis(500)));
}

#[test]
fn colour_comes_from_the_flag_then_from_cargo() {
    let color = |arguments: &str, environment| {
        let arguments = arguments.split_whitespace().map(OsString::from);
        parse_with(arguments, environment).expect("accepted").output.color
    };
    assert_eq!(color("x run", None), Color::Auto);
    assert_eq!(color("x run", Some("always")), Color::Always);
    assert_eq!(color("x run --color never", Some("always")), Color::Never);
    assert_eq!(color("x --color=always run", None), Color::Always);
    assert_eq!(color("x run", Some("nonsense")), Color::Auto);
}

#[test]
fn verbosity_and_format() {
    assert_eq!(parsed("x run -q").output.verbosity, Verbosity::Quiet);
    assert_eq!(parsed("x run -vv").output.verbosity, Verbosity::Verbose);
    assert_eq!(parsed("x status --format json").output.format, Format::Json);
}

#[test]
fn wrong_usage_is_named() {
    let cases = [
        ("x rollback --name A --all", "error: the argument '--name <MIGRATION>' cannot be used with '--all'"),
        (
            "x rollback --steps 2 --to A",
            "error: the argument '--steps <NUMBER>' cannot be used with '--to <MIGRATION>'",
        ),
        (
            "x rollback --steps 0",
            "error: invalid value '0' for '--steps <NUMBER>': number would be zero for non-zero type",
        ),
        ("x run --name A --to B", "error: the argument '--name <MIGRATION>' cannot be used with '--to <MIGRATION>'"),
        ("x run --name A --name B", "error: the argument '--name <MIGRATION>' cannot be used multiple times"),
        ("x run --name=", "error: a value is required for '--name <MIGRATION>' but none was supplied"),
        ("x run -r --profile dev", "error: the argument '--release' cannot be used with '--profile <NAME>'"),
        ("x run -q -v", "error: the argument '--quiet' cannot be used with '--verbose...'"),
        ("x run --exclude a", "error: the following required arguments were not provided:"),
        (
            "x run --timeout 0s",
            "error: invalid value '0s' for '--timeout <TIME>': a time of zero leaves no time for anything",
        ),
        (
            "x run --lock-timeout 5",
            "error: invalid value '5' for '--lock-timeout <TIME>': a time is a number with a unit, such as 500ms, 2s, \
             1m30s or 1h",
        ),
        ("x status --format xml", "error: invalid value 'xml' for '--format <FORMAT>'"),
        ("x init --format json", "error: unexpected argument '--format' found"),
        ("x status --dry-run", "error: unexpected argument '--dry-run' found"),
        ("x completions", "error: the following required arguments were not provided:"),
        ("x runn", "error: unrecognized subcommand 'runn'"),
    ];
    for (arguments, first_line) in cases {
        assert_eq!(refused(arguments), first_line, "{arguments}");
    }
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    let Command::Man(man) = parsed("x man").command else { panic!("not man") };
    let files: Vec<&str> = man.pages.iter().map(|page| page.file.as_str()).collect();
    assert_eq!(files.len(), commands().len());
    assert_eq!(files[..3], ["cargo-glim.1", "cargo-glim-init.1", "cargo-glim-sync.1"]);
    assert!(man.pages.iter().all(|page| page.text.starts_with(b".ie")));
}

#[test]
fn every_shell_gets_a_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let Command::Completions(completions) = parsed(&format!("x completions {shell}")).command else {
            panic!("not completions")
        };
        let script = String::from_utf8(completions.script).expect("text");
        assert!(script.contains("cargo-glim") && script.contains("rollback"), "{shell}");
    }
}
