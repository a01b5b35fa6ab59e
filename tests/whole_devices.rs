//! A device that does the whole algorithm, behind the typed views: what they check of its answers.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::{DecapsulationKey, Error, ML_DSA_65, ML_KEM_768, PublicKey, SigningKey, Store, X_WING};
use support::chip::{Call, Chip, Fault};
use support::{encapsulate, public, rng};

#[test]
fn what_it_opens() {
    for algorithm in [ML_KEM_768, X_WING] {
        let mut chip = Chip::new(1);
        let key = DecapsulationKey::new(chip.generate(algorithm, "whole", &mut rng(1)).unwrap()).unwrap();
        let (ciphertext, sent) = encapsulate(algorithm, &public(key.get()), 2).unwrap();
        assert!(*key.decapsulate(&ciphertext, &mut rng(3)).unwrap().expose() == sent);
        chip.calls();

        // What no key opens never reaches it.
        for len in [0, 3, ciphertext.len() - 1] {
            assert_eq!(key.decapsulate(&ciphertext[..len], &mut rng(3)).err(), Some(Error::Malformed));
        }
        assert_eq!(chip.calls(), []);

        chip.fault(0, Some(Fault::Zeros));
        let opened = key.decapsulate(&ciphertext, &mut rng(3));
        assert_eq!(opened.err(), Some(Error::DecapsulationFailed), "{algorithm}: zeros were believed");
        assert_eq!(chip.calls(), [Call::Decapsulate(0)]);
    }
}

#[test]
fn what_it_signs() {
    let mut chip = Chip::new(1);
    let key = SigningKey::new(chip.generate(ML_DSA_65, "whole", &mut rng(1)).unwrap()).unwrap();
    let bytes = public(key.get());
    let checked = PublicKey::new(ML_DSA_65, &bytes[..]).unwrap();
    let mut out = [0xee; 4000];
    let signature = key.sign(b"message", b"", &mut rng(2), &mut out).unwrap();
    checked.verify(b"message", b"", signature).unwrap();

    for fault in [
        Fault::Length(0),
        Fault::Elsewhere,
        Fault::Beside,
        Fault::Answer(Error::Busy),
        Fault::Dirty(Error::SigningFailed),
    ] {
        chip.fault(0, Some(fault));
        let mut out = [0xee; 4000];
        assert!(key.sign(b"message", b"", &mut rng(2), &mut out).is_err(), "{fault:?}");
        let (room, behind) = out.split_at(ML_DSA_65.signature_len());
        assert!(room.iter().all(|byte| *byte == 0), "{fault:?} left something");
        assert!(behind.iter().all(|byte| *byte == 0xee), "{fault:?}: wrote behind its room");
    }
}
