//! Files of private keys: PKCS#8 and PEM, there and back, and files that are no good.

use crate::lab::Lab;
use crate::rows::Source;
use crate::secrets::{Private, public};
use khoalai::algorithm::Wrapping;
use khoalai::encode::{pem, pkcs8};
use khoalai::{Algorithm, Error};

/// One DER value.
pub(crate) fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let [high, low] = u16::try_from(content.len()).expect("a length").to_be_bytes();
    let header = match content.len() {
        0..0x80 => vec![tag, low],
        0x80..0x100 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [header, content].concat()
}

/// `OneAsymmetricKey` with this in its OCTET STRING, of version 2 with a public key at its end if there is one.
fn document(algorithm: Algorithm, inside: &[u8], public: Option<&[u8]>) -> Vec<u8> {
    let identifier = algorithm.row().identifier.expect("a name");
    let curve = identifier.curve.map(|curve| value(6, &[curve])).unwrap_or_default();
    let names = value(0x30, &[&value(6, &[identifier.oid]), &curve]);
    let version = value(2, &[&[u8::from(public.is_some())]]);
    let public = public.map(|public| value(0x81, &[&[0], public])).unwrap_or_default();
    value(0x30, &[&version, &names, &value(4, &[inside]), &public])
}

/// A seed and the expanded key beside it (RFC 9881 §6, RFC 9935 §6).
pub(crate) fn both(algorithm: Algorithm, seed: &[u8], expanded: &[u8]) -> Vec<u8> {
    document(algorithm, &value(0x30, &[&value(4, &[seed]), &value(4, &[expanded])]), None)
}

pub(crate) fn drive<S: Source>(lab: &mut Lab, private: &Private, expanded: Option<&[u8]>) {
    let algorithm = private.algorithm;
    let Some(identifier) = algorithm.row().identifier else { return };
    if private.raw.is_empty() {
        return;
    }
    let (mut der, mut short) = (vec![0; 8192], vec![0; 8192]);
    let len = pkcs8::encode(algorithm, &private.raw, &mut der).expect("a file").len();
    lab.run("PKCS#8 written", || pkcs8::encode(algorithm, &private.raw, &mut der).is_ok());
    lab.run("PKCS#8 without room", || pkcs8::encode(algorithm, &private.raw, &mut short[..len - 1]).is_ok());
    let der = &der[..len];
    armour(lab, der);
    read::<S>(lab, "PKCS#8", algorithm, der);

    // The public key of another: the private one was loaded before that is seen.
    let own = khoalai::import(algorithm, &private.raw).expect("a key");
    let mut other = public(&own);
    other[7] ^= 1;
    let inside = match (identifier.wrapping, expanded) {
        (Wrapping::Seed, Some(expanded)) => {
            forms::<S>(lab, private, expanded, &other);
            value(0x80, &[&private.raw])
        }
        (Wrapping::Raw, _) => private.raw.clone(),
        (Wrapping::OctetString, _) => value(4, &[&private.raw]),
        _ => value(0x30, &[&[2, 1, 1], &value(4, &[&private.raw])]),
    };
    assert_eq!(document(algorithm, &inside, None), der, "{algorithm}: as the library writes it");
    refuse::<S>(
        lab,
        "PKCS#8 with another public key",
        algorithm,
        &document(algorithm, &inside, Some(&other)),
    );
}

fn armour(lab: &mut Lab, der: &[u8]) {
    let (mut text, mut back) = (vec![0; 16384], vec![0; 8192]);
    lab.run("PEM written", || pem::encode(pem::Label::PrivateKey, true, der, &mut text).is_ok());
    let text = pem::encode(pem::Label::PrivateKey, true, der, &mut text).expect("a text").to_string();
    lab.run("PEM read", || pem::decode(text.as_bytes(), &mut back).is_ok());
    lab.run("PEM without room", || pem::decode(text.as_bytes(), &mut back[..der.len() - 1]).is_ok());
    let cut = &text.as_bytes()[..text.len() - 40];
    lab.run("PEM cut off", || pem::decode(cut, &mut back).is_ok());
}

/// A good document read and loaded, and the same when it is too short or too long.
fn read<S: Source>(lab: &mut Lab, name: &str, algorithm: Algorithm, der: &[u8]) {
    let rows = &[algorithm];
    let decoded = lab.run(&format!("{name} read"), || pkcs8::decode(der, rows));
    lab.see_live();
    let loaded =
        lab.run(&format!("{name} loaded"), || S::load(decoded.get().as_ref().map_err(|error| *error)?));
    assert!(loaded.get().is_ok(), "{algorithm}: {name}");
    lab.see_live();
    lab.finish(&format!("drop of what was loaded from {name}"), loaded);
    lab.finish(&format!("drop of what was read from {name}"), decoded);
    lab.run(&format!("{name} cut off"), || pkcs8::decode(&der[..der.len() - 1], rows).is_ok());
    let longer = [der, &[0]].concat();
    lab.run(&format!("{name} with more behind it"), || pkcs8::decode(&longer, rows).is_ok());
}

/// A document that can be read, but not loaded.
fn refuse<S: Source>(lab: &mut Lab, name: &str, algorithm: Algorithm, der: &[u8]) {
    let rows = &[algorithm];
    let loaded = lab.run(name, || pkcs8::decode(der, rows).and_then(|decoded| S::load(&decoded)).err());
    assert_eq!(*loaded.get(), Some(Error::BadPrivateKey), "{algorithm}: {name}");
}

/// Documents with an expanded key: alone and beside its seed, and those that do not hold together.
fn forms<S: Source>(lab: &mut Lab, private: &Private, expanded: &[u8], other_public: &[u8]) {
    let (algorithm, seed) = (private.algorithm, &private.raw);
    let alone = |expanded: &[u8]| value(4, &[expanded]);
    let beside = |expanded: &[u8]| value(0x30, &[&value(4, &[seed]), &alone(expanded)]);
    // In what both kinds of keys can be held against the rest: H(ek) before z, t0 at the end.
    let mut changed = expanded.to_vec();
    let at = expanded.len() - 40;
    changed[at] ^= 1;
    for (name, inside, bad) in [
        ("PKCS#8 of an expanded key", alone(expanded), alone(&changed)),
        ("PKCS#8 of a seed and its expanded key", beside(expanded), beside(&changed)),
    ] {
        read::<S>(lab, name, algorithm, &document(algorithm, &inside, None));
        refuse::<S>(lab, &format!("{name} changed"), algorithm, &document(algorithm, &bad, None));
        let mixed = document(algorithm, &inside, Some(other_public));
        refuse::<S>(lab, &format!("{name}, and another public key"), algorithm, &mixed);
    }
    let rows = &[algorithm];
    let short = document(algorithm, &alone(&expanded[1..]), None);
    lab.run("PKCS#8 of an expanded key of a wrong length", || {
        pkcs8::decode(&short, rows).and_then(|decoded| S::load(&decoded)).is_ok()
    });
}
