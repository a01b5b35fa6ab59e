//! What `pqcrypto-kyber` and `pqcrypto-dilithium` are, shown on their own code: ML-KEM but for keys
//! from seeds and for checks, and never ML-DSA. Both other implementations take part.
#![cfg(all(feature = "pqclean", feature = "pq-libcrux", feature = "pq-rustcrypto"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod derand;
mod dilithium;
mod generator;
mod kyber;
#[path = "../support/mod.rs"]
mod support;

use serde_json::Value;
use std::io::Read;
use std::path::Path;

/// The cases of a Wycheproof file.
fn wycheproof(name: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("test-vectors/wycheproof").join(name);
    let mut bytes = Vec::new();
    if path.exists() {
        bytes = std::fs::read(path).unwrap();
    } else {
        let packed = std::fs::read(path.with_added_extension("gz")).unwrap();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    }
    let file: Value = serde_json::from_slice(&bytes).unwrap();
    let groups = file["testGroups"].as_array().unwrap();
    let cases: Vec<_> = groups.iter().flat_map(|group| group["tests"].as_array().unwrap()).cloned().collect();
    assert_eq!(file["numberOfTests"], cases.len());
    cases
}

fn hex(case: &Value, member: &str) -> Vec<u8> {
    base16ct::mixed::decode_vec(case[member].as_str().unwrap()).unwrap()
}

fn has(case: &Value, flag: &str) -> bool {
    case["flags"].as_array().unwrap().iter().any(|told| told == flag)
}

/// One bit changed, another one for every `n`.
fn altered(bytes: &[u8], n: usize) -> Vec<u8> {
    let (mut bytes, bits) = (bytes.to_vec(), 8 * bytes.len());
    let bit = n * 7919 % bits;
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes
}
