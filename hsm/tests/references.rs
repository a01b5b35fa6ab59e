//! Key references: made, written, read and opened again, on every module and in every way.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop anywhere")]

mod support;

use khoalai::*;
use khoalai_hsm::{
    Access, ComponentSecrets, FactorKind, Home, HybridKey, KeyReference, KeyState, NewKey, Problem, Recovery,
    Sealing, SecondFactor, WhereHalf, WrapMechanism,
};
use support::alone::token_test;
use support::open::open;
use support::secrets::keep;
use support::suites::suites;
use support::tokens::{Kryoptic, Token};
use zeroize::Zeroizing;

const PASSPHRASE: &[u8] = b"TEST ONLY: vuon rau sau nha";

/// TEST ONLY.
const KEY_FILE: [u8; 32] = *b"\x8fTEST ONLY\x01\x02\x03\xc4 a key of 32 bytes";

fn passphrase() -> SecondFactor {
    SecondFactor::passphrase(Zeroizing::new(PASSPHRASE.to_vec())).unwrap()
}

fn key_file() -> SecondFactor {
    SecondFactor::key_file(Zeroizing::new(KEY_FILE.to_vec())).unwrap()
}

fn new<'a>(algorithm: Algorithm, name: &'a str, pq: Home<'a>, classical: Home<'a>) -> NewKey<'a> {
    NewKey {
        algorithm,
        name,
        pq,
        classical,
        recovery: Recovery::NoRecovery,
        secrets: ComponentSecrets::StayInside,
    }
}

/// Uses the key as an application does, and checks what comes out in software.
fn use_it(reference: &KeyReference, key: HybridKey) {
    let (random, algorithm) = (&mut SystemRandom, reference.algorithm());
    let public = reference.public_key().unwrap();
    assert_eq!(key.custody(), reference.custody(), "{algorithm}");
    if algorithm.kind() == algorithm::Kind::Kem {
        let key = DecapsulationKey::new(key).unwrap();
        let mut ciphertext = vec![0; algorithm.ciphertext_len()];
        let sent = public.encapsulate(random, &mut ciphertext).unwrap();
        keep(sent.expose());
        assert!(key.decapsulate(&ciphertext, random).unwrap() == sent, "{algorithm}");
        assert_eq!(reference.recipients().unwrap().len(), 1);
    } else {
        let key = SigningKey::new(key).unwrap();
        let mut out = vec![0; algorithm.signature_len()];
        let signature = key.sign(b"TEST ONLY", b"context", random, &mut out).unwrap();
        public.verify(b"TEST ONLY", b"context", signature).unwrap();
        assert_eq!(reference.recipients().err().unwrap(), Error::Unsupported);
    }
}

/// Makes a key, uses it, writes its reference, reads it and uses the key again.
fn round_trip(new: &NewKey<'_>, access: Access<'_>) -> KeyReference {
    let made = KeyReference::generate(new, &mut SystemRandom);
    let (reference, key) = made.unwrap_or_else(|error| panic!("{}: {error}", new.algorithm));
    use_it(&reference, key);
    let pem = reference.to_pem().unwrap();
    assert!(
        pem.starts_with("-----BEGIN KHOALAI KEY REFERENCE-----\n") && KeyReference::is_one(pem.as_bytes())
    );
    // Not shorter: among some thousand bytes of ciphertext, three letters come up by chance.
    for word in ["module", "slot-", "library", "pin-", "kryoptic", "softokn", "softhsm"] {
        assert!(!String::from_utf8_lossy(&reference.to_der().unwrap()).contains(word), "{word}");
    }
    let again = KeyReference::from_pem(&pem).unwrap();
    assert_eq!(again.to_pem().unwrap(), pem);
    assert_eq!((again.name(), again.state()), (new.name, KeyState::Active));
    use_it(&again, again.open(access).unwrap_or_else(|error| panic!("{}: {error}", new.algorithm)));
    again
}

fn mechanism(reference: &KeyReference, side: Side) -> (WrapMechanism, Option<FactorKind>) {
    match reference.half(side) {
        WhereHalf::Sealed { mechanism, factor, .. } => (mechanism, factor),
        other => panic!("not sealed: {other:?}"),
    }
}

/// The classical half in the token, the post-quantum half sealed.
fn sealed(token: &Token, algorithms: &[Algorithm], expected: WrapMechanism) {
    let token = open(token);
    let tokens = [token.clone()];
    for algorithm in algorithms {
        let home = Home::Sealed(&token, Sealing::by_token());
        let reference =
            round_trip(&new(*algorithm, algorithm.name(), home, Home::Token(&token)), Access::to(&tokens));
        assert_eq!(mechanism(&reference, Side::PostQuantum), (expected, None));
        let custody = reference.custody();
        assert_eq!((custody.pq, custody.classical), (Some(Place::Sealed), Some(Place::Device)));
        println!("{algorithm}: sealed by {}", expected.name());
    }
}

/// Every suite that the token can carry so, by the table; `part` of two, so that both processors have some.
fn every_suite(token: &Token, expected: WrapMechanism, part: usize) {
    let suites: Vec<_> = suites(token.kind, Side::Classical).into_iter().skip(part).step_by(2).collect();
    assert!(suites.len() > 12, "{suites:?}");
    sealed(token, &suites, expected);
}

token_test!(softhsm, [Token::softhsm()], |[token]| every_suite(&token, WrapMechanism::AesKw, 0));
token_test!(softhsm_too, [Token::softhsm()], |[token]| every_suite(&token, WrapMechanism::AesKw, 1));
token_test!(kryoptic, [Token::kryoptic(Kryoptic::CLASSICAL)], |[token]| {
    every_suite(&token, WrapMechanism::AesKwp, 0);
});
token_test!(kryoptic_too, [Token::kryoptic(Kryoptic::CLASSICAL)], |[token]| {
    every_suite(&token, WrapMechanism::AesKwp, 1);
});
token_test!(nss, [Token::nss()], |[token]| every_suite(&token, WrapMechanism::AesKwp, 0));
token_test!(nss_too, [Token::nss()], |[token]| every_suite(&token, WrapMechanism::AesKwp, 1));
token_test!(by_gcm, [Token::kryoptic(Kryoptic::AES_GCM)], |[token]| {
    sealed(&token, &[MLKEM768_P256], WrapMechanism::AesGcm);
});
token_test!(by_cbc, [Token::kryoptic(Kryoptic::AES_CBC)], |[token]| {
    sealed(&token, &[MLKEM768_P256], WrapMechanism::AesCbc);
});

/// A token without AES: a second factor, or a custody that is refused.
fn classically(token: &Token, algorithm: Algorithm, expected: WrapMechanism) {
    keep(PASSPHRASE);
    keep(&KEY_FILE);
    let token = open(token);
    let tokens = [token.clone()];
    let random = &mut SystemRandom;
    let before = token.list().unwrap().len();
    fn at<'a>(
        algorithm: Algorithm,
        token: &'a khoalai_hsm::Token,
        name: &'a str,
        sealing: Sealing<'a>,
    ) -> NewKey<'a> {
        new(algorithm, name, Home::Sealed(token, sealing), Home::Token(token))
    }

    let refused = KeyReference::generate(&at(algorithm, &token, "none", Sealing::by_token()), random);
    assert_eq!(refused.err().unwrap(), Problem::WrapNotPostQuantum);
    assert_eq!(token.list().unwrap().len(), before, "a refused key left something in the token");

    for (name, factor) in [("passphrase", passphrase()), ("key file", key_file())] {
        let reference = round_trip(
            &at(algorithm, &token, name, Sealing::by_token().with(&factor)),
            Access::to(&tokens).with(&factor),
        );
        assert_eq!(mechanism(&reference, Side::PostQuantum), (expected, Some(factor.kind())));
        assert_eq!(reference.custody().pq, Some(Place::Sealed));
        // Without it, with another one, and with one of the other kind.
        assert_eq!(reference.open(Access::to(&tokens)).err().unwrap(), Problem::FactorMissing);
        let (other, kind) = match factor.kind() {
            FactorKind::Passphrase => {
                (SecondFactor::passphrase(Zeroizing::new(b"another".to_vec())), key_file())
            }
            FactorKind::KeyFile => (SecondFactor::key_file(Zeroizing::new((0..32).collect())), passphrase()),
        };
        let refused = reference.open(Access::to(&tokens).with(&other.unwrap()));
        assert_eq!(refused.err().unwrap(), Problem::SealBroken);
        assert_eq!(reference.open(Access::to(&tokens).with(&kind)).err().unwrap(), Problem::FactorMissing);
    }

    // By permission, and then refused wherever nobody asks for it.
    let (reference, key) = KeyReference::generate(
        &at(algorithm, &token, "permitted", Sealing::by_token().permit_wrapped_classically()),
        random,
    )
    .unwrap();
    assert_eq!(reference.custody().pq, Some(Place::WrappedClassically));
    assert_eq!(Policy::STRICT.check_custody(key.custody()), Err(Error::WeakCustody));
    assert_eq!(DecapsulationKey::new(key).err(), Some(Error::WeakCustody));
    let again = KeyReference::from_pem(&reference.to_pem().unwrap()).unwrap();
    let key = again.open(Access::to(&tokens)).unwrap();
    assert_eq!(key.custody().pq, Some(Place::WrappedClassically));
    assert_eq!(Policy::STRICT.decapsulation_key(key).err(), Some(Error::WeakCustody));
    println!("{algorithm}: sealed by {}", expected.name());
}

token_test!(rsa_alone, [Token::kryoptic(Kryoptic::RSA)], |[token]| {
    classically(&token, MLKEM768_RSA2048_SHA3_256, WrapMechanism::RsaOaep2048);
});
token_test!(no_aes, [Token::kryoptic(Kryoptic::NO_AES)], |[token]| {
    classically(&token, MLKEM768_P256, WrapMechanism::EcdhP256);
});

// One half under a passphrase, the other in the token, either way around; and both in the token.
fn apart(token: &Token, whole: bool) {
    keep(PASSPHRASE);
    let token = open(token);
    let (tokens, factor) = ([token.clone()], passphrase());
    let (inside, outside) = (Home::Token(&token), Home::Software(&factor));
    let access = Access::to(&tokens).with(&factor);
    for algorithm in [MLKEM768_P256, MLDSA65_ECDSA_P256_SHA512] {
        let reference = round_trip(&new(algorithm, algorithm.name(), outside, inside), access);
        assert_eq!(reference.half(Side::PostQuantum), WhereHalf::Software);
        assert_eq!(reference.custody().pq, Some(Place::Memory));
        assert_eq!(reference.open(Access::to(&tokens)).err().unwrap(), Problem::FactorMissing);
        let other = SecondFactor::passphrase(Zeroizing::new(b"another".to_vec())).unwrap();
        let refused = reference.open(Access::to(&tokens).with(&other)).err().unwrap();
        assert_eq!(refused, Error::PassphraseWrong);
    }
    if whole {
        for algorithm in [MLKEM768_X25519, MLDSA65_ECDSA_P256_SHA512] {
            let name = format!("{algorithm} d");
            let reference = round_trip(&new(algorithm, &name, inside, outside), access);
            assert_eq!(reference.custody().classical, Some(Place::Memory));
            let name = format!("{algorithm} e");
            let home = Home::Sealed(&token, Sealing::by_token().with(&factor));
            let reference = round_trip(&new(algorithm, &name, inside, home), access);
            assert_eq!(mechanism(&reference, Side::Classical).1, Some(FactorKind::Passphrase));
            assert_eq!(reference.custody().classical, Some(Place::Sealed));
            let name = format!("{algorithm} a");
            round_trip(&new(algorithm, &name, inside, inside), access);
        }
    }
    // No half in a token: that is what PKCS#8 is for.
    for homes in [(outside, outside), (Home::Sealed(&token, Sealing::by_token()), outside)] {
        let refused = KeyReference::generate(&new(MLKEM768_P256, "x", homes.0, homes.1), &mut SystemRandom);
        assert_eq!(refused.err().unwrap(), Problem::ReferenceUnfit);
    }
    // A hybrid that is only ever made whole, and names that cannot be shown.
    let refused = KeyReference::generate(&new(X_WING, "x", outside, inside), &mut SystemRandom);
    assert_eq!(refused.err().unwrap(), Error::HalvesMismatch);
    for name in ["", " x", "a\nb", &"x".repeat(129)] {
        let refused = KeyReference::generate(&new(MLKEM768_P256, name, outside, inside), &mut SystemRandom);
        assert_eq!(refused.err().unwrap(), Problem::ReferenceUnfit);
    }
    let taken =
        KeyReference::generate(&new(MLKEM768_P256, MLKEM768_P256.name(), outside, inside), &mut SystemRandom);
    assert_eq!(taken.err().unwrap(), Problem::NameTaken);
}

token_test!(apart_kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| apart(&token, true));
token_test!(apart_nss, [Token::nss()], |[token]| apart(&token, true));
token_test!(apart_softhsm, [Token::softhsm()], |[token]| apart(&token, false));

/// References as data objects, and the states of a key.
fn states(token: &Token, holds_data: bool) {
    let token = open(token);
    let tokens = [token.clone()];
    let (random, access) = (&mut SystemRandom, Access::to(&tokens));
    let home = Home::Sealed(&token, Sealing::by_token());
    let at = |name, algorithm| new(algorithm, name, home, Home::Token(&token));
    let (reference, _) = KeyReference::generate(&at("một", MLKEM768_P256), random).unwrap();
    if holds_data {
        token.put_reference(&reference).unwrap();
        let stored = token.reference("một").unwrap();
        assert_eq!(stored.to_der().unwrap(), reference.to_der().unwrap());
        use_it(&stored, stored.open(access).unwrap());
        assert_eq!(token.reference("hai").err().unwrap(), Error::NotFound);
    } else {
        assert_eq!(token.put_reference(&reference).err().unwrap(), Error::Unsupported);
        assert!(token.references().unwrap().is_empty());
    }

    // Retired, it opens and is not offered.
    let mut ciphertext = vec![0; MLKEM768_P256.ciphertext_len()];
    let sent = reference.recipients().unwrap()[0].encapsulate(random, &mut ciphertext).unwrap();
    let rotated = reference.rotate(access, &at("hai", MLKEM1024_P384), random).unwrap();
    let old = KeyReference::from_pem(&rotated.old.to_pem().unwrap()).unwrap();
    assert_eq!((old.state(), old.name()), (KeyState::Retired, "một"));
    assert_eq!(old.public_key().unwrap().as_bytes(), reference.public_key().unwrap().as_bytes());
    let key = DecapsulationKey::new(old.open(access).unwrap()).unwrap();
    assert!(key.decapsulate(&ciphertext, random).unwrap() == sent);
    assert_eq!(old.recipients().err().unwrap(), Problem::KeyRetired);
    assert_eq!(old.retire(access, random).err().unwrap(), Problem::KeyRetired);
    use_it(&rotated.reference, rotated.key);
    // What seals it was made anew.
    assert_ne!(
        support::forge::Forged::of(&old).sealed().1,
        support::forge::Forged::of(&reference).sealed().1
    );
    if holds_data {
        token.put_reference(&old).unwrap();
        token.put_reference(&rotated.reference).unwrap();
        assert_eq!(token.reference("một").unwrap().state(), KeyState::Retired);
        assert_eq!(token.references().unwrap().len(), 2);
        token.remove_reference("hai").unwrap();
        assert_eq!(token.remove_reference("hai").err().unwrap(), Error::NotFound);
    }

    // A retired key does not sign.
    let (signing, key) = KeyReference::generate(&at("ký", MLDSA65_ECDSA_P256_SHA512), random).unwrap();
    drop(key);
    let retired = signing.retire(access, random).unwrap();
    assert_eq!(retired.open(access).err().unwrap(), Problem::KeyRetired);
    assert!(retired.public_key().is_ok(), "what it signed is still verified");

    // Destroyed, nothing of it is left, and no copy of the file opens.
    let left = token.list().unwrap().len();
    let gone = retired.destroy(access).unwrap();
    assert_eq!(token.list().unwrap().len(), left - 1);
    assert_eq!(gone.state(), KeyState::Destroyed);
    let gone = KeyReference::from_pem(&gone.to_pem().unwrap()).unwrap();
    assert_eq!(gone.half(Side::PostQuantum), WhereHalf::Gone);
    for refused in [gone.open(access).err(), gone.destroy(access).err(), gone.lost().err()] {
        assert_eq!(refused.unwrap(), Problem::KeyDestroyed);
    }
    assert_eq!(gone.retire(access, random).err().unwrap(), Problem::KeyDestroyed);
    assert_eq!(signing.open(access).err().unwrap(), Error::NotFound);
    // An attempt that was cut off is taken up again.
    assert_eq!(signing.destroy(access).unwrap().state(), KeyState::Destroyed);
    // The name is free again.
    KeyReference::generate(&at("ký", MLDSA65_ECDSA_P256_SHA512), random).unwrap();
    // Without its token nothing is begun.
    assert_eq!(old.destroy(Access::default()).err().unwrap(), Error::Absent);
    assert_eq!(old.open(Access::default()).err().unwrap(), Error::Absent);
}

token_test!(states_softhsm, [Token::softhsm()], |[token]| states(&token, true));
token_test!(states_kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| states(&token, true));
token_test!(states_nss, [Token::nss()], |[token]| states(&token, false));
