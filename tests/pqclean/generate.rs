//! Makes `test-vectors/pqclean/`: keys, ciphertexts and signatures as early adopters have them, by the
//! two crates alone. The randomness is the system's, so each run gives others.
//!
//!     cargo run --features pqclean --example pqclean-vectors -- kyber > kyber.json
//!     cargo run --features pqclean --example pqclean-vectors -- dilithium > dilithium.json

use pqcrypto_dilithium::{dilithium2, dilithium3, dilithium5};
use pqcrypto_kyber::{kyber512, kyber768, kyber1024};
use pqcrypto_traits::{kem, sign};
use serde_json::{Value, json};

/// Keys of each parameter set.
const KEYS: usize = 3;

fn hex(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(bytes)
}

macro_rules! kyber {
    ($cases:ident, $module:ident, $algorithm:literal) => {
        for n in 0..KEYS {
            let (public, private) = $module::keypair();
            let (secret, ciphertext) = $module::encapsulate(&public);
            // As a changed ciphertext: one bit, at another place for each key.
            let mut altered = kem::Ciphertext::as_bytes(&ciphertext).to_vec();
            let place = n * altered.len() / KEYS;
            altered.iter_mut().skip(place).take(1).for_each(|byte| *byte ^= 0x10);
            let rejected = <$module::Ciphertext as kem::Ciphertext>::from_bytes(&altered)
                .map(|altered| $module::decapsulate(&altered, &private));
            $cases.push(json!({
                "id": format!("{}-{}", stringify!($module), n + 1),
                "algorithm": $algorithm,
                "public_key": hex(kem::PublicKey::as_bytes(&public)),
                "private_key": hex(kem::SecretKey::as_bytes(&private)),
                "ciphertext": hex(kem::Ciphertext::as_bytes(&ciphertext)),
                "secret": hex(kem::SharedSecret::as_bytes(&secret)),
                "altered_ciphertext": hex(&altered),
                "rejection_secret": rejected.map(|secret| hex(kem::SharedSecret::as_bytes(&secret))).ok(),
            }));
        }
    };
}

macro_rules! dilithium {
    ($cases:ident, $module:ident, $algorithm:literal, $mistaken:literal) => {
        for n in 0..KEYS {
            let (public, private) = $module::keypair();
            let message: Vec<u8> = (0..=u8::MAX).cycle().take([0, 23, 1000].into_iter().nth(n).unwrap_or(1)).collect();
            let signature = $module::detached_sign(&message, &private);
            $cases.push(json!({
                "id": format!("{}-{}", stringify!($module), n + 1),
                "algorithm": $algorithm,
                "not": $mistaken,
                "public_key": hex(sign::PublicKey::as_bytes(&public)),
                "private_key": hex(sign::SecretKey::as_bytes(&private)),
                "message": hex(&message),
                "signature": hex(sign::DetachedSignature::as_bytes(&signature)),
            }));
        }
    };
}

fn main() {
    let (mut cases, mut made_by) = (Vec::<Value>::new(), "");
    match std::env::args().nth(1).as_deref() {
        Some("kyber") => {
            made_by = "pqcrypto-kyber 0.8.1";
            kyber!(cases, kyber512, "ML-KEM-512");
            kyber!(cases, kyber768, "ML-KEM-768");
            kyber!(cases, kyber1024, "ML-KEM-1024");
        }
        Some("dilithium") => {
            made_by = "pqcrypto-dilithium 0.5.0";
            dilithium!(cases, dilithium2, "Dilithium2-ipd", "ML-DSA-44");
            dilithium!(cases, dilithium3, "Dilithium3-ipd", "ML-DSA-65");
            dilithium!(cases, dilithium5, "Dilithium5-ipd", "ML-DSA-87");
        }
        _ => eprintln!("kyber or dilithium?"),
    }
    println!("{:#}", json!({ "note": "TEST ONLY", "made_by": made_by, "cases": cases }));
}
