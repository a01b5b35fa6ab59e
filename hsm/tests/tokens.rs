//! The three modules are there, and every test finds fresh tokens in them.
#![allow(clippy::unwrap_used, reason = "a test may stop anywhere")]

mod support;

use cryptoki::mechanism::MechanismType;
use support::alone::token_test;
use support::tokens::{Kryoptic, Token};

/// Logs in and looks for these mechanisms, and that these others are missing.
fn offers(token: &Token, present: &[MechanismType], absent: &[MechanismType]) {
    let module = token.load();
    let session = token.session(&module);
    let slot = token.slot(&module);
    println!("{}: {}", token.module().display(), module.get_library_info().unwrap().library_version());
    assert_eq!(session.find_objects(&[]).unwrap().len(), 0, "the token is not fresh");
    let offered = module.get_mechanism_list(slot).unwrap();
    for mechanism in present {
        assert!(offered.contains(mechanism), "{mechanism} is missing");
    }
    for mechanism in absent {
        assert!(!offered.contains(mechanism), "{mechanism} is there");
    }
}

const RSA: MechanismType = MechanismType::RSA_X_509;
const ECDH: MechanismType = MechanismType::ECDH1_DERIVE;
const ML_KEM: MechanismType = MechanismType::ML_KEM;

token_test!(kryoptic, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| offers(
    &token,
    &[RSA, ECDH, ML_KEM],
    &[]
));
token_test!(nss, [Token::nss()], |[token]| offers(&token, &[RSA, ECDH, ML_KEM], &[]));
token_test!(softhsm, [Token::softhsm()], |[token]| offers(&token, &[RSA, ECDH], &[ML_KEM]));

// A configuration with a mistake in it would make the calls fail.
token_test!(classical, [Token::kryoptic(Kryoptic::CLASSICAL)], |[token]| offers(
    &token,
    &[RSA, ECDH],
    &[ML_KEM]
));
token_test!(rsa_alone, [Token::kryoptic(Kryoptic::RSA)], |[token]| offers(&token, &[RSA], &[ECDH, ML_KEM]));
token_test!(digest_key, [Token::kryoptic(Kryoptic::DIGEST_KEY)], |[token]| {
    offers(&token, &[ML_KEM], &[MechanismType::CONCATENATE_BASE_AND_KEY, MechanismType::HKDF_DERIVE]);
});
token_test!(no_combiner, [Token::kryoptic(Kryoptic::NO_COMBINER)], |[token]| {
    offers(&token, &[ML_KEM], &[MechanismType::CONCATENATE_BASE_AND_KEY, MechanismType::HKDF_DERIVE]);
});

token_test!(
    several_at_once,
    [
        Token::softhsm(),
        Token::kryoptic(Kryoptic::CLASSICAL),
        Token::nss(),
        Token::softhsm(),
        Token::kryoptic(Kryoptic { der_points: true, ..Kryoptic::WHOLE })
    ],
    |tokens| {
        // Every module once: the second user of one finds it initialised.
        for token in &tokens[..3] {
            offers(token, &[RSA, ECDH], &[]);
        }
        let labels: Vec<_> = tokens.iter().map(Token::label).collect();
        assert_eq!(labels[..2], ["khoalai test 1", "khoalai test 2"]);
    }
);
