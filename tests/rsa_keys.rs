//! RSA keys that are wrong in every way, as parts of hybrids: a typed error, whatever they are. And
//! those that are short, because their exponent is: their lengths are the key's and no others.
#![cfg(feature = "rsa")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::algorithm::Kind;
use khoalai::{Algorithm, Error, PublicKey};
use rand_core::TryRng;
use support::der::{header, longer, tlv};
use support::{public, rng};

const E: &[u8] = &[1, 0, 1];

/// Every hybrid with an RSA half, that half, and its length in bits.
fn hybrids() -> Vec<(Algorithm, Algorithm, Algorithm, usize)> {
    let hybrids: Vec<_> = Algorithm::ALL
        .iter()
        .filter_map(|row| {
            let (pq, classical) = row.halves()?;
            let bits = classical.name().strip_prefix("RSA")?.get(..4)?;
            Some((*row, pq, classical, bits.parse().unwrap()))
        })
        .collect();
    let kems = if cfg!(feature = "draft-composite-kem") { 4 } else { 0 };
    assert_eq!(hybrids.len(), 8 + kems);
    hybrids
}

fn key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(2, &[modulus]), &tlv(2, &[exponent])])
}

/// A modulus of that many bits, with the zero byte that DER puts in front. Nobody knows its factors.
fn modulus(bits: usize) -> Vec<u8> {
    let mut bytes = vec![0; bits / 8 + 1];
    rng(9).try_fill_bytes(&mut bytes[1..]).unwrap();
    bytes[1] |= 0x80;
    bytes[bits / 8] |= 1;
    bytes
}

/// What is wrong, and the bytes.
fn wrong(bits: usize) -> Vec<(&'static str, Vec<u8>)> {
    let good = modulus(bits);
    let last = good.len() - 1;
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.clone();
        change(&mut bytes);
        key(&bytes, E)
    };
    let (n, e) = (tlv(2, &[&good]), tlv(2, &[E]));
    let whole = key(&good, E);
    let indefinite = [&[0x30, 0x80], &n[..], &e, &[0, 0]].concat();
    vec![
        ("an even modulus", changed(&|bytes| bytes[last] &= 0xfe)),
        ("a modulus one bit short", key(&[&[0x7f], &good[2..]].concat(), E)),
        ("a modulus one byte short", key(&good[..last], E)),
        ("half a modulus", key(&[&good[..=last / 2], &[1][..]].concat(), E)),
        ("a modulus one bit long", changed(&|bytes| bytes[0] = 1)),
        ("a modulus one byte long", key(&[&good[..], &[1]].concat(), E)),
        ("a negative modulus", key(&good[1..], E)),
        ("a modulus with two zeros in front", key(&[&[0], &good[..]].concat(), E)),
        ("no modulus", key(&[], E)),
        ("a modulus of zero", key(&[0], E)),
        ("a modulus of one", key(&[1], E)),
        ("no exponent", key(&good, &[])),
        ("an exponent of zero", key(&good, &[0])),
        ("an exponent of one", key(&good, &[1])),
        ("an exponent of two", key(&good, &[2])),
        ("an even exponent", key(&good, &[1, 0, 0])),
        ("a negative exponent", key(&good, &[0xff])),
        ("an exponent with a zero in front", key(&good, &[0, 3])),
        ("an exponent of four bytes", key(&good, &[0, 0x80, 0, 1])),
        ("an exponent as long as the modulus", key(&good, &good)),
        ("the integers in the wrong order", tlv(0x30, &[&e, &n])),
        ("one integer", tlv(0x30, &[&n])),
        ("three integers", tlv(0x30, &[&n, &e, &e])),
        ("a byte behind", [&whole[..], &[0]].concat()),
        ("a byte missing", whole[..whole.len() - 1].to_vec()),
        ("a long length", longer(&whole)),
        ("no end", indefinite),
        ("a SET", tlv(0x31, &[&n, &e])),
        ("a BIT STRING around it", tlv(3, &[&[0], &whole])),
        ("only a tag", vec![0x30]),
        ("a length without its bytes", whole[..header(&whole)].to_vec()),
        ("zeros", vec![0; whole.len()]),
    ]
}

#[test]
fn bad_public_keys() {
    for (row, pq, classical, bits) in hybrids() {
        let ml = public(&*khoalai::generate(pq, &mut rng(1)).unwrap());
        for (what, bytes) in wrong(bits) {
            let whole = [&ml[..], &bytes].concat();
            // What is longer than any key is not looked into.
            let expected =
                if bytes.len() > classical.public_key_len() { Error::Malformed } else { Error::BadPublicKey };
            assert_eq!(PublicKey::new(row, &whole[..]).err(), Some(expected), "{row}: {what}");
            let (mut ciphertext, mut secret) = (vec![0; row.ciphertext_len()], vec![0; row.secret_len()]);
            if row.kind() == Kind::Kem {
                let made = row.encapsulate(&whole, &mut rng(2), &mut ciphertext, &mut secret);
                assert_eq!(made, Err(expected), "{row}: {what}");
                assert!(secret.iter().all(|byte| *byte == 0), "{row}: {what}: a secret was left");
            }
        }
        // Without an RSA key there is none, whatever the ML part says.
        assert_eq!(PublicKey::new(row, &ml[..]).err(), Some(Error::Malformed), "{row}");
    }
}

#[test]
fn the_exponents_that_are_read() {
    for (row, pq, classical, bits) in hybrids() {
        let ml = public(&*khoalai::generate(pq, &mut rng(1)).unwrap());
        for (exponent, missing) in [(&[3][..], 2), (&[17], 2), (&[1, 1], 1), (E, 0), (&[0x7f, 0xff, 0xff], 0)]
        {
            let rsa = key(&modulus(bits), exponent);
            assert_eq!(rsa.len() + missing, classical.public_key_len(), "{row}, {exponent:02x?}");
            let whole = [&ml[..], &rsa].concat();
            let read = PublicKey::new(row, &whole[..]).unwrap();
            if row.kind() == Kind::Kem {
                let mut ciphertext = vec![0; row.ciphertext_len()];
                assert!(read.encapsulate(&mut rng(2), &mut ciphertext).is_ok(), "{row}, {exponent:02x?}");
            }
            // No other length is this key's, though the row has room for more.
            for more in 1..=missing + 1 {
                let long = [&whole[..], &vec![0; more]].concat();
                let expected = if more <= missing { Error::BadPublicKey } else { Error::Malformed };
                assert_eq!(PublicKey::new(row, &long[..]).err(), Some(expected), "{row}, {exponent:02x?}");
            }
        }
    }
}

#[cfg(feature = "hazmat-rsa-private")]
mod private {
    use super::*;
    use support::{decapsulate, encapsulate, export};

    /// The contents of the INTEGERs of an `RSAPrivateKey`.
    fn numbers(der: &[u8]) -> Vec<Vec<u8>> {
        let mut rest = &der[header(der)..];
        let mut numbers = Vec::new();
        while !rest.is_empty() {
            let at = header(rest);
            let len = match at {
                2 => usize::from(rest[1]),
                3 => usize::from(rest[2]),
                _ => usize::from(u16::from_be_bytes([rest[2], rest[3]])),
            };
            numbers.push(rest[at..at + len].to_vec());
            rest = &rest[at + len..];
        }
        assert_eq!(numbers.len(), 9);
        numbers
    }

    fn write(numbers: &[Vec<u8>]) -> Vec<u8> {
        let values: Vec<_> = numbers.iter().map(|number| tlv(2, &[number])).collect();
        tlv(0x30, &values.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    #[test]
    fn bad_private_keys() {
        const NAMES: [&str; 9] = ["version", "n", "e", "d", "p", "q", "dP", "dQ", "qInv"];
        for (row, pq, ..) in hybrids() {
            let good = export(&*support::key(row, 1));
            let (seed, rsa) = good.split_at(pq.private_key_len());
            let refused = |what: &str, part: &[u8]| {
                let error = khoalai::import(row, &[seed, part].concat()).err();
                let typed = matches!(error, Some(Error::Malformed | Error::BadPrivateKey));
                assert!(typed, "{row}: {what}: {error:?}");
            };
            let own = numbers(rsa);
            assert_eq!(write(&own), rsa);
            for (at, name) in NAMES.iter().enumerate() {
                let with = |number: Vec<u8>| {
                    let mut all = own.clone();
                    all[at] = number;
                    write(&all)
                };
                let mut other = own[at].clone();
                *other.last_mut().unwrap() ^= 2;
                refused(&format!("{name} is another"), &with(other));
                refused(&format!("{name} is missing"), &with(vec![]));
                refused(&format!("{name} is negative"), &with(vec![0xff]));
                if own[at] != [0] {
                    refused(&format!("{name} is zero"), &with(vec![0]));
                }
            }
            let swapped = [0, 1, 2, 3, 5, 4, 7, 6, 8].map(|at| own[at].clone());
            refused("p and q change places, their coefficient does not", &write(&swapped));
            let same = [0, 1, 2, 3, 4, 4, 6, 6, 8].map(|at| own[at].clone());
            refused("p twice", &write(&same));
            refused("a byte behind", &[rsa, &[0]].concat());
            refused("a byte missing", &rsa[..rsa.len() - 1]);
            refused("nothing", &[]);
            refused("a public key", &key(&own[1], &own[2]));
            let more = [&own[..], &[vec![1]]].concat();
            refused("more numbers", &write(&more));
        }
    }

    #[test]
    #[cfg(feature = "draft-composite-kem")]
    fn ciphertexts_of_the_rsa_part() {
        for (row, pq, classical, bits) in hybrids().into_iter().filter(|(row, ..)| row.kind() == Kind::Kem) {
            let own = support::key(row, 1);
            let whole = public(&*own);
            let (ciphertext, secret) = encapsulate(row, &whole, 3).unwrap();
            assert_eq!(decapsulate(&*own, &ciphertext), Ok(secret));
            let (ct, rsa) = ciphertext.split_at(pq.ciphertext_len());
            assert_eq!(rsa.len(), classical.ciphertext_len());
            let n = &whole[pq.public_key_len()..][4 + 5..][..bits / 8];
            let mut below = n.to_vec();
            below[bits / 8 - 1] ^= 1;
            for (what, part) in [
                ("zero", vec![0; rsa.len()]),
                ("ones", vec![0xff; rsa.len()]),
                ("the modulus", n.to_vec()),
                ("one less than the modulus", below),
                (
                    "another's",
                    encapsulate(row, &public(&*support::key(row, 2)), 3).unwrap().0[ct.len()..].to_vec(),
                ),
            ] {
                let opened = decapsulate(&*own, &[ct, &part].concat());
                assert_eq!(opened, Err(Error::DecapsulationFailed), "{row}: {what}");
            }
            for len in [0, 1, rsa.len() - 1, rsa.len() + 1, 2 * rsa.len()] {
                let mut part = rsa.to_vec();
                part.resize(len, 0);
                let opened = decapsulate(&*own, &[ct, &part].concat());
                assert_eq!(opened, Err(Error::Malformed), "{row}: {len} bytes");
            }
            // Both parts of another key pair: the ML-KEM part alone gives another secret.
            let (other, _) = encapsulate(row, &whole, 4).unwrap();
            let mixed = [&other[..ct.len()], rsa].concat();
            assert!(decapsulate(&*own, &mixed).unwrap() != secret, "{row}");
        }
    }
}
