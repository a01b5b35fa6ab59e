//! Published keys in tokens: what their authors made with them comes out.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::unwrap_in_result,
    reason = "a test may stop anywhere"
)]

mod support;

use base64ct::{Base64, Encoding};
use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader};
use khoalai::soft::{Component, MlDsa44, MlDsa65, MlDsa87, MlKem768, MlKem1024};
use khoalai::*;
use khoalai_hsm::{Combiner, ComponentSecrets};
use serde_json::Value;
use shake::{ExtendableOutput, Shake256, Update, XofReader};
use std::io::Read;
use std::path::Path;
use support::alone::token_test;
use support::open::{open, public_of};
use support::secrets::keep;
use support::tokens::{Kryoptic, Token};

fn published(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors").join(name);
    let file = std::fs::read(path).unwrap();
    let mut text = Vec::new();
    if name.ends_with(".gz") {
        flate2::read::GzDecoder::new(&file[..]).read_to_end(&mut text).unwrap();
    } else {
        text = file;
    }
    serde_json::from_slice(&text).unwrap()
}

fn base64(case: &Value, key: &str) -> Vec<u8> {
    Base64::decode_vec(case[key].as_str().unwrap()).unwrap()
}

fn hex(case: &Value, key: &str) -> Vec<u8> {
    let text = case[key].as_str().unwrap();
    (0..text.len()).step_by(2).map(|place| u8::from_str_radix(&text[place..place + 2], 16).unwrap()).collect()
}

/// The classical part of a composite's private key, as a component has it: of an `ECPrivateKey` the number.
fn classical_part(component: Algorithm, part: &[u8]) -> Vec<u8> {
    if component.row().varies || part.len() == component.private_key_len() {
        return part.to_vec();
    }
    let sequence = AnyRef::from_der(part).unwrap();
    let mut reader = SliceReader::new(sequence.value()).unwrap();
    let _version = AnyRef::decode(&mut reader).unwrap();
    let number = AnyRef::decode(&mut reader).unwrap().value().to_vec();
    assert!(!reader.is_finished());
    number
}

/// A published private key as a hybrid: the classical half in the token, the other in memory.
fn split<Q: Component>(
    algorithm: Algorithm,
    token: &mut khoalai_hsm::Token,
    private: &[u8],
) -> Option<Box<dyn PrivateKey>> {
    keep(private);
    let (pq, classical) = algorithm.halves().unwrap();
    let (pq_key, classical_key) = private.split_at(pq.private_key_len());
    let classical_key = classical_part(classical, classical_key);
    let half = Half::import(algorithm, Side::Classical, token, algorithm.name(), &classical_key);
    let half = match half {
        Err(Error::Unsupported) => return None,
        half => half.unwrap_or_else(|error| panic!("{algorithm}: {error:?}")),
    };
    let pq = Half::import(algorithm, Side::PostQuantum, &mut Memory::<Q>::new(), "", pq_key).unwrap();
    Some(Box::new(Hybrid::new(algorithm, pq, half).unwrap()))
}

fn opened(key: &dyn PrivateKey, ciphertext: &[u8]) -> [u8; 32] {
    let mut secret = [0; 32];
    key.decapsulate(ciphertext, &mut SystemRandom, &mut secret).unwrap();
    keep(&secret);
    secret
}

fn named(case: &Value) -> Option<Algorithm> {
    let name = case["tcId"].as_str().unwrap().strip_prefix("id-").unwrap();
    Algorithm::ALL.iter().copied().find(|algorithm| algorithm.name() == name && algorithm.halves().is_some())
}

/// Composite ML-KEM and composite ML-DSA, each case that this token can carry.
fn composites(token: &Token, kems: usize, signatures: usize) {
    let token = &mut open(token);
    let mut ran = [0, 0];
    for case in published("composite-kem/testvectors.json.gz")["tests"].as_array().unwrap() {
        let Some(algorithm) = named(case) else { continue };
        let (private, pq) = (base64(case, "dk"), algorithm.halves().unwrap().0);
        let key = if pq == ML_KEM_768 {
            split::<MlKem768>(algorithm, token, &private)
        } else {
            split::<MlKem1024>(algorithm, token, &private)
        };
        let Some(key) = key else { continue };
        assert_eq!(public_of(&key).as_bytes(), base64(case, "ek"), "{algorithm}");
        assert_eq!(opened(&*key, &base64(case, "c")).to_vec(), base64(case, "k"), "{algorithm}");
        println!("{algorithm}: opened with the classical half in the token");
        ran[0] += 1;
    }
    let file = published("composite-sigs/testvectors.json.gz");
    for case in file["tests"].as_array().unwrap() {
        let Some(algorithm) = named(case) else { continue };
        let (private, pq) = (base64(case, "sk"), algorithm.halves().unwrap().0);
        let key = match pq {
            _ if pq == ML_DSA_44 => split::<MlDsa44>(algorithm, token, &private),
            _ if pq == ML_DSA_65 => split::<MlDsa65>(algorithm, token, &private),
            _ => split::<MlDsa87>(algorithm, token, &private),
        };
        let Some(key) = key else { continue };
        let public = PublicKey::new(algorithm, base64(case, "pk")).unwrap();
        assert_eq!(public_of(&key).as_bytes(), public.as_bytes(), "{algorithm}");
        let key = SigningKey::new(key).unwrap();
        let (message, context) = (base64(&file, "m"), base64(&file, "ctx"));
        let mut out = vec![0; algorithm.signature_len()];
        let signature = key.sign(&message, &context, &mut SystemRandom, &mut out).unwrap();
        public.verify(&message, &context, signature).unwrap();
        println!("{algorithm}: signed with the classical half in the token");
        ran[1] += 1;
    }
    assert_eq!(ran, [kems, signatures]);
}

token_test!(softhsm_composites, [Token::softhsm()], |[token]| composites(&token, 11, 17));
token_test!(kryoptic_composites, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| composites(&token, 9, 15));
token_test!(nss_composites, [Token::nss()], |[token]| composites(&token, 9, 15));

/// X-Wing's and CFRG's own vectors with both halves in the token, which combines them.
fn inside([token]: [Token; 1]) {
    let token = open(&token);
    for (file, algorithm, pq_len, classical_len) in [
        ("MLKEM768X25519", MLKEM768_X25519, 64, 32),
        ("MLKEM768P256", MLKEM768_P256, 64, 128),
        ("MLKEM1024P384", MLKEM1024_P384, 64, 48),
    ] {
        let cases = published(&format!("cfrg-concrete-hybrid-kems-04/test-vectors-{file}.json"));
        let cases = cases.as_array().unwrap();
        assert_eq!(cases.len(), 5);
        for (number, case) in cases.iter().enumerate() {
            let mut expanded = vec![0; pq_len + classical_len];
            let seed = hex(case, "sk");
            Shake256::default().chain(&seed).finalize_xof().read(&mut expanded);
            let (pq, classical) = expanded.split_at(pq_len);
            // The first window is in range in every one of these cases.
            let classical = &classical[..algorithm.halves().unwrap().1.private_key_len()];
            let name = format!("{algorithm} {number}");
            let key =
                token.import_hybrid(algorithm, &name, (pq, classical), ComponentSecrets::StayInside).unwrap();
            assert_eq!((key.combiner(), key.can_stay_inside()), (Combiner::KeyDerive, true));
            assert_eq!(public_of(&key).as_bytes(), hex(case, "pk"));
            assert_eq!(opened(&key, &hex(case, "ct")).to_vec(), hex(case, "ss"), "{name}");
            token.destroy_hybrid(key).unwrap();
        }
        println!("{algorithm}: {} cases opened inside the token", cases.len());
    }
}

token_test!(kryoptic_inside, [Token::kryoptic(Kryoptic::WHOLE)], inside);
token_test!(nss_inside, [Token::nss()], inside);
