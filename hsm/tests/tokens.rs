//! The three modules are there, and every test finds fresh tokens in them.
#![allow(clippy::unwrap_used, reason = "a test may stop anywhere")]

mod support;

use cryptoki::mechanism::MechanismType;
use cryptoki::object::{Attribute, ObjectClass};
use support::alone::token_test;
use support::tokens::{Kryoptic, Token};

/// Logs in and looks for these mechanisms, and that these others are missing.
fn offers(token: &Token, present: &[MechanismType], absent: &[MechanismType]) {
    let module = token.load();
    let session = token.session(&module);
    let slot = token.slot(&module);
    println!("{}: {}", token.module().display(), module.get_library_info().unwrap().library_version());
    // Of its own kryoptic has an object for each mechanism.
    for class in [ObjectClass::PRIVATE_KEY, ObjectClass::SECRET_KEY, ObjectClass::DATA] {
        assert_eq!(session.find_objects(&[Attribute::Class(class)]).unwrap(), [], "the token is not fresh");
    }
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
        Token::kryoptic(Kryoptic { der_points: true, ..Kryoptic::RSA }),
        Token::nss(),
        Token::softhsm(),
        Token::kryoptic(Kryoptic::CLASSICAL)
    ],
    |[hsm, rsa, nss, other_hsm, classical]| {
        offers(&nss, &[RSA, ECDH, ML_KEM], &[]);
        for (first, second) in [(hsm, other_hsm), (rsa, classical)] {
            let module = first.load();
            let (here, there) = (first.session(&module), second.session(&module));
            let object =
                [Attribute::Class(ObjectClass::DATA), Attribute::Token(true), Attribute::Value(vec![1])];
            here.create_object(&object).unwrap();
            let data = [Attribute::Class(ObjectClass::DATA)];
            assert_eq!(here.find_objects(&data).unwrap().len(), 1);
            assert_eq!(there.find_objects(&data).unwrap().len(), 0, "the two tokens are one");
        }
    }
);

#[test]
fn a_misspelt_name_does_not_pass() {
    let name = concat!(module_path!(), "::there_is_no_such_test");
    std::panic::catch_unwind(|| support::alone::run(name, [], |[]| {})).unwrap_err();
}
