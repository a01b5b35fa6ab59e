//! What the pool of sessions costs: 1 to 8 threads with a session each, by a [`TokenKey`] and by the calls
//! themselves, in turns.
//!
//! `KHOALAI_COST` says how many operations each thread does in a turn; `scripts/hsm-cost` does enough of them to
//! compare. Nothing here fails for being slow.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::as_conversions,
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    clippy::std_instead_of_core,
    unreachable_pub,
    missing_docs,
    reason = "a test may stop anywhere"
)]

mod support;

use cryptoki::context::Pkcs11;
use cryptoki::mechanism::Mechanism;
use cryptoki::mechanism::elliptic_curve::{EcKdf, Ecdh1DeriveParams};
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use khoalai::{
    Algorithm, ECDSA_P256_SHA256, Hedge, Input, P256_SHARE, PrivateKey as _, Store as _, SystemRandom,
};
use khoalai_hsm::TokenKey;
use sha2::{Digest as _, Sha256};
use std::time::{Duration, Instant};
use support::alone::token_test;
use support::open::{arguments, pin};
use support::tokens::{Kryoptic, Token};

const MESSAGE: &[u8] = b"TEST ONLY";
const TURNS: usize = 15;

/// Operations of each thread in a turn.
fn operations() -> usize {
    std::env::var("KHOALAI_COST").map_or(3, |number| number.parse().unwrap())
}

/// How long `count` threads take, each with what `start` gives it.
fn took<T: Send>(count: usize, start: impl Fn() -> T, work: impl Fn(&T) + Sync) -> Duration {
    let each: Vec<T> = (0..count).map(|_| start()).collect();
    let begin = Instant::now();
    std::thread::scope(|scope| {
        for own in each {
            let work = &work;
            scope.spawn(move || (0..operations()).for_each(|_| work(&own)));
        }
    });
    begin.elapsed()
}

/// The private key of this name, in a session of its own.
fn find(token: &Token, module: &Pkcs11, name: &str) -> (Session, ObjectHandle) {
    let session = module.open_ro_session(token.slot(module)).unwrap();
    let wanted = [Attribute::Class(ObjectClass::PRIVATE_KEY), Attribute::Label(name.into())];
    let found = session.find_objects(&wanted).unwrap();
    assert_eq!(found.len(), 1);
    (session, found[0])
}

fn derived(session: &Session, key: ObjectHandle, point: &[u8]) -> Vec<u8> {
    let mechanism = Mechanism::Ecdh1Derive(Ecdh1DeriveParams::new(EcKdf::null(), point));
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::GENERIC_SECRET),
        Attribute::Token(false),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
        Attribute::ValueLen(32.into()),
    ];
    let secret = session.derive_key(&mechanism, key, &template).unwrap();
    let read = session.get_attributes(secret, &[AttributeType::Value]).unwrap();
    session.destroy_object(secret).unwrap();
    match &read[..] {
        [Attribute::Value(value)] => value.clone(),
        other => panic!("{other:?}"),
    }
}

/// One line: the medians of the turns, and how the pool's stands to the other.
fn compare(what: &str, count: usize, pooled: impl Fn() -> Duration, raw: impl Fn() -> Duration) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for turn in 0..TURNS {
        if turn % 2 == 0 {
            ours.push(pooled());
            theirs.push(raw());
        } else {
            theirs.push(raw());
            ours.push(pooled());
        }
    }
    let median = |times: &mut Vec<Duration>| {
        times.sort();
        times[TURNS / 2].as_secs_f64()
    };
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    let each = |time: f64| time * 1e6 / operations() as f64 / count as f64;
    println!(
        "cost: {what}, {count} sessions: {:.1} us by the pool, {:.1} us by calls, {:+.1} %",
        each(ours),
        each(theirs),
        (ours / theirs - 1.0) * 100.0
    );
}

fn pool_and_calls(token: &Token) {
    let module = token.load();
    for count in [1, 2, 4, 8] {
        let (uri, modules, mut options) = arguments(token);
        options.limits.sessions = count;
        options.auditor = None;
        let opened = khoalai_hsm::Token::open(&uri, &modules, pin(), &options).unwrap();
        let key = |algorithm: Algorithm| -> (TokenKey, String) {
            let name = format!("{algorithm} {count}");
            (opened.clone().generate(algorithm, &name, &mut SystemRandom).unwrap(), name)
        };

        let (ours, name) = key(P256_SHARE);
        let mut public = vec![0; P256_SHARE.public_key_len()];
        let public = ours.public_key(&mut public).unwrap();
        let (mut point, mut sent) = (vec![0; P256_SHARE.ciphertext_len()], [0; 32]);
        P256_SHARE.encapsulate(public, &mut SystemRandom, &mut point, &mut sent).unwrap();
        let pooled = || {
            took(
                count,
                || (),
                |()| {
                    let mut secret = [0; 32];
                    ours.decapsulate(&point, &mut SystemRandom, &mut secret).unwrap();
                    assert_eq!(secret, sent);
                },
            )
        };
        let raw = || {
            let start = || find(token, &module, &name);
            took(count, start, |(session, key)| assert_eq!(derived(session, *key, &point), sent))
        };
        compare("P-256 agree", count, pooled, raw);

        let (ours, name) = key(ECDSA_P256_SHA256);
        let pooled = || {
            took(
                count,
                || (),
                |()| {
                    let mut out = [0; 72];
                    let input = Input::Message(&[MESSAGE]);
                    ours.sign(input, b"", Hedge::Preferred, &mut SystemRandom, &mut out).unwrap();
                },
            )
        };
        let raw = || {
            let start = || find(token, &module, &name);
            took(count, start, |(session, key)| {
                let signature = session.sign(&Mechanism::Ecdsa, *key, &Sha256::digest(MESSAGE)).unwrap();
                assert_eq!(signature.len(), 64);
            })
        };
        compare("ECDSA P-256 sign", count, pooled, raw);
    }
}

token_test!(pool_and_calls_kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| pool_and_calls(&token));
