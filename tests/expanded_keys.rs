//! ML-KEM and ML-DSA private keys that come expanded, or expanded beside their seed: what belongs
//! together is read, and a change of any part of it is found, with either implementation.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::encode::{pem, pkcs8};
use khoalai::soft::{
    Key, MlDsa44, MlDsa65, MlDsa87, MlKem512, MlKem768, MlKem1024, PrivateForm, SoftwareKey,
};
use khoalai::{
    Algorithm, BoxedKey, ED25519, Error, ExportPrivateKey, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512,
    ML_KEM_768, ML_KEM_1024, MLDSA65_ED25519_SHA512, X_WING, X25519_SHARE,
};
use std::path::Path;
use support::der::tlv;
use support::{export, public};

const ROWS: [(Algorithm, &str); 6] = [
    (ML_KEM_512, "rfc9935/ML-KEM-512"),
    (ML_KEM_768, "rfc9935/ML-KEM-768"),
    (ML_KEM_1024, "rfc9935/ML-KEM-1024"),
    (ML_DSA_44, "rfc9881/ML-DSA-44"),
    (ML_DSA_65, "rfc9881/ML-DSA-65"),
    (ML_DSA_87, "rfc9881/ML-DSA-87"),
];

type Import = fn(Algorithm, PrivateForm<'_>) -> Result<Box<dyn ExportPrivateKey>, Error>;

fn boxed<K: SoftwareKey>(
    algorithm: Algorithm,
    form: PrivateForm<'_>,
) -> Result<Box<dyn ExportPrivateKey>, Error> {
    Ok(Box::new(K::import_form(algorithm, form)?))
}

/// The loader of every implementation that is built.
fn importers(algorithm: Algorithm) -> Vec<Import> {
    let chosen: Import = match algorithm.name() {
        "ML-KEM-512" => boxed::<Key<MlKem512>>,
        "ML-KEM-768" => boxed::<Key<MlKem768>>,
        "ML-KEM-1024" => boxed::<Key<MlKem1024>>,
        "ML-DSA-44" => boxed::<Key<MlDsa44>>,
        "ML-DSA-65" => boxed::<Key<MlDsa65>>,
        _ => boxed::<Key<MlDsa87>>,
    };
    #[cfg(not(all(feature = "pq-libcrux", feature = "pq-rustcrypto")))]
    return vec![chosen];
    #[cfg(all(feature = "pq-libcrux", feature = "pq-rustcrypto"))]
    {
        use khoalai::soft::second;
        let other: Import = match algorithm.name() {
            "ML-KEM-512" => boxed::<Key<second::MlKem512>>,
            "ML-KEM-768" => boxed::<Key<second::MlKem768>>,
            "ML-KEM-1024" => boxed::<Key<second::MlKem1024>>,
            "ML-DSA-44" => boxed::<Key<second::MlDsa44>>,
            "ML-DSA-65" => boxed::<Key<second::MlDsa65>>,
            _ => boxed::<Key<second::MlDsa87>>,
        };
        vec![chosen, other]
    }
}

/// Seed and expanded key of a published file.
fn published(name: &str) -> (Vec<u8>, Vec<u8>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("test-vectors/{name}-both.priv"));
    let text = std::fs::read(path).unwrap();
    let mut der = vec![0; text.len()];
    let der = pem::decode(&text, &mut der).unwrap().der;
    let PrivateForm::Both { seed, expanded } = pkcs8::decode(der, Algorithm::ALL).unwrap().expose_form()
    else {
        panic!("{name} has another form");
    };
    (seed.to_vec(), expanded.to_vec())
}

/// Where the parts of an expanded key begin, by name (FIPS 203 alg. 16, FIPS 204 alg. 24).
fn parts(algorithm: Algorithm) -> Vec<(&'static str, usize)> {
    match algorithm.name() {
        "ML-KEM-512" => vec![("dk", 0), ("ek", 768), ("rho", 1536), ("H(ek)", 1568), ("z", 1600)],
        "ML-KEM-768" => vec![("dk", 0), ("ek", 1152), ("rho", 2304), ("H(ek)", 2336), ("z", 2368)],
        "ML-KEM-1024" => vec![("dk", 0), ("ek", 1536), ("rho", 3072), ("H(ek)", 3104), ("z", 3136)],
        "ML-DSA-44" => vec![("rho", 0), ("K", 32), ("tr", 64), ("s1", 128), ("s2", 512), ("t0", 896)],
        "ML-DSA-65" => vec![("rho", 0), ("K", 32), ("tr", 64), ("s1", 128), ("s2", 768), ("t0", 1536)],
        _ => vec![("rho", 0), ("K", 32), ("tr", 64), ("s1", 128), ("s2", 800), ("t0", 1568)],
    }
}

#[test]
fn every_form_is_the_same_key() {
    for (algorithm, name) in ROWS {
        let (seed, expanded) = published(name);
        for import in importers(algorithm) {
            let whole = import(algorithm, PrivateForm::Raw(&seed)).unwrap();
            let both = import(algorithm, PrivateForm::Both { seed: &seed, expanded: &expanded }).unwrap();
            let alone = import(algorithm, PrivateForm::Expanded(&expanded)).unwrap();
            assert_eq!(public(&*both), public(&*whole), "{algorithm}");
            assert_eq!(public(&*alone), public(&*whole), "{algorithm}");
            assert!(export(&*both) == seed, "{algorithm}");
            let mut out = vec![0xA5; seed.len()];
            assert_eq!(alone.expose_private_key(&mut out), Err(Error::NotExportable), "{algorithm}");
            assert!(out.iter().all(|byte| *byte == 0));
        }
    }
}

/// One bit at the first and the last byte of every part.
#[test]
fn one_bit_anywhere() {
    for (algorithm, name) in ROWS {
        let (seed, expanded) = published(name);
        let parts = parts(algorithm);
        let ends = parts.iter().skip(1).map(|(_, at)| *at).chain([expanded.len()]);
        for ((part, first), end) in parts.iter().zip(ends) {
            for place in [*first, end - 1] {
                let mut changed = expanded.clone();
                changed[place] ^= 1;
                for import in importers(algorithm) {
                    let both = PrivateForm::Both { seed: &seed, expanded: &changed };
                    let got = import(algorithm, both).err();
                    assert_eq!(got, Some(Error::BadPrivateKey), "{algorithm}: {part} beside the seed");
                    let alone = import(algorithm, PrivateForm::Expanded(&changed)).err();
                    // Nothing else of the key says what these should be.
                    let free = matches!(*part, "K" | "z");
                    let expected = (!free).then_some(Error::BadPrivateKey);
                    assert_eq!(alone, expected, "{algorithm}: {part} at {place}");
                }
            }
        }
        let mut other = seed.clone();
        other[0] ^= 1;
        for import in importers(algorithm) {
            let both = PrivateForm::Both { seed: &other, expanded: &expanded };
            assert_eq!(import(algorithm, both).err(), Some(Error::BadPrivateKey), "{algorithm}: seed");
        }
    }
}

#[test]
fn lengths() {
    for (algorithm, name) in ROWS {
        let (seed, expanded) = published(name);
        let longer = [&expanded[..], &[0]].concat();
        for import in importers(algorithm) {
            for wrong in [&expanded[..expanded.len() - 1], &longer, &[], &seed] {
                let alone = import(algorithm, PrivateForm::Expanded(wrong)).err();
                assert_eq!(alone, Some(Error::Malformed), "{algorithm}");
                let both = PrivateForm::Both { seed: &seed, expanded: wrong };
                assert_eq!(import(algorithm, both).err(), Some(Error::Malformed), "{algorithm}");
            }
            let both = PrivateForm::Both { seed: &seed[1..], expanded: &expanded };
            assert_eq!(import(algorithm, both).err(), Some(Error::Malformed), "{algorithm}: seed");
        }
    }
}

/// Coefficients of `s1` and `s2` beyond η, at the first and the last place of each. `t0` has no value
/// that is out of range.
#[test]
fn coefficients_out_of_range() {
    for (algorithm, name) in ROWS.into_iter().skip(3) {
        let (_, expanded) = published(name);
        let four_bits = algorithm == ML_DSA_65;
        let at = |part: &str| parts(algorithm).iter().find(|(name, _)| *name == part).unwrap().1;
        for place in [at("s1"), at("s2") - 1, at("s2"), at("t0") - 1] {
            let mut beyond = expanded.clone();
            // Every field of the byte that is whole gets its largest value.
            beyond[place] |= if four_bits { 0xff } else { 0b1110_0111 };
            for import in importers(algorithm) {
                let got = import(algorithm, PrivateForm::Expanded(&beyond)).err();
                assert_eq!(got, Some(Error::BadPrivateKey), "{algorithm} at {place}");
            }
        }
    }
}

/// An encapsulation key with a coefficient that is not reduced, with the hash that fits it.
#[test]
fn an_encapsulation_key_that_is_not_reduced() {
    for (algorithm, name) in ROWS.into_iter().take(3) {
        let (_, mut expanded) = published(name);
        let (ek, rho) = (parts(algorithm)[1].1, parts(algorithm)[2].1);
        expanded[ek] = 0xff;
        expanded[ek + 1] |= 0x0f;
        let hash = {
            use sha3::Digest;
            sha3::Sha3_256::digest(&expanded[ek..rho + 32])
        };
        expanded[rho + 32..rho + 64].copy_from_slice(&hash);
        for import in importers(algorithm) {
            let got = import(algorithm, PrivateForm::Expanded(&expanded)).err();
            assert_eq!(got, Some(Error::BadPrivateKey), "{algorithm}");
        }
    }
}

fn file(algorithm: Algorithm, choice: &[u8], version: u8, more: &[u8]) -> Vec<u8> {
    let oid = tlv(6, &[algorithm.row().identifier.unwrap().oid]);
    tlv(0x30, &[&tlv(2, &[&[version]]), &tlv(0x30, &[&oid]), &tlv(4, &[choice]), more])
}

fn load(der: &[u8]) -> Result<BoxedKey, Error> {
    pkcs8::decode(der, Algorithm::ALL)?.load_boxed()
}

#[test]
fn files_in_every_form() {
    for (algorithm, name) in ROWS {
        let (seed, expanded) = published(name);
        let (short, long) = (tlv(4, &[&seed]), tlv(4, &[&expanded]));
        let as_seed = file(algorithm, &tlv(0x80, &[&seed]), 0, &[]);
        let key = load(&as_seed).unwrap();
        for choice in [&long, &tlv(0x30, &[&short, &long])] {
            let again = load(&file(algorithm, choice, 0, &[])).unwrap();
            assert_eq!(public(&*again), public(&*key), "{algorithm}");
            // The public key beside it has to be its own.
            let beside = |key: &[u8]| file(algorithm, choice, 1, &tlv(0x81, &[&[0], key]));
            assert!(load(&beside(&public(&*key))).is_ok(), "{algorithm}");
            let stranger = public(&*support::key(algorithm, 2));
            assert_eq!(load(&beside(&stranger)).err(), Some(Error::BadPrivateKey), "{algorithm}");
        }
        for (what, wrong) in [
            ("the other way round", tlv(0x30, &[&long, &short])),
            ("the seed with its tag", tlv(0x30, &[&tlv(0x80, &[&seed]), &long])),
            ("seed alone in both", tlv(0x30, &[&short])),
            ("three", tlv(0x30, &[&short, &long, &long])),
            ("constructed seed", tlv(0xa0, &[&seed])),
            ("explicit seed", tlv(0xa0, &[&short])),
            ("another tag", tlv(0x81, &[&seed])),
            ("bare seed", seed.clone()),
            ("bare expanded key", expanded.clone()),
            ("seed and more", [&tlv(0x80, &[&seed])[..], &[5, 0]].concat()),
            ("a short seed", tlv(0x80, &[&seed[1..]])),
            ("an expanded key as seed", tlv(0x80, &[&expanded])),
            ("a seed as expanded key", short.clone()),
            ("a short seed in both", tlv(0x30, &[&tlv(4, &[&seed[1..]]), &long])),
            ("a SET", tlv(0x31, &[&short, &long])),
        ] {
            assert_eq!(
                load(&file(algorithm, &wrong, 0, &[])).err(),
                Some(Error::Malformed),
                "{algorithm}: {what}"
            );
        }
    }
}

#[test]
fn what_has_no_expanded_form() {
    let bytes = [7; 64];
    for form in [PrivateForm::Expanded(&bytes), PrivateForm::Both { seed: &bytes, expanded: &bytes }] {
        for (algorithm, error) in [
            (X25519_SHARE, Error::Unsupported),
            (ED25519, Error::Unsupported),
            (X_WING, Error::SeedRequired),
            (MLDSA65_ED25519_SHA512, Error::SeedRequired),
        ] {
            let got = match algorithm.name() {
                "X25519" => boxed::<Key<khoalai::soft::X25519>>(algorithm, form).err(),
                "Ed25519" => boxed::<Key<khoalai::soft::Ed25519>>(algorithm, form).err(),
                "X-Wing" => boxed::<khoalai::Whole<MlKem768, khoalai::soft::X25519>>(algorithm, form).err(),
                _ => boxed::<khoalai::Whole<MlDsa65, khoalai::soft::Ed25519>>(algorithm, form).err(),
            };
            assert_eq!(got, Some(error), "{algorithm}");
        }
    }
}
