//! `hsm adopt`: a hybrid key with one half that is in the token already.

use super::keygen::{New, algorithm, factor, outputs, plan, recovery, report, write_or_undo};
use crate::args::{self, is_on};
use crate::device::{Devices, arguments};
use crate::failure::{Failure, Problem};
use crate::report::Report;
use crate::session::Session;
use crate::text::Text;
use clap::{Arg, ArgMatches, Command};
use khoalai::{Algorithm, Side};
use khoalai_hsm::{Token, Uri};

pub(crate) fn command(text: &'static Text) -> Command {
    args::subcommand(
        text,
        "adopt",
        text.hsm_adopt_about,
        "khoalai hsm adopt --module FILE ALGORITHM URI --name NAME --not-fresh -o REF [--public PUB] --recovery PUB | --no-recovery",
        [
            Arg::new("algorithm").value_name("ALGORITHM").required(true).help(text.algorithm_help),
            Arg::new("uri").value_name("URI").required(true).help(text.adopted_uri_help),
            Arg::new("name").long("name").value_name("NAME").required(true).help(text.adopt_name_help),
            args::switch("not-fresh", text.not_fresh_help),
        ]
        .into_iter()
        .chain(outputs(text))
        .chain(args::second_factor(text))
        .chain(arguments(text)),
    )
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let text = session.text;
    let algorithm = algorithm(matches)?;
    let uri = Uri::parse(matches.get_one::<String>("uri").map(String::as_str).unwrap_or_default())?;
    if uri.object().is_none() && uri.id().is_none() {
        return Err(Problem::KeyNotNamed.into());
    }
    // Whoever adopts a key says that it is known what that costs.
    if !is_on(matches, "not-fresh") {
        return Err(Problem::AdoptionUnsaid.into());
    }
    let (output, plan) = plan(session, matches)?;
    let recovery = recovery(session, matches, algorithm)?;
    let token = Devices::of(session, matches)?.open(session, &uri)?;
    let (side, guarded) = adopted(&token, algorithm, &uri)?;
    let name = matches.get_one::<String>("name").map(String::as_str).unwrap_or_default();
    let new = New { algorithm, name, recovery: &recovery, adopted: Some((side, &uri)) };
    let reference = new.make(&token, factor(matches)?.as_ref())?;
    write_or_undo(session, &token, &reference, |private, public| plan.write(&[private, public]))?;

    session.warn("KEY_NOT_FRESH", text.adopted_not_fresh);
    if !guarded {
        session.warn("KEY_NOT_GUARDED", text.adopted_open);
    }
    let side = if side == Side::Classical { "classical" } else { "post-quantum" };
    Ok(report(session, &reference, output).with("adopted_half", side).with("guarded", guarded))
}

/// Which half the key can be, and whether the token keeps it to itself and to this one use.
fn adopted(token: &Token, algorithm: Algorithm, uri: &Uri) -> Result<(Side, bool), Failure> {
    let classical = Side::Classical.of(algorithm)?;
    let listed = token.list()?;
    let mut meant = listed.iter().filter(|key| {
        uri.object().is_none_or(|name| name == key.name) && uri.id().is_none_or(|id| id == key.id)
    });
    let key = meant.clone().find(|key| key.algorithms.contains(&classical));
    let side = if key.is_some() { Side::Classical } else { Side::PostQuantum };
    let guarded = key.or_else(|| meant.next()).is_some_and(|key| key.closed && key.single_use);
    Ok((side, guarded))
}
