//! `verify`: whether a signature fits a document, a context and a public key.

use crate::args::{self, is_on};
use crate::failure::Failure;
use crate::input;
use crate::keys;
use crate::message::Message;
use crate::output::Plan;
use crate::report::Report;
use crate::session::Session;
use crate::text::{Text, fill};
use clap::{ArgMatches, Command};
use khoalai::Error;
use khoalai::composite::Verdicts;
use khoalai::limits::MAX_SIGNATURE;
use serde_json::{Value, json};

pub(crate) fn command(text: &'static Text) -> Command {
    args::subcommand(
        text,
        "verify",
        text.verify_about,
        "khoalai verify --key PUB [--context TEXT] --signature SIG FILE",
        [
            args::path("key", "PUB", text.pub_help).required(true),
            args::context(text),
            args::path("signature", "SIG", text.signature_in_help).required(true),
            args::file(text.file_help).required(true),
            args::switch("explain", text.explain_help),
            args::allow_test_keys(text),
        ],
    )
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let path = args::need_path(matches, "key")?;
    let signature_path = args::need_path(matches, "signature")?;
    let file = args::need_path(matches, "file")?;
    Plan::new(session, &[path, signature_path, file], &[])?;

    let key = keys::public(session, path)?;
    let signature = input::read(signature_path, MAX_SIGNATURE)?;
    let mut message = Message::new(&key, args::get_context(matches)).map_err(|error| match error {
        Error::BadContext => Failure::from(error),
        _ => Failure::from(error).about(path),
    })?;
    let length = message.read(session, file)?;

    let verdicts = is_on(matches, "explain").then(|| message.verdicts(&key, &signature)).flatten();
    if let Some(verdicts) = verdicts {
        session.say(&told(session.text, verdicts));
    }
    let halves = verdicts.map_or(
        Value::Null,
        |verdicts| json!({ "post_quantum": verdicts.pq, "classical": verdicts.classical }),
    );
    message.verify(&key, &signature).map_err(|error| {
        // What is malformed here can only be the signature.
        let about = if error == Error::Malformed { signature_path } else { file };
        Failure::from(error).about(about).detail("halves", halves.clone())
    })?;

    let name = key.algorithm().name();
    Ok(Report::new(fill(session.text.verify_done, &[&file.display().to_string(), name]))
        .with("algorithm", name)
        .with("valid", true)
        .with("file", file.display().to_string())
        .with("length", length)
        .with("halves", halves))
}

/// What each half says, for a person.
pub(crate) fn told(text: &Text, verdicts: Verdicts) -> String {
    let word = |verifies| if verifies { text.half_fits } else { text.half_fails };
    fill(text.halves_line, &[word(verdicts.pq), word(verdicts.classical)])
}
