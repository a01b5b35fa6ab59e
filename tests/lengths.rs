//! Input of every length, from nothing to one more than there can be, and the start of every valid
//! encoding: a value or an error, never a panic.
//!
//! Texts and DER are read up to 64 KiB: every length to 5,000, then every 97th, and all near the limits.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::algorithm::Kind;
use khoalai::composite::verdicts;
use khoalai::encode::{Format, pem, pkcs8, spki};
use khoalai::limits::{MAX_DER, MAX_PEM};
use khoalai::soft::{Component, Key, MlDsa44, MlDsa65, MlDsa87, MlKem512, MlKem768, MlKem1024, P256};
use khoalai::{
    Algorithm, Error, Input, ML_DSA_44, ML_DSA_65, ML_DSA_87, ML_KEM_512, ML_KEM_768, ML_KEM_1024,
    P256_SHARE, Policy, PublicKey,
};
use rand_core::TryRng;
use support::{composites, export, is_rsa, key, public, quick_rows, rng, side_by_side, sign};

/// Zeros, ones and noise, more of each than anything here reads.
fn contents() -> [Vec<u8>; 3] {
    let mut noise = vec![0; MAX_PEM + 2];
    rng(1).try_fill_bytes(&mut noise).unwrap();
    [vec![0; MAX_PEM + 2], vec![0xff; MAX_PEM + 2], noise]
}

/// Calls `read` with every length to one more than `max`, in every content.
fn every_length(max: usize, read: impl Fn(&[u8])) {
    for content in contents() {
        (0..=max + 1).for_each(|len| read(&content[..len]));
    }
}

/// As [`every_length`], for readers that take a whole file of at most `max`.
fn every_file(max: usize, read: impl Fn(&[u8])) {
    for content in contents() {
        let lens = (0..5000).chain((5000..max).step_by(97)).chain(max - 2..=max + 1);
        lens.for_each(|len| read(&content[..len]));
    }
}

#[test]
fn public_keys() {
    for &algorithm in Algorithm::ALL {
        every_length(algorithm.public_key_len(), |bytes| {
            // Whatever is refused by policy alone would not show its lengths.
            let result = Policy::STRICT.permit_legacy().public_key(algorithm, bytes);
            if algorithm.is_classical() {
                assert_eq!(result.err(), Some(Error::ClassicalOnly));
            } else if bytes.len() != algorithm.public_key_len() {
                // Where lengths vary, what is shorter may be what is wrong inside.
                let inside = algorithm.row().varies && result.as_ref().err() == Some(&Error::BadPublicKey);
                assert!(inside || result.err() == Some(Error::Malformed), "{algorithm}, {}", bytes.len());
            } else if let Err(error) = result {
                assert_eq!(error, Error::BadPublicKey, "{algorithm}");
            }
            // The classical ones are read as half of something.
            let result = algorithm.row().software.check_public_key(algorithm, bytes);
            assert!(result.is_err() || bytes.len() == algorithm.public_key_len(), "{algorithm}");
        });
    }
}

#[test]
fn private_keys() {
    side_by_side(Algorithm::ALL.iter().copied(), |algorithm| {
        every_length(algorithm.private_key_len().max(100), |bytes| {
            let result = khoalai::import(algorithm, bytes).map(|_| ());
            if algorithm.private_key_len() == 0 {
                assert_eq!(result, Err(Error::Unsupported), "{algorithm}");
            } else if bytes.len() != algorithm.private_key_len() {
                assert_eq!(result, Err(Error::Malformed), "{algorithm}, {}", bytes.len());
            } else if let Err(error) = result {
                assert!([Error::BadPrivateKey, Error::Malformed].contains(&error), "{algorithm}: {error:?}");
            }
        });
    });
}

#[test]
fn expanded_private_keys() {
    fn expanded<C: Component>(algorithm: Algorithm, len: usize, none: Option<Error>) {
        every_length(len, |bytes| {
            let error = Key::<C>::import_expanded(algorithm, bytes).err();
            match none {
                Some(_) => assert_eq!(error, none, "{algorithm}"),
                None if bytes.len() == len => assert_eq!(error, Some(Error::BadPrivateKey), "{algorithm}"),
                None => assert_eq!(error, Some(Error::Malformed), "{algorithm}, {}", bytes.len()),
            }
        });
    }
    expanded::<MlKem512>(ML_KEM_512, 1632, None);
    expanded::<MlKem768>(ML_KEM_768, 2400, None);
    expanded::<MlKem1024>(ML_KEM_1024, 3168, None);
    expanded::<MlKem768>(ML_KEM_1024, 3168, Some(Error::WrongAlgorithm));
    expanded::<MlDsa44>(ML_DSA_44, 2560, None);
    expanded::<MlDsa65>(ML_DSA_65, 4032, None);
    expanded::<MlDsa87>(ML_DSA_87, 4896, None);
    expanded::<P256>(P256_SHARE, 32, Some(Error::Unsupported));
}

#[test]
fn ciphertexts() {
    for algorithm in quick_rows() {
        let key = key(algorithm, 1);
        let len = algorithm.ciphertext_len();
        every_length(len.max(1200), |bytes| {
            let mut secret = vec![0xee; algorithm.secret_len().max(32)];
            let secret = &mut secret[..algorithm.secret_len().max(1)];
            let result = key.decapsulate(bytes, &mut rng(1), secret);
            match algorithm.kind() {
                Kind::Signature => assert!(result.is_err(), "{algorithm}"),
                _ if bytes.len() != len => assert_eq!(result, Err(Error::Malformed), "{algorithm}"),
                _ => {
                    let expected = [Ok(()), Err(Error::Malformed), Err(Error::DecapsulationFailed)];
                    assert!(expected.contains(&result), "{algorithm}: {result:?}");
                }
            }
            if result.is_err() && algorithm.kind() != Kind::Signature {
                assert!(secret.iter().all(|byte| *byte == 0), "{algorithm}: something was left");
            }
        });
    }
}

#[test]
fn signatures() {
    for algorithm in quick_rows().filter(|row| row.kind() == Kind::Signature) {
        let bytes = public(&*key(algorithm, 1));
        let software = algorithm.row().software;
        every_length(algorithm.signature_len(), |signature| {
            let input = Input::Message(&[b"message"]);
            let result = software.verify(algorithm, &bytes, input, b"", signature);
            let refused = [Err(Error::Malformed), Err(Error::VerificationFailed)];
            assert!(refused.contains(&result), "{algorithm}, {}: {result:?}", signature.len());
            if !algorithm.is_classical() {
                let result =
                    PublicKey::new(algorithm, &bytes[..]).unwrap().verify(b"message", b"", signature);
                assert!(refused.contains(&result), "{algorithm}, {}: {result:?}", signature.len());
            }
        });
    }
}

#[test]
fn verdicts_of_signatures_and_keys() {
    for algorithm in composites() {
        let key = key(algorithm, 1);
        let (bytes, good) = (public(&*key), sign(&*key, b"message", b""));
        let input = Input::Message(&[b"message"]);
        every_length(algorithm.signature_len(), |signature| {
            let told = verdicts(algorithm, &bytes, input, b"", signature);
            assert!(told.is_err() || told.is_ok_and(|told| !told.pq && !told.classical));
        });
        every_length(algorithm.public_key_len(), |bytes| {
            let told = verdicts(algorithm, bytes, input, b"", &good);
            assert!(told.is_err() || told.is_ok_and(|told| !told.pq && !told.classical));
        });
        every_length(300, |context| {
            let told = verdicts(algorithm, &bytes, input, context, &good);
            assert_eq!(told.err(), (context.len() > 255).then_some(Error::BadContext));
        });
        every_length(65, |prehash| {
            let told = verdicts(algorithm, &bytes, Input::Prehash(prehash), b"", &good);
            assert!(told.is_err() || told.is_ok_and(|told| !told.pq && !told.classical));
        });
    }
}

#[test]
fn files() {
    every_file(MAX_DER, |bytes| {
        assert!(spki::decode(bytes, Algorithm::ALL).is_err());
        assert!(pkcs8::decode(bytes, Algorithm::ALL).is_err());
        assert_eq!(Format::of(bytes), Format::Raw);
    });
    let out = core::cell::RefCell::new(vec![0; MAX_PEM]);
    every_file(MAX_PEM, |bytes| {
        assert!(pem::decode(bytes, &mut out.borrow_mut()).is_err());
        assert_eq!(Format::of(bytes), Format::Raw);
    });
}

/// Every valid encoding there is of one key of every row.
fn encodings() -> Vec<(Algorithm, Vec<u8>, Vec<u8>)> {
    let named = quick_rows().filter(|row| row.row().identifier.is_some());
    named
        .map(|algorithm| {
            let key = key(algorithm, 1);
            let (mut a, mut b) = (vec![0; 8000], vec![0; 4000]);
            let public = spki::encode(algorithm, &public(&*key), &mut a).unwrap();
            let private = pkcs8::encode(algorithm, &export(&*key), &mut b).unwrap();
            (algorithm, public.to_vec(), private.to_vec())
        })
        .collect()
}

#[test]
fn the_start_of_a_valid_encoding() {
    for (algorithm, public, private) in encodings() {
        let rows = [algorithm];
        for len in 0..public.len() {
            assert_eq!(spki::decode(&public[..len], &rows), Err(Error::Malformed), "{algorithm}, {len}");
            assert_eq!(Format::of(&public[..len]), Format::Raw);
        }
        for len in 0..private.len() {
            let result = pkcs8::decode(&private[..len], &rows);
            assert_eq!(result.err(), Some(Error::Malformed), "{algorithm}, {len}");
        }
        for (label, der) in [(pem::Label::PublicKey, &public), (pem::Label::PrivateKey, &private)] {
            let mut text = vec![0; 2 * der.len() + 200];
            let text = pem::encode(label, false, der, &mut text).unwrap().as_bytes();
            let whole = text.trim_ascii_end().len();
            let mut out = vec![0xee; der.len()];
            for len in 0..whole {
                assert_eq!(pem::decode(&text[..len], &mut out).err(), Some(Error::Malformed), "{len}");
            }
            assert_eq!(pem::decode(&text[..whole], &mut out).unwrap().der, &der[..]);
        }
    }
}

/// What a wild file may have become: `bytes` with a few changes that `random` picks.
fn damaged(bytes: &[u8], random: &mut impl TryRng<Error = core::convert::Infallible>) -> Vec<u8> {
    let mut draw = |below: usize| usize::try_from(random.try_next_u32().unwrap()).unwrap() % below;
    let mut bytes = bytes.to_vec();
    for _ in 0..=draw(3) {
        if bytes.is_empty() {
            break;
        }
        // Most of what decides is at the front.
        let near = if draw(2) == 0 { bytes.len().min(48) } else { bytes.len() };
        let (at, value) = (draw(near), u8::try_from(draw(256)).unwrap());
        match draw(6) {
            0 => bytes[at] ^= 1 << (value % 8),
            1 => bytes[at] = value,
            2 => bytes.insert(at, value),
            3 => drop(bytes.remove(at)),
            4 => bytes.truncate(at),
            _ => {
                let (from, to) = (at, (at + 8).min(bytes.len()));
                bytes.extend_from_within(from..to);
            }
        }
    }
    bytes
}

#[test]
fn damaged_files() {
    let mut random = rng(2);
    let mut survivors = 0;
    for (algorithm, public, private) in encodings() {
        // Loading an RSA key takes a test of two primes.
        for _ in 0..if is_rsa(algorithm) { 50 } else { 500 } {
            let der = damaged(&public, &mut random);
            let _ = Format::of(&der);
            // DER has one form for every value: what is read must be what would be written.
            if let Ok((algorithm, key)) = spki::decode(&der, Algorithm::ALL) {
                survivors += 1;
                let mut again = vec![0; der.len() + 32];
                assert_eq!(spki::encode(algorithm, key, &mut again), Ok(&der[..]), "{algorithm}");
            }
            let der = damaged(&private, &mut random);
            if let Ok(read) = pkcs8::decode(&der, Algorithm::ALL) {
                survivors += 1;
                if let Ok(raw) = read.expose_private_key() {
                    let most = read.algorithm().private_key_len();
                    assert!(raw.len() == most || read.algorithm().row().varies && raw.len() < most);
                }
                let _ = read.load_boxed();
            }
        }
        for (label, der) in [(pem::Label::PublicKey, &public), (pem::Label::PrivateKey, &private)] {
            let mut text = vec![0; 2 * der.len() + 200];
            let text = pem::encode(label, true, der, &mut text).unwrap().as_bytes();
            for _ in 0..250 {
                let text = damaged(text, &mut random);
                let mut out = vec![0xee; text.len()];
                let read = pem::decode(&text, &mut out).is_ok();
                assert!(
                    !read || Format::of(&text) == Format::Pem,
                    "{algorithm}: read as PEM and not told as PEM"
                );
            }
        }
    }
    assert!(survivors > 100, "only {survivors} were still readable: the damage is too great to tell");
}
