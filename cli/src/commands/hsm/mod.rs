//! `hsm`: what is in devices, and keys that are made there.

mod adopt;
mod inventory;
mod keygen;
mod list;
mod probe;
mod recover;

use super::Entry;
use crate::args::{self, with_help};
use crate::failure::{Failure, Problem};
use crate::report::Report;
use crate::session::Session;
use crate::text::Text;
use clap::{ArgMatches, Command};

/// Every command under `hsm`, in the order of the help.
const ALL: &[Entry] = super::entries![list, probe, inventory, keygen, adopt, recover];

pub(crate) fn command(text: &'static Text) -> Command {
    let command = args::family(text, "hsm", text.hsm_about, "khoalai hsm COMMAND [...]");
    ALL.iter().fold(command, |command, entry| command.subcommand(with_help((entry.command)(text), text)))
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let (name, matches) = matches.subcommand().ok_or(Problem::Usage)?;
    let entry = ALL.iter().find(|entry| (entry.command)(session.text).get_name() == name);
    (entry.ok_or(Problem::Usage)?.run)(session, matches)
}
