//! References whose halves are both in tokens: a key of the token vouches for them.

use crate::support::alone::token_test;
use crate::support::forge::{Forged, field};
use crate::support::open::open;
use crate::support::tokens::{Kryoptic, Token};
use crate::{ALGORITHM, every_bit_of, quietly};
use khoalai::{Error, SystemRandom};
use khoalai_hsm::{Access, ComponentSecrets, Home, KeyReference, KeyState, NewKey, Problem, Recovery};

/// Every bit of a file in which nothing is secret: the token's own key vouches for it. It is the classical half's token, if that has AES.
fn every_bit_whole<const N: usize>(tokens: &[Token; N]) {
    let tokens = tokens.each_ref().map(quietly);
    let new = NewKey {
        algorithm: ALGORITHM,
        name: "key",
        pq: Home::Token(&tokens[0]),
        classical: Home::Token(&tokens[N - 1]),
        recovery: Recovery::NoRecovery,
        secrets: ComponentSecrets::StayInside,
    };
    let (reference, _) = KeyReference::generate(&new, &mut SystemRandom).unwrap();
    every_bit_of(&reference, &tokens);

    // What vouches for one key vouches for no other, and nothing is vouched for without it.
    let (other, _) = KeyReference::generate(&NewKey { name: "other", ..new }, &mut SystemRandom).unwrap();
    let (whole, other) = (Forged::of(&reference), Forged::of(&other));
    let mut forged = whole.clone();
    forged.header[field::GUARD] = other.header[field::GUARD].clone();
    for body in [&whole.body, &other.body] {
        forged.body.clone_from(body);
        let refused = forged.read().unwrap().open(Access::to(&tokens));
        assert_eq!(refused.err().unwrap(), Problem::SealBroken);
    }
    let mut forged = whole.clone();
    forged.header.remove(field::GUARD);
    forged.body.clear();
    let unguarded = forged.read().unwrap_err();
    assert_eq!((unguarded.problem(), unguarded.detail()), (Some(Problem::ReferenceUnfit), Some("guard")));

    // Retired, another file key vouches; destroyed, none does, and no copy of the file opens.
    let access = Access::to(&tokens);
    let retired = reference.retire(access, &mut SystemRandom).unwrap();
    let mut active = Forged::of(&retired);
    assert_ne!(active.header[field::GUARD], whole.header[field::GUARD]);
    active.header[field::STATE].clone_from(&whole.header[field::STATE]);
    assert_eq!(active.read().unwrap().open(access).err().unwrap(), Problem::SealBroken);
    retired.open(access).unwrap();
    let gone = retired.destroy(access).unwrap();
    assert_eq!(KeyReference::from_der(&gone.to_der().unwrap()).unwrap().state(), KeyState::Destroyed);
    assert_eq!(reference.open(access).err().unwrap(), Error::NotFound);
}

token_test!(whole_kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], |tokens| every_bit_whole(&tokens));
token_test!(whole_nss, [Token::nss()], |tokens| every_bit_whole(&tokens));
token_test!(whole_apart, [Token::kryoptic(Kryoptic::WHOLE), Token::softhsm()], |tokens| every_bit_whole(
    &tokens
));

/// A token without AES can vouch for nothing: anybody could have wrapped what it unwraps. Nothing is made there.
fn unguarded([token]: [Token; 1]) {
    let token = open(&token);
    let before = token.list().unwrap().len();
    let new = NewKey {
        algorithm: ALGORITHM,
        name: "key",
        pq: Home::Token(&token),
        classical: Home::Token(&token),
        recovery: Recovery::NoRecovery,
        secrets: ComponentSecrets::StayInside,
    };
    let refused = KeyReference::generate(&new, &mut SystemRandom);
    assert_eq!(refused.err().unwrap(), Problem::WrapUnavailable);
    assert_eq!(token.list().unwrap().len(), before);
}

token_test!(no_guard, [Token::kryoptic(Kryoptic::NO_AES)], unguarded);
