//! `selftest`: known answers for every algorithm, and one implementation against the other.

use crate::args;
use crate::failure::Failure;
use crate::report::Report;
use crate::session::Session;
use crate::text::{Text, fill};
use clap::{ArgMatches, Command};
use khoalai::soft::{self, Component, Key, SoftwareKey, second};
use khoalai::{
    Algorithm, Error, Hedge, Input, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512, ML_KEM_768, ML_KEM_1024,
    PrivateKey, PublicKey, Random, SystemRandom,
};
use serde_json::{Value, json};
use zeroize::Zeroizing;

pub(crate) fn command(text: &'static Text) -> Command {
    args::subcommand(text, "selftest", text.selftest_about, "khoalai selftest", [])
}

type Check = (Algorithm, fn(Algorithm) -> Result<(), Error>);

/// Each component that has two implementations, one against the other.
const CROSS_CHECKS: &[Check] = &[
    (ML_KEM_512, kem::<soft::MlKem512, second::MlKem512>),
    (ML_KEM_768, kem::<soft::MlKem768, second::MlKem768>),
    (ML_KEM_1024, kem::<soft::MlKem1024, second::MlKem1024>),
    (ML_DSA_44, signature::<soft::MlDsa44, second::MlDsa44>),
    (ML_DSA_65, signature::<soft::MlDsa65, second::MlDsa65>),
    (ML_DSA_87, signature::<soft::MlDsa87, second::MlDsa87>),
];

pub(crate) fn run(session: &Session, _matches: &ArgMatches) -> Result<Report, Failure> {
    let text = session.text;
    let known = Algorithm::ALL
        .iter()
        .map(|algorithm| (*algorithm, "known_answer", khoalai::selftest::run(*algorithm)));
    let crossed =
        CROSS_CHECKS.iter().map(|(algorithm, check)| (*algorithm, "cross_check", check(*algorithm)));

    let mut tests: Vec<Value> = Vec::new();
    let mut failed = None;
    for (algorithm, test, result) in known.chain(crossed) {
        let kind = if test == "known_answer" { text.known_answer } else { text.cross_check };
        let word = if result.is_ok() { text.passed } else { text.failed };
        session.say(&format!("{kind}: {}: {word}", algorithm.name()));
        tests.push(json!({ "test": test, "algorithm": algorithm.name(), "passed": result.is_ok() }));
        failed = failed.or(result.err().map(|error| (algorithm, error)));
    }
    match failed {
        None => Ok(Report::new(fill(text.selftest_done, &[&tests.len().to_string()]))
            .with("passed", true)
            .with("tests", tests)),
        Some((algorithm, error)) => {
            // Without random numbers nothing was tested; everything else is the implementation's fault.
            let error = if error == Error::RandomFailed { error } else { Error::SelfTestFailed };
            Err(Failure::from(error).saying(algorithm.name().to_owned()).detail("tests", tests.into()))
        }
    }
}

/// A key in both implementations, and its public key.
type Pair<A, B> = (Key<A>, Key<B>, Vec<u8>);

/// One seed in both implementations.
fn pair<A: Component, B: Component>(algorithm: Algorithm) -> Result<Pair<A, B>, Error> {
    let mut seed = Zeroizing::new(vec![0; algorithm.private_key_len()]);
    SystemRandom.fill(&mut seed)?;
    let (first, other) = (Key::<A>::import(algorithm, &seed)?, Key::<B>::import(algorithm, &seed)?);
    let (mut one, mut two) = (vec![0; algorithm.public_key_len()], vec![0; algorithm.public_key_len()]);
    same(first.public_key(&mut one)?, other.public_key(&mut two)?)?;
    Ok((first, other, one))
}

fn same(one: &[u8], two: &[u8]) -> Result<(), Error> {
    if one == two { Ok(()) } else { Err(Error::SelfTestFailed) }
}

/// What one encapsulates the other opens, and a changed ciphertext gives both the same other secret.
fn kem<A: Component, B: Component>(algorithm: Algorithm) -> Result<(), Error> {
    let (first, other, public) = pair::<A, B>(algorithm)?;
    let mut ciphertext = vec![0; algorithm.ciphertext_len()];
    let sent = PublicKey::new(algorithm, public)?.encapsulate(&mut SystemRandom, &mut ciphertext)?;
    let open = |key: &dyn PrivateKey, ciphertext: &[u8]| {
        let mut secret = Zeroizing::new([0; 32]);
        key.decapsulate(ciphertext, &mut SystemRandom, &mut *secret).map(|()| secret)
    };
    same(sent.expose(), &*open(&first, &ciphertext)?)?;
    same(sent.expose(), &*open(&other, &ciphertext)?)?;
    if let Some(byte) = ciphertext.first_mut() {
        *byte ^= 1;
    }
    same(&*open(&first, &ciphertext)?, &*open(&other, &ciphertext)?)
}

/// Both make the same deterministic signature, over a message and over its representative μ.
fn signature<A: Component, B: Component>(algorithm: Algorithm) -> Result<(), Error> {
    let (first, other, public) = pair::<A, B>(algorithm)?;
    let mut message = [0; 64];
    SystemRandom.fill(&mut message)?;
    let public = PublicKey::new(algorithm, public)?;
    for input in [Input::Message(&[&message]), Input::Mu(&message)] {
        let sign = |key: &dyn PrivateKey| {
            let mut out = vec![0; algorithm.signature_len()];
            key.sign(input, b"", Hedge::Deterministic, &mut SystemRandom, &mut out).map(<[u8]>::to_vec)
        };
        let made = sign(&first)?;
        same(&made, &sign(&other)?)?;
        public.verify_input(input, b"", &made)?;
    }
    Ok(())
}
