//! Our side of `scripts/rsa-peer`: JSON lines in, one answer out for each. The other side, and what
//! is compared, is `peer.py`.
//!
//! Bytes are in hexadecimal, keys in the encodings of RFC 8017. What we refuse comes back as
//! `{"refused": code}`.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::panic_in_result_fn,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    reason = "a test may stop anywhere"
)]

use khoalai::{Algorithm, BoxedKey, Hedge, Input, Result, SystemRandom};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{BufRead, Write};

fn bytes(request: &Value, name: &str) -> Vec<u8> {
    let text = request[name].as_str().unwrap_or_else(|| panic!("no {name}"));
    base16ct::lower::decode_vec(text).expect("hexadecimal")
}

fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

fn main() {
    let mut keys = Keys::new();
    for line in std::io::stdin().lock().lines() {
        let request: Value = serde_json::from_str(&line.expect("a line")).expect("JSON");
        let answer = answer(&mut keys, &request).unwrap_or_else(|error| json!({ "refused": error.code() }));
        let mut out = std::io::stdout().lock();
        writeln!(out, "{answer}").and_then(|()| out.flush()).expect("somebody who listens");
    }
}

/// By private key and row: loading one means testing its primes.
type Keys = HashMap<(Vec<u8>, &'static str), BoxedKey>;

/// The key whose private key is in the request.
fn own<'k>(keys: &'k mut Keys, row: Algorithm, request: &Value) -> Result<&'k BoxedKey> {
    Ok(match keys.entry((bytes(request, "private"), row.name())) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(new) => {
            let loaded = khoalai::import(row, &new.key().0)?;
            new.insert(loaded)
        }
    })
}

fn answer(keys: &mut Keys, request: &Value) -> Result<Value> {
    let name = request["row"].as_str().expect("a row");
    let row = Algorithm::named(name).unwrap_or_else(|| panic!("{name} is not in this build"));
    let random = &mut SystemRandom;
    Ok(match request["do"].as_str().expect("something to do") {
        "generate" => {
            let mut out = vec![0; row.private_key_len()];
            json!({ "private": hex(khoalai::generate(row, random)?.expose_private_key(&mut out)?) })
        }
        "public" => {
            let mut out = vec![0; row.public_key_len()];
            json!({ "public": hex(own(keys, row, request)?.public_key(&mut out)?) })
        }
        "sign" => {
            let (message, mut out) = (bytes(request, "message"), vec![0; row.signature_len()]);
            let signature = own(keys, row, request)?.sign(
                Input::Message(&[&message]),
                b"",
                Hedge::Preferred,
                random,
                &mut out,
            )?;
            json!({ "signature": hex(signature) })
        }
        "verify" => {
            let (public, message, signature) =
                (bytes(request, "public"), bytes(request, "message"), bytes(request, "signature"));
            row.verify(&public, Input::Message(&[&message]), b"", &signature)?;
            json!({})
        }
        "encapsulate" => {
            let (mut ciphertext, mut secret) = (vec![0; row.ciphertext_len()], vec![0; row.secret_len()]);
            row.encapsulate(&bytes(request, "public"), random, &mut ciphertext, &mut secret)?;
            json!({ "ciphertext": hex(&ciphertext), "secret": hex(&secret) })
        }
        "decapsulate" => {
            let mut secret = vec![0; row.secret_len()];
            own(keys, row, request)?.decapsulate(&bytes(request, "ciphertext"), random, &mut secret)?;
            json!({ "secret": hex(&secret) })
        }
        other => panic!("nobody knows how to {other}"),
    })
}
