//! Every single bit counts: of composite signatures, public keys, messages and contexts, and of
//! hybrid ciphertexts and public keys. All of them are tried, none is sampled.
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

use khoalai::{
    Algorithm, Error, MLDSA44_ECDSA_P256_SHA256, MLDSA44_ED25519_SHA512, MLDSA65_ECDSA_P256_SHA512,
    MLDSA65_ED25519_SHA512, MLDSA87_ECDSA_P384_SHA512, MLKEM768_P256, MLKEM1024_P384, PublicKey, X_WING,
};
use support::{decapsulate, encapsulate, key, public, sign};

const MESSAGE: &[u8] = b"Quyet dinh so 1";
const CONTEXT: &[u8] = b"ngu canh";

/// Calls `check` with `good` changed in every bit there is, one at a time, on two threads.
/// Returns how many there were.
fn every_bit(good: &[u8], check: impl Fn(usize, &[u8]) + Sync) -> usize {
    let half = |first: usize| {
        let mut bytes = good.to_vec();
        let bits = (first..good.len() * 8).step_by(2);
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

fn signature_bits(algorithm: Algorithm) {
    let key = key(algorithm, 1);
    let bytes = public(&*key);
    let good = sign(&*key, MESSAGE, CONTEXT);
    let public = PublicKey::new(algorithm, &bytes[..]).unwrap();
    public.verify(MESSAGE, CONTEXT, &good).unwrap();
    let refused = Err(Error::VerificationFailed);

    let tried = every_bit(&good, |bit, signature| {
        assert_eq!(public.verify(MESSAGE, CONTEXT, signature), refused, "bit {bit} of the signature");
    });
    assert_eq!(tried, good.len() * 8);
    every_bit(MESSAGE, |bit, message| {
        assert_eq!(public.verify(message, CONTEXT, &good), refused, "bit {bit} of the message");
    });
    every_bit(CONTEXT, |bit, context| {
        assert_eq!(public.verify(MESSAGE, context, &good), refused, "bit {bit} of the context");
    });
    let tried = every_bit(&bytes, |bit, bytes| {
        // A changed key is refused when it is read, if it shows, or else when it verifies.
        let refused = match PublicKey::new(algorithm, bytes) {
            Err(error) => error == Error::BadPublicKey,
            Ok(public) => public.verify(MESSAGE, CONTEXT, &good) == refused,
        };
        assert!(refused, "bit {bit} of the public key");
    });
    assert_eq!(tried, algorithm.public_key_len() * 8);
}

#[test]
fn mldsa44_ecdsa_p256() {
    signature_bits(MLDSA44_ECDSA_P256_SHA256);
}

#[test]
fn mldsa44_ed25519() {
    signature_bits(MLDSA44_ED25519_SHA512);
}

#[test]
fn mldsa65_ecdsa_p256() {
    signature_bits(MLDSA65_ECDSA_P256_SHA512);
}

#[test]
fn mldsa65_ed25519() {
    signature_bits(MLDSA65_ED25519_SHA512);
}

#[test]
fn mldsa87_ecdsa_p384() {
    signature_bits(MLDSA87_ECDSA_P384_SHA512);
}

fn kem_bits(algorithm: Algorithm) {
    let key = key(algorithm, 1);
    let bytes = public(&*key);
    let (good, sent) = encapsulate(algorithm, &bytes, 2).unwrap();
    assert!(decapsulate(&*key, &good).unwrap() == sent);

    let tried = every_bit(&good, |bit, ciphertext| match decapsulate(&*key, ciphertext) {
        Ok(secret) => assert!(secret != sent, "bit {bit} of the ciphertext changes nothing"),
        Err(error) => assert_eq!(error, Error::Malformed, "bit {bit} of the ciphertext"),
    });
    assert_eq!(tried, algorithm.ciphertext_len() * 8);
    let tried = every_bit(&bytes, |bit, bytes| match encapsulate(algorithm, bytes, 2) {
        // The owner opens it with the key as it was made.
        Ok((ciphertext, sent)) => assert!(
            decapsulate(&*key, &ciphertext) != Ok(sent),
            "bit {bit} of the public key changes nothing"
        ),
        Err(error) => assert_eq!(error, Error::BadPublicKey, "bit {bit} of the public key"),
    });
    assert_eq!(tried, algorithm.public_key_len() * 8);
}

#[test]
fn x_wing() {
    kem_bits(X_WING);
}

#[test]
fn mlkem768_p256() {
    kem_bits(MLKEM768_P256);
}

#[test]
fn mlkem1024_p384() {
    kem_bits(MLKEM1024_P384);
}
