//! What is asked of a token while it combines two secrets: never for either of them.

use crate::scene::{Scene, work};
use crate::support::open::public_of;
use crate::support::tokens::{Kryoptic, Token};
use crate::token_test;
use khoalai::*;
use khoalai_hsm::{Combiner, ComponentSecrets, DecapsulateInside, InsideTask};
use std::collections::BTreeSet;

const CONCATENATE_KEY: &str = "0x360";
const CONCATENATE_DATA: &str = "0x362";
const SHA3_256_KEY_DERIVE: &str = "0x397";
const ECDH: &str = "0x1050";
const VALUE: &str = "0x11";

/// The objects that calls of `function` with this word in them gave.
fn given<'t>(trace: &'t [String], function: &str, word: &str) -> BTreeSet<&'t str> {
    let calls = trace.iter().map(|line| line.split(' ').collect::<Vec<_>>());
    let mine = calls.filter(|words| words[0] == function && words.contains(&word));
    mine.filter_map(|words| words.iter().position(|word| *word == "->").map(|at| words[at + 1])).collect()
}

/// The objects whose values were asked for.
fn read(trace: &[String]) -> BTreeSet<&str> {
    let calls = trace.iter().map(|line| line.split(' ').collect::<Vec<_>>());
    let reads = calls.filter(|words| words[0] == "C_GetAttributeValue" && words[2..].contains(&VALUE));
    reads.map(|words| words[1]).collect()
}

/// The calls of one decapsulation.
fn trace(token: &Token, secrets: ComponentSecrets, combiner: Combiner) -> Vec<String> {
    let scene = Scene::new(token);
    let key = scene.token.generate_hybrid(MLKEM768_P256, "x", secrets, &mut SystemRandom).unwrap();
    assert_eq!(key.combiner(), combiner);
    let before = token.objects();
    scene.say("trace");
    work(&key).unwrap();
    let trace = scene.control.trace();
    trace.iter().for_each(|line| println!("{line}"));
    assert!(!given(&trace, "C_DecapsulateKey", "0x17").is_empty(), "nothing was traced");
    assert!(!given(&trace, "C_DeriveKey", ECDH).is_empty(), "nothing was traced");
    // Nor does anything else bring them out.
    for function in
        ["C_WrapKey", "C_CopyObject", "C_SetAttributeValue", "C_Encrypt", "C_WrapKeyAuthenticated"]
    {
        assert!(!trace.iter().any(|line| line.starts_with(&format!("{function} "))), "{function}");
    }
    scene.has_objects(before);
    trace
}

/// The component secrets, and what is made of them on the way.
fn secrets(trace: &[String]) -> BTreeSet<&str> {
    [
        ("C_DecapsulateKey", "0x17"),
        ("C_DeriveKey", ECDH),
        ("C_DeriveKey", CONCATENATE_KEY),
        ("C_DeriveKey", CONCATENATE_DATA),
    ]
    .into_iter()
    .flat_map(|(function, word)| given(trace, function, word))
    .collect()
}

fn derived(token: &Token) {
    let trace = trace(token, ComponentSecrets::StayInside, Combiner::KeyDerive);
    let result = given(&trace, "C_DeriveKey", SHA3_256_KEY_DERIVE);
    assert_eq!(result.len(), 1);
    assert_eq!(read(&trace), result, "the result is read, and nothing else");
    assert_eq!((secrets(&trace).len(), secrets(&trace).is_disjoint(&result)), (4, true));
}

token_test!(derive_kryoptic, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| derived(&token));
token_test!(derive_nss, [Token::nss().misbehaving()], |[token]| derived(&token));

token_test!(digest, [Token::kryoptic(Kryoptic::DIGEST_KEY).misbehaving()], |[token]| {
    let trace = trace(&token, ComponentSecrets::StayInside, Combiner::DigestKey);
    assert!(read(&trace).is_empty(), "no value is read at all");
    let digested: Vec<_> = trace.iter().filter(|line| line.starts_with("C_DigestKey ")).collect();
    assert_eq!(digested.len(), 2);
});

// What is looked for above is found where it is: with the combiner outside both secrets are read.
token_test!(outside, [Token::kryoptic(Kryoptic::NO_COMBINER).misbehaving()], |[token]| {
    let trace = trace(&token, ComponentSecrets::MayLeave, Combiner::Outside);
    assert_eq!(read(&trace), secrets(&trace));
    assert_eq!(read(&trace).len(), 2);
});

// Where the shared secret stays inside as well, no value is read at all.
fn inside(token: &Token) {
    let scene = Scene::new(token);
    let key =
        scene.token.generate_hybrid(MLKEM768_P256, "x", ComponentSecrets::StayInside, &mut SystemRandom);
    let key = key.unwrap();
    let mut ciphertext = vec![0; MLKEM768_P256.ciphertext_len()];
    public_of(&key).encapsulate(&mut SystemRandom, &mut ciphertext).unwrap();
    let before = token.objects();
    scene.say("trace");
    let task = InsideTask::Encrypt { nonce: &[7; 12], associated: b"", data: b"TEST ONLY" };
    key.decapsulate_inside(&ciphertext, task).unwrap();
    let trace = scene.control.trace();
    trace.iter().for_each(|line| println!("{line}"));
    assert_eq!(secrets(&trace).len(), 4, "nothing was traced");
    assert_eq!(given(&trace, "C_DeriveKey", SHA3_256_KEY_DERIVE).len(), 1);
    assert!(read(&trace).is_empty(), "a value was read");
    for function in ["C_WrapKey", "C_CopyObject", "C_SetAttributeValue", "C_DigestKey"] {
        assert!(!trace.iter().any(|line| line.starts_with(&format!("{function} "))), "{function}");
    }
    scene.has_objects(before);
}
token_test!(inside_kryoptic, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| inside(&token));
token_test!(inside_nss, [Token::nss().misbehaving()], |[token]| inside(&token));
