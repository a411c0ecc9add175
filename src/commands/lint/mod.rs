//! `lint`: what migrations would do to live tables.

mod explained;
mod judged;
mod measured;
mod place;

pub(super) use self::judged::stage;

use super::check;
use super::context::Context;
use super::options::{Check, Lint, Stage};
use crate::exit::Exit;
use crate::failure::Result;

pub(crate) fn run(options: &Lint, context: &mut Context<'_>) -> Result<Exit> {
    let Lint { since, explain, timeout } = options;
    match explain {
        Some(rule) => explained::run(rule, context.shell),
        None => {
            let options = Check { since: since.clone(), only: vec![Stage::Lint], skip: Vec::new(), timeout: *timeout };
            check::verdict(&options, &[Stage::Lint], context)
        }
    }
}
