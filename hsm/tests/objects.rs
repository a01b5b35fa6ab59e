//! Keys as objects of a token: imported, adopted, listed, renamed, destroyed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may stop anywhere")]

mod support;

use khoalai::*;
use khoalai_hsm::{Problem, Uri};
use support::alone::token_test;
use support::foreign;
use support::open::open;
use support::secrets::keep;
use support::tokens::{Kryoptic, Token};

/// A software key's raw private key, and the public key.
fn made(algorithm: Algorithm) -> (Vec<u8>, Vec<u8>) {
    let key = generate(algorithm, &mut SystemRandom).unwrap();
    let (mut private, mut public) =
        (vec![0; algorithm.private_key_len()], vec![0; algorithm.public_key_len()]);
    let len = key.expose_private_key(&mut private).unwrap().len();
    private.truncate(len);
    let len = key.public_key(&mut public).unwrap().len();
    public.truncate(len);
    (private, public)
}

/// Every kind of key goes in, is the same key there, serves a hybrid once, and is gone when destroyed.
fn imports(token: &Token, algorithms: &[Algorithm]) {
    let token = &mut open(token);
    let before = token.list().unwrap();
    for algorithm in algorithms {
        let (private, public) = made(*algorithm);
        keep(&private);
        let name = format!("{algorithm} imported");
        let key = Store::import(token, *algorithm, &name, &private);
        let key = key.unwrap_or_else(|error| panic!("{algorithm}: {error:?}"));
        let mut told = vec![0; algorithm.public_key_len()];
        assert_eq!(key.public_key(&mut told).unwrap(), public, "{algorithm}");
        assert_eq!(
            Store::import(token, *algorithm, &name, &private).err(),
            Some(Error::Malformed),
            "the name is taken"
        );
        let listed = token.list().unwrap();
        let listed = listed.iter().find(|listed| listed.name == name).unwrap();
        assert!(listed.closed && listed.single_use && !listed.born_inside, "{listed:?}");
        assert!(listed.algorithms.contains(algorithm), "{listed:?}");
        token.destroy(key).unwrap();
        println!("{algorithm}: imported");
    }
    assert_eq!(token.list().unwrap(), before);
    // What is no key does not reach the device.
    for algorithm in algorithms {
        assert!(Store::import(token, *algorithm, "none", &[0; 7]).is_err());
    }
    assert_eq!(token.list().unwrap(), before);
}

const CLASSICAL: [Algorithm; 6] =
    [P256_SHARE, P384_SHARE, X25519_SHARE, ECDSA_P256_SHA256, ECDSA_P384_SHA384, ED25519];
const POST_QUANTUM: [Algorithm; 6] = [ML_KEM_512, ML_KEM_768, ML_KEM_1024, ML_DSA_44, ML_DSA_65, ML_DSA_87];

token_test!(softhsm_imports, [Token::softhsm()], |[token]| imports(&token, &CLASSICAL));
token_test!(kryoptic_imports, [Token::kryoptic(Kryoptic::WHOLE)], |[token]| {
    imports(&token, &[CLASSICAL, POST_QUANTUM].concat());
});
token_test!(nss_imports, [Token::nss()], |[token]| imports(&token, &[CLASSICAL, POST_QUANTUM].concat()));

/// A half serves one hybrid, after a restart too, and is renamed without losing that.
fn halves([token]: [Token; 1]) {
    let random = &mut SystemRandom;
    let opened = &mut open(&token);
    let half = Half::generate(MLKEM768_P256, Side::Classical, opened, "records", random).unwrap();
    drop(half);
    assert_eq!(
        Half::generate(MLKEM768_P256, Side::Classical, opened, "records", random).err(),
        Some(Error::Malformed),
        "the name is taken"
    );
    // A copy of the same token is the same token; the half is found again by its name.
    let again = &mut open(&token);
    assert!(Half::open(MLKEM768_P256, Side::Classical, again, "records").is_ok());
    assert_eq!(Half::open(MLKEM768_P256, Side::Classical, again, "other").err(), Some(Error::NotFound));
    let other = MLKEM768_ECDH_P256_SHA3_256;
    assert_eq!(Half::open(other, Side::Classical, again, "records").err(), Some(Error::HalvesMismatch));
    let key = Store::open(again, "records").unwrap();
    assert_eq!(key.algorithm(), P256_SHARE);
    assert_eq!(
        Half::adopt(other, Side::Classical, again, key, Adoption::LosesFreshness).err(),
        Some(Error::KeyReused)
    );
    let mut key = Store::open(again, "records").unwrap();
    again.rename(&mut key, "archive").unwrap();
    assert!(Half::open(MLKEM768_P256, Side::Classical, again, "archive").is_ok());
    assert_eq!(Store::open(again, "records").err(), Some(Error::NotFound));
    let second = Half::generate(MLKEM768_P256, Side::Classical, again, "records", random);
    assert!(second.is_ok());
    assert_eq!(again.rename(&mut key, "records").unwrap_err(), Problem::NameTaken);
    assert_eq!(token_names(again), ["archive", "records"]);
    again.destroy(key).unwrap();
    assert_eq!(token_names(again), ["records"]);
    // Its note went with it.
    assert_eq!(again.list().unwrap()[0].hybrid.as_deref(), Some("MLKEM768-P256"));
}

fn token_names(token: &khoalai_hsm::Token) -> Vec<String> {
    token.list().unwrap().into_iter().map(|listed| listed.name).collect()
}

token_test!(softhsm_halves, [Token::softhsm()], halves);
token_test!(kryoptic_halves, [Token::kryoptic(Kryoptic::CLASSICAL)], halves);
token_test!(nss_halves, [Token::nss()], halves);

/// Keys that another program made: with many uses, without an identifier, two of one name.
fn adopts([token]: [Token; 1]) {
    let opened = &mut open(&token);
    // The second user of the module finds it initialised, and is logged in with the first.
    assert!(opened.list().unwrap().is_empty());
    let other = foreign::Program::new(&token);
    other.p256("signer", Some(b"\x01"), true);
    let sole = opened.key(P256_SHARE, &Uri::new()).unwrap();
    assert_eq!(sole.name(), "signer");
    other.p256("signer", Some(b"\x02"), true);
    assert_eq!(opened.key(P256_SHARE, &Uri::new()).err().unwrap(), Problem::KeyAmbiguous);
    let named = Uri::new().with_object("signer").unwrap();
    assert_eq!(opened.key(P256_SHARE, &named).err().unwrap(), Problem::KeyAmbiguous);
    assert_eq!(opened.key(P384_SHARE, &named).err().unwrap(), Error::WrongAlgorithm);
    let second = Uri::new().with_id(b"\x02").unwrap();
    let key = opened.key(P256_SHARE, &second).unwrap();
    let facts = opened.list().unwrap();
    assert!(facts.iter().all(|listed| listed.closed && !listed.single_use && listed.hybrid.is_none()));
    let half = Half::adopt(MLKEM768_P256, Side::Classical, opened, key, Adoption::LosesFreshness);
    assert!(half.is_ok());
    // The same point does not sign in another hybrid.
    let key = opened.key(ECDSA_P256_SHA256, &second).unwrap();
    let reused =
        Half::adopt(MLDSA65_ECDSA_P256_SHA512, Side::Classical, opened, key, Adoption::LosesFreshness);
    assert_eq!(reused.err(), Some(Error::KeyReused));
    assert_eq!(
        opened.key(P256_SHARE, &Uri::new().with_object("nobody").unwrap()).err().unwrap(),
        Error::NotFound
    );
}

token_test!(softhsm_adopts, [Token::softhsm()], adopts);
token_test!(kryoptic_adopts, [Token::kryoptic(Kryoptic::CLASSICAL)], adopts);
