//! Reads any bytes as a PKCS#8 private key. What is accepted is DER and written again gives the
//! same key; what loads has a public key that is accepted, and is written out as it was read.
#![no_main]

use khoalai::algorithm::Wrapping;
use khoalai::encode::{Format, pkcs8};
use khoalai::{Algorithm, ExportPrivateKey};
use khoalai_fuzz::{der, is_found, is_slow_to_test, own_keys, public};

khoalai_fuzz::target!();

fn run(data: &[u8]) -> Option<&'static str> {
    let format = Format::of(data);
    let read = pkcs8::decode(data, Algorithm::ALL).ok()?;
    let row = read.algorithm();
    assert_eq!(format, Format::Der);
    // Attributes [0] are passed over, not read.
    assert!(der::is_der(data, |tag| tag == 0xa0), "{row}: read, but not DER");

    let inside = der::inside(data)[2];
    let raw_inside = row.row().identifier.is_some_and(|identifier| identifier.wrapping == Wrapping::Raw);
    assert!(raw_inside || der::is_der(inside, |_| false), "{row}: read, but not DER inside");

    let raw = read.expose_private_key();
    // An expanded key without its seed is read, but never written.
    if let Ok(raw) = raw {
        let mut out = vec![0; raw.len() + 64];
        let written = pkcs8::encode(row, raw, &mut out).expect("what was read can be written");
        let again = pkcs8::decode(written, Algorithm::ALL).expect("what was written can be read");
        assert_eq!((again.algorithm(), again.expose_private_key()), (row, Ok(raw)));
    }

    if is_slow_to_test(row) {
        return Some(row.name());
    }
    let key = read.load_boxed().ok()?;
    assert_eq!(key.algorithm(), row);
    row.check_public_key(&public(&key)).expect("a key's own public key is good");
    let mut exported = vec![0; row.private_key_len()];
    assert_eq!(key.expose_private_key(&mut exported), raw, "{row}");
    Some(row.name())
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    let rows = own_keys(|row| row.row().identifier.is_some() && row.private_key_len() > 0);
    rows.map(|(row, raw, _)| {
        let mut out = vec![0; raw.len() + 64];
        (row.name().to_owned(), pkcs8::encode(row, &raw, &mut out).expect("room").to_vec())
    })
    .collect()
}

fn rows(row: Algorithm) -> bool {
    is_found(row) && row.private_key_len() > 0
}
