//! CCTV: what random vectors do not reach.

use crate::ops::{check, decapsulate, encapsulate, import, import_expanded, public, sign, text, verify};
use crate::support::{self, Outcome, Tally, refused, same, unhex};
use khoalai::{Algorithm, BoxedKey, Input, ML_KEM_512, ML_KEM_768, ML_KEM_1024};
use shake::{ExtendableOutput, Shake128, Shake256, Update, XofReader};
use std::collections::BTreeMap;

crate::support::sets! {
    modulus_512: "cctv/ML-KEM/modulus/ML-KEM-512.txt" => |tally| modulus(tally, ML_KEM_512);
    modulus_768: "cctv/ML-KEM/modulus/ML-KEM-768.txt" => |tally| modulus(tally, ML_KEM_768);
    modulus_1024: "cctv/ML-KEM/modulus/ML-KEM-1024.txt" => |tally| modulus(tally, ML_KEM_1024);
    strcmp_512: "cctv/ML-KEM/strcmp/ML-KEM-512.txt" => |tally| strcmp(tally, ML_KEM_512);
    strcmp_768: "cctv/ML-KEM/strcmp/ML-KEM-768.txt" => |tally| strcmp(tally, ML_KEM_768);
    strcmp_1024: "cctv/ML-KEM/strcmp/ML-KEM-1024.txt" => |tally| strcmp(tally, ML_KEM_1024);
    unlucky_512: "cctv/ML-KEM/unluckysample/ML-KEM-512.txt" => |tally| unlucky(tally, ML_KEM_512);
    unlucky_768: "cctv/ML-KEM/unluckysample/ML-KEM-768.txt" => |tally| unlucky(tally, ML_KEM_768);
    unlucky_1024: "cctv/ML-KEM/unluckysample/ML-KEM-1024.txt" => |tally| unlucky(tally, ML_KEM_1024);
    intermediate_512: "cctv/ML-KEM/intermediate/ML-KEM-512.txt" => |tally| intermediate(tally, ML_KEM_512);
    intermediate_768: "cctv/ML-KEM/intermediate/ML-KEM-768.txt" => |tally| intermediate(tally, ML_KEM_768);
    intermediate_1024: "cctv/ML-KEM/intermediate/ML-KEM-1024.txt" => |tally| intermediate(tally, ML_KEM_1024);
    accumulated: "cctv/ML-DSA/accumulated.txt" => accumulated_cases;
}

/// Public keys with one coefficient out of range, one per line (FIPS 203 §7.2).
fn modulus(tally: &mut Tally, algorithm: Algorithm) {
    for (line, key) in support::text(&tally.files[0]).lines().enumerate() {
        let key = unhex(key);
        let outcome = refused("the check of the public key", check(algorithm, &key))
            .and_then(|()| refused("encapsulation", encapsulate(algorithm, &key, &[7; 32])));
        tally.ran(algorithm, line + 1, outcome);
    }
}

/// `name = hex` lines. Polynomials, which are lists of numbers, are not read.
fn values(name: &str) -> BTreeMap<String, Vec<u8>> {
    let text = support::text(name);
    text.lines()
        .filter_map(|line| line.rsplit_once(" = "))
        .filter(|(_, value)| !value.starts_with('{'))
        .map(|(name, hex)| (name.to_owned(), unhex(hex)))
        .collect()
}

/// A ciphertext that agrees with the re-encryption up to a zero byte has to be rejected all the same.
fn strcmp(tally: &mut Tally, algorithm: Algorithm) {
    let v = values(&tally.files[0]);
    let outcome = import_expanded(algorithm, &v["dk"]).and_then(|key| decapsulate(&*key, &v["c"]));
    let outcome = outcome.map_err(text).and_then(|secret| same("secret", &secret, &v["K"]));
    tally.ran(algorithm, 1, outcome);
}

/// Sampling the matrix takes more output of SHAKE128 than it nearly ever does.
fn unlucky(tally: &mut Tally, algorithm: Algorithm) {
    let v = values(&tally.files[0]);
    tally.ran(algorithm, 1, key_and_use(algorithm, &v).map(|_| ()));
}

/// A key, an encapsulation to it and its decapsulation. The seed `d` is of the draft of FIPS 203, which
/// expands it without the byte k (alg. 13 step 1), so the key is read from `dk`.
fn key_and_use(algorithm: Algorithm, v: &BTreeMap<String, Vec<u8>>) -> Result<BoxedKey, String> {
    let key = import_expanded(algorithm, &v["dk"]).map_err(text)?;
    same("public key", &public(&*key).map_err(text)?, &v["ek"])?;
    let (ciphertext, secret) = encapsulate(algorithm, &v["ek"], &v["m"]).map_err(text)?;
    same("ciphertext", &ciphertext, &v["c"])?;
    same("secret", &secret, &v["K"])?;
    same("secret opened", &decapsulate(&*key, &v["c"]).map_err(text)?, &v["K"])?;
    Ok(key)
}

/// The values that go in or come out; what lies between is inside the algorithm. `KBar` is what `c` would
/// be rejected with, but no good key rejects it: it confirms the formula that a bad ciphertext is held to.
fn intermediate(tally: &mut Tally, algorithm: Algorithm) {
    let v = values(&tally.files[0]);
    let run = || -> Outcome {
        let key = key_and_use(algorithm, &v)?;
        same("KBar", &rejection(&v["z"], &v["c"]), &v["KBar"])?;
        let mut bad = v["c"].clone();
        bad[0] ^= 1;
        let got = decapsulate(&*key, &bad).map_err(text)?;
        same("secret of a bad ciphertext", &got, &rejection(&v["z"], &bad))
    };
    tally.ran(algorithm, 1, run());
}

/// J(z ‖ c), the secret of a rejected ciphertext (FIPS 203 alg. 18 step 7).
fn rejection(z: &[u8], c: &[u8]) -> [u8; 32] {
    let (mut hash, mut out) = (Shake256::default(), [0; 32]);
    hash.update(z);
    hash.update(c);
    hash.finalize_xof().read(&mut out);
    out
}

/// `algorithm iterations hash` lines. Keys and deterministic signatures of the empty message for
/// seeds from one SHAKE128, all hashed by another.
fn accumulated_cases(tally: &mut Tally) {
    let text = support::text(&tally.files[0]);
    let mut cases = Vec::new();
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        let (name, iterations) = (words[0], words[1].parse::<u32>().unwrap());
        let (algorithm, id) = (Algorithm::named(name).unwrap(), format!("{name} {iterations}"));
        if iterations > 10_000 {
            tally.skip(id, "takes days");
        } else {
            let want = unhex(words[2]);
            let run = move || same("hash", &accumulate(algorithm, iterations)?, &want);
            cases.push((algorithm, id, run));
        }
    }
    // They take longest: side by side, where there are threads.
    if cfg!(target_family = "wasm") {
        cases.into_iter().for_each(|(algorithm, id, run)| tally.ran(algorithm, id, run()));
        return;
    }
    std::thread::scope(|scope| {
        let running: Vec<_> =
            cases.into_iter().map(|(algorithm, id, run)| (algorithm, id, scope.spawn(run))).collect();
        running
            .into_iter()
            .for_each(|(algorithm, id, thread)| tally.ran(algorithm, id, thread.join().unwrap()));
    });
}

fn accumulate(algorithm: Algorithm, iterations: u32) -> Result<[u8; 32], String> {
    let mut seeds = Shake128::default().finalize_xof();
    let mut hash = Shake128::default();
    for _ in 0..iterations {
        let mut seed = [0; 32];
        seeds.read(&mut seed);
        let key = import(algorithm, &seed).map_err(text)?;
        let public = public(&*key).map_err(text)?;
        let signature = sign(&*key, Input::Message(&[]), &[], None).map_err(text)?;
        verify(algorithm, &public, Input::Message(&[]), &[], &signature).map_err(text)?;
        hash.update(&public);
        hash.update(&signature);
    }
    let mut out = [0; 32];
    hash.finalize_xof().read(&mut out);
    Ok(out)
}
