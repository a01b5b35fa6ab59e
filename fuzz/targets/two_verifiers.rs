//! The two implementations of ML-DSA against each other: one verdict on every public key and
//! signature.
//!
//! Input: as that of `verify`.
#![no_main]

use khoalai::algorithm::Kind;
use khoalai::soft::{self, Component, second};
use khoalai::{Algorithm, Hedge, Input, PrivateKey};
use khoalai_fuzz::{Pieces, long, own_keys, public, random, short, tag};

khoalai_fuzz::target!();

fn is_ml_dsa(row: Algorithm) -> bool {
    row.kind() == Kind::Signature && row.name().starts_with("ML-DSA-")
}

fn run(data: &[u8]) -> Option<&'static str> {
    let mut pieces = Pieces(data);
    let row = pieces.row(is_ml_dsa)?;
    match row.name() {
        "ML-DSA-44" => both::<soft::MlDsa44, second::MlDsa44>(pieces),
        "ML-DSA-65" => both::<soft::MlDsa65, second::MlDsa65>(pieces),
        "ML-DSA-87" => both::<soft::MlDsa87, second::MlDsa87>(pieces),
        other => panic!("{other} is compared with nothing"),
    }
}

fn both<A: Component, B: Component>(mut pieces: Pieces<'_>) -> Option<&'static str> {
    assert_ne!(A::IMPLEMENTATION, B::IMPLEMENTATION);
    let (kind, context, message) = (pieces.byte()?, pieces.short()?, pieces.long()?);
    let (key, signature) = (pieces.long().filter(|key| key.len() == A::PUBLIC)?, pieces.rest());
    // What libcrux does not take it hands to the other, so only messages tell them apart.
    let halves = message.split_at(message.len() / 2);
    let parts = if kind % 2 == 0 { vec![message] } else { vec![halves.0, halves.1] };
    let input = Input::Message(&parts);
    assert_eq!(A::check_public(key), B::check_public(key));
    let verdict = A::verify(key, input, context, signature);
    assert_eq!(verdict, B::verify(key, input, context, signature), "{}", A::NAME);
    verdict.ok().map(|()| A::NAME)
}

fn seeds() -> Vec<(String, Vec<u8>)> {
    own_keys(is_ml_dsa)
        .map(|(row, _, key)| {
            let (context, message, mut out) = (b"context", b"message", vec![0; row.signature_len()]);
            let input = Input::Message(&[message]);
            let signature =
                key.sign(input, context, Hedge::Deterministic, &mut random(3), &mut out).expect("it signs");
            let head = [&tag(row.name())[..], &[0], &short(context), &long(message)].concat();
            (row.name().to_owned(), [&head, &long(&public(&key))[..], signature].concat())
        })
        .collect()
}

fn rows(row: Algorithm) -> bool {
    is_ml_dsa(row)
}
