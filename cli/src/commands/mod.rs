//! The commands, one file each.

mod algorithms;
mod decapsulate;
mod demo;
mod encapsulate;
mod hsm;
mod keygen;
mod public;
mod selftest;
mod sign;
mod verify;

use crate::args;
use crate::exit::Exit;
use crate::failure::{Failure, Problem};
use crate::report::{self, Report};
use crate::session::Session;
use crate::text::Text;
use clap::{ArgMatches, Command};
use khoalai::Policy;
use std::ffi::OsString;

/// How a command reads its arguments, and what it does.
pub(crate) struct Entry {
    pub(crate) command: fn(&'static Text) -> Command,
    run: fn(&Session, &ArgMatches) -> Result<Report, Failure>,
}

macro_rules! entries {
    ($($command:ident),+) => { &[$($crate::commands::Entry { command: $command::command, run: $command::run },)+] };
}
use entries;

/// Every command, in the order of the help.
pub(crate) const ALL: &[Entry] =
    entries![algorithms, keygen, public, encapsulate, decapsulate, sign, verify, hsm, selftest, demo];

/// Runs the command line.
pub(crate) fn run(args: &[OsString]) -> Exit {
    let (mut session, matches) = match args::parse(args) {
        Ok(parsed) => parsed,
        Err(exit) => return exit,
    };
    let outcome = match matches.subcommand() {
        Some((name, matches)) => {
            if args::is_on(matches, "allow-test-keys") {
                session.policy = Policy::STRICT.permit_test_keys();
            }
            ALL.iter()
                .find(|entry| (entry.command)(session.text).get_name() == name)
                .ok_or_else(|| Problem::Usage.into())
                .and_then(|entry| (entry.run)(&session, matches))
        }
        None => Err(Problem::Usage.into()),
    };
    report::finish(&session, outcome)
}
