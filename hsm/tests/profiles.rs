//! Profiles: used for the very module they name, ignored aloud for any other, and never believed.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::*;
use khoalai_hsm::{Event, EventKind, Problem, Profile};
use std::sync::{Arc, Mutex};
use support::alone::token_test;
use support::open::{arguments, pin, shipped};
use support::tokens::{Kryoptic, Token};

/// A profile for the module of `token`, for its true hash or another.
fn profile(token: &Token, library: &str, right: bool, calls: &str) -> Profile {
    let (_, modules, _) = arguments(token);
    let mut hash = modules.all()[0].sha256().unwrap();
    hash[0] ^= u8::from(!right);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = format!("[module]\nname = 'X'\n{library}\nsha256 = ['{hash}']\n[calls]\n{calls}\n");
    Profile::parse(&text).unwrap()
}

/// Opens the token with this profile; tells how the profile fared.
fn open(token: &Token, profile: Profile) -> (khoalai_hsm::Token, Option<Option<Problem>>) {
    let (uri, modules, mut options) = arguments(token);
    options.profiles = vec![profile];
    let told = Arc::new(Mutex::new(None));
    let heard = Arc::clone(&told);
    options.auditor = Some(Arc::new(move |event: &Event<'_>| {
        println!("{}", event.to_json());
        if event.kind == EventKind::Profile {
            *heard.lock().unwrap() = Some(event.error.and_then(khoalai_hsm::Error::problem));
        }
    }));
    let opened = khoalai_hsm::Token::open(&uri, &modules, pin(), &options).unwrap();
    let told = *told.lock().unwrap();
    (opened, told)
}

const SOFTHSM: &str = "library_description = 'Implementation of PKCS11'\nlibrary_version = '2.6'";

fn makes(token: &mut khoalai_hsm::Token, algorithm: Algorithm) -> Option<Error> {
    Store::generate(token, algorithm, algorithm.name(), &mut SystemRandom)
        .map(|key| token.destroy(key).unwrap())
        .err()
}

token_test!(of_this_module, [Token::softhsm()], |[token]| {
    let profile =
        profile(&token, SOFTHSM, true, "x25519_as_edwards = true\noaep_outside = true\nsessions = 2");
    let (mut opened, told) = open(&token, profile);
    assert_eq!(told, Some(None));
    assert_eq!(makes(&mut opened, X25519_SHARE), None);
    assert_eq!(makes(&mut opened, RSA2048_OAEP_SHA256), None);
    assert!(opened.usage().0 <= 2);
});

/// What is shipped is of the module that the tests have.
fn as_shipped(token: &Token) {
    let (mut opened, told) = open(token, shipped(token));
    assert_eq!(told, Some(None));
    assert_eq!(makes(&mut opened, X25519_SHARE), None);
    assert_eq!(makes(&mut opened, RSA2048_OAEP_SHA256), None);
}
token_test!(as_shipped_kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| as_shipped(&token));
token_test!(as_shipped_softhsm, [Token::softhsm()], |[token]| as_shipped(&token));

token_test!(of_another_build, [Token::softhsm()], |[token]| {
    // What it says would be wrong; it is not listened to.
    let profile = profile(&token, SOFTHSM, false, "x25519_as_edwards = false\noaep_outside = false");
    let (mut opened, told) = open(&token, profile);
    assert_eq!(told, Some(Some(Problem::ProfileOtherBuild)));
    assert_eq!(makes(&mut opened, X25519_SHARE), None);
    assert_eq!(makes(&mut opened, RSA2048_OAEP_SHA256), None);
});

token_test!(of_another_module, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| {
    let (mut opened, told) = open(&token, profile(&token, SOFTHSM, true, "x25519_as_edwards = true"));
    assert_eq!(told, None);
    assert_eq!(makes(&mut opened, X25519_SHARE), None);
});

// A profile that errs costs abilities, never results.
token_test!(that_errs, [Token::softhsm()], |[token]| {
    let profile = profile(
        &token,
        SOFTHSM,
        true,
        "x25519_as_edwards = false\noaep_outside = false\nsign_verify_pin = true\nunnamed_uses = ['CKA_SIGN', 'CKA_UNWRAP']",
    );
    let (mut opened, told) = open(&token, profile);
    assert_eq!(told, Some(None));
    assert!(makes(&mut opened, X25519_SHARE).is_some());
    assert!(makes(&mut opened, RSA2048_OAEP_SHA256).is_some());
    assert!(makes(&mut opened, RSA2048_PKCS15_SHA256).is_some());
    // SoftHSM lets a key do what it is not told not to: read back, and refused.
    assert_eq!(makes(&mut opened, P256_SHARE), Some(Error::SelfTestFailed));
    assert!(opened.list().unwrap().is_empty());
});
