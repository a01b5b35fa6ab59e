//! Architecture rule 3, driven through a chip that misbehaves: which outcomes look alike, which
//! keep their code, and what the chip is asked in each.
#![cfg(feature = "alloc")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::{Algorithm, Error, Half, Hedge, Hybrid, Input, PrivateKey, PublicKey, Side};
use support::chip::{Call, Chip, ChipKey, Fault};
use support::{composites, encapsulate, is_rsa, pq_lens, public, rng, sign, split_kems};

/// What keeps a device from answering, whatever it was asked: these codes pass unchanged.
const CONDITIONS: [Error; 13] = [
    Error::StoreFull,
    Error::NotFound,
    Error::RandomFailed,
    Error::Absent,
    Error::LoginRequired,
    Error::PinRefused,
    Error::Busy,
    Error::Timeout,
    Error::Forked,
    Error::DeviceFailed,
    Error::PinLocked,
    Error::CombinerUnavailable,
    Error::SelfTestFailed,
];

/// A hybrid with both halves in one chip: slot 0 is post-quantum, slot 1 classical.
fn in_chip(hybrid: Algorithm) -> (Chip, Hybrid<ChipKey, ChipKey>) {
    let mut chip = Chip::new(2);
    let pq = Half::generate(hybrid, Side::PostQuantum, &mut chip, "pq", &mut rng(1)).unwrap();
    let classical = Half::generate(hybrid, Side::Classical, &mut chip, "ec", &mut rng(2)).unwrap();
    let key = Hybrid::new(hybrid, pq, classical).unwrap();
    chip.calls();
    (chip, key)
}

/// The code an answer comes out as, for every error that a chip can give.
fn outcome(of: Error, refused: Error) -> Error {
    if CONDITIONS.contains(&of) { of } else { refused }
}

/// What each half answers, and what the hybrid has to say then.
type Case = (Option<Fault>, Option<Fault>, Error);

/// Every error as the answer of the first half, the second and both, clean and dirty.
fn errors(refused: Error) -> Vec<Case> {
    let mut cases = vec![];
    for &error in Error::ALL {
        let expected = outcome(error, refused);
        for fault in [Fault::Answer(error), Fault::Dirty(error)] {
            cases.push((Some(fault), None, expected));
            cases.push((None, Some(fault), expected));
            cases.push((Some(fault), Some(fault), expected));
            // A refusal beside a condition: the condition is what can be mended.
            cases.push((Some(fault), Some(Fault::Answer(refused)), expected));
            cases.push((Some(Fault::Answer(refused)), Some(fault), expected));
        }
    }
    cases
}

#[test]
fn every_answer_of_a_half_when_opening() {
    let refused = Error::DecapsulationFailed;
    let mut cases = errors(refused);
    for zeros in [(true, false), (false, true), (true, true)] {
        let fault = |on: bool| on.then_some(Fault::Zeros);
        cases.push((fault(zeros.0), fault(zeros.1), refused));
    }
    for (hybrid, cases) in shared_out(split_kems(), &cases) {
        let (chip, key) = in_chip(hybrid);
        let (ciphertext, sent) = encapsulate(hybrid, &public(&key), 3).unwrap();
        chip.calls();
        let mut secret = [0xee; 32];
        key.decapsulate(&ciphertext, &mut rng(4), &mut secret).unwrap();
        assert!(secret == sent);
        let asked = chip.calls();
        // The combiner's ek_T, then each half once; nothing after them.
        assert_eq!(asked, [Call::PublicKey(1), Call::Decapsulate(0), Call::Decapsulate(1)]);

        for (pq, classical, expected) in cases {
            chip.fault(0, pq);
            chip.fault(1, classical);
            let mut secret = [0xee; 32];
            let result = key.decapsulate(&ciphertext, &mut rng(4), &mut secret);
            assert_eq!(result, Err(expected), "{hybrid}: {pq:?}, {classical:?}");
            assert_eq!(secret, [0; 32], "{hybrid}: {pq:?}, {classical:?} left something");
            assert_eq!(chip.calls(), asked, "{hybrid}: {pq:?}, {classical:?} asked otherwise");
        }
        // Once mended it works again: no state was kept.
        chip.fault(0, None);
        chip.fault(1, None);
        key.decapsulate(&ciphertext, &mut rng(4), &mut secret).unwrap();
        assert!(secret == sent);
    }
}

/// All cases for the first of `rows`, and for the others every ninth in turn: one function judges for all.
fn shared_out(
    rows: impl Iterator<Item = Algorithm>,
    cases: &[Case],
) -> impl Iterator<Item = (Algorithm, Vec<Case>)> {
    rows.enumerate().map(|(at, row)| {
        let (first, step) = if at == 0 { (0, 1) } else { (at % 9, 9) };
        (row, cases.iter().copied().skip(first).step_by(step).collect())
    })
}

/// What a slot may answer for its public key, and what the hybrid says then.
fn public_faults(refused: Error) -> Vec<(Fault, Error)> {
    let mut faults: Vec<_> = [Fault::Length(0), Fault::Length(31), Fault::Elsewhere, Fault::Beside]
        .map(|fault| (fault, refused))
        .into();
    for &error in Error::ALL {
        faults.push((Fault::Answer(error), outcome(error, refused)));
        faults.push((Fault::Dirty(error), outcome(error, refused)));
    }
    faults
}

#[test]
fn no_public_key_when_opening() {
    for hybrid in split_kems() {
        let (chip, key) = in_chip(hybrid);
        let (ciphertext, _) = encapsulate(hybrid, &public(&key), 3).unwrap();
        chip.calls();
        for (fault, expected) in public_faults(Error::DecapsulationFailed) {
            chip.public_fault(1, Some(fault));
            let mut secret = [0xee; 32];
            let result = key.decapsulate(&ciphertext, &mut rng(4), &mut secret);
            assert_eq!(result, Err(expected), "{hybrid}: {fault:?}");
            assert_eq!(secret, [0; 32], "{hybrid}: {fault:?}");
            assert_eq!(chip.calls(), [Call::PublicKey(1), Call::Decapsulate(0), Call::Decapsulate(1)]);
        }
    }
}

#[test]
fn every_answer_of_a_half_when_signing() {
    let refused = Error::SigningFailed;
    for (hybrid, mut cases) in shared_out(composites(), &errors(refused)) {
        let (pq, classical) = hybrid.halves().unwrap();
        for len in [0, 1, pq.signature_len() - 1] {
            cases.push((Some(Fault::Length(len)), None, refused));
        }
        cases.push((None, Some(Fault::Length(0)), refused));
        for fault in [Fault::Zeros, Fault::Elsewhere, Fault::Beside] {
            cases.push((Some(fault), None, refused));
            cases.push((None, Some(fault), refused));
            cases.push((Some(fault), Some(fault), refused));
        }
        let (chip, key) = in_chip(hybrid);
        let whole = sign(&key, b"message", b"context");
        assert!(whole.len() > pq.signature_len() && whole.len() <= hybrid.signature_len());
        assert!(classical.signature_len() >= whole.len() - pq.signature_len());
        let asked = chip.calls();
        assert_eq!(asked, [Call::Sign(0), Call::Sign(1)]);

        for (pq, classical, expected) in cases {
            chip.fault(0, pq);
            chip.fault(1, classical);
            let mut out = vec![0xee; hybrid.signature_len()];
            let input = Input::Message(&[b"message"]);
            let result = key.sign(input, b"context", Hedge::Preferred, &mut rng(4), &mut out);
            assert_eq!(result.err(), Some(expected), "{hybrid}: {pq:?}, {classical:?}");
            assert!(out.iter().all(|byte| *byte == 0), "{hybrid}: {pq:?}, {classical:?} left something");
            assert_eq!(chip.calls(), asked, "{hybrid}: {pq:?}, {classical:?} asked otherwise");
        }
        chip.fault(0, None);
        chip.fault(1, None);
        assert!(sign(&key, b"message", b"context") == whole);
    }
}

#[test]
fn the_public_key_needs_both_halves() {
    for hybrid in split_kems().chain(composites()) {
        let (chip, key) = in_chip(hybrid);
        for slot in [0, 1] {
            for fault in [Fault::Answer(Error::Absent), Fault::Dirty(Error::Busy), Fault::Length(31)] {
                chip.public_fault(slot, Some(fault));
                let mut out = vec![0xee; hybrid.public_key_len()];
                let result = key.public_key(&mut out).err();
                match fault {
                    Fault::Answer(error) | Fault::Dirty(error) => assert_eq!(result, Some(error)),
                    _ => assert!(result.is_some(), "{hybrid}: a short public key"),
                }
                assert!(out.iter().all(|byte| *byte == 0), "{hybrid}: half a public key was left");
                assert_eq!(chip.calls(), [Call::PublicKey(0), Call::PublicKey(1)]);
            }
            chip.public_fault(slot, None);
        }
    }
}

/// Ciphertexts whose fault shows without a key.
fn malformed(hybrid: Algorithm, good: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let at = pq_lens(hybrid).1;
    let changed = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = good.to_vec();
        change(&mut bytes);
        bytes
    };
    let mut all = vec![
        ("empty", vec![]),
        ("one byte", vec![0]),
        ("no classical part", good[..at].to_vec()),
        ("no post-quantum part", good[at..].to_vec()),
        ("short by one", good[..good.len() - 1].to_vec()),
        ("long by one", changed(&|bytes| bytes.push(0))),
        ("twice", [good, good].concat()),
    ];
    // What is wrong with an RSA ciphertext of the right length shows to its key alone.
    if is_rsa(hybrid) {
        return all;
    }
    // All zero is a point of low order on X25519 and no encoding of a point elsewhere.
    all.push(("zeros for a share", changed(&|bytes| bytes[at..].fill(0))));
    // Every byte string of its length is one on X25519 and X448.
    let montgomery = hybrid.halves().is_some_and(|(_, half)| half.name().starts_with('X'));
    if !montgomery {
        all.extend([
            ("off the curve", changed(&|bytes| *bytes.last_mut().unwrap() ^= 1)),
            ("beyond the field", changed(&|bytes| bytes[at + 1..].fill(0xff))),
            ("compressed prefix", changed(&|bytes| bytes[at] = 2)),
            ("hybrid prefix", changed(&|bytes| bytes[at] = 6)),
            ("no prefix", changed(&|bytes| bytes[at] = 0)),
        ]);
    }
    all
}

#[test]
fn a_malformed_ciphertext_reaches_no_chip() {
    for hybrid in split_kems() {
        let (chip, key) = in_chip(hybrid);
        let (good, _) = encapsulate(hybrid, &public(&key), 3).unwrap();
        chip.calls();
        for (what, ciphertext) in malformed(hybrid, &good) {
            let mut secret = [0xee; 32];
            let result = key.decapsulate(&ciphertext, &mut rng(4), &mut secret);
            assert_eq!(result, Err(Error::Malformed), "{hybrid}: {what}");
            assert_eq!(secret, [0; 32], "{hybrid}: {what}");
            assert_eq!(chip.calls(), [], "{hybrid}: {what} reached the chip");
        }
        for len in [0, 31, 33] {
            let mut secret = vec![0xee; len];
            assert_eq!(key.decapsulate(&good, &mut rng(4), &mut secret), Err(Error::Malformed));
            assert!(secret.iter().all(|byte| *byte == 0));
            assert_eq!(chip.calls(), []);
        }
        let mut out = vec![0; 8000];
        let signed = key.sign(Input::Message(&[b"m"]), b"", Hedge::Preferred, &mut rng(4), &mut out);
        assert_eq!(signed, Err(Error::Unsupported));
        assert_eq!(chip.calls(), []);
    }
}

#[test]
fn what_cannot_be_signed_reaches_no_chip() {
    for hybrid in composites() {
        let (chip, key) = in_chip(hybrid);
        let (long, room) = ([0; 256], hybrid.signature_len());
        let message: &[&[u8]] = &[b"message"];
        let cases: [(Input<'_>, &[u8], usize, Error); 6] = [
            (Input::Message(message), &long, room, Error::BadContext),
            (Input::Prehash(&[7; 48]), b"", room, Error::Malformed),
            (Input::Prehash(&[]), b"", room, Error::Malformed),
            (Input::Mu(&[7; 64]), b"", room, Error::Unsupported),
            (Input::Message(message), b"", room - 1, Error::BufferTooSmall),
            (Input::Message(message), b"", 0, Error::BufferTooSmall),
        ];
        for (input, context, len, expected) in cases {
            let mut out = vec![0; len];
            let result = key.sign(input, context, Hedge::Preferred, &mut rng(4), &mut out);
            assert_eq!(result, Err(expected), "{hybrid}");
            assert!(out.iter().all(|byte| *byte == 0));
            assert_eq!(chip.calls(), [], "{hybrid}: {expected:?} reached the chip");
        }
        let mut secret = [0xee; 32];
        assert_eq!(key.decapsulate(&[0; 1120], &mut rng(4), &mut secret), Err(Error::Unsupported));
        assert_eq!((secret, chip.calls()), ([0; 32], vec![]));
    }
}

#[test]
fn verifying_says_one_thing() {
    for hybrid in composites() {
        let (_, key) = in_chip(hybrid);
        let bytes = public(&key);
        let good = sign(&key, b"message", b"context");
        let at = pq_lens(hybrid).2;
        let changed = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = good.clone();
            change(&mut bytes);
            bytes
        };
        let public = PublicKey::new(hybrid, &bytes[..]).unwrap();
        public.verify(b"message", b"context", &good).unwrap();
        let wrong = [
            ("post-quantum part", changed(&|bytes| bytes[at / 2] ^= 1)),
            ("post-quantum challenge", changed(&|bytes| bytes[0] ^= 1)),
            ("post-quantum hints", changed(&|bytes| bytes[at - 1] = 0xff)),
            ("classical part", changed(&|bytes| *bytes.last_mut().unwrap() ^= 1)),
            ("classical encoding", changed(&|bytes| bytes[at] ^= 0xff)),
            ("classical zeros", changed(&|bytes| bytes[at..].fill(0))),
            ("classical ones", changed(&|bytes| bytes[at..].fill(0xff))),
            ("both parts", changed(&|bytes| bytes.iter_mut().for_each(|byte| *byte ^= 1))),
            ("all zeros", changed(&|bytes| bytes.fill(0))),
            ("no classical part", good[..at].to_vec()),
            ("classical part cut", good[..good.len() - 1].to_vec()),
        ];
        for (what, signature) in wrong {
            let result = public.verify(b"message", b"context", &signature);
            assert_eq!(result, Err(Error::VerificationFailed), "{hybrid}: {what}");
        }
        for (message, context) in [("massage", "context"), ("message", "kontext"), ("message", "")] {
            let result = public.verify(message.as_bytes(), context.as_bytes(), &good);
            assert_eq!(result, Err(Error::VerificationFailed), "{hybrid}: {message}, {context}");
        }
        let other = support::public(&*support::key(hybrid, 77));
        let result = support::verify(hybrid, &other, b"message", b"context", &good);
        assert_eq!(result, Err(Error::VerificationFailed), "{hybrid}: another key");
    }
}
