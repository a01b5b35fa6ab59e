//! Hybrid KEMs: X-Wing, the CFRG hybrids, and the KEM part of HPKE with them.

use crate::ops::{decapsulate, encapsulate_with, export, import, public, text};
use crate::support::{Outcome, Replay, Tally, ensure, hex, json, same};
use khoalai::{Algorithm, MLKEM768_P256, MLKEM1024_P384, X_WING};
use serde_json::Value;

crate::support::sets! {
    x_wing: "xwing-draft/test-vectors.json" => |tally| each(tally, |case| {
        kem(X_WING, &hex(case, "seed"), case, Some(&hex(case, "eseed")), ["pk", "ct", "ss"])?;
        same("private key", &hex(case, "sk"), &hex(case, "seed"))
    });
    // What CFRG calls MLKEM768-X25519 is X-Wing, with the same seed.
    mlkem768_x25519: "cfrg-concrete-hybrid-kems-04/test-vectors-MLKEM768X25519.json" => |tally| cfrg(tally, X_WING);
    mlkem768_p256: "cfrg-concrete-hybrid-kems-04/test-vectors-MLKEM768P256.json" => |tally| cfrg(tally, MLKEM768_P256);
    mlkem1024_p384: "cfrg-concrete-hybrid-kems-04/test-vectors-MLKEM1024P384.json" =>
        |tally| cfrg(tally, MLKEM1024_P384);
    hpke: "hpke-pq/test-vectors.json" => hpke_cases;
}

fn each(tally: &mut Tally, run: impl Fn(&Value) -> Outcome) {
    for (place, case) in json(&tally.files[0]).as_array().unwrap().iter().enumerate() {
        tally.ran(place + 1, run(case));
    }
}

fn cfrg(tally: &mut Tally, algorithm: Algorithm) {
    each(tally, |case| {
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
                tally.ran(place + 1, outcome);
            }
            (None, 0x0010..=0x0021) => tally.skip(place + 1, "classical KEM"),
            (None, _) => tally.skip(place + 1, "parameter set not built"),
        }
    }
}
