//! Keys whose length varies, as DER with integers in it does: what is short stays short, in every
//! place where a length is looked at, and goes into hashes and signatures as it is.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::algorithm::{Construction, Kind, Row, Status};
use khoalai::combine::{HybridKem, combine};
use khoalai::composite::{Verdicts, verdicts};
use khoalai::encode::{pkcs8, spki};
use khoalai::soft::{Component, Key, MlDsa65, MlKem768};
use khoalai::{
    Adoption, Algorithm, Error, Half, Hybrid, Input, ML_KEM_768, Memory, MessageStream, P256_SHARE,
    PrivateKey, PublicKey, Side, SigningKey, Store,
};
use sha2::{Digest, Sha256};
use support::toy::{ToyKey, ToyStore, VN_DH, VN_SHORT_COMPOSITE, VN_SHORT_DH, VN_SHORT_KEM, VN_SHORT_SIG};
use support::{decapsulate, encapsulate, pq_lens, public, rng};

/// A hybrid whose classical public key has `len` bytes, found by trying.
fn hybrid<Q: Component>(algorithm: Algorithm, len: usize) -> Hybrid<Key<Q>, ToyKey> {
    let (_, component) = algorithm.halves().unwrap();
    let mut store = ToyStore::default();
    let keys = (0..).map(|seed| store.generate(component, "", &mut rng(seed)).unwrap());
    let classical = keys.take(100_000).find(|key| public(key).len() == len).unwrap();
    let mut memory = Memory::<Q>::new();
    let pq = Half::generate(algorithm, Side::PostQuantum, &mut memory, "", &mut rng(1)).unwrap();
    let adopt = Adoption::LosesFreshness;
    let classical = Half::adopt(algorithm, Side::Classical, &mut store, classical, adopt).unwrap();
    Hybrid::new(algorithm, pq, classical).unwrap()
}

#[test]
fn the_combiner_takes_the_key_as_it_is_written() {
    for len in [8, 7, 6] {
        let key = hybrid::<MlKem768>(VN_SHORT_KEM, len);
        let bytes = public(&key);
        assert_eq!(bytes.len(), 1184 + len);
        let (ciphertext, sent) = encapsulate(VN_SHORT_KEM, &bytes, 5).unwrap();
        assert!(decapsulate(&key, &ciphertext).unwrap() == sent, "{len}");

        // What the sender drew gives both secrets again, and with them the hash.
        let mut random = rng(5);
        let (mut ct, mut pq) = ([0; 1088], [0; 32]);
        ML_KEM_768.encapsulate(&bytes[..1184], &mut random, &mut ct, &mut pq).unwrap();
        let (mut share, mut classical) = ([0; 8], [0; 8]);
        VN_SHORT_DH.encapsulate(&bytes[1184..], &mut random, &mut share, &mut classical).unwrap();
        let mut expected = [0; 32];
        combine(&pq, &classical, &ciphertext[1088..], &bytes[1184..], b"VN-SHORT", &mut expected);
        assert!(sent == expected, "{len}");
    }
}

#[test]
fn signatures_under_short_keys() {
    for len in [8, 7, 6] {
        let key = SigningKey::new(hybrid::<MlDsa65>(VN_SHORT_COMPOSITE, len)).unwrap();
        let bytes = public(key.get());
        assert_eq!(bytes.len(), 1952 + len);
        let public = PublicKey::new(VN_SHORT_COMPOSITE, &bytes[..]).unwrap();
        let mut out = vec![0; VN_SHORT_COMPOSITE.signature_len()];
        let signature = key.sign(b"message", b"context", &mut rng(5), &mut out).unwrap();
        public.verify(b"message", b"context", signature).unwrap();
        assert_eq!(public.verify(b"massage", b"context", signature), Err(Error::VerificationFailed));
        let input = Input::Prehash(&Sha256::digest(b"message")[..]);
        let both = Verdicts { pq: true, classical: true };
        assert_eq!(verdicts(VN_SHORT_COMPOSITE, &bytes, input, b"context", signature), Ok(both));

        let mut stream = MessageStream::new(&public, b"context").unwrap();
        stream.update(b"message");
        stream.clone().verify(&public, signature).unwrap();
        let mut out = vec![0; VN_SHORT_COMPOSITE.signature_len()];
        let signature = stream.clone().sign(&key, &mut rng(6), &mut out).unwrap();
        public.verify(b"message", b"context", signature).unwrap();
        let other =
            SigningKey::new(hybrid::<MlDsa65>(VN_SHORT_COMPOSITE, if len == 8 { 7 } else { 8 })).unwrap();
        let wrong = stream.sign(&other, &mut rng(6), &mut vec![0; 4000]).err();
        assert_eq!(wrong, Some(Error::WrongKey));
    }
}

#[test]
fn too_short_and_too_long() {
    let key = hybrid::<MlKem768>(VN_SHORT_KEM, 7);
    let bytes = public(&key);
    let read = |bytes: &[u8]| PublicKey::new(VN_SHORT_KEM, bytes).err();
    assert_eq!(read(&bytes), None);
    for long in [2, 3, 100] {
        assert_eq!(read(&[&bytes[..], &vec![1; long]].concat()), Some(Error::Malformed), "{long} more");
    }
    assert_eq!(read(&bytes[..1183]), Some(Error::Malformed));
    assert_eq!(read(&bytes[..1184]), Some(Error::Malformed), "no classical part at all");
    assert_eq!(read(&[]), Some(Error::Malformed));
    let mut padded = bytes[..1184].to_vec();
    padded.push(0);
    padded.extend_from_slice(&bytes[1184..]);
    assert_eq!(read(&padded), Some(Error::BadPublicKey), "the same key in other bytes");

    // Room is asked for the longest key there can be.
    for len in 0..VN_SHORT_KEM.public_key_len() {
        assert_eq!(key.public_key(&mut vec![0; len]).err(), Some(Error::BufferTooSmall), "{len}");
    }
    let (at, ..) = pq_lens(VN_SHORT_KEM);
    for len in [0, at] {
        let verdicts = verdicts(VN_SHORT_COMPOSITE, &bytes[..len], Input::Message(&[]), b"", &[1; 3325]);
        assert_eq!(verdicts.err(), Some(Error::Malformed));
    }
}

#[test]
fn files_of_short_keys() {
    for len in [8, 7, 6] {
        let bytes = public(&hybrid::<MlKem768>(VN_SHORT_KEM, len));
        let mut buffer = vec![0; bytes.len() + 40];
        let der = spki::encode(VN_SHORT_KEM, &bytes, &mut buffer).unwrap();
        assert_eq!(spki::decode(der, &[VN_SHORT_KEM]), Ok((VN_SHORT_KEM, &bytes[..])));
    }
    for (algorithm, most) in [(VN_SHORT_KEM, 72), (VN_SHORT_COMPOSITE, 40)] {
        for len in 1..=most {
            let private = vec![3; len];
            let mut buffer = [0; 160];
            let der = pkcs8::encode(algorithm, &private, &mut buffer).unwrap();
            let read = pkcs8::decode(der, &[algorithm]).unwrap();
            assert_eq!(read.expose_private_key(), Ok(&private[..]), "{algorithm}");
        }
        for len in [0, most + 1] {
            let mut buffer = [0; 160];
            let wrong = pkcs8::encode(algorithm, &vec![3; len], &mut buffer);
            assert_eq!(wrong, Err(Error::Malformed), "{algorithm}, {len}");
        }
    }
}

/// A device that gives the key of another length than its row allows.
struct Short<'a>(&'a ToyKey, Algorithm, usize);

impl PrivateKey for Short<'_> {
    fn algorithm(&self) -> Algorithm {
        self.1
    }

    fn custody(&self) -> khoalai::Custody {
        self.0.custody()
    }

    fn public_key<'o>(&self, out: &'o mut [u8]) -> khoalai::Result<&'o [u8]> {
        self.0.public_key(out).map(|key| &key[..self.2.min(key.len())])
    }
}

#[test]
fn only_rows_that_say_so_vary() {
    let key = ToyStore::default().generate(VN_DH, "", &mut rng(1)).unwrap();
    let hybrid = support::toy::VN_KEM;
    for len in 0..=8 {
        let (short, mut store) = (Short(&key, VN_DH, len), support::NoStore::new());
        let half = Half::adopt(hybrid, Side::Classical, &mut store, short, Adoption::LosesFreshness);
        assert_eq!(half.is_ok(), len == 8, "{len}");
    }
    let (short, mut store) = (Short(&key, VN_SHORT_DH, 0), support::NoStore::new());
    let half = Half::adopt(VN_SHORT_KEM, Side::Classical, &mut store, short, Adoption::LosesFreshness);
    assert!(half.is_err(), "a key of no bytes");
    assert!(VN_SHORT_SIG.row().varies && !VN_DH.row().varies);
}

macro_rules! row {
    ($pq:expr, $classical:expr, $varies:literal) => {{
        static ROW: Row = Row {
            name: "TEST ONLY",
            kind: Kind::Kem,
            construction: Construction::HybridKem { pq: $pq, classical: $classical, label: b"VN" },
            status: Status::Private("made up for a test"),
            public_key: $pq.public_key_len() + $classical.public_key_len(),
            ciphertext: $pq.ciphertext_len() + $classical.ciphertext_len(),
            secret: 32,
            varies: $varies,
            software: &HybridKem,
            ..Row::BLANK
        };
        Algorithm::new(&ROW).checked_halves().is_ok()
    }};
}

#[test]
fn a_hybrid_varies_as_its_classical_half_does() {
    assert!(row!(ML_KEM_768, VN_SHORT_DH, true));
    assert!(!row!(ML_KEM_768, VN_SHORT_DH, false));
    assert!(!row!(ML_KEM_768, P256_SHARE, true));
    assert!(row!(ML_KEM_768, P256_SHARE, false));
}
