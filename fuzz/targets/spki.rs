//! Reads any bytes as a `SubjectPublicKeyInfo`. What is accepted is DER, and written again it is
//! the same bytes: there is one encoding of each key.
#![no_main]

use khoalai::encode::{Format, spki};
use khoalai::{Algorithm, PublicKey};
use khoalai_fuzz::{der, is_found, own_keys, public};

khoalai_fuzz::target!();

fn run(data: &[u8]) -> Option<&'static str> {
    let format = Format::of(data);
    let checked = PublicKey::from_spki(data, Algorithm::ALL);
    let (row, key) = spki::decode(data, Algorithm::ALL).ok()?;
    assert_eq!(format, Format::Der);
    assert!(der::is_der(data, |_| false), "{row}: read, but not DER");
    assert_eq!(checked.is_ok(), !row.is_classical() && !row.is_legacy());
    row.check_public_key(key).expect("what was read was checked");

    let mut again = vec![0; data.len()];
    let again = spki::encode(row, key, &mut again).expect("what was read can be written");
    assert!(again == data, "{row}: two encodings of one key");
    // The row that was asked for alone is found alone, and no other one is.
    for other in Algorithm::ALL.iter().filter(|other| other.row().identifier != row.row().identifier) {
        assert!(spki::decode(data, &[*other]).is_err(), "{row} was read as {other}");
    }
    Some(row.name())
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    let rows = own_keys(|row| row.row().identifier.is_some());
    rows.map(|(row, _, key)| {
        let public = public(&key);
        let mut out = vec![0; public.len() + 64];
        (row.name().to_owned(), spki::encode(row, &public, &mut out).expect("room").to_vec())
    })
    .collect()
}

fn rows(row: Algorithm) -> bool {
    is_found(row)
}
