//! `hsm recover`: a new key in place of one that was lost with its token.

use super::keygen::{New, factor, recovery, report};
use crate::args::{self, is_on};
use crate::device::{Devices, arguments};
use crate::failure::{Failure, Problem};
use crate::keys;
use crate::output::{Plan, Sort};
use crate::report::Report;
use crate::session::Session;
use crate::text::{Text, fill};
use clap::{Arg, ArgMatches, Command, value_parser};
use khoalai::SystemRandom;
use khoalai::encode::pem::Label;
use khoalai_hsm::Uri;
use std::path::PathBuf;

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
            args::passphrase_file(text),
            args::allow_test_keys(text),
        ]
        .into_iter()
        .chain(arguments(text)),
    )
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let (path, key_path) =
        (args::need_path(matches, "reference")?, args::need_path(matches, "recovery-key")?);
    let lost = keys::reference(path)?;
    let key = keys::private(session, matches, key_path)?.key;
    // Whether it is the right key is known before anything is made or marked.
    lost.rehearse(&*key, &mut SystemRandom).map_err(|error| Failure::from(error).about(key_path))?;
    if is_on(matches, "rehearse") {
        return Ok(Report::new(session.text.hsm_rehearse_done.to_owned()).with("rehearsed", true));
    }

    let uri = matches
        .get_one::<String>("uri")
        .ok_or_else(|| Failure::from(Problem::Usage).saying("URI".to_owned()))?;
    let uri = Uri::parse(uri)?;
    let (output, old_output) = (args::need_path(matches, "output")?, args::need_path(matches, "old")?);
    let recovery = recovery(session, matches, lost.algorithm())?;
    let public_output = args::get_path(matches, "public");
    let mut places = vec![
        (output, Sort::PrivateKey { replace: false }),
        // The old one may be written over: no secret is in it that still opens anything.
        (old_output, Sort::PrivateKey { replace: true }),
    ];
    places.extend(public_output.map(|path| (path, Sort::Text)));
    let plan = Plan::new(session, &[], &places)?;
    let old = lost.lost()?;
    let token = Devices::of(session, matches)?.open(&uri)?;
    let name = uri.object().ok_or(Problem::KeyNotNamed)?;
    let new = New { algorithm: lost.algorithm(), name, recovery: &recovery, adopted: None };
    let new = new.make(&token, factor(matches)?.as_ref())?;
    let public = keys::to_pem(Label::PublicKey, false, &keys::public_to_der(&new.public_key()?)?)?;
    plan.write(&[new.to_pem()?.as_bytes(), old.to_pem()?.as_bytes(), &public])?;

    session.say(&fill(session.text.hsm_recover_done, &[lost.name(), new.name()]));
    Ok(report(session, &new, output).with("old", old_output.display().to_string()))
}
