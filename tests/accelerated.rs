//! The faster paths against the portable code, on random inputs and the edges. ML-KEM is held against a
//! second crate in `cross_check.rs`.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use ecdsa::hazmat::sign_prehashed_rfc6979;
use khoalai::soft::{EcdsaP256, EcdsaP384, Ed25519, Key, P256, P384, SoftwareKey, X25519};
use khoalai::{
    Algorithm, ECDSA_P256_SHA256, ECDSA_P384_SHA384, ED25519, ExportPrivateKey, Hedge, Input, ML_KEM_768,
    ML_KEM_1024, P256_SHARE, P384_SHARE, PrivateKey, X25519_SHARE,
};
use p256::elliptic_curve::Generate;
use rand_core::TryRng;
use sha2::Digest;
use support::{public, rng};

const CASES: u64 = 300;

/// Whether the processor has what graviola needs, as the standard library sees it.
fn has_assembly() -> bool {
    #[cfg(target_arch = "x86_64")]
    return is_x86_feature_detected!("adx")
        && is_x86_feature_detected!("aes")
        && is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("pclmulqdq");
    #[cfg(not(target_arch = "x86_64"))]
    false
}

/// Where a path is forced, it is the one that works; elsewhere the processor decides.
#[test]
fn the_path_is_the_one_asked_for() {
    let forced = cfg!(any(khoalai_path = "portable", khoalai_path = "vectors"));
    let rows = [
        (X25519_SHARE, "x25519-dalek", cfg!(feature = "accelerated")),
        (P256_SHARE, "p256", cfg!(feature = "accelerated")),
        (P384_SHARE, "p384", cfg!(feature = "accelerated")),
        (ECDSA_P256_SHA256, "p256", cfg!(feature = "accelerated")),
        (ECDSA_P384_SHA384, "p384", cfg!(feature = "accelerated")),
        (ED25519, "ed25519-dalek", cfg!(feature = "accelerated")),
        (ML_KEM_768, "libcrux-ml-kem", cfg!(feature = "accelerated-ml-kem")),
        (ML_KEM_1024, "libcrux-ml-kem", false),
    ];
    for (row, portable, may) in rows {
        let by = row.row().software.implementation();
        println!("{row}: {by}");
        if may && !forced && has_assembly() {
            assert_eq!(by, "graviola", "{row}");
        } else if cfg!(feature = "pq-libcrux") || row.is_classical() {
            assert_eq!(by, portable, "{row}");
        }
    }
}

#[test]
fn x25519_agrees_with_dalek() {
    let mut random = rng(1);
    for case in 0..CASES {
        let (mut private, mut peer) = ([0; 32], [0; 32]);
        let Ok(()) = random.try_fill_bytes(&mut private);
        let Ok(()) = random.try_fill_bytes(&mut peer);
        // Not reduced, and with the top bit set.
        if case % 8 == 0 {
            peer = [0xff; 32];
            peer[0] = 0xf0 + u8::try_from(case / 8 % 16).unwrap();
        }
        let key = Key::<X25519>::import(X25519_SHARE, &private).unwrap();
        let other = x25519_dalek::StaticSecret::from(private);
        assert_eq!(public(&key), x25519_dalek::PublicKey::from(&other).as_bytes());
        let mut secret = [0; 32];
        key.decapsulate(&peer, &mut rng(0), &mut secret).unwrap();
        assert_eq!(&secret, other.diffie_hellman(&peer.into()).as_bytes(), "case {case}");
    }
    // A point of low order.
    let key = Key::<X25519>::import(X25519_SHARE, &[7; 32]).unwrap();
    let mut secret = [1; 32];
    assert!(key.decapsulate(&[0; 32], &mut rng(0), &mut secret).is_err());
    assert_eq!(secret, [0; 32]);
}

/// Has `compare` look at a key, what was added to its nonce, and the signature of `ab`: without and with.
fn same_nonce(key: &dyn ExportPrivateKey, case: u64, compare: impl Fn(&[u8], &[u8], &[u8])) {
    let (mut private, mut out) = ([0; 48], [0; 110]);
    let private = key.expose_private_key(&mut private).unwrap();
    let mut added = [0; 32];
    let Ok(()) = rng(case).try_fill_bytes(&mut added);
    for (hedge, added) in [(Hedge::Deterministic, &[][..]), (Hedge::Required, &added)] {
        let message = Input::Message(&[b"a", b"b"]);
        compare(private, added, key.sign(message, b"", hedge, &mut rng(case), &mut out).unwrap());
    }
}

macro_rules! curve {
    ($dh:ident, $signs:ident, $share:ident = $curve:ident::$name:ident, $hash:ident, $component:ident, $ecdsa:ident = $row:ident, $field:literal) => {
        #[test]
        fn $dh() {
            use $curve::elliptic_curve::sec1::ToSec1Point;
            let mut random = rng(2);
            let mut scalars: Vec<$curve::SecretKey> = (0..CASES / 4)
                .map(|_| $curve::SecretKey::try_generate_from_rng(&mut random).unwrap())
                .collect();
            // 1, 2 and n - 1.
            for small in [1, 2] {
                let mut bytes = [0; $field];
                bytes[$field - 1] = small;
                scalars.push($curve::SecretKey::from_slice(&bytes).unwrap());
                let last = -*$curve::SecretKey::from_slice(&bytes).unwrap().to_nonzero_scalar();
                scalars.push($curve::SecretKey::from_slice(&last.to_bytes()).unwrap());
            }
            for (case, (private, peer)) in scalars.iter().zip(scalars.iter().rev()).enumerate() {
                let key = Key::<$component>::import($share, &private.to_bytes()).unwrap();
                let bytes = public(&key);
                assert_eq!(bytes, private.public_key().to_sec1_point(false).as_bytes());
                let mut secret = [0; $field];
                let peer = peer.public_key();
                key.decapsulate(peer.to_sec1_point(false).as_bytes(), &mut rng(0), &mut secret).unwrap();
                let expected = $curve::ecdh::diffie_hellman(private.to_nonzero_scalar(), peer.as_affine());
                assert_eq!(&secret[..], &expected.raw_secret_bytes()[..], "case {case}");
            }
        }

        #[test]
        fn $signs() {
            use $curve::ecdsa::signature::Verifier;
            let algorithm: Algorithm = $row;
            let mut random = rng(3);
            for case in 0..CASES / 4 {
                let key = Key::<$ecdsa>::generate(algorithm, &mut random).unwrap();
                let bytes = public(&key);
                let other = $curve::ecdsa::VerifyingKey::from_sec1_bytes(&bytes).unwrap();
                let mut out = [0; 110];
                same_nonce(&key, case, |private, added, signature| {
                    let secret = $curve::SecretKey::from_slice(private).unwrap();
                    let digest = sha2::$hash::digest(b"ab");
                    let expected = sign_prehashed_rfc6979::<$curve::$name, sha2::$hash>(
                        &secret.to_nonzero_scalar(),
                        &digest,
                        added,
                    );
                    assert_eq!(signature, expected.0.to_der().as_bytes(), "case {case}");
                });
                let hedge = Hedge::Preferred;
                let signature =
                    key.sign(Input::Message(&[b"a", b"b"]), b"", hedge, &mut random, &mut out).unwrap();
                let mut changed = signature.to_vec();
                let Ok(draw) = random.try_next_u32();
                let at = usize::try_from(draw).unwrap() % changed.len();
                changed[at] ^= 1 << (draw >> 29);
                for (signature, good) in [(signature, true), (&changed[..], false)] {
                    let said = algorithm.verify(&bytes, Input::Message(&[b"ab"]), b"", signature).is_ok();
                    let expected = $curve::ecdsa::Signature::from_der(signature)
                        .is_ok_and(|signature| other.verify(b"ab", &signature).is_ok());
                    assert_eq!((said, said), (expected, good), "case {case}");
                }
            }
        }
    };
}

curve!(
    p256_agrees,
    p256_verifies,
    P256_SHARE = p256::NistP256,
    Sha256,
    P256,
    EcdsaP256 = ECDSA_P256_SHA256,
    32
);
curve!(
    p384_agrees,
    p384_verifies,
    P384_SHARE = p384::NistP384,
    Sha384,
    P384,
    EcdsaP384 = ECDSA_P384_SHA384,
    48
);

#[test]
fn ed25519_agrees_with_dalek() {
    use ed25519_dalek::hazmat::{ExpandedSecretKey, raw_sign};
    let mut random = rng(4);
    for case in 0..CASES {
        let (mut seed, mut message) = ([0; 32], [0; 300]);
        let Ok(()) = random.try_fill_bytes(&mut seed);
        let Ok(()) = random.try_fill_bytes(&mut message);
        let message = &message[..usize::try_from(case).unwrap()];
        let key = Key::<Ed25519>::import(ED25519, &seed).unwrap();
        let other = ed25519_dalek::SigningKey::from_bytes(&seed).verifying_key();
        assert_eq!(public(&key), other.as_bytes());
        let mut again = [0; 32];
        assert_eq!(key.expose_private_key(&mut again).unwrap(), seed);
        let expected = raw_sign::<sha2::Sha512>(&ExpandedSecretKey::from(&seed), message, &other).to_bytes();
        // In no piece, in one, and in several.
        let (one, two) = message.split_at(message.len() / 3);
        let none: &[&[u8]] = &[];
        let whole = [message];
        for parts in [if case == 0 { none } else { &whole }, &[one, two], &[one, b"", two]] {
            let mut out = [0; 64];
            let message = Input::Message(parts);
            let signature = key.sign(message, b"", Hedge::Preferred, &mut rng(0), &mut out).unwrap();
            assert_eq!(signature, expected, "case {case}");
            assert_eq!(ED25519.verify(other.as_bytes(), message, b"", &expected), Ok(()));
        }
    }
}
