//! `public`: the public key of a private key.

use crate::args::{self, is_on};
use crate::device;
use crate::failure::Failure;
use crate::keys;
use crate::output::{Plan, Sort};
use crate::report::Report;
use crate::session::Session;
use crate::text::{Text, fill};
use clap::{ArgMatches, Command};
use khoalai::Error;
use khoalai::encode::pem::Label;
use std::path::Path;

pub(crate) fn command(text: &'static Text) -> Command {
    args::subcommand(
        text,
        "public",
        text.public_about,
        "khoalai public --key KEY [-o PUB]",
        [
            args::path("key", "KEY", text.key_help).required(true),
            args::path("output", "PUB", text.public_output_help).short('o'),
            args::switch("der", text.der_help),
            args::allow_test_keys(text),
        ]
        .into_iter()
        .chain(args::second_factor(text))
        .chain(device::arguments(text)),
    )
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let path = args::need_path(matches, "key")?;
    let output = args::get_path(matches, "output").unwrap_or(Path::new("-"));
    let der = is_on(matches, "der");
    let inputs: Vec<_> = [path].into_iter().chain(args::read_aside(matches)).collect();
    let plan = Plan::new(session, &inputs, &[(output, if der { Sort::Bytes } else { Sort::Text })])?;

    let private = keys::private(session, matches, path)?;
    if der && private.test_only {
        return Err(Failure::from(Error::TestOnly).about(path).advice(|text| text.test_only_der_advice));
    }
    let public = private.public()?;
    let info = keys::public_to_der(&public)?;
    if der {
        plan.write(&[&info])?;
    } else {
        plan.write(&[&keys::to_pem(Label::PublicKey, private.test_only, &info)?])?;
    }
    let name = public.algorithm().name();
    Ok(Report::new(fill(session.text.public_done, &[name, &output.display().to_string()]))
        .with("algorithm", name)
        .with("public", output.display().to_string())
        .with("format", if der { "der" } else { "pem" })
        .with("test_only", private.test_only))
}
