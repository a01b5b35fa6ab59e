//! The record of events is an interface: numbers and names never change, and what matters is in it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::std_instead_of_alloc,
    reason = "a test may stop anywhere"
)]

mod support;

use khoalai::*;
use khoalai_hsm::{Event, EventKind};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use support::alone::token_test;
use support::open::{arguments, pin};
use support::tokens::{Kryoptic, Token};

/// Every kind that was ever published. Lines may be added, never changed or taken away.
const PUBLISHED: &[(u16, &str)] = &[
    (1, "TOKEN_OPENED"),
    (2, "LOGIN"),
    (3, "PIN_NOT_CHECKED"),
    (4, "LOGIN_LOST"),
    (5, "PIN_WITHHELD"),
    (10, "KEY_MADE"),
    (11, "KEY_IMPORTED"),
    (12, "KEY_ADOPTED"),
    (13, "DECAPSULATED"),
    (14, "SIGNED"),
    (15, "KEY_RENAMED"),
    (16, "KEY_DESTROYED"),
    (17, "KEY_RETIRED"),
    (18, "KEY_CLAIMED"),
    (20, "SELF_TEST"),
    (21, "PROFILE"),
    (22, "COMBINER"),
    (23, "QUIRK"),
    (30, "DEVICE_FAILED"),
    (31, "DEVICE_BACK"),
    (32, "TIMEOUT"),
];

#[test]
fn numbers_and_names_are_as_published() {
    let now: Vec<_> = EventKind::ALL.iter().map(|kind| (kind.id(), kind.code())).collect();
    assert_eq!(now, PUBLISHED);
}

/// The lines of the record, from now on.
fn record(token: &Token) -> (khoalai_hsm::Token, Arc<Mutex<Vec<Value>>>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let (uri, modules, mut options) = arguments(token);
    let own = Arc::clone(&lines);
    options.auditor = Some(Arc::new(move |event: &Event<'_>| {
        let line = event.to_json();
        println!("{line}");
        own.lock().unwrap().push(serde_json::from_str(&line).unwrap());
    }));
    (khoalai_hsm::Token::open(&uri, &modules, pin(), &options).unwrap(), lines)
}

fn of<'l>(lines: &'l [Value], event: &str) -> Vec<&'l Value> {
    lines.iter().filter(|line| line["event"] == event).collect()
}

/// A key that is taken for a half by the library's own step is in the record as one that was adopted.
fn adoption([token]: [Token; 1]) {
    let (mut token, lines) = record(&token);
    let random = &mut SystemRandom;
    Half::generate(MLKEM768_P256, Side::Classical, &mut token, "fresh", random).unwrap();
    assert!(of(&lines.lock().unwrap(), "KEY_ADOPTED").is_empty());
    assert_eq!(of(&lines.lock().unwrap(), "KEY_CLAIMED").len(), 1);
    let key = Store::generate(&mut token, P256_SHARE, "before", random).unwrap();
    Half::adopt(MLKEM768_P256, Side::Classical, &mut token, key, Adoption::LosesFreshness).unwrap();
    let key = Store::open(&mut token, "before").unwrap();
    let again = Half::adopt(MLKEM768_P256, Side::Classical, &mut token, key, Adoption::LosesFreshness);
    assert_eq!(again.err(), Some(Error::KeyReused));
    let lines = lines.lock().unwrap();
    let adopted = of(&lines, "KEY_ADOPTED");
    let told: Vec<_> = adopted.iter().map(|line| (line["key"].as_str(), line["result"].as_str())).collect();
    assert_eq!(told, [(Some("before"), Some("OK")), (Some("before"), Some("KEY_REUSED"))]);
    assert_eq!(adopted[0]["id"], 12);
    assert_eq!(of(&lines, "KEY_CLAIMED").len(), 3);
}
token_test!(adopted_softhsm, [Token::softhsm()], adoption);
token_test!(adopted_nss, [Token::nss()], adoption);

/// What a device does in its own way is told once.
fn quirks(token: &Token, make: &[Algorithm], expected: &[&str]) {
    let (mut opened, lines) = record(token);
    for algorithm in make {
        for name in ["one", "two"] {
            let half = Store::generate(&mut opened, *algorithm, name, &mut SystemRandom).unwrap();
            opened.destroy(half).unwrap();
        }
    }
    Half::generate(MLKEM768_P256, Side::Classical, &mut opened, "half", &mut SystemRandom).unwrap();
    let lines = lines.lock().unwrap();
    let told: Vec<_> = of(&lines, "QUIRK").iter().map(|line| line["what"].as_str().unwrap()).collect();
    assert_eq!(told, expected);
}
token_test!(quirks_softhsm, [Token::softhsm()], |[token]| {
    quirks(&token, &[X25519_SHARE, RSA2048_OAEP_SHA256], &["X25519_AS_EDWARDS", "OAEP_OUTSIDE"]);
});
token_test!(quirks_nss, [Token::nss()], |[token]| quirks(&token, &[X25519_SHARE], &["NO_DATA_OBJECTS"]));
token_test!(quirks_kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| {
    quirks(&token, &[X25519_SHARE], &[]);
});
