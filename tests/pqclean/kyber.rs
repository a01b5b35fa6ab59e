//! `pqcrypto-kyber` against both other implementations and the Wycheproof vectors.

use crate::support::{decapsulate, encapsulate, public, random::Dead};
use crate::{altered, derand, has, hex, wycheproof};
use khoalai::soft::pqclean::{Kyber512, Kyber768, Kyber1024};
use khoalai::soft::{Component, Key, MlKem512, MlKem768, MlKem1024, SoftwareKey, second};
use khoalai::{
    Algorithm, DecapsulationKey, Error, ExportPrivateKey, ML_KEM_512, ML_KEM_768, ML_KEM_1024, Place, Policy,
    PrivateKey, PublicKey, Result,
};
use pqcrypto_kyber::{kyber512, kyber768, kyber1024};
use pqcrypto_traits::kem::{Ciphertext as _, PublicKey as _, SecretKey as _, SharedSecret as _};
use shake::{ExtendableOutput, Update, XofReader};

/// Fresh keys for each comparison.
const KEYS: usize = 100;

/// Through the checked view, with the policy that it needs.
fn open<C: Component>(algorithm: Algorithm, expanded: &[u8], ciphertext: &[u8]) -> Result<[u8; 32]> {
    let key = Key::<C>::import_expanded(algorithm, expanded)?;
    let key = Policy::STRICT.permit_hazmat().decapsulation_key(key)?;
    // Decapsulation asks for no randomness, so a dead generator does.
    Ok(*key.decapsulate(ciphertext, &mut Dead::new())?.expose())
}

/// The secret of implicit rejection, `J(z ‖ c)` (FIPS 203 alg. 18 step 7).
fn rejection(seed: &[u8], ciphertext: &[u8]) -> Vec<u8> {
    let mut hash = shake::Shake256::default();
    hash.update(&seed[32..]);
    hash.update(ciphertext);
    let mut secret = vec![0; 32];
    hash.finalize_xof().read(&mut secret);
    secret
}

/// One parameter set: the crate's own functions, and what stands for the set here.
macro_rules! sets {
    ($($tests:ident: $algorithm:ident, $set:ident, $kyber:ident, $ours:ident, $libcrux:ident, $file:literal, overflowing $overflowing:literal;)+) => { $(
        mod $tests {
            use super::*;

            fn expand(seed: &[u8; 64]) -> Vec<u8> {
                libcrux_ml_kem::$libcrux::generate_key_pair(*seed).sk().to_vec()
            }

            /// What the crate makes, with nothing of ours in between.
            fn made() -> (Vec<u8>, Vec<u8>, Vec<u8>, [u8; 32]) {
                let (public, private) = $set::keypair();
                let (secret, ciphertext) = $set::encapsulate(&public);
                let secret = secret.as_bytes().try_into().unwrap();
                (public.as_bytes().to_vec(), private.as_bytes().to_vec(), ciphertext.as_bytes().to_vec(), secret)
            }

            /// What the crate opens, with nothing of ours in between.
            fn opened(private: &[u8], ciphertext: &[u8]) -> [u8; 32] {
                let private = $set::SecretKey::from_bytes(private).unwrap();
                let ciphertext = $set::Ciphertext::from_bytes(ciphertext).unwrap();
                $set::decapsulate(&ciphertext, &private).as_bytes().try_into().unwrap()
            }

            #[test]
            fn it_decapsulates_as_ml_kem_does() {
                let (mut agree, mut rejected) = (0, 0);
                let cases = wycheproof(concat!($file, "_test.json"));
                for case in cases.iter().filter(|case| case["result"] == "valid") {
                    let (seed, ciphertext, secret) = (hex(case, "seed"), hex(case, "c"), hex(case, "K"));
                    let expanded = expand(seed.as_slice().try_into().unwrap());
                    assert_eq!(open::<$kyber>($algorithm, &expanded, &ciphertext).unwrap()[..], secret[..]);
                    assert_eq!(opened(&expanded, &ciphertext)[..], secret[..]);
                    agree += 1;
                    rejected += usize::from(rejection(&seed, &ciphertext) == secret);
                }
                assert_eq!((agree, rejected), (153, 22));
            }

            #[test]
            fn its_keys_from_seeds_are_others() {
                let (mut cases, mut same) = (0, 0);
                for case in wycheproof(concat!($file, "_test.json")).iter().filter(|case| case["result"] == "valid") {
                    let seed = hex(case, "seed");
                    let seed = seed.as_slice().try_into().unwrap();
                    let expanded = derand::$set(seed);
                    // A key it is, only not the one that FIPS 203 gives.
                    assert_eq!(&public(&Key::<$ours>::import_expanded($algorithm, &expanded).unwrap()), &expanded[expanded.len() - 64 - $algorithm.public_key_len()..expanded.len() - 64]);
                    same += usize::from(expanded == expand(seed));
                    cases += 1;
                }
                assert_eq!((same, cases), (0, 153));
                // So that there is no such thing here.
                let key = Key::<$kyber>::import($algorithm, &[7; 64]);
                assert_eq!(key.err(), Some(Error::Unsupported));
                let key = Key::<$kyber>::generate($algorithm, &mut getrandom::SysRng);
                assert_eq!(key.err(), Some(Error::Unsupported));
            }

            #[test]
            fn what_it_makes_opens_everywhere() {
                for n in 0..KEYS {
                    let (bytes, expanded, ciphertext, sent) = made();
                    let keys: [Box<dyn PrivateKey>; 3] = [
                        Box::new(Key::<$ours>::import_expanded($algorithm, &expanded).unwrap()),
                        Box::new(Key::<second::$ours>::import_expanded($algorithm, &expanded).unwrap()),
                        Box::new(Key::<$kyber>::import_expanded($algorithm, &expanded).unwrap()),
                    ];
                    let wrong = altered(&ciphertext, n);
                    let rejected = opened(&expanded, &wrong);
                    assert_ne!(rejected, sent);
                    for key in &keys {
                        let mut secret = [0; 32];
                        assert_eq!(public(&**key), bytes);
                        key.decapsulate(&ciphertext, &mut Dead::new(), &mut secret).unwrap();
                        assert_eq!(secret, sent);
                        key.decapsulate(&wrong, &mut Dead::new(), &mut secret).unwrap();
                        assert_eq!(secret, rejected);
                    }
                    // The default implementation needs no policy for it.
                    assert_eq!(decapsulate(&*keys[0], &ciphertext).unwrap(), sent);
                }
            }

            #[test]
            fn what_others_make_it_opens() {
                for n in 0..KEYS {
                    let (bytes, expanded, ..) = made();
                    let (ciphertext, sent) = encapsulate($algorithm, &bytes, n.try_into().unwrap()).unwrap();
                    assert_eq!(open::<$kyber>($algorithm, &expanded, &ciphertext).unwrap(), sent);
                    assert_eq!(opened(&expanded, &ciphertext), sent);
                    // And the other way round, with our check before its encapsulation.
                    let (mut ciphertext, mut sent) = (vec![0; $algorithm.ciphertext_len()], [0; 32]);
                    $kyber::encapsulate_by_system(&bytes, &mut ciphertext, &mut sent).unwrap();
                    assert_eq!(open::<second::$ours>($algorithm, &expanded, &ciphertext).unwrap(), sent);
                }
            }

            #[test]
            fn it_takes_keys_that_fips_203_refuses_and_we_do_not() {
                let cases = wycheproof(concat!($file, "_encaps_test.json"));
                let mut refused = 0;
                for case in cases.iter().filter(|case| has(case, "ModulusOverflow")) {
                    let bytes = hex(case, "ek");
                    let alone = $set::PublicKey::from_bytes(&bytes).unwrap();
                    let (secret, _) = $set::encapsulate(&alone); // no word of complaint
                    assert_ne!(secret.as_bytes(), [0; 32]);

                    let (mut ciphertext, mut secret) = (vec![7; $algorithm.ciphertext_len()], [7; 32]);
                    let made = $kyber::encapsulate_by_system(&bytes, &mut ciphertext, &mut secret);
                    assert_eq!(made, Err(Error::BadPublicKey));
                    assert!(ciphertext.iter().chain(&secret).all(|byte| *byte == 0));
                    assert_eq!($kyber::check_public(&bytes), Err(Error::BadPublicKey));

                    // The same key inside a private key, with the right hash beside it.
                    let (_, mut expanded, ciphertext, _) = made_with(&bytes);
                    let key = Key::<$kyber>::import_expanded($algorithm, &expanded);
                    assert_eq!(key.err(), Some(Error::BadPrivateKey));
                    let _ = opened(&expanded, &ciphertext);
                    expanded.truncate(expanded.len() - 1);
                    let key = Key::<$kyber>::import_expanded($algorithm, &expanded);
                    assert_eq!(key.err(), Some(Error::Malformed));
                    refused += 1;
                }
                assert_eq!(refused, $overflowing);
            }

            /// A key of the crate with another public key inside.
            fn made_with(bytes: &[u8]) -> (Vec<u8>, Vec<u8>, Vec<u8>, [u8; 32]) {
                use sha3::Digest;
                let (_, mut expanded, ciphertext, secret) = made();
                let at = expanded.len() - 64 - bytes.len();
                expanded[at..at + bytes.len()].copy_from_slice(bytes);
                let hash = sha3::Sha3_256::digest(bytes);
                let end = expanded.len();
                expanded[end - 64..end - 32].copy_from_slice(&hash);
                (bytes.to_vec(), expanded, ciphertext, secret)
            }

            #[test]
            fn private_keys_with_a_wrong_hash_are_refused() {
                let mut refused = 0;
                for case in wycheproof(concat!($file, "_semi_expanded_decaps_test.json")) {
                    let (expanded, ciphertext) = (hex(&case, "dk"), hex(&case, "c"));
                    let got = open::<$kyber>($algorithm, &expanded, &ciphertext);
                    if case["result"] == "valid" {
                        assert_eq!(got.unwrap()[..], hex(&case, "K")[..]);
                    } else if has(&case, "InvalidDecapsulationKey") {
                        assert_eq!(got, Err(Error::BadPrivateKey));
                        let _ = opened(&expanded, &ciphertext); // the crate alone says nothing
                        refused += 1;
                    } else {
                        assert_eq!(got, Err(Error::Malformed));
                    }
                }
                assert_eq!(refused, 2);
            }

            #[test]
            fn it_is_there_by_policy_only() {
                let (bytes, expanded, ..) = made();
                let key = || Key::<$kyber>::import_expanded($algorithm, &expanded).unwrap();
                assert_eq!(key().custody().pq, Some(Place::LeakyMemory));
                assert_eq!(DecapsulationKey::new(key()).err(), Some(Error::LeakyCustody));
                assert!(Policy::STRICT.permit_hazmat().decapsulation_key(key()).is_ok());
                assert_eq!(key().expose_private_key(&mut [0; 64]).err(), Some(Error::NotExportable));
                // The row's own operations never come here.
                assert_ne!($algorithm.row().software.implementation(), $kyber::IMPLEMENTATION);
                let (mut ciphertext, mut secret) = (vec![0; $algorithm.ciphertext_len()], [0; 32]);
                let made = $kyber::encapsulate(&bytes, &mut getrandom::SysRng, &mut ciphertext, &mut secret);
                assert_eq!(made, Err(Error::Unsupported));
                let made = $kyber::encapsulate_by_system(&bytes, &mut ciphertext[1..], &mut secret);
                assert_eq!(made, Err(Error::Malformed));
                let made = $kyber::encapsulate_by_system(&bytes, &mut ciphertext, &mut secret[1..]);
                assert_eq!(made, Err(Error::Malformed));
                let made = $kyber::encapsulate_by_system(&bytes[1..], &mut ciphertext, &mut secret);
                assert_eq!(made, Err(Error::Malformed));
                // Nor do keys of one set pass for another.
                for &other in [ML_KEM_512, ML_KEM_768, ML_KEM_1024].iter().filter(|other| **other != $algorithm) {
                    let key = Key::<$kyber>::import_expanded(other, &expanded);
                    assert_eq!(key.err(), Some(Error::WrongAlgorithm));
                    assert!(PublicKey::new(other, &bytes).is_err());
                }
            }
        }
    )+ };
}

sets! {
    ml_kem_512: ML_KEM_512, kyber512, Kyber512, MlKem512, mlkem512, "mlkem_512", overflowing 8;
    ml_kem_768: ML_KEM_768, kyber768, Kyber768, MlKem768, mlkem768, "mlkem_768", overflowing 12;
    ml_kem_1024: ML_KEM_1024, kyber1024, Kyber1024, MlKem1024, mlkem1024, "mlkem_1024", overflowing 16;
}
