//! Keys that were there before become a half of a hybrid, by a step of its own that says what is lost.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop anywhere")]

extern crate alloc;

mod support;

use alloc::sync::Arc;
use khoalai::*;
use khoalai_hsm::{
    Access, ComponentSecrets, EventKind, Home, KeyReference, NewKey, Problem, Recovery, Sealing, Uri,
    WhereHalf,
};
use std::sync::{Barrier, Mutex};
use support::alone::token_test;
use support::foreign;
use support::open::{arguments, open, pin};
use support::tokens::{Kryoptic, Token};

const fn new<'a>(algorithm: Algorithm, name: &'a str, pq: Home<'a>, classical: Home<'a>) -> NewKey<'a> {
    let (recovery, secrets) = (Recovery::NoRecovery, ComponentSecrets::StayInside);
    NewKey { algorithm, name, pq, classical, recovery, secrets }
}

fn opens(reference: &KeyReference, access: Access<'_>) {
    let random = &mut SystemRandom;
    let key = DecapsulationKey::new(reference.open(access).unwrap()).unwrap();
    let mut ciphertext = vec![0; reference.algorithm().ciphertext_len()];
    let sent = reference.public_key().unwrap().encapsulate(random, &mut ciphertext).unwrap();
    assert!(key.decapsulate(&ciphertext, random).unwrap() == sent);
}

/// A P-256 key of another program, and a new post-quantum half: sealed, or beside it in the token.
fn half([below]: [Token; 1], pq_inside: bool) {
    // The crate comes first: then it has initialised the module.
    let events = Arc::new(Mutex::new(Vec::new()));
    let (uri, modules, mut options) = arguments(&below);
    let record = Arc::clone(&events);
    options.auditor = Some(Arc::new(move |event: &khoalai_hsm::Event<'_>| {
        record.lock().unwrap().push((event.kind, event.error.map(khoalai_hsm::Error::code)));
    }));
    let token = khoalai_hsm::Token::open(&uri, &modules, pin(), &options).unwrap();
    assert!(token.list().unwrap().is_empty());
    let other = foreign::Program::new(&below);
    other.p256("signer", Some(b"\x01"), true);
    other.p256("nameless", None, true);
    let (tokens, random) = ([token.clone()], &mut SystemRandom);
    let access = Access::to(&tokens);
    let fresh = if pq_inside { Home::Token(&token) } else { Home::Sealed(&token, Sealing::by_token()) };
    let signer = &Uri::new().with_object("signer").unwrap();
    let adopted = |uri| Home::Adopted(&token, uri, Adoption::LosesFreshness);
    let make = |algorithm, name, pq, classical| {
        KeyReference::generate(&new(algorithm, name, pq, classical), &mut SystemRandom).map(|(made, _)| made)
    };

    // What cannot be is refused, and costs nothing: the key is as free as before.
    let before = token.list().unwrap();
    let nobody = &Uri::new().with_object("nobody").unwrap();
    let nameless = &Uri::new().with_object("nameless").unwrap();
    // That it could not combine the two comes before all that.
    let both = if pq_inside { Error::WrongAlgorithm } else { Error::CombinerUnavailable }.into();
    for (algorithm, pq, classical, error) in [
        (MLKEM768_P256, adopted(signer), adopted(signer), khoalai_hsm::Error::from(Problem::ReferenceUnfit)),
        (MLKEM768_P256, fresh, adopted(nobody), Error::NotFound.into()),
        (MLKEM768_P256, fresh, adopted(nameless), Problem::KeyWithoutId.into()),
        (MLKEM1024_P384, fresh, adopted(signer), Error::WrongAlgorithm.into()),
        (MLKEM768_P256, adopted(signer), Home::Token(&token), both),
    ] {
        let refused = make(algorithm, "archive", pq, classical).err().unwrap();
        assert_eq!(refused.code(), error.code(), "{algorithm}");
        assert_eq!(token.list().unwrap(), before);
    }
    // Nor does a failure after the key was claimed keep it.
    let taken = Store::generate(&mut token.clone(), P384_SHARE, "archive.pq", random).unwrap();
    let refused = make(MLKEM768_P256, "archive", Home::Token(&token), adopted(signer)).err().unwrap();
    assert!(
        [Problem::NameTaken.into(), khoalai_hsm::Error::from(Error::CombinerUnavailable)]
            .map(|error: khoalai_hsm::Error| error.code())
            .contains(&refused.code()),
        "{refused}"
    );
    Store::destroy(&mut token.clone(), taken).unwrap();
    assert_eq!(token.list().unwrap(), before);

    let reference = make(MLKEM768_P256, "archive", fresh, adopted(signer)).unwrap();
    let reference = KeyReference::from_pem(&reference.to_pem().unwrap()).unwrap();
    let WhereHalf::Adopted { uri, .. } = reference.half(Side::Classical) else { panic!("not adopted") };
    assert!(uri.contains("object=signer") && uri.contains("id=%01"), "{uri}");
    opens(&reference, access);
    assert!(events.lock().unwrap().contains(&(EventKind::KeyAdopted, None)));
    let hybrid = |name: &str| {
        let listed = token.list().unwrap();
        listed.iter().find(|key| key.name == name).unwrap().hybrid.clone()
    };
    assert_eq!(hybrid("signer").as_deref(), Some("MLKEM768-P256"));

    // It serves one hybrid, under whatever name and for whatever use.
    for algorithm in [MLKEM768_P256, MLDSA65_ECDSA_P256_SHA512] {
        let sealed = Home::Sealed(&token, Sealing::by_token());
        assert_eq!(make(algorithm, "other", sealed, adopted(signer)).err().unwrap(), Error::KeyReused);
    }
    assert!(events.lock().unwrap().contains(&(EventKind::KeyAdopted, Some("KEY_REUSED"))));

    // Retired it opens; destroyed, the new half goes, and the other program keeps its key.
    let retired = reference.retire(access, random).unwrap();
    opens(&retired, access);
    retired.destroy(access).unwrap();
    assert!(reference.open(access).is_err());
    assert_eq!(token.list().unwrap().len(), before.len());
    assert_eq!(hybrid("signer").as_deref(), Some("MLKEM768-P256"), "it never serves another one");
    let sealed = Home::Sealed(&token, Sealing::by_token());
    assert_eq!(make(MLKEM768_P256, "archive", sealed, adopted(signer)).err().unwrap(), Error::KeyReused);
}

token_test!(softhsm, [Token::softhsm()], |token| half(token, false));
token_test!(kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], |token| half(token, true));

/// Many threads that want one key for their hybrids: one of them gets it.
fn race([below]: [Token; 1]) {
    let token = open(&below);
    assert!(token.list().unwrap().is_empty());
    foreign::Program::new(&below).p256("signer", Some(b"\x01"), true);
    let uri = &Uri::new().with_object("signer").unwrap();
    let hybrids = [MLKEM768_P256, MLKEM768_ECDH_P256_SHA3_256, MLKEM768_P256, MLKEM768_ECDH_P256_SHA3_256];
    let start = Barrier::new(hybrids.len());
    let adopt = |hybrid| {
        let mut token = token.clone();
        let key = token.key(P256_SHARE, uri).unwrap();
        start.wait();
        Half::adopt(hybrid, Side::Classical, &mut token, key, Adoption::LosesFreshness).err()
    };
    let outcomes = std::thread::scope(|scope| {
        let adopt = &adopt;
        hybrids.map(|hybrid| scope.spawn(move || adopt(hybrid))).map(|thread| thread.join().unwrap())
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_none()).count(), 1, "{outcomes:?}");
    assert_eq!(
        outcomes.iter().filter(|outcome| **outcome == Some(Error::KeyReused)).count(),
        3,
        "{outcomes:?}"
    );
}

token_test!(race_softhsm, [Token::softhsm()], race);
token_test!(race_kryoptic, [Token::kryoptic(Kryoptic::CLASSICAL)], race);
token_test!(race_nss, [Token::nss()], race);

// A key that the token gives out to whoever asks is what the reference says of it.
token_test!(open_key, [Token::softhsm()], |[below]| {
    let token = open(&below);
    assert!(token.list().unwrap().is_empty());
    foreign::Program::new(&below).p256("open", Some(b"\x09"), false);
    let uri = Uri::new().with_id(b"\x09").unwrap();
    let classical = Home::Adopted(&token, &uri, Adoption::LosesFreshness);
    let pq = Home::Sealed(&token, Sealing::by_token());
    let made = KeyReference::generate(&new(MLKEM768_P256, "key", pq, classical), &mut SystemRandom);
    let (reference, key) = made.unwrap();
    assert_eq!(reference.custody().classical, Some(Place::OpenDevice));
    assert_eq!(key.custody(), reference.custody());
    opens(&reference, Access::to(&[token]));
});
