//! The library's operations, as the vectors ask for them: bytes in, bytes out.

use crate::support::Replay;
use khoalai::soft::PrivateForm;
use khoalai::{
    Algorithm, BoxedKey, Class, Error, ExportPrivateKey, Hedge, Input, MessageStream, PrivateKey, PublicKey,
};

/// A private key from its raw form: the seed, the scalar, or the parts of a composite.
pub(crate) fn import(algorithm: Algorithm, private: &[u8]) -> Result<BoxedKey, Error> {
    khoalai::import(algorithm, private)
}

/// An ML-KEM or ML-DSA private key from its expanded form.
pub(crate) fn import_expanded(algorithm: Algorithm, expanded: &[u8]) -> Result<BoxedKey, Error> {
    khoalai::import_form(algorithm, PrivateForm::Expanded(expanded))
}

/// An ML-KEM or ML-DSA private key from its seed and its expanded form.
pub(crate) fn import_both(algorithm: Algorithm, seed: &[u8], expanded: &[u8]) -> Result<BoxedKey, Error> {
    khoalai::import_form(algorithm, PrivateForm::Both { seed, expanded })
}

/// A private key from PKCS#8, with every check.
pub(crate) fn load(rows: &[Algorithm], der: &[u8]) -> Result<BoxedKey, Error> {
    khoalai::encode::pkcs8::decode(der, rows)?.load_boxed()
}

/// The raw private key, as the library writes it.
pub(crate) fn export(key: &dyn ExportPrivateKey) -> Result<Vec<u8>, Error> {
    let mut out = vec![0; key.algorithm().private_key_len()];
    Ok(key.expose_private_key(&mut out)?.to_vec())
}

/// An error, for a report.
pub(crate) fn text(error: Error) -> String {
    error.code().to_owned()
}

/// The public key of `key`.
pub(crate) fn public(key: &(impl PrivateKey + ?Sized)) -> Result<Vec<u8>, Error> {
    let mut out = vec![0; key.algorithm().public_key_len()];
    Ok(key.public_key(&mut out)?.to_vec())
}

/// Checks a public key.
pub(crate) fn check(algorithm: Algorithm, public: &[u8]) -> Result<(), Error> {
    algorithm.row().software.check_public_key(algorithm, public)
}

/// Ciphertext and secret for `public`, drawing exactly `random`.
pub(crate) fn encapsulate(
    algorithm: Algorithm,
    public: &[u8],
    random: &[u8],
) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let mut replay = Replay::new(random);
    let made = encapsulate_with(algorithm, public, &mut replay)?;
    assert!(replay.is_spent(), "encapsulation left randomness over");
    Ok(made)
}

/// Ciphertext and secret for `public`.
pub(crate) fn encapsulate_with(
    algorithm: Algorithm,
    public: &[u8],
    random: &mut Replay<'_>,
) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let mut ciphertext = vec![0; algorithm.ciphertext_len()];
    let mut secret = vec![0; algorithm.secret_len()];
    let made = algorithm.encapsulate(public, random, &mut ciphertext, &mut secret);
    let checked = check(algorithm, public);
    let bad = made.err().is_some_and(|error| error.class() == Class::Input);
    assert_eq!(checked.is_err(), bad, "the check and the use of a public key disagree");
    checked.and(made).map(|()| (ciphertext, secret))
}

/// The secret in `ciphertext`. What the check beforehand refuses, the key has to refuse as well.
pub(crate) fn decapsulate(key: &(impl PrivateKey + ?Sized), ciphertext: &[u8]) -> Result<Vec<u8>, Error> {
    let mut secret = vec![0xA5; key.algorithm().secret_len()];
    let made = key.decapsulate(ciphertext, &mut Replay::new(&[]), &mut secret);
    assert!(made.is_ok() || secret.iter().all(|&byte| byte == 0), "a failure left bytes behind");
    let checked = key.algorithm().check_ciphertext(ciphertext);
    assert_eq!(checked.is_ok(), made.is_ok(), "the check and the use of a ciphertext disagree");
    checked.and(made).map(|()| secret)
}

/// The secret in `ciphertext`, by a key that blinds what it computes and whose check beforehand cannot
/// know what the key refuses.
pub(crate) fn decapsulate_blinded(
    key: &(impl PrivateKey + ?Sized),
    ciphertext: &[u8],
) -> Result<Vec<u8>, Error> {
    let mut secret = vec![0xA5; key.algorithm().secret_len()];
    let made = key.decapsulate(ciphertext, &mut Replay::new(&[7; 32]), &mut secret);
    assert!(made.is_ok() || secret.iter().all(|&byte| byte == 0), "a failure left bytes behind");
    made.map(|()| secret)
}

/// A signature that draws exactly `random`, or, without it, a deterministic one.
pub(crate) fn sign(
    key: &(impl PrivateKey + ?Sized),
    input: Input<'_>,
    context: &[u8],
    random: Option<&[u8]>,
) -> Result<Vec<u8>, Error> {
    let hedge = if random.is_some() { Hedge::Required } else { Hedge::Deterministic };
    let mut replay = Replay::new(random.unwrap_or_default());
    let mut out = vec![0; key.algorithm().signature_len()];
    let signature = key.sign(input, context, hedge, &mut replay, &mut out)?.to_vec();
    assert!(replay.is_spent(), "signing left randomness over");
    Ok(signature)
}

/// Checks the public key, then the signature.
pub(crate) fn verify(
    algorithm: Algorithm,
    public: &[u8],
    input: Input<'_>,
    context: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    let verified = algorithm.verify(public, input, context, signature);
    let checked = check(algorithm, public);
    assert!(checked.is_ok() || verified.is_err(), "a signature verifies under a refused public key");
    checked.and(verified)
}

/// As [`verify`], with the message taken in byte by byte: a composite's hash, or ML-DSA's μ.
pub(crate) fn verify_stream(
    algorithm: Algorithm,
    public: &[u8],
    message: &[u8],
    context: &[u8],
    signature: &[u8],
) -> Result<(), Error> {
    let key = PublicKey::new(algorithm, public)?;
    let mut stream = MessageStream::new(&key, context)?;
    message.chunks(1).for_each(|byte| stream.update(byte));
    stream.verify(&key, signature)
}

/// Algorithm and raw public key from `SubjectPublicKeyInfo`, which has to come out again as it was.
pub(crate) fn spki(rows: &[Algorithm], der: &[u8]) -> Result<(Algorithm, Vec<u8>), Error> {
    let (algorithm, public) = khoalai::encode::spki::decode(der, rows)?;
    let mut out = vec![0; der.len()];
    let again = khoalai::encode::spki::encode(algorithm, public, &mut out)?;
    assert!(again == der, "another encoding of the same public key was accepted");
    Ok((algorithm, public.to_vec()))
}

/// Algorithm and raw private key from PKCS#8.
pub(crate) fn pkcs8(rows: &[Algorithm], der: &[u8]) -> Result<(Algorithm, Vec<u8>), Error> {
    let decoded = khoalai::encode::pkcs8::decode(der, rows)?;
    Ok((decoded.algorithm(), decoded.expose_private_key()?.to_vec()))
}
