//! Private keys of composites: the seed of the post-quantum half, then the classical private key in
//! the one encoding that the drafts give it. Everything else that programs have written is refused.
#![cfg(feature = "alloc")]
#![allow(
    clippy::panic_in_result_fn,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::algorithm::Wrapping;
use khoalai::encode::pkcs8;
use khoalai::{Algorithm, Error};
use support::der::tlv;
use support::{export, key, public, whole_rows};

/// Every row whose private key is written as that of two parts, with the parts' rows.
fn composites() -> impl Iterator<Item = (Algorithm, Algorithm, Algorithm)> {
    whole_rows().filter_map(|row| {
        let (pq, classical) = row.halves()?;
        (row.private_key_len() > pq.private_key_len()).then_some((row, pq, classical))
    })
}

/// A composite in PKCS#8 with these bytes inside, read and loaded.
fn load(algorithm: Algorithm, inside: &[u8]) -> Result<Vec<u8>, Error> {
    let oid = tlv(6, &[algorithm.row().identifier.unwrap().oid]);
    let der = tlv(0x30, &[&tlv(2, &[&[0]]), &tlv(0x30, &[&oid]), &tlv(4, &[inside])]);
    let key = pkcs8::decode(&der, &[algorithm])?.load_boxed()?;
    assert_eq!(khoalai::import(algorithm, inside).map(|key| public(&*key)), Ok(public(&*key)));
    Ok(public(&*key))
}

fn refused(algorithm: Algorithm, what: &str, inside: &[u8]) {
    assert_eq!(load(algorithm, inside), Err(Error::Malformed), "{algorithm}: {what}");
    // The same without PKCS#8 around it.
    let raw = khoalai::import(algorithm, inside).err();
    assert_eq!(raw, Some(Error::Malformed), "{algorithm}: {what}");
}

#[test]
fn elliptic_curve_keys_in_any_other_form() {
    let mut rows = 0;
    for (row, pq, classical) in composites() {
        let Some(identifier) = classical.row().identifier else { continue };
        let (Wrapping::EcPrivateKey, Some(curve)) = (identifier.wrapping, identifier.curve) else { continue };
        rows += 1;
        let good = export(&*key(row, 1));
        let expected = public(&*key(row, 1));
        let (seed, part) = good.split_at(pq.private_key_len());
        let point = &expected[pq.public_key_len()..];

        // ECPrivateKey as RFC 5915 §3 has it, from its pieces.
        let head = if part[1] < 0x80 { 2 } else { 3 };
        let scalar = &part[head + 5..head + 5 + (point.len() - 1) / 2];
        let version = tlv(2, &[&[1]]);
        let (private, named) = (tlv(4, &[scalar]), tlv(0xa0, &[&tlv(6, &[curve])]));
        let own = tlv(0xa1, &[&tlv(3, &[&[0], point])]);
        let ec = |fields: &[&[u8]]| tlv(0x30, fields);
        let whole = |part: &[u8]| [seed, part].concat();
        assert!(whole(&ec(&[&version, &private, &named])) == good, "{row}: the draft's form");
        assert_eq!(load(row, &good), Ok(expected.clone()), "{row}");

        // secp521r1 (or secp384r1) has an identifier of five bytes, as secp384r1 has.
        let other =
            if curve == b"\x2b\x81\x04\x00\x23" { b"\x2b\x81\x04\x00\x22" } else { b"\x2b\x81\x04\x00\x23" };
        let prime = tlv(
            0x30,
            &[&tlv(2, &[&[1]]), &tlv(0x30, &[&tlv(6, &[b"\x2a\x86\x48\xce\x3d\x01\x01"]), &tlv(2, &[&[1]])])],
        );
        let algorithm = tlv(0x30, &[&tlv(6, &[identifier.oid]), &tlv(6, &[curve])]);
        let inner = ec(&[&version, &private]);
        let info = tlv(0x30, &[&tlv(2, &[&[0]]), &algorithm, &tlv(4, &[&inner])]);
        for (what, part) in [
            ("publicKey", ec(&[&version, &private, &named, &own])),
            ("publicKey and no parameters", ec(&[&version, &private, &own])),
            ("no parameters", inner.clone()),
            ("another curve", ec(&[&version, &private, &tlv(0xa0, &[&tlv(6, &[other])])])),
            ("explicit parameters", ec(&[&version, &private, &tlv(0xa0, &[&prime])])),
            ("implicit curve", ec(&[&version, &private, &tlv(0xa0, &[&[5, 0]])])),
            ("parameters without their tag", ec(&[&version, &private, &tlv(6, &[curve])])),
            ("version 0", ec(&[&tlv(2, &[&[0]]), &private, &named])),
            ("PrivateKeyInfo", info.clone()),
            ("PrivateKeyInfo in an OCTET STRING", tlv(4, &[&info])),
            ("in an OCTET STRING", tlv(4, &[part])),
            ("the bare scalar", scalar.to_vec()),
            ("the scalar in an OCTET STRING", private.clone()),
            ("a scalar without its first byte", ec(&[&version, &tlv(4, &[&scalar[1..]]), &named])),
            ("a scalar with a zero in front", ec(&[&version, &tlv(4, &[&[0], scalar]), &named])),
            ("twice", [part, part].concat()),
            ("a byte behind", [part, &[0]].concat()),
            ("nothing", vec![]),
        ] {
            refused(row, what, &whole(&part));
        }
        // Of the right length, with each byte around the scalar changed.
        let at = good.len() - part.len() + head + 5;
        for place in (seed.len()..at).chain(at + scalar.len()..good.len()) {
            let mut changed = good.clone();
            changed[place] ^= 1;
            refused(row, &format!("byte {place} changed"), &changed);
        }
        around_the_seed(row, pq, seed, part);
    }
    assert!(rows >= 3, "only {rows} rows with ECDSA or ECDH");
}

#[test]
fn edwards_and_montgomery_keys_in_any_other_form() {
    let mut rows = 0;
    for (row, pq, classical) in composites() {
        let Some(identifier) = classical.row().identifier else { continue };
        if identifier.wrapping != Wrapping::OctetString {
            continue;
        }
        rows += 1;
        let good = export(&*key(row, 1));
        let expected = public(&*key(row, 1));
        let (seed, part) = good.split_at(pq.private_key_len());
        assert_eq!(part.len(), classical.private_key_len(), "{row}: raw");
        assert_eq!(load(row, &good), Ok(expected.clone()), "{row}");
        let whole = |part: &[u8]| [seed, part].concat();
        let wrapped = tlv(4, &[part]);
        let info =
            tlv(0x30, &[&tlv(2, &[&[0]]), &tlv(0x30, &[&tlv(6, &[identifier.oid])]), &tlv(4, &[&wrapped])]);
        for (what, part) in [
            ("CurvePrivateKey", wrapped.clone()),
            ("PrivateKeyInfo", info.clone()),
            ("with the public key behind", [part, &expected[pq.public_key_len()..]].concat()),
            ("a byte less", part[1..].to_vec()),
            ("a byte behind", [part, &[0]].concat()),
            ("nothing", vec![]),
        ] {
            refused(row, what, &whole(&part));
        }
        around_the_seed(row, pq, seed, part);
    }
    assert!(rows >= 2, "only {rows} rows with Edwards or Montgomery curves");
}

/// The seed stands bare in front, and nothing else does.
fn around_the_seed(row: Algorithm, pq: Algorithm, seed: &[u8], part: &[u8]) {
    let len = u32::try_from(seed.len()).unwrap();
    for (what, first) in [
        ("a tagged seed", tlv(0x80, &[seed])),
        ("a seed in an OCTET STRING", tlv(4, &[seed])),
        ("a seed with its length (early drafts)", [&len.to_le_bytes()[..], seed].concat()),
        ("a short seed", seed[1..].to_vec()),
        ("no seed", vec![]),
        ("the public key as well", [seed, &public(&*key(pq, 1))].concat()),
    ] {
        refused(row, what, &[&first[..], part].concat());
    }
    refused(row, "a SEQUENCE of both (early drafts)", &tlv(0x30, &[&tlv(4, &[seed]), &tlv(4, &[part])]));
    refused(row, "the halves the other way round", &[part, &seed[..seed.len() - 1]].concat());
}
