//! `decapsulate`: the shared secret in a ciphertext.

use crate::args;
use crate::device;
use crate::failure::Failure;
use crate::input;
use crate::keys;
use crate::output::{Plan, Sort};
use crate::report::Report;
use crate::session::Session;
use crate::text::{Text, fill};
use clap::{ArgMatches, Command};
use khoalai::limits::MAX_CIPHERTEXT;
use khoalai::{Error, SystemRandom};

pub(crate) fn command(text: &'static Text) -> Command {
    args::subcommand(
        text,
        "decapsulate",
        text.decapsulate_about,
        "khoalai decapsulate --key KEY --ciphertext CT --secret SS",
        [
            args::path("key", "KEY", text.key_help).required(true),
            args::path("ciphertext", "CT", text.ciphertext_in_help).required(true),
            args::path("secret", "SS", text.secret_help).required(true),
            args::allow_test_keys(text),
        ]
        .into_iter()
        .chain(args::second_factor(text))
        .chain(device::arguments(text)),
    )
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let path = args::need_path(matches, "key")?;
    let ciphertext_path = args::need_path(matches, "ciphertext")?;
    let secret_path = args::need_path(matches, "secret")?;
    let inputs: Vec<_> = [path, ciphertext_path].into_iter().chain(args::read_aside(matches)).collect();
    let plan = Plan::new(session, &inputs, &[(secret_path, Sort::Secret)])?;

    let key = keys::private(session, matches, path)?.key;
    let key = session.policy.decapsulation_key(key).map_err(|error| Failure::from(error).about(path))?;
    let ciphertext = input::read(ciphertext_path, MAX_CIPHERTEXT)?;
    let secret = key.decapsulate(&ciphertext, &mut SystemRandom).map_err(|error: Error| {
        // Which ciphertext it was; what keeps a key from answering is not about it.
        Failure::from(error).about(ciphertext_path)
    })?;
    plan.write(&[secret.expose()])?;

    let name = key.algorithm().name();
    Ok(Report::new(fill(session.text.decapsulate_done, &[name, &secret_path.display().to_string()]))
        .with("algorithm", name)
        .with("secret", secret_path.display().to_string()))
}
