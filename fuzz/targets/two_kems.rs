//! The two implementations of ML-KEM against each other: keys, checks, ciphertexts, secrets and
//! implicit rejections are the same on every input.
//!
//! Input: tag of the row, what to do, 32 bytes of randomness, then
//! 0: seed and ciphertext; 1: public key; 2: expanded private key and ciphertext.
#![no_main]

use khoalai::algorithm::Kind;
use khoalai::soft::{self, Component, second};
use khoalai::{Algorithm, Result};
use khoalai_fuzz::{Pieces, encapsulate, own_keys, public, random, tag};
use rand_core::SeedableRng;

khoalai_fuzz::target!();

fn is_ml_kem(row: Algorithm) -> bool {
    row.kind() == Kind::Kem && row.name().starts_with("ML-KEM-")
}

fn run(data: &[u8]) -> Option<&'static str> {
    let mut pieces = Pieces(data);
    let row = pieces.row(is_ml_kem)?;
    match row.name() {
        "ML-KEM-512" => both::<soft::MlKem512, second::MlKem512>(row, pieces),
        "ML-KEM-768" => both::<soft::MlKem768, second::MlKem768>(row, pieces),
        "ML-KEM-1024" => both::<soft::MlKem1024, second::MlKem1024>(row, pieces),
        other => panic!("{other} is compared with nothing"),
    }
}

fn both<A: Component, B: Component>(row: Algorithm, mut pieces: Pieces<'_>) -> Option<&'static str> {
    assert_ne!(A::IMPLEMENTATION, B::IMPLEMENTATION);
    let (what, randomness) = (pieces.byte()?, *pieces.array::<32>()?);
    match what % 3 {
        0 => {
            let seed = pieces.take(A::PRIVATE)?;
            let (first, second) = (A::load(seed).ok()?, B::load(seed).ok()?);
            compare::<A, B>(&first, &second, pieces.rest());
        }
        1 => {
            let key = pieces.rest();
            let checked = A::check_public(key);
            assert_eq!(checked, B::check_public(key));
            let sent = send::<A>(key, randomness);
            assert!(sent == send::<B>(key, randomness), "{row}: encapsulations differ");
            sent.ok()?;
            checked.expect("a secret for a refused key");
        }
        _ => {
            // dk_PKE ‖ ek ‖ H(ek) ‖ z (FIPS 203 alg. 16 step 3); dk_PKE is 32 bytes shorter than ek.
            let expanded = pieces.take(2 * A::PUBLIC + 32)?;
            let loaded = (A::load_expanded(expanded), B::load_expanded(expanded));
            assert_eq!(loaded.0.is_ok(), loaded.1.is_ok(), "{row}: expanded keys");
            compare::<A, B>(&loaded.0.ok()?, &loaded.1.ok()?, pieces.rest());
        }
    }
    Some(row.name())
}

/// Public keys and what comes out of a ciphertext.
fn compare<A: Component, B: Component>(first: &A::Loaded, second: &B::Loaded, ciphertext: &[u8]) {
    let mut public = (vec![0; A::PUBLIC], vec![1; A::PUBLIC]);
    let wrote = (A::public(first, &mut public.0), B::public(second, &mut public.1));
    assert!(wrote == (Ok(()), Ok(())) && public.0 == public.1, "{}: public keys", A::NAME);
    let mut secret = (vec![0; 32], vec![0; 32]);
    let opened =
        (A::decapsulate(first, ciphertext, &mut secret.0), B::decapsulate(second, ciphertext, &mut secret.1));
    assert!(opened.0 == opened.1 && secret.0 == secret.1, "{}: secrets", A::NAME);
    assert_eq!(opened.0.is_ok(), ciphertext.len() == A::CIPHERTEXT);
}

fn send<C: Component>(key: &[u8], randomness: [u8; 32]) -> Result<(Vec<u8>, Vec<u8>)> {
    let mut random = chacha20::ChaCha8Rng::from_seed(randomness);
    let (mut ciphertext, mut secret) = (vec![0; C::CIPHERTEXT], vec![0; 32]);
    C::encapsulate(key, &mut random, &mut ciphertext, &mut secret).map(|()| (ciphertext, secret))
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    own_keys(is_ml_kem)
        .flat_map(|(row, raw, key)| {
            let public = public(&key);
            let (ciphertext, _) = encapsulate(row, &public, &mut random(2)).expect("an honest key");
            let input = |what: u8, rest: &[&[u8]]| {
                let head = [&tag(row.name())[..], &[what], &[9; 32]].concat();
                (format!("{}-{what}", row.name()), [head, rest.concat()].concat())
            };
            [input(0, &[&raw, &ciphertext]), input(1, &[&public])]
        })
        .collect()
}

fn rows(row: Algorithm) -> bool {
    is_ml_kem(row)
}
