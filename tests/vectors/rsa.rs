//! Wycheproof's RSA, for the sizes, paddings and hashes that rows have.

use crate::ops::{check, encapsulate_with, import, text, verify};
use crate::support::{Outcome, Replay, Tally, ensure, hex, refused, same, string};
use crate::wycheproof::{each, is_valid, skip};
use khoalai::{Algorithm, Error, Input, PrivateKey};
use serde_json::Value;

/// The same key in both encodings. Public keys of rows are `RSAPublicKey`.
fn public_key(group: &Value) -> Vec<u8> {
    let key = hex(group, "publicKeyAsn");
    assert!(hex(group, "publicKeyDer").ends_with(&key), "two different public keys");
    key
}

/// Acceptable cases: a `DigestInfo` without its NULL is refused (RFC 8017 §9.2 note 1 permits that).
pub(crate) fn signature(algorithm: Algorithm, group: &Value, case: &Value) -> Outcome {
    let message = hex(case, "msg");
    let got = verify(algorithm, &public_key(group), Input::Message(&[&message]), &[], &hex(case, "sig"));
    if is_valid(case) { got.map_err(text) } else { refused("the signature", got) }
}

/// Opening needs private operations.
pub(crate) fn oaep(tally: &mut Tally, name: &str) {
    match Algorithm::named(name).map(khoalai::custody_of) {
        Some(Ok(_)) => each(tally, name, ciphertext),
        _ => skip(tally, "private RSA operations not built"),
    }
}

/// Valid messages that are no secret of 32 bytes, or have a label, belong to no row and are refused.
fn ciphertext(algorithm: Algorithm, group: &Value, case: &Value) -> Outcome {
    let private = &group["privateKey"];
    // PKCS#8 of rsaEncryption: RSAPrivateKey is all that is left at its end.
    let pkcs8 = hex(group, "privateKeyPkcs8");
    let at = 26;
    assert_eq!(pkcs8[22..24], [0x04, 0x82], "not an OCTET STRING");
    let key = import(algorithm, &pkcs8[at..]).map_err(text)?;
    let mut public = vec![0; algorithm.public_key_len()];
    let public = key.public_key(&mut public).map_err(text)?.to_vec();
    check(algorithm, &public).map_err(text)?;
    let modulus = hex(private, "modulus");
    ensure(public.windows(modulus.len()).any(|part| part == modulus), "another modulus")?;

    let open = |ciphertext: &[u8]| {
        let mut secret = vec![0xA5; 32];
        let made = key.decapsulate(ciphertext, &mut Replay::new(&[7; 32]), &mut secret);
        assert!(made.is_ok() || secret == [0; 32], "a failure left bytes behind");
        made.map(|()| secret)
    };
    let (ciphertext, message) = (hex(case, "ct"), hex(case, "msg"));
    let got = open(&ciphertext);
    if is_valid(case) && message.len() == 32 && string(case, "label").is_empty() {
        same("secret", &got.map_err(text)?, &message)?;
        // What was drawn is the secret, then the seed; with another seed it is another ciphertext.
        let drawn = [&message[..], &[9; 32]].concat();
        let (ours, secret) = encapsulate_with(algorithm, &public, &mut Replay::new(&drawn)).map_err(text)?;
        same("secret sent", &secret, &message)?;
        return same("secret of our ciphertext", &open(&ours).map_err(text)?, &message);
    }
    let whole = ciphertext.len() == algorithm.ciphertext_len();
    let expected = if whole { Error::DecapsulationFailed } else { Error::Malformed };
    ensure(got == Err(expected), "refused with another error, or not at all")
}
