//! One half in a token, the other in software: the classical half in today's devices, the post-quantum half in
//! tomorrow's, in every suite that they can carry.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop anywhere")]

mod support;

use khoalai::*;
use support::alone::token_test;
use support::open::{open, public_of};
use support::secrets::keep;
use support::suites::suites;
use support::tokens::{Kryoptic, Token};

/// Component keys in memory, of whichever algorithm.
struct Software;

impl Store for Software {
    type Key = BoxedKey;

    fn generate(&mut self, algorithm: Algorithm, _: &str, random: &mut dyn Random) -> Result<BoxedKey> {
        generate(algorithm, random)
    }

    fn import(&mut self, algorithm: Algorithm, _: &str, private_key: &[u8]) -> Result<BoxedKey> {
        import(algorithm, private_key)
    }

    fn open(&mut self, _: &str) -> Result<BoxedKey> {
        Err(Error::NotFound)
    }

    fn destroy(&mut self, _: BoxedKey) -> Result<()> {
        Ok(())
    }

    fn claim(&mut self, _: &[u8; 32], _: Algorithm) -> Result<()> {
        Ok(())
    }

    fn is_claimed(&mut self, _: &[u8; 32], _: Algorithm) -> Result<bool> {
        Ok(false)
    }
}

/// One half in the token, the other in memory: it does what it is for.
fn works(algorithm: Algorithm, inside: Side, token: &mut khoalai_hsm::Token) {
    let random = &mut SystemRandom;
    let there = Half::generate(algorithm, inside, token, algorithm.name(), random);
    let there = there.unwrap_or_else(|error| panic!("{algorithm}: {error:?}"));
    match inside {
        Side::Classical => {
            let pq = Half::generate(algorithm, Side::PostQuantum, &mut Software, "", random).unwrap();
            does(Hybrid::new(algorithm, pq, there).unwrap(), inside);
        }
        Side::PostQuantum => {
            let classical = Half::generate(algorithm, Side::Classical, &mut Software, "", random).unwrap();
            does(Hybrid::new(algorithm, there, classical).unwrap(), inside);
        }
    }
}

fn does(key: impl PrivateKey, inside: Side) {
    if key.algorithm().kind() == algorithm::Kind::Kem { opens(key, inside) } else { signs(key, inside) }
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

/// Every suite that the token can carry so, by the table; `part` of two, so that both processors have some.
fn every_suite([token]: [Token; 1], inside: Side, part: usize, number: usize) {
    let suites = suites(token.kind, inside);
    assert_eq!(suites.len(), number, "{suites:?}");
    let token = &mut open(&token);
    for algorithm in suites.into_iter().skip(part).step_by(2) {
        works(algorithm, inside, token);
    }
}

macro_rules! every_suite {
    ($first:ident, $second:ident, $token:expr, $inside:expr, $number:literal) => {
        token_test!($first, [$token], |tokens| every_suite(tokens, $inside, 0, $number));
        token_test!($second, [$token], |tokens| every_suite(tokens, $inside, 1, $number));
    };
}
every_suite!(softhsm, softhsm_too, Token::softhsm(), Side::Classical, 31);
every_suite!(kryoptic, kryoptic_too, Token::kryoptic(Kryoptic::CLASSICAL), Side::Classical, 27);
every_suite!(nss, nss_too, Token::nss(), Side::Classical, 27);
every_suite!(kryoptic_pq, kryoptic_pq_too, Token::kryoptic(Kryoptic::WHOLE), Side::PostQuantum, 19);
every_suite!(nss_pq, nss_pq_too, Token::nss(), Side::PostQuantum, 19);

/// Chips that have RSA alone.
fn rsa([token]: [Token; 1]) {
    let token = &mut open(&token);
    for algorithm in [MLKEM768_RSA2048_SHA3_256, MLDSA44_RSA2048_PKCS15_SHA256] {
        works(algorithm, Side::Classical, token);
    }
    // Nothing is made up for what it cannot do.
    let random = &mut SystemRandom;
    let refused = Half::generate(MLKEM768_P256, Side::Classical, token, "none", random);
    assert_eq!(refused.err(), Some(Error::Unsupported));
}

token_test!(rsa_alone, [Token::kryoptic(Kryoptic::RSA)], rsa);

/// As a store a token has the library's errors alone; it can tell more.
fn tells([token]: [Token; 1]) {
    let (uri, modules, mut options) = support::open::arguments(&token);
    options.claims = None;
    let token = khoalai_hsm::Token::open(&uri, &modules, support::open::pin(), &options).unwrap();
    let random = &mut SystemRandom;
    let told = token
        .telling(|store| Half::generate(MLKEM768_P256, Side::Classical, store, "one", random))
        .err()
        .unwrap();
    assert_eq!(told, khoalai_hsm::Problem::ClaimsNowhere);
    let brief = Half::generate(MLKEM768_P256, Side::Classical, &mut token.clone(), "two", random);
    assert_eq!(brief.err(), Some(Error::Malformed));
    // What the library itself says stays what it is.
    let wrong = token.telling(|store| Half::generate(X_WING, Side::PostQuantum, store, "", random));
    assert!(wrong.err().unwrap().problem().is_none());
}

token_test!(no_data_objects, [Token::nss()], tells);
