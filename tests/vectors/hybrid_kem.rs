//! Hybrid KEMs: X-Wing, the CFRG hybrids, and the KEM part of HPKE with them.

use crate::ops::{decapsulate, encapsulate, encapsulate_with, export, import, public, text};
use crate::support::{Outcome, Replay, Tally, ensure, hex, json, same};
use khoalai::soft::{MlKem768, X25519};
use khoalai::{
    Algorithm, Half, Hybrid, MLKEM768_P256, MLKEM768_X25519, MLKEM1024_P384, Memory, Side, X_WING,
};
use serde_json::Value;
use shake::{ExtendableOutput, Shake256, Update, XofReader};

crate::support::sets! {
    x_wing: "xwing-draft/test-vectors.json" => |tally| each(tally, X_WING, |case| {
        kem(X_WING, &hex(case, "seed"), case, Some(&hex(case, "eseed")), ["pk", "ct", "ss"])?;
        same("private key", &hex(case, "sk"), &hex(case, "seed"))
    });
    // What CFRG calls MLKEM768-X25519 is X-Wing where the key is a seed. Our row of that name is for
    // halves that were made apart.
    mlkem768_x25519: "cfrg-concrete-hybrid-kems-04/test-vectors-MLKEM768X25519.json" =>
        |tally| each(tally, MLKEM768_X25519, |case| {
            kem(X_WING, &hex(case, "seed"), case, Some(&hex(case, "randomness")), ["pk", "ct", "ss"])?;
            apart(case)
        });
    mlkem768_p256: "cfrg-concrete-hybrid-kems-04/test-vectors-MLKEM768P256.json" => |tally| cfrg(tally, MLKEM768_P256);
    mlkem1024_p384: "cfrg-concrete-hybrid-kems-04/test-vectors-MLKEM1024P384.json" =>
        |tally| cfrg(tally, MLKEM1024_P384);
    hpke: "hpke-pq/test-vectors.json" => hpke_cases;
}

fn each(tally: &mut Tally, algorithm: Algorithm, run: impl Fn(&Value) -> Outcome) {
    for (place, case) in json(&tally.files[0]).as_array().unwrap().iter().enumerate() {
        tally.ran(algorithm, place + 1, run(case));
    }
}

fn cfrg(tally: &mut Tally, algorithm: Algorithm) {
    each(tally, algorithm, |case| {
        kem(algorithm, &hex(case, "seed"), case, Some(&hex(case, "randomness")), ["pk", "ct", "ss"])?;
        same("private key", &hex(case, "sk"), &hex(case, "seed"))
    });
}

/// Public key, derandomised encapsulation and decapsulation. `names` are those of the public key,
/// the ciphertext and the secret in `case`.
fn kem(algorithm: Algorithm, seed: &[u8], case: &Value, random: Option<&[u8]>, names: [&str; 3]) -> Outcome {
    let [want_public, want_ciphertext, want_secret] = names.map(|name| hex(case, name));
    let key = import(algorithm, seed).map_err(text)?;
    same("public key", &public(&*key).map_err(text)?, &want_public)?;
    same("private key written", &export(&*key).map_err(text)?, seed)?;
    same("secret opened", &decapsulate(&*key, &want_ciphertext).map_err(text)?, &want_secret)?;
    let Some(random) = random else { return Ok(()) };
    let mut replay = Replay::new(random);
    let (ciphertext, secret) = encapsulate_with(algorithm, &want_public, &mut replay).map_err(text)?;
    same("ciphertext", &ciphertext, &want_ciphertext)?;
    same("secret", &secret, &want_secret)?;
    // P-256 has four windows for its scalar and draws the next one only if it must.
    ensure(replay.is_spent() || algorithm == MLKEM768_P256, "encapsulation left randomness over")
}

/// The halves of an X-Wing key, each loaded on its own, are a MLKEM768-X25519 key with the same bytes.
fn apart(case: &Value) -> Outcome {
    const ROW: Algorithm = MLKEM768_X25519;
    let mut expanded = [0; 96];
    let mut hash = Shake256::default();
    hash.update(&hex(case, "seed"));
    hash.finalize_xof().read(&mut expanded);
    let (pq, classical) = expanded.split_at(64);
    let (mut pqs, mut classicals) = (Memory::<MlKem768>::new(), Memory::<X25519>::new());
    let pq = Half::import(ROW, Side::PostQuantum, &mut pqs, "", pq).map_err(text)?;
    let classical = Half::import(ROW, Side::Classical, &mut classicals, "", classical).map_err(text)?;
    let key = Hybrid::new(ROW, pq, classical).map_err(text)?;
    same("public key of halves", &public(&key).map_err(text)?, &hex(case, "pk"))?;
    let opened = decapsulate(&key, &hex(case, "ct")).map_err(text)?;
    same("secret opened by halves", &opened, &hex(case, "ss"))?;
    let (ciphertext, secret) = encapsulate(ROW, &hex(case, "pk"), &hex(case, "randomness")).map_err(text)?;
    same("ciphertext for halves", &ciphertext, &hex(case, "ct"))?;
    same("secret for halves", &secret, &hex(case, "ss"))
}

/// Only the KEM: what follows the shared secret is HPKE's own.
fn hpke_cases(tally: &mut Tally) {
    for (place, case) in json(&tally.files[0]).as_array().unwrap().iter().enumerate() {
        let number = case["kem_id"].as_u64().unwrap();
        let row =
            Algorithm::ALL.iter().find(|row| row.row().hpke.is_some_and(|hpke| u64::from(hpke) == number));
        match (row, number) {
            (Some(&row), _) => {
                let outcome = kem(
                    row,
                    &hex(case, "skRm"),
                    case,
                    Some(&hex(case, "ikmE")),
                    ["pkRm", "enc", "shared_secret"],
                );
                tally.ran(row, place + 1, outcome);
            }
            (None, 0x0010..=0x0021) => tally.skip(place + 1, "classical KEM"),
            (None, _) => tally.skip(place + 1, "parameter set not built"),
        }
    }
}

/// No published seed gets past its first window (one in 2^32 would), so one is put in front: P-256
/// takes the next of four, P-384 has only one (RandomScalar of the concrete hybrids).
#[test]
fn a_window_without_a_scalar_is_passed_over() {
    let case = &json("cfrg-concrete-hybrid-kems-04/test-vectors-MLKEM768P256.json")[0];
    let (key, random) = (hex(case, "pk"), hex(case, "randomness"));
    let (m, windows) = random.split_at(32);
    for bad in 0..5 {
        let shifted = [m, &[0xFF; 32].repeat(bad), &windows[..32]].concat();
        let got = encapsulate_with(MLKEM768_P256, &key, &mut Replay::new(&shifted));
        if bad < 4 {
            assert!(got.unwrap().0 == hex(case, "ct"), "{bad} windows passed over");
        } else {
            assert_eq!(got.err(), Some(khoalai::Error::RandomFailed));
        }
    }
    let case = &json("cfrg-concrete-hybrid-kems-04/test-vectors-MLKEM1024P384.json")[0];
    let random = [&[0; 32][..], &[0xFF; 48], &[1; 48]].concat();
    let got = encapsulate_with(MLKEM1024_P384, &hex(case, "pk"), &mut Replay::new(&random));
    assert_eq!(got.err(), Some(khoalai::Error::RandomFailed));
}
