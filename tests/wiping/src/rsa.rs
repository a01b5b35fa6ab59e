//! RSA, whose crate leaves copies in freed blocks of the heap (SECURITY.md names it): these are
//! counted and pass. The stack is looked at as everywhere.

use crate::lab::Lab;
use crate::random::Tape;
use crate::secrets::public;
use khoalai::algorithm::Kind;
use khoalai::{Algorithm, Error, Hedge, Input};

/// TEST ONLY.
const KEY: &[u8] = include_bytes!("../../../src/soft/rsa/test-only-2048.private");

/// Whether `algorithm` is RSA, or built on it.
pub(crate) fn is_rsa(algorithm: Algorithm) -> bool {
    let classical = algorithm.halves().map_or(algorithm, |(_, classical)| classical);
    classical.name().starts_with("RSA")
}

/// Every component of 2048 bits whose private keys are in this build. Larger ones differ in nothing
/// but numbers, and making keys takes seconds.
pub(crate) fn drive(lab: &mut Lab) {
    for &algorithm in Algorithm::ALL {
        let here = algorithm.name().starts_with("RSA2048") && algorithm.private_key_len() > 0;
        if !here || !lab.wants(algorithm.name()) {
            continue;
        }
        lab.report.begin(algorithm.name());
        lab.heap_is_named = true;
        let key = lab.run("import", || khoalai::import(algorithm, KEY));
        // d, p, q and what follows from them: the numbers after the public exponent.
        let secret = numbers(KEY).into_iter().skip(3);
        secret.for_each(|number| lab.needles.add_number("RSA: a private number", number));
        lab.see_live();
        let import = lab.run("import", || khoalai::import(algorithm, KEY));
        lab.finish("drop of an import", import);
        let mut worse = KEY.to_vec();
        worse[KEY.len() - 1] ^= 1;
        let refused = lab.run("import of a bad key", || khoalai::import(algorithm, &worse).err());
        assert_eq!(*refused.get(), Some(Error::BadPrivateKey));

        let loaded = key.get().as_ref().expect("a key");
        let mut random = Tape::new(1, "RSA");
        if algorithm.kind() == Kind::Signature {
            let mut out = vec![0; algorithm.signature_len()];
            let input = Input::Message(&[b"message"]);
            lab.run("sign", || loaded.sign(input, b"", Hedge::Preferred, &mut random, &mut out).is_ok());
        } else {
            let public = public(loaded);
            let (mut ciphertext, mut secret) =
                (vec![0; algorithm.ciphertext_len()], vec![0; algorithm.secret_len()]);
            algorithm.encapsulate(&public, &mut random, &mut ciphertext, &mut secret).expect("a ciphertext");
            lab.needles.add("RSA: the shared secret", &secret);
            lab.see(&[secret.clone()]);
            let mut random = Tape::new(1, "RSA");
            lab.run("encapsulate", || {
                algorithm.encapsulate(&public, &mut random, &mut ciphertext, &mut secret).is_ok()
            });
            lab.run("decapsulate", || loaded.decapsulate(&ciphertext, &mut random, &mut secret).is_ok());
            ciphertext[9] ^= 1;
            lab.run("decapsulate nonsense", || {
                loaded.decapsulate(&ciphertext, &mut random, &mut secret).is_ok()
            });
        }
        lab.finish("drop", key);
        lab.next();
        lab.heap_is_named = false;
    }
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
