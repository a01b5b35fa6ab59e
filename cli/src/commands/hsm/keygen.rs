//! `hsm keygen`: a hybrid key, as much of it in the token as the token can hold.

use crate::args::{self, is_on};
use crate::device::{Devices, arguments};
use crate::failure::{Failure, Problem};
use crate::keys;
use crate::output::{Plan, Sort};
use crate::report::Report;
use crate::session::Session;
use crate::text::{Text, fill};
use clap::{Arg, ArgMatches, Command};
use core::slice;
use khoalai::algorithm::Kind;
use khoalai::encode::pem::Label;
use khoalai::{Adoption, Algorithm, Error, Side, SystemRandom};
use khoalai_hsm::{
    Access, ComponentSecrets, Home, KeyReference, NewKey, Recovery, Sealing, SecondFactor, Token, Uri,
    WhereHalf,
};
use std::path::Path;

pub(crate) fn command(text: &'static Text) -> Command {
    args::subcommand(
        text,
        "keygen",
        text.hsm_keygen_about,
        "khoalai hsm keygen --module FILE ALGORITHM URI -o REF [--public PUB] --recovery PUB | --no-recovery",
        [
            Arg::new("algorithm").value_name("ALGORITHM").required(true).help(text.algorithm_help),
            Arg::new("uri").value_name("URI").required(true).help(text.new_uri_help),
        ]
        .into_iter()
        .chain(outputs(text))
        .chain(args::second_factor(text))
        .chain(arguments(text)),
    )
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let algorithm = algorithm(matches)?;
    let uri = Uri::parse(matches.get_one::<String>("uri").map(String::as_str).unwrap_or_default())?;
    let (output, plan) = plan(session, matches)?;
    let recovery = recovery(session, matches, algorithm)?;
    let token = Devices::of(session, matches)?.open(session, &uri)?;
    let name = keys::hybrid_name(&uri)?;
    let new = New { algorithm, name, recovery: &recovery, adopted: None };
    let reference = new.make(&token, factor(matches)?.as_ref())?;
    write_or_undo(session, &token, &reference, |private, public| plan.write(&[private, public]))?;

    Ok(report(session, &reference, output))
}

/// Where a new key's reference and public key go, and who opens messages when it is lost.
pub(super) fn outputs(text: &'static Text) -> [Arg; 4] {
    [
        args::path("output", "REF", text.reference_out_help).short('o').required(true),
        args::path("public", "PUB", text.keygen_public_help),
        args::path("recovery", "PUB", text.recovery_help).conflicts_with("no-recovery"),
        args::switch("no-recovery", text.no_recovery_help),
    ]
}

/// The place of the reference, and the plan for it and the public key.
pub(super) fn plan<'a>(session: &Session, matches: &'a ArgMatches) -> Result<(&'a Path, Plan), Failure> {
    let output = args::need_path(matches, "output")?;
    let mut places = vec![(output, Sort::PrivateKey { replace: false })];
    places.extend(args::get_path(matches, "public").map(|path| (path, Sort::Text)));
    let inputs: Vec<_> = args::read_aside(matches).collect();
    Ok((output, Plan::new(session, &inputs, &places)?))
}

pub(super) fn algorithm(matches: &ArgMatches) -> Result<Algorithm, Failure> {
    let name = matches.get_one::<String>("algorithm").map(String::as_str).unwrap_or_default();
    let algorithm = Algorithm::ALL.iter().copied().find(|algorithm| algorithm.name() == name);
    algorithm.ok_or_else(|| Failure::from(Error::UnknownAlgorithm).saying(name.to_owned()))
}

pub(super) fn report(session: &Session, reference: &KeyReference, output: &Path) -> Report {
    let text = session.text;
    let held = match reference.half(Side::PostQuantum) {
        WhereHalf::Token { .. } | WhereHalf::Adopted { .. } => text.held_in_token,
        WhereHalf::Sealed { .. } => text.held_sealed,
        _ => text.held_otherwise,
    };
    let code = match reference.half(Side::PostQuantum) {
        WhereHalf::Token { .. } | WhereHalf::Adopted { .. } => "token",
        WhereHalf::Sealed { .. } => "sealed",
        _ => "other",
    };
    let name = reference.algorithm().name();
    let line = fill(text.hsm_keygen_done, &[name, reference.name(), held, &output.display().to_string()]);
    Report::new(line)
        .with("algorithm", name)
        .with("name", reference.name())
        .with("post_quantum_half", code)
        .with("reference", output.display().to_string())
}

/// What is said of the key's loss. Signature keys are made anew instead.
pub(super) fn recovery(
    session: &Session,
    matches: &ArgMatches,
    algorithm: Algorithm,
) -> Result<Recovery, Failure> {
    match args::get_path(matches, "recovery") {
        Some(path) => Ok(Recovery::Key(keys::public(session, path)?)),
        None if is_on(matches, "no-recovery") || algorithm.kind() == Kind::Signature => {
            Ok(Recovery::NoRecovery)
        }
        None => Err(Problem::RecoveryUnsaid.into()),
    }
}

/// Writes the reference of a key that was made, and its public key. If that fails, nobody can ever use the
/// key, so what is new of it in the token is destroyed again.
pub(super) fn write_or_undo(
    session: &Session,
    token: &Token,
    reference: &KeyReference,
    write: impl FnOnce(&[u8], &[u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let written = || {
        let public = keys::public_to_der(&reference.public_key()?)?;
        write(reference.to_pem()?.as_bytes(), &keys::to_pem(Label::PublicKey, false, &public)?)
    };
    written().inspect_err(|_| {
        if reference.unmake(Access::to(slice::from_ref(token))).is_err() {
            session.warn("KEY_LEFT", session.text.key_left);
        }
    })
}

/// The second factor, for tokens that can wrap by RSA or ECDH only.
pub(super) fn factor(matches: &ArgMatches) -> Result<Option<SecondFactor>, Failure> {
    if let Some(path) = args::get_path(matches, "key-file") {
        return keys::key_file(path).map(Some);
    }
    let Some(path) = args::get_path(matches, "passphrase-file") else { return Ok(None) };
    let passphrase = crate::passphrase::Passphrase::of_file(path)?;
    Ok(Some(SecondFactor::passphrase(passphrase.composed())?))
}

/// What key to make in a token.
pub(super) struct New<'a> {
    pub(super) algorithm: Algorithm,
    pub(super) name: &'a str,
    pub(super) recovery: &'a Recovery,
    /// A half that is there already.
    pub(super) adopted: Option<(Side, &'a Uri)>,
}

impl New<'_> {
    /// Both halves in the token if it can; otherwise the one that it cannot hold sealed under a key of it.
    /// The report says which it came to.
    pub(super) fn make(&self, token: &Token, factor: Option<&SecondFactor>) -> Result<KeyReference, Failure> {
        let sealing = factor.map_or(Sealing::by_token(), |factor| Sealing::by_token().with(factor));
        let adopted = |uri| Home::Adopted(token, uri, Adoption::LosesFreshness);
        let made = |fresh| {
            let (pq, classical) = match self.adopted {
                None => (fresh, Home::Token(token)),
                Some((Side::Classical, uri)) => (fresh, adopted(uri)),
                Some((Side::PostQuantum, uri)) => (adopted(uri), fresh),
            };
            let (recovery, secrets) = (self.recovery.clone(), ComponentSecrets::StayInside);
            let new = NewKey { algorithm: self.algorithm, name: self.name, pq, classical, recovery, secrets };
            KeyReference::generate(&new, &mut SystemRandom).map(|(reference, _)| reference)
        };
        match made(Home::Token(token)) {
            Err(error)
                if error == khoalai_hsm::Problem::NotOffered || error == Error::CombinerUnavailable =>
            {
                Ok(made(Home::Sealed(token, sealing))?)
            }
            outcome => Ok(outcome?),
        }
    }
}
