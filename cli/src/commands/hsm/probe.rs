//! `hsm probe`: what a token can do, found out by having it do that.

use crate::args;
use crate::device::{Devices, arguments};
use crate::failure::Failure;
use crate::report::Report;
use crate::session::Session;
use crate::table::aligned;
use crate::text::{Text, fill};
use clap::{Arg, ArgMatches, Command};
use khoalai::SystemRandom;
use khoalai_hsm::{Combiner, Found, Probe, Share, Uri};
use serde_json::{Value, json};

pub(crate) fn command(text: &'static Text) -> Command {
    let uri = Arg::new("uri").value_name("URI").required(true).help(text.token_uri_help);
    args::subcommand(
        text,
        "probe",
        text.hsm_probe_about,
        "khoalai hsm probe --module FILE URI",
        [uri].into_iter().chain(arguments(text)),
    )
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let text = session.text;
    let uri = Uri::parse(matches.get_one::<String>("uri").map(String::as_str).unwrap_or_default())?;
    let devices = Devices::of(session, matches)?;
    let found = devices.tokens(&uri)?;
    let probe = devices.open(session, &uri)?.probe(&mut SystemRandom)?;

    let mut table = vec![[text.column_component, text.column_works].map(str::to_owned)];
    table.extend(probe.components.iter().map(|(algorithm, error)| {
        let works =
            error.as_ref().map_or(text.yes.to_owned(), |error| format!("{} [{}]", text.no, error.code()));
        [algorithm.name().to_owned(), works]
    }));
    let mut hybrids = vec![[text.column_hybrid, text.column_halves_inside].map(str::to_owned)];
    hybrids.extend(probe.hybrids().into_iter().map(|(algorithm, share)| {
        let inside = match share {
            Share::Both => text.share_both,
            Share::Classical => text.share_classical,
            Share::PostQuantum => text.share_pq,
        };
        [algorithm.name().to_owned(), inside.to_owned()]
    }));
    let combiner = match probe.combiner {
        Some(Combiner::KeyDerive) => text.combiner_derive,
        Some(Combiner::DigestKey) => text.combiner_digest,
        _ => text.combiner_none,
    };
    let module = found.first().map(module).unwrap_or_default();
    let lines = [aligned(&table), aligned(&hybrids), fill(text.combiner_line, &[combiner]), module.clone()];
    Ok(Report::new(lines.join("\n\n"))
        .with("components", components(&probe))
        .with("hybrids", shares(&probe))
        .with("combiner", probe.combiner.map(|combiner| format!("{combiner:?}")))
        .with("secrets_stay_inside", probe.stays_inside)
        .with("profile", module))
}

fn components(probe: &Probe) -> Vec<Value> {
    let line = |(algorithm, error): &(khoalai::Algorithm, Option<khoalai_hsm::Error>)| {
        json!({
            "name": algorithm.name(),
            "works": error.is_none(),
            "error": error.as_ref().map(khoalai_hsm::Error::code),
            "device": error.as_ref().and_then(khoalai_hsm::Error::detail),
        })
    };
    probe.components.iter().map(line).collect()
}

fn shares(probe: &Probe) -> Vec<Value> {
    let halves = |share| match share {
        Share::Both => "both",
        Share::Classical => "classical",
        Share::PostQuantum => "post-quantum",
    };
    let line = |(algorithm, share): (khoalai::Algorithm, Share)| json!({ "name": algorithm.name(), "halves": halves(share) });
    probe.hybrids().into_iter().map(line).collect()
}

/// What a profile for this module begins with.
fn module(found: &Found) -> String {
    let hash: String = found.module_sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    let (description, (major, minor)) = &found.library;
    format!(
        "[module]\nname = \"{}\"\nlibrary_description = \"{description}\"\nlibrary_version = \"{major}.{minor}\"\nsha256 = [\"{hash}\"]",
        found.identity.model
    )
}
