//! A single bit counts: of composite signatures, public keys, messages and contexts, and of
//! hybrid ciphertexts and public keys.
//!
//! All bits of each classical part are tried. The post-quantum part is the same code in every hybrid
//! of one component: every 7th of its bits is tried in the first of them, so that no byte is passed
//! over, and in the others every 61st; and of RSA, whose operations take long, every 61st as well.
//!
//! An ECDSA signature (r, s) has a second form (r, n − s) that anybody can make; no single bit leads
//! there, and DER leaves each form one encoding.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::{Algorithm, Error, PublicKey};
use support::{composites, decapsulate, encapsulate, hybrid_kems, is_rsa, key, pq_lens, public, sign};

const MESSAGE: &[u8] = b"Quyet dinh so 1";
const CONTEXT: &[u8] = b"ngu canh";

/// Calls `check` with `good` changed in the bits that are `wanted`, one at a time, on two threads.
/// Returns how many there were.
fn every_bit(
    good: &[u8],
    wanted: impl Fn(usize) -> bool + Sync,
    check: impl Fn(usize, &[u8]) + Sync,
) -> usize {
    let half = |first: usize| {
        let mut bytes = good.to_vec();
        let bits = (0..good.len() * 8).filter(|bit| wanted(*bit)).skip(first).step_by(2);
        bits.inspect(|&bit| {
            bytes[bit / 8] ^= 1 << (bit % 8);
            check(bit, &bytes);
            bytes[bit / 8] ^= 1 << (bit % 8);
        })
        .count()
    };
    std::thread::scope(|scope| {
        let even = scope.spawn(|| half(0));
        half(1) + even.join().unwrap()
    })
}

/// Which bits of a hybrid's bytes are tried: all from `at` bytes on, where the classical part starts.
fn of_hybrid(first: bool, at: usize) -> impl Fn(usize) -> bool {
    move |bit| bit >= at * 8 || bit.is_multiple_of(if first { 7 } else { 61 })
}

/// The same, and with RSA every 61st of all.
fn of_bytes(algorithm: Algorithm, first: bool, at: usize) -> impl Fn(usize) -> bool {
    let every = of_hybrid(first, at);
    move |bit| if is_rsa(algorithm) { bit.is_multiple_of(61) } else { every(bit) }
}

/// Runs `check` for every one of `rows`, and says which of them are the first of their component.
fn each(rows: impl Iterator<Item = Algorithm>, check: fn(Algorithm, bool)) {
    let mut seen = vec![];
    for row in rows {
        let (pq, _) = row.halves().unwrap();
        check(row, !seen.contains(&pq));
        seen.push(pq);
    }
}

fn signature_bits(algorithm: Algorithm, first: bool) {
    let key = key(algorithm, 1);
    let bytes = public(&*key);
    let good = sign(&*key, MESSAGE, CONTEXT);
    let public = PublicKey::new(algorithm, &bytes[..]).unwrap();
    public.verify(MESSAGE, CONTEXT, &good).unwrap();
    let refused = Err(Error::VerificationFailed);

    let (key_at, _, signature_at) = pq_lens(algorithm);

    let tried = every_bit(&good, of_bytes(algorithm, first, signature_at), |bit, signature| {
        assert_eq!(public.verify(MESSAGE, CONTEXT, signature), refused, "bit {bit} of the signature");
    });
    assert!(tried > if first { 900 } else { 100 });
    every_bit(
        MESSAGE,
        |_| true,
        |bit, message| {
            assert_eq!(public.verify(message, CONTEXT, &good), refused, "bit {bit} of the message");
        },
    );
    every_bit(
        CONTEXT,
        |_| true,
        |bit, context| {
            assert_eq!(public.verify(MESSAGE, context, &good), refused, "bit {bit} of the context");
        },
    );
    let tried = every_bit(&bytes, of_bytes(algorithm, first, key_at), |bit, bytes| {
        // A changed key is refused when it is read, if it shows, or else when it verifies.
        let refused = match PublicKey::new(algorithm, bytes) {
            Err(error) => error == Error::BadPublicKey,
            Ok(public) => public.verify(MESSAGE, CONTEXT, &good) == refused,
        };
        assert!(refused, "bit {bit} of the public key");
    });
    assert!(tried > if first { 900 } else { 100 });
}

#[test]
fn signatures() {
    each(composites().filter(|row| row.private_key_len() > 0), signature_bits);
}

fn kem_bits(algorithm: Algorithm, first: bool) {
    let key = key(algorithm, 1);
    let bytes = public(&*key);
    let (good, sent) = encapsulate(algorithm, &bytes, 2).unwrap();
    assert!(decapsulate(&*key, &good).unwrap() == sent);

    let (key_at, ciphertext_at, _) = pq_lens(algorithm);

    let tried = every_bit(&good, of_bytes(algorithm, first, ciphertext_at), |bit, ciphertext| {
        match decapsulate(&*key, ciphertext) {
            Ok(secret) => assert!(secret != sent, "bit {bit} of the ciphertext changes nothing"),
            // What is wrong with an RSA ciphertext shows when it is opened.
            Err(error) if is_rsa(algorithm) => assert_eq!(error, Error::DecapsulationFailed, "bit {bit}"),
            Err(error) => assert_eq!(error, Error::Malformed, "bit {bit} of the ciphertext"),
        }
    });
    assert!(tried > if first { 900 } else { 100 });
    let tried = every_bit(&bytes, of_bytes(algorithm, first, key_at), |bit, bytes| {
        match encapsulate(algorithm, bytes, 2) {
            // The owner opens it with the key as it was made.
            Ok((ciphertext, sent)) => assert!(
                decapsulate(&*key, &ciphertext) != Ok(sent),
                "bit {bit} of the public key changes nothing"
            ),
            Err(error) => assert_eq!(error, Error::BadPublicKey, "bit {bit} of the public key"),
        }
    });
    assert!(tried > if first { 900 } else { 100 });
}

#[test]
fn kems() {
    each(hybrid_kems().filter(|row| row.private_key_len() > 0), kem_bits);
}
