//! `completions`, `man`: what is generated from the command line's own description.

use std::path::PathBuf;

use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man as Renderer;

use crate::commands::options::{self, Page};

/// Print the completion script for a shell
#[derive(Args)]
pub(super) struct Completions {
    /// The shell that will load it
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

/// Print the manual page
#[derive(Args)]
pub(super) struct Man {
    /// Write the pages of all commands to this folder instead
    #[arg(long, value_name = "DIRECTORY")]
    out_dir: Option<PathBuf>,
}

impl Completions {
    pub(super) fn into_plain(self) -> options::Completions {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut super::standalone(), "cargo-glim", &mut script);
        options::Completions { script }
    }
}

impl Man {
    pub(super) fn into_plain(self) -> options::Man {
        let mut root = super::standalone().disable_help_subcommand(true);
        root.build();
        let mut pages = vec![page(&root, "cargo-glim")];
        pages
            .extend(root.get_subcommands().map(|command| page(command, &format!("cargo-glim-{}", command.get_name()))));
        options::Man { pages, out_dir: self.out_dir }
    }
}

fn page(command: &Command, name: &str) -> Page {
    let mut text = Vec::new();
    let command = command.clone().display_name(name);
    Renderer::new(command)
        .title(name)
        .manual("Cargo Manual")
        .render(&mut text)
        .expect("writing to memory does not fail");
    Page { file: format!("{name}.1"), text }
}
