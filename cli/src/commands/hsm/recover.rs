//! `hsm recover`: a new key in place of one that was lost with its token.

use super::keygen::{New, factor, recovery, report, write_or_undo};
use crate::args::{self, is_on};
use crate::device::{Devices, arguments};
use crate::failure::{Failure, Problem};
use crate::keys;
use crate::output::{Plan, Sort, is_same_file};
use crate::report::Report;
use crate::session::Session;
use crate::text::{Text, fill};
use clap::{Arg, ArgMatches, Command, value_parser};
use khoalai::SystemRandom;
use khoalai_hsm::{KeyReference, Uri};
use std::path::{Path, PathBuf};

pub(crate) fn command(text: &'static Text) -> Command {
    args::subcommand(
        text,
        "recover",
        text.hsm_recover_about,
        "khoalai hsm recover --module FILE REF --recovery-key KEY [--rehearse | URI -o REF2 --old REF --recovery PUB | --no-recovery]",
        [
            Arg::new("reference")
                .value_name("REF")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(text.reference_help),
            Arg::new("uri").value_name("URI").conflicts_with("rehearse").help(text.new_uri_help),
            args::path("recovery-key", "KEY", text.recovery_key_help).required(true),
            args::switch("rehearse", text.rehearse_help),
            args::path("output", "REF2", text.reference_out_help).short('o').requires("uri"),
            args::path("old", "REF", text.old_out_help).requires("uri"),
            args::path("public", "PUB", text.keygen_public_help),
            args::path("recovery", "PUB", text.recovery_help).conflicts_with("no-recovery"),
            args::switch("no-recovery", text.no_recovery_help),
            args::allow_test_keys(text),
        ]
        .into_iter()
        .chain(args::second_factor(text))
        .chain(arguments(text)),
    )
}

/// Where is written to: nowhere in a rehearsal.
fn places(matches: &ArgMatches) -> Result<Vec<(&Path, Sort)>, Failure> {
    if is_on(matches, "rehearse") {
        return Ok(Vec::new());
    }
    need_uri(matches)?;
    let (output, old) = (args::need_path(matches, "output")?, args::need_path(matches, "old")?);
    let mut places = vec![(output, Sort::PrivateKey { replace: false }), (old, Sort::Reference)];
    places.extend(args::get_path(matches, "public").map(|path| (path, Sort::Text)));
    Ok(places)
}

/// Where the new key is made; a rehearsal does without.
fn need_uri(matches: &ArgMatches) -> Result<&str, Failure> {
    let uri = matches.get_one::<String>("uri").map(String::as_str);
    uri.ok_or_else(|| Failure::from(Problem::Usage).saying("URI".to_owned()))
}

/// The old reference goes over itself at most, not over that of a key that lives.
fn not_anothers(lost: &KeyReference, places: &[(&Path, Sort)]) -> Result<(), Failure> {
    for (path, _) in places.iter().filter(|(path, sort)| *sort == Sort::Reference && path.exists()) {
        let there = keys::reference(path)?;
        if there.public_key()?.as_bytes() != lost.public_key()?.as_bytes() {
            return Err(Failure::from(Problem::WouldOverwrite).about(path));
        }
    }
    Ok(())
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let (path, key_path) =
        (args::need_path(matches, "reference")?, args::need_path(matches, "recovery-key")?);
    let places = places(matches)?;
    // The lost key's reference is the one file that may be read and written.
    let is_old = |(place, sort): &(&Path, Sort)| *sort == Sort::Reference && is_same_file(place, path);
    let mut inputs: Vec<_> = args::read_aside(matches).collect();
    inputs.extend((!places.iter().any(is_old)).then_some(path));
    let plan = Plan::new(session, &inputs, &places)?;
    let lost = keys::reference(path)?;
    not_anothers(&lost, &places)?;
    let key = keys::private(session, matches, key_path)?.key;
    // Whether it is the right key is known before anything is made or marked.
    lost.rehearse(&*key, &mut SystemRandom).map_err(|error| Failure::from(error).about(key_path))?;
    if is_on(matches, "rehearse") {
        return Ok(Report::new(session.text.hsm_rehearse_done.to_owned()).with("rehearsed", true));
    }

    let uri = Uri::parse(need_uri(matches)?)?;
    let (output, old_output) = (args::need_path(matches, "output")?, args::need_path(matches, "old")?);
    let recovery = recovery(session, matches, lost.algorithm())?;
    let old = lost.lost()?.to_pem()?;
    let token = Devices::of(session, matches)?.open(session, &uri)?;
    let name = keys::hybrid_name(&uri)?;
    let new = New { algorithm: lost.algorithm(), name, recovery: &recovery, adopted: None };
    let new = new.make(&token, factor(matches)?.as_ref())?;
    write_or_undo(session, &token, &new, |private, public| plan.write(&[private, old.as_bytes(), public]))?;

    session.say(&fill(session.text.hsm_recover_done, &[lost.name(), new.name()]));
    Ok(report(session, &new, output).with("old", old_output.display().to_string()))
}
