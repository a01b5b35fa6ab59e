//! `keygen`: a fresh private key, and its public key.

use super::algorithms::can_generate;
use crate::args::{self, is_on};
use crate::failure::{Failure, Problem};
use crate::keys;
use crate::output::{Plan, Sort};
use crate::passphrase::Passphrase;
use crate::report::Report;
use crate::session::Session;
use crate::text::{Text, fill};
use clap::{Arg, ArgMatches, Command};
use khoalai::encode::pem::Label;
use khoalai::encode::{encrypted, pkcs8};
use khoalai::{Algorithm, Error, ExportPrivateKey, PublicKey, SystemRandom};
use zeroize::Zeroizing;

pub(crate) fn command(text: &'static Text) -> Command {
    args::subcommand(
        text,
        "keygen",
        text.keygen_about,
        "khoalai keygen ALGORITHM -o KEY [--public PUB]",
        [
            Arg::new("algorithm").value_name("ALGORITHM").required(true).help(text.algorithm_help),
            args::path("output", "KEY", text.keygen_output_help).short('o').required(true),
            args::path("public", "PUB", text.keygen_public_help),
            args::switch("encrypt", text.encrypt_help),
            args::passphrase_file(text).requires("encrypt"),
            args::switch("der", text.der_help),
            args::switch("test-only", text.test_only_help).conflicts_with("der"),
            args::switch("force", text.force_help),
        ],
    )
}

pub(crate) fn run(session: &Session, matches: &ArgMatches) -> Result<Report, Failure> {
    let algorithm =
        algorithm(matches.get_one::<String>("algorithm").map(String::as_str).unwrap_or_default())?;
    let (output, public_output) = (args::need_path(matches, "output")?, args::get_path(matches, "public"));
    let (encrypt, der, test_only) =
        (is_on(matches, "encrypt"), is_on(matches, "der"), is_on(matches, "test-only"));

    let passphrase_file = args::get_path(matches, "passphrase-file");
    let mut places = vec![(output, Sort::PrivateKey { replace: is_on(matches, "force") })];
    places.extend(public_output.map(|path| (path, if der { Sort::Bytes } else { Sort::Text })));
    let inputs: Vec<_> = passphrase_file.into_iter().collect();
    let plan = Plan::new(session, &inputs, &places)?;
    let passphrase = encrypt.then(|| Passphrase::choose(session, passphrase_file, output)).transpose()?;

    let key = khoalai::generate(algorithm, &mut SystemRandom)?;
    let mut public = vec![0; algorithm.public_key_len()];
    let len = key.public_key(&mut public)?.len();
    public.truncate(len);
    let public = keys::public_to_der(&PublicKey::new(algorithm, public)?)?;
    let (label, private) = private_to_der(algorithm, &key, passphrase.as_ref())?;
    let form = |label, content: &[u8]| {
        if der { Ok(Zeroizing::new(content.to_vec())) } else { keys::to_pem(label, test_only, content) }
    };
    plan.write(&[&form(label, &private)?, &form(Label::PublicKey, &public)?])?;

    let line = fill(session.text.keygen_done, &[algorithm.name(), &output.display().to_string()]);
    Ok(Report::new(line)
        .with("algorithm", algorithm.name())
        .with("key", output.display().to_string())
        .with("public", public_output.map(|path| path.display().to_string()))
        .with("format", if der { "der" } else { "pem" })
        .with("encrypted", encrypt)
        .with("test_only", test_only))
}

/// The algorithm of that name, if keys of it may be made.
fn algorithm(name: &str) -> Result<Algorithm, Failure> {
    let failure = match Algorithm::ALL.iter().find(|algorithm| algorithm.name() == name) {
        Some(algorithm) if can_generate(*algorithm) => return Ok(*algorithm),
        Some(algorithm) if algorithm.is_classical() => Failure::from(Error::ClassicalOnly),
        Some(algorithm) if algorithm.is_legacy() => Failure::from(Error::LegacyAlgorithm),
        Some(algorithm) => match khoalai::custody_of(*algorithm) {
            Err(Error::DeviceOnly) => Failure::from(Error::DeviceOnly),
            _ => Failure::from(Problem::MadeApart),
        },
        None => Failure::from(Error::UnknownAlgorithm),
    };
    Err(failure.saying(name.to_owned()).advice(|text| text.algorithms_advice))
}

/// The private key as PKCS#8, encrypted if there is a passphrase.
fn private_to_der(
    algorithm: Algorithm,
    key: &impl ExportPrivateKey,
    passphrase: Option<&Passphrase>,
) -> Result<(Label, Zeroizing<Vec<u8>>), Failure> {
    let mut raw = Zeroizing::new(vec![0; algorithm.private_key_len()]);
    let raw = key.expose_private_key(&mut raw)?;
    let mut der = Zeroizing::new(vec![0; raw.len() + 64]);
    let len = pkcs8::encode(algorithm, raw, &mut der)?.len();
    der.truncate(len);
    let Some(passphrase) = passphrase else { return Ok((Label::PrivateKey, der)) };
    let mut out = Zeroizing::new(vec![0; der.len() + 160]);
    let len = encrypted::encrypt(&der, &passphrase.composed(), &mut SystemRandom, &mut out)?.len();
    out.truncate(len);
    Ok((Label::EncryptedPrivateKey, out))
}
