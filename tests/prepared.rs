//! Prepared public keys and batches do what single calls do, drawing the same randomness.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::algorithm::Kind;
use khoalai::batch::{Decapsulate, Encapsulate, Verify, decapsulate_many, encapsulate_many, verify_many};
use khoalai::{Algorithm, DecapsulationKey, Error, Input, PublicKey, SigningKey};
use support::{public, rng, whole_rows};

/// Those that make keys in software, and need no policy.
fn rows(kind: Kind) -> impl Iterator<Item = Algorithm> {
    let usable = move |row: &Algorithm| {
        let quick = !row.name().starts_with("SLH-DSA") && !row.name().contains("RSA");
        quick && row.kind() == kind && !row.is_classical() && !row.is_legacy()
    };
    whole_rows().filter(usable)
}

#[test]
fn encapsulations_are_the_same() {
    let mut tried = 0;
    for algorithm in rows(Kind::Kem) {
        let key = khoalai::generate(algorithm, &mut rng(1)).unwrap();
        let bytes = public(&key);
        let key = DecapsulationKey::new(key).unwrap();
        let public = PublicKey::new(algorithm, &bytes[..]).unwrap();
        let prepared = public.prepare().unwrap();
        assert_eq!((prepared.algorithm(), prepared.as_bytes()), (algorithm, &bytes[..]));
        for seed in 0..50 {
            let (mut one, mut other) =
                (vec![0; algorithm.ciphertext_len()], vec![0; algorithm.ciphertext_len()]);
            let sent = public.encapsulate(&mut rng(seed), &mut one).unwrap();
            let again = prepared.encapsulate(&mut rng(seed), &mut other).unwrap();
            assert!(one == other && sent == again, "{algorithm}");
            assert!(key.decapsulate(&one, &mut rng(seed)).unwrap() == sent, "{algorithm}");
        }
        assert_eq!(prepared.encapsulate(&mut rng(1), &mut [0; 3]).err(), Some(Error::BufferTooSmall));
        assert_eq!(prepared.verify(b"", b"", &[1]).err(), Some(Error::Unsupported));
        tried += 1;
    }
    assert!(tried >= 6, "{tried}");
}

#[test]
fn verdicts_are_the_same() {
    let mut tried = 0;
    for algorithm in rows(Kind::Signature) {
        let key = khoalai::generate(algorithm, &mut rng(1)).unwrap();
        let bytes = public(&key);
        let key = SigningKey::new(key).unwrap();
        let public = PublicKey::new(algorithm, &bytes[..]).unwrap();
        let prepared = public.prepare().unwrap();
        let mut signature = vec![0; algorithm.signature_len()];
        let good = key.sign(b"message", b"context", &mut rng(2), &mut signature).unwrap().to_vec();
        let mut cases = vec![(good.clone(), true), (good[1..].to_vec(), false), (Vec::new(), false)];
        for at in [0, good.len() / 2, good.len() - 1] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            cases.push((bad, false));
        }
        for (signature, right) in cases {
            let said = public.verify(b"message", b"context", &signature);
            assert_eq!(said.is_ok(), right, "{algorithm}");
            assert_eq!(prepared.verify(b"message", b"context", &signature), said, "{algorithm}");
            assert!(prepared.verify(b"massage", b"context", &signature).is_err(), "{algorithm}");
            assert!(prepared.verify(b"message", b"", &signature).is_err(), "{algorithm}");
        }
        let sent = prepared.encapsulate(&mut rng(1), &mut [0; 9]).err();
        assert_eq!(sent, Some(Error::Unsupported));
        tried += 1;
    }
    assert!(tried >= 5, "{tried}");
}

#[test]
fn batches_are_single_calls() {
    let algorithm = khoalai::X_WING;
    let keys = [1, 2].map(|seed| khoalai::generate(algorithm, &mut rng(seed)).unwrap());
    let bytes = [public(&keys[0]), public(&keys[1])];
    let keys = keys.map(|key| DecapsulationKey::new(key).unwrap());
    let publics = [0, 1].map(|key| PublicKey::new(algorithm, &bytes[key][..]).unwrap());
    // Runs of one, of so many that the key is prepared, and of two; the last buffer is too short.
    let order = [0, 1, 1, 1, 1, 1, 1, 1, 0, 0];
    let mut ciphertexts: Vec<Vec<u8>> = order.iter().map(|_| vec![0; algorithm.ciphertext_len()]).collect();
    ciphertexts[9].pop();
    let mut jobs: Vec<_> =
        ciphertexts.iter_mut().zip(order).map(|(out, key)| Encapsulate::new(&publics[key], out)).collect();
    encapsulate_many(&mut jobs, &mut rng(3));
    let secrets: Vec<_> = jobs.into_iter().map(|job| job.outcome).collect();

    let mut random = rng(3);
    let mut single = vec![0; algorithm.ciphertext_len()];
    for at in 0..9 {
        let secret = publics[order[at]].encapsulate(&mut random, &mut single).unwrap();
        assert!(single == ciphertexts[at] && secrets[at].as_ref().ok() == Some(&secret));
    }
    assert_eq!(secrets[9].as_ref().err(), Some(&Error::BufferTooSmall));

    let mut jobs: Vec<_> =
        ciphertexts.iter().zip(order).map(|(from, key)| Decapsulate::new(&keys[key], from)).collect();
    decapsulate_many(&mut jobs, &mut rng(4));
    for (at, job) in jobs.iter().enumerate() {
        match &job.outcome {
            Ok(secret) => assert!(at < 9 && secrets[at].as_ref().ok() == Some(secret)),
            Err(error) => assert_eq!((at, *error), (9, Error::Malformed)),
        }
    }

    let algorithm = khoalai::MLDSA65_ECDSA_P256_SHA512;
    let key = SigningKey::new(khoalai::generate(algorithm, &mut rng(5)).unwrap()).unwrap();
    let bytes = public(key.get());
    let public = PublicKey::new(algorithm, &bytes[..]).unwrap();
    let mut signature = vec![0; algorithm.signature_len()];
    let signature = key.sign(b"one", b"", &mut rng(6), &mut signature).unwrap();
    let mut jobs = [&b"one"[..], b"two", b"one"].map(|message| (message, message == b"one"));
    let parts = jobs.each_mut().map(|(message, _)| [*message]);
    let mut verify =
        parts.each_ref().map(|parts| Verify::new(&public, Input::Message(parts), b"", signature));
    verify_many(&mut verify);
    assert_eq!(verify.map(|job| job.outcome.is_ok()), jobs.map(|(_, right)| right));
}
