//! Reads any bytes as an encrypted PKCS#8 key, and opens what costs little with one passphrase.
#![no_main]

use khoalai::encode::encrypted::Encrypted;
use khoalai::encode::{Format, pkcs8};
use khoalai::{Algorithm, Error};
use khoalai_fuzz::der::{self, tlv};

khoalai_fuzz::target!();

const PASSPHRASE: &[u8] = b"passphrase";

fn run(data: &[u8]) -> Option<&'static str> {
    let format = Format::of(data);
    let is_one = Encrypted::is_one(data);
    let file = match Encrypted::read(data) {
        Ok(file) => file,
        Err(error) => {
            assert!(is_one || error == Error::Malformed, "{error:?}");
            let known = [Error::Malformed, Error::UnknownEncryption, Error::TooCostly];
            assert!(known.contains(&error), "{error:?}");
            return None;
        }
    };
    assert!(is_one && format == Format::Der);
    assert!(der::is_der(data, |_| false), "read, but not DER");
    if cost(data) > 1 << 16 {
        return Some("costly");
    }
    let mut out = vec![0xaa; data.len()];
    match file.decrypt(PASSPHRASE, &mut out) {
        Ok(opened) => {
            assert_eq!(Format::of(opened), Format::Der);
            let _ = pkcs8::decode(opened, Algorithm::ALL);
            Some("opened")
        }
        Err(error) => {
            // Some scrypt parameters within the limit are none.
            assert!(matches!(error, Error::PassphraseWrong | Error::UnknownEncryption), "{error:?}");
            assert!(out.iter().all(|byte| *byte == 0), "a refusal leaves something behind");
            Some("not opened")
        }
    }
}

/// The product of the numbers behind the salt, in whatever order they stand.
fn cost(data: &[u8]) -> u64 {
    // scheme, data; OID, parameters; KDF, cipher; OID, parameters; salt, numbers
    let at = |sequence: &[u8], path: &[usize]| {
        path.iter().fold(sequence.to_vec(), |value, at| tlv(0x30, &[der::inside(&value)[*at]]))
    };
    let parameters = at(data, &[0, 1, 0, 1]);
    let numbers = der::inside(&parameters).into_iter().skip(1).filter(|content| content.len() <= 4);
    numbers
        .map(|content| content.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)))
        .fold(1, |product, number| product.saturating_mul(number.max(1)))
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    let oid = |bytes: &[u8]| tlv(6, &[bytes]);
    let salt = tlv(4, &[&[3; 16]]);
    let scrypt = tlv(
        0x30,
        &[
            &oid(b"\x2b\x06\x01\x04\x01\xda\x47\x04\x0b"),
            &tlv(0x30, &[&salt, &tlv(2, &[&[16]]), &tlv(2, &[&[8]]), &tlv(2, &[&[1]])]),
        ],
    );
    let hmac = tlv(0x30, &[&oid(b"\x2a\x86\x48\x86\xf7\x0d\x02\x09"), &[5, 0]]);
    let pbkdf2 = tlv(
        0x30,
        &[&oid(b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0c"), &tlv(0x30, &[&salt, &tlv(2, &[&[16]]), &hmac])],
    );
    let aes = tlv(0x30, &[&oid(b"\x60\x86\x48\x01\x65\x03\x04\x01\x2a"), &tlv(4, &[&[4; 16]])]);
    [("scrypt", scrypt), ("pbkdf2", pbkdf2)]
        .into_iter()
        .map(|(name, kdf)| {
            let parameters = tlv(0x30, &[&kdf, &aes]);
            let scheme = tlv(0x30, &[&oid(b"\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d"), &parameters]);
            (name.to_owned(), tlv(0x30, &[&scheme, &tlv(4, &[&[5; 96]])]))
        })
        .collect()
}

fn rows(_: Algorithm) -> bool {
    false
}
