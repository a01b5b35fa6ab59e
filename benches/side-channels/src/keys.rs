//! Operations of keys and on public keys, for any row of the table.

use crate::cases::{Case, Run, as_load};
use crate::input::{Given, Input, bytes, rng};
use core::hint::black_box;
use khoalai::{Algorithm, BoxedKey, ExportPrivateKey, Hedge, PrivateKey};

const MESSAGE: &[u8] = b"TEST ONLY: a message of less than a block";
/// More randomness than any encapsulation draws.
const RANDOM: usize = 128;
/// The longest ciphertext and signature.
const ROOM: usize = 5120;

fn import(algorithm: Algorithm, private: &[u8]) -> BoxedKey {
    khoalai::import(algorithm, private).expect("a key that was made here")
}

/// A key, with its public key beside it.
fn key(algorithm: Algorithm, number: u64) -> Input {
    let key = khoalai::generate(algorithm, &mut rng(number)).expect("a key");
    let (mut private, mut public) =
        (vec![0; algorithm.private_key_len()], vec![0; algorithm.public_key_len()]);
    let private = key.expose_private_key(&mut private).expect("the private key").to_vec();
    let public = key.public_key(&mut public).expect("the public key").to_vec();
    // A seed of ML-DSA and an `ECPrivateKey`, of which only the scalar is secret.
    let open = if private.len() == 83 { vec![32..39, 71..83] } else { Vec::new() };
    Input { secret: private, open, public: vec![public] }
}

fn with_ciphertext(algorithm: Algorithm, number: u64) -> Input {
    let mut input = key(algorithm, number);
    let mut ciphertext = vec![0; algorithm.ciphertext_len()];
    let mut secret = vec![0; algorithm.secret_len()];
    algorithm
        .encapsulate(&input.public[0], &mut rng(number ^ 1 << 32), &mut ciphertext, &mut secret)
        .expect("a ciphertext");
    input.public.push(ciphertext);
    input
}

/// Randomness is the secret; the public key is always the same.
fn randomness(algorithm: Algorithm, number: u64) -> Input {
    let public = key(algorithm, 0).public;
    // Its top bit is not set: a number below the order of every curve.
    let mut secret = bytes(number, RANDOM);
    secret.iter_mut().for_each(|byte| *byte &= 0x7f);
    Input { secret, open: Vec::new(), public }
}

/// Loads a private key from what is stored of it.
pub fn load(algorithm: Algorithm) -> Case {
    let load = as_load(move |input| {
        let mut kept = None;
        Box::new(move |_| *black_box(&mut kept) = khoalai::import(algorithm, &input.secret).ok())
    });
    Case::new(format!("{algorithm} load"), move |number| key(algorithm, number), load)
        .rejecting(algorithm.name().contains("ML") || algorithm.name() == "X-Wing")
}

pub fn encapsulate(algorithm: Algorithm) -> Case {
    let load = as_load(move |input| {
        Box::new(move |out| {
            let (ciphertext, rest) = out.split_at_mut(algorithm.ciphertext_len());
            let secret = &mut rest[..algorithm.secret_len()];
            let made = algorithm.encapsulate(&input.public[0], &mut Given(&input.secret), ciphertext, secret);
            let _ = black_box(made);
        })
    });
    Case::new(format!("{algorithm} encapsulate"), move |number| randomness(algorithm, number), load)
}

pub fn encapsulate_prepared(algorithm: Algorithm) -> Case {
    let load = as_load(move |input| {
        let software = algorithm.row().software;
        let prepared = software.prepare(algorithm, &input.public[0]).expect("a public key");
        Box::new(move |out| {
            let (ciphertext, rest) = out.split_at_mut(algorithm.ciphertext_len());
            let secret = &mut rest[..algorithm.secret_len()];
            let _ = black_box(prepared.encapsulate(&mut Given(&input.secret), ciphertext, secret));
        })
    });
    Case::new(format!("{algorithm} encapsulate, prepared"), move |number| randomness(algorithm, number), load)
}

fn decapsulating(algorithm: Algorithm) -> impl for<'a> Fn(&'a Input) -> Run<'a> {
    as_load(move |input| {
        let key = import(algorithm, &input.secret);
        Box::new(move |out| {
            let secret = &mut out[..algorithm.secret_len()];
            let _ = black_box(key.decapsulate(&input.public[1], &mut rng(0), secret));
        })
    })
}

pub fn decapsulate(algorithm: Algorithm) -> Case {
    let input = move |number| with_ciphertext(algorithm, number);
    Case::new(format!("{algorithm} decapsulate"), input, decapsulating(algorithm))
}

/// One key, and ciphertexts that were not made for it: but for number 0, one bit of each is flipped.
pub fn reject(algorithm: Algorithm) -> Case {
    let input = move |number: u64| {
        let mut input = with_ciphertext(algorithm, 0);
        if number > 0 {
            // All of them begin with the ciphertext of ML-KEM, of 1,088 bytes or more.
            let place = usize::try_from(number * 7 % (1088 * 8)).expect("it is small");
            input.public[1][place / 8] ^= 1 << (place % 8);
        }
        input
    };
    Case::new(format!("{algorithm} decapsulate, bad ciphertexts"), input, decapsulating(algorithm))
}

pub fn sign(algorithm: Algorithm) -> Case {
    let load = as_load(move |input| {
        let key = import(algorithm, &input.secret);
        Box::new(move |out| {
            let message = khoalai::Input::Message(&[MESSAGE]);
            let made = key.sign(message, b"", Hedge::Deterministic, &mut rng(0), out);
            let _ = black_box(made);
        })
    });
    Case::new(format!("{algorithm} sign"), move |number| signer(algorithm, number), load)
        .rejecting(algorithm.name().starts_with("ML"))
}

/// A key; of ECDSA one whose signature is written in 70 bytes, as a quarter of them are: how long r and s are, a
/// part of the signature, is no secret, and writing them takes other ways.
fn signer(algorithm: Algorithm, number: u64) -> Input {
    let fits = |input: &Input| !algorithm.name().starts_with("ECDSA") || input.public[1].len() == 70;
    let mut tries = (0..).map(|attempt| with_signature(algorithm, number + (attempt << 20)));
    tries.find(fits).expect("one of them fits")
}

fn with_signature(algorithm: Algorithm, number: u64) -> Input {
    let mut input = key(algorithm, number);
    let mut out = [0; ROOM];
    let message = khoalai::Input::Message(&[MESSAGE]);
    let signature = import(algorithm, &input.secret)
        .sign(message, b"", Hedge::Deterministic, &mut rng(0), &mut out)
        .expect("a signature")
        .to_vec();
    input.public.push(signature);
    input
}

pub fn verify(algorithm: Algorithm) -> Case {
    let load = as_load(move |input| {
        Box::new(move |_| {
            let message = khoalai::Input::Message(&[MESSAGE]);
            algorithm.verify(&input.public[0], message, b"", &input.public[1]).expect("it verifies");
        })
    });
    Case::new(format!("{algorithm} verify"), move |number| with_signature(algorithm, number), load)
}

pub fn verify_prepared(algorithm: Algorithm) -> Case {
    let load = as_load(move |input| {
        let software = algorithm.row().software;
        let prepared = software.prepare(algorithm, &input.public[0]).expect("a public key");
        Box::new(move |_| {
            let message = khoalai::Input::Message(&[MESSAGE]);
            prepared.verify(message, b"", &input.public[1]).expect("it verifies");
        })
    });
    Case::new(format!("{algorithm} verify, prepared"), move |number| with_signature(algorithm, number), load)
}
