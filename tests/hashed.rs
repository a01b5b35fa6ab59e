//! HashML-DSA: signatures over a digest, told apart from pure ones and from other digests.
#![cfg(all(feature = "alloc", feature = "pq-rustcrypto"))]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::{
    DigestAlgorithm, Error, Hedge, Input, ML_DSA_44, ML_DSA_65, ML_DSA_87, MLDSA65_ED25519_SHA512, PublicKey,
};
use support::{key, public, rng};

#[test]
fn a_digest_is_signed_as_what_it_is() {
    for algorithm in [ML_DSA_44, ML_DSA_65, ML_DSA_87] {
        let key = key(algorithm, 1);
        let public = public(&*key);
        let public = PublicKey::new(algorithm, &public[..]).unwrap();
        for &hash in DigestAlgorithm::ALL {
            let digest = vec![7; hash.digest_len()];
            let input = Input::Hashed { hash, digest: &digest };
            let mut signature = vec![0; algorithm.signature_len()];
            let signature =
                key.sign(input, b"context", Hedge::Required, &mut rng(2), &mut signature).unwrap();
            assert_eq!(public.verify_input(input, b"context", signature), Ok(()), "{hash:?}");

            let refused = Err(Error::VerificationFailed);
            assert_eq!(public.verify_input(input, b"", signature), refused, "{hash:?}");
            assert_eq!(public.verify(&digest, b"context", signature), refused, "{hash:?}: as pure");
            for &other in DigestAlgorithm::ALL {
                if other != hash && other.digest_len() == hash.digest_len() {
                    let input = Input::Hashed { hash: other, digest: &digest };
                    assert_eq!(public.verify_input(input, b"context", signature), refused, "{other:?}");
                }
            }
            for len in [0, digest.len() - 1, digest.len() + 1] {
                let wrong = vec![7; len];
                let input = Input::Hashed { hash, digest: &wrong };
                assert_eq!(public.verify_input(input, b"", signature), Err(Error::Malformed));
                let mut out = vec![0xee; algorithm.signature_len()];
                let made = key.sign(input, b"", Hedge::Required, &mut rng(2), &mut out).map(<[u8]>::len);
                assert_eq!(made, Err(Error::Malformed));
                assert!(out.iter().all(|byte| *byte == 0));
            }
        }
    }
}

#[test]
fn composites_take_their_own_hash_only() {
    let key = key(MLDSA65_ED25519_SHA512, 1);
    let mut out = vec![0; MLDSA65_ED25519_SHA512.signature_len()];
    let input = Input::Hashed { hash: DigestAlgorithm::Sha512, digest: &[7; 64] };
    let made = key.sign(input, b"", Hedge::Required, &mut rng(2), &mut out).map(<[u8]>::len);
    assert_eq!(made, Err(Error::Unsupported));
}
