//! `encapsulate`: a shared secret for the owner of a public key.

use crate::args;
use crate::failure::Failure;
use crate::keys;
use crate::output::{Plan, Sort};
use crate::report::Report;
use crate::session::Session;
use crate::text::{Text, fill};
use clap::{ArgMatches, Command};
use khoalai::SystemRandom;

pub(crate) fn command(text: &'static Text) -> Command {
    args::subcommand(
        text,
        "encapsulate",
        text.encapsulate_about,
        "khoalai encapsulate --to PUB --ciphertext CT --secret SS",
        [
            args::path("to", "PUB", text.to_help).required(true),
            args::path("ciphertext", "CT", text.ciphertext_out_help).required(true),
            args::path("secret", "SS", text.secret_help).required(true),
            args::allow_test_keys(text),
        ],
    )
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let to = args::need_path(matches, "to")?;
    let ciphertext_path = args::need_path(matches, "ciphertext")?;
    let secret_path = args::need_path(matches, "secret")?;
    let places = [(ciphertext_path, Sort::Bytes), (secret_path, Sort::Secret)];
    let plan = Plan::new(session, &[to], &places)?;

    let key = keys::public(session, to)?;
    let algorithm = key.algorithm();
    let mut ciphertext = vec![0; algorithm.ciphertext_len()];
    let secret = key
        .encapsulate(&mut SystemRandom, &mut ciphertext)
        .map_err(|error| Failure::from(error).about(to))?;
    plan.write(&[&ciphertext, secret.expose()])?;

    let line = fill(
        session.text.encapsulate_done,
        &[algorithm.name(), &ciphertext_path.display().to_string(), &secret_path.display().to_string()],
    );
    Ok(Report::new(line)
        .with("algorithm", algorithm.name())
        .with("ciphertext", ciphertext_path.display().to_string())
        .with("secret", secret_path.display().to_string()))
}
