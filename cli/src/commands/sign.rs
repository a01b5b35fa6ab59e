//! `sign`: a signature over a document of any length.

use crate::args;
use crate::device;
use crate::failure::Failure;
use crate::keys;
use crate::message::Message;
use crate::output::{Plan, Sort};
use crate::report::Report;
use crate::session::Session;
use crate::text::{Text, fill};
use clap::{ArgMatches, Command};

pub(crate) fn command(text: &'static Text) -> Command {
    args::subcommand(
        text,
        "sign",
        text.sign_about,
        "khoalai sign --key KEY [--context TEXT] -o SIG FILE",
        [
            args::path("key", "KEY", text.key_help).required(true),
            args::context(text),
            args::path("output", "SIG", text.signature_out_help).short('o').required(true),
            args::file(text.file_help).required(true),
            args::allow_test_keys(text),
        ]
        .into_iter()
        .chain(args::second_factor(text))
        .chain(device::arguments(text)),
    )
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let path = args::need_path(matches, "key")?;
    let output = args::need_path(matches, "output")?;
    let file = args::need_path(matches, "file")?;
    let inputs: Vec<_> = [path, file].into_iter().chain(args::read_aside(matches)).collect();
    let plan = Plan::new(session, &inputs, &[(output, Sort::Bytes)])?;

    let private = keys::private(session, matches, path)?;
    let public = private.public()?;
    let key = session.policy.signing_key(private.key).map_err(|error| Failure::from(error).about(path))?;
    let mut message = Message::new(&public, args::get_context(matches))?;
    let length = message.read(session, file)?;
    let mut signature = vec![0; key.algorithm().signature_len()];
    let signature = message.sign(&key, &mut signature)?;
    plan.write(&[signature])?;

    let name = key.algorithm().name();
    let line = fill(
        session.text.sign_done,
        &[name, &file.display().to_string(), &length.to_string(), &output.display().to_string()],
    );
    Ok(Report::new(line)
        .with("algorithm", name)
        .with("file", file.display().to_string())
        .with("length", length)
        .with("signature", output.display().to_string()))
}
