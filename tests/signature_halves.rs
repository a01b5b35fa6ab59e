//! Composite signatures and hybrid ciphertexts whose parts were stripped, turned, or taken from
//! elsewhere.
//!
//! One thing cannot be refused: the parts of two signatures by one key over one message and
//! context make a third that is as good, because both parts sign the same M'. The draft promises
//! that nobody signs another message (EUF-CMA), not that a message has one signature.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::algorithm::{Construction, Kind, Prehash, Row, Status};
use khoalai::combine::HybridKem;
use khoalai::composite::{Composite, Verdicts, verdicts};
use khoalai::{
    Algorithm, BoxedKey, ECDSA_P256_SHA256, Error, Hedge, Input, ML_DSA_65, ML_KEM_768,
    MLDSA65_ECDSA_P256_SHA512, MessageStream, PrivateKey, PublicKey, X_WING, X25519_SHARE,
};
use sha2::{Digest, Sha512};
use support::random::Dead;
use support::{ANY, composites, decapsulate, encapsulate, key, pq_lens, public, rng, sign, verify};

const REFUSED: Result<(), Error> = Err(Error::VerificationFailed);

/// What is wrong with the algorithm is told before what is wrong with keys and signatures.
#[test]
fn verdicts_are_of_composites_only() {
    for algorithm in [ML_DSA_65, ECDSA_P256_SHA256, X_WING, ML_KEM_768, X25519_SHARE] {
        for (key, context) in [(0, 0), (algorithm.public_key_len(), 300)] {
            let told = verdicts(algorithm, &vec![0; key], Input::Message(&[]), &vec![0; context], &[]);
            assert_eq!(told, Err(Error::Unsupported), "{algorithm}");
        }
    }
    let algorithm = MLDSA65_ECDSA_P256_SHA512;
    // Lengths of keys, then contexts, then lengths of signatures.
    for (key, context, expected) in [
        (1, 300, Error::Malformed),
        (algorithm.public_key_len(), 300, Error::BadContext),
        (algorithm.public_key_len(), 0, Error::Malformed),
    ] {
        let told = verdicts(algorithm, &vec![0; key], Input::Message(&[]), &vec![0; context], &[]);
        assert_eq!(told, Err(expected));
    }
}

fn hedged(key: &BoxedKey, seed: u64) -> Vec<u8> {
    let mut out = vec![0; key.algorithm().signature_len()];
    let input = Input::Message(&[b"message"]);
    key.sign(input, b"context", Hedge::Required, &mut rng(seed), &mut out).unwrap().to_vec()
}

/// The front of `a` and the back of `b`.
fn mix(algorithm: Algorithm, a: &[u8], b: &[u8]) -> Vec<u8> {
    let at = pq_lens(algorithm).2;
    [&a[..at], &b[at..]].concat()
}

#[test]
fn parts_of_other_signatures() {
    for algorithm in composites() {
        let (mine, other) = (key(algorithm, 1), key(algorithm, 2));
        let bytes = public(&*mine);
        let good = sign(&*mine, b"message", b"context");
        let check = |signature: &[u8]| verify(algorithm, &bytes, b"message", b"context", signature);
        assert_eq!(check(&good), Ok(()));
        let foreign = [
            ("another message", sign(&*mine, b"massage", b"context")),
            ("another context", sign(&*mine, b"message", b"kontext")),
            ("no context", sign(&*mine, b"message", b"")),
            // The context's length is signed: this would be the same bytes one after the other.
            ("context in the message", sign(&*mine, b"contextmessage", b"")),
            ("another key", sign(&*other, b"message", b"context")),
        ];
        for (what, foreign) in foreign {
            assert_eq!(check(&foreign), REFUSED, "{algorithm}: {what}");
            assert_eq!(check(&mix(algorithm, &good, &foreign)), REFUSED, "{algorithm}: classical of {what}");
            assert_eq!(check(&mix(algorithm, &foreign, &good)), REFUSED, "{algorithm}: pq of {what}");
        }
        // The same for keys of which one half is another's.
        let at = pq_lens(algorithm).0;
        let stranger = public(&*other);
        for mixed in [[&bytes[..at], &stranger[at..]].concat(), [&stranger[..at], &bytes[at..]].concat()] {
            assert_eq!(verify(algorithm, &mixed, b"message", b"context", &good), REFUSED);
        }
        // See the head of this file.
        let (a, b) = (hedged(&mine, 1), hedged(&mine, 2));
        assert!(a != b);
        assert_eq!(check(&mix(algorithm, &a, &b)), Ok(()));
    }
}

#[test]
fn stripped_and_turned() {
    for algorithm in composites() {
        let key = key(algorithm, 1);
        let bytes = public(&*key);
        let good = sign(&*key, b"message", b"context");
        let (pq, classical) = good.split_at(pq_lens(algorithm).2);
        let check = |signature: &[u8]| verify(algorithm, &bytes, b"message", b"context", signature);
        let cases: [(&str, Vec<u8>); 9] = [
            ("no classical part", pq.to_vec()),
            ("no post-quantum part", classical.to_vec()),
            ("turned", [classical, pq].concat()),
            ("classical twice", [pq, classical, classical].concat()),
            ("classical twice, nothing else", [classical, classical].concat()),
            ("post-quantum twice", [pq, pq].concat()),
            ("zeros for the post-quantum part", [&vec![0; pq.len()], classical].concat()),
            ("zeros for the classical part", [pq, &vec![0; classical.len()]].concat()),
            ("nothing", vec![]),
        ];
        for (what, signature) in cases {
            let refused = check(&signature);
            let expected = [REFUSED, Err(Error::Malformed)];
            assert!(expected.contains(&refused), "{algorithm}: {what}: {refused:?}");
        }
        // The function for finding out tells the parts apart; the one that decides does not.
        let tell = |signature: &[u8]| {
            verdicts(algorithm, &bytes, Input::Message(&[b"message"]), b"context", signature)
        };
        assert_eq!(tell(&good), Ok(Verdicts { pq: true, classical: true }));
        assert_eq!(tell(pq), Ok(Verdicts { pq: true, classical: false }));
        let zeroed = [&vec![0; pq.len()], classical].concat();
        assert_eq!(tell(&zeroed), Ok(Verdicts { pq: false, classical: true }));
    }
}

/// M' as the draft writes it (§2.2), made here once more.
fn representative(label: &[u8], context: &[u8], message: &[u8]) -> Vec<u8> {
    let length = [u8::try_from(context.len()).unwrap()];
    let hash = Sha512::digest(message);
    [b"CompositeAlgorithmSignatures2025", label, &length, context, &hash].concat()
}

#[test]
fn an_ml_dsa_signature_is_no_composite() {
    const ALGORITHM: Algorithm = MLDSA65_ECDSA_P256_SHA512;
    const LABEL: &[u8] = b"COMPSIG-MLDSA65-ECDSA-P256-SHA512";
    // The forbidden thing: components that also serve alone.
    let (pq, classical) = (key(ML_DSA_65, 1), key(ECDSA_P256_SHA256, 2));
    let bytes = [public(&*pq), public(&*classical)].concat();
    let check = |signature: &[u8]| verify(ALGORITHM, &bytes, b"message", b"context", signature);

    // What both signed over the message, over M' without the label, and under other contexts.
    let m = representative(LABEL, b"context", b"message");
    let ecdsa = sign(&*classical, &m, b"");
    for (message, context) in [
        (&b"message"[..], LABEL),
        (b"message", b"context"),
        (b"message", b""),
        (&m, b""),
        (&m, b"context"),
        (&representative(LABEL, b"", b"message"), LABEL),
        (&representative(b"", b"context", b"message"), LABEL),
    ] {
        let alone = sign(&*pq, message, context);
        assert_eq!(check(&alone), REFUSED);
        assert_eq!(check(&[&alone[..], &ecdsa].concat()), REFUSED);
    }
    let mldsa = sign(&*pq, &m, LABEL);
    assert_eq!(check(&[&mldsa[..], &sign(&*classical, b"message", b"")].concat()), REFUSED);
    assert_eq!(check(&mldsa), REFUSED, "the label is not enough without the classical part");
    // This is a composite signature, made by hand.
    assert_eq!(check(&[&mldsa[..], &ecdsa].concat()), Ok(()));
    // And its part is not the ML-DSA key's signature of the message.
    let alone = PublicKey::new(ML_DSA_65, &bytes[..1952]).unwrap();
    for context in [&b""[..], b"context", LABEL] {
        assert_eq!(alone.verify(b"message", context, &mldsa), REFUSED);
    }
    // Nor does a component take the composite's inputs.
    let out = &mut [0; 3309];
    let prehash = Input::Prehash(&[7; 64]);
    let result = pq.sign(prehash, b"", Hedge::Deterministic, &mut Dead::new(), out);
    assert_eq!(result, Err(Error::Unsupported));
}

macro_rules! composite {
    ($name:ident, $label:literal, $prehash:ident) => {
        const $name: Algorithm = {
            static ROW: Row = Row {
                name: "TEST ONLY",
                kind: Kind::Signature,
                construction: Construction::Composite {
                    pq: ML_DSA_65,
                    classical: ECDSA_P256_SHA256,
                    label: $label,
                    prehash: Prehash::$prehash,
                },
                status: Status::Private("made up for a test"),
                category: 3,
                public_key: 2017,
                private_key: 0,
                ciphertext: 0,
                secret: 0,
                signature: 3381,
                identifier: None,
                software: &Composite,
                ..Row::BLANK
            };
            Algorithm::new(&ROW)
        };
    };
}

composite!(SAME, b"COMPSIG-MLDSA65-ECDSA-P256-SHA512", Sha512);
composite!(OTHER_HASH, b"COMPSIG-MLDSA65-ECDSA-P256-SHA512", Sha256);
composite!(OTHER_LABEL, b"COMPSIG-MLDSA65-ECDSA-P256-SHA256", Sha512);
composite!(SHORTER_LABEL, b"COMPSIG-MLDSA65-ECDSA-P256-SHA51", Sha512);
composite!(LONGER_LABEL, b"COMPSIG-MLDSA65-ECDSA-P256-SHA512\0", Sha512);

#[test]
fn a_signature_belongs_to_its_algorithm() {
    let mine = key(MLDSA65_ECDSA_P256_SHA512, 1);
    let (bytes, good) = (public(&*mine), sign(&*mine, b"message", b""));
    assert_eq!(verify(SAME, &bytes, b"message", b"", &good), Ok(()));
    for other in [OTHER_HASH, OTHER_LABEL, SHORTER_LABEL, LONGER_LABEL] {
        assert_eq!(verify(other, &bytes, b"message", b"", &good), REFUSED);
    }
    // Of ours, every one under every other: a key that long is not theirs, and neither is the signature.
    for signer in composites() {
        let key = key(signer, 1);
        let (bytes, good) = (public(&*key), sign(&*key, b"message", b""));
        for verifier in composites().filter(|verifier| *verifier != signer) {
            let result = verify(verifier, &bytes, b"message", b"", &good);
            // Two curves of one size make keys of one length, and RSA's lengths vary: what is inside
            // tells them apart.
            let same_length = verifier.row().varies || verifier.public_key_len() == signer.public_key_len();
            assert!(
                result == Err(Error::Malformed) || same_length && result.is_err(),
                "{signer} as {verifier}"
            );
            let theirs = public(&*support::key(verifier, 1));
            let result = verify(verifier, &theirs, b"message", b"", &good);
            assert!(result.is_err(), "{signer} as {verifier}");
            let stream = MessageStream::new(&PublicKey::new(verifier, &theirs[..]).unwrap(), b"").unwrap();
            let public = PublicKey::new(signer, &bytes[..]).unwrap();
            assert_eq!(stream.verify(&public, &good), Err(Error::WrongAlgorithm));
        }
    }
}

static RELABELLED: Row = Row {
    name: "TEST ONLY",
    kind: Kind::Kem,
    construction: Construction::HybridKem { pq: ML_KEM_768, classical: X25519_SHARE, label: b"other" },
    status: Status::Private("made up for a test"),
    category: 3,
    public_key: 1216,
    private_key: 0,
    ciphertext: 1120,
    secret: 32,
    signature: 0,
    identifier: None,
    software: &HybridKem,
    ..Row::BLANK
};

#[test]
fn parts_of_other_ciphertexts() {
    let (mine, other) = (key(X_WING, 1), key(X_WING, 2));
    let (bytes, stranger) = (public(&*mine), public(&*other));
    let (first, one) = encapsulate(X_WING, &bytes, 3).unwrap();
    let (second, two) = encapsulate(X_WING, &bytes, 4).unwrap();
    let at = pq_lens(X_WING).1;
    for mixed in [[&first[..at], &second[at..]].concat(), [&second[..at], &first[at..]].concat()] {
        let got = decapsulate(&*mine, &mixed).unwrap();
        assert!(got != one && got != two);
    }
    assert!(decapsulate(&*other, &first).unwrap() != one);
    let at = pq_lens(X_WING).0;
    for mixed in [[&bytes[..at], &stranger[at..]].concat(), [&stranger[..at], &bytes[at..]].concat()] {
        let (ciphertext, sent) = encapsulate(X_WING, &mixed, 3).unwrap();
        assert!(decapsulate(&*mine, &ciphertext).unwrap() != sent);
        assert!(decapsulate(&*other, &ciphertext).unwrap() != sent);
    }
    // The label separates what is otherwise the same.
    let (ciphertext, sent) = encapsulate(Algorithm::new(&RELABELLED), &bytes, 3).unwrap();
    assert!(ciphertext == first && sent != one);
}

#[test]
fn a_stream_is_for_the_key_it_was_started_for() {
    for algorithm in composites().chain([ML_DSA_65]) {
        let (mine, other) = (key(algorithm, 1), key(algorithm, 2));
        let (mine_public, other_public) = (public(&*mine), public(&*other));
        let mine_public = PublicKey::new(algorithm, &mine_public[..]).unwrap();
        let other_public = PublicKey::new(algorithm, &other_public[..]).unwrap();
        let (mine, other) = (ANY.signing_key(mine).unwrap(), ANY.signing_key(other).unwrap());
        let mut stream = match MessageStream::new(&mine_public, b"context") {
            Ok(stream) => stream,
            // libcrux alone signs no external mu, and says so before the first byte.
            Err(error) => {
                assert_eq!((error, cfg!(feature = "pq-rustcrypto")), (Error::Unsupported, false));
                continue;
            }
        };
        stream.update(b"message");
        let mut out = [0xee; khoalai::limits::MAX_SIGNATURE];
        let signed = stream.clone().sign(&other, &mut rng(3), &mut out);
        assert_eq!(signed, Err(Error::WrongKey), "{algorithm}");
        assert!(out[..algorithm.signature_len()].iter().all(|byte| *byte == 0));
        let signature = stream.clone().sign(&mine, &mut rng(3), &mut out).unwrap();
        assert_eq!(stream.clone().verify(&other_public, signature), Err(Error::WrongKey));
        stream.verify(&mine_public, signature).unwrap();
        mine_public.verify(b"message", b"context", signature).unwrap();
    }
}
