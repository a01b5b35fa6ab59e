//! Composite ML-KEM: keys, certificates, and ciphertexts to open.

use crate::certificate::Certificate;
use crate::composite::base64;
use crate::ops::{
    check, decapsulate, decapsulate_blinded, encapsulate_with, export, import, pkcs8, public, spki, text,
    verify,
};
use crate::support::{Outcome, Replay, Tally, ensure, json, list, same, string};
use khoalai::{Algorithm, Error, Input, ML_DSA_65};
use serde_json::Value;
use shake::{ExtendableOutput, Shake256, Update, XofReader};

crate::support::sets! {
    composite_ml_kem: "composite-kem/testvectors.json" => cases;
}

fn cases(tally: &mut Tally) {
    let file = json(&tally.files[0]);
    let issuer = base64(&file, "cacert");
    for case in list(&file, "tests") {
        let id = string(case, "tcId");
        let name = match id {
            "id-alg-ml-kem-768" => "ML-KEM-768",
            "id-alg-ml-kem-1024" => "ML-KEM-1024",
            _ => id.strip_prefix("id-").unwrap(),
        };
        match Algorithm::named(name) {
            // Opening is what these are about.
            Some(algorithm) if khoalai::custody_of(algorithm).is_ok() => {
                tally.ran(algorithm, id, run(algorithm, case, &issuer));
            }
            _ if name.contains("RSA") => tally.skip(id, "private RSA operations not built"),
            _ => tally.skip(id, "parameter set not built"),
        }
    }
}

fn run(algorithm: Algorithm, case: &Value, issuer: &[u8]) -> Outcome {
    let (key, private) = (base64(case, "ek"), base64(case, "dk"));
    let own = import(algorithm, &private).map_err(text)?;
    same("public key", &public(&*own).map_err(text)?, &key)?;
    same("private key written", &export(&*own).map_err(text)?, &private)?;
    let der = base64(case, "dk_pkcs8");
    let (_, decoded) = pkcs8(&[algorithm], &der).map_err(text)?;
    same("private key in PKCS#8", &decoded, &private)?;
    let mut out = vec![0; der.len()];
    let again = khoalai::encode::pkcs8::encode(algorithm, &private, &mut out).map_err(text)?;
    same("PKCS#8 written", again, &der)?;

    let open = |ciphertext: &[u8]| match algorithm.row().varies {
        true => decapsulate_blinded(&*own, ciphertext),
        false => decapsulate(&*own, ciphertext),
    };
    let (ciphertext, secret) = (base64(case, "c"), base64(case, "k"));
    same("secret", &open(&ciphertext).map_err(text)?, &secret)?;
    // Both parts count, one bit in the first and one in the last.
    for place in [0, ciphertext.len() - 1] {
        let mut broken = ciphertext.clone();
        broken[place] ^= 1;
        ensure(open(&broken).is_ok_and(|got| got != secret) || place > 0, "the first part")?;
        ensure(open(&broken).ok() != Some(secret.clone()), "the last part")?;
    }
    // Whatever a file says about lengths, these are the key's.
    for len in [0, 1, ciphertext.len() - 1, ciphertext.len() + 1] {
        let mut other = ciphertext.clone();
        other.resize(len, 0);
        ensure(open(&other) == Err(Error::Malformed), "a ciphertext of another length")?;
    }
    let longer = [&key[..], &[0]].concat();
    for other in [&key[1..], &key[..key.len() - 1], &longer] {
        ensure(check(algorithm, other).is_err(), "a public key of another length")?;
    }
    // What was sent is drawn and cannot be made again: ours has to open like it.
    let mut random = vec![0; 1 << 14];
    Shake256::default().chain(string(case, "tcId")).finalize_xof().read(&mut random);
    let (ciphertext, secret) = encapsulate_with(algorithm, &key, &mut Replay::new(&random)).map_err(text)?;
    same("secret of our own", &open(&ciphertext).map_err(text)?, &secret)?;

    let der = base64(case, "x5c");
    let certificate = Certificate::read(&der);
    let (_, certified) = spki(&[algorithm], certificate.spki).map_err(text)?;
    same("public key in the certificate", &certified, &key)?;
    let (_, issuer_key) = spki(&[ML_DSA_65], Certificate::read(issuer).spki).map_err(text)?;
    let tbs = Input::Message(&[certificate.tbs]);
    verify(ML_DSA_65, &issuer_key, tbs, &[], certificate.signature).map_err(text)
}
