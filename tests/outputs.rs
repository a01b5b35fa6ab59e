//! Output buffers of every length from nothing to one less than is needed: an error, and nothing
//! written. And when the rest fails, nothing of a secret stays in them.
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
use khoalai::encode::{pem, pkcs8, spki};
use khoalai::{Algorithm, Error, ExportPrivateKey, Hedge, Input, PrivateKey, PublicKey, Result};
use support::{export, key, public, quick_rows, rng};

/// Calls `write` with buffers that are too short, in every length, and then with one that is not.
fn every_room(needed: usize, what: &str, write: impl Fn(&mut [u8]) -> Result<usize>) {
    for len in 0..needed {
        let mut out = vec![0; len];
        assert_eq!(write(&mut out), Err(Error::BufferTooSmall), "{what}, {len} of {needed}");
        assert!(out.iter().all(|byte| *byte == 0), "{what}: something in {len} of {needed}");
    }
    // With more room than needed the rest stays as it was.
    let mut out = vec![0xa5; needed + 3];
    let written = write(&mut out).unwrap();
    assert!(written <= needed && out[needed..] == [0xa5; 3], "{what}: wrote beyond its end");
    assert_eq!(write(&mut vec![0; needed]), Ok(written), "{what}: needs more than it says");
}

fn input<'a>() -> Input<'a> {
    Input::Message(&[b"message"])
}

#[test]
fn keys() {
    for algorithm in quick_rows() {
        let key = key(algorithm, 1);
        every_room(algorithm.public_key_len(), algorithm.name(), |out| key.public_key(out).map(<[u8]>::len));
        let len = algorithm.private_key_len();
        every_room(len, algorithm.name(), |out| key.expose_private_key(out).map(<[u8]>::len));
    }
}

#[test]
fn no_signature_of_a_key_that_makes_none() {
    for algorithm in quick_rows().filter(|row| row.kind() != Kind::Signature) {
        let mut out = [0xee; 64];
        let made = key(algorithm, 1).sign(input(), b"", Hedge::Deterministic, &mut rng(1), &mut out).err();
        assert_eq!((made, out), (Some(Error::Unsupported), [0; 64]), "{algorithm}");
    }
}

#[test]
fn signatures() {
    for algorithm in quick_rows().filter(|row| row.kind() == Kind::Signature) {
        let key = key(algorithm, 1);
        every_room(algorithm.signature_len(), algorithm.name(), |out| {
            key.sign(input(), b"", Hedge::Deterministic, &mut rng(1), out).map(<[u8]>::len)
        });
    }
}

#[test]
fn ciphertexts() {
    for algorithm in quick_rows().filter(|row| row.kind() == Kind::Kem) {
        let bytes = public(&*key(algorithm, 1));
        let public = PublicKey::new(algorithm, &bytes[..]).unwrap();
        every_room(algorithm.ciphertext_len(), algorithm.name(), |out| {
            public.encapsulate(&mut rng(2), out).map(|_| algorithm.ciphertext_len())
        });
    }
}

#[test]
fn shared_secrets() {
    for algorithm in quick_rows().filter(|row| row.kind() != Kind::Signature) {
        let key = key(algorithm, 1);
        let software = algorithm.row().software;
        let (mut ciphertext, mut sent) =
            (vec![0; algorithm.ciphertext_len()], vec![0; algorithm.secret_len()]);
        software.encapsulate(algorithm, &public(&*key), &mut rng(2), &mut ciphertext, &mut sent).unwrap();
        for len in (0..algorithm.secret_len() + 8).filter(|len| *len != algorithm.secret_len()) {
            let mut secret = vec![0xee; len];
            let result = key.decapsulate(&ciphertext, &mut rng(3), &mut secret);
            assert_eq!(result, Err(Error::Malformed), "{algorithm}, {len}");
            assert!(secret.iter().all(|byte| *byte == 0), "{algorithm}, {len}");
        }
        let mut secret = vec![0xee; algorithm.secret_len()];
        key.decapsulate(&ciphertext, &mut rng(3), &mut secret).unwrap();
        assert!(secret == sent, "{algorithm}");
    }
}

#[test]
fn files() {
    for algorithm in quick_rows().filter(|row| row.row().identifier.is_some()) {
        let key = key(algorithm, 1);
        let (public, private) = (public(&*key), export(&*key));
        let mut buffer = vec![0; 8000];
        let der = spki::encode(algorithm, &public, &mut buffer).unwrap().to_vec();
        assert!(der.len() <= public.len() + 40, "{algorithm}: more than the documented room");
        every_room(der.len(), algorithm.name(), |out| spki::encode(algorithm, &public, out).map(<[u8]>::len));
        text(algorithm, pem::Label::PublicKey, &der);

        let der = pkcs8::encode(algorithm, &private, &mut buffer).unwrap().to_vec();
        assert!(der.len() <= private.len() + 64, "{algorithm}: more than the documented room");
        every_room(der.len(), algorithm.name(), |out| {
            pkcs8::encode(algorithm, &private, out).map(<[u8]>::len)
        });
        text(algorithm, pem::Label::PrivateKey, &der);
        let fits = |len: usize| match algorithm.row().varies {
            true => (1..=algorithm.private_key_len()).contains(&len),
            false => len == private.len(),
        };
        for len in (0..private.len() + 4).filter(|len| !fits(*len)) {
            let wrong = pkcs8::encode(algorithm, &vec![1; len], &mut buffer);
            assert_eq!(wrong, Err(Error::Malformed), "{algorithm}, {len}");
        }
    }
}

fn text(algorithm: Algorithm, label: pem::Label, der: &[u8]) {
    let mut buffer = vec![0; 2 * der.len() + 200];
    let text = pem::encode(label, true, der, &mut buffer).unwrap().to_owned();
    every_room(text.len(), algorithm.name(), |out| pem::encode(label, true, der, out).map(str::len));
    every_room(der.len(), algorithm.name(), |out| {
        pem::decode(text.as_bytes(), out).map(|read| read.der.len())
    });
}

#[test]
fn text_that_breaks_off_leaves_nothing() {
    let key = key(khoalai::X_WING, 1);
    let mut buffer = [0; 200];
    let der = pkcs8::encode(khoalai::X_WING, &export(&*key), &mut buffer).unwrap();
    let mut text = [0; 400];
    let text = pem::encode(pem::Label::PrivateKey, false, der, &mut text).unwrap();
    for broken in [
        text.replace("END PRIVATE KEY", "END PUBLIC KEY"),
        text.replace("-----END", "====END"),
        text.replace("\n-----END", "!\n-----END"),
        text.replacen('M', "*", 1),
        text.replace("-----\n", "-----\r \n"),
    ] {
        assert_ne!(broken, text);
        let mut out = [0xa5; 200];
        if pem::decode(broken.as_bytes(), &mut out).is_err() {
            assert!(out.iter().all(|byte| *byte == 0) || out == [0xa5; 200], "half a key was left");
        }
    }
}
