//! Key references that somebody changed, put together from others, or made with more than a file.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop anywhere")]

extern crate alloc;

mod guard;
#[path = "../support/mod.rs"]
mod support;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Key, Nonce};
use alloc::collections::BTreeMap;
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass};
use khoalai::*;
use khoalai_hsm::{
    Access, ComponentSecrets, Home, KeyReference, NewKey, Problem, Recovery, Sealing, SecondFactor,
};
use support::alone::token_test;
use support::forge::{Forged, field, fields, split, value};
use support::open::{arguments, open, pin};
use support::secrets::keep;
use support::tokens::{Kryoptic, Token};
use zeroize::Zeroizing;

const ALGORITHM: Algorithm = MLKEM768_P256;

/// A token whose record of events is not printed: there are tens of thousands.
fn quietly(token: &Token) -> khoalai_hsm::Token {
    let (uri, modules, mut options) = arguments(token);
    options.auditor = None;
    khoalai_hsm::Token::open(&uri, &modules, pin(), &options).unwrap()
}

fn make(token: &khoalai_hsm::Token, name: &str, sealing: Sealing<'_>) -> KeyReference {
    let new = NewKey {
        algorithm: ALGORITHM,
        name,
        pq: Home::Sealed(token, sealing),
        classical: Home::Token(token),
        recovery: Recovery::NoRecovery,
        secrets: ComponentSecrets::StayInside,
    };
    KeyReference::generate(&new, &mut SystemRandom).unwrap().0
}

fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[bit / 8] ^= 1 << (bit % 8);
    changed
}

/// Counts by code what was refused.
#[derive(Default)]
struct Refused(BTreeMap<&'static str, usize>);

impl Refused {
    fn by(&mut self, error: &khoalai_hsm::Error) {
        *self.0.entry(error.code()).or_default() += 1;
    }

    fn by_reading(&mut self, read: khoalai_hsm::Result<KeyReference>, of: &str, bit: usize) {
        self.by(&read.err().unwrap_or_else(|| panic!("read: bit {bit} of the {of}")));
    }
}

/// Every bit of the file; then every bit of what the checksum covers, with a checksum that fits again, so
/// that only the seal is left to notice it.
fn every_bit([token]: [Token; 1]) {
    let token = quietly(&token);
    let reference = make(&token, "key", Sealing::by_token());
    every_bit_of(&reference, &[token]);
}

fn every_bit_of(reference: &KeyReference, tokens: &[khoalai_hsm::Token]) {
    let pem = reference.to_pem().unwrap();
    let mut refused = Refused::default();
    for bit in 0..8 * pem.len() {
        // What is not text is not even given to the reader.
        if let Ok(changed) = String::from_utf8(flipped(pem.as_bytes(), bit)) {
            refused.by_reading(KeyReference::from_pem(&changed), "text", bit);
        }
    }
    let der = reference.to_der().unwrap();
    for bit in 0..8 * der.len() {
        refused.by_reading(KeyReference::from_der(&flipped(&der, bit)), "DER", bit);
    }
    println!("{} bits of PEM and {} of DER: {:?}", 8 * pem.len(), 8 * der.len(), refused.0);

    let whole = Forged::of(reference);
    assert_eq!(whole.to_der(), der);
    let (mut refused, mut read) = (Refused::default(), 0);
    let mut opens = |forged: &Forged, what: &str| match forged.read() {
        Err(error) => refused.by(&error),
        Ok(changed) => {
            read += 1;
            refused.by(&changed.open(Access::to(tokens)).err().unwrap_or_else(|| panic!("opened: {what}")));
        }
    };
    let mut bits = 0;
    for at in 0..whole.header.len() {
        for bit in 0..8 * whole.header[at].len() {
            let mut forged = whole.clone();
            forged.header[at] = flipped(&whole.header[at], bit);
            opens(&forged, &format!("bit {bit} of field {at}"));
            bits += 1;
        }
    }
    for bit in 0..8 * whole.body.len() {
        let mut forged = whole.clone();
        forged.body = flipped(&whole.body, bit);
        opens(&forged, &format!("bit {bit} of the body"));
        bits += 1;
    }
    println!("{bits} bits under a checksum that fits, {read} of them read: {:?}", refused.0);
    assert!(read > 8 * 1000, "the seal was hardly asked");
    // And the one that nobody changed opens still.
    reference.open(Access::to(tokens)).unwrap();
}

token_test!(every_bit_softhsm, [Token::softhsm()], every_bit);
token_test!(every_bit_kryoptic, [Token::kryoptic(Kryoptic::CLASSICAL)], every_bit);
token_test!(every_bit_nss, [Token::nss()], every_bit);
/// The same for a half under a passphrase: its own key vouches for the header. One bit of each byte, because
/// each costs a derivation.
fn passphrase_vouches([token]: [Token; 1]) {
    let token = quietly(&token);
    let factor = SecondFactor::passphrase(Zeroizing::new(b"TEST ONLY: chim hot".to_vec())).unwrap();
    let new = NewKey {
        algorithm: ALGORITHM,
        name: "key",
        pq: Home::Software(&factor),
        classical: Home::Token(&token),
        recovery: Recovery::NoRecovery,
        secrets: ComponentSecrets::StayInside,
    };
    let (reference, _) = KeyReference::generate(&new, &mut SystemRandom).unwrap();
    let tokens = [token.clone()];
    let access = Access::to(&tokens).with(&factor);
    let whole = Forged::of(&reference);
    let other =
        Forged::of(&KeyReference::generate(&NewKey { name: "other", ..new }, &mut SystemRandom).unwrap().0);
    let mut refused = Refused::default();
    let mut changes = Vec::new();
    let mut change = |at: usize, field: Vec<u8>| {
        let mut forged = whole.clone();
        forged.header[at] = field;
        changes.push(forged);
    };
    change(field::NAME, value(0x0c, b"kez"));
    change(field::STATE, vec![0x0a, 1, 1]);
    change(field::CREATED, value(0x18, b"20200101000000Z"));
    change(field::PQ_PUBLIC, other.header[field::PQ_PUBLIC].clone());
    change(field::CLASSICAL_PUBLIC, other.header[field::CLASSICAL_PUBLIC].clone());
    change(field::PQ, other.header[field::PQ].clone());
    change(field::CLASSICAL, other.header[field::CLASSICAL].clone());
    for bit in (0..8 * whole.body.len()).step_by(61) {
        let mut forged = whole.clone();
        forged.body = flipped(&whole.body, bit);
        changes.push(forged);
    }
    let changed = changes.len();
    for forged in changes.iter().filter(|forged| forged.header != whole.header || forged.body != whole.body) {
        let opened = forged.read().and_then(|reference| reference.open(access).map(drop));
        refused.by(&opened.unwrap_err());
    }
    println!("{changed} changes: {:?}", refused.0);
    reference.open(access).unwrap();
}

token_test!(passphrase, [Token::softhsm()], passphrase_vouches);

/// Cut off, added to, wrapped otherwise.
fn lengths([token]: [Token; 1]) {
    let token = quietly(&token);
    let reference = make(&token, "key", Sealing::by_token());
    let (pem, der) = (reference.to_pem().unwrap(), reference.to_der().unwrap());
    for len in 0..pem.len() {
        let error = KeyReference::from_pem(&pem[..len]).unwrap_err();
        assert_eq!(error, Problem::ReferenceMalformed, "{len}");
    }
    for len in 0..der.len() {
        assert_eq!(KeyReference::from_der(&der[..len]).unwrap_err(), Problem::ReferenceMalformed, "{len}");
    }
    let longer = [&der[..], &[0]].concat();
    assert_eq!(KeyReference::from_der(&longer).unwrap_err(), Problem::ReferenceMalformed);
    for other in [
        format!("{pem}\n"),
        format!("\n{pem}"),
        format!("A comment.\n{pem}"),
        format!("{pem}{pem}"),
        pem.replace('\n', "\r\n"),
        pem.replacen('\n', " \n", 2),
        pem.replace("KHOALAI KEY REFERENCE", "PRIVATE KEY"),
        pem.trim_end().to_owned(),
    ] {
        assert_eq!(KeyReference::from_pem(&other).unwrap_err(), Problem::ReferenceMalformed);
    }
    // A version that is not known, whatever else it has.
    let mut newer = Forged::of(&reference);
    newer.header[0] = vec![2, 1, 2];
    assert_eq!(newer.read().unwrap_err(), Problem::ReferenceVersion);
    newer.header.push(vec![5, 0]);
    assert_eq!(newer.read().unwrap_err(), Problem::ReferenceVersion);
    // Not the shortest form of a length, or of a number.
    let (header, rest) = (Forged::of(&reference).header_der(), &der[4..]);
    assert_eq!(&rest[..header.len()], header.as_slice());
    let long = [&[0x30, 0x83, 0][..], &der[2..]].concat();
    assert_eq!(KeyReference::from_der(&long).unwrap_err(), Problem::ReferenceMalformed);
    let mut long = Forged::of(&reference);
    long.header[0] = vec![2, 2, 0, 1];
    assert_eq!(long.read().unwrap_err(), Problem::ReferenceMalformed);
    // The checksum of another reference.
    let other = make(&token, "other", Sealing::by_token()).to_der().unwrap();
    let mixed = [&der[..der.len() - 32], &other[other.len() - 32..]].concat();
    assert_eq!(KeyReference::from_der(&mixed).unwrap_err(), Problem::ReferenceDamaged);
}

token_test!(length, [Token::softhsm()], lengths);

/// What the reader refuses whatever the checksum and the seal say.
fn sense([token]: [Token; 1]) {
    let token = quietly(&token);
    let reference = make(&token, "key", Sealing::by_token());
    let whole = Forged::of(&reference);
    let unfit = |at: usize, field: Vec<u8>| {
        let mut forged = whole.clone();
        forged.header[at] = field;
        let error = forged.read().err().unwrap_or_else(|| panic!("read: field {at}"));
        assert_eq!(error, Problem::ReferenceUnfit, "field {at}");
        error.detail().unwrap().to_owned()
    };
    assert_eq!(unfit(1, value(0x0c, b"X-Wing")), "algorithm");
    assert_eq!(unfit(1, value(0x0c, b"ML-KEM-768")), "algorithm");
    assert_eq!(unfit(1, value(0x0c, MLKEM768_ECDH_P256_SHA3_256.name().as_bytes())), "oid");
    assert_eq!(unfit(2, Vec::new()), "oid");
    assert_eq!(unfit(3, value(0x0c, b"sign")), "purpose");
    assert_eq!(unfit(field::NAME, value(0x0c, b"a\x1bb")), "name");
    assert_eq!(unfit(field::STATE, vec![0x0a, 1, 2]), "state");
    assert_eq!(unfit(field::PQ, vec![0x83, 0]), "state");

    // One half at most was there before.
    let mut both = whole.clone();
    both.header[field::CLASSICAL][0] = 0xa4;
    both.header[field::PQ] = both.header[field::CLASSICAL].clone();
    assert_eq!(both.read().unwrap_err().detail(), Some("halves"));

    // URIs: of one form, and about nothing but the token and the object.
    let (_, place, _) = split(&whole.header[field::CLASSICAL]);
    let place = fields(place);
    let uri = String::from_utf8(split(&place[0]).1.to_vec()).unwrap();
    let serial = token.identity().serial.clone();
    for other in [
        format!("{uri}?module-path=/tmp/evil.so"),
        format!("{uri}?module-name=evil"),
        format!("{uri}?pin-source=file:/tmp/pin"),
        uri.replacen("pkcs11:", "pkcs11:library-description=evil;", 1),
        uri.replacen("pkcs11:", "pkcs11:slot-id=1;", 1),
        uri.replace("type=private", "type=public"),
        uri.replace(&serial, "another"),
        uri.replace("%20", " "),
        uri.to_uppercase(),
        String::new(),
    ] {
        let changed = [value(0x0c, other.as_bytes()), place[1].clone(), place[2].clone()].concat();
        assert_eq!(unfit(field::CLASSICAL, value(0xa0, &changed)), "URI", "{other}");
    }
    // An identifier that the URI does not name.
    let changed = [place[0].clone(), place[1].clone(), value(4, b"another")].concat();
    assert_eq!(unfit(field::CLASSICAL, value(0xa0, &changed)), "URI");

    // The wrapping key is none of the halves.
    let (_, sealed, _) = split(&whole.header[field::PQ]);
    let mut sealed = fields(sealed);
    let wrapping = fields(split(&sealed[0]).1);
    let id = |place: &[Vec<u8>]| split(&place[2]).1.to_vec();
    assert_ne!(id(&wrapping), id(&place));
    let half_id: String = id(&place).iter().map(|byte| format!("%{byte:02X}")).collect();
    let own_id: String = id(&wrapping).iter().map(|byte| format!("%{byte:02X}")).collect();
    let wrapping_uri = String::from_utf8(split(&wrapping[0]).1.to_vec()).unwrap();
    let wrapping_uri = wrapping_uri.replace(&own_id, &half_id);
    let forged = [value(0x0c, wrapping_uri.as_bytes()), place[1].clone(), place[2].clone()].concat();
    sealed[0] = value(0x30, &forged);
    assert_eq!(unfit(field::PQ, value(0xa1, &sealed.concat())), "wrapping key");

    // Custody is what the halves can have, and nothing more.
    let custody =
        |pq, classical, combined| value(0x30, &[[2, 1, pq], [2, 1, classical], [2, 1, combined]].concat());
    for (pq, classical, combined) in [
        (90, 90, 10),
        (7, 90, 10),
        (10, 90, 10),
        (30, 10, 10),
        (30, 30, 10),
        (30, 90, 90),
        (30, 90, 11),
        (5, 90, 10),
    ] {
        assert_eq!(unfit(11, custody(pq, classical, combined)), "custody");
    }
    // A token that guards less than is said here is noticed when the key is opened; said here, it is under
    // the seal.
    assert_eq!(whole.header[11], custody(30, 90, 10));

    // Recovery: a signature key, a bare share, this very key.
    let own = reference.public_key().unwrap();
    let spki = |algorithm: Algorithm, key: &[u8]| {
        let mut out = vec![0; key.len() + 64];
        encode::spki::encode(algorithm, key, &mut out).unwrap().to_vec()
    };
    assert_eq!(unfit(field::RECOVERY, spki(ALGORITHM, own.as_bytes())), "recovery key");
    let share = split(&whole.header[field::CLASSICAL_PUBLIC]).1;
    assert_eq!(unfit(field::RECOVERY, spki(P256_SHARE, share)), "recovery key");
    assert_eq!(unfit(field::RECOVERY, spki(ECDSA_P256_SHA256, share)), "recovery key");
    assert_eq!(unfit(field::RECOVERY, value(4, b"")), "recovery key");
}

token_test!(senseless, [Token::softhsm()], sense);

/// Parts of two genuine keys of one token.
fn mixed([token]: [Token; 1]) {
    let token = open(&token);
    let (one, two) = (make(&token, "one", Sealing::by_token()), make(&token, "two", Sealing::by_token()));
    let tokens = [token];
    let access = Access::to(&tokens);
    let (first, second) = (Forged::of(&one), Forged::of(&two));
    let mut refused = Refused::default();
    // Every set of fields of the header from the other one that makes a difference, and the body of either.
    let differ: Vec<_> =
        (0..first.header.len()).filter(|at| first.header[*at] != second.header[*at]).collect();
    for set in 0..1_usize << differ.len() {
        for body in [&first.body, &second.body] {
            let mut forged = Forged { header: first.header.clone(), body: body.clone() };
            for (bit, at) in differ.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1) {
                let _ = bit;
                forged.header[*at] = second.header[*at].clone();
            }
            let genuine = [&first, &second].iter().any(|one| one.to_der() == forged.to_der());
            let opened = forged.read().unwrap().open(access);
            match opened.err() {
                None => assert!(genuine, "set {set:b}"),
                Some(error) => {
                    assert!(!genuine, "set {set:b}: {error}");
                    assert_eq!(error, Problem::SealBroken);
                    refused.by(&error);
                }
            }
        }
    }
    println!("{} fields differ: {:?}", differ.len(), refused.0);
}

token_test!(mixed_keys, [Token::softhsm()], mixed);

/// Somebody who is logged in to the token, too, and so has the file key: still no other seed than the
/// one that the reference names, and no key that was not made for it.
fn resealed([token]: [Token; 1]) {
    let kept = token;
    let token = open(&kept);
    let reference = make(&token, "key", Sealing::by_token());
    let tokens = [token];
    let access = Access::to(&tokens);
    let whole = Forged::of(&reference);

    let (id, wrapped) = whole.sealed();
    let file_key = unwrap(&kept, &id, &wrapped);
    let cipher = Aes256Gcm::new(&Key::<Aes256Gcm>::from(file_key));
    let seal = |forged: &Forged, seed: &[u8]| {
        let payload = Payload { msg: seed, aad: &forged.associated() };
        cipher.encrypt(&Nonce::from([0; 12]), payload).unwrap()
    };
    let payload = Payload { msg: &whole.body, aad: &whole.associated() };
    let seed = Zeroizing::new(cipher.decrypt(&Nonce::from([0; 12]), payload).unwrap());
    // Neither of them may be in what this test prints, nor in the file.
    keep(&file_key);
    keep(&seed);
    keep(&seed[32..]);
    let der = reference.to_der().unwrap();
    for secret in [&file_key[..], &seed[..32], &seed[32..]] {
        assert!(!der.windows(16).any(|window| secret.windows(16).any(|part| part == window)));
    }
    println!("{reference:?}");

    // Sealed as it was: this is how it is done.
    let mut again = whole.clone();
    again.body = seal(&whole, &seed);
    again.read().unwrap().open(access).unwrap();

    let attacker = generate(ML_KEM_768, &mut SystemRandom).unwrap();
    let (mut other, mut public) = ([0; 64], [0; 1184]);
    attacker.expose_private_key(&mut other).unwrap();
    attacker.public_key(&mut public).unwrap();
    // Another seed under the same header.
    let mut forged = whole.clone();
    forged.body = seal(&whole, &other);
    assert_eq!(forged.read().unwrap().open(access).err().unwrap(), Problem::SealForeign);
    // And with its public key in the header: no token remembers such a half.
    forged.header[field::PQ_PUBLIC] = value(4, &public);
    forged.body = seal(&forged, &other);
    assert_eq!(forged.read().unwrap().open(access).err().unwrap(), Error::HalvesMismatch);
    // A classical half that is another key of the token.
    let second = Forged::of(&make(&tokens[0], "second", Sealing::by_token()));
    let mut forged = whole.clone();
    forged.header[field::CLASSICAL] = second.header[field::CLASSICAL].clone();
    forged.body = seal(&forged, &seed);
    assert_eq!(forged.read().unwrap().open(access).err().unwrap(), Error::HalvesMismatch);
    // A shorter seed.
    let mut forged = whole.clone();
    forged.body = seal(&whole, &seed[..32]);
    assert_eq!(forged.read().unwrap_err(), Problem::ReferenceUnfit);
}

/// What the wrapping key wraps, by another program.
fn unwrap(token: &Token, id: &[u8], wrapped: &[u8]) -> [u8; 32] {
    let module = cryptoki::context::Pkcs11::new(token.module()).unwrap();
    // Somebody in this process is logged in already.
    let session = module.open_rw_session(token.slot(&module)).unwrap();
    let key = session.find_objects(&[Attribute::Id(id.to_vec())]).unwrap()[0];
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::AES),
        Attribute::Token(false),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
    ];
    let key = session.unwrap_key(&Mechanism::AesKeyWrap, key, wrapped, &template).unwrap();
    match session.get_attributes(key, &[AttributeType::Value]).unwrap().pop() {
        Some(Attribute::Value(value)) => value.try_into().unwrap(),
        other => panic!("{other:?}"),
    }
}

token_test!(sealed_anew, [Token::softhsm()], resealed);

/// A token that wraps by ECDH: anybody can wrap with its public key, so all else has to hold.
fn sealed_by_anybody([token]: [Token; 1]) {
    let token = open(&token);
    let factor = SecondFactor::passphrase(Zeroizing::new(b"TEST ONLY: mua dong".to_vec())).unwrap();
    let reference = make(&token, "key", Sealing::by_token().with(&factor));
    let permitted = make(&token, "permitted", Sealing::by_token().permit_wrapped_classically());
    let tokens = [token];
    let access = Access::to(&tokens).with(&factor);
    // The factor taken out of the file: another custody, and another file key.
    let mut forged = Forged::of(&reference);
    let (_, sealed, _) = split(&forged.header[field::PQ]);
    let mut sealed = fields(sealed);
    assert_eq!(sealed.remove(2)[0], 0x80);
    forged.header[field::PQ] = value(0xa1, &sealed.concat());
    assert_eq!(forged.read().unwrap_err(), Problem::ReferenceUnfit);
    forged.header[11] = Forged::of(&permitted).header[11].clone();
    assert_eq!(forged.read().unwrap().open(access).err().unwrap(), Problem::SealBroken);
    // The wrapped file key of another reference.
    let mut forged = Forged::of(&permitted);
    let (_, sealed, _) = split(&forged.header[field::PQ]);
    let mut sealed = fields(sealed);
    *sealed.last_mut().unwrap() = value(4, &Forged::of(&reference).sealed().1);
    forged.header[field::PQ] = value(0xa1, &sealed.concat());
    assert_eq!(forged.read().unwrap().open(access).err().unwrap(), Problem::SealBroken);
    // A point that is none.
    *sealed.last_mut().unwrap() = value(4, &[4; 65]);
    forged.header[field::PQ] = value(0xa1, &sealed.concat());
    assert_eq!(forged.read().unwrap().open(access).err().unwrap(), Problem::SealBroken);
}

token_test!(by_anybody, [Token::kryoptic(Kryoptic::NO_AES)], sealed_by_anybody);

/// The serial number and the label of another token.
fn another_token([one, two]: [Token; 2]) {
    let (one, two) = (open(&one), open(&two));
    let reference = make(&one, "key", Sealing::by_token());
    make(&two, "key", Sealing::by_token());
    assert_ne!(one.identity().serial, two.identity().serial);
    let swap = |from: &[u8]| {
        let text: Vec<u8> = from.to_vec();
        let (old, new) = (one.identity(), two.identity());
        replace(&replace(&text, &old.serial, &new.serial), "test%201", "test%202")
    };
    let mut forged = Forged::of(&reference);
    forged.header[field::PQ] = swap(&forged.header[field::PQ]);
    let only_seal = forged.clone();
    forged.header[field::CLASSICAL] = swap(&forged.header[field::CLASSICAL]);
    let both = [one.clone(), two.clone()];
    for forged in [forged, only_seal] {
        let changed = forged.read().unwrap();
        assert_eq!(changed.open(Access::to(&both)).err().unwrap(), Error::NotFound);
        assert_eq!(changed.open(Access::to(&both[..1])).err().unwrap(), Error::Absent);
    }
    assert_eq!(reference.open(Access::to(&both[1..])).err().unwrap(), Error::Absent);
    reference.open(Access::to(&both)).unwrap();

    // A key that takes both: the classical half in one, the other half sealed by the other.
    let new = NewKey {
        algorithm: ALGORITHM,
        name: "of both",
        pq: Home::Sealed(&two, Sealing::by_token()),
        classical: Home::Token(&one),
        recovery: Recovery::NoRecovery,
        secrets: ComponentSecrets::StayInside,
    };
    let (reference, _) = KeyReference::generate(&new, &mut SystemRandom).unwrap();
    reference.open(Access::to(&both)).unwrap();
    for alone in [&both[..1], &both[1..]] {
        assert_eq!(reference.open(Access::to(alone)).err().unwrap(), Error::Absent);
        assert_eq!(reference.destroy(Access::to(alone)).err().unwrap(), Error::Absent);
    }
    reference.destroy(Access::to(&both)).unwrap();
    assert_eq!(reference.open(Access::to(&both)).err().unwrap(), Error::NotFound);
}

fn replace(bytes: &[u8], from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut out = bytes.to_vec();
    for at in 0..=out.len() - from.len() {
        if &out[at..at + from.len()] == from.as_bytes() {
            out[at..at + from.len()].copy_from_slice(to.as_bytes());
        }
    }
    out
}

token_test!(other_token, [Token::softhsm(), Token::softhsm()], another_token);

/// Two halves in a token that cannot combine their secrets, and a file that says it does.
fn combined_inside([token]: [Token; 1]) {
    let token = open(&token);
    let tokens = [token.clone()];
    let new = |secrets| NewKey {
        algorithm: ALGORITHM,
        name: "key",
        pq: Home::Token(&token),
        classical: Home::Token(&token),
        recovery: Recovery::NoRecovery,
        secrets,
    };
    let refused = KeyReference::generate(&new(ComponentSecrets::StayInside), &mut SystemRandom);
    assert_eq!(refused.err().unwrap(), Error::CombinerUnavailable);
    assert!(token.list().unwrap().is_empty(), "a refused key left something in the token");
    let (reference, _) = KeyReference::generate(&new(ComponentSecrets::MayLeave), &mut SystemRandom).unwrap();
    let permitted = Access::to(&tokens).permit_secrets_outside();
    assert_eq!(reference.open(permitted).unwrap().custody().combined, Place::Memory);
    assert_eq!(reference.open(Access::to(&tokens)).err().unwrap(), Error::CombinerUnavailable);
    let mut forged = Forged::of(&reference);
    let custody = forged.header[11].len();
    assert_eq!(forged.header[11][custody - 1], 10);
    forged.header[11][custody - 1] = 90;
    let forged = forged.read().unwrap();
    assert_eq!(forged.custody().combined, Place::Device);
    assert_eq!(forged.open(permitted).err().unwrap(), Problem::SealBroken);
}

token_test!(said_to_combine, [Token::kryoptic(Kryoptic::NO_COMBINER)], combined_inside);
