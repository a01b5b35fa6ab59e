//! The classical half in a token, the post-quantum half in software: what today's devices can carry.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop anywhere")]

mod support;

use khoalai::soft::{Key, MlDsa44, MlDsa65, MlDsa87, MlKem768, MlKem1024};
use khoalai::*;
use khoalai_hsm::TokenKey;
use support::alone::token_test;
use support::open::{open, public_of};
use support::secrets::keep;
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

/// What is sent to it is opened, by a half on this side in the token.
fn opens(key: impl PrivateKey, inside: Side) {
    let algorithm = key.algorithm();
    let key = DecapsulationKey::new(key).unwrap();
    let custody = key.custody();
    let (there, here) = match inside {
        Side::PostQuantum => (custody.pq, custody.classical),
        Side::Classical => (custody.classical, custody.pq),
    };
    assert_eq!((there, here), (Some(Place::Device), Some(Place::Memory)), "{algorithm}");
    let public = public_of(key.get());
    for _ in 0..3 {
        let mut ciphertext = vec![0; algorithm.ciphertext_len()];
        let sent = public.encapsulate(&mut SystemRandom, &mut ciphertext).unwrap();
        keep(sent.expose());
        assert!(key.decapsulate(&ciphertext, &mut SystemRandom).unwrap() == sent, "{algorithm}");
    }
    println!("{algorithm}: the half in the token is {inside:?}");
}

/// What it signs verifies, and not under another context.
fn signs(key: impl PrivateKey, inside: Side) {
    let algorithm = key.algorithm();
    let key = SigningKey::new(key).unwrap();
    let public = public_of(key.get());
    let mut out = vec![0; algorithm.signature_len()];
    let signature = key.sign(b"TEST ONLY", b"context", &mut SystemRandom, &mut out).unwrap();
    public.verify(b"TEST ONLY", b"context", signature).unwrap();
    assert!(public.verify(b"TEST ONLY", b"", signature).is_err());
    println!("{algorithm}: the half in the token is {inside:?}");
}

fn kem<Q: soft::Component>(algorithm: Algorithm, token: &mut khoalai_hsm::Token) {
    opens(hybrid::<Q>(algorithm, token), Side::Classical);
}

fn signature<Q: soft::Component>(algorithm: Algorithm, token: &mut khoalai_hsm::Token) {
    signs(hybrid::<Q>(algorithm, token), Side::Classical);
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

/// The other way round: the post-quantum half in the token, the classical one in memory.
fn post_quantum([token]: [Token; 1]) {
    fn made<C: soft::Component>(
        algorithm: Algorithm,
        token: &mut khoalai_hsm::Token,
    ) -> Hybrid<TokenKey, Key<C>> {
        let random = &mut SystemRandom;
        let pq = Half::generate(algorithm, Side::PostQuantum, token, algorithm.name(), random).unwrap();
        let classical =
            Half::generate(algorithm, Side::Classical, &mut Memory::<C>::new(), "", random).unwrap();
        Hybrid::new(algorithm, pq, classical).unwrap()
    }
    let token = &mut open(&token);
    opens(made::<soft::P256>(MLKEM768_P256, token), Side::PostQuantum);
    opens(made::<soft::X25519>(MLKEM768_X25519, token), Side::PostQuantum);
    opens(made::<soft::P384>(MLKEM1024_P384, token), Side::PostQuantum);
    signs(made::<soft::EcdsaP256>(MLDSA44_ECDSA_P256_SHA256, token), Side::PostQuantum);
    signs(made::<soft::Ed25519>(MLDSA65_ED25519_SHA512, token), Side::PostQuantum);
    signs(made::<soft::EcdsaP384>(MLDSA87_ECDSA_P384_SHA512, token), Side::PostQuantum);
}

token_test!(kryoptic_post_quantum, [Token::kryoptic(Kryoptic::WHOLE)], post_quantum);
token_test!(nss_post_quantum, [Token::nss()], post_quantum);

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
