//! RSA, alone and as a half. Its crate leaves copies of its numbers in freed blocks of the heap
//! (SECURITY.md names it): these are counted and pass. The stack is looked at as everywhere, and so is
//! what is of the other half.

use crate::lab::{Lab, RSA};
use crate::random::Tape;
use crate::secrets::{Private, public};
use khoalai::algorithm::Kind;
use khoalai::{Algorithm, BoxedKey, Error, Hedge, Input};

/// TEST ONLY.
const KEY: &[u8] = include_bytes!("../../../src/soft/rsa/test-only-2048.private");

/// Whether `algorithm` is RSA, or built on it.
pub(crate) fn is_rsa(algorithm: Algorithm) -> bool {
    classical(algorithm).name().starts_with("RSA")
}

fn classical(algorithm: Algorithm) -> Algorithm {
    algorithm.halves().map_or(algorithm, |(_, classical)| classical)
}

/// Every component of 2048 bits whose private keys are in this build, and every hybrid with one. Larger
/// ones differ in nothing but numbers, and making keys takes seconds.
pub(crate) fn drive(lab: &mut Lab) {
    for &algorithm in Algorithm::ALL {
        let is_here = classical(algorithm).name().starts_with("RSA2048") && algorithm.private_key_len() > 0;
        if is_here && lab.wants(algorithm.name()) {
            subject(lab, algorithm);
        }
    }
}

fn subject(lab: &mut Lab, algorithm: Algorithm) {
    lab.report.begin(algorithm.name());
    let mut raw = KEY.to_vec();
    if let Some((pq, _)) = algorithm.halves() {
        // The draft's private key: the seed, then RSAPrivateKey.
        let pq = Private::of(&khoalai::generate(pq, &mut Tape::new(1, "key")).expect("a key"));
        pq.add_to(&mut lab.needles);
        raw = [&pq.raw, KEY].concat();
    }
    let key = lab.run("import", || khoalai::import(algorithm, &raw));
    // d, p, q and what follows from them: the numbers after the public exponent.
    let secret = numbers(KEY).into_iter().skip(3);
    secret.for_each(|number| lab.needles.add_number(&format!("{RSA}a private number"), number));
    lab.see_live();
    let import = lab.run("import", || khoalai::import(algorithm, &raw));
    lab.finish("drop of an import", import);
    let mut worse = raw.clone();
    worse[raw.len() - 1] ^= 1;
    let refused = lab.run("import of a bad key", || khoalai::import(algorithm, &worse).err());
    assert_eq!(*refused.get(), Some(Error::BadPrivateKey));

    let loaded = key.get().as_ref().expect("a key");
    match algorithm.kind() {
        Kind::Signature => sign(lab, loaded),
        _ => exchange(lab, loaded),
    }
    lab.finish("drop", key);
    lab.next();
}

fn sign(lab: &mut Lab, key: &BoxedKey) {
    let mut out = vec![0; key.algorithm().signature_len()];
    let mut random = Tape::new(1, "RSA");
    let input = Input::Message(&[b"message"]);
    lab.run("sign", || key.sign(input, b"", Hedge::Preferred, &mut random, &mut out).is_ok());
    let mut dying = Tape::new(1, "RSA").failing_after(0);
    lab.run("sign, failing", || key.sign(input, b"", Hedge::Required, &mut dying, &mut out).is_ok());
}

fn exchange(lab: &mut Lab, key: &BoxedKey) {
    let algorithm = key.algorithm();
    let public = public(key);
    let (mut ciphertext, mut secret) = (vec![0; algorithm.ciphertext_len()], vec![0; algorithm.secret_len()]);
    let mut random = Tape::new(1, "RSA");
    algorithm.encapsulate(&public, &mut random, &mut ciphertext, &mut secret).expect("a ciphertext");
    // Of RSA alone the crate has it; of a hybrid nobody may leave it.
    let owner = if algorithm.halves().is_some() { "" } else { RSA };
    lab.needles.add(&format!("{owner}the shared secret"), &secret);
    lab.see(&[secret.clone()]);
    let mut random = Tape::new(1, "RSA");
    lab.run("encapsulate", || {
        algorithm.encapsulate(&public, &mut random, &mut ciphertext, &mut secret).is_ok()
    });
    lab.run("decapsulate", || key.decapsulate(&ciphertext, &mut random, &mut secret).is_ok());
    let last = ciphertext.len() - 9;
    ciphertext[last] ^= 1;
    lab.run("decapsulate nonsense", || key.decapsulate(&ciphertext, &mut random, &mut secret).is_ok());
}

/// The contents of the INTEGERs in a SEQUENCE, without the zero in front of some.
fn numbers(der: &[u8]) -> Vec<&[u8]> {
    let mut rest = value(der).0;
    let mut numbers = Vec::new();
    while !rest.is_empty() {
        let (number, after) = value(rest);
        numbers.push(if number.len() > 1 && number[0] == 0 { &number[1..] } else { number });
        rest = after;
    }
    numbers
}

/// The content of the first DER value, and what is behind it.
fn value(der: &[u8]) -> (&[u8], &[u8]) {
    let (len, at) = match usize::from(der[1]) {
        short @ 0..=0x7f => (short, 2),
        0x81 => (usize::from(der[2]), 3),
        _ => (usize::from(der[2]) << 8 | usize::from(der[3]), 4),
    };
    der[at..].split_at(len)
}
