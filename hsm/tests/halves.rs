//! The classical half in a token, the post-quantum half in software: what today's devices can carry.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop anywhere")]

mod support;

use khoalai::soft::{Key, MlDsa44, MlDsa65, MlDsa87, MlKem768, MlKem1024};
use khoalai::*;
use khoalai_hsm::TokenKey;
use support::alone::token_test;
use support::open::{open, public_of};
use support::tokens::{Kryoptic, Token};

/// A hybrid with its post-quantum half in memory and the other in the token.
fn hybrid<Q: soft::Component>(
    algorithm: Algorithm,
    token: &mut khoalai_hsm::Token,
) -> Hybrid<Key<Q>, TokenKey> {
    let random = &mut SystemRandom;
    let pq = Half::generate(algorithm, Side::PostQuantum, &mut Memory::<Q>::new(), "", random).unwrap();
    let classical = Half::generate(algorithm, Side::Classical, token, algorithm.name(), random);
    let classical = classical.unwrap_or_else(|error| panic!("{algorithm}: {error:?}"));
    Hybrid::new(algorithm, pq, classical).unwrap()
}

fn kem<Q: soft::Component>(algorithm: Algorithm, token: &mut khoalai_hsm::Token) {
    let key = DecapsulationKey::new(hybrid::<Q>(algorithm, token)).unwrap();
    assert_eq!(key.custody().classical, Some(Place::Device), "{algorithm}");
    let public = public_of(key.get());
    for _ in 0..3 {
        let mut ciphertext = vec![0; algorithm.ciphertext_len()];
        let sent = public.encapsulate(&mut SystemRandom, &mut ciphertext).unwrap();
        assert!(key.decapsulate(&ciphertext, &mut SystemRandom).unwrap() == sent, "{algorithm}");
    }
    println!("{algorithm}: the classical half in the token");
}

fn signature<Q: soft::Component>(algorithm: Algorithm, token: &mut khoalai_hsm::Token) {
    let key = SigningKey::new(hybrid::<Q>(algorithm, token)).unwrap();
    let public = public_of(key.get());
    let mut out = vec![0; algorithm.signature_len()];
    let signature = key.sign(b"TEST ONLY", b"context", &mut SystemRandom, &mut out).unwrap();
    public.verify(b"TEST ONLY", b"context", signature).unwrap();
    assert!(public.verify(b"TEST ONLY", b"", signature).is_err());
    println!("{algorithm}: the classical half in the token");
}

fn today([token]: [Token; 1]) {
    let token = &mut open(&token);
    kem::<MlKem768>(MLKEM768_P256, token);
    kem::<MlKem1024>(MLKEM1024_P384, token);
    kem::<MlKem768>(MLKEM768_X25519, token);
    kem::<MlKem768>(MLKEM768_ECDH_P384_SHA3_256, token);
    kem::<MlKem768>(MLKEM768_RSA2048_SHA3_256, token);
    kem::<MlKem768>(MLKEM768_RSA3072_SHA3_256, token);
    signature::<MlDsa44>(MLDSA44_ECDSA_P256_SHA256, token);
    signature::<MlDsa65>(MLDSA65_ECDSA_P256_SHA512, token);
    signature::<MlDsa65>(MLDSA65_ECDSA_P384_SHA512, token);
    signature::<MlDsa87>(MLDSA87_ECDSA_P384_SHA512, token);
    signature::<MlDsa65>(MLDSA65_ED25519_SHA512, token);
    signature::<MlDsa44>(MLDSA44_RSA2048_PSS_SHA256, token);
    signature::<MlDsa44>(MLDSA44_RSA2048_PKCS15_SHA256, token);
    signature::<MlDsa65>(MLDSA65_RSA3072_PSS_SHA512, token);
    signature::<MlDsa65>(MLDSA65_RSA3072_PKCS15_SHA512, token);
}

/// Chips that have RSA alone.
fn rsa([token]: [Token; 1]) {
    let token = &mut open(&token);
    kem::<MlKem768>(MLKEM768_RSA2048_SHA3_256, token);
    signature::<MlDsa44>(MLDSA44_RSA2048_PKCS15_SHA256, token);
    // Nothing is made up for what it cannot do.
    let random = &mut SystemRandom;
    let refused = Half::generate(MLKEM768_P256, Side::Classical, token, "none", random);
    assert_eq!(refused.err(), Some(Error::Unsupported));
}

token_test!(rsa_alone, [Token::kryoptic(Kryoptic::RSA)], rsa);
token_test!(softhsm, [Token::softhsm()], today);
token_test!(kryoptic, [Token::kryoptic(Kryoptic::CLASSICAL)], today);
token_test!(nss, [Token::nss()], today);
