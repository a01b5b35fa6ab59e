//! Composite signatures: keys, certificates, and signatures with and without a context.

use crate::certificate::{Certificate, algorithm_of};
use crate::ops::{export, import, pkcs8, public, sign, spki, text, verify, verify_stream};
use crate::support::{Outcome, Tally, ensure, json, list, refused, same, string};
use base64ct::{Base64, Encoding};
use khoalai::{Algorithm, Error, Input};
use serde_json::Value;

crate::support::sets! {
    composite_ml_dsa: "composite-sigs/testvectors.json" => cases;
}

pub(crate) fn base64(value: &Value, key: &str) -> Vec<u8> {
    Base64::decode_vec(string(value, key)).unwrap()
}

fn cases(tally: &mut Tally) {
    let file = json(&tally.files[0]);
    let (message, context) = (base64(&file, "m"), base64(&file, "ctx"));
    for case in list(&file, "tests") {
        let id = string(case, "tcId");
        match Algorithm::named(id.strip_prefix("id-").unwrap_or(id)) {
            Some(algorithm) => tally.ran(algorithm, id, run(algorithm, case, &message, &context)),
            None => tally.skip(id, "parameter set not built"),
        }
    }
}

fn run(algorithm: Algorithm, case: &Value, message: &[u8], context: &[u8]) -> Outcome {
    let (key, input) = (base64(case, "pk"), Input::Message(&[message]));
    let signatures: [(&[u8], Vec<u8>); 2] =
        [(&[], base64(case, "s")), (context, base64(case, "sWithContext"))];
    for (context, signature) in &signatures {
        verify(algorithm, &key, input, context, signature).map_err(text)?;
        if algorithm.halves().is_some() {
            verify_stream(algorithm, &key, message, context, signature).map_err(text)?;
        }
        // The context counts, and so does every half: one bit in the first part, one in the last.
        refused("another context", verify(algorithm, &key, input, b"another", signature))?;
        for place in [0, signature.len() - 1] {
            let mut broken = signature.clone();
            broken[place] ^= 1;
            refused("a broken half", verify(algorithm, &key, input, context, &broken))?;
        }
    }

    let der = base64(case, "x5c");
    let certificate = Certificate::read(&der);
    ensure(algorithm_of(certificate.spki) == certificate.algorithm, "not self-signed")?;
    let (_, certified) = spki(&[algorithm], certificate.spki).map_err(text)?;
    same("public key in the certificate", &certified, &key)?;
    verify(algorithm, &key, Input::Message(&[certificate.tbs]), &[], certificate.signature).map_err(text)?;

    if khoalai::custody_of(algorithm) == Err(Error::DeviceOnly) {
        let read = pkcs8(&[algorithm], &base64(case, "sk_pkcs8")).err();
        return ensure(read == Some(Error::DeviceOnly), "a private key was read without private operations");
    }
    let private = import(algorithm, &base64(case, "sk")).map_err(text)?;
    same("public key", &public(&*private).map_err(text)?, &key)?;
    same("private key written", &export(&*private).map_err(text)?, &base64(case, "sk"))?;
    let (_, decoded) = pkcs8(&[algorithm], &base64(case, "sk_pkcs8")).map_err(text)?;
    same("private key in PKCS#8", &decoded, &base64(case, "sk"))?;
    // Published signatures are hedged and cannot be made again: ours has to verify like them.
    let ours = sign(&*private, input, context, None).map_err(text)?;
    verify(algorithm, &key, input, context, &ours).map_err(text)
}
