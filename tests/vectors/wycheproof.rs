//! Wycheproof: the adversarial cases. "valid" must work, "invalid" must be refused, and every
//! "acceptable" case is decided here, beside the test that meets it.

use crate::ops::{
    decapsulate, encapsulate, import, import_expanded, load, pkcs8, public, sign, spki, text, verify,
    verify_stream,
};
use crate::rsa;
use crate::support::{Outcome, Tally, ensure, hex, id, json, list, refused, same, string, unhex};
use khoalai::{Algorithm, Error, Input, ML_DSA_44, ML_DSA_65, ML_DSA_87};
use serde_json::Value;

crate::support::sets! {
    x25519: "wycheproof/x25519_test.json" => |tally| each(tally, "X25519", xdh);
    x25519_der: "wycheproof/x25519_asn_test.json" => |tally| each(tally, "X25519", xdh_der);
    x448: "wycheproof/x448_test.json" => |tally| each(tally, "X448", xdh);
    ecdh_p256: "wycheproof/ecdh_secp256r1_test.json" => |tally| each(tally, "P-256", ecdh_spki);
    ecdh_p384: "wycheproof/ecdh_secp384r1_test.json" => |tally| each(tally, "P-384", ecdh_spki);
    ecdh_p521: "wycheproof/ecdh_secp521r1_test.json" => |tally| each(tally, "P-521", ecdh_spki);
    ecdh_brainpool_p256: "wycheproof/ecdh_brainpoolP256r1_test.json" =>
        |tally| each(tally, "brainpoolP256r1", ecdh_spki);
    ecdh_brainpool_p384: "wycheproof/ecdh_brainpoolP384r1_test.json" =>
        |tally| each(tally, "brainpoolP384r1", ecdh_spki);
    ecdh_p256_point: "wycheproof/ecdh_secp256r1_ecpoint_test.json" => |tally| each(tally, "P-256", ecdh_point);
    ecdh_p384_point: "wycheproof/ecdh_secp384r1_ecpoint_test.json" => |tally| each(tally, "P-384", ecdh_point);
    ecdh_p521_point: "wycheproof/ecdh_secp521r1_ecpoint_test.json" => |tally| each(tally, "P-521", ecdh_point);
    ecdsa_p256: "wycheproof/ecdsa_secp256r1_sha256_test.json" => |tally| each(tally, "ECDSA-P256-SHA256", ecdsa);
    ecdsa_p384: "wycheproof/ecdsa_secp384r1_sha384_test.json" => |tally| each(tally, "ECDSA-P384-SHA384", ecdsa);
    ecdsa_p521: "wycheproof/ecdsa_secp521r1_sha512_test.json" => |tally| each(tally, "ECDSA-P521-SHA512", ecdsa);
    ecdsa_brainpool_p256: "wycheproof/ecdsa_brainpoolP256r1_sha256_test.json" =>
        |tally| each(tally, "ECDSA-brainpoolP256r1-SHA256", ecdsa);
    ecdsa_brainpool_p384: "wycheproof/ecdsa_brainpoolP384r1_sha384_test.json" =>
        |tally| each(tally, "ECDSA-brainpoolP384r1-SHA384", ecdsa);
    ed25519: "wycheproof/ed25519_test.json" => |tally| each(tally, "Ed25519", eddsa);
    ed448: "wycheproof/ed448_test.json" => |tally| each(tally, "Ed448", eddsa);
    ml_kem_512: "wycheproof/mlkem_512_test.json" => |tally| each(tally, "ML-KEM-512", ml_kem);
    ml_kem_768: "wycheproof/mlkem_768_test.json" => |tally| each(tally, "ML-KEM-768", ml_kem);
    ml_kem_1024: "wycheproof/mlkem_1024_test.json" => |tally| each(tally, "ML-KEM-1024", ml_kem);
    ml_kem_512_encaps: "wycheproof/mlkem_512_encaps_test.json" => |tally| each(tally, "ML-KEM-512", ml_kem_encaps);
    ml_kem_768_encaps: "wycheproof/mlkem_768_encaps_test.json" => |tally| each(tally, "ML-KEM-768", ml_kem_encaps);
    ml_kem_1024_encaps: "wycheproof/mlkem_1024_encaps_test.json" => |tally| each(tally, "ML-KEM-1024", ml_kem_encaps);
    ml_kem_512_keys: "wycheproof/mlkem_512_keygen_seed_test.json" => |tally| each(tally, "ML-KEM-512", ml_kem_key);
    ml_kem_768_keys: "wycheproof/mlkem_768_keygen_seed_test.json" => |tally| each(tally, "ML-KEM-768", ml_kem_key);
    ml_kem_1024_keys: "wycheproof/mlkem_1024_keygen_seed_test.json" => |tally| each(tally, "ML-KEM-1024", ml_kem_key);
    ml_kem_512_expanded: "wycheproof/mlkem_512_semi_expanded_decaps_test.json" => |tally| each(tally, "ML-KEM-512", ml_kem_expanded);
    ml_kem_768_expanded: "wycheproof/mlkem_768_semi_expanded_decaps_test.json" => |tally| each(tally, "ML-KEM-768", ml_kem_expanded);
    ml_kem_1024_expanded: "wycheproof/mlkem_1024_semi_expanded_decaps_test.json" => |tally| each(tally, "ML-KEM-1024", ml_kem_expanded);
    ml_dsa_44_sign_expanded: "wycheproof/mldsa_44_sign_noseed_test.json" => |tally| ml_dsa_sign(tally, ML_DSA_44);
    ml_dsa_65_sign_expanded: "wycheproof/mldsa_65_sign_noseed_test.json" => |tally| ml_dsa_sign(tally, ML_DSA_65);
    ml_dsa_87_sign_expanded: "wycheproof/mldsa_87_sign_noseed_test.json" => |tally| ml_dsa_sign(tally, ML_DSA_87);
    ml_dsa_44_sign: "wycheproof/mldsa_44_sign_seed_test.json" => |tally| ml_dsa_sign(tally, ML_DSA_44);
    ml_dsa_65_sign: "wycheproof/mldsa_65_sign_seed_test.json" => |tally| ml_dsa_sign(tally, ML_DSA_65);
    ml_dsa_87_sign: "wycheproof/mldsa_87_sign_seed_test.json" => |tally| ml_dsa_sign(tally, ML_DSA_87);
    ml_dsa_44_verify: "wycheproof/mldsa_44_verify_test.json" => |tally| each(tally, "ML-DSA-44", ml_dsa_verify);
    ml_dsa_65_verify: "wycheproof/mldsa_65_verify_test.json" => |tally| each(tally, "ML-DSA-65", ml_dsa_verify);
    ml_dsa_87_verify: "wycheproof/mldsa_87_verify_test.json" => |tally| each(tally, "ML-DSA-87", ml_dsa_verify);
    rsa_2048_pkcs15: "wycheproof/rsa_signature_2048_sha256_test.json" => |tally| each(tally, "RSA2048-PKCS15-SHA256", rsa::signature);
    rsa_3072_pkcs15: "wycheproof/rsa_signature_3072_sha256_test.json" => |tally| each(tally, "RSA3072-PKCS15-SHA256", rsa::signature);
    rsa_4096_pkcs15: "wycheproof/rsa_signature_4096_sha384_test.json" => |tally| each(tally, "RSA4096-PKCS15-SHA384", rsa::signature);
    rsa_2048_pss: "wycheproof/rsa_pss_2048_sha256_mgf1_32_test.json" => |tally| each(tally, "RSA2048-PSS-SHA256", rsa::signature);
    rsa_3072_pss: "wycheproof/rsa_pss_3072_sha256_mgf1_32_test.json" => |tally| each(tally, "RSA3072-PSS-SHA256", rsa::signature);
    rsa_4096_pss: "wycheproof/rsa_pss_4096_sha384_mgf1_48_test.json" => |tally| each(tally, "RSA4096-PSS-SHA384", rsa::signature);
    rsa_2048_oaep: "wycheproof/rsa_oaep_2048_sha256_mgf1sha256_test.json" => |tally| rsa::oaep(tally, "RSA2048-OAEP-SHA256");
    rsa_3072_oaep: "wycheproof/rsa_oaep_3072_sha256_mgf1sha256_test.json" => |tally| rsa::oaep(tally, "RSA3072-OAEP-SHA256");
    rsa_4096_oaep: "wycheproof/rsa_oaep_4096_sha256_mgf1sha256_test.json" => |tally| rsa::oaep(tally, "RSA4096-OAEP-SHA256");
}

/// Every case with its group. The number of tests that the file itself announces has to be met.
fn all(tally: &Tally, mut run: impl FnMut(&Value, &Value)) {
    let file = json(&tally.files[0]);
    let mut cases = 0;
    for group in list(&file, "testGroups") {
        for case in list(group, "tests") {
            run(group, case);
            cases += 1;
        }
    }
    assert_eq!(file["numberOfTests"], cases, "the file's own count");
}

/// Every case, about the algorithm called `name`, with its group.
pub(crate) fn each(tally: &mut Tally, name: &str, run: fn(Algorithm, &Value, &Value) -> Outcome) {
    let Some(algorithm) = Algorithm::named(name) else { return skip(tally, "parameter set not built") };
    let mut outcomes = Vec::new();
    all(tally, |group, case| outcomes.push((id(case), run(algorithm, group, case))));
    outcomes.into_iter().for_each(|(id, outcome)| tally.ran(algorithm, id, outcome));
}

pub(crate) fn skip(tally: &mut Tally, reason: &str) {
    let mut ids = Vec::new();
    all(tally, |_, case| ids.push(id(case)));
    ids.into_iter().for_each(|id| tally.skip(id, reason));
}

fn has(case: &Value, flag: &str) -> bool {
    list(case, "flags").iter().any(|f| f == flag)
}

pub(crate) fn is_valid(case: &Value) -> bool {
    string(case, "result") == "valid"
}

/// Acceptable cases: points on the twist and values not reduced are computed with, as RFC 7748 §5
/// asks. Points of low order, whose secret is zero, are refused.
fn xdh(algorithm: Algorithm, _: &Value, case: &Value) -> Outcome {
    let (private, share, secret) = (hex(case, "private"), hex(case, "public"), hex(case, "shared"));
    let key = import(algorithm, &private).map_err(text)?;
    let got = decapsulate(&*key, &share);
    // The other side computes the same secret, with the key as its ephemeral one.
    let sent = encapsulate(algorithm, &share, &private);
    if string(case, "result") == "invalid" {
        refused("a public key that is too long", got)?;
        return refused("a public key that is too long", sent);
    }
    if has(case, "ZeroSharedSecret") {
        ensure(secret.iter().all(|byte| *byte == 0), "a flag without a zero secret")?;
        refused("a zero secret", got)?;
        return refused("a public key of low order", sent);
    }
    same("secret", &got.map_err(text)?, &secret)?;
    same("secret sent", &sent.map_err(text)?.1, &secret)
}

/// The same with SPKI and PKCS#8. Public keys of other curves are refused, and a private key without the
/// inner OCTET STRING of RFC 8410 §7. Acceptable cases: as [`xdh`], but a point of low order is refused
/// as soon as it is read.
fn xdh_der(algorithm: Algorithm, _: &Value, case: &Value) -> Outcome {
    let (rows, private, secret) = (&[algorithm], hex(case, "private"), hex(case, "shared"));
    let (key, share) = (load(rows, &private), spki(rows, &hex(case, "public")));
    if has(case, "MissingOctetString") {
        share.map_err(text)?;
        return refused("a private key in one OCTET STRING", key);
    }
    let key = key.map_err(text)?;
    if has(case, "InvalidPublic") {
        return refused("a public key of another curve", share);
    }
    if has(case, "ZeroSharedSecret") {
        ensure(secret.iter().all(|byte| *byte == 0), "a flag without a zero secret")?;
        return refused("a public key of low order", share);
    }
    ensure(string(case, "result") != "invalid", "an invalid case without a reason")?;
    let (_, share) = share.map_err(text)?;
    let (_, scalar) = pkcs8(rows, &private).map_err(text)?;
    same("secret", &decapsulate(&*key, &share).map_err(text)?, &secret)?;
    same("secret sent", &encapsulate(algorithm, &share, &scalar).map_err(text)?.1, &secret)?;
    let mut out = vec![0; private.len()];
    let again = khoalai::encode::pkcs8::encode(algorithm, &scalar, &mut out).map_err(text)?;
    same("private key written again", again, &private)
}

/// Scalars are written with a leading zero or without theirs: bring them to the field's length.
fn scalar(algorithm: Algorithm, case: &Value) -> Vec<u8> {
    let digits = string(case, "private").trim_start_matches('0');
    unhex(&format!("{digits:0>width$}", width = 2 * algorithm.private_key_len()))
}

fn ecdh_point(algorithm: Algorithm, _: &Value, case: &Value) -> Outcome {
    ecdh(algorithm, case, &hex(case, "public"))
}

/// Acceptable cases: compressed points are refused, since every format here has uncompressed ones.
fn ecdh(algorithm: Algorithm, case: &Value, share: &[u8]) -> Outcome {
    let key = import(algorithm, &scalar(algorithm, case)).map_err(text)?;
    let got = decapsulate(&*key, share);
    let sent = encapsulate(algorithm, share, &scalar(algorithm, case));
    if is_valid(case) {
        same("secret", &got.map_err(text)?, &hex(case, "shared"))?;
        return same("secret sent", &sent.map_err(text)?.1, &hex(case, "shared"));
    }
    refused("the share", got)?;
    refused("the public key", sent)
}

/// Acceptable cases: compressed points, explicit curve parameters (RFC 5480 §2.1.1 forbids them)
/// and BER or damaged ASN.1 are all refused.
fn ecdh_spki(algorithm: Algorithm, _: &Value, case: &Value) -> Outcome {
    match spki(&[algorithm], &hex(case, "public")) {
        Ok((_, share)) => ecdh(algorithm, case, &share),
        Err(error) if is_valid(case) => Err(text(error)),
        failed => refused("the encoding", failed),
    }
}

fn ecdsa(algorithm: Algorithm, group: &Value, case: &Value) -> Outcome {
    classical(algorithm, "uncompressed", group, case)
}

fn eddsa(algorithm: Algorithm, group: &Value, case: &Value) -> Outcome {
    classical(algorithm, "pk", group, case)
}

/// The signature, and the public key in both its forms.
fn classical(algorithm: Algorithm, raw: &str, group: &Value, case: &Value) -> Outcome {
    let key = hex(&group["publicKey"], raw);
    let (_, decoded) = spki(&[algorithm], &hex(group, "publicKeyDer")).map_err(text)?;
    same("decoded public key", &decoded, &key)?;
    let message = hex(case, "msg");
    let got = verify(algorithm, &key, Input::Message(&[&message]), &[], &hex(case, "sig"));
    if is_valid(case) { got.map_err(text) } else { refused("the signature", got) }
}

fn ml_kem(algorithm: Algorithm, _: &Value, case: &Value) -> Outcome {
    let got = import(algorithm, &hex(case, "seed")).and_then(|key| {
        let secret = decapsulate(&*key, &hex(case, "c"))?;
        Ok((public(&*key)?, secret))
    });
    if !is_valid(case) {
        return refused("seed and ciphertext", got);
    }
    let (public, secret) = got.map_err(text)?;
    same("public key", &public, &hex(case, "ek"))?;
    same("secret", &secret, &hex(case, "K"))
}

fn ml_kem_encaps(algorithm: Algorithm, _: &Value, case: &Value) -> Outcome {
    let got = encapsulate(algorithm, &hex(case, "ek"), &hex(case, "m"));
    if !is_valid(case) {
        return refused("the public key", got);
    }
    let (ciphertext, secret) = got.map_err(text)?;
    same("ciphertext", &ciphertext, &hex(case, "c"))?;
    same("secret", &secret, &hex(case, "K"))
}

fn ml_kem_key(algorithm: Algorithm, _: &Value, case: &Value) -> Outcome {
    ensure(is_valid(case), "a key that must fail")?;
    let key = import(algorithm, &hex(case, "seed")).map_err(text)?;
    same("public key", &public(&*key).map_err(text)?, &hex(case, "ek"))?;
    let expanded = import_expanded(algorithm, &hex(case, "dk")).map_err(text)?;
    same("public key of dk", &public(&*expanded).map_err(text)?, &hex(case, "ek"))
}

fn ml_kem_expanded(algorithm: Algorithm, _: &Value, case: &Value) -> Outcome {
    let got =
        import_expanded(algorithm, &hex(case, "dk")).and_then(|key| decapsulate(&*key, &hex(case, "c")));
    if is_valid(case) {
        same("secret", &got.map_err(text)?, &hex(case, "K"))
    } else {
        refused("dk and c", got)
    }
}

fn ml_dsa_sign(tally: &mut Tally, algorithm: Algorithm) {
    let mut outcomes = Vec::new();
    all(tally, |group, case| outcomes.push((id(case), ml_dsa_sign_case(algorithm, group, case))));
    for (id, outcome) in outcomes {
        match outcome {
            Some(outcome) => tally.ran(algorithm, id, outcome),
            None => tally.skip(id, "not in this interface: external mu"),
        }
    }
}

/// `None` if the case has only a μ, and keys do not sign that.
fn ml_dsa_sign_case(algorithm: Algorithm, group: &Value, case: &Value) -> Option<Outcome> {
    let key = match group.get("privateSeed") {
        Some(_) => import(algorithm, &hex(group, "privateSeed")),
        None => import_expanded(algorithm, &hex(group, "privateKey")),
    };
    let key = match key {
        Ok(key) => key,
        Err(error) if is_valid(case) => return Some(Err(text(error))),
        Err(error) => return Some(refused::<()>("the private key", Err(error))),
    };
    let random = case.get("rnd").map(|_| hex(case, "rnd"));
    let context = case.get("ctx").map(|_| hex(case, "ctx")).unwrap_or_default();
    let mu = case.get("mu").map(|_| hex(case, "mu"));
    let mu: Option<&[u8; 64]> = mu.as_deref().map(|mu| mu.try_into().unwrap());
    let by_mu = mu.map(|mu| sign(&*key, Input::Mu(mu), &[], random.as_deref()));
    if case.get("msg").is_none() {
        return match by_mu? {
            Err(Error::Unsupported) => None,
            got => Some(signature(got, algorithm, Input::Mu(mu?), &[], group, case)),
        };
    }
    let message = hex(case, "msg");
    let input = Input::Message(&[&message]);
    let got = sign(&*key, input, &context, random.as_deref());
    if !is_valid(case) {
        return Some(refused("key and context", got));
    }
    Some((|| {
        same("public key", &public(&*key).map_err(text)?, &hex(group, "publicKey"))?;
        if group.get("privateKeyPkcs8").is_some() {
            let (_, private) = pkcs8(&[algorithm], &hex(group, "privateKeyPkcs8")).map_err(text)?;
            same("private key in PKCS#8", &private, &hex(group, "privateSeed"))?;
        }
        match by_mu {
            None | Some(Err(Error::Unsupported)) => {}
            Some(got) => same("signature by mu", &got.map_err(text)?, &hex(case, "sig"))?,
        }
        if random.is_none() {
            // A hedged signature that draws zeros is the deterministic one (FIPS 204 alg. 2 step 5).
            let zeros = sign(&*key, input, &context, Some(&[0; 32])).map_err(text)?;
            same("signature with zeros", &zeros, &hex(case, "sig"))?;
        }
        match verify_stream(algorithm, &hex(group, "publicKey"), &message, &context, &hex(case, "sig")) {
            Err(Error::Unsupported) => {}
            got => got.map_err(text)?,
        }
        signature(got, algorithm, input, &context, group, case)
    })())
}

fn signature(
    got: Result<Vec<u8>, Error>,
    algorithm: Algorithm,
    input: Input<'_>,
    context: &[u8],
    group: &Value,
    case: &Value,
) -> Outcome {
    same("signature", &got.map_err(text)?, &hex(case, "sig"))?;
    verify(algorithm, &hex(group, "publicKey"), input, context, &hex(case, "sig")).map_err(text)
}

fn ml_dsa_verify(algorithm: Algorithm, group: &Value, case: &Value) -> Outcome {
    let (key, message) = (hex(group, "publicKey"), hex(case, "msg"));
    let context = case.get("ctx").map(|_| hex(case, "ctx")).unwrap_or_default();
    let got = verify(algorithm, &key, Input::Message(&[&message]), &context, &hex(case, "sig"));
    if !is_valid(case) {
        return refused("the signature", got);
    }
    let (_, decoded) = spki(&[algorithm], &hex(group, "publicKeyDer")).map_err(text)?;
    same("decoded public key", &decoded, &key)?;
    got.map_err(text)
}
