//! Deterministic ECDSA (RFC 6979): the one set that says what a signature has to be.

use crate::ops::{import, public, sign, text, verify};
use crate::support::{Outcome, Tally, hex, json, same, string};
use khoalai::{Algorithm, Input};
use serde_json::Value;

crate::support::sets! {
    ecdsa: "rfc6979/ecdsa.json" => cases;
}

fn cases(tally: &mut Tally) {
    for (place, case) in json(&tally.files[0]).as_array().unwrap().iter().enumerate() {
        let name = format!("ECDSA-{}-{}", string(case, "curve"), string(case, "hash"));
        // The names here have one hyphen less in each part.
        let name = name.replace("P-", "P").replace("SHA-", "SHA");
        let algorithm = Algorithm::named(&name).unwrap();
        tally.ran(algorithm, place + 1, run(algorithm, case));
    }
}

fn run(algorithm: Algorithm, case: &Value) -> Outcome {
    let key = import(algorithm, &hex(case, "x")).map_err(text)?;
    let input = Input::Message(&[string(case, "message").as_bytes()]);
    let signature = sign(&*key, input, &[], None).map_err(text)?;
    same("signature", &signature, &der(&hex(case, "r"), &hex(case, "s")))?;
    verify(algorithm, &public(&*key).map_err(text)?, input, &[], &signature).map_err(text)
}

/// `Ecdsa-Sig-Value` (RFC 3279 §2.2.3).
fn der(r: &[u8], s: &[u8]) -> Vec<u8> {
    let tlv = |tag: u8, content: &[u8]| match u8::try_from(content.len()).unwrap() {
        len @ 0..0x80 => [&[tag, len], content].concat(),
        len => [&[tag, 0x81, len], content].concat(),
    };
    let integer = |bytes: &[u8]| {
        let start = bytes.iter().position(|byte| *byte != 0).unwrap();
        let sign: &[u8] = if bytes[start] < 0x80 { &[] } else { &[0] };
        tlv(2, &[sign, &bytes[start..]].concat())
    };
    tlv(0x30, &[integer(r), integer(s)].concat())
}
