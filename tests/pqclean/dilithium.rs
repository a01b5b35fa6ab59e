//! `pqcrypto-dilithium` is not ML-DSA: neither takes what the other signed, with one and the same key.

use crate::altered;
use crate::support::{public, random::Dead, rng, sign, verify};
use khoalai::soft::pqclean::{Dilithium2, Dilithium3, Dilithium5};
use khoalai::soft::{self, Key, SoftwareKey, second};
use khoalai::{
    Algorithm, DILITHIUM2_IPD, DILITHIUM3_IPD, DILITHIUM5_IPD, Error, ExportPrivateKey, Hedge, Input,
    ML_DSA_44, ML_DSA_65, ML_DSA_87, MessageStream, Policy, PrivateKey, PublicKey, SigningKey,
};
use pqcrypto_dilithium::{dilithium2, dilithium3, dilithium5};
use pqcrypto_traits::sign::{DetachedSignature as _, PublicKey as _, SecretKey as _};

/// Fresh keys for each comparison.
const KEYS: u64 = 50;
const LEGACY: Policy = Policy::STRICT.permit_legacy();

/// Verifies under the policy that it needs.
fn verify_legacy(
    algorithm: Algorithm,
    public: &[u8],
    message: &[u8],
    signature: &[u8],
) -> khoalai::Result<()> {
    LEGACY.public_key(algorithm, public)?.verify(message, b"", signature)
}

macro_rules! sets {
    ($($tests:ident: $algorithm:ident, $set:ident, $module:ident is not $ml_dsa:ident, $ours:ident, $libcrux:ident, s2 $s2:literal, k $k:literal;)+) => { $(
        mod $tests {
            use super::*;

            /// What the crate makes and signs, with nothing of ours in between.
            fn made(message: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
                let (public, private) = $module::keypair();
                let signature = $module::detached_sign(message, &private);
                (public.as_bytes().to_vec(), private.as_bytes().to_vec(), signature.as_bytes().to_vec())
            }

            /// Whether the crate itself takes a signature.
            fn takes(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
                let public = $module::PublicKey::from_bytes(public).unwrap();
                let signature = $module::DetachedSignature::from_bytes(signature).unwrap();
                $module::verify_detached_signature(&signature, message, &public).is_ok()
            }

            #[test]
            fn what_early_adopters_signed_verifies() {
                for n in 0..KEYS {
                    let message = vec![7; usize::try_from(n).unwrap() * 31];
                    let (bytes, private, signature) = made(&message);
                    verify_legacy($algorithm, &bytes, &message, &signature).unwrap();
                    let other = [&message[..], b"."].concat();
                    let refused = verify_legacy($algorithm, &bytes, &other, &signature);
                    assert_eq!(refused, Err(Error::VerificationFailed));
                    let wrong = altered(&signature, usize::try_from(n).unwrap());
                    let refused = verify_legacy($algorithm, &bytes, &message, &wrong);
                    assert_eq!(refused, Err(Error::VerificationFailed));

                    let key = Key::<$set>::import_expanded($algorithm, &private).unwrap();
                    assert_eq!(public(&key), bytes);
                    assert_eq!(sign(&key, &message, b""), signature);
                }
            }

            /// Every length is the same, so that nothing but the arithmetic tells them apart.
            #[test]
            fn every_length_is_that_of_ml_dsa() {
                let lengths = |row: Algorithm| (row.public_key_len(), row.signature_len(), row.row().category);
                assert_eq!(lengths($algorithm), lengths($ml_dsa));
            }

            #[test]
            fn its_signatures_are_never_ml_dsa() {
                for _ in 0..KEYS {
                    let (bytes, private, signature) = made(b"message");
                    assert_eq!(verify($ml_dsa, &bytes, b"message", b"", &signature), Err(Error::VerificationFailed));
                    // By the second implementation as well, which hashes the message by itself.
                    let second = <second::$ours as soft::Component>::verify(
                        &bytes, Input::Message(&[b"message"]), b"", &signature,
                    );
                    assert_eq!(second, Err(Error::VerificationFailed));
                    // The key is no excuse: as a key of ML-DSA it is a good one, and signs.
                    let key = Key::<soft::$ours>::import_expanded($ml_dsa, &private).unwrap();
                    assert_eq!(public(&key), bytes);
                    let signature = sign(&key, b"message", b"");
                    verify($ml_dsa, &bytes, b"message", b"", &signature).unwrap();
                    // And what it signs is nothing for the crate, ours in front or not.
                    assert!(!takes(&bytes, b"message", &signature));
                    let refused = verify_legacy($algorithm, &bytes, b"message", &signature);
                    assert_eq!(refused, Err(Error::VerificationFailed));
                }
            }

            #[test]
            fn ml_dsa_signatures_are_never_its() {
                for n in 0..KEYS {
                    let mut seed = [0; 32];
                    khoalai::Random::fill(&mut rng(n), &mut seed).unwrap();
                    let pair = libcrux_ml_dsa::$libcrux::generate_key_pair(seed);
                    let key = Key::<soft::$ours>::import($ml_dsa, &seed).unwrap();
                    let bytes = public(&key);
                    for context in [&b""[..], b"context"] {
                        let signature = sign(&key, b"message", context);
                        verify($ml_dsa, &bytes, b"message", context, &signature).unwrap();
                        assert!(!takes(&bytes, b"message", &signature));
                        let refused = verify_legacy($algorithm, &bytes, b"message", &signature);
                        assert_eq!(refused, Err(Error::VerificationFailed));
                    }
                    // The same key signs here too, and that is nothing for ML-DSA.
                    let twin = Key::<$set>::import_expanded($algorithm, pair.signing_key.as_slice()).unwrap();
                    assert_eq!(public(&twin), bytes);
                    let signature = sign(&twin, b"message", b"");
                    assert!(takes(&bytes, b"message", &signature));
                    assert_eq!(verify($ml_dsa, &bytes, b"message", b"", &signature), Err(Error::VerificationFailed));
                }
            }

            #[test]
            fn it_is_there_by_policy_only() {
                const REFUSED: Option<Error> = Some(Error::LegacyAlgorithm);
                let (bytes, private, signature) = made(b"message");
                let key = || Key::<$set>::import_expanded($algorithm, &private).unwrap();
                assert_eq!(PublicKey::new($algorithm, &bytes).err(), REFUSED);
                assert_eq!(SigningKey::new(key()).err(), REFUSED);
                assert_eq!(Policy::STRICT.permit_hazmat().signing_key(key()).err(), REFUSED);
                let view = LEGACY.signing_key(key()).unwrap();
                let mut out = vec![0; $algorithm.signature_len()];
                assert_eq!(view.sign(b"message", b"", &mut Dead::new(), &mut out).unwrap(), signature);
                // No name in files, no key that is made or written, no stream.
                assert!($algorithm.row().identifier.is_none());
                assert_eq!(khoalai::generate($algorithm, &mut rng(0)).err(), Some(Error::Unsupported));
                assert_eq!(Key::<$set>::generate($algorithm, &mut rng(0)).err(), Some(Error::Unsupported));
                for seed in [&[][..], &[7; 32]] {
                    assert_eq!(khoalai::import($algorithm, seed).err(), Some(Error::Unsupported));
                }
                assert_eq!(key().expose_private_key(&mut [0; 32]).err(), Some(Error::NotExportable));
                let public = LEGACY.public_key($algorithm, &bytes).unwrap();
                assert_eq!(MessageStream::new(&public, b"").err(), Some(Error::Unsupported));
                // Nor does a key of the one open as the other.
                assert_eq!(Key::<$set>::import_expanded($ml_dsa, &private).err(), Some(Error::WrongAlgorithm));
                assert_eq!(Key::<soft::$ours>::import_expanded($algorithm, &private).err(), Some(Error::WrongAlgorithm));
            }

            #[test]
            fn what_it_cannot_do_it_refuses() {
                let (bytes, private, signature) = made(b"message");
                let key = Key::<$set>::import_expanded($algorithm, &private).unwrap();
                let mut out = vec![7; $algorithm.signature_len()];
                let mut try_sign = |input, context: &[u8], hedge| {
                    let made = key.sign(input, context, hedge, &mut rng(0), &mut out).err();
                    assert!(made.is_none() || out.iter().all(|byte| *byte == 0));
                    made
                };
                let message = Input::Message(&[b"mess", b"age"]);
                assert_eq!(try_sign(message, b"", Hedge::Preferred), None);
                assert_eq!(try_sign(message, b"", Hedge::Required), Some(Error::Unsupported));
                assert_eq!(try_sign(message, b"context", Hedge::Preferred), Some(Error::BadContext));
                assert_eq!(try_sign(Input::Mu(&[0; 64]), b"", Hedge::Preferred), Some(Error::Unsupported));
                let public = LEGACY.public_key($algorithm, &bytes).unwrap();
                assert_eq!(public.verify_input(message, b"", &signature), Ok(()));
                assert_eq!(public.verify(b"message", b"context", &signature), Err(Error::BadContext));
                assert_eq!(public.verify(b"message", b"", &signature[1..]), Err(Error::Malformed));
                assert_eq!(public.verify(b"message", b"", &[&signature[..], &[0]].concat()), Err(Error::Malformed));
                assert_eq!(LEGACY.public_key($algorithm, &bytes[1..]).err(), Some(Error::Malformed));

                // A key that does not belong together is refused before the crate could search for ever:
                // one bit of rho, tr, s1, s2 and t0.
                assert_eq!(Key::<$set>::import_expanded($algorithm, &private[1..]).err(), Some(Error::Malformed));
                let (s2, t0) = ($s2, private.len() - $k * 416);
                for place in [0, 31, 64, 127, 128, s2 - 1, s2, t0 - 1, t0, private.len() - 1] {
                    let mut broken = private.clone();
                    broken[place] ^= 1;
                    let key = Key::<$set>::import_expanded($algorithm, &broken);
                    assert_eq!(key.err(), Some(Error::BadPrivateKey), "{place}");
                }
            }
        }
    )+ };
}

sets! {
    dilithium_2: DILITHIUM2_IPD, Dilithium2, dilithium2 is not ML_DSA_44, MlDsa44, ml_dsa_44, s2 512, k 4;
    dilithium_3: DILITHIUM3_IPD, Dilithium3, dilithium3 is not ML_DSA_65, MlDsa65, ml_dsa_65, s2 768, k 6;
    dilithium_5: DILITHIUM5_IPD, Dilithium5, dilithium5 is not ML_DSA_87, MlDsa87, ml_dsa_87, s2 800, k 8;
}
