//! Devices that answer, and wrongly. What they say of keys is read back, what they make is looked at and
//! tried, and what they sign is verified.

use crate::on_both;
use crate::scene::{Scene, work};
use crate::support::tokens::{Kryoptic, Token};
use crate::token_test;
use khoalai::{Error, *};

const EXTRACTABLE: &str = "CKA_0x162";
const SENSITIVE: &str = "CKA_0x103";
const PRIVATE: &str = "CKA_0x2";
const SIGN: &str = "CKA_0x108";
const DERIVE: &str = "CKA_0x10c";
const KEY_TYPE: &str = "CKA_0x100";
const EC_POINT: &str = "CKA_0x181";
const VALUE: &str = "CKA_0x11";

/// A key that is not protected as was asked is not made, nor is one of another kind.
fn attributes(token: &Token) {
    let scene = Scene::new(token);
    let point = |public: &[u8]| public.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut other = vec![0; P256_SHARE.public_key_len()];
    other.copy_from_slice(&hex(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
    ));
    let mut off_the_curve = other.clone();
    off_the_curve[64] ^= 1;
    for (place, act, error) in [
        (EXTRACTABLE, "value 01", Error::SelfTestFailed),
        (EXTRACTABLE, "empty", Error::SelfTestFailed),
        (EXTRACTABLE, "value 02", Error::SelfTestFailed),
        (SENSITIVE, "value 00", Error::SelfTestFailed),
        (PRIVATE, "value 00", Error::SelfTestFailed),
        (SIGN, "value 01", Error::SelfTestFailed),
        (DERIVE, "value 00", Error::WrongAlgorithm),
        (DERIVE, "shorter", Error::WrongAlgorithm),
        (KEY_TYPE, "value 0000000000000000", Error::WrongAlgorithm),
        (KEY_TYPE, "shorter", Error::WrongAlgorithm),
        (KEY_TYPE, "longer", Error::DeviceFailed),
        (EC_POINT, "shorter", Error::WrongAlgorithm),
        (EC_POINT, "empty", Error::WrongAlgorithm),
        (EC_POINT, "longer", Error::DeviceFailed),
        (EC_POINT, &format!("value {}", point(&off_the_curve)), Error::BadPublicKey),
        // Somebody else's public key: all that is wrong with it is that it does not fit.
        (EC_POINT, &format!("value {}", point(&other)), Error::SelfTestFailed),
        (VALUE, "flip", Error::SelfTestFailed),
        (VALUE, "zeros", Error::SelfTestFailed),
        (VALUE, "empty", Error::SelfTestFailed),
        (VALUE, "shorter", Error::SelfTestFailed),
    ] {
        scene.say(&format!("on {place} 0 1000 {act}"));
        let made = scene.try_key(P256_SHARE);
        scene.say("reset");
        println!("{place} {act}: {:?}", made.as_ref().err());
        assert_eq!(made.err(), Some(error), "{place} {act}");
        scene.has_objects(0);
    }
    // A key that was made in good times is not opened in bad ones either.
    let key = scene.key(P256_SHARE);
    for (place, act) in [(KEY_TYPE, "value 0000000000000000"), (DERIVE, "value 00"), (VALUE, "flip")] {
        scene.say(&format!("on {place} 0 1000 {act}"));
        let opened = Store::open(&mut scene.token.clone(), key.name());
        scene.say("reset");
        assert!(opened.is_err(), "{place} {act}");
    }
    work(&Store::open(&mut scene.token.clone(), key.name()).unwrap()).unwrap();
    scene.has_objects(2);
}
on_both!(of_keys, attributes);

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// What comes out of a key is of the right length, and no zeros; a signature is right.
fn outputs(token: &Token) {
    let scene = Scene::new(token);
    let share = scene.key(P256_SHARE);
    for act in ["longer", "shorter", "empty", "zeros"] {
        scene.say(&format!("on {VALUE} 0 1 {act}"));
        assert_eq!(work(&share), Err(Error::DecapsulationFailed), "{act}");
        scene.say("reset");
        work(&share).unwrap();
    }
    for algorithm in [ECDSA_P256_SHA256, RSA2048_PSS_SHA256] {
        let signer = scene.key(algorithm);
        for act in ["longer", "shorter", "empty", "zeros", "flip"] {
            scene.say(&format!("on C_Sign 0 1000 {act}"));
            assert_eq!(work(&signer), Err(Error::SigningFailed), "{algorithm} {act}");
            scene.say("reset");
            work(&signer).unwrap();
        }
    }
    let decryptor = scene.key(RSA2048_OAEP_SHA256);
    for act in ["longer", "shorter", "empty", "zeros"] {
        scene.say(&format!("on C_Decrypt 0 1 {act}"));
        assert_eq!(work(&decryptor), Err(Error::DecapsulationFailed), "{act}");
        scene.say("reset");
        work(&decryptor).unwrap();
    }
    scene.has_objects(8);
}
on_both!(of_outputs, outputs);

/// A device that answers questions for sizes with zero is not asked for sizes.
fn sizes(token: &Token) {
    let scene = Scene::new(token);
    scene.say("query-zero");
    for algorithm in [P256_SHARE, ECDSA_P256_SHA256, RSA2048_OAEP_SHA256] {
        work(&scene.key(algorithm)).unwrap();
    }
    scene.has_objects(6);
}
on_both!(of_sizes, sizes);

/// More objects are found than there is room for, or one that is none.
fn searches(token: &Token) {
    let scene = Scene::new(token);
    let key = scene.key(ECDSA_P256_SHA256);
    scene.forget(key.algorithm(), key.name());
    scene.say("on C_FindObjects 0 1 longer");
    assert_eq!(work(&key), Err(Error::SigningFailed));
    work(&key).unwrap();
    scene.has_objects(2);
}
on_both!(of_searches, searches);

// A hybrid whose halves are both in the token. What it computes inside, nobody sees; but that is tried
// with known secrets before anything is made.
token_test!(combiner, [Token::kryoptic(Kryoptic::WHOLE).misbehaving()], |[token]| {
    let scene = Scene::new(&token);
    let make = |secrets| scene.token.generate_hybrid(MLKEM768_X25519, "x", secrets, &mut SystemRandom);
    scene.say(&format!("on {VALUE} 0 1000 flip"));
    scene.say("on C_DigestFinal 0 1000 flip");
    let refused = make(khoalai_hsm::ComponentSecrets::StayInside).err().unwrap();
    assert_eq!(refused, Error::CombinerUnavailable);
    scene.has_objects(0);
    let key = make(khoalai_hsm::ComponentSecrets::StayInside).unwrap();
    let before = token.objects();
    for act in ["longer", "shorter", "empty"] {
        scene.say(&format!("on {VALUE} 0 1 {act}"));
        let error = work(&key).unwrap_err();
        assert!(matches!(error, Error::DecapsulationFailed | Error::CombinerUnavailable), "{act}: {error:?}");
        scene.say("reset");
        work(&key).unwrap();
    }
    scene.has_objects(before);
});
