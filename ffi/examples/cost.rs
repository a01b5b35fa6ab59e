//! What the boundary adds: decapsulating and signing through the C functions and without them, by turns in
//! one run. Nothing is asserted of time: `scripts/ffi --cost` prints the figures for people.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::as_conversions,
    reason = "figures for people"
)]

use core::ffi::{c_int, c_uint};
use core::ptr::null;
use core::time::Duration;
use khoalai::{Algorithm, DecapsulationKey, SigningKey, SystemRandom};
use khoalai_c::algorithm::{ML_DSA_65, MLDSA65_ED25519_SHA512, X_WING};
use khoalai_c::kem::khoalai_decapsulate;
use khoalai_c::key::{RAW, khoalai_key, khoalai_key_free, khoalai_key_generate, khoalai_key_write};
use std::time::Instant;

const ROUNDS: usize = 400;

fn done(code: c_int) {
    assert_eq!(code, 0);
}

/// One key, as both sides have it.
fn key(number: c_uint, algorithm: Algorithm) -> (*mut khoalai_key, khoalai::BoxedKey) {
    let (mut key, mut raw, mut len) = (core::ptr::null_mut(), [0; 200], 200);
    // SAFETY: the variable is there.
    done(unsafe { khoalai_key_generate(number, null(), &raw mut key) });
    // SAFETY: the key was made; the buffer has this length.
    done(unsafe { khoalai_key_write(key, RAW, null(), 0, raw.as_mut_ptr(), &raw mut len) });
    (key, khoalai::import(algorithm, raw.get(..len).unwrap()).unwrap())
}

/// Times both by turns and prints the medians.
fn compare(name: &str, mut through: impl FnMut(), mut without: impl FnMut()) {
    let time = |work: &mut dyn FnMut()| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    let mut times = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS + 20 {
        // Either is first as often as the other.
        let (one, other) = if round % 2 == 0 {
            let one = time(&mut through);
            (one, time(&mut without))
        } else {
            let other = time(&mut without);
            (time(&mut through), other)
        };
        if round >= 20 {
            times[0].push(one);
            times[1].push(other);
        }
    }
    let [through, without] = times.map(|mut times: Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_nanos() as f64 / 1000.0
    });
    println!(
        "{name}: {through:.2} us through C, {without:.2} us without, {:+.2} %",
        (through / without - 1.0) * 100.0
    );
}

fn main() {
    let (c_key, rust_key) = key(X_WING, khoalai::X_WING);
    let rust_key = DecapsulationKey::new(rust_key).unwrap();
    let mut public = vec![0; khoalai::X_WING.public_key_len()];
    let public = khoalai::PublicKey::new(khoalai::X_WING, rust_key.public_key(&mut public).unwrap()).unwrap();
    let mut ciphertext = vec![0; khoalai::X_WING.ciphertext_len()];
    let sent = public.encapsulate(&mut SystemRandom, &mut ciphertext).unwrap();
    compare(
        "X-Wing, decapsulate",
        || {
            let (mut secret, mut len) = ([0; 32], 32);
            // SAFETY: the key was made; the buffers have these lengths.
            done(unsafe {
                khoalai_decapsulate(
                    c_key,
                    ciphertext.as_ptr(),
                    ciphertext.len(),
                    secret.as_mut_ptr(),
                    &raw mut len,
                )
            });
            assert!(secret == *sent.expose());
        },
        || assert!(rust_key.decapsulate(&ciphertext, &mut SystemRandom).unwrap() == sent),
    );
    free(c_key);
    for (number, algorithm) in
        [(MLDSA65_ED25519_SHA512, khoalai::MLDSA65_ED25519_SHA512), (ML_DSA_65, khoalai::ML_DSA_65)]
    {
        let (c_key, rust_key) = key(number, algorithm);
        let rust_key = SigningKey::new(rust_key).unwrap();
        let (mut one, mut other) = (vec![0; algorithm.signature_len()], vec![0; algorithm.signature_len()]);
        // One signature takes twice as long as another: the same ones are made on both sides.
        let (mut first, mut second) = (0_u64, 0_u64);
        compare(
            &format!("{algorithm}, sign"),
            || {
                first += 1;
                let (message, mut len) = (first.to_le_bytes(), one.len());
                // SAFETY: the key was made; the buffers have these lengths.
                done(unsafe {
                    khoalai_c::signature::khoalai_sign_input(
                        c_key,
                        khoalai_c::signature::INPUT_MESSAGE,
                        message.as_ptr(),
                        message.len(),
                        null(),
                        0,
                        khoalai_c::signature::HEDGE_DETERMINISTIC,
                        one.as_mut_ptr(),
                        &raw mut len,
                    )
                });
            },
            || {
                second += 1;
                let message = second.to_le_bytes();
                let input = khoalai::Input::Message(&[&message]);
                let hedge = khoalai::Hedge::Deterministic;
                rust_key.sign_input(input, b"", hedge, &mut SystemRandom, &mut other).unwrap();
            },
        );
        free(c_key);
    }
}

fn free(mut key: *mut khoalai_key) {
    // SAFETY: the key was made, and nobody else has it.
    unsafe { khoalai_key_free(&raw mut key) }
}
