//! Encapsulation, decapsulation and verification allocate nothing, with keys of every algorithm but RSA's.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    reason = "a test may stop anywhere"
)]

mod counting;
mod support;

use counting::allocations;
use khoalai::algorithm::Kind;
use khoalai::{Algorithm, DecapsulationKey, PublicKey, SigningKey};
use support::{public, rng, whole_rows};

/// RSA's integers are vectors; SLH-DSA takes its time, and is no hybrid's half.
fn excepted(algorithm: Algorithm) -> bool {
    let name = algorithm.name();
    name.contains("RSA") || name.starts_with("SLH-DSA") || algorithm.is_classical() || algorithm.is_legacy()
}

#[test]
fn nothing_is_allocated() {
    let (mut kems, mut signatures) = (0, 0);
    for algorithm in whole_rows().filter(|row| !excepted(*row)) {
        // Also runs the self-tests, which may allocate.
        let key = khoalai::generate(algorithm, &mut rng(1)).unwrap();
        let bytes = public(&key);
        let prepared = PublicKey::new(algorithm, &bytes[..]).unwrap().prepare().unwrap();
        let mut random = rng(2);
        if algorithm.kind() == Kind::Kem {
            let key = DecapsulationKey::new(key).unwrap();
            let mut ciphertext = vec![0; algorithm.ciphertext_len()];
            let counted = allocations(|| {
                let public = PublicKey::new(algorithm, &bytes[..]).unwrap();
                let first = public.encapsulate(&mut random, &mut ciphertext).unwrap();
                assert!(key.decapsulate(&ciphertext, &mut random).unwrap() == first);
                let second = prepared.encapsulate(&mut random, &mut ciphertext).unwrap();
                assert!(key.decapsulate(&ciphertext, &mut random).unwrap() == second);
            });
            assert_eq!(counted, 0, "{algorithm}");
            kems += 1;
        } else {
            let key = SigningKey::new(key).unwrap();
            let mut signature = vec![0; algorithm.signature_len()];
            let signature = key.sign(b"message", b"", &mut random, &mut signature).unwrap();
            let counted = allocations(|| {
                let public = PublicKey::new(algorithm, &bytes[..]).unwrap();
                public.verify(b"message", b"", signature).unwrap();
                prepared.verify(b"message", b"", signature).unwrap();
                assert!(public.verify(b"massage", b"", signature).is_err());
            });
            assert_eq!(counted, 0, "{algorithm}");
            signatures += 1;
        }
    }
    assert!(kems >= 6 && signatures >= 5, "{kems} {signatures}");
    // What counts, counts.
    assert_eq!(allocations(|| drop(std::hint::black_box(vec![0_u8; 10]))), 1);
}
