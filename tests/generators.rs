//! Generators that fail, repeat, or are of another kind: a failure is an error and never zeros,
//! and a bad generator alone repeats no ECDSA nonce.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::panic_in_result_fn,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::algorithm::Kind;
use khoalai::{
    Algorithm, BoxedKey, Error, Half, Hedge, Input, MLKEM768_P256, MessageStream, PrivateKey, PublicKey,
    Random, Side, SigningKey, X_WING,
};
use rand_core::{TryCryptoRng, UnwrapErr};
use support::random::{Constant, Dead, Dying};
use support::{hybrid_kems, is_rsa, key, pq_lens, public, quick_rows, rng};

/// How many draws `run` needs; with fewer it has to fail, also if only one of them fails.
fn draws(mut run: impl FnMut(&mut dyn Random) -> Result<(), Error>) -> usize {
    let needed = (0..9).find(|draws| match run(&mut Dying::after(*draws, rng(9))) {
        Ok(()) => true,
        Err(error) => {
            assert_eq!(error, Error::RandomFailed);
            false
        }
    });
    let needed = needed.unwrap();
    for draws in 0..needed {
        assert_eq!(run(&mut Dying::once_after(draws, rng(9))), Err(Error::RandomFailed), "draw {draws}");
    }
    needed
}

/// Whether many draws are no scalar: the orders of these curves are far from a power of two.
fn rejects(algorithm: Algorithm) -> bool {
    algorithm.name().contains("brainpool")
}

/// Ed25519 and Ed448 draw nothing when they sign.
fn is_edwards(algorithm: Algorithm) -> bool {
    algorithm.name().starts_with("Ed")
}

/// Whether a signature depends on what was drawn. PKCS#1 v1.5 only blinds with it.
fn is_hedged(algorithm: Algorithm) -> bool {
    !(is_edwards(algorithm) || algorithm.is_classical() && algorithm.name().contains("PKCS15"))
}

#[test]
fn no_key_without_randomness() {
    // Larger RSA keys take longer to make, and draw no more.
    let large = |row: Algorithm| is_rsa(row) && !row.name().contains("RSA2048");
    for algorithm in quick_rows().filter(|row| !large(*row)) {
        let least = draws(|random| khoalai::generate(algorithm, random).map(|_| ()));
        // One seed for a hybrid KEM that comes from one; one for each half of a composite.
        let seeded = algorithm.kind() == Kind::Kem && algorithm.private_key_len() == 32;
        let expected = if algorithm.halves().is_some() && !seeded { 2 } else { 1 };
        assert!(least == expected || rejects(algorithm) && least > expected, "{algorithm}: {least} draws");
    }
    for (side, name) in [(Side::PostQuantum, "pq"), (Side::Classical, "ec")] {
        let mut chip = support::chip::Chip::new(1);
        let made = Half::generate(MLKEM768_P256, side, &mut chip, name, &mut Dead::new());
        assert_eq!(made.err(), Some(Error::RandomFailed));
    }
}

#[test]
fn no_ciphertext_without_randomness() {
    for algorithm in quick_rows().filter(|row| row.kind() == Kind::Kem) {
        let bytes = public(&*key(algorithm, 1));
        let public = PublicKey::new(algorithm, &bytes[..]).unwrap();
        let least = draws(|random| {
            let mut ciphertext = vec![0xee; algorithm.ciphertext_len()];
            let result = public.encapsulate(random, &mut ciphertext).map(|_| ());
            assert!(result.is_ok() || ciphertext.iter().all(|byte| *byte == 0), "{algorithm}: half was left");
            result
        });
        let expected = if algorithm.halves().is_some() { 2 } else { 1 };
        assert!(least == expected || rejects(algorithm) && least > expected, "{algorithm}: {least} draws");
    }
}

fn signed(key: &BoxedKey, message: &[u8], hedge: Hedge, random: &mut dyn Random) -> Result<Vec<u8>, Error> {
    let mut out = vec![0xee; key.algorithm().signature_len()];
    let result = key.sign(Input::Message(&[message]), b"", hedge, random, &mut out).map(<[u8]>::to_vec);
    assert!(result.is_ok() || out.iter().all(|byte| *byte == 0), "something was left");
    result
}

#[test]
fn no_hedged_signature_without_randomness() {
    for algorithm in quick_rows().filter(|row| row.kind() == Kind::Signature) {
        let key = key(algorithm, 1);
        for hedge in [Hedge::Preferred, Hedge::Required] {
            let least = draws(|random| signed(&key, b"message", hedge, random).map(|_| ()));
            // One draw each.
            let expected = match algorithm.halves() {
                Some((_, classical)) => 1 + usize::from(!is_edwards(classical)),
                None => usize::from(!is_edwards(algorithm)),
            };
            assert_eq!(least, expected, "{algorithm}, {hedge:?}");
        }
        let least = draws(|random| signed(&key, b"message", Hedge::Deterministic, random).map(|_| ()));
        assert_eq!(least, 0, "{algorithm}: deterministic signatures need no generator");
    }
}

#[test]
fn the_views_say_it_too() {
    let key = SigningKey::new(key(khoalai::MLDSA65_ED25519_SHA512, 1)).unwrap();
    let mut out = vec![0xee; key.algorithm().signature_len()];
    assert_eq!(key.sign(b"m", b"", &mut Dead::new(), &mut out).err(), Some(Error::RandomFailed));
    assert!(out.iter().all(|byte| *byte == 0));
    let bytes = public(key.get());
    let stream = MessageStream::new(&PublicKey::new(key.algorithm(), &bytes[..]).unwrap(), b"").unwrap();
    let mut out = vec![0xee; key.algorithm().signature_len()];
    assert_eq!(stream.sign(&key, &mut Dead::new(), &mut out).err(), Some(Error::RandomFailed));
    assert!(out.iter().all(|byte| *byte == 0));
}

#[test]
fn what_was_half_filled_is_zeroed() {
    for len in [0, 1, 2, 31, 64, 1000] {
        let mut out = vec![0xee; len];
        assert_eq!(Random::fill(&mut Dead::new(), &mut out), Err(Error::RandomFailed));
        assert!(out.iter().all(|byte| *byte == 0), "{len}");
    }
}

#[test]
fn opening_needs_no_generator() {
    for algorithm in hybrid_kems().filter(|row| row.private_key_len() > 0) {
        let key = key(algorithm, 1);
        let (ciphertext, sent) = support::encapsulate(algorithm, &public(&*key), 2).unwrap();
        let key = support::ANY.decapsulation_key(key).unwrap();
        let opened = key.decapsulate(&ciphertext, &mut Dead::new());
        if is_rsa(algorithm) {
            // It blinds, and never goes without.
            assert_eq!(opened.err(), Some(Error::RandomFailed), "{algorithm}");
        } else {
            assert!(*opened.unwrap().expose() == sent, "{algorithm}");
        }
    }
}

/// The classical part of a signature, and the r in it.
fn r(algorithm: Algorithm, signature: &[u8]) -> Vec<u8> {
    let der = if algorithm.halves().is_some() { &signature[pq_lens(algorithm).2..] } else { signature };
    // SEQUENCE { INTEGER r, INTEGER s }, of which only P-521's takes a length of two bytes
    let inside = &der[if der[1] == 0x81 { 3 } else { 2 }..];
    assert_eq!((der[0], inside[0]), (0x30, 0x02));
    inside[2..2 + usize::from(inside[1])].to_vec()
}

fn with_ecdsa() -> impl Iterator<Item = Algorithm> {
    let is = |row: Algorithm| row.name().starts_with("ECDSA-");
    quick_rows().filter(move |row| is(*row) || row.halves().is_some_and(|(_, half)| is(half)))
}

#[test]
fn a_constant_generator_repeats_no_nonce() {
    let mut tried = 0;
    for algorithm in with_ecdsa() {
        let key = key(algorithm, 1);
        for constant in [0, 1, 0xff] {
            for hedge in [Hedge::Preferred, Hedge::Required, Hedge::Deterministic] {
                let mut seen: Vec<Vec<u8>> = (0..20u8)
                    .map(|n| r(algorithm, &signed(&key, &[n], hedge, &mut Constant(constant)).unwrap()))
                    .collect();
                seen.sort();
                seen.dedup();
                assert_eq!(seen.len(), 20, "{algorithm}, {hedge:?}: a nonce was used twice");
                tried += 1;
            }
        }
    }
    assert!(tried >= 12 * 9, "rows with ECDSA: {tried} tries");
}

#[test]
fn hedges() {
    for algorithm in quick_rows().filter(|row| row.kind() == Kind::Signature) {
        let key = key(algorithm, 1);
        let signed = |hedge, random: &mut dyn Random| signed(&key, b"message", hedge, random).unwrap();
        let plain = signed(Hedge::Deterministic, &mut Dead::new());
        assert!(signed(Hedge::Deterministic, &mut rng(1)) == plain, "{algorithm}: the generator was used");
        for hedge in [Hedge::Preferred, Hedge::Required] {
            let (a, b) = (signed(hedge, &mut rng(1)), signed(hedge, &mut rng(2)));
            let same = signed(hedge, &mut rng(1));
            assert!(a == same, "{algorithm}: not a function of the generator");
            if !is_hedged(algorithm) {
                assert!(a == plain && b == plain, "{algorithm}");
                continue;
            }
            assert!(a != b && a != plain && b != plain, "{algorithm}, {hedge:?}: not hedged");
            // Both halves are, unless one is of those that never are.
            if let Some((_, classical)) = algorithm.halves() {
                let at = pq_lens(algorithm).2;
                assert!(a[..at] != b[..at], "{algorithm}: the post-quantum part is not hedged");
                assert_eq!(a[at..] != b[at..], is_hedged(classical), "{algorithm}: the classical part");
            }
        }
    }
}

#[test]
fn a_scalar_that_cannot_be_is_not_used() {
    // 0 and 2^n - 1 are no scalars: every window is refused, and nothing is made of them.
    for constant in [0, 0xff] {
        let on_a_curve = |row: &&Algorithm| row.row().identifier.is_some_and(|id| id.curve.is_some());
        for &algorithm in Algorithm::ALL.iter().filter(on_a_curve) {
            let made = khoalai::generate(algorithm, &mut Constant(constant));
            assert_eq!(made.err(), Some(Error::RandomFailed), "{algorithm}");
        }
        for algorithm in [MLKEM768_P256, khoalai::MLKEM1024_P384] {
            let bytes = public(&*key(algorithm, 1));
            let mut out = vec![0xee; algorithm.ciphertext_len()];
            let sent =
                PublicKey::new(algorithm, bytes).unwrap().encapsulate(&mut Constant(constant), &mut out);
            assert_eq!(sent.err(), Some(Error::RandomFailed), "{algorithm}");
            assert!(out.iter().all(|byte| *byte == 0), "{algorithm}");
        }
    }
}

/// Both kinds of `rand_core` generators, by value, by reference and behind `dyn`.
#[test]
fn every_kind_of_generator() {
    fn fallible<R: TryCryptoRng>(mut random: R) -> Vec<u8> {
        public(&*khoalai::generate(X_WING, &mut random).unwrap())
    }
    let expected = fallible(rng(1));
    let mut random = rng(1);
    assert!(fallible(&mut random) == expected && fallible(random) != expected, "by reference, then by value");
    assert!(fallible(Dying::after(5, rng(1))) == expected);
    assert!(fallible(UnwrapErr(Dying::after(5, rng(1)))) == expected, "an infallible one");
    let mut random = rng(1);
    let behind: &mut dyn Random = &mut random;
    assert!(public(&*khoalai::generate(X_WING, behind).unwrap()) == expected);
    let mut random = rng(1);
    let behind: &mut dyn TryCryptoRng<Error = core::convert::Infallible> = &mut random;
    let mut behind: Box<dyn Random + '_> = Box::new(behind);
    assert!(public(&*khoalai::generate(X_WING, &mut *behind).unwrap()) == expected);
    assert!(fallible(getrandom::SysRng) != expected);
    // Every call draws anew.
    let mut random = rng(1);
    let bytes = [(); 2].map(|()| public(&*khoalai::generate(X_WING, &mut random).unwrap()));
    assert!(bytes[0] == expected && bytes[1] != expected);
}
