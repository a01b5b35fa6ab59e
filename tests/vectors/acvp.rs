//! NIST ACVP: key generation, encapsulation, decapsulation, key checks and verification.

use crate::ops::{
    check, decapsulate, encapsulate, import, import_both, import_expanded, public, sign, text, verify,
};
use crate::support::{Outcome, Tally, hex, id, json, list, refused, same, string};
use khoalai::{Algorithm, DigestAlgorithm, Error, Input};
use serde_json::{Map, Value};
use shake::{ExtendableOutput, Shake256, Update, XofReader};

crate::support::sets! {
    ml_kem_keys: "acvp/ML-KEM-keyGen-FIPS203/prompt.json" => |tally| ml_kem(tally, ml_kem_key);
    ml_kem_keys_older: "acvp/rustcrypto/ml-kem/key-gen.json" => |tally| ml_kem(tally, ml_kem_key);
    ml_kem_use: "acvp/ML-KEM-encapDecap-FIPS203/prompt.json" => |tally| ml_kem(tally, ml_kem_use_case);
    ml_kem_use_older: "acvp/rustcrypto/ml-kem/encap-decap.json" => |tally| ml_kem(tally, ml_kem_use_case);
    ml_dsa_keys: "acvp/ML-DSA-keyGen-FIPS204/prompt.json" => ml_dsa_keys_cases;
    ml_dsa_keys_older: "acvp/rustcrypto/ml-dsa/key-gen.json" => ml_dsa_keys_cases;
    ml_dsa_sign_older: "acvp/rustcrypto/ml-dsa/sig-gen.json" => ml_dsa_sign_cases;
    ml_dsa_verify: "acvp/ML-DSA-sigVer-FIPS204/prompt.json" => ml_dsa_verify_cases;
    ml_dsa_verify_older: "acvp/rustcrypto/ml-dsa/sig-ver.json" => ml_dsa_verify_cases;
}

/// Every case of the set's files: what its groups say, what its prompt says, what its answer says.
fn cases(tally: &Tally) -> Vec<Value> {
    let mut all = std::collections::BTreeMap::<u64, Map<String, Value>>::new();
    for file in tally.files.iter().map(|name| json(name)) {
        for group in list(&file, "testGroups") {
            for case in list(group, "tests") {
                let merged = all.entry(case["tcId"].as_u64().unwrap()).or_default();
                merged.extend(group.as_object().unwrap().iter().filter(|(key, _)| *key != "tests").map(own));
                merged.extend(case.as_object().unwrap().iter().map(own));
            }
        }
    }
    all.into_values().map(Value::Object).collect()
}

fn own((key, value): (&String, &Value)) -> (String, Value) {
    (key.clone(), value.clone())
}

fn ml_kem(tally: &mut Tally, run: fn(Algorithm, &Value) -> Outcome) {
    for case in cases(tally) {
        match Algorithm::named(string(&case, "parameterSet")) {
            Some(algorithm) => tally.ran(algorithm, id(&case), run(algorithm, &case)),
            None => tally.skip(id(&case), "parameter set not built"),
        }
    }
}

fn ml_kem_key(algorithm: Algorithm, case: &Value) -> Outcome {
    let seed = [hex(case, "d"), hex(case, "z")].concat();
    let key = import(algorithm, &seed).map_err(text)?;
    same("public key", &public(&*key).map_err(text)?, &hex(case, "ek"))?;
    let expanded = import_expanded(algorithm, &hex(case, "dk")).map_err(text)?;
    same("public key of dk", &public(&*expanded).map_err(text)?, &hex(case, "ek"))?;
    let both = import_both(algorithm, &seed, &hex(case, "dk")).map_err(text)?;
    same("public key of both", &public(&*both).map_err(text)?, &hex(case, "ek"))?;
    // There is no export of `dk` to compare: the two keys have to open the same ciphertexts alike,
    // a good one, and a bad one, which is where `z` shows.
    let (mut ciphertext, secret) = encapsulate(algorithm, &hex(case, "ek"), &[7; 32]).map_err(text)?;
    same("secret", &decapsulate(&*key, &ciphertext).map_err(text)?, &secret)?;
    same("secret by dk", &decapsulate(&*expanded, &ciphertext).map_err(text)?, &secret)?;
    ciphertext[0] ^= 1;
    let rejection = decapsulate(&*key, &ciphertext).map_err(text)?;
    same("rejection by dk", &decapsulate(&*expanded, &ciphertext).map_err(text)?, &rejection)
}

fn ml_kem_use_case(algorithm: Algorithm, case: &Value) -> Outcome {
    match string(case, "function") {
        "encapsulation" => {
            let (ciphertext, secret) =
                encapsulate(algorithm, &hex(case, "ek"), &hex(case, "m")).map_err(text)?;
            same("ciphertext", &ciphertext, &hex(case, "c"))?;
            same("secret", &secret, &hex(case, "k"))?;
            if case.get("dk").is_none() { Ok(()) } else { open(algorithm, case) }
        }
        "decapsulation" => open(algorithm, case),
        "decapsulationKeyCheck" => verdict(case, import_expanded(algorithm, &hex(case, "dk")).map(|_| ())),
        "encapsulationKeyCheck" => verdict(case, check(algorithm, &hex(case, "ek"))),
        other => Err(format!("unknown function {other}")),
    }
}

fn open(algorithm: Algorithm, case: &Value) -> Outcome {
    let key = import_expanded(algorithm, &hex(case, "dk")).map_err(text)?;
    same("secret", &decapsulate(&*key, &hex(case, "c")).map_err(text)?, &hex(case, "k"))
}

fn verdict(case: &Value, got: Result<(), Error>) -> Outcome {
    if case["testPassed"].as_bool().unwrap() { got.map_err(text) } else { refused("what must fail", got) }
}

fn ml_dsa(case: &Value) -> Algorithm {
    Algorithm::named(string(case, "parameterSet")).unwrap()
}

fn ml_dsa_keys_cases(tally: &mut Tally) {
    for case in cases(tally) {
        let algorithm = ml_dsa(&case);
        tally.ran(algorithm, id(&case), ml_dsa_key(algorithm, &case));
    }
}

/// The seed, the expanded key, and both.
fn ml_dsa_key(algorithm: Algorithm, case: &Value) -> Outcome {
    let (seed, mut expanded) = (hex(case, "seed"), hex(case, "sk"));
    for key in [
        import(algorithm, &seed),
        import_expanded(algorithm, &expanded),
        import_both(algorithm, &seed, &expanded),
    ] {
        same("public key", &public(&*key.map_err(text)?).map_err(text)?, &hex(case, "pk"))?;
    }
    // The last byte is one of t0.
    *expanded.last_mut().unwrap() ^= 0x80;
    refused("another t0", import_expanded(algorithm, &expanded))?;
    refused("another t0 beside the seed", import_both(algorithm, &seed, &expanded))
}

/// Expanded keys, and messages of the internal interface: over μ, with the given randomness or without.
fn ml_dsa_sign_cases(tally: &mut Tally) {
    for case in cases(tally) {
        let algorithm = ml_dsa(&case);
        let key = import_expanded(algorithm, &hex(&case, "sk")).unwrap();
        let public = public(&*key).unwrap();
        let mu = mu(&public, &hex(&case, "message"));
        let input = Input::Mu(mu[..].try_into().unwrap());
        let random = case.get("rnd").map(|_| hex(&case, "rnd"));
        assert_eq!(random.is_none(), case["deterministic"].as_bool().unwrap());
        match sign(&*key, input, &[], random.as_deref()) {
            Err(Error::Unsupported) => tally.skip(id(&case), "not in this interface: external mu"),
            got => {
                let outcome =
                    got.map_err(text).and_then(|got| same("signature", &got, &hex(&case, "signature")));
                let verified =
                    || verify(algorithm, &public, input, &[], &hex(&case, "signature")).map_err(text);
                tally.ran(algorithm, id(&case), outcome.and_then(|()| verified()));
            }
        }
    }
}

/// Messages of the internal interface come without context and domain: only μ says what they sign.
fn ml_dsa_verify_cases(tally: &mut Tally) {
    for case in cases(tally) {
        let (algorithm, public, signature) = (ml_dsa(&case), hex(&case, "pk"), hex(&case, "signature"));
        let got = if case["preHash"] == "preHash" {
            let (hash, digest) = digest(string(&case, "hashAlg"), &hex(&case, "message"));
            let input = Input::Hashed { hash, digest: &digest };
            verify(algorithm, &public, input, &hex(&case, "context"), &signature)
        } else if case["preHash"] == "pure" {
            let message = hex(&case, "message");
            verify(algorithm, &public, Input::Message(&[&message]), &hex(&case, "context"), &signature)
        } else {
            let mu = case.get("mu").map_or_else(|| mu(&public, &hex(&case, "message")), |_| hex(&case, "mu"));
            verify(algorithm, &public, Input::Mu(mu[..].try_into().unwrap()), &[], &signature)
        };
        match got {
            // Hashed messages go through μ as well.
            Err(Error::Unsupported) => tally.skip(id(&case), "not in this interface: external mu"),
            got => tally.ran(algorithm, id(&case), verdict(&case, got)),
        }
    }
}

/// The digest of `message` by the hash function that ACVP calls `name`.
fn digest(name: &str, message: &[u8]) -> (DigestAlgorithm, Vec<u8>) {
    use DigestAlgorithm as D;
    fn fixed<H: sha2::Digest>(message: &[u8]) -> Vec<u8> {
        H::digest(message).to_vec()
    }
    fn xof<H: Default + Update + ExtendableOutput>(message: &[u8], len: usize) -> Vec<u8> {
        let (mut hash, mut out) = (H::default(), vec![0; len]);
        hash.update(message);
        hash.finalize_xof().read(&mut out);
        out
    }
    match name {
        "SHA2-224" => (D::Sha224, fixed::<sha2::Sha224>(message)),
        "SHA2-256" => (D::Sha256, fixed::<sha2::Sha256>(message)),
        "SHA2-384" => (D::Sha384, fixed::<sha2::Sha384>(message)),
        "SHA2-512" => (D::Sha512, fixed::<sha2::Sha512>(message)),
        "SHA2-512/224" => (D::Sha512_224, fixed::<sha2::Sha512_224>(message)),
        "SHA2-512/256" => (D::Sha512_256, fixed::<sha2::Sha512_256>(message)),
        "SHA3-224" => (D::Sha3_224, fixed::<sha3::Sha3_224>(message)),
        "SHA3-256" => (D::Sha3_256, fixed::<sha3::Sha3_256>(message)),
        "SHA3-384" => (D::Sha3_384, fixed::<sha3::Sha3_384>(message)),
        "SHA3-512" => (D::Sha3_512, fixed::<sha3::Sha3_512>(message)),
        "SHAKE-128" => (D::Shake128, xof::<shake::Shake128>(message, 32)),
        "SHAKE-256" => (D::Shake256, xof::<Shake256>(message, 64)),
        other => panic!("unknown hash {other}"),
    }
}

/// μ of a message that already has its domain and context in front (FIPS 204 alg. 8 step 7).
fn mu(public: &[u8], message: &[u8]) -> Vec<u8> {
    let hash = |parts: &[&[u8]]| {
        let mut hash = Shake256::default();
        parts.iter().for_each(|part| hash.update(part));
        let mut out = vec![0; 64];
        hash.finalize_xof().read(&mut out);
        out
    };
    hash(&[&hash(&[public]), message])
}
