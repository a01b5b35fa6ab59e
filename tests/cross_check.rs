//! The two implementations of ML-KEM and ML-DSA against each other: 2,000 random cases for every
//! parameter set, implicit rejection, contexts and refusals included, or as many as
//! `KHOALAI_CROSS_CHECK_CASES` says.
//!
//! Both are driven by the same bytes, so every output has to be the same, signatures too.
#![cfg(all(feature = "alloc", feature = "pq-libcrux", feature = "pq-rustcrypto"))]
#![allow(
    clippy::unwrap_used,
    clippy::unwrap_in_result,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::soft::{self, Component, Key, SoftwareKey, second};
use khoalai::{
    Algorithm, Hedge, Input, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512, ML_KEM_768, ML_KEM_1024, PrivateKey,
};
use rand_core::TryRng;
use support::{public, rng};

fn cases() -> u64 {
    std::env::var("KHOALAI_CROSS_CHECK_CASES").map_or(2_000, |cases| cases.parse().unwrap())
}

/// Case `n` is made from the generator with seed `SEED + n`.
const SEED: u64 = 0x6b68_6f61_6c61_6900;

/// The output of the second implementation in which one bit is changed, to see it found.
type Tamper = Option<&'static str>;

/// Compares what both gave.
fn same(what: &'static str, tamper: Tamper, first: &[u8], second: &[u8]) -> Result<(), String> {
    let mut second = second.to_vec();
    if tamper == Some(what) {
        *second.last_mut().unwrap() ^= 0x10;
    }
    if first == second { Ok(()) } else { Err(format!("{what} differs")) }
}

/// Compares verdicts, which are one bit.
fn agree(what: &'static str, tamper: Tamper, expected: bool, verdicts: [bool; 2]) -> Result<(), String> {
    let [first, second] = verdicts;
    same(what, tamper, &[u8::from(first)], &[u8::from(second)])?;
    if first == expected { Ok(()) } else { Err(format!("{what}: both are wrong")) }
}

/// Random bytes, at least `least` and at most `most`.
fn some(random: &mut impl TryRng<Error = core::convert::Infallible>, least: usize, most: usize) -> Vec<u8> {
    let Ok(draw) = random.try_next_u32();
    let mut bytes = vec![0; least + usize::try_from(draw).unwrap() % (most - least + 1)];
    let Ok(()) = random.try_fill_bytes(&mut bytes);
    bytes
}

/// `bytes` with one bit changed, or all of them new.
fn altered(random: &mut impl TryRng<Error = core::convert::Infallible>, bytes: &[u8]) -> Vec<u8> {
    let Ok(draw) = random.try_next_u32();
    let (draw, mut bytes) = (usize::try_from(draw).unwrap(), bytes.to_vec());
    if draw.is_multiple_of(4) {
        let Ok(()) = random.try_fill_bytes(&mut bytes);
    } else {
        let at = draw / 32 % bytes.len();
        bytes[at] ^= 1 << (draw / 4 % 8);
    }
    bytes
}

const KEM_OUTPUTS: [&str; 6] =
    ["public key", "key check", "ciphertext", "sent secret", "opened secret", "rejection secret"];

fn kem<A: Component, B: Component>(algorithm: Algorithm, seed: u64, tamper: Tamper) -> Result<(), String> {
    let mut random = rng(seed);
    let private = some(&mut random, 64, 64);
    let key =
        (Key::<A>::import(algorithm, &private).unwrap(), Key::<B>::import(algorithm, &private).unwrap());
    let bytes = public(&key.0);
    same("public key", tamper, &bytes, &public(&key.1))?;
    // One coefficient that is 3329 or more is what FIPS 203 §7.2 looks for.
    let mut bad = bytes.clone();
    let at = usize::try_from(seed).unwrap() % (algorithm.public_key_len() / 3 - 11) * 3;
    (bad[at], bad[at + 1]) = (0xff, bad[at + 1] | 0x0f);
    for (key, good) in [(&bytes, true), (&bad, false)] {
        let verdicts = [A::check_public(key).is_ok(), B::check_public(key).is_ok()];
        agree("key check", tamper, good, verdicts)?;
    }

    let sent = |encapsulate: fn(&[u8], &mut dyn khoalai::Random, &mut [u8], &mut [u8]) -> _| {
        let (mut ciphertext, mut secret) = (vec![0; algorithm.ciphertext_len()], [0; 32]);
        let result: khoalai::Result<()> =
            encapsulate(&bytes, &mut rng(seed + 1), &mut ciphertext, &mut secret);
        result.unwrap();
        (ciphertext, secret)
    };
    let (first, second) = (sent(A::encapsulate), sent(B::encapsulate));
    same("ciphertext", tamper, &first.0, &second.0)?;
    same("sent secret", tamper, &first.1, &second.1)?;

    let open = |key: &dyn PrivateKey, ciphertext: &[u8]| {
        let mut secret = [0; 32];
        key.decapsulate(ciphertext, &mut rng(0), &mut secret).unwrap();
        secret
    };
    let opened = open(&key.0, &second.0);
    same("opened secret", tamper, &opened, &open(&key.1, &first.0))?;
    if opened != first.1 {
        return Err("what was sent was not opened".to_owned());
    }
    let wrong = altered(&mut random, &first.0);
    let rejected = open(&key.0, &wrong);
    same("rejection secret", tamper, &rejected, &open(&key.1, &wrong))?;
    if rejected == opened { Err("an altered ciphertext was opened".to_owned()) } else { Ok(()) }
}

const DSA_OUTPUTS: [&str; 6] =
    ["public key", "signature", "good signature", "altered signature", "other message", "other context"];

fn dsa<A: Component, B: Component>(algorithm: Algorithm, seed: u64, tamper: Tamper) -> Result<(), String> {
    let mut random = rng(seed);
    let private = some(&mut random, 32, 32);
    let (message, context) = (some(&mut random, 0, 300), some(&mut random, 0, 255));
    let key =
        (Key::<A>::import(algorithm, &private).unwrap(), Key::<B>::import(algorithm, &private).unwrap());
    let bytes = public(&key.0);
    same("public key", tamper, &bytes, &public(&key.1))?;

    let hedge = if seed.is_multiple_of(2) { Hedge::Deterministic } else { Hedge::Required };
    let sign = |key: &dyn PrivateKey| {
        let mut out = vec![0; algorithm.signature_len()];
        key.sign(Input::Message(&[&message]), &context, hedge, &mut rng(seed + 1), &mut out).unwrap();
        out
    };
    let signature = sign(&key.0);
    same("signature", tamper, &signature, &sign(&key.1))?;

    let verdicts = |message: &[u8], context: &[u8], signature: &[u8]| {
        let input = Input::Message(&[message]);
        [
            A::verify(&bytes, input, context, signature).is_ok(),
            B::verify(&bytes, input, context, signature).is_ok(),
        ]
    };
    agree("good signature", tamper, true, verdicts(&message, &context, &signature))?;
    let wrong = altered(&mut random, &signature);
    agree("altered signature", tamper, false, verdicts(&message, &context, &wrong))?;
    // What verification costs is hashed before it: one of these per case is enough.
    let longer = |bytes: &[u8]| [bytes, &[0]].concat();
    if seed.is_multiple_of(2) || context.len() == 255 {
        agree("other message", tamper, false, verdicts(&longer(&message), &context, &signature))
    } else {
        agree("other context", tamper, false, verdicts(&message, &longer(&context), &signature))
    }
}

type Case = fn(Algorithm, u64, Tamper) -> Result<(), String>;

fn run<A: Component, B: Component>(algorithm: Algorithm, case: Case, outputs: &[&'static str]) {
    let (first, second) = (A::IMPLEMENTATION, B::IMPLEMENTATION);
    println!("{algorithm}: {first} against {second}, {} cases, seed {SEED:#x}", cases());
    assert_ne!(first, second, "an implementation would be compared with itself");
    assert_eq!((A::NAME, B::NAME), (algorithm.name(), algorithm.name()));
    for n in 0..cases() {
        case(algorithm, SEED + n, None).unwrap_or_else(|what| panic!("{algorithm}, case {n}: {what}"));
    }
    // One wrong bit in any output of the second one is found and named.
    for output in outputs {
        let found = (0..2).find_map(|n| case(algorithm, SEED + n, Some(output)).err());
        assert_eq!(found, Some(format!("{output} differs")), "{algorithm}");
    }
}

macro_rules! sets {
    ($($name:ident: $component:ident = $algorithm:expr, $case:ident, $outputs:ident;)+) => { $(
        #[test]
        fn $name() {
            type First = soft::$component;
            type Second = second::$component;
            run::<First, Second>($algorithm, $case::<First, Second>, &$outputs);
        }
    )+ };
}

sets! {
    ml_dsa_87: MlDsa87 = ML_DSA_87, dsa, DSA_OUTPUTS;
    ml_dsa_65: MlDsa65 = ML_DSA_65, dsa, DSA_OUTPUTS;
    ml_dsa_44: MlDsa44 = ML_DSA_44, dsa, DSA_OUTPUTS;
    ml_kem_1024: MlKem1024 = ML_KEM_1024, kem, KEM_OUTPUTS;
    ml_kem_768: MlKem768 = ML_KEM_768, kem, KEM_OUTPUTS;
    ml_kem_512: MlKem512 = ML_KEM_512, kem, KEM_OUTPUTS;
}
